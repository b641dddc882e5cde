//! The page behind an invitation and behind the first administrator's address.

pub mod password;
