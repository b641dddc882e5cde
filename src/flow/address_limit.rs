//! What one network address (IPv6 by /64) tries, in this node's memory: passwords of whomever, secrets of one product, or products'
//! requests that wait.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use crate::model::allowance::Allowance;
use crate::model::time::Timestamp;

/// Above this many addresses, those whose allowance is full again are forgotten. What is left doubles the bound, so that many
/// addresses at once do not make every try look through all of them.
const PRUNE_ABOVE: usize = 10_000;

/// The tries of every address.
#[derive(Debug)]
pub struct AddressLimit {
    allowance: Allowance,
    known: Mutex<Known>,
}

/// An address, and what is tried from there where that is counted apart.
type Key = (IpAddr, String);

#[derive(Debug)]
struct Known {
    states: HashMap<Key, Timestamp>,
    prune_above: usize,
}

impl AddressLimit {
    /// A limit under which every address has its full allowance.
    pub fn new(allowance: Allowance) -> Self {
        let known = Known { states: HashMap::new(), prune_above: PRUNE_ABOVE };
        Self { allowance, known: Mutex::new(known) }
    }

    /// Takes a try; `Err` says when the next may be taken.
    pub fn take(&self, address: IpAddr, now: Timestamp) -> Result<(), Timestamp> {
        self.take_for(address, "", now)
    }

    /// Takes a try at `what`, which is counted apart.
    pub fn take_for(&self, address: IpAddr, what: &str, now: Timestamp) -> Result<(), Timestamp> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.states.len() > known.prune_above {
            known.states.retain(|_, state| !Allowance::is_full(*state, now));
            known.prune_above = PRUNE_ABOVE.max(2 * known.states.len());
        }
        let key = (prefix(address), what.to_owned());
        let state = self.allowance.take(known.states.get(&key).copied(), now)?;
        known.states.insert(key, state);
        Ok(())
    }

    /// Whether a try at `what` could be taken, without taking it.
    pub fn look(&self, address: IpAddr, what: &str, now: Timestamp) -> Result<(), Timestamp> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let state = known.states.get(&(prefix(address), what.to_owned())).copied();
        self.allowance.take(state, now).map(drop)
    }

    /// Puts a try back that turned out to be right.
    pub fn give_back(&self, address: IpAddr) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = known.states.get_mut(&(prefix(address), String::new())) {
            *state = self.allowance.give_back(*state);
        }
    }
}

/// What counts as one address: an IPv4 address, or an IPv6 /64.
pub fn prefix(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn thirty_at_once_for_a_network_of_ipv6_and_each_ipv4() {
        let limit = AddressLimit::new(Allowance { burst: 30, interval: Duration::from_secs(2) });
        let now = Timestamp::from_millis(1_000_000);
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let neighbour: IpAddr = "2001:db8::ffff:1".parse().unwrap();
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        for _ in 0..30 {
            limit.take(one, now).unwrap();
        }
        assert_eq!(limit.take(neighbour, now).unwrap_err(), now.plus(Duration::from_secs(2)));
        limit.give_back(neighbour);
        limit.take(one, now).unwrap();
        limit.take(mapped, now).unwrap();
        assert_eq!(prefix(mapped), "192.0.2.1".parse::<IpAddr>().unwrap());
    }
}
