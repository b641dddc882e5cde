//! Undoing a change, behind the link that the old address got. Such a link outlives whatever was changed since.
//!
//! What the account could be opened with before is what it can be opened with after: the password, and the apps that had been there
//! for long. Whoever changed the address knew that password, and has none of those apps; the owner has both, and chooses a new
//! password on the way in. Everything else is taken away or stopped.

use crate::flow::act::Act;
use crate::flow::link::{self as links, Gone};
use crate::flow::new_password::end_everything;
use crate::flow::{audit, post};
use crate::mail::message::{EmailUndone, Message};
use crate::model::audit::Event;
use crate::model::email_address::EmailAddress;
use crate::model::email_change::{Changed, staying};
use crate::model::id::AccountId;
use crate::model::link::{Ending, Purpose};
use crate::model::recovery_lock::RecoveryLock;
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::store::account::{self, AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{account_name, email_change, link, removed_app, security_answer, totp_app};

/// The change that a link undoes.
#[derive(Debug)]
pub struct Standing {
    /// Whose account.
    pub username: String,
    /// When it was changed.
    pub at: Timestamp,
    /// The address now, masked.
    pub email: String,
    /// The address that the account gets back.
    pub email_before: String,
}

/// The change that the link behind `token` undoes, or why it leads nowhere. Reads only.
pub fn standing(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Result<Standing, Gone>, Error> {
    let (id, changed) = match find(tx, act, token)? {
        Ok((_, id, changed)) => (id, changed),
        Err(gone) => return Ok(Err(gone)),
    };
    let Some(row) = account::load(tx, &id)? else { return Ok(Err(Gone::Unknown)) };
    let email = EmailAddress::parse(&row.email).map(|email| email.masked()).unwrap_or_default();
    Ok(Ok(Standing { username: row.username, at: changed.changed_at, email, email_before: changed.email_before }))
}

type Found = (link::Link, AccountId, Changed);

/// The account may be in any epoch, and it may be disabled: its address is the owner's all the same.
fn find(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Result<Found, Gone>, Error> {
    let found = match links::find(tx, act, Purpose::EmailUndo, token)? {
        Ok(found) => found,
        Err(gone) => return Ok(Err(gone)),
    };
    let Some(id) = found.account.clone() else { return Ok(Err(Gone::Unknown)) };
    match email_change::of(tx, &id, act.now)?.filter(|changed| changed.changed_at == found.created_at) {
        Some(changed) => Ok(Ok((found, id, changed))),
        // Without the account's lock somebody may use the link up between the two readings.
        None => Ok(Err(links::find(tx, act, Purpose::EmailUndo, token)?.err().unwrap_or(Gone::Unknown))),
    }
}

/// Undoes it.
pub fn undo(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Result<(), Gone>, Error> {
    let account = match find(tx, act, token)? {
        Ok((_, account, _)) => account,
        Err(gone) => return Ok(Err(gone)),
    };
    let undone = with_lock(tx, &account, act.now, |tx, lock| {
        let (found, changed) = match find(tx, act, token)? {
            Ok((found, _, changed)) => (found, changed),
            Err(gone) => return Ok(Err(gone)),
        };
        if !link::end(tx, &found.id, Ending::Used)? {
            return Ok(Err(Gone::Used));
        }
        // Both addresses hear of it, so the change is forgotten last.
        let mut dice = act.dice();
        post::tell(tx, (act, &mut dice), lock, &Message::EmailUndone(EmailUndone))?;
        restore_address(tx, lock, &changed)?;
        restore_factors(tx, lock, &changed)?;
        link::end_since(tx, lock, changed.changed_at)?;
        end_everything(tx, &mut dice, lock)?;
        lock.account.mail_paused = true;
        lock.account.recovery_lock = Some(RecoveryLock::Undone.besides(lock.account.recovery_lock));
        email_change::delete(tx, lock)?;
        audit::record(tx, act, lock, Event::EmailUndone)?;
        Ok(Ok(()))
    })?;
    Ok(undone.unwrap_or(Err(Gone::Unknown)))
}

fn restore_address(tx: &mut Tx<'_>, lock: &mut AccountLock, changed: &Changed) -> Result<(), Error> {
    let before = EmailAddress::parse(&changed.email_before)
        .map_err(|problem| Error::Bug(format!("the former address of account {} is none: {problem}", lock.id())))?;
    if !account_name::take_back(tx, lock, before.canonical())? {
        return Err(Error::Bug(format!("the former address of account {} was not kept for it", lock.id())));
    }
    lock.account.email.clone_from(&changed.email_before);
    Ok(())
}

/// What is of before stays or comes back; what is of since, or cannot be told apart from it, goes.
fn restore_factors(tx: &mut Tx<'_>, lock: &mut AccountLock, changed: &Changed) -> Result<(), Error> {
    let staying = staying(&removed_app::all(tx, lock)?, changed);
    for app in &staying {
        removed_app::bring_back(tx, lock, app)?;
    }
    for app in totp_app::of(tx, lock.id())?.iter().filter(|app| !staying.contains(&app.id)) {
        removed_app::forget(tx, lock, &app.id)?;
    }
    if lock.account.recovery_code != changed.recovery_code {
        lock.account.recovery_code = None;
    }
    if security_answer::mark(tx, lock.id())? != changed.answers {
        security_answer::delete_all(tx, lock)?;
    }
    lock.account.password_hash.clone_from(&changed.password_hash);
    lock.account.password_blocked = false;
    lock.account.password_due = true;
    Ok(())
}

/// Whose change the used link behind `token` undid.
pub fn undone(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<String>, Error> {
    let found = link::find(tx, Purpose::EmailUndo, &act.token_macs(token))?;
    let account = found.filter(|link| link.ending == Some(Ending::Used)).and_then(|link| link.account);
    match account {
        Some(account) => Ok(account::load(tx, &account)?.map(|row| row.username)),
        None => Ok(None),
    }
}
