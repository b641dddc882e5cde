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
use crate::places::Places;

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
    places: Places,
    seed: Seed,
}

impl Act {
    /// Puts the surroundings together; `seed` must be fresh for every act.
    pub fn new(settings: Arc<Settings>, keys: Keys, now: Timestamp, seed: Seed, origin: Origin) -> Self {
        Self { settings, keys, now, origin, places: Places::default(), seed }
    }

    /// The same where countries are told.
    pub fn knowing(self, places: Places) -> Self {
        Self { places, ..self }
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

    /// The network of an address that is kept, and its country where that is told: `203.0.113.0/24, Norway`. Empty where the text is
    /// no address.
    pub fn place(&self, address: &str) -> String {
        let Ok(parsed) = address.parse() else { return String::new() };
        self.with_country(parsed, device::network(parsed))
    }

    /// The address itself with its country, for support. The text alone where it is no address.
    pub fn exact_place(&self, address: &str) -> String {
        let shown = address.to_owned();
        match address.parse() {
            Ok(parsed) => self.with_country(parsed, shown),
            Err(_) => shown,
        }
    }

    fn with_country(&self, address: IpAddr, shown: String) -> String {
        match self.places.country(address) {
            Some(country) => format!("{shown}, {country}"),
            None => shown,
        }
    }

    /// The browser in words.
    pub fn browser(&self) -> String {
        device::browser_name(&self.origin.user_agent)
    }
}
