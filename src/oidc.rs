//! The protocol of OpenID Connect as pure text and rules: what is read, what is written, what is refused, each after its RFC.
//! Nothing here does input or output, reads the clock or knows a database.

pub mod assertion;
pub mod authorize;
pub mod challenge;
pub mod claims;
pub mod client_auth;
pub mod device_authorization;
pub mod discovery;
pub mod encode;
pub mod end_session;
pub mod error;
pub mod jose;
pub mod parameters;
pub mod pkce;
pub mod response;
pub mod scope;
pub mod seconds;
pub mod token_hint;
pub mod token_request;
pub mod token_response;

#[cfg(test)]
mod tests;
