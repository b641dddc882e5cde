//! Signing in: the password opens an attempt, a passcode ends it in a session.
//!
//! 1. [`password::begin`] takes a try and says what the password must be compared with.
//! 2. Argon2 runs between two transactions.
//! 3. [`password::settle`] opens the attempt, unless something it relied on has changed.
//! 4. [`passcode::view`] shows the page; entry begins.
//! 5. [`passcode::submit`] charges a try, compares, and ends in [`finish`] or at [`new_password`].

pub mod aim;
pub mod confirm;
pub mod emailed;
pub mod finish;
pub mod new_password;
pub mod passcode;
pub mod password;
pub mod throttle;
