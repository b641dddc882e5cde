//! **Forgot password?**: a link to the account's address, behind which a new password is set. It never skips MFA, signs nobody
//! in, and after it emailed passcodes wait: the mailbox alone never opens an account.

use std::time::Duration;

use super::act::Act;
use super::link::{self as links, Gone, Older};
use super::sign_in::emailed::free_at;
use super::sign_in::finish::make_known;
use super::{audit, new_password, post};
use crate::keys::Purpose as Key;
use crate::mail::message::{Message, ResetLink};
use crate::model::account::Account;
use crate::model::audit::Event;
use crate::model::dice::Dice;
use crate::model::email_address::EmailAddress;
use crate::model::id::AccountId;
use crate::model::link::{Ending, Purpose};
use crate::model::recovery_lock::RecoveryLock;
use crate::model::secret::SecretText;
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::store::account::{AccountLock, with_lock};
use crate::store::account_name::Kind;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::mail_count::{self, Counted};
use crate::store::{account_name, email_change, link};

const KIND: &str = "password_reset";
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// What asking for a link led to: the same for addresses that no account has.
#[derive(Debug)]
pub enum Asked {
    /// If the address is an account's, a link is on its way to it.
    Sent,
    /// No more for this address until then.
    Wait(Timestamp),
}

/// Mails a link to the account that has this address. A newer link does not end one that was opened already.
pub fn request(tx: &mut Tx<'_>, act: &Act, email: &EmailAddress) -> Result<Asked, Error> {
    let limits = &act.settings.limits;
    let key = act.keys.mac(Key::Name, &[email.canonical().as_bytes()]);
    let subject = data_encoding::HEXLOWER.encode(key.as_bytes());
    let hourly = mail_count::times(tx, (&subject, KIND), act.now.minus(HOUR), limits.forgot_hourly)?;
    let daily = mail_count::times(tx, (&subject, KIND), act.now.minus(DAY), limits.forgot_daily)?;
    let waits = [free_at(&hourly, limits.forgot_hourly, HOUR), free_at(&daily, limits.forgot_daily, DAY)];
    if let Some(until) = waits.into_iter().flatten().max() {
        return Ok(Asked::Wait(until));
    }
    let mut dice = act.dice();
    let counted = Counted { subject: &subject, kind: KIND, known_browser: false };
    mail_count::insert(tx, &dice.id(act.now), counted, act.now)?;
    if let Some(account) = account_at(tx, act, email)? {
        with_lock(tx, &account, act.now, |tx, lock| match is_stopped(&lock.account) {
            true => Ok(()),
            false => mail_link(tx, (act, &mut dice), lock),
        })?;
    }
    Ok(Asked::Sent)
}

/// The account that has this address, or had it before a change that can still be undone.
fn account_at(tx: &mut Tx<'_>, act: &Act, email: &EmailAddress) -> Result<Option<AccountId>, Error> {
    let Some((account, kind)) = account_name::holder(tx, email.canonical())? else { return Ok(None) };
    let is_its = match kind {
        Kind::Email => true,
        Kind::Former => email_change::of(tx, &account, act.now)?.is_some(),
        Kind::Username => false,
    };
    Ok(is_its.then_some(account))
}

/// Whether no link to a new password is mailed: the account may not sign in, or its owner said that somebody else is at work on it.
/// A password that is blocked is replaced by such a link all the same: nothing else does, and it opens nothing by itself.
pub fn is_stopped(account: &Account) -> bool {
    let lock_stops = account.recovery_lock.is_some_and(RecoveryLock::stops_reset_mail);
    account.disabled_at.is_some() || lock_stops && !account.password_blocked
}

/// Mails the locked account a link to set a new password.
pub fn mail_link(tx: &mut Tx<'_>, (act, dice): (&Act, &mut Dice), lock: &mut AccountLock) -> Result<(), Error> {
    let life = act.settings.limits.reset_link;
    let token = links::make(tx, (act, dice), lock, (Purpose::PasswordReset, life), Older::SpareOpened)?;
    let message =
        Message::ResetLink(ResetLink { link: links::address(act, Purpose::PasswordReset, &token), good_for: life });
    post::send_recovery(tx, (act, dice), lock, &message)?;
    audit::record(tx, act, lock, Event::ResetMailed)
}

/// Whose password a link sets.
#[derive(Debug)]
pub struct Standing {
    /// The account.
    pub account: AccountId,
    /// Its username.
    pub username: String,
    /// Its email address.
    pub email: String,
    /// Its person's name.
    pub name: Option<String>,
}

/// Whose password the link behind `token` sets, or why it leads nowhere. Reads only.
pub fn standing(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Result<Standing, Gone>, Error> {
    Ok(find(tx, act, token)?.map(|(_, standing)| standing))
}

fn find(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Result<(link::Link, Standing), Gone>, Error> {
    let found = links::with_account(tx, act, Purpose::PasswordReset, token)?;
    Ok(found.map(|(found, account, row)| {
        (found, Standing { account, username: row.username, email: row.email, name: row.name })
    }))
}

/// Notes that the link's page was used, so that a newer link does not end it.
pub fn hold(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<(), Error> {
    if let Ok((found, _)) = find(tx, act, token)? {
        link::open(tx, &found.id, None, act.now)?;
    }
    Ok(())
}

/// Sets the new password (its hash was computed outside). The browser becomes a known one whose tries charge the budget too.
pub fn change(
    tx: &mut Tx<'_>,
    act: &Act,
    token: &PlainToken,
    phc: &SecretText,
) -> Result<Result<PlainToken, Gone>, Error> {
    let account = match standing(tx, act, token)? {
        Ok(standing) => standing.account,
        Err(gone) => return Ok(Err(gone)),
    };
    let changed = with_lock(tx, &account, act.now, |tx, lock| {
        let found = match find(tx, act, token)? {
            Ok((found, _)) => found,
            Err(gone) => return Ok(Err(gone)),
        };
        if !link::end(tx, &found.id, Ending::Used)? {
            return Ok(Err(Gone::Used));
        }
        let mut dice = act.dice();
        new_password::set(tx, (act, &mut dice), lock, phc)?;
        email_change::trust_password(tx, lock)?;
        lock.account.mail_paused = lock.account.has_mfa();
        audit::record(tx, act, lock, Event::PasswordReset)?;
        make_known(tx, (act, &mut dice), lock, true).map(Ok)
    })?;
    Ok(changed.unwrap_or(Err(Gone::Unknown)))
}
