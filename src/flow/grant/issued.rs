//! Tokens that have been given and are to be signed. That takes a while for RSA, so it is done after the transaction, of which this
//! holds all that goes into them.

use serde_json::{Map, Value};

use super::{ACCESS_LIFE, Exchanged, refresh, standing};
use crate::flow::act::Act;
use crate::model::account::Account;
use crate::model::id::AccountId;
use crate::model::opening::Basis;
use crate::model::product::Product;
use crate::model::signing_algorithm::SigningAlgorithm;
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::oidc::claims::{ACCESS_TOKEN, AccessTokenClaims, ID_TOKEN, IdTokenClaims, Issue, Person};
use crate::oidc::jose::{KeyFailure, PrivateKey};
use crate::oidc::scope::{Scope, Scopes};
use crate::oidc::token_response::TokenResponse;
use crate::store::account::AccountLock;
use crate::store::account_group;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::grant::Grant;

/// What goes into the tokens.
#[derive(Debug)]
pub struct Issued {
    pub(super) key: PrivateKey,
    pub(super) algorithm: SigningAlgorithm,
    pub(super) issuer: String,
    pub(super) grant: Grant,
    pub(super) scopes: Scopes,
    pub(super) person: Map<String, Value>,
    pub(super) nonce: Option<String>,
    pub(super) jti: String,
    pub(super) refresh_token: Option<PlainToken>,
    pub(super) now: Timestamp,
}

impl Issued {
    /// Signs them.
    ///
    /// # Errors
    /// [`KeyFailure`], which is a defect of ours.
    pub fn sign(self) -> Result<TokenResponse, KeyFailure> {
        let Self { grant, scopes, now, .. } = &self;
        let life = grant.expires_at.since(*now).min(ACCESS_LIFE);
        let basis = Basis { password: grant.password, passcode: grant.passcode };
        let issue = Issue { issuer: &self.issuer, client: &grant.product, basis, now: *now, life };
        let ids = (self.jti.as_str(), grant.id.as_str());
        let access = AccessTokenClaims::new(issue, grant.account.as_str(), ids, scopes.clone());
        let access_token = self.key.sign(ACCESS_TOKEN, &access)?;
        let id_token = match scopes.has(Scope::OpenId) {
            true => Some(self.key.sign(ID_TOKEN, &self.id_token(issue, &access_token))?),
            false => None,
        };
        let refresh_token = self.refresh_token.map(|token| token.expose().to_owned());
        let response = TokenResponse::new(access_token, life.as_secs(), self.scopes);
        Ok(response.with_id_token(id_token).with_refresh_token(refresh_token))
    }

    fn id_token(&self, issue: Issue<'_>, access_token: &str) -> IdTokenClaims {
        let session = self.grant.session.as_ref().map(|id| id.as_str().to_owned());
        IdTokenClaims::new(issue, self.person.clone())
            .with_nonce(self.nonce.clone())
            .with_sid(session)
            .with_at_hash(access_token, self.algorithm)
    }
}

/// The tokens that a grant gives first: a refresh token among them where the product asked for one and may go on without its person.
pub(super) fn first(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &AccountLock,
    (grant, product, key): (Grant, &Product, PrivateKey),
) -> Result<Exchanged, Error> {
    let (mut dice, now) = (act.dice(), lock.now());
    let scopes = Scopes::parse(&grant.scope).unwrap_or_default();
    let keeps_asking = scopes.has(Scope::OfflineAccess) && standing::may_go_on(product, &grant, now);
    let refresh_token = match keeps_asking {
        true => Some(refresh::give(tx, (act, &mut dice), lock, (&grant.id, None))?),
        false => None,
    };
    let person = person(tx, lock, &scopes)?;
    let (jti, nonce, algorithm) = (dice.opaque_id(), grant.nonce.clone(), product.algorithm);
    let issuer = act.settings.public_url.as_str().to_owned();
    Ok(Exchanged::Issued(Box::new(Issued {
        key,
        algorithm,
        issuer,
        grant,
        scopes,
        person,
        nonce,
        jti,
        refresh_token,
        now,
    })))
}

/// The claims about the locked account's person that these scopes ask for.
pub(super) fn person(tx: &mut Tx<'_>, lock: &AccountLock, scopes: &Scopes) -> Result<Map<String, Value>, Error> {
    claims(tx, (lock.id(), &lock.account), scopes)
}

/// The same of an account that is not locked.
pub(super) fn claims(
    tx: &mut Tx<'_>,
    (id, account): (&AccountId, &Account),
    scopes: &Scopes,
) -> Result<Map<String, Value>, Error> {
    let person = Person {
        sub: id.as_str().to_owned(),
        username: account.username.clone(),
        name: account.name.clone(),
        email: account.email.clone(),
        groups: account_group::of(tx, id)?,
    };
    // MFA is set up behind a link that was mailed there.
    Ok(person.claims(scopes, account.mfa_set_up_at.is_some()))
}
