//! **This wasn't me**: the owner's answer to a sign-in from an unknown browser. It ends every session and blocks the password;
//! a link to set a new one follows by mail. Such a link outlives whatever the stranger changes.

use super::act::Act;
use super::link::{self as links, Gone};
use super::new_password::end_everything;
use super::{audit, password_reset};
use crate::model::audit::Event;
use crate::model::link::{Ending, Purpose};
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::store::account::{self, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{audit as audit_rows, link};

/// The sign-in that a link is about.
#[derive(Debug)]
pub struct Standing {
    /// Whose account.
    pub username: String,
    /// When it was.
    pub at: Timestamp,
    /// The browser in words.
    pub browser: String,
    /// The network: /24 or /48.
    pub network: String,
}

/// The sign-in that the link behind `token` is about, or why it leads nowhere. Reads only.
pub fn standing(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Result<Standing, Gone>, Error> {
    let found = match links::find(tx, act, Purpose::NotMe, token)? {
        Ok(found) => found,
        Err(gone) => return Ok(Err(gone)),
    };
    let Some(account) = found.account else { return Ok(Err(Gone::Unknown)) };
    let Some(row) = account::load(tx, &account)? else { return Ok(Err(Gone::Unknown)) };
    let sign_in = audit_rows::at(tx, (account.as_str(), "sign-in"), found.created_at)?;
    let (browser, address) = sign_in.map(|event| (event.browser, event.address)).unwrap_or_default();
    let network = act.place(&address);
    Ok(Ok(Standing { username: row.username, at: found.created_at, browser, network }))
}

/// Whose account the used link behind `token` made safe.
pub fn confirmed(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<String>, Error> {
    let found = link::find(tx, Purpose::NotMe, &act.token_macs(token))?;
    let account = found.filter(|link| link.ending == Some(Ending::Used)).and_then(|link| link.account);
    match account {
        Some(account) => Ok(account::load(tx, &account)?.map(|row| row.username)),
        None => Ok(None),
    }
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
        let mut dice = act.dice();
        end_everything(tx, &mut dice, lock)?;
        audit::record(tx, act, lock, Event::NotMe)?;
        if password_reset::is_stopped(&lock.account) {
            // No link could set the password anew: whoever gives it must prove to be the owner with an app, and then replace it.
            lock.account.password_due = true;
            return Ok(Ok(()));
        }
        lock.account.password_blocked = true;
        password_reset::mail_link(tx, (act, &mut dice), lock)?;
        Ok(Ok(()))
    })?;
    Ok(confirmed.unwrap_or(Err(Gone::Unknown)))
}
