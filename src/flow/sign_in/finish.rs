//! The end of a whole sign-in: the session, the known browser, the owner's notice.

use std::time::Duration;

use crate::flow::act::Act;
use crate::flow::authorize::pending;
use crate::flow::link::Older;
use crate::flow::{audit, link, post, session_end};
use crate::mail::message::{Message, NewBrowser};
use crate::model::audit::Event;
use crate::model::dice::Dice;
use crate::model::id::{KnownBrowserId, SessionId};
use crate::model::link::Purpose;
use crate::model::sign_in::{Attempt, Authenticated, Ending};
use crate::model::throttle::Known;
use crate::model::token::{PlainToken, TokenKind};
use crate::store::account::AccountLock;
use crate::store::attempt;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::known_browser::{self, KnownBrowser};
use crate::store::mail_count;
use crate::store::session::{self, Place, Session};

/// The count that emailed passcodes stand under.
pub const PASSCODE_MAIL: &str = "passcode";
/// A shared browser stays known to so many other accounts.
const KEPT: usize = 3;
const NOT_ME_LIFE: Duration = Duration::from_secs(72 * 3_600);

/// What the browser already holds that this sign-in replaces.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// Its session, of whichever account.
    pub session: Option<PlainToken>,
    /// The known browsers that it says it is, of whichever accounts.
    pub known_browsers: Vec<PlainToken>,
}

/// What the browser gets.
#[derive(Debug)]
pub struct SignedIn {
    /// The session's token.
    pub session: PlainToken,
    /// The known browsers that it is now, newest first.
    pub known_browsers: Vec<PlainToken>,
    /// The product's request that the sign-in was for, if it still waits.
    pub request: Option<PlainToken>,
}

/// Starts the session that `proved` earns, ends the attempt and the browser's old session, and makes the browser known.
pub fn start_session(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    (proved, known): (&Authenticated, Option<KnownBrowserId>),
    browser: &Browser,
) -> Result<SignedIn, Error> {
    if !attempt::end(tx, lock, proved.attempt(), Ending::SignedIn)? {
        return Err(Error::Bug("an attempt ended twice under the account's lock".into()));
    }
    end_old_session(tx, (act, dice), lock, browser)?;
    let token = PlainToken::new(TokenKind::Session, dice);
    let id = SessionId::new(dice.id(lock.now()));
    let (address, name) = (act.address_text(), act.browser());
    let place = Place { address: &address, browser: &name };
    session::start(tx, lock, proved, (&id, &act.token_mac(&token)), place)?;
    let request = match proved.request() {
        Some(request) => pending::give_passcode(tx, act, lock, request, (&id, proved.passcode()))?,
        None => None,
    };
    let mut known_browsers = vec![note(tx, (act, dice), lock, (proved, known))?];
    known_browsers.extend(still_known(tx, act, browser)?);
    Ok(SignedIn { session: token, known_browsers, request })
}

/// Keeps a session of the locked account that has just made everything older end: it goes on in the new epoch with another id and
/// token, and its browser is known anew.
pub fn keep_session(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    old: Session,
    browser: &Browser,
) -> Result<SignedIn, Error> {
    let token = PlainToken::new(TokenKind::Session, dice);
    let id = SessionId::new(dice.id(lock.now()));
    let (address, name) = (act.address_text(), act.browser());
    session::keep(tx, lock, &old, (&id, &act.token_mac(&token)), Place { address: &address, browser: &name })?;
    let mut known_browsers = vec![make_known(tx, (act, dice), lock, false)?];
    known_browsers.extend(still_known(tx, act, browser)?);
    Ok(SignedIn { session: token, known_browsers, request: None })
}

/// What every whole sign-in does besides what it opens: the browser is known anew, the trail has it, and the owner hears of a browser
/// that was not known. What it is known by from now on.
pub fn note(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    (proved, known): (&Authenticated, Option<KnownBrowserId>),
) -> Result<PlainToken, Error> {
    if let Some(old) = &known {
        known_browser::delete(tx, lock, old)?;
    }
    let token = make_known(tx, (act, dice), lock, false)?;
    lock.account.last_sign_in_at = Some(lock.now());
    audit::record(tx, act, lock, Event::SignedIn(proved.passcode().way()))?;
    if known.is_none() {
        tell_of_new_browser(tx, (act, dice), lock)?;
    }
    Ok(token)
}

/// Makes this browser known to the locked account.
pub fn make_known(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    charges_budget: bool,
) -> Result<PlainToken, Error> {
    let token = PlainToken::new(TokenKind::KnownBrowser, dice);
    let browser = KnownBrowser {
        id: KnownBrowserId::new(dice.id(lock.now())),
        account: lock.id().clone(),
        epoch: lock.account.epoch,
        expires_at: lock.now().plus(act.settings.limits.known_browser_life),
        bucket: Known { charges_budget, ..Known::default() },
    };
    known_browser::insert(tx, lock, &browser, &act.token_mac(&token))?;
    Ok(token)
}

/// What the browser is to other accounts stays.
fn still_known(tx: &mut Tx<'_>, act: &Act, browser: &Browser) -> Result<Vec<PlainToken>, Error> {
    let mut kept = Vec::new();
    for token in browser.known_browsers.iter().take(KEPT) {
        if known_browser::find(tx, &act.token_macs(token))?.is_some() {
            kept.push(token.clone());
        }
    }
    Ok(kept)
}

/// The emailed passcode that was just used no longer counts against those that are asked for in vain.
pub fn count_emailed_as_used(tx: &mut Tx<'_>, lock: &AccountLock, attempt: &Attempt) -> Result<(), Error> {
    match &attempt.emailed {
        Some(emailed) => mail_count::mark_used(tx, lock.id().as_str(), PASSCODE_MAIL, emailed.sent_at),
        None => Ok(()),
    }
}

/// Another account's session is good for nothing from here on. It ends a moment later under its own lock: two accounts in one
/// transaction could wait for each other.
fn end_old_session(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    browser: &Browser,
) -> Result<(), Error> {
    let Some(token) = &browser.session else { return Ok(()) };
    match session::find(tx, &act.token_macs(token))? {
        Some(old) if old.account == *lock.id() => session_end::one(tx, dice, lock, &old.id).map(drop),
        Some(old) => session::expire(tx, &old.id),
        None => Ok(()),
    }
}

/// Not bound to one an hour, as other notices are: each needs a right passcode, and the second may be the thief's.
fn tell_of_new_browser(tx: &mut Tx<'_>, (act, dice): (&Act, &mut Dice), lock: &AccountLock) -> Result<(), Error> {
    let token = link::make(tx, (act, dice), lock, (Purpose::NotMe, NOT_ME_LIFE), Older::Keep)?;
    let message = Message::NewBrowser(NewBrowser {
        not_me_link: link::address(act, Purpose::NotMe, &token),
        good_for: NOT_ME_LIFE,
    });
    post::tell(tx, (act, dice), lock, &message)
}
