//! The store: the only SQL. One file a group of tables on top of `db`, which is the only code that knows the drivers.

/// Transactions on SQLite or PostgreSQL behind one face.
pub mod db;
/// The ways in which a transaction fails.
pub mod error;
/// The embedded migrations and what applies them.
pub mod migrate;
/// Mail that waits to be sent.
pub mod outbox;

pub use error::Error;
