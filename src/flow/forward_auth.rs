//! Products behind a proxy, which speak no protocol (kind *proxied*). The proxy asks before each request ([`check`]). On the product's
//! own host Vestibule serves three pages, through which the browser gets a cookie of that host alone:
//!
//! 1. [`begin`] gives it a secret, the *state*, and makes a request of the product, as another product would make its own.
//! 2. The browser goes through the sign-in and comes back with a code, for which [`finish`] gives the cookie: to the browser with the
//!    state, at the host at which it began, once.
//! 3. [`leave`] ends the cookie.

pub mod asked;

use data_encoding::BASE64URL_NOPAD;

use super::act::Act;
use super::authorize;
use super::grant::code::Offer;
use super::grant::host::{self, Standing};
use super::session;
use crate::config::PublicUrl;
use crate::keys::Purpose;
use crate::model::id::SessionId;
use crate::model::product::{Kind, Product};
use crate::model::return_path::ReturnPath;
use crate::model::token::{Mac, PlainToken, TokenKind};
use crate::oidc::pkce::CodeVerifier;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{account_group, product};
use asked::Asked;

/// The page of a product's host at which a sign-in begins.
pub const START: &str = "/.vestibule/start";
/// The page to which its code comes.
pub const CALLBACK: &str = "/.vestibule/callback";
/// The page at which its cookie ends.
pub const SIGN_OUT: &str = "/.vestibule/sign-out";

/// A proxied product at its host.
#[derive(Clone, Debug)]
pub struct ProductHost {
    /// The product.
    pub product: Product,
    /// The host's origin.
    pub origin: String,
}

impl ProductHost {
    fn callback(&self) -> String {
        format!("{}{CALLBACK}", self.origin)
    }
}

/// The product at this host, which is written as it was registered.
pub fn product_at(tx: &mut Tx<'_>, ours: &PublicUrl, host: &str) -> Result<Option<ProductHost>, Error> {
    let found = product::by_host(tx, host)?.filter(|product| product.kind == Kind::Proxied);
    Ok(found.map(|product| ProductHost { origin: ours.origin_beside(host), product }))
}

/// What a proxy is told of a request.
#[derive(Debug)]
pub enum Verdict {
    /// It may go on, as this person's.
    Known(Person),
    /// Nobody who may open the product; signing in begins at this address.
    SignIn(String),
    /// No product is at that address.
    NoProduct,
}

/// Who stands behind a request, as its product is told.
#[derive(Debug)]
pub struct Person {
    /// The username.
    pub username: String,
    /// The email address.
    pub email: String,
    /// The groups' names.
    pub groups: Vec<String>,
    /// The session, where it is to be noted that it was seen.
    pub to_touch: Option<SessionId>,
}

/// Decides for the address that was asked for, with the host's cookie.
pub fn check(tx: &mut Tx<'_>, act: &Act, asked: &Asked, cookie: Option<&PlainToken>) -> Result<Verdict, Error> {
    let found = product_at(tx, &act.settings.public_url, asked.host())?.filter(|found| found.origin == asked.origin());
    let Some(at) = found else { return Ok(Verdict::NoProduct) };
    let standing = match cookie {
        Some(cookie) => host::find(tx, act, &at.product, cookie)?,
        None => None,
    };
    Ok(match standing {
        Some(standing) => Verdict::Known(person(tx, act, standing)?),
        None => Verdict::SignIn(asked.sign_in_address()),
    })
}

fn person(tx: &mut Tx<'_>, act: &Act, standing: Standing) -> Result<Person, Error> {
    let Standing { grant, account, session } = standing;
    let groups = account_group::of(tx, &grant.account)?;
    let to_touch = session::wants_touch(act, &session).then_some(session.id);
    Ok(Person { username: account.username, email: account.email, groups, to_touch })
}

/// Notes that the session was seen.
pub fn touch(tx: &mut Tx<'_>, act: &Act, session: &SessionId) -> Result<(), Error> {
    crate::store::session::touch(tx, session, act.now)
}

