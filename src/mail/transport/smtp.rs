//! SMTP (RFC 5321) with STARTTLS (RFC 3207), implicit TLS (RFC 8314) or, on a trusted network, neither; AUTH (RFC 4954).
//!
//! 1. A connection is opened, encrypted and signed in. Whatever fails here is no verdict on a mail: it is temporary.
//! 2. The mail is handed over. An answer 5xx to it is permanent, everything else temporary.
//! 3. A connection that took its mail is kept for the next one. One that failed or was too slow is never used again: an answer
//!    that comes late would be taken for that of the next mail.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::timeout;

use super::{SendError, mime};
use crate::mail::outgoing::Outgoing;
use crate::model::secret::SecretText;

/// How many connections wait for another mail.
const KEPT: usize = 4;
/// How long a kept connection may take to say that it still lives.
const GREETING: Duration = Duration::from_secs(5);
/// Ways to sign in, the preferred one first.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
/// Answers that refuse us rather than the mail (RFC 4954 section 6, RFC 3207 section 4).
const ABOUT_US: [&str; 4] = ["530", "534", "535", "538"];

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// In clear at first, then STARTTLS; without it nothing is sent.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// Never encrypted: for a relay on this machine.
    None,
}

/// The SMTP server and how to speak to it.
#[derive(Clone, Debug)]
pub struct SmtpOptions {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// Username and password, where the server wants them.
    pub sign_in: Option<(String, SecretText)>,
    /// The sender's bare address.
    pub from: String,
    /// PEM certificates to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// For connecting, and again for handing a mail over.
    pub timeout: Duration,
}

/// Options that cannot work, in a sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpProblem(String);

impl fmt::Display for SmtpProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SmtpProblem {}

/// A client of one SMTP server.
pub struct Smtp {
    options: SmtpOptions,
    from: lettre::Address,
    tls: TlsParameters,
    kept: Mutex<Vec<AsyncSmtpConnection>>,
}

impl Smtp {
    /// Checks the options and reads the certificates. Connects to nothing yet.
    ///
    /// # Errors
    /// [`SmtpProblem`] when the sender's address or the certificates are unusable, or a password would travel in clear.
    pub fn new(options: SmtpOptions) -> Result<Self, SmtpProblem> {
        let from = options.from.parse().map_err(|_| {
            SmtpProblem(format!(
                "The sender {:?} is not an email address: write it like no-reply@example.org.",
                options.from
            ))
        })?;
        if options.security == Security::None && options.sign_in.is_some() {
            return Err(SmtpProblem(
                "A password would be sent to the mail server in clear: use STARTTLS or TLS, or remove the password."
                    .to_owned(),
            ));
        }
        let tls = trust(&options)?;
        Ok(Self { options, from, tls, kept: Mutex::new(Vec::new()) })
    }

    /// Hands one mail over.
    ///
    /// # Errors
    /// [`SendError`], which says whether another try makes sense.
    pub async fn send(&self, mail: &Outgoing) -> Result<(), SendError> {
        let message = mime::message(mail, &self.from)?;
        let mut connection = match self.kept_alive().await {
            Some(connection) => connection,
            None => timeout(self.options.timeout, self.connect()).await.map_err(|_| slow("while connecting"))??,
        };
        let sent = timeout(self.options.timeout, connection.send(message.envelope(), &message.formatted())).await;
        match sent {
            Ok(Ok(_)) => {
                self.keep(connection);
                Ok(())
            }
            Ok(Err(error)) => Err(refusal(&error)),
            Err(_) => Err(slow("while taking the mail")),
        }
    }

    /// Connects, encrypts and signs in, without a mail.
    ///
    /// # Errors
    /// [`SendError::Temporary`].
    pub async fn try_out(&self) -> Result<(), SendError> {
        let mut connection =
            timeout(self.options.timeout, self.connect()).await.map_err(|_| slow("while connecting"))??;
        let _ = timeout(GREETING, connection.quit()).await;
        Ok(())
    }

    /// The longest time that [`Self::send`] takes.
    pub fn longest(&self) -> Duration {
        self.options.timeout * 2 + GREETING * 4
    }

