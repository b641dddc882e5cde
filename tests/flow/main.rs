//! The acts on real databases: races on both engines, and random walks against a model of the throttle written anew.

#[cfg(test)]
mod campaign;
#[cfg(test)]
mod confirm;
#[cfg(test)]
#[path = "../common/postgres.rs"]
mod database;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod products;
#[cfg(test)]
mod races;
#[cfg(test)]
mod rescue;
#[cfg(test)]
mod support;
#[cfg(test)]
mod walk;
