//! The demo: everything on this machine, with accounts to try and a mailbox that shows the mail that would have been sent.

// The mailbox's pages, as data that templates print.
pub mod mailbox_pages;
