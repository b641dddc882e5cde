//! The store: the only SQL. One file a group of tables on top of `db`, which is the only code that knows the drivers.

// Transactions on SQLite or PostgreSQL behind one face.
pub mod db;
// The ways in which a transaction fails.
pub mod error;
// The embedded migrations and what applies them.
pub mod migrate;

pub use error::Error;

// Accounts and their lock.
pub mod account;
// The groups of accounts.
pub mod account_group;
// Usernames and email addresses under one unique index.
pub mod account_name;
// Apps that are being added.
pub mod app_draft;
// Sign-in attempts.
pub mod attempt;
// The audit trail.
pub mod audit;
// Products' requests to open for a person.
pub mod authorization_request;
// Approvals of resets.
pub mod case_approval;
// Identity checks of support cases.
pub mod case_check;
// The queue of support cases.
pub mod case_list;
// What is said in support cases.
pub mod case_message;
// Browsers that joined support cases.
pub mod case_participant;
// Assertions that products have used.
pub mod client_assertion;
// Devices without a browser that ask to be signed in.
pub mod device_authorization;
// Changes of email addresses.
pub mod email_change;
// What sign-ins gave products.
pub mod grant;
// The cookies of proxied products' hosts.
pub mod host_cookie;
// The installation's own row.
pub mod installation;
// Known browsers.
pub mod known_browser;
// Emailed links.
pub mod link;
// Word to products that a session has ended.
pub mod logout_notice;
// What was mailed, counted.
pub mod mail_count;
// Keys that were mailed and wait for their first passcode.
pub mod mailed_key;
// Mail that waits to be sent.
pub mod outbox;
// Password tries of unknown names, and of addresses.
pub mod password_throttle;
// Products and their addresses.
pub mod product;
// Who may open which product.
pub mod product_access;
// Passcodes of sessions for one product each.
pub mod product_passcode;
// The codes of products' secrets.
pub mod product_secret;
// Refresh tokens.
pub mod recovery_code_draft;
pub mod refresh_token;
// Apps that were removed.
pub mod removed_app;
// Locks and counts of recovery codes and answers.
pub mod rescue;
// Security questions and sealed answers.
pub mod security_answer;
// Sessions.
pub mod session;
// Progress behind setup links.
pub mod set_up_visit;
// The keys that tokens are signed with.
pub mod signing_key;
// Support cases.
pub mod support_case;
// Authenticator apps.
pub mod totp_app;
