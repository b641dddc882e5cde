//! A passcode that a product asks for in a live session: an attempt of that session, which takes no password and starts no session.
//! It is charged as every other; five wrong ones end the session.

use super::advance::Visitor;
use super::pending::{self, Pending};
use crate::flow::act::Act;
use crate::flow::sign_in::password::{Opened, known_browser_of, open_attempt};
use crate::flow::{audit, session_end};
use crate::model::audit::Event;
use crate::model::dice::Dice;
use crate::model::id::{AttemptId, RequestId, SessionId};
use crate::model::proof::PasscodeProof;
use crate::model::sign_in::{Attempt, Ending};
use crate::model::token::PlainToken;
use crate::store::account::AccountLock;
use crate::store::attempt;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::session::Session;

/// The attempt's token: of the one that this browser has begun already, or of a new one.
pub fn begin(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &AccountLock,
    session: &Session,
    (pending, visitor): (&Pending, &Visitor),
) -> Result<PlainToken, Error> {
    if let Some(token) = &visitor.attempt {
        let goes_on = |begun: &Attempt| {
            begun.is_live(lock.account.epoch, lock.now())
                && begun.account == *lock.id()
                && begun.session.as_ref() == Some(&session.id)
                && begun.request.as_ref() == Some(&pending.row.id)
        };
        if attempt::find(tx, &act.token_macs(token))?.is_some_and(|begun| goes_on(&begun)) {
            return Ok(token.clone());
        }
    }
    let known_browser = known_browser_of(tx, act, lock, &visitor.browser.known_browsers)?;
    let aim = Opened { request: Some(pending.row.id.clone()), session: Some(session.id.clone()), confirms: None };
    open_attempt(tx, (act, &mut act.dice()), lock, known_browser, aim)
}

/// Takes the right passcode for the request, and ends the attempt. The request's token; `None` where it waits no more.
pub fn give(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &AccountLock,
    (attempt, request): (&AttemptId, Option<&RequestId>),
    given: (&SessionId, PasscodeProof),
) -> Result<Option<PlainToken>, Error> {
    if !attempt::end(tx, lock, attempt, Ending::Given)? {
        return Err(Error::Bug("an attempt ended twice under the account's lock".into()));
    }
    match request {
        Some(request) => pending::give_passcode(tx, act, lock, request, given),
        None => Ok(None),
    }
}

/// After a wrong passcode: so many of one session, with none right between them, end it. Whether they did.
pub fn heed_wrong(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    attempt: &Attempt,
    session: &SessionId,
) -> Result<bool, Error> {
    if attempt::wrong_in_session(tx, lock, session)? < act.rules().tries {
        return Ok(false);
    }
    attempt::end(tx, lock, &attempt.id, Ending::Wrong)?;
    if session_end::one(tx, dice, lock, session)? {
        audit::record(tx, act, lock, Event::SignedOut)?;
    }
    Ok(true)
}
