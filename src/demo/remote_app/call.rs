//! The calls of a remote app (OAuth 2.0 for First-Party Applications): the challenge endpoint until there is a code, then the token
//! endpoint. The session of the sign-in is new in every answer, and the app holds the newest.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;

use super::{ID, text};
use crate::app::draw;
use crate::cli::Failure;

/// What the challenge endpoint answered.
pub(super) enum Answer {
    /// The sign-in is whole.
    Code(String),
    /// More is needed.
    More(Value),
}

/// The server, and what this app holds of its sign-in.
pub(super) struct Server {
    address: String,
    agent: ureq::Agent,
    verifier: String,
    session: String,
    device: Option<String>,
}

impl Server {
    pub(super) fn at(address: &str) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        Self {
            address: address.trim_end_matches('/').to_owned(),
            agent: config.new_agent(),
            verifier: BASE64URL_NOPAD.encode(&draw()),
            session: String::new(),
            device: None,
        }
    }

    pub(super) fn begin(&mut self, username: &str, password: &str) -> Result<Answer, Failure> {
        self.verifier = BASE64URL_NOPAD.encode(&draw());
        let challenge = BASE64URL_NOPAD.encode(digest(&SHA256, self.verifier.as_bytes()).as_ref());
        self.challenge(&[
            ("response_type", "code"),
            ("scope", "openid profile email offline_access"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("username", username),
            ("password", password),
        ])
    }

    pub(super) fn go_on(&mut self, what: &[(&str, &str)]) -> Result<Answer, Failure> {
        let session = self.session.clone();
        let mut form = vec![("auth_session", session.as_str())];
        form.extend(what);
        self.challenge(&form)
    }

    fn challenge(&mut self, what: &[(&str, &str)]) -> Result<Answer, Failure> {
        let device = self.device.clone();
        let mut form = vec![("client_id", ID)];
        form.extend(device.as_deref().map(|device| ("device_token", device)));
        form.extend(what);
        let answer = self.post("/oauth2/authorize-challenge", &form)?;
        if let Some(code) = text(&answer, "authorization_code") {
            self.device = text(&answer, "device_token").map(str::to_owned);
            return Ok(Answer::Code(code.to_owned()));
        }
        self.session = text(&answer, "auth_session").unwrap_or_default().to_owned();
        match text(&answer, "error") {
            Some("insufficient_authorization" | "invalid_session") => Ok(Answer::More(answer)),
            _ => Err(refused(&answer)),
        }
    }

    pub(super) fn redeem(&self, code: &str) -> Result<Value, Failure> {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", ID),
            ("code", code),
            ("code_verifier", self.verifier.as_str()),
        ];
        let answer = self.post("/oauth2/token", &form)?;
        if text(&answer, "access_token").is_some() { Ok(answer) } else { Err(refused(&answer)) }
    }

    fn post(&self, path: &str, form: &[(&str, &str)]) -> Result<Value, Failure> {
        let address = format!("{}{path}", self.address);
        let away = |error: String| Failure::new(format!("{address} does not answer: {error}. Is the demo running?"));
        let mut response =
            self.agent.post(&address).send_form(form.iter().copied()).map_err(|error| away(error.to_string()))?;
        let text = response.body_mut().read_to_string().map_err(|error| away(error.to_string()))?;
        serde_json::from_str(&text).map_err(|_| Failure::new(format!("{address} is no Vestibule of this version.")))
    }
}

fn refused(answer: &Value) -> Failure {
    let why = text(answer, "error_description").or(text(answer, "error")).unwrap_or("it did not say why");
    Failure::new(format!("The server refuses {}: {why}", super::NAME))
}
