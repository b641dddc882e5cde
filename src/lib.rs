//! Vestibule: one account, one User Portal, and multifactor authentication in front of every product.
//!
//! The modules, in the order in which they may use each other (ARCHITECTURE.md draws it, `tests/architecture.rs` keeps it):
//! each may use those below it, never those above.

// The one place where configuration, database, clock, dice, keys, hasher and mailer are put together.
pub mod app;
// Tells products that sessions have ended.
pub mod back_channel;
// The commands of the one binary; starts the server.
pub mod cli;
// Settings: typed, parsed and checked once.
pub mod config;
// The demo: a mailbox page, accounts to try, everything on this machine.
pub mod demo;
// The acts: load, decide, save, enqueue mail, audit; one transaction each. Knows no HTTP.
pub mod flow;
// Argon2id on a bounded pool of threads that keep their memory.
pub mod hasher;
// The keyring: sub-keys by purpose, sealing, message authentication codes.
pub mod keys;
// Mails as values, the transports that carry them, and the worker that empties the outbox.
pub mod mail;
// Pure nouns and rules: no input or output, no async.
pub mod model;
// OpenID Connect as pure text and rules: tokens, keys, requests.
pub mod oidc;
// Countries of network addresses, from a file on this machine.
pub mod places;
// The only SQL.
pub mod store;
// The HTTP surface: thin handlers, one table of routes.
pub mod web;
