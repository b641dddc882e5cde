//! The change itself, behind the link that the new address got. No session is needed: the link was asked for in a confirmed one,
//! and whoever has it reads the new address.

use crate::flow::act::Act;
use crate::flow::link::{self as links, Gone, Older};
use crate::flow::{audit, post};
use crate::mail::message::{EmailChanged, EmailInUse, Message};
use crate::model::audit::Event;
use crate::model::dice::Dice;
use crate::model::email_address::EmailAddress;
use crate::model::email_change::{Changed, UNDO_LIFE};
use crate::model::id::AccountId;
use crate::model::link::{Ending, Purpose};
use crate::model::token::PlainToken;
use crate::model::words;
use crate::store::account::{self, AccountLock, with_lock};
use crate::store::account_name::{self, Kind};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{attempt, email_change, link, security_answer};

/// What was mailed to the address before a change is good for nothing after it.
const MAILED_TO_OLD: [Purpose; 5] =
    [Purpose::SetUp, Purpose::NewDevice, Purpose::PasswordReset, Purpose::Invitation, Purpose::EmailConfirm];

/// The change that a link is about.
#[derive(Debug)]
pub struct Standing {
    /// Whose account.
    pub username: String,
    /// The new address.
    pub email: String,
}

/// The change that the link behind `token` would make, or why it leads nowhere. Reads only.
pub fn standing(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Result<Standing, Gone>, Error> {
    Ok(find(tx, act, token)?.map(|(_, _, standing)| standing))
}

type Found = (link::Link, AccountId, Standing);

fn find(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Result<Found, Gone>, Error> {
    let (found, id, row) = match links::with_account(tx, act, Purpose::EmailConfirm, token)? {
        Ok(found) => found,
        Err(gone) => return Ok(Err(gone)),
    };
    let asked = email_change::asked(tx, &found.id)?;
    Ok(asked.ok_or(Gone::Unknown).map(|email| (found, id, Standing { username: row.username, email })))
}

/// How confirming ended.
#[derive(Debug)]
pub enum Confirmed {
    /// The address is changed.
    Done,
    /// Another account has the address by now.
    Taken,
    /// The link leads nowhere any more.
    Gone(Gone),
}

/// Changes the address.
pub fn confirm(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Confirmed, Error> {
    let account = match find(tx, act, token)? {
        Ok((_, account, _)) => account,
        Err(gone) => return Ok(Confirmed::Gone(gone)),
    };
    let confirmed = with_lock(tx, &account, act.now, |tx, lock| {
        let (found, standing) = match find(tx, act, token)? {
            Ok((found, _, standing)) => (found, standing),
            Err(gone) => return Ok(Confirmed::Gone(gone)),
        };
        if email_change::of(tx, lock.id(), lock.now())?.is_some() {
            return Ok(Confirmed::Gone(Gone::Unknown));
        }
        if !link::end(tx, &found.id, Ending::Used)? {
            return Ok(Confirmed::Gone(Gone::Used));
        }
        let email = EmailAddress::parse(&standing.email)
            .map_err(|problem| Error::Bug(format!("an address that was asked for is none: {problem}")))?;
        change(tx, act, lock, &email)
    })?;
    Ok(confirmed.unwrap_or(Confirmed::Gone(Gone::Unknown)))
}

fn change(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock, email: &EmailAddress) -> Result<Confirmed, Error> {
    account_name::release(tx, lock)?;
    if !account_name::claim(tx, email.canonical(), lock.id(), Kind::Email)? {
        return Ok(Confirmed::Taken);
    }
    let before = EmailAddress::parse(&lock.account.email)
        .map_err(|problem| Error::Bug(format!("the address of account {} is none: {problem}", lock.id())))?;
    if !account_name::set_aside(tx, lock, before.canonical())? {
        return Err(Error::Bug(format!("the address of account {} is not among the names", lock.id())));
    }
    let changed = Changed {
        email_before: lock.account.email.clone(),
        changed_at: lock.now(),
        password_hash: lock.account.password_hash.clone(),
        recovery_code: lock.account.recovery_code.clone(),
        answers: security_answer::mark(tx, lock.id())?,
        set_up_at: None,
    };
    email_change::put(tx, lock, &changed)?;
    email.as_str().clone_into(&mut lock.account.email);
    for purpose in MAILED_TO_OLD {
        link::replace(tx, lock, purpose, false)?;
    }
    attempt::forget_emailed(tx, lock)?;
    audit::record(tx, act, lock, Event::EmailChanged)?;
    tell_both(tx, (act, &mut act.dice()), lock, (&changed, email))?;
    Ok(Confirmed::Done)
}

fn tell_both(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    (changed, email): (&Changed, &EmailAddress),
) -> Result<(), Error> {
    let token = links::make(tx, (act, dice), lock, (Purpose::EmailUndo, UNDO_LIFE), Older::Keep)?;
    let to_old = Message::EmailChanged(EmailChanged {
        undo_link: links::address(act, Purpose::EmailUndo, &token),
        new_email: email.masked(),
        good_for: UNDO_LIFE,
    });
    let username = lock.account.username.as_str();
    post::send_to(tx, (act, dice), (&changed.email_before, username), (lock.now(), &to_old))?;
    let until = words::clock_time_and_date(changed.until(), &act.settings.branding.time_zone);
    post::send(tx, (act, dice), lock, &Message::EmailInUse(EmailInUse { until }))
}

/// Whose address the used link behind `token` changed, and to what.
pub fn confirmed(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<Standing>, Error> {
    let found = link::find(tx, Purpose::EmailConfirm, &act.token_macs(token))?;
    let Some(found) = found.filter(|link| link.ending == Some(Ending::Used)) else { return Ok(None) };
    let Some(email) = email_change::asked(tx, &found.id)? else { return Ok(None) };
    let Some(id) = found.account else { return Ok(None) };
    let row = account::load(tx, &id)?.filter(|row| row.email == email);
    Ok(row.map(|row| Standing { username: row.username, email }))
}
