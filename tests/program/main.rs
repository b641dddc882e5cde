//! The built program and a browser without script, over a real socket: the way in of the first administrator, from `init` on, and
//! a whole sign-in in the demo.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod first_administrator;
#[cfg(test)]
mod process;
