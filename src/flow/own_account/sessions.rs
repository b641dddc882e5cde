//! Where a person is signed in: browsers, and programs with a sign-in window of their own; and ending that. To end a session only
//! makes an account safer, so no confirmation is asked for.

use super::in_session;
use crate::flow::act::Act;
use crate::flow::session::{Live, is_good};
use crate::flow::{audit, session_end};
use crate::model::audit::Event;
use crate::model::id::{AccountId, GrantId, SessionId};
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{grant, session};

/// A browser that is signed in.
#[derive(Debug)]
pub struct InBrowser {
    /// Its session.
    pub id: SessionId,
    /// The browser in words.
    pub browser: String,
    /// The network that it signed in from, /24 or /48, with its country where that is told; empty where it is not known.
    pub network: String,
    /// When it was seen last, to the minute.
    pub seen_at: Timestamp,
    /// It is the one that asks.
    pub is_this: bool,
}

/// A program that signed in by itself.
#[derive(Debug)]
pub struct InProgram {
    /// What it was given.
    pub id: GrantId,
    /// The product.
    pub name: String,
    /// When it signed in.
    pub began_at: Timestamp,
}

/// The person's sessions, this one first, and programs.
pub fn list(tx: &mut Tx<'_>, act: &Act, live: &Live) -> Result<(Vec<InBrowser>, Vec<InProgram>), Error> {
    let (id, account) = (&live.session.account, &live.account);
    let placed = session::of_epoch(tx, id, account.epoch)?;
    let shown = placed.into_iter().filter(|placed| is_good(act, &placed.session, account)).map(|placed| InBrowser {
        is_this: placed.session.id == live.session.id,
        network: act.place(&placed.address),
        browser: placed.browser,
        seen_at: placed.session.last_seen_at,
        id: placed.session.id,
    });
    let mut browsers: Vec<_> = shown.collect();
    browsers.sort_by_key(|browser| !browser.is_this);
    Ok((browsers, programs(tx, act, (id, account.epoch))?))
}

fn programs(tx: &mut Tx<'_>, act: &Act, of: (&AccountId, i64)) -> Result<Vec<InProgram>, Error> {
    let held = grant::without_session(tx, of, act.now)?;
    Ok(held.into_iter().map(|(id, name, began_at)| InProgram { id, name, began_at }).collect())
}

/// Ends the session, or what a program was given, that has this id; `false` where there is none of this account, or it is the one
/// that asks. `None` where that one is over.
pub fn end(tx: &mut Tx<'_>, act: &Act, token: &PlainToken, id: &str) -> Result<Option<bool>, Error> {
    in_session(tx, act, token, |tx, lock, here| {
        if here.id.as_str() == id {
            return Ok(false);
        }
        let ended = session_end::one(tx, &mut act.dice(), lock, &SessionId::new(id.to_owned()))?
            || grant::revoke_without_session(tx, lock, Some(&GrantId::new(id.to_owned())))?;
        if ended {
            audit::record(tx, act, lock, Event::SessionEnded)?;
        }
        Ok(ended)
    })
}

/// Ends all but the session behind `token`, programs too. `None` where it is over.
pub fn end_others(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<()>, Error> {
    in_session(tx, act, token, |tx, lock, here| {
        let mut dice = act.dice();
        for other in session::of_epoch(tx, lock.id(), lock.account.epoch)? {
            if other.session.id != here.id {
                session_end::one(tx, &mut dice, lock, &other.session.id)?;
            }
        }
        grant::revoke_without_session(tx, lock, None)?;
        audit::record(tx, act, lock, Event::OtherSessionsEnded)
    })
}
