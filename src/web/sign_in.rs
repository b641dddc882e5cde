//! The pages from the password to an open portal.

pub mod new_device;
pub mod new_password;
pub mod passcode;
pub mod password;
pub mod send_passcode;
pub mod set_up_required;
