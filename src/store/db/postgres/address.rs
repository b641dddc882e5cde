//! The URL of the server: `postgres://user:password@host[,host…]/database?…` as libpq reads it, with `sslmode` and
//! `sslrootcert` read here, because the driver knows neither `verify-full` nor certificates.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use postgres::config::{Host, SslMode, TargetSessionAttrs};
use postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::fault::words;
use super::session::Session;
use super::tls;
use crate::store::Error;

/// For a host that does not answer at all; `connect_timeout` in the URL overrides it.
const CONNECT: Duration = Duration::from_secs(5);
/// After this long without an acknowledgement a connection is given up; `tcp_user_timeout` in the URL overrides it.
const UNACKNOWLEDGED: Duration = Duration::from_secs(10);

/// Where and how to connect.
pub(super) struct Address {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl Address {
    /// Reads a URL, and the certificates that it trusts.
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let Target { config, tls } = Target::parse(url)?;
        let tls = tls.map(|Roots(file)| tls::connector(file.as_deref())).transpose()?;
        Ok(Self { config, tls })
    }

    /// Whether there is another server to go on with when one is lost.
    pub(super) fn has_several_hosts(&self) -> bool {
        self.config.get_hosts().len().max(self.config.get_hostaddrs().len()) > 1
    }

    /// A new connection; must not be called on a thread of tokio.
    pub(super) fn connect(&self) -> Result<Session, Error> {
        let client: Result<Client, _> = match &self.tls {
            Some(tls) => self.config.connect(tls.clone()),
            None => self.config.connect(NoTls),
        };
        let client =
            client.map_err(|error| Error::Unavailable(format!("no connection to PostgreSQL: {}", words(&error))))?;
        Session::new(client)
    }
}

/// The certificates to trust: those of a file, or the system's.
struct Roots(Option<PathBuf>);

/// What a URL says.
struct Target {
    config: Config,
    /// `None` without TLS.
    tls: Option<Roots>,
}

impl Target {
    /// Without TLS it goes to this machine only: loopback or a unix socket.
    fn parse(url: &str) -> Result<Self, Error> {
        let url = Url::split(url)?;
        let mut config: Config = url.rest.parse().map_err(|error| refusal(&words(&error)))?;
        complete(&mut config);
        let wants_tls = match url.mode.as_deref() {
            None => !is_local(&config),
            Some("require" | "verify-ca" | "verify-full") => true,
            Some("disable" | "allow" | "prefer") if is_local(&config) => false,
            Some("disable" | "allow" | "prefer") => {
                return Err(refusal("without TLS only loopback and unix sockets are allowed; say sslmode=verify-full"));
            }
            Some(_) => return Err(refusal("sslmode must be disable or verify-full")),
        };
        config.ssl_mode(if wants_tls { SslMode::Require } else { SslMode::Disable });
        Ok(Self { config, tls: wants_tls.then_some(Roots(url.roots)) })
    }
}

/// Reads a URL for `fuzz/`: whether nothing of it goes over a network without TLS, or why it is refused.
#[cfg(fuzzing)]
pub fn keeps_to_itself(url: &str) -> Result<bool, Error> {
    let Target { config, tls } = Target::parse(url)?;
    let is_tls = config.get_ssl_mode() == SslMode::Require;
    Ok(is_tls == tls.is_some() && (is_tls || is_local(&config)))
}

fn complete(config: &mut Config) {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNACKNOWLEDGED);
    }
    if config.get_application_name().is_none() {
        config.application_name("vestibule");
    }
    // Of several hosts only one takes writes.
    if config.get_hosts().len() > 1 && config.get_target_session_attrs() == TargetSessionAttrs::Any {
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
}

fn is_local(config: &Config) -> bool {
    let local = |host: &Host| match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback()),
        Host::Unix(_) => true,
    };
    config.get_hosts().iter().all(local) && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

fn refusal(why: &str) -> Error {
    Error::Unavailable(format!("the database's URL: {why}"))
}

/// A URL without what the driver does not read.
struct Url {
    rest: String,
    mode: Option<String>,
    roots: Option<PathBuf>,
}

impl Url {
    fn split(url: &str) -> Result<Self, Error> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut roots, mut others) = (None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value.to_owned()),
                Some(("sslrootcert", value)) => {
                    let decoded = percent_decode_str(value).decode_utf8();
                    roots = Some(PathBuf::from(&*decoded.map_err(|_| refusal("sslrootcert is no UTF-8"))?));
                }
                _ => others.push(pair),
            }
        }
        let mark = if others.is_empty() { "" } else { "?" };
        Ok(Self { rest: format!("{base}{mark}{}", others.join("&")), mode, roots })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses_tls(url: &str) -> Result<bool, Error> {
        Address::parse(url).map(|address| address.tls.is_some())
    }

    #[test]
    fn without_tls_it_goes_to_this_machine_only() {
        for url in ["postgres://a@localhost/b", "postgres://a@127.0.0.1,[::1]/b", "postgres://a@%2Frun%2Fpostgresql/b"]
        {
            assert_eq!(uses_tls(url), Ok(false), "{url}");
            assert_eq!(uses_tls(&format!("{url}?sslmode=prefer")), Ok(false), "{url}");
            assert_eq!(uses_tls(&format!("{url}?sslmode=verify-full&connect_timeout=3")), Ok(true), "{url}");
        }
        for url in [
            "postgres://a@db.example.org/b?sslmode=disable",
            "postgres://a@db.example.org/b?sslmode=prefer",
            "postgres://a@localhost,db.example.org/b?sslmode=disable",
            "postgres://a@localhost/b?hostaddr=192.0.2.1&sslmode=disable",
            "postgres://a@localhost/b?sslmode=sometimes",
        ] {
            assert!(uses_tls(url).is_err(), "{url}");
        }
        assert_eq!(uses_tls("postgres://a@db.example.org/b"), Ok(true));
    }

    #[test]
    fn several_hosts_are_asked_for_the_one_that_takes_writes() {
        let address = Address::parse("postgres://a@127.0.0.1:5432,127.0.0.1:5433/b").unwrap();
        assert!(address.has_several_hosts());
        assert_eq!(address.config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        assert!(!Address::parse("postgres://a@127.0.0.1/b").unwrap().has_several_hosts());
    }

    #[test]
    fn a_refusal_does_not_print_the_password() {
        for url in ["postgres://a:hunter2@db.example.org/b?sslmode=disable", "postgres://a:hunter2@localhost:port/b"] {
            let refusal = Address::parse(url).err().unwrap().to_string();
            assert!(!refusal.contains("hunter2"), "{refusal}");
        }
    }

    #[test]
    fn a_root_file_that_cannot_be_used_says_so() {
        let refusal = Address::parse("postgres://a@localhost/b?sslmode=verify-full&sslrootcert=%2Fnot%2Fthere.pem");
        assert!(refusal.err().unwrap().to_string().contains("/not/there.pem"));
    }
}
