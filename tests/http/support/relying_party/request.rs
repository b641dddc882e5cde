//! An authorization request: its parameters as they go into the address, and what the product keeps to compare with.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use vestibule::app::draw;

use crate::support::Browser;

/// A request for a code.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    fields: Vec<(String, String)>,
    /// What the code is redeemed with (RFC 7636).
    pub verifier: String,
}

impl AuthorizationRequest {
    pub fn new(client_id: &str, redirect_uri: &str) -> Self {
        let chance = || BASE64URL_NOPAD.encode(&draw());
        let verifier = chance();
        let challenge = BASE64URL_NOPAD.encode(digest(&SHA256, verifier.as_bytes()).as_ref());
        Self { fields: Vec::new(), verifier }
            .with("response_type", "code")
            .with("client_id", client_id)
            .with("redirect_uri", redirect_uri)
            .with("scope", "openid profile email offline_access")
            .with("state", &chance())
            .with("nonce", &chance())
            .with("code_challenge", &challenge)
            .with("code_challenge_method", "S256")
    }

    /// With this parameter instead of the one of the same name.
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        let mut request = self.without(name);
        request.fields.push((name.to_owned(), value.to_owned()));
        request
    }

    /// Without this parameter.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    /// A parameter's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The parameters, as a form has them.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// As the browser asks for it.
    pub fn path(&self) -> String {
        format!("/oauth2/authorize?{}", Browser::encoded(&self.fields))
    }
}
