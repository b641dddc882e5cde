//! Flaws that were found in other systems, tried on this one from outside. The names begin with the row of
//! `docs/regressions.md`.

mod account_names;
mod disclosure;
mod links;
mod passwords;
mod proxies;
pub mod routes;
mod storage;
mod tokens;
mod used_twice;

/// A field of a form.
fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
