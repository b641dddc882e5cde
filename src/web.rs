//! The HTTP surface. A page's template, its data and its handler share a path:
//! `templates/sign_in/passcode.html` is filled and answered by `web/sign_in/passcode.rs`.

/// Stylesheet, script and pictures, embedded and served under a content hash.
pub mod assets;
/// Behind **Forgot password?**.
pub mod forgot_password;
/// The help page.
pub mod help;
/// Behind an invitation, and the first administrator's address.
pub mod invitation;
/// A page that says one thing: links that are spent, refusals, outages.
pub mod message;
/// Behind **This wasn't me** in a mail.
pub mod not_me;
/// What all pages have in common.
pub mod page;
/// The User Portal.
pub mod portal;
/// Behind the setup link.
pub mod set_up;
/// From the password to an open portal.
pub mod sign_in;
