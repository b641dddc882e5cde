//! The way mail leaves, as the settings have it.

use std::sync::Arc;

use super::Failure;
use crate::config::{SmtpSecurity, SmtpSettings};
use crate::mail::transport::{Security, Smtp, SmtpOptions, Transport};

/// The mail server of the settings; `None` where there is none.
pub(super) fn of(settings: &SmtpSettings) -> Result<Option<Transport>, Failure> {
    Ok(smtp(settings)?.map(|smtp| Transport::Smtp(Arc::new(smtp))))
}

/// The client of the settings' mail server; `None` where there is none.
pub(super) fn smtp(settings: &SmtpSettings) -> Result<Option<Smtp>, Failure> {
    if !settings.is_configured() {
        return Ok(None);
    }
    let options = SmtpOptions {
        host: settings.host.clone(),
        port: settings.port,
        security: match settings.security {
            SmtpSecurity::StartTls => Security::StartTls,
            SmtpSecurity::Tls => Security::Tls,
            SmtpSecurity::None => Security::None,
        },
        sign_in: (!settings.username.is_empty()).then(|| (settings.username.clone(), settings.password.clone())),
        from: bare(&settings.from).to_owned(),
        ca_file: settings.ca_file.clone(),
        timeout: settings.timeout,
    };
    Smtp::new(options).map(Some).map_err(|problem| Failure::new(problem.to_string()))
}

/// The address of `Name <address>`; the name that people see is the installation's own.
fn bare(sender: &str) -> &str {
    let inner = sender.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>'));
    inner.unwrap_or(sender).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_with_a_name_gives_its_address() {
        assert_eq!(bare("Example <id@example.org>"), "id@example.org");
        assert_eq!(bare("id@example.org"), "id@example.org");
    }

    #[test]
    fn without_a_host_there_is_no_transport() {
        assert!(of(&SmtpSettings::default()).unwrap().is_none());
    }
}
