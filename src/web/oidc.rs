//! The addresses of OpenID Connect that browsers open.

pub mod logout;