    /// Closes the kept connections with QUIT.
    pub async fn rest(&self) {
        while let Some(mut connection) = self.take() {
            let _ = timeout(GREETING, connection.quit()).await;
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SendError> {
        let SmtpOptions { host, port, security, sign_in, .. } = &self.options;
        let client = ClientId::default();
        let from_start = (*security == Security::Tls).then(|| self.tls.clone());
        let server = (host.as_str(), *port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, None, &client, from_start, None)
            .await
            .map_err(|error| later(&error))?;
        if *security == Security::StartTls {
            if !connection.can_starttls() {
                return Err(SendError::Temporary("the mail server does not offer STARTTLS".to_owned()));
            }
            connection.starttls(self.tls.clone(), &client).await.map_err(|error| later(&error))?;
        }
        if let Some((username, password)) = sign_in {
            let credentials = Credentials::new(username.clone(), password.expose().to_owned());
            connection.auth(&MECHANISMS, &credentials).await.map_err(|error| later(&error))?;
        }
        Ok(connection)
    }

    /// A kept connection whose server still answers.
    async fn kept_alive(&self) -> Option<AsyncSmtpConnection> {
        while let Some(mut connection) = self.take() {
            if timeout(GREETING, connection.test_connected()).await == Ok(true) {
                return Some(connection);
            }
        }
        None
    }

    fn take(&self) -> Option<AsyncSmtpConnection> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT && !connection.has_broken() {
            kept.push(connection);
        }
    }
}

fn trust(options: &SmtpOptions) -> Result<TlsParameters, SmtpProblem> {
    let mut builder = TlsParameters::builder(options.host.clone());
    if let Some(path) = &options.ca_file {
        builder = builder.add_root_certificate(certificates(path)?);
    }
    builder.build().map_err(|error| SmtpProblem(format!("The mail server's certificates cannot be checked: {error}.")))
}

fn certificates(path: &Path) -> Result<Certificate, SmtpProblem> {
    let unusable =
        |reason: &str| SmtpProblem(format!("The certificates in {} cannot be used: {reason}.", path.display()));
    let pem = std::fs::read(path).map_err(|error| unusable(&error.to_string()))?;
    if !pem.windows(11).any(|bytes| bytes == b"-----BEGIN ") {
        return Err(unusable("the file holds no PEM certificate"));
    }
    Certificate::from_pem(&pem).map_err(|_| unusable("the file is not in PEM form"))
}

/// The verdict on a mail that the server did not take.
fn refusal(error: &Error) -> SendError {
    let about_us = error.status().is_some_and(|code| ABOUT_US.contains(&code.to_string().as_str()));
    if error.is_permanent() && !about_us { SendError::Permanent(reason(error)) } else { later(error) }
}

fn later(error: &Error) -> SendError {
    SendError::Temporary(reason(error))
}

/// Why, without the server's own words: they often repeat the address.
fn reason(error: &Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if error.is_response() => "the mail server's answer cannot be understood".to_owned(),
        None => error.to_string(),
    }
}

fn slow(when: &str) -> SendError {
    SendError::Temporary(format!("the mail server did not answer in time {when}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> SmtpOptions {
        SmtpOptions {
            host: "localhost".into(),
            port: 25,
            security: Security::None,
            sign_in: None,
            from: "no-reply@example.org".into(),
            ca_file: None,
            timeout: Duration::from_secs(5),
        }
    }

    fn problem(change: impl FnOnce(&mut SmtpOptions)) -> String {
        let mut options = options();
        change(&mut options);
        Smtp::new(options).err().map_or_else(String::new, |problem| problem.to_string())
    }

    #[test]
    fn options_that_cannot_work_are_told_in_a_sentence() {
        assert_eq!(problem(|_| {}), "");
        let clear = problem(|options| options.sign_in = Some(("us".into(), SecretText::new("hunter2".into()))));
        assert!(clear.contains("in clear") && !clear.contains("hunter2"), "{clear}");
        assert!(problem(|options| options.from = "nobody".into()).contains("\"nobody\" is not an email address"));
        assert!(problem(|options| options.ca_file = Some("/nowhere/ca.pem".into())).contains("/nowhere/ca.pem"));
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty.pem");
        std::fs::write(&empty, "").unwrap();
        assert!(problem(|options| options.ca_file = Some(empty)).contains("no PEM certificate"));
    }
}
