//! The protocol of OpenID Connect as pure text and rules: what is read, what is written, what is refused, each after its RFC.
//! Nothing here does input or output, reads the clock or knows a database.

pub mod jose;
pub mod seconds;
