//! **This wasn't me**: the owner's answer to a case. It closes the case and stops every way back that goes past the owner's own
//! devices; signing in and the recovery code go on. Such a link outlives whatever a stranger changes.

use super::upkeep::close_all;
use crate::flow::act::Act;
use crate::flow::link::{self as links, Gone};
use crate::flow::post;
use crate::mail::message::{CaseStopped, Message};
use crate::model::device;
use crate::model::link::{Ending, Purpose};
use crate::model::recovery_lock::RecoveryLock;
use crate::model::rescue::Identity;
use crate::model::support_case::{CaseNumber, Closing};
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::store::account::{self, AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{link, set_up_visit, support_case};

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
    Ok(Ok(Standing { username: row.username, number: case.number, at: case.opened_at, browser: case.browser, network }))
}

/// Whose account the used link behind `token` made safe.
pub fn confirmed(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<String>, Error> {
    let found = link::find(tx, Purpose::CaseNotMe, &act.token_macs(token))?;
    let account = found.filter(|link| link.ending == Some(Ending::Used)).and_then(|link| link.account);
    match account {
        Some(account) => Ok(account::load(tx, &account)?.map(|row| row.username)),
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
        stop(tx, lock)?;
        let mail = CaseStopped { number: case.number.as_str().to_owned() };
        post::tell(tx, (act, &mut act.dice()), lock, &Message::CaseStopped(mail))?;
        Ok(Ok(()))
    })?;
    Ok(confirmed.unwrap_or(Err(Gone::Unknown)))
}

/// Stops the ways back, and what was begun on them: a new device that answers led to, and a link to a new password. Only where the
/// password is blocked such a link goes on: nothing else leads out of that, and it opens nothing by itself.
fn stop(tx: &mut Tx<'_>, lock: &mut AccountLock) -> Result<(), Error> {
    lock.account.recovery_lock = Some(RecoveryLock::NotMe.besides(lock.account.recovery_lock));
    set_up_visit::delete_proved_by(tx, lock, Identity::Answers)?;
    if lock.account.password_blocked {
        return Ok(());
    }
    link::replace(tx, lock, Purpose::PasswordReset, false)
}
