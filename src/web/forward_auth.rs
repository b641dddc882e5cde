//! Products behind a proxy: what the proxy asks, and the pages of Vestibule at a product's own host.

pub mod callback;
pub mod check;
pub mod host;
pub mod sign_out;
pub mod start;
