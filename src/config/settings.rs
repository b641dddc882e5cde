//! The settings as the rest of the program sees them. Where a value has rules, its type keeps them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::model::secret::SecretText;

use super::{Cidr, Colour, DatabaseUrl, Limits, PublicUrl};

/// Everything that an operator decides. `Debug` prints no secret.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The issuer and the start of every link.
    pub public_url: PublicUrl,
    /// The product's story, or the standards wherever they are stricter.
    pub profile: Profile,
    /// Peers whose `Forwarded` and `X-Forwarded-For` headers are believed.
    pub trusted_proxies: Vec<Cidr>,
    /// Hosts that are served besides `public_url`'s own: lower case, without a port.
    pub allowed_hosts: Vec<String>,
    /// Where the server listens.
    pub listen: ListenSettings,
    /// Where metrics are read.
    pub metrics: MetricsSettings,
    /// Where data is kept.
    pub database: DatabaseSettings,
    /// Where the keys are.
    pub keyring: KeyringSettings,
    /// How mail leaves.
    pub smtp: SmtpSettings,
    /// Tries, waits and lifetimes.
    pub limits: Limits,
    /// What a password must be, and the cost of its hash.
    pub passwords: PasswordSettings,
    /// How long a session lives.
    pub sessions: SessionSettings,
    /// How pages and mails look.
    pub branding: Branding,
    /// Where a person who is stuck finds help.
    pub support: Support,
    /// The security questions that are offered.
    pub questions: QuestionSettings,
}

impl Settings {
    /// How far back a passcode of the app used last still counts: `limits.entry_window`, or nothing in the strict profile.
    pub fn entry_window(&self) -> Duration {
        match self.profile {
            Profile::Standard => self.limits.entry_window,
            Profile::Strict => Duration::ZERO,
        }
    }

    /// The folder of the embedded database, in which the keyring must not lie. `None` with PostgreSQL.
    pub fn data_folder(&self) -> Option<&Path> {
        match &self.database.url {
            DatabaseUrl::Sqlite(file) => file.parent(),
            DatabaseUrl::Postgres(_) => None,
        }
    }
}

/// Which side is taken where the product's story and the standards disagree (SECURITY.md has the table).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// The product's story.
    #[default]
    Standard,
    /// The standards: no security questions, a passcode counts for its own time step only, email steps back behind an app.
    Strict,
}

/// `[listen]`
#[derive(Clone, Debug)]
pub struct ListenSettings {
    /// Address and port; unused where `unix_socket` is set.
    pub address: SocketAddr,
    /// A socket file in place of an address.
    pub unix_socket: Option<PathBuf>,
    /// Certificate chain, PEM. Set if and only if `tls_key_file` is.
    pub tls_cert_file: Option<PathBuf>,
    /// Private key, PEM.
    pub tls_key_file: Option<PathBuf>,
}

impl ListenSettings {
    /// The two files of TLS, where the server itself speaks it.
    pub fn tls(&self) -> Option<TlsFiles<'_>> {
        Some(TlsFiles { cert: self.tls_cert_file.as_deref()?, key: self.tls_key_file.as_deref()? })
    }
}

/// A certificate chain and its private key, both PEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsFiles<'a> {
    /// The chain, the server's own certificate first.
    pub cert: &'a Path,
    /// The private key.
    pub key: &'a Path,
}

/// `[metrics]`
#[derive(Clone, Debug, Default)]
pub struct MetricsSettings {
    /// The listener of `/metrics`; `None` where it is off.
    pub address: Option<SocketAddr>,
}

/// `[database]`
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// Which engine, and where.
    pub url: DatabaseUrl,
    /// Connections of this node to PostgreSQL, each with a thread of its own.
    pub postgres_connections: u32,
    /// Starts with several PostgreSQL hosts even where replication is asynchronous.
    pub allow_lossy_failover: bool,
}

/// `[keyring]`
#[derive(Clone, Debug, Default)]
pub struct KeyringSettings {
    /// The keyring file, outside the data folder.
    pub file: PathBuf,
}

/// `[smtp]`
#[derive(Clone, Debug, Default)]
pub struct SmtpSettings {
    /// The mail server; empty where mail is not configured.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: SmtpSecurity,
    /// The name to sign in with; empty where the server asks for none.
    pub username: String,
    /// The password that goes with `username`.
    pub password: SecretText,
    /// The sender: `address` or `Name <address>`. Not empty where `host` is set.
    pub from: String,
    /// Certificates to trust besides the system's, PEM.
    pub ca_file: Option<PathBuf>,
    /// How long to wait for the mail server.
    pub timeout: Duration,
}

impl SmtpSettings {
    /// Whether there is a mail server at all.
    pub fn is_configured(&self) -> bool {
        !self.host.is_empty()
    }
}

/// How the connection to the mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// Plain at first, then STARTTLS or nothing (RFC 3207).
    #[default]
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// Not encrypted; only to a server on this machine.
    None,
}

/// `[passwords]`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PasswordSettings {
    /// Argon2id's memory, KiB.
    pub memory_kib: u32,
    /// Argon2id's passes.
    pub iterations: u32,
    /// Argon2id's lanes.
    pub parallelism: u32,
    /// The shortest password, in characters.
    pub min_length: u32,
}

/// `[sessions]`
#[derive(Clone, Debug, Default)]
pub struct SessionSettings {
    /// A session ends after this long without a request.
    pub idle: Duration,
    /// A session ends after this long whatever happens; never below `idle`.
    pub absolute: Duration,
    /// A file in MaxMind's format that tells the countries of networks; without it none is shown.
    pub place_db_file: Option<PathBuf>,
}

/// `[branding]`
#[derive(Clone, Debug)]
pub struct Branding {
    /// The installation's name on pages, in mails and in authenticator apps.
    pub name: String,
    /// The logo that stands in place of the name.
    pub logo_file: Option<PathBuf>,
    /// The colour of buttons and links.
    pub colour: Colour,
    /// The zone in which times are told.
    pub time_zone: TimeZone,
}

/// `[support]`: what is `None` is not shown. The limits count in cases.
#[derive(Clone, Debug, Default)]
pub struct Support {
    /// The address of the support chat.
    pub chat_url: Option<String>,
    /// The telephone number, as people should read it.
    pub phone: Option<String>,
    /// The email address of the support team.
    pub email: Option<String>,
    /// Resets that one analyst may approve in a day.
    pub resets_daily: u32,
    /// What the person's side may write into a case in an hour.
    pub messages_hourly: u32,
    /// How many browsers of the person may join one case.
    pub browsers: u32,
}

/// `[questions]`
#[derive(Clone, Debug, Default)]
pub struct QuestionSettings {
    /// The questions to choose from; at least three, all different.
    pub provided: Vec<String>,
}
