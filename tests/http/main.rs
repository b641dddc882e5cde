//! The stories of the front door, told through the router: the clock in hand, the mail read from the outbox. Nothing of the
//! program is replaced.

#[cfg(test)]
mod first;
#[cfg(test)]
mod regressions;
#[cfg(test)]
mod support;
