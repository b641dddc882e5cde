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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::config::PublicUrl;
    use crate::model::secret::SecretText;

    type Change = fn(&mut Settings);

    /// What the rules say of the defaults changed by `change`.
    fn told(change: Change) -> Vec<String> {
        let mut settings = Settings::defaults(PublicUrl::parse("https://id.example.org").unwrap());
        change(&mut settings);
        RULES.iter().filter_map(|rule| (rule.broken)(&settings)).collect()
    }

    fn mail(settings: &mut Settings, host: &str) {
        settings.smtp.host = host.to_owned();
        settings.smtp.from = "id@example.org".to_owned();
        settings.smtp.security = SmtpSecurity::None;
    }

    #[test]
    fn the_defaults_keep_every_rule() {
        assert!(told(|_| ()).is_empty());
    }

    #[test]
    fn each_broken_rule_is_told() {
        let broken: [(Change, &str); 9] = [
            (|s| s.limits.entry_window = Duration::from_mins(5), "Set limits.ceiling to 40 or less"),
            (|s| s.sessions.idle = Duration::from_hours(13), "sessions.idle is longer than sessions.absolute"),
            (|s| s.listen.tls_cert_file = Some("c.pem".into()), "listen.tls_key_file is not; TLS needs both"),
            (|s| s.listen.tls_key_file = Some("k.pem".into()), "listen.tls_cert_file is not; TLS needs both"),
            (|s| s.metrics.address = Some(s.listen.address), "a port of their own"),
            (|s| s.smtp.host = "mail.example.org".to_owned(), "smtp.from is not"),
            (|s| s.smtp.username = "v".to_owned(), "smtp.password (or smtp.password_file) is not"),
            (|s| s.smtp.password = SecretText::new("v".to_owned()), "smtp.username is not"),
            (|s| mail(s, "mail.example.org"), "mail.example.org is not this machine"),
        ];
        for (change, part) in broken {
            let sentences = told(change);
            assert!(sentences.len() == 1 && sentences[0].contains(part), "{part}: {sentences:?}");
        }
    }

    #[test]
    fn mail_may_go_unencrypted_to_this_machine() {
        let local: [Change; 3] = [|s| mail(s, "localhost"), |s| mail(s, "127.0.0.1"), |s| mail(s, "::1")];
        assert!(local.into_iter().all(|change| told(change).is_empty()));
    }

    #[test]
    fn the_keys_of_rules_exist() {
        for path in RULES.iter().flat_map(|rule| rule.keys) {
            assert!(crate::config::table::key(path).is_some(), "{path}");
        }
    }
}
