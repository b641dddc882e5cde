//! **This wasn't me**: the owner's answer to a case. It closes the case and stops every way back that goes past the owner's own
//! devices; signing in and the recovery code go on. Such a link outlives whatever a stranger changes.
//!
//! Where support was talked into a reset before the owner said so, there is no device to go on with: nobody sets MFA up until an
//! administrator lifts that, since whoever came that far has the password and the mailbox, which is all that set-up asks for. Where
//! MFA was set up anew already, that is taken away first: it may be the stranger's.

use super::upkeep::close_all;
use crate::flow::act::Act;
use crate::flow::link::{self as links, Gone};
use crate::flow::new_password::end_everything;
use crate::flow::{account as accounts, post};
use crate::mail::message::{CaseStopped, Message};
use crate::model::account::Account;
use crate::model::dice::Dice;
use crate::model::id::AccountId;
use crate::model::link::{Ending, Purpose};
use crate::model::reason::Reason;
use crate::model::recovery_lock::RecoveryLock;
use crate::model::rescue::Identity;
use crate::model::support_case::{CaseNumber, Closing};
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::store::account::{self, AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{audit as audit_rows, link, mailed_key, set_up_visit, support_case, totp_app};

/// The case that a link is about.
#[derive(Debug)]
pub struct Standing {
    /// Whose account.
    pub username: String,
    /// The case.
    pub number: CaseNumber,
    /// When it was opened.
    pub at: Timestamp,
    /// The browser that asked, in words; empty where support was called.
    pub browser: String,
    /// The network that it asked from: /24 or /48; empty where support was called.
    pub network: String,
    /// What saying no meets.
    pub found: Found,
}

/// What the account is opened with when its owner says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The owner's app, which lifts what saying no stops.
    App,
    /// Emailed passcodes, which lift nothing.
    Email,
    /// Nothing: support has reset the account, or MFA was never set up.
    Nothing,
    /// What was set up after support had reset the account, by whoever it was.
    SetUpSince,
}

fn found(tx: &mut Tx<'_>, (id, row): (&AccountId, &Account), made: Timestamp) -> Result<Found, Error> {
    if !row.has_mfa() {
        return Ok(Found::Nothing);
    }
    if was_reset_since(tx, id, made)? {
        return Ok(Found::SetUpSince);
    }
    let has_app = totp_app::of(tx, id)?.iter().any(|app| !app.mailed);
    Ok(if has_app { Found::App } else { Found::Email })
}

/// Whether support has reset the account since `made`, and no administrator has looked at the person after that.
fn was_reset_since(tx: &mut Tx<'_>, id: &AccountId, made: Timestamp) -> Result<bool, Error> {
    let by_support = audit_rows::last_of(tx, id, ["case-approve"; 3])?;
    let by_anybody = audit_rows::last_of(tx, id, ["account-reset-mfa", "account-reset-mfa", "account-unlock"])?;
    Ok(by_support.is_some_and(|at| at >= made) && by_support == by_anybody)
}

