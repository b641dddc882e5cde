//! The rules that more than one key must keep together.

use super::public_url::is_loopback;
use super::{Settings, SmtpSecurity};

/// One rule. It is not asked where one of its keys already has a problem of its own.
pub(super) struct Rule {
    pub(super) keys: &'static [&'static str],
    /// A sentence where the rule is broken.
    pub(super) broken: fn(&Settings) -> Option<String>,
}

/// Every rule.
pub(super) const RULES: [Rule; 7] = [
    Rule {
        keys: &["profile", "limits.ceiling", "limits.known_browser_tries", "limits.entry_window"],
        broken: |s| s.limits.too_guessable(s.profile),
    },
    Rule { keys: &["sessions.idle", "sessions.absolute"], broken: idle_is_within_absolute },
    Rule { keys: &["listen.tls_cert_file", "listen.tls_key_file"], broken: certificate_has_its_key },
    Rule { keys: &["listen.address", "listen.unix_socket", "metrics.address"], broken: metrics_listen_elsewhere },
    Rule { keys: &["smtp.host", "smtp.from"], broken: mail_has_a_sender },
    Rule { keys: &["smtp.username", "smtp.password"], broken: username_has_its_password },
    Rule { keys: &["smtp.host", "smtp.security"], broken: mail_is_encrypted },
];

fn idle_is_within_absolute(settings: &Settings) -> Option<String> {
    let broken = settings.sessions.idle > settings.sessions.absolute;
    broken.then(|| "sessions.idle is longer than sessions.absolute; make it the same or shorter.".to_owned())
}

fn certificate_has_its_key(settings: &Settings) -> Option<String> {
    let listen = &settings.listen;
    match (&listen.tls_cert_file, &listen.tls_key_file) {
        (Some(_), None) => {
            Some("listen.tls_cert_file is set and listen.tls_key_file is not; TLS needs both.".to_owned())
        }
        (None, Some(_)) => {
            Some("listen.tls_key_file is set and listen.tls_cert_file is not; TLS needs both.".to_owned())
        }
        _ => None,
    }
}

fn metrics_listen_elsewhere(settings: &Settings) -> Option<String> {
    let same = settings.metrics.address == Some(settings.listen.address)
        && settings.listen.unix_socket.is_none()
        && settings.listen.address.port() != 0;
    same.then(|| {
        "metrics.address is the same as listen.address; metrics need a port of their own, which people cannot reach."
            .to_owned()
    })
}

fn mail_has_a_sender(settings: &Settings) -> Option<String> {
    let broken = settings.smtp.is_configured() && settings.smtp.from.is_empty();
    broken.then(|| {
        "smtp.host is set and smtp.from is not; say who the mails are from, for example \"Example ID <id@example.org>\".".to_owned()
    })
}

fn username_has_its_password(settings: &Settings) -> Option<String> {
    match (settings.smtp.username.is_empty(), settings.smtp.password.expose().is_empty()) {
        (false, true) => Some(
            "smtp.username is set and smtp.password (or smtp.password_file) is not; set both or neither.".to_owned(),
        ),
        (true, false) => Some("smtp.password is set and smtp.username is not; set both or neither.".to_owned()),
        _ => None,
    }
}

fn mail_is_encrypted(settings: &Settings) -> Option<String> {
    let host = &settings.smtp.host;
    let broken = settings.smtp.security == SmtpSecurity::None && settings.smtp.is_configured() && !is_loopback(host);
    broken.then(|| {
        format!(
            "smtp.security is \"none\", and {host} is not this machine: passcodes and links would cross the network for all to read. \
             Use \"starttls\" or \"tls\"."
        )
    })
}
