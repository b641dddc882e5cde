//! The pages behind **Forgot password?**: ask for a link, and set a new password behind it.

pub mod email;
pub mod new_password;
