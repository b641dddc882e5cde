//! The built binary as an operator uses it: every command in its own process, on a fresh installation for each test.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod beginning;
#[cfg(test)]
#[path = "../common/postgres.rs"]
mod database;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod locked_out;
#[cfg(test)]
mod logout;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod products;
#[cfg(test)]
mod sentences;
#[cfg(test)]
mod serving;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tls;
