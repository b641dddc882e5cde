//! The pages behind the setup link.

pub mod app;
pub mod done;
pub mod qr_code;
pub mod questions;
pub mod recovery_code;
pub mod start;
