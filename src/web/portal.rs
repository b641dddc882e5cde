//! The pages of the User Portal.

pub mod home;
