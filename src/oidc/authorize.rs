//! The authorization request (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1), read in two steps: whose it is
//! ([`client_of`]), then all of it, against that product ([`AuthorizeRequest::parse`]).
//!
//! Until client and address are known to belong together nothing is sent to any address: the person is told instead
//! (RFC 6749 section 4.1.2.1). Only `code` with PKCE is served: no implicit grant, no request objects.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::error::{ErrorCode, ProtocolError};
use super::parameters::Parameters;
use super::pkce::CodeChallenge;
use super::response::{ResponseMode, ReturnAddress};
use super::scope::Scopes;
use crate::model::opening::Demands;
use crate::model::product::{Product, ProductId};
use crate::model::proof::Level;
use crate::model::token::{PlainToken, TokenKind};

/// What stands before the token in the `request_uri` of a request that was sent ahead (RFC 9126 section 2.2).
pub const PUSHED: &str = "urn:ietf:params:oauth:request_uri:";

const MAX_STATE: usize = 4_096;
const MAX_NONCE: usize = 1_024;
const MAX_HINT: usize = 320;
const MAX_TOKEN: usize = 16_384;

/// A request that has been read whole. It is kept as JSON while its person signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorizeRequest {
    /// Where its answer goes.
    pub return_to: ReturnAddress,
    /// What the ID token must repeat.
    pub nonce: Option<String>,
    /// What is asked for.
    pub scopes: Scopes,
    /// What the token request's verifier must fit.
    pub code_challenge: CodeChallenge,
    /// No page may be shown (`prompt=none`).
    pub silent: bool,
    fresh_sign_in: bool,
    max_age: Option<u64>,
    acr: Option<Acr>,
    /// A name to begin the sign-in with; never taken for who the person is.
    pub login_hint: Option<String>,
    /// An ID token of the person that is expected, as it came: nothing of it is verified yet.
    pub id_token_hint: Option<String>,
}

/// A level as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
struct Acr(Level);

impl From<Acr> for &'static str {
    fn from(acr: Acr) -> Self {
        acr.0.acr()
    }
}

impl TryFrom<String> for Acr {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        level_of(&text).map(Self).ok_or("no acr value")
    }
}

/// Why a request goes no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The person is told, and nothing is sent anywhere.
    Shown(NoReturn),
    /// The client is told, at an address of its own.
    Sent(Box<ReturnAddress>, ProtocolError),
}

impl Refused {
    /// What a product is told that sent the request ahead.
    pub fn told(self) -> ProtocolError {
        match self {
            Self::Shown(why) => ErrorCode::InvalidRequest.because(why.words()),
            Self::Sent(_, error) => error,
        }
    }
}

/// Why there is no address to which an answer could go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoReturn {
    /// The parameters cannot be read.
    Unreadable,
    /// No product of this id, or no id.
    UnknownClient,
    /// The request names no address.
    NoAddress,
    /// It names one that is not registered.
    OtherAddress,
    /// What was sent ahead is not there: never was, was used, or is over.
    NothingPushed,
}

impl NoReturn {
    /// What the person is told, or the product where it sent the request ahead itself.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unreadable => "The request cannot be read.",
            Self::UnknownClient => "The request names no product that is known here (client_id).",
            Self::NoAddress => "The request does not say where to return to (redirect_uri).",
            Self::OtherAddress => {
                "The request wants to return to an address that the product has not registered (redirect_uri)."
            }
            Self::NothingPushed => "The request was sent ahead and is no longer there (request_uri).",
        }
    }
}

impl fmt::Display for NoReturn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// The product that a request says it is of.
///
/// # Errors
/// [`NoReturn::UnknownClient`] where it is missing, repeated, or no product could have it.
pub fn client_of(parameters: &Parameters) -> Result<ProductId, NoReturn> {
    parameters.get("client_id").and_then(ProductId::parse).ok_or(NoReturn::UnknownClient)
}

/// The token of the request that was sent ahead, where one is referred to; [`NoReturn::NothingPushed`] where it can be none's.
pub fn pushed(parameters: &Parameters) -> Option<Result<PlainToken, NoReturn>> {
    let token = parameters.get("request_uri")?.strip_prefix(PUSHED)?;
    Some(PlainToken::parse(TokenKind::PushedRequest, token).ok_or(NoReturn::NothingPushed))
}

impl AuthorizeRequest {
    /// Reads a request of `product`, which the caller has found by [`client_of`].
    ///
    /// # Errors
    /// What is wrong, and who is to be told.
    pub fn parse(parameters: &Parameters, product: &Product) -> Result<Self, Refused> {
        if client_of(parameters).map_err(Refused::Shown)? != product.id {
            return Err(Refused::Shown(NoReturn::UnknownClient));
        }
        Self::of_known(parameters, product)
    }

    /// Reads a request that `product` sends ahead, which has authenticated: the authentication says whose it is.
    ///
    /// # Errors
    /// What is wrong.
    pub fn parse_pushed(parameters: &Parameters, product: &Product) -> Result<Self, ProtocolError> {
        if parameters.get("request_uri").is_some() {
            return Err(ErrorCode::InvalidRequest.because("What is sent ahead refers to nothing else (request_uri)."));
        }
        Self::of_known(parameters, product).map_err(|refused| refused.told())
    }