/// A sign-in that begins at a host.
#[derive(Debug)]
pub struct Begun {
    /// The state, for the browser alone.
    pub state: PlainToken,
    /// The request's token.
    pub request: PlainToken,
}

/// Begins a sign-in that leads to `to`. A browser that has a state keeps it, so that two of its windows can sign in at once.
pub fn begin(
    tx: &mut Tx<'_>,
    act: &Act,
    at: &ProductHost,
    to: &ReturnPath,
    held: Option<&PlainToken>,
) -> Result<Begun, Error> {
    let mut dice = act.dice();
    let state = held.cloned().unwrap_or_else(|| PlainToken::new(TokenKind::HostState, &mut dice));
    let verifier = verifier(&state).ok_or_else(|| Error::Bug("a state is no code verifier".into()))?;
    let mark = mark(&act.keys.mac(Purpose::Form, &bound(&state, &at.origin, to)), to);
    let address = (at.callback(), mark);
    let request = authorize::host::start(
        tx,
        (act, &mut dice),
        at.product.clone(),
        (&address.0, &address.1),
        verifier.challenge(),
    )?;
    Ok(Begun { state, request })
}

/// What comes back to a host.
#[derive(Clone, Copy, Debug)]
pub struct Returned<'a> {
    /// The browser's state.
    pub state: &'a PlainToken,
    /// The mark that [`begin`] put on the request.
    pub mark: &'a str,
    /// The code.
    pub code: &'a PlainToken,
}

/// The host's cookie and where it leads; nothing unless everything is as it was given, to this browser, here.
pub fn finish(
    tx: &mut Tx<'_>,
    act: &Act,
    at: &ProductHost,
    returned: Returned<'_>,
) -> Result<Option<(PlainToken, ReturnPath)>, Error> {
    let Some((mac, to)) = read_mark(returned.mark) else { return Ok(None) };
    if !act.keys.verify(Purpose::Form, &bound(returned.state, &at.origin, &to), &mac) {
        return Ok(None);
    }
    let Some(verifier) = verifier(returned.state) else { return Ok(None) };
    let callback = at.callback();
    let offer = Offer { code: returned.code, redirect_uri: Some(&callback), verifier: &verifier };
    Ok(host::redeem(tx, act, &at.product, &offer)?.map(|cookie| (cookie, to)))
}

/// Whether the host's cookie is good.
pub fn is_known(tx: &mut Tx<'_>, act: &Act, at: &ProductHost, cookie: &PlainToken) -> Result<bool, Error> {
    Ok(host::find(tx, act, &at.product, cookie)?.is_some())
}

/// Ends the host's cookie.
pub fn leave(tx: &mut Tx<'_>, act: &Act, at: &ProductHost, cookie: &PlainToken) -> Result<(), Error> {
    host::leave(tx, act, &at.product, cookie)
}

/// A state is the verifier of its request's challenge (RFC 7636): only its browser can redeem the code.
fn verifier(state: &PlainToken) -> Option<CodeVerifier> {
    CodeVerifier::parse(state.expose())
}

/// What a mark holds together.
fn bound<'a>(state: &'a PlainToken, origin: &'a str, to: &'a ReturnPath) -> [&'a [u8]; 3] {
    [state.expose().as_bytes(), origin.as_bytes(), to.as_str().as_bytes()]
}

/// The `state` of the request: it says where to go, and nobody without the browser's state can have made it.
fn mark(mac: &Mac, to: &ReturnPath) -> String {
    let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    format!("{}.{}", encode(mac.as_bytes()), encode(to.as_str().as_bytes()))
}

fn read_mark(text: &str) -> Option<(Mac, ReturnPath)> {
    let (mac, to) = text.split_once('.')?;
    let decode = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).ok();
    let to = ReturnPath::parse(&String::from_utf8(decode(to)?).ok()?)?;
    Some((Mac::new(decode(mac)?), to))
}
