//! Mail: messages as values, their sealed form in the outbox, the transports that carry them, and the worker that empties the outbox.
//!
//! A flow makes a [`message::Message`], turns it into an [`outgoing::Outgoing`], seals it, and enqueues it in the transaction
//! that causes it. The [`worker`] opens and sends it afterwards. Nothing here decides who gets a mail.

pub mod message;
pub mod outgoing;
pub mod qr_code;
pub mod transport;
pub mod worker;
