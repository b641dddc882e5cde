//! The addresses of OpenID Connect and OAuth 2.0.

// Addresses with a waiting request in them.
pub mod address;
// The way back to a product.
pub mod answer;
// Where products send the person.
pub mod authorize;
// A call of a product's server: its form, and who it is.
pub mod call;
// Remote apps sign their people in.
pub mod challenge;
// Which addresses scripts of other sites may call.
pub mod cors;
// A person types the code that a device shows, and decides.
pub mod device;
// Devices without a browser ask to be signed in.
pub mod device_authorization;
// The documents by which products find everything else.
pub mod discovery;
// What products are told when something cannot be done.
pub mod error;
// Whether a token is good.
pub mod introspect;
// The public keys.
pub mod jwks;
// Where products send a browser to sign out.
pub mod logout;
// Where a waiting request goes on.
pub mod onward;
// Requests that are sent ahead.
pub mod par;
// Tokens are given back.
pub mod revoke;
// Codes and refresh tokens become tokens.
pub mod token;
// Who the person of an access token is.
pub mod userinfo;
