//! Mail: messages as values. Nothing here decides who gets a mail.

pub mod message;
