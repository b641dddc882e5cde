//! The keys of the server and of what it talks to.

use std::time::Duration;

use super::super::key::{Given, Key, Kind};
use super::super::shape;

pub(in super::super) static KEYS: &[Key] = &[
    Key::new(
        "public_url",
        Kind::PublicUrl(|s| &mut s.public_url),
        Given::Never,
        "The address under which people reach Vestibule. Every link and the OpenID Connect issuer begin with it, so it never \
         changes once products are connected.",
    )
    .example("\"https://id.example.org\""),
    Key::new(
        "profile",
        Kind::Profile(|s| &mut s.profile),
        Given::Text("standard"),
        "\"strict\" follows the standards wherever they ask for more than the usual comfort: no security questions, no emailed \
         passcodes beside an app, passcodes good for their own half minute. SECURITY.md has the list.",
    ),
    Key::new(
        "trusted_proxies",
        Kind::Networks(|s| &mut s.trusted_proxies),
        Given::Texts(&[]),
        "Networks of the proxies in front of the server. Only their word about a client's address is taken.",
    )
    .example("[\"127.0.0.1/32\", \"10.0.0.0/8\"]"),
    Key::new(
        "allowed_hosts",
        Kind::Texts(|s| &mut s.allowed_hosts, shape::hosts),
        Given::Texts(&[]),
        "Hosts that the server answers to besides that of public_url. Every other one gets status 421, except for /health and /assets.",
    )
    .example("[\"id.internal.example.org\"]"),
    Key::new(
        "listen.address",
        Kind::Address(|s| &mut s.listen.address),
        Given::Text("127.0.0.1:8080"),
        "IP address and port. A socket that systemd hands over goes before it.",
    ),
    Key::new(
        "listen.unix_socket",
        Kind::OptionalFile(|s| &mut s.listen.unix_socket),
        Given::Text(""),
        "A socket file, which then stands in place of the address.",
    )
    .example("\"/run/vestibule/vestibule.sock\""),
    Key::new(
        "listen.tls_cert_file",
        Kind::OptionalFile(|s| &mut s.listen.tls_cert_file),
        Given::Text(""),
        "Certificate chain (PEM), where no proxy speaks TLS. It is read again when it changes.",
    )
    .example("\"/etc/vestibule/tls/fullchain.pem\""),
    Key::new(
        "listen.tls_key_file",
        Kind::OptionalFile(|s| &mut s.listen.tls_key_file),
        Given::Text(""),
        "Private key (PEM) of that certificate.",
    )
    .example("\"/etc/vestibule/tls/privkey.pem\""),
    Key::new(
        "metrics.address",
        Kind::OptionalAddress(|s| &mut s.metrics.address),
        Given::Text("127.0.0.1:9464"),
        "IP address and port of /metrics. Empty turns it off.",
    ),
    Key::new(
        "database.url",
        Kind::Database(|s| &mut s.database.url),
        Given::Text("sqlite:vestibule.db"),
        "\"sqlite:FILE\" for the embedded database on one machine, or \"postgres://USER@HOST1,HOST2/NAME?sslmode=verify-full\" for \
         many. Without TLS, PostgreSQL must be on this machine.",
    ),
    Key::new(
        "database.postgres_connections",
        Kind::Whole(|s| &mut s.database.postgres_connections, 1..=256),
        Given::Whole(16),
        "Connections of this server to PostgreSQL.",
    ),
    Key::new(
        "database.allow_lossy_failover",
        Kind::Flag(|s| &mut s.database.allow_lossy_failover),
        Given::Flag(false),
        "Starts with several PostgreSQL hosts even if replication is not synchronous. A failover can then bring back passcodes \
         that were used and sessions that were ended.",
    ),
    Key::new(
        "keyring.file",
        Kind::File(|s| &mut s.keyring.file),
        Given::Never,
        "The keyring that `vestibule init` makes. Keep it outside the folder of the database and of its backups: together they \
         open everything.",
    )
    .example("\"/etc/vestibule/keyring.toml\""),
    Key::new(
        "smtp.host",
        Kind::Text(|s| &mut s.smtp.host, shape::mail_host),
        Given::Text(""),
        "The mail server. Without one nobody can set up MFA or get a passcode by email.",
    )
    .example("\"smtp.example.org\""),
    Key::new(
        "smtp.port",
        Kind::Port(|s| &mut s.smtp.port),
        Given::Whole(587),
        "Usually 587 with \"starttls\", 465 with \"tls\".",
    ),
    Key::new(
        "smtp.security",
        Kind::Security(|s| &mut s.smtp.security),
        Given::Text("starttls"),
        "\"starttls\", \"tls\", or \"none\", which is for a mail server on this machine only.",
    ),
    Key::new(
        "smtp.username",
        Kind::Text(|s| &mut s.smtp.username, shape::line),
        Given::Text(""),
        "The name to sign in to the mail server with. Empty where it asks for none.",
    )
    .example("\"vestibule\""),
    Key::new("smtp.password", Kind::Secret(|s| &mut s.smtp.password), Given::Text(""), "The password that goes with the username."),
    Key::new(
        "smtp.from",
        Kind::Text(|s| &mut s.smtp.from, shape::sender),
        Given::Text(""),
        "Who the mails are from. Needed with a mail server.",
    )
    .example("\"Example ID <id@example.org>\""),
    Key::new(
        "smtp.ca_file",
        Kind::OptionalFile(|s| &mut s.smtp.ca_file),
        Given::Text(""),
        "Certificates (PEM) to trust besides the system's, for a mail server with a certificate of your own.",
    )
    .example("\"/etc/vestibule/mail-ca.pem\""),
    Key::new(
        "smtp.timeout",
        Kind::Span(|s| &mut s.smtp.timeout, Duration::from_secs(1)..=Duration::from_mins(5)),
        Given::Span(Duration::from_secs(30)),
        "How long to wait for the mail server before the mail is tried again later.",
    ),
];
