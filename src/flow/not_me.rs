//! **This wasn't me**: the owner's answer to a sign-in from an unknown browser. It ends every session and blocks the password;
//! a link to set a new one follows by mail. Such a link outlives whatever the stranger changes.

use super::act::Act;
use super::link::{self as links, Gone};
use super::new_password::end_everything;
use super::{audit, password_reset};
use crate::model::audit::Event;
use crate::model::link::{Ending, Purpose};
use crate::model::token::PlainToken;
use crate::store::account::{self, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::link;

/// Whose sign-in the link is about, or why it leads nowhere. Reads only.
pub fn standing(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Result<String, Gone>, Error> {
    let account = match links::find(tx, act, Purpose::NotMe, token)? {
        Ok(found) => found.account,
        Err(gone) => return Ok(Err(gone)),
    };
    let row = match account {
        Some(account) => account::load(tx, &account)?,
        None => None,
    };
    Ok(row.map(|row| row.username).ok_or(Gone::Unknown))
}

/// Ends everything and mails a link to set a new password.
pub fn confirm(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Result<(), Gone>, Error> {
    let account = match links::find(tx, act, Purpose::NotMe, token)? {
        Ok(found) => found.account,
        Err(gone) => return Ok(Err(gone)),
    };
    let Some(account) = account else { return Ok(Err(Gone::Unknown)) };
    let confirmed = with_lock(tx, &account, act.now, |tx, lock| {
        let found = match links::find(tx, act, Purpose::NotMe, token)? {
            Ok(found) => found,
            Err(gone) => return Ok(Err(gone)),
        };
        if !link::end(tx, &found.id, Ending::Used)? {
            return Ok(Err(Gone::Used));
        }
        end_everything(tx, lock)?;
        lock.account.password_blocked = true;
        audit::record(tx, act, lock, Event::NotMe)?;
        password_reset::mail_link(tx, (act, &mut act.dice()), lock)?;
        Ok(Ok(()))
    })?;
    Ok(confirmed.unwrap_or(Err(Gone::Unknown)))
}
