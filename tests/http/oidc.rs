//! What products' servers call: tokens, what tokens are good for, and who may ask.

mod access_tokens;
mod client_authentication;
mod codes;
mod device_attacks;
pub mod devices;
mod given;
mod keys;
mod pushed;
mod refresh_tokens;
mod surface;
