//! The sign-in of a remote app, which has a window of its own and no browser (OAuth 2.0 for First-Party Applications).
//!
//! 1. [`ask`] keeps what the app asks for as a request that no browser can name. The password opens an attempt for it, as in the
//!    browser and with the same throttle.
//! 2. [`go_on`] says where the attempt stands. Its token is new in every answer ([`renew`]), so that one that leaked is soon worth
//!    nothing.
//! 3. Where MFA is not set up, the setup email carries the key itself ([`key_mail`]). Its first right passcode makes it an app ([`prove`]),
//!    worth no more than the mailbox that it came through. The rest of set-up waits behind the mail's link, and a browser's sign-in
//!    leads there first.
//! 4. A right passcode ends in a code for the app ([`finish()`]) and in no session.

use std::time::Duration;

use super::act::Act;
use super::authorize::pending::{self, Pending};
use super::grant::{self, Issue};
use super::sign_in::aim::{self, Aim};
use super::sign_in::finish;
use super::sign_in::passcode::{Submitted, secret_aad};
use super::sign_in::throttle::Bucket;
use crate::config::Profile;
use crate::keys::Purpose as Key;
use crate::mail::message::{Message, RemoteSetUp};
use crate::mail::qr_code;
use crate::model::dice::Dice;
use crate::model::id::{AppId, KnownBrowserId, RequestId};
use crate::model::opening::Basis;
use crate::model::product::{Kind, Product};
use crate::model::secret::SecretText;
use crate::model::sign_in::{Authenticated, Ending, Stage};
use crate::model::throttle::Gate;
use crate::model::token::{PlainToken, TokenKind};
use crate::model::totp::{Secret, Step, otpauth_uri};
use crate::oidc::authorize::AuthorizeRequest;
use crate::oidc::pkce::CodeChallenge;
use crate::store::account::{AccountLock, with_lock};
use crate::store::authorization_request::{self, AuthorizationRequest};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::mailed_key::{self, MailedKey};
use crate::store::totp_app::SealedApp;
use crate::store::{attempt, product_access, totp_app};

/// How long a mailed key waits for its first passcode.
pub const KEY_LIFE: Duration = Duration::from_secs(900);

/// What an app is told to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The password: the sign-in is over, or never was.
    Password,
    /// The passcode.
    Passcode,
    /// MFA is to be set up first.
    SetUp,
    /// Nothing, while passcodes are locked.
    Wait(Gate),
    /// A new password, which only a browser can set.
    NewPassword,
}

/// Keeps what an app asks for; its token, which never leaves the server.
pub fn ask(tx: &mut Tx<'_>, act: &Act, product: &Product, request: &AuthorizeRequest) -> Result<PlainToken, Error> {
    let id = RequestId::new(act.dice().id(act.now));
    let token = pending::new_token(act, &id);
    let row = AuthorizationRequest {
        id,
        token: act.token_mac(&token),
        product: product.id.clone(),
        pushed: false,
        request: serde_json::to_string(request).map_err(|error| Error::Bug(error.to_string()))?,
        subject: None,
        created_at: act.now,
        expires_at: act.now.plus(act.settings.limits.attempt_life),
        passcode: None,
        ended_at: None,
    };
    authorization_request::insert(tx, &row)?;
    Ok(token)
}

/// Whether the sign-in behind `token` is one of this product's and of this challenge, where one is named again.
pub fn is_of(
    tx: &mut Tx<'_>,
    act: &Act,
    token: &PlainToken,
    (product, challenge): (&Product, Option<&CodeChallenge>),
) -> Result<bool, Error> {
    let Some(request) = attempt::find(tx, &act.token_macs(token))?.and_then(|attempt| attempt.request) else {
        return Ok(false);
    };
    let Some(pending) = pending::load(tx, act, &request)?.filter(Pending::is_remote) else { return Ok(false) };
    let is_same = challenge.is_none_or(|challenge| *challenge == pending.request.code_challenge);
    Ok(pending.product.id == product.id && is_same)
}

