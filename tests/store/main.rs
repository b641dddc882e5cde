//! The store on both engines. Each test has a fresh SQLite file and a fresh PostgreSQL database.

#[cfg(test)]
#[path = "../common/postgres.rs"]
mod database;
#[cfg(test)]
mod engine;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod grants;
#[cfg(test)]
mod logout_notice;
#[cfg(test)]
mod migrate;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod product;
#[cfg(test)]
mod races;
#[cfg(test)]
mod support;
