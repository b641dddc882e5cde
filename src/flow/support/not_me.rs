//! **This wasn't me**: the owner's answer to a case. It closes the case and stops every way back that goes past the owner's own
//! devices; signing in and the recovery code go on. Such a link outlives whatever a stranger changes.
//!
//! Where support was talked into a reset before the owner said so, there is no device to go on with: nobody sets MFA up until an
//! administrator lifts that, since whoever came that far has the password and the mailbox, which is all that set-up asks for.

use super::upkeep::close_all;
use crate::flow::act::Act;
use crate::flow::link::{self as links, Gone};
use crate::flow::new_password::end_everything;
use crate::flow::post;
use crate::mail::message::{CaseStopped, Message};
use crate::model::account::Account;
use crate::model::device;
use crate::model::dice::Dice;
use crate::model::link::{Ending, Purpose};
use crate::model::recovery_lock::RecoveryLock;
use crate::model::rescue::Identity;
use crate::model::support_case::{CaseNumber, Closing};
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::store::account::{self, AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{link, mailed_key, set_up_visit, support_case, totp_app};

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
    /// The account has no MFA (any more), so that saying no stops everybody.
    pub without_mfa: bool,
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
    let network = case.address.parse().map_or(case.address, device::network);
    Ok(Ok(Standing {
        without_mfa: !row.has_mfa(),
        username: row.username,
        number: case.number,
        at: case.opened_at,
        browser: case.browser,
        network,
    }))
}

/// The account that the used link behind `token` made safe.
pub fn confirmed(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<Account>, Error> {
    let found = link::find(tx, Purpose::CaseNotMe, &act.token_macs(token))?;
    let account = found.filter(|link| link.ending == Some(Ending::Used)).and_then(|link| link.account);
    match account {
        Some(account) => account::load(tx, &account),
        None => Ok(None),
    }
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
        close_all(tx, act, lock, Closing::NotMe)?;
        let mut dice = act.dice();
        stop(tx, &mut dice, lock)?;
        let (number, set_up_stopped) = (case.number.as_str().to_owned(), lock.account.set_up_is_stopped());
        post::tell(tx, (act, &mut dice), lock, &Message::CaseStopped(CaseStopped { number, set_up_stopped }))?;
        Ok(Ok(()))
    })?;
    Ok(confirmed.unwrap_or(Err(Gone::Unknown)))
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