/// Where the sign-in behind `token` stands; where the passcode is next, entry begins.
pub fn go_on(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Next, Error> {
    let macs = act.token_macs(token);
    let Some(found) = attempt::find(tx, &macs)? else { return Ok(Next::Password) };
    let next = with_lock(tx, &found.account, act.now, |tx, lock| {
        let Some(found) = attempt::find(tx, &macs)? else { return Ok(Next::Password) };
        let gate = Bucket::of(tx, act, lock, &found)?.gate(act, lock);
        if gate != Gate::Open && found.epoch == lock.account.epoch {
            return Ok(Next::Wait(gate));
        }
        if aim::of(tx, act, lock, &found)?.is_none_or(|aim| aim.remote().is_none()) {
            return Ok(Next::Password);
        }
        match found.stage {
            Stage::Ended(_) => Ok(Next::Password),
            Stage::NewPassword(_) => Ok(Next::NewPassword),
            Stage::Passcode if lock.account.has_mfa() || has_key(tx, lock)? => {
                attempt::begin_entry(tx, lock, &found.id)?;
                Ok(Next::Passcode)
            }
            Stage::Passcode => Ok(Next::SetUp),
        }
    })?;
    Ok(next.unwrap_or(Next::Password))
}

/// A new token for the sign-in behind `token`, which is worth nothing from now on; `None` where there is none.
pub fn renew(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<PlainToken>, Error> {
    let macs = act.token_macs(token);
    let Some(found) = attempt::find(tx, &macs)? else { return Ok(None) };
    let new = PlainToken::new(TokenKind::AuthSession, &mut act.dice());
    let renewed = with_lock(tx, &found.account, act.now, |tx, lock| {
        attempt::renew_token(tx, lock, (&found.id, &macs), &act.token_mac(&new))
    })?;
    Ok(renewed.filter(|is_renewed| *is_renewed).map(|_| new))
}

/// Whether the locked account, whose MFA is not set up, has a key from a mail that passcodes can come from now.
pub fn has_key(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<bool, Error> {
    Ok(totp_app::of(tx, lock.id())?.iter().any(|app| app.mailed) || unproved_app(tx, lock)?.is_some())
}

/// The key of the newest mail while it waits for its first passcode, as an app that has never been used.
pub fn unproved_app(tx: &mut Tx<'_>, lock: &AccountLock) -> Result<Option<SealedApp>, Error> {
    let key = mailed_key::of(tx, lock)?.filter(|key| lock.now() < key.expires_at);
    Ok(key.map(|key| SealedApp {
        id: key.id,
        name: "Authenticator app".to_owned(),
        secret: key.secret,
        last_step: Step(0),
        last_used_at: lock.now(),
        mailed: true,
    }))
}

/// Makes the key that waits an app, where `app` is it: its first passcode was right.
pub fn prove(tx: &mut Tx<'_>, lock: &AccountLock, app: &AppId) -> Result<(), Error> {
    let Some(proved) = unproved_app(tx, lock)?.filter(|unproved| unproved.id == *app) else { return Ok(()) };
    // A newer key takes the place of an older one that was mailed.
    totp_app::delete_all(tx, lock)?;
    mailed_key::delete(tx, lock)?;
    totp_app::insert(tx, lock, &proved)
}

/// The key of a setup email, for the account's newest app to be: the mail that carries it.
pub fn key_mail(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    (product, link, good_for): (&Product, SecretText, Duration),
) -> Result<Message, Error> {
    let (id, secret) = (AppId::new(dice.id(lock.now())), Secret::new(dice));
    let sealed = act.keys.seal(Key::TotpSeal, &secret_aad(lock.id().as_str(), id.as_str()), secret.bytes(), dice);
    mailed_key::put(tx, lock, &MailedKey { id, secret: sealed, expires_at: lock.now().plus(KEY_LIFE) })?;
    let address = otpauth_uri(&act.settings.branding.name, &lock.account.username, &secret);
    let qr_code = qr_code::png(&address).ok_or_else(|| Error::Bug("a key's address fits no QR code".into()))?;
    Ok(Message::RemoteSetUp(RemoteSetUp {
        product: product.name.clone(),
        code: SecretText::new(secret.groups_of_four().join(" ")),
        qr_code,
        code_good_for: KEY_LIFE,
        link,
        good_for,
    }))
}

/// Whether a setup email that this product asks for carries the key itself: a remote app's does, but not where what came by mail opens nothing.
pub fn mails_keys(act: &Act, product: &Product) -> bool {
    product.kind == Kind::RemoteApp && act.settings.profile == Profile::Standard && !product.forbids_email
}

/// The end of a remote app's whole sign-in.
pub fn finish(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    (proved, known): (&Authenticated, Option<KnownBrowserId>),
    aim: Aim,
) -> Result<Submitted, Error> {
    let Some(pending) = aim.pending else { return Ok(Submitted::Over) };
    if !attempt::end(tx, lock, proved.attempt(), Ending::SignedIn)? {
        return Err(Error::Bug("an attempt ended twice under the account's lock".into()));
    }
    let device = finish::note(tx, (act, dice), lock, (proved, known))?;
    if !product_access::may_open(tx, &pending.product.id, lock.id())? {
        return Ok(Submitted::Remote(None, device));
    }
    if !authorization_request::end(tx, &pending.row.id, lock.now())? {
        return Err(Error::Bug("a remote app's request ended under the account's lock".into()));
    }
    let basis = Basis { password: proved.password(), passcode: proved.passcode() };
    let issue = Issue { product: &pending.product, session: None, request: &pending.request, basis };
    let code = grant::issue_code(tx, (act, dice), lock, issue)?;
    Ok(Submitted::Remote(Some(code), device))
}
