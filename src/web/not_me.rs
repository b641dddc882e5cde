//! The pages behind **This wasn't me** in a mail.

pub mod confirm;
pub mod done;
