//! Changing one's email address, and undoing it.
//!
//! 1. [`request::request`], in a confirmed session, mails a link to the new address. Nothing changes.
//! 2. [`confirm::confirm`], behind that link, changes the address. The old one hears of it, with a link that undoes it, and stays
//!    this account's for 72 hours: nobody else can take it, what leads back into the account goes there only, and the address cannot
//!    change again.
//! 3. [`undo::undo`], behind that link, brings back what the account could be opened with before, and ends all else. Ways back into
//!    the account stay stopped until an app or support has proved the person.

pub mod confirm;
pub mod request;
pub mod undo;
