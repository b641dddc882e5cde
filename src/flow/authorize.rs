//! A product's authorization request, from its arrival until its code is given (OpenID Connect Core section 3.1.2).
//!
//! 1. [`start`] reads it. What can be answered at once is; else it waits in a row, and its token travels in addresses.
//! 2. [`advance`] decides for whoever the browser is signed in as: a code, the whole sign-in, a passcode, or a page that says why not.
//! 3. A passcode that a product asks for in a live session is taken by an attempt of that session ([`step_up`]), with the throttle of
//!    every other.
//!
//! A request that the product's server sent ahead is kept by [`ahead`], and read from there when its browser comes.
//!
//! The request's token is no secret of a session: whoever else has it can only sign in himself.

pub mod advance;
pub mod ahead;
pub mod decide;
pub mod hint;
pub mod pending;
pub mod start;
pub mod step_up;

use std::time::Duration;

/// How long a request waits for its person.
pub const LIFE: Duration = Duration::from_secs(1_800);