    fn of_known(parameters: &Parameters, product: &Product) -> Result<Self, Refused> {
        let redirect_uri = parameters.get("redirect_uri").ok_or(Refused::Shown(NoReturn::NoAddress))?;
        let address = ReturnAddress::of(product, redirect_uri).ok_or(Refused::Shown(NoReturn::OtherAddress))?;
        let (return_to, mode) = returned(parameters, address);
        let read = mode.and_then(|()| Self::read(parameters, return_to.clone()));
        read.map_err(|error| Refused::Sent(Box::new(return_to), error))
    }

    /// What a remote app asks for at the authorization challenge endpoint: a code, which goes to whoever asks.
    pub fn of_remote_app(scopes: Scopes, code_challenge: CodeChallenge) -> Self {
        Self {
            return_to: ReturnAddress::nowhere(),
            nonce: None,
            scopes,
            code_challenge,
            silent: false,
            fresh_sign_in: false,
            max_age: None,
            acr: None,
            login_hint: None,
            id_token_hint: None,
        }
    }

    fn read(parameters: &Parameters, return_to: ReturnAddress) -> Result<Self, ProtocolError> {
        parameters.once_each()?;
        no_reference(parameters)?;
        response_type(parameters)?;
        let scopes = Scopes::parse(parameters.get("scope").unwrap_or_default())
            .ok_or(ErrorCode::InvalidScope.because("The scope is no list of scopes."))?;
        let (silent, fresh_sign_in) = prompt(parameters.get("prompt").unwrap_or_default())?;
        let text = |name: &str, max: usize, wrong: &'static str| {
            parameters.short(name, max, wrong).map(|value| value.map(str::to_owned))
        };
        Ok(Self {
            nonce: text("nonce", MAX_NONCE, "The nonce is too long, or not printable ASCII.")?,
            scopes,
            code_challenge: CodeChallenge::of_request(parameters)?,
            silent,
            fresh_sign_in,
            max_age: parameters.get("max_age").map(max_age).transpose()?,
            acr: lowest(parameters.get("acr_values").unwrap_or_default()).map(Acr),
            login_hint: parameters.get("login_hint").filter(|hint| hint.len() <= MAX_HINT).map(str::to_owned),
            id_token_hint: text("id_token_hint", MAX_TOKEN, "The id_token_hint is no token.")?,
            return_to,
        })
    }

    /// What it asks of the person besides the product's policy.
    pub fn demands(&self) -> Demands {
        Demands {
            fresh_sign_in: self.fresh_sign_in,
            max_age: self.max_age.map(Duration::from_secs),
            level: self.acr.map(|acr| acr.0),
        }
    }
}

/// The whole return address, and what is wrong with the way in which the answer shall travel.
fn returned(parameters: &Parameters, address: ReturnAddress) -> (ReturnAddress, Result<(), ProtocolError>) {
    let state = parameters.short("state", MAX_STATE, "The state is too long, or not printable ASCII.");
    let address = address.with_state(state.ok().flatten());
    match parameters.get("response_mode") {
        _ if state.is_err() => (address, state.map(|_| ())),
        None | Some("query") => (address, Ok(())),
        Some("form_post") => (address.with_mode(ResponseMode::FormPost), Ok(())),
        Some(_) => (address, Err(ErrorCode::InvalidRequest.because("The response_mode must be query or form_post."))),
    }
}

fn no_reference(parameters: &Parameters) -> Result<(), ProtocolError> {
    if parameters.get("request").is_some() {
        return Err(ErrorCode::RequestNotSupported.because("The parameter request is not supported."));
    }
    match parameters.get("request_uri") {
        None => Ok(()),
        Some(uri) if uri.starts_with(PUSHED) => {
            Err(ErrorCode::InvalidRequestUri.because("The request_uri is none that was given here."))
        }
        Some(_) => Err(ErrorCode::RequestUriNotSupported.because("The parameter request_uri is not supported.")),
    }
}

fn response_type(parameters: &Parameters) -> Result<(), ProtocolError> {
    match parameters.needed("response_type", "The parameter response_type is missing.")? {
        "code" => Ok(()),
        _ => Err(ErrorCode::UnsupportedResponseType.because("The response_type must be code.")),
    }
}

/// Whether no page may be shown, and whether the person must sign in afresh. There is nothing to consent to, and one account a
/// person: choosing another one is signing in.
fn prompt(text: &str) -> Result<(bool, bool), ProtocolError> {
    let wanted: Vec<_> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let is_known = |word: &&str| ["none", "login", "consent", "select_account"].contains(word);
    if !wanted.iter().all(is_known) {
        return Err(ErrorCode::InvalidRequest.because("The prompt is none that is known."));
    }
    let silent = wanted.contains(&"none");
    if silent && wanted.iter().any(|word| *word != "none") {
        return Err(ErrorCode::InvalidRequest.because("The prompt none stands alone."));
    }
    Ok((silent, wanted.contains(&"login") || wanted.contains(&"select_account")))
}

fn max_age(text: &str) -> Result<u64, ProtocolError> {
    let is_number = text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| is_number);
    seconds.ok_or(ErrorCode::InvalidRequest.because("The max_age is no number of seconds."))
}

/// The lowest of the levels named: a client that names several is content with any (OpenID Connect Core section 3.1.2.1).
fn lowest(acr_values: &str) -> Option<Level> {
    acr_values.split(' ').filter_map(level_of).min()
}

fn level_of(acr: &str) -> Option<Level> {
    Level::ALL.into_iter().find(|level| level.acr() == acr)
}
