//! The HTTP surface. A page's template, its data and its handler share a path:
//! `templates/sign_in/passcode.html` is filled and answered by `web/sign_in/passcode.rs`.

// Account security: one's own account.
pub mod account;
// Stylesheet, script and pictures, embedded and served under a content hash.
pub mod assets;
// Who asks: one extractor for time, address, cookies.
pub mod browser;
// A support case as the person sees it.
pub mod case;
// The client's address, behind proxies that are trusted.
pub mod client_address;
// The cookies and their names.
pub mod cookies;
// The pages behind the mails about a change of the email address.
pub mod email_change;
// What stops a request, and the page that says so.
pub mod error;
// Behind **Forgot password?**.
pub mod forgot_password;
// Forms: parsed once, bound to the browser that was shown them.
pub mod form;
// Products behind a proxy: what it asks, and our pages at their hosts.
pub mod forward_auth;
// The headers of every answer.
pub mod headers;
// For load balancers.
pub mod health;
// The help page.
pub mod help;
// Behind an invitation, and the first administrator's address.
pub mod invitation;
// Landing from a mail: the token leaves the address.
pub mod landing;
// How much of one account may be under way at once.
pub mod load;
// The live conversation of a support case: who listens, and what wakes them.
pub mod live;
// A page that says one thing: links that are spent, refusals, outages.
pub mod message;
// Behind the link to set up a new device.
pub mod new_device;
// The new password's two fields.
pub mod new_password;
// Behind **This wasn't me** in a mail.
pub mod not_me;
// OpenID Connect and OAuth 2.0.
pub mod oidc;
// The page that a sign-in goes on to.
pub mod onward;
// Which unsafe requests are ours.
pub mod origin;
// What all pages have in common.
pub mod page;
// The User Portal.
pub mod portal;
// Answers: pages with their status, redirects with their cookies.
pub mod recovery_code;
pub mod reply;
// Every route, grouped by the access it needs.
pub mod router;
// Behind the setup link.
pub mod security_questions;
pub mod set_up;
// From the password to an open portal.
pub mod sign_in;
// Signing out.
pub mod sign_out;
// What handlers share: the app, its pages' frame, and the way to its threads.
pub mod site;
// Who works in support.
pub mod staff;
// The support console.
pub mod support;
