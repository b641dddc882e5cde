//! The one place where configuration, database, keys, clock, dice and hasher are put together, and the only one that reads
//! the clock and draws chance.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;

use crate::config::{DatabaseUrl, Settings};
use crate::flow::act::{Act, Origin};
use crate::flow::{installation, signing_key};
use crate::hasher::{Cost, Hasher};
use crate::keys::{Keyring, Keys};
use crate::model::dice::Seed;
use crate::model::signing_algorithm::SigningAlgorithm;
use crate::model::time::Timestamp;
use crate::oidc::jose::PrivateKey;
use crate::places::Places;
use crate::store::db::{Db, Options};
use crate::store::error::Error;

/// Passwords that may wait for a hasher's thread.
const HASHER_QUEUE: usize = 64;

/// What reads the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[expect(clippy::disallowed_methods, reason = "the clock is read here, and handed on as a value")]
    pub fn system() -> Self {
        Self::from_fn(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
        })
    }

    /// Another clock, for stories that take place in their own time.
    pub fn from_fn(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// 256 bits from the operating system.
#[expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "chance is drawn here; without it nothing may go on"
)]
pub fn draw() -> [u8; 32] {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system gives random numbers");
    bytes
}

/// Everything that a running installation holds. Clones share it.
#[derive(Clone)]
pub struct App {
    /// The settings.
    pub settings: Arc<Settings>,
    /// The keys.
    pub keys: Keys,
    /// The database.
    pub db: Db,
    /// The hasher.
    pub hasher: Hasher,
    /// The clock.
    pub clock: Clock,
    /// What tells countries; nothing unless [`App::with_places`] was asked for.
    pub places: Places,
    /// Wakes what tells products that sessions have ended.
    pub logout_wake: Arc<Notify>,
}

impl App {
    /// Opens the database and starts the hasher. Neither migrates nor checks that the keyring belongs to the database.
    pub fn open(settings: Settings, keyring: &Keyring, clock: Clock) -> Result<Self, String> {
        let db = Db::open(&database_options(&settings)).map_err(|error| error.to_string())?;
        let passwords = &settings.passwords;
        let cost = Cost {
            memory_kib: passwords.memory_kib,
            iterations: passwords.iterations,
            parallelism: passwords.parallelism,
        };
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let hasher = Hasher::new(cost, threads, HASHER_QUEUE).map_err(|error| error.to_string())?;
        Ok(Self {
            settings: Arc::new(settings),
            keys: Keys::new(keyring),
            db,
            hasher,
            clock,
            places: Places::default(),
            logout_wake: Arc::default(),
        })
    }

    /// The same with the database of places, where the settings name one. Only what shows pages needs it.
    ///
    /// # Errors
    /// A sentence: the file is missing, or cannot be used.
    pub fn with_places(self) -> Result<Self, String> {
        let places = self.settings.sessions.place_db_file.as_deref().map(Places::load).transpose()?;
        Ok(Self { places: places.unwrap_or_default(), ..self })
    }

    /// The surroundings of one act, with chance of its own.
    pub fn act(&self, origin: Origin) -> Act {
        self.act_at(self.clock.now(), origin)
    }

    /// The same, at the time when the request came.
    pub fn act_at(&self, now: Timestamp, origin: Origin) -> Act {
        let act = Act::new(Arc::clone(&self.settings), self.keys.clone(), now, Seed::new(draw()), origin);
        act.knowing(self.places.clone())
    }

    /// An act of the command line.
    pub fn local_act(&self) -> Act {
        let origin = Origin {
            address: None,
            user_agent: String::new(),
            request_id: Seed::new(draw()).dice().opaque_id(),
            actor: Some("command line".into()),
        };
        self.act(origin)
    }

    /// Whether the keyring opens what this database holds; the first start makes them belong together.
    pub fn keys_belong_here(&self) -> Result<bool, Error> {
        let act = self.local_act();
        self.db.write(move |tx| installation::keys_belong_here(tx, &act))
    }

    /// Makes a key for each of these algorithms and keeps it, if it is still wanted. Takes seconds for RSA, and blocks.
    pub fn make_signing_keys(&self, algorithms: &[SigningAlgorithm]) -> Result<(), Error> {
        for algorithm in algorithms {
            let made = PrivateKey::generate(*algorithm).map_err(|failure| Error::Bug(failure.to_string()))?;
            let act = self.local_act();
            self.db.write(move |tx| signing_key::add(tx, &act, &made))?;
        }
        Ok(())
    }

    /// Makes the keys that are due. Blocks.
    pub fn renew_signing_keys(&self) -> Result<(), Error> {
        let act = self.local_act();
        let due = self.db.read(move |tx| signing_key::due(tx, &act))?;
        self.make_signing_keys(&due)
    }
}

/// How the settings' database is opened.
pub fn database_options(settings: &Settings) -> Options {
    let url = match &settings.database.url {
        DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        DatabaseUrl::Postgres(url) => url.expose().to_owned(),
    };
    Options {
        url,
        postgres_connections: usize::try_from(settings.database.postgres_connections).unwrap_or(16),
        allow_lossy_failover: settings.database.allow_lossy_failover,
        ..Options::default()
    }
}
