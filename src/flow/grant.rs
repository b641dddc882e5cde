//! What a sign-in gives a product: a code, and for the code tokens. Everything that is given hangs on the grant's row, and each use
//! looks at the row, the session, the account and the product again, so that whatever ends one of them ends the tokens with it.

pub mod access;
pub mod code;
mod device;
pub mod host;
pub mod issued;
pub mod refresh;
mod standing;

use std::time::Duration;

use super::{act::Act, audit};
use crate::model::audit::Event;
use crate::model::dice::Dice;
use crate::model::id::{AccountId, GrantId, SessionId};
use crate::model::opening::Basis;
use crate::model::product::{Kind, Policy, Product, ProductId};
use crate::model::signing_algorithm::SigningAlgorithm;
use crate::model::time::Timestamp;
use crate::model::token::{PlainToken, TokenKind};
use crate::oidc::authorize::AuthorizeRequest;
use crate::oidc::error::{ErrorCode, ProtocolError};
use crate::oidc::token_request::TokenRequest;
use crate::store::account::AccountLock;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::grant::{self, Grant};
use crate::store::{refresh_token, session};
use issued::Issued;

/// How long a code is good for: the time of a redirect and a call.
pub const CODE_LIFE: Duration = Duration::from_secs(60);
/// How long access and ID tokens are good for.
pub const ACCESS_LIFE: Duration = Duration::from_secs(600);
/// How long a grant without a session is good for, and one at a host that asks each time.
const WITHOUT_SESSION: Duration = Duration::from_secs(12 * 3_600);

const NOT_GOOD: ProtocolError = ErrorCode::InvalidGrant
    .because("The grant is not valid: unknown, used, expired, revoked, or given for another request.");

/// What a code is given for.
#[derive(Clone, Copy, Debug)]
pub struct Issue<'a> {
    /// To whom.
    pub product: &'a Product,
    /// In which session; none for a remote app.
    pub session: Option<&'a SessionId>,
    /// What was asked for.
    pub request: &'a AuthorizeRequest,
    /// What was proved.
    pub basis: Basis,
}

/// What a token request came to.
#[derive(Debug)]
pub enum Exchanged {
    /// Tokens, to be signed.
    Issued(Box<Issued>),
    /// There is no key to sign them with yet; nothing was used up.
    KeyMissing(SigningAlgorithm),
    /// None.
    Refused(ProtocolError),
}

/// Gives a code to a product for which the locked account has proved enough.
pub fn issue_code(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    issue: Issue<'_>,
) -> Result<PlainToken, Error> {
    let Issue { product, session, request, basis } = issue;
    let now = lock.now();
    let code = PlainToken::new(TokenKind::Code, dice);
    let grant = Grant {
        id: GrantId::new(dice.id(now)),
        account: lock.id().clone(),
        epoch: lock.account.epoch,
        product: product.id.clone(),
        session: session.cloned(),
        scope: request.scopes.to_string(),
        nonce: request.nonce.clone(),
        redirect_uri: request.return_to.to_repeat().map(str::to_owned),
        code_challenge: Some(request.code_challenge.as_str().to_owned()),
        password: basis.password,
        passcode: basis.passcode,
        created_at: now,
        expires_at: end(tx, act, now, (session, product, basis))?,
        code_expires_at: Some(now.plus(CODE_LIFE)),
        code_used_at: None,
        revoked_at: None,
    };
    grant::insert(tx, lock, &grant, Some(&act.token_mac(&code)))?;
    audit::record(tx, act, lock, Event::ProductOpened(product.id.clone()))?;
    Ok(code)
}

/// Grants a device of the product what it asked for, on the word of the locked account, which has proved enough. It has no code: the
/// device's own leads to it.
pub fn to_device(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &AccountLock,
    (id, product, scope): (GrantId, &Product, &str),
    basis: Basis,
) -> Result<(), Error> {
    let now = lock.now();
    let grant = Grant {
        id,
        account: lock.id().clone(),
        epoch: lock.account.epoch,
        product: product.id.clone(),
        session: None,
        scope: scope.to_owned(),
        nonce: None,
        redirect_uri: None,
        code_challenge: None,
        password: basis.password,
        passcode: basis.passcode,
        created_at: now,
        expires_at: end(tx, act, now, (None, product, basis))?,
        code_expires_at: None,
        code_used_at: None,
        revoked_at: None,
    };
    grant::insert(tx, lock, &grant, None)
}

/// When nothing is given for a grant any more: at the session's end at the latest; where the product wants passcodes of its own,
/// once this one is too old, though what the code itself gives is not cut short. A
/// proxied product that asks each time does so when its host gets a cookie, which is then good for a working day.
fn end(
    tx: &mut Tx<'_>,
    act: &Act,
    now: Timestamp,
    (session, product, basis): (Option<&SessionId>, &Product, Basis),
) -> Result<Timestamp, Error> {
    let ends_at = match session {
        None => now.plus(WITHOUT_SESSION),
        Some(id) => {
            let session = session::load(tx, id)?;
            let session = session.ok_or_else(|| Error::Bug("a code for a session that is gone".into()))?;
            session.created_at.plus(act.settings.sessions.absolute)
        }
    };
    Ok(match product.policy {
        Policy::Inherit => ends_at,
        Policy::Separate(age) if product.kind == Kind::Proxied => {
            let age = if age.is_zero() { WITHOUT_SESSION } else { age };
            ends_at.min(basis.passcode.at().plus(age))
        }
        Policy::Separate(age) => ends_at.min(basis.passcode.at().plus(age).max(now.plus(CODE_LIFE + ACCESS_LIFE))),
    })
}

/// Whose account the request is about; `None` where it names nothing that is known.
pub fn account_of(tx: &mut Tx<'_>, act: &Act, request: &TokenRequest) -> Result<Option<AccountId>, Error> {
    let found = match request {
        TokenRequest::Code { code, .. } => grant::by_code(tx, &act.token_macs(code))?,
        TokenRequest::Refresh { token, .. } => match refresh_token::find(tx, &act.token_macs(token))? {
            Some(token) => grant::load(tx, &token.grant)?,
            None => None,
        },
        TokenRequest::Device { device_code } => device::grant_of(tx, act, device_code)?,
    };
    Ok(found.map(|grant| grant.account))
}

/// Exchanges what `client`, which has authenticated, offers.
pub fn exchange(tx: &mut Tx<'_>, act: &Act, client: &ProductId, request: &TokenRequest) -> Result<Exchanged, Error> {
    match request {
        TokenRequest::Code { code, redirect_uri, verifier } => {
            code::redeem(tx, act, client, &code::Offer { code, redirect_uri: redirect_uri.as_deref(), verifier })
        }
        TokenRequest::Refresh { token, scopes } => refresh::refresh(tx, act, client, (token, scopes.as_ref())),
        TokenRequest::Device { device_code } => device::redeem(tx, act, client, device_code),
    }
}
