//! The acts: load, decide, save, enqueue mail, audit. Each runs inside one transaction and knows no HTTP.
//!
//! An outcome (a wrong code, a lock, a weak password) is a value; an error stops the request. Nothing here has a side effect
//! but on the transaction, because PostgreSQL may have a closure run again.

pub mod account;
pub mod act;
pub mod address_limit;
pub mod audit;
pub mod authorize;
pub mod client;
pub mod device_authorization;
pub mod email_change;
pub mod forward_auth;
pub mod grant;
pub mod installation;
pub mod invitation;
pub mod link;
pub mod logout;
pub mod logout_notice;
pub mod maintenance;
pub mod new_device;
pub mod new_password;
pub mod not_me;
pub mod own_account;
pub mod password_reset;
pub mod post;
pub mod product;
pub mod remote_app;
pub mod session;
pub mod session_end;
pub mod set_up;
pub mod sign_in;
pub mod signing_key;
pub mod support;
