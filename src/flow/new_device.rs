//! A lost or new device: the way back for someone who knows the password.
//!
//! 1. [`request`] mails a link, after the right password. A lock of passcodes does not stop it.
//! 2. Behind the link the person proves who they are ([`ways`]): with their [`answers`] or the [`recovery_code`]. Nothing else is reached before that.
//! 3. The steps of set-up follow ([`super::set_up`]). The old device works until the last of them is done.

pub mod answers;
pub mod recovery_code;
pub mod request;
mod throttle;
pub mod ways;
