//! Mail: messages as values, their form on the way out, and the transports that carry them. Nothing here decides who gets a mail.

pub mod message;
pub mod outgoing;
pub mod transport;
