//! Settings that nobody has set.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::{
    Branding, Colour, DatabaseSettings, DatabaseUrl, KeyringSettings, Limits, ListenSettings, MetricsSettings,
    PasswordSettings, Profile, PublicUrl, QuestionSettings, SessionSettings, Settings, SmtpSettings, Support, table,
    value,
};

impl Settings {
    /// What nobody has set: every key at its default. The keyring's file has none and is empty.
    pub fn defaults(public_url: PublicUrl) -> Self {
        let mut settings = blank(public_url);
        for key in table::keys() {
            if let Some(default) = key.default.value() {
                // A test shows that each default fits its own key.
                let _ = value::put(&key.kind, &default, Path::new(""), &mut settings);
            }
        }
        settings
    }
}

/// Settings before any key has been put in its place.
pub(super) fn blank(public_url: PublicUrl) -> Settings {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Settings {
        public_url,
        profile: Profile::default(),
        trusted_proxies: Vec::new(),
        allowed_hosts: Vec::new(),
        listen: ListenSettings { address, unix_socket: None, tls_cert_file: None, tls_key_file: None },
        metrics: MetricsSettings::default(),
        database: DatabaseSettings {
            url: DatabaseUrl::Sqlite(PathBuf::new()),
            postgres_connections: 0,
            allow_lossy_failover: false,
        },
        keyring: KeyringSettings::default(),
        smtp: SmtpSettings::default(),
        limits: Limits::default(),
        passwords: PasswordSettings::default(),
        sessions: SessionSettings::default(),
        branding: Branding { name: String::new(), logo_file: None, colour: Colour::BLACK, time_zone: TimeZone::UTC },
        support: Support::default(),
        questions: QuestionSettings::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_fits_its_key() {
        let mut settings = blank(PublicUrl::loopback());
        for key in table::keys() {
            if let Some(default) = key.default.value() {
                assert_eq!(value::put(&key.kind, &default, Path::new(""), &mut settings), Ok(()), "{}", key.path);
            }
        }
    }
}
