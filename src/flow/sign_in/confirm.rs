//! Confirming something in a live session with a passcode given for that: an attempt of that session, charged as every other. It
//! starts no session and opens no product; five wrong ones end the session. A session that has confirmed something has another token
//! from then on, so that whoever had a copy of the old one is out.

use super::finish::Browser;
use super::passcode::Submitted;
use super::password::{Opened, known_browser_of, open_attempt};
use crate::flow::act::Act;
use crate::flow::{audit, session as sessions_of};
use crate::model::audit::Event;
use crate::model::confirmation::{Confirmation, Subject};
use crate::model::id::{AttemptId, SessionId};
use crate::model::proof::PasscodeProof;
use crate::model::sign_in::{Attempt, Ending};
use crate::model::token::{PlainToken, TokenKind};
use crate::store::account::{AccountLock, CLOCK_SLACK, with_lock};
use crate::store::attempt;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::session::{self, Session};

/// Asks for the passcode that confirms, where no password is asked before it: the attempt's token, or that of the one that this
/// browser has begun already. `None` without a live session. Changes of one's own account begin with the password
/// ([`super::password::Typed::within`]).
pub fn begin(
    tx: &mut Tx<'_>,
    act: &Act,
    confirms: &Confirmation,
    (browser, begun): (&Browser, Option<&PlainToken>),
) -> Result<Option<PlainToken>, Error> {
    if confirms.subject == Subject::Changes {
        return Err(Error::Bug("changes are confirmed with the password first".into()));
    }
    let Some(token) = &browser.session else { return Ok(None) };
    let Some(found) = session::find(tx, &act.token_macs(token))? else { return Ok(None) };
    let token = with_lock(tx, &found.account, act.now, |tx, lock| {
        let session = session::load(tx, &found.id)?.filter(|session| sessions_of::is_good(act, session, &lock.account));
        let Some(session) = session else { return Ok(None) };
        if let Some(token) = begun {
            let goes_on = |begun: &Attempt| {
                begun.is_live(lock.account.epoch, lock.now())
                    && begun.account == *lock.id()
                    && begun.session.as_ref() == Some(&session.id)
                    && begun.confirms.as_ref() == Some(confirms)
            };
            if attempt::find(tx, &act.token_macs(token))?.is_some_and(|begun| goes_on(&begun)) {
                return Ok(Some(token.clone()));
            }
        }
        let known_browser = known_browser_of(tx, act, lock, &browser.known_browsers)?;
        let aim = Opened::to_confirm(session.id, confirms.clone());
        open_attempt(tx, (act, &mut act.dice()), lock, known_browser, aim).map(Some)
    })?;
    Ok(token.flatten())
}

/// Takes the right passcode, and ends the attempt.
pub(super) fn give(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &mut AccountLock,
    (attempt, confirms): (&AttemptId, Option<Confirmation>),
    (session, proof): (&SessionId, PasscodeProof),
) -> Result<Submitted, Error> {
    let Some(confirms) = confirms else { return Ok(Submitted::Over) };
    if !attempt::end(tx, lock, attempt, Ending::Given)? {
        return Err(Error::Bug("an attempt ended twice under the account's lock".into()));
    }
    let token = PlainToken::new(TokenKind::Session, &mut act.dice());
    if !session::confirm(tx, lock, (session, &act.token_mac(&token)), (&confirms.subject, proof))? {
        return Ok(Submitted::Over);
    }
    audit::record(tx, act, lock, Event::Confirmed(confirms.subject))?;
    Ok(Submitted::Confirmed(confirms.return_to, token))
}

/// Whether `subject` was confirmed in the session, not longer ago than counts. On a node whose clock is a little behind that of the
/// one that took the passcode it counts from now on.
pub fn is_given(act: &Act, session: &Session, subject: &Subject) -> bool {
    session.confirmed.as_ref().is_some_and(|given| {
        let is_slack = given.at.since(act.now) <= CLOCK_SLACK;
        given.counts_for(subject, if is_slack { act.now.max(given.at) } else { act.now })
    })
}

/// Uses up the confirmation of `subject` in a session of the locked account; `false` where there is none.
pub fn take(tx: &mut Tx<'_>, lock: &AccountLock, id: &SessionId, subject: &Subject) -> Result<bool, Error> {
    let found = session::load(tx, id)?.filter(|session| session.account == *lock.id());
    let counts =
        |session: &Session| session.confirmed.as_ref().is_some_and(|given| given.counts_for(subject, lock.now()));
    if !found.is_some_and(|session| counts(&session)) {
        return Ok(false);
    }
    session::take_confirmation(tx, lock, id, subject)
}
