//! The pages behind the mails about a change of the email address.

pub mod confirm;
pub mod confirmed;
pub mod undo;
pub mod undone;
