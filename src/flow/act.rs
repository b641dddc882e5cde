//! What every act is given besides the transaction: settings, keys, time, chance, and who asks from where.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use crate::config::Settings;
use crate::keys::{Keys, Purpose};
use crate::model::device;
use crate::model::dice::{Dice, Seed};
use crate::model::throttle::Rules;
use crate::model::time::Timestamp;
use crate::model::token::{Mac, PlainToken};

/// Who asks, and from where.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The client's network address; none for the command line.
    pub address: Option<IpAddr>,
    /// The `User-Agent` header as it came, shortened.
    pub user_agent: String,
    /// The request's id, which the page and the log show.
    pub request_id: String,
    /// Who does it, where it is not the account's own person.
    pub actor: Option<Cow<'static, str>>,
}

/// One act's surroundings. The same act run again decides the same.
#[derive(Clone)]
pub struct Act {
    /// The installation's settings.
    pub settings: Arc<Settings>,
    /// The installation's keys.
    pub keys: Keys,
    /// The clock, read once when the request came.
    pub now: Timestamp,
    /// Who asks, and from where.
    pub origin: Origin,
    seed: Seed,
}

impl Act {
    /// Puts the surroundings together; `seed` must be fresh for every act.
    pub fn new(settings: Arc<Settings>, keys: Keys, now: Timestamp, seed: Seed, origin: Origin) -> Self {
        Self { settings, keys, now, origin, seed }
    }

    /// The act's chance, from its beginning.
    pub fn dice(&self) -> Dice {
        self.seed.dice()
    }

    /// A received token's codes, one for each living key.
    pub fn token_macs(&self, token: &PlainToken) -> Vec<Mac> {
        self.keys.macs(Purpose::Token, &[token.expose().as_bytes()])
    }

    /// A new token's code.
    pub fn token_mac(&self, token: &PlainToken) -> Mac {
        self.keys.mac(Purpose::Token, &[token.expose().as_bytes()])
    }

    /// The throttle's numbers.
    pub fn rules(&self) -> Rules {
        let limits = &self.settings.limits;
        Rules {
            tries: limits.tries,
            lock: limits.lock,
            ceiling: limits.ceiling,
            known_browser_tries: limits.known_browser_tries,
        }
    }

    /// The network address as text, empty for the command line.
    pub fn address_text(&self) -> String {
        self.origin.address.map(|address| address.to_string()).unwrap_or_default()
    }

    /// The network that the request came from, /24 or /48; none for the command line.
    pub fn network(&self) -> Option<String> {
        self.origin.address.map(device::network)
    }

    /// The browser in words.
    pub fn browser(&self) -> String {
        device::browser_name(&self.origin.user_agent)
    }
}
