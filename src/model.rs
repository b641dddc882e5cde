//! Pure nouns and rules. Nothing here reads the clock, draws random numbers, or names a web, SQL or mail crate:
//! time comes in as a [`time::Timestamp`], chance as [`dice::Dice`].

pub mod device;
pub mod dice;
pub mod id;
pub mod secret;
pub mod time;
pub mod token;
