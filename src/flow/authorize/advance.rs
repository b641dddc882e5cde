//! A request goes on: with a code, or with what is still missing.

use super::decide::{self, Decided, WhyNot};
use super::pending::{self, Pending};
use super::step_up;
use crate::flow::act::Act;
use crate::flow::grant::{self, Issue};
use crate::flow::session;
use crate::flow::sign_in::finish::Browser;
use crate::model::dice::Dice;
use crate::model::opening::Basis;
use crate::model::token::PlainToken;
use crate::oidc::response::Answer;
use crate::store::account::{AccountLock, with_lock};
use crate::store::authorization_request;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::session::{self as sessions, Session};

/// What the browser is answered.
#[derive(Debug)]
pub enum Next {
    /// The whole sign-in, for the request with this token.
    SignIn(PlainToken),
    /// A passcode for the product, with this attempt.
    Passcode(PlainToken),
    /// Back to the product.
    Answer(Answer),
    /// The product of this name does not open.
    Refused(WhyNot, String),
    /// There is no such request, or it is over.
    Over,
}

/// What the browser brings.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// Session and known browsers.
    pub browser: Browser,
    /// A sign-in that is not finished.
    pub attempt: Option<PlainToken>,
}

/// Takes the request behind `token` as far as it goes in this browser.
pub fn advance(tx: &mut Tx<'_>, act: &Act, token: &PlainToken, visitor: &Visitor) -> Result<Next, Error> {
    match pending::find(tx, act, token)? {
        Some(pending) => go_on(tx, act, pending, visitor),
        None => Ok(Next::Over),
    }
}

fn go_on(tx: &mut Tx<'_>, act: &Act, pending: Pending, visitor: &Visitor) -> Result<Next, Error> {
    let Some(found) = session_of(tx, act, visitor)? else {
        return nobody(tx, act, pending);
    };
    let next = with_lock(tx, &found.account, act.now, |tx, lock| {
        let session = sessions::load(tx, &found.id)?.filter(|session| session::is_good(act, session, &lock.account));
        let Some(session) = session else { return Ok(None) };
        sessions::touch(tx, &session.id, act.now)?;
        // Another browser, or another tab, may have been faster.
        let Some(pending) = pending::load(tx, act, &pending.row.id)? else { return Ok(Some(Next::Over)) };
        settle(tx, act, lock, &session, (pending, visitor)).map(Some)
    })?;
    match next.flatten() {
        Some(next) => Ok(next),
        None => nobody(tx, act, pending),
    }
}

/// The session of the browser that may be good; the account's lock tells.
pub(super) fn session_of(tx: &mut Tx<'_>, act: &Act, visitor: &Visitor) -> Result<Option<Session>, Error> {
    match &visitor.browser.session {
        Some(token) => sessions::find(tx, &act.token_macs(token)),
        None => Ok(None),
    }
}

fn nobody(tx: &mut Tx<'_>, act: &Act, pending: Pending) -> Result<Next, Error> {
    match decide::without_session(&pending) {
        Decided::Tell(error) => {
            ended_with(tx, act, &pending, |issuer| pending.request.return_to.with_error(issuer, error))
        }
        _ => Ok(Next::SignIn(pending.token)),
    }
}

fn settle(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &mut AccountLock,
    session: &Session,
    (pending, visitor): (Pending, &Visitor),
) -> Result<Next, Error> {
    match decide::in_session(tx, lock, session, &pending)? {
        Decided::Open(basis) => {
            if !authorization_request::end(tx, &pending.row.id, lock.now())? {
                return Ok(Next::Over);
            }
            code(tx, (act, &mut act.dice()), lock, session, (&pending, basis)).map(Next::Answer)
        }
        Decided::SignIn => Ok(Next::SignIn(pending.token)),
        Decided::Passcode => step_up::begin(tx, act, lock, session, (&pending, visitor)).map(Next::Passcode),
        Decided::Tell(error) => {
            ended_with(tx, act, &pending, |issuer| pending.request.return_to.with_error(issuer, error))
        }
        Decided::Show(why) => Ok(Next::Refused(why, pending.product.name)),
    }
}

/// The answer that carries a code.
pub(super) fn code(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    session: &Session,
    (pending, basis): (&Pending, Basis),
) -> Result<Answer, Error> {
    let issue = Issue { product: &pending.product, session: Some(&session.id), request: &pending.request, basis };
    let code = grant::issue_code(tx, (act, dice), lock, issue)?;
    Ok(pending.request.return_to.with_code(act.settings.public_url.as_str(), &code))
}

fn ended_with(
    tx: &mut Tx<'_>,
    act: &Act,
    pending: &Pending,
    answer: impl FnOnce(&str) -> Answer,
) -> Result<Next, Error> {
    if !authorization_request::end(tx, &pending.row.id, act.now)? {
        return Ok(Next::Over);
    }
    Ok(Next::Answer(answer(act.settings.public_url.as_str())))
}
