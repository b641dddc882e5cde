//! Vestibule as a product's server sees it: discovery, the code for an ID token, the published keys. It waits for each answer, so it
//! runs on threads that may. Nothing is kept between two questions: both servers are on this machine.

use std::time::Duration;

use axum::http::{Request, Response, StatusCode};
use jsonwebtoken::jwk::JwkSet;
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::url::Url;
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, ExtraTokenFields, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse, TokenUrl,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use ureq::Agent;

use super::trouble::Trouble;
use super::visitors::Flow;
use crate::model::secret::SecretText;

const DISCOVERY: &str = "/.well-known/openid-configuration";
const PATIENCE: Duration = Duration::from_secs(10);
const LONGEST_ANSWER: u64 = 64 * 1024;
const SCOPES: [&str; 3] = ["openid", "profile", "email"];

/// What a product was given when it was registered.
#[derive(Clone, Debug)]
pub struct Client {
    /// Vestibule's address, without a slash at its end.
    pub issuer: String,
    /// Its name to Vestibule.
    pub id: &'static str,
    /// What proves that it is the product.
    pub secret: SecretText,
    /// Its own address, without a slash at its end.
    pub own_url: String,
}

/// What Vestibule says of itself (OpenID Connect Discovery section 3).
#[derive(Clone, Debug, Deserialize)]
pub struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    end_session_endpoint: String,
}

/// What a token answer has besides OAuth's own fields.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct OpenId {
    id_token: String,
}

impl ExtraTokenFields for OpenId {}

type Tokens = StandardTokenResponse<OpenId, BasicTokenType>;
type OAuth = oauth2::Client<
    BasicErrorResponse,
    Tokens,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
>;

impl Client {
    /// What Vestibule says of itself, if it is the Vestibule that this product was registered at.
    pub fn metadata(&self) -> Result<Metadata, Trouble> {
        let metadata: Metadata = ask_json(&format!("{}{DISCOVERY}", self.issuer))?;
        if metadata.issuer == self.issuer { Ok(metadata) } else { Err(Trouble::Untrusted("it is another issuer")) }
    }

    /// Where the browser goes to sign in.
    pub fn sign_in_address(&self, metadata: &Metadata, flow: &Flow) -> Result<String, Trouble> {
        let address = AuthUrl::new(metadata.authorization_endpoint.clone()).map_err(|_| no_address())?;
        let verifier = PkceCodeVerifier::new(flow.verifier.clone());
        let oauth = OAuth::new(ClientId::new(self.id.to_owned())).set_auth_uri(address).set_redirect_uri(self.back()?);
        let (url, _) = oauth
            .authorize_url(|| CsrfToken::new(flow.state.clone()))
            .add_scopes(SCOPES.map(|scope| Scope::new(scope.to_owned())))
            .add_extra_param("nonce", &flow.nonce)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(url.into())
    }

    /// The ID token for a code, as it came.
    pub fn redeem(&self, metadata: &Metadata, code: String, verifier: String) -> Result<String, Trouble> {
        let address = TokenUrl::new(metadata.token_endpoint.clone()).map_err(|_| no_address())?;
        let oauth = OAuth::new(ClientId::new(self.id.to_owned()))
            .set_client_secret(ClientSecret::new(self.secret.expose().to_owned()))
            .set_token_uri(address)
            .set_redirect_uri(self.back()?);
        let answer = oauth
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request(&send);
        match answer {
            Ok(tokens) => Ok(tokens.extra_fields().id_token.clone()),
            Err(RequestTokenError::ServerResponse(no)) => {
                Err(Trouble::Refused { error: no.error().to_string(), description: no.error_description().cloned() })
            }
            Err(RequestTokenError::Request(why)) => Err(Trouble::Away(why.to_string())),
            Err(why) => Err(Trouble::Away(format!("the answer cannot be read: {why}"))),
        }
    }

    /// The keys that Vestibule signs with.
    pub fn keys(&self, metadata: &Metadata) -> Result<JwkSet, Trouble> {
        ask_json(&metadata.jwks_uri)
    }

    /// Where the browser goes to sign out everywhere (OpenID Connect RP-Initiated Logout section 2).
    pub fn sign_out_address(&self, metadata: &Metadata, id_token: &str, state: &str) -> Result<String, Trouble> {
        let parameters = [
            ("id_token_hint", id_token),
            ("client_id", self.id),
            ("post_logout_redirect_uri", &format!("{}/", self.own_url)),
            ("state", state),
        ];
        let url = Url::parse_with_params(&metadata.end_session_endpoint, parameters).map_err(|_| no_address())?;
        Ok(url.into())
    }

    fn back(&self) -> Result<RedirectUrl, Trouble> {
        RedirectUrl::new(format!("{}/callback", self.own_url)).map_err(|_| no_address())
    }
}

fn no_address() -> Trouble {
    Trouble::Away("an address is none".to_owned())
}

fn ask_json<T: DeserializeOwned>(url: &str) -> Result<T, Trouble> {
    let request = Request::get(url).body(Vec::new()).map_err(|_| no_address())?;
    let answer = send(request).map_err(|why| Trouble::Away(why.to_string()))?;
    if answer.status() != StatusCode::OK {
        return Err(Trouble::Away(format!("{url} answers {}", answer.status())));
    }
    serde_json::from_slice(answer.body()).map_err(|why| Trouble::Away(format!("{url} cannot be read: {why}")))
}

/// Asks once: follows no redirect, and goes through no proxy, since Vestibule is on this machine.
fn send(request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, ureq::Error> {
    let config = Agent::config_builder()
        .proxy(None)
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .build();
    let (head, mut body) = Agent::new_with_config(config).run(request)?.into_parts();
    Ok(Response::from_parts(head, body.with_config().limit(LONGEST_ANSWER).read_to_vec()?))
}
