//! The built program and a browser without script, over a real socket: the way in of the first administrator, from `init` on, a
//! whole sign-in in the demo, and what becomes of acknowledged work when the server is killed, its database dies or its disk fills.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod browser;
#[cfg(test)]
#[path = "../common/postgres.rs"]
mod database;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod first_administrator;
#[cfg(test)]
mod live;
#[cfg(test)]
mod process;