/// The case that the link behind `token` is about, or why it leads nowhere. Reads only.
pub fn standing(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Result<Standing, Gone>, Error> {
    let found = match links::find(tx, act, Purpose::CaseNotMe, token)? {
        Ok(found) => found,
        Err(gone) => return Ok(Err(gone)),
    };
    let Some(id) = found.account else { return Ok(Err(Gone::Unknown)) };
    let Some(row) = account::load(tx, &id)? else { return Ok(Err(Gone::Unknown)) };
    let Some(case) = support_case::newest_of(tx, &id)? else { return Ok(Err(Gone::Unknown)) };
    let network = act.place(&case.address);
    Ok(Ok(Standing {
        found: self::found(tx, (&id, &row), found.created_at)?,
        username: row.username,
        number: case.number,
        at: case.opened_at,
        browser: case.browser,
        network,
    }))
}

/// An account whose owner has said no.
#[derive(Debug)]
pub struct Confirmed {
    /// Its username.
    pub username: String,
    /// MFA is not set up and cannot be until an administrator allows it.
    pub set_up_stopped: bool,
    /// It has an app, whose next passcode lifts what is stopped.
    pub has_app: bool,
}

/// The account that the used link behind `token` made safe.
pub fn confirmed(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<Confirmed>, Error> {
    let found = link::find(tx, Purpose::CaseNotMe, &act.token_macs(token))?;
    let account = found.filter(|link| link.ending == Some(Ending::Used)).and_then(|link| link.account);
    let Some(id) = account else { return Ok(None) };
    let Some(row) = account::load(tx, &id)? else { return Ok(None) };
    let has_app = totp_app::of(tx, &id)?.iter().any(|app| !app.mailed);
    Ok(Some(Confirmed { set_up_stopped: row.set_up_is_stopped(), username: row.username, has_app }))
}

/// Closes the account's cases, stops what it must, and tells the owner.
pub fn confirm(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Result<(), Gone>, Error> {
    let account = match links::find(tx, act, Purpose::CaseNotMe, token)? {
        Ok(found) => found.account,
        Err(gone) => return Ok(Err(gone)),
    };
    let Some(account) = account else { return Ok(Err(Gone::Unknown)) };
    let confirmed = with_lock(tx, &account, act.now, |tx, lock| {
        let found = match links::find(tx, act, Purpose::CaseNotMe, token)? {
            Ok(found) => found,
            Err(gone) => return Ok(Err(gone)),
        };
        let Some(case) = support_case::newest_of(tx, lock.id())? else { return Ok(Err(Gone::Unknown)) };
        if !link::end(tx, &found.id, Ending::Used)? {
            return Ok(Err(Gone::Used));
        }
        let mut dice = act.dice();
        if self::found(tx, (lock.id(), &lock.account), found.created_at)? == Found::SetUpSince {
            take_away(tx, (act, &mut dice), lock, &case.number)?;
        }
        close_all(tx, act, lock, Closing::NotMe)?;
        stop(tx, &mut dice, lock)?;
        let (number, set_up_stopped) = (case.number.as_str().to_owned(), lock.account.set_up_is_stopped());
        post::tell(tx, (act, &mut dice), lock, &Message::CaseStopped(CaseStopped { number, set_up_stopped }))?;
        Ok(Ok(()))
    })?;
    Ok(confirmed.unwrap_or(Err(Gone::Unknown)))
}

/// Takes away what was set up since support's reset. What was stopped stays so.
fn take_away(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    number: &CaseNumber,
) -> Result<(), Error> {
    let stopped = lock.account.recovery_lock;
    let reason = Reason::parse(&format!("the owner said no to support case {number}"));
    let reason = reason.map_err(|_| Error::Bug("a case's number is no reason".into()))?;
    accounts::reset_mfa_of(tx, (act, dice), lock, &reason)?;
    lock.account.recovery_lock = stopped;
    Ok(())
}

/// Stops the ways back, and what was begun on them: a new device that answers led to, and a link to a new password. Only where the
/// password is blocked such a link goes on: nothing else leads out of that, and it opens nothing by itself.
fn stop(tx: &mut Tx<'_>, dice: &mut Dice, lock: &mut AccountLock) -> Result<(), Error> {
    lock.account.recovery_lock = Some(RecoveryLock::NotMe.besides(lock.account.recovery_lock));
    set_up_visit::delete_proved_by(tx, lock, Identity::Answers)?;
    if !lock.account.has_mfa() {
        end_set_up(tx, dice, lock)?;
    }
    if lock.account.password_blocked {
        return Ok(());
    }
    link::replace(tx, lock, Purpose::PasswordReset, false)
}

/// Ends every set-up that is under way, with the links that lead to one, and what a remote app was given meanwhile with a key that
/// was mailed.
fn end_set_up(tx: &mut Tx<'_>, dice: &mut Dice, lock: &mut AccountLock) -> Result<(), Error> {
    set_up_visit::delete_all(tx, lock)?;
    mailed_key::delete(tx, lock)?;
    totp_app::delete_all(tx, lock)?;
    end_everything(tx, dice, lock)
}
