//! What an administrator does with accounts.

use std::collections::HashMap;

use super::act::Act;
use super::new_password::end_everything;
use super::sign_in::password::seal_hash;
use super::{audit, invitation, post};
use crate::mail::message::{AccountReset, AccountUnlocked, Message};
use crate::model::account::{Account, Role};
use crate::model::account_name::{self as names, Username};
use crate::model::audit::Event;
use crate::model::dice::Dice;
use crate::model::email_address::EmailAddress;
use crate::model::group_name::GroupName;
use crate::model::id::AccountId;
use crate::model::reason::Reason;
use crate::model::recovery_lock::RecoveryLock;
use crate::model::secret::SecretText;
use crate::model::throttle::Rest;
use crate::store::account::{self, AccountLock, Listed, with_lock};
use crate::store::account_name::{self, Kind};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{account_group, known_browser, rescue, security_answer, totp_app};

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its username.
    pub username: Username,
    /// Its email address.
    pub email: EmailAddress,
    /// Its person's name.
    pub name: Option<String>,
    /// The customer that the person belongs to.
    pub organization: Option<String>,
    /// Its role.
    pub role: Role,
    /// The groups that it is in.
    pub groups: Vec<GroupName>,
}

/// How its first password comes.
#[derive(Clone, Debug)]
pub enum FirstPassword {
    /// Given now, as a PHC string.
    Hash(SecretText),
    /// Set by the person behind an emailed invitation.
    Invitation,
}

/// How making an account ended.
#[derive(Debug)]
pub enum Added {
    /// It is there.
    Done(AccountId),
    /// Another account has this username (or it is another's email address).
    UsernameTaken,
    /// Another account has this email address.
    EmailTaken,
}

/// Makes an account.
pub fn add(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    new: &NewAccount,
    first: &FirstPassword,
) -> Result<Added, Error> {
    let id = AccountId::new(dice.id(act.now));
    if account_name::holder(tx, new.username.canonical())?.is_some() {
        return Ok(Added::UsernameTaken);
    }
    if account_name::holder(tx, new.email.canonical())?.is_some() {
        return Ok(Added::EmailTaken);
    }
    account::insert(tx, &id, &blank(new), act.now)?;
    let claimed = account_name::claim(tx, new.username.canonical(), &id, Kind::Username)?
        && account_name::claim(tx, new.email.canonical(), &id, Kind::Email)?;
    if !claimed {
        return Err(Error::Unavailable("the same name was taken at the same moment; try again".into()));
    }
    with_lock(tx, &id, act.now, |tx, lock| {
        audit::record(tx, act, lock, Event::AccountMade(new.role))?;
        if !new.groups.is_empty() {
            put_into(tx, act, lock, &new.groups)?;
        }
        match first {
            FirstPassword::Hash(phc) => {
                lock.account.password_hash = Some(seal_hash(act, lock.id(), phc, dice));
                Ok(())
            }
            FirstPassword::Invitation => invitation::send(tx, (act, dice), lock),
        }
    })?;
    Ok(Added::Done(id))
}

fn blank(new: &NewAccount) -> Account {
    Account {
        username: new.username.as_str().to_owned(),
        email: new.email.as_str().to_owned(),
        name: new.name.clone(),
        organization: new.organization.clone(),
        role: new.role,
        disabled_at: None,
        epoch: 1,
        audit_seq: 0,
        password_hash: None,
        password_due: false,
        password_blocked: false,
        mail_paused: false,
        recovery_lock: None,
        mfa_set_up_at: None,
        recovery_code: None,
        last_sign_in_at: None,
        password_tat: None,
        password_known_tat: None,
        rest: Rest::default(),
    }
}

/// All accounts by username.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Listed>, Error> {
    account::list(tx)
}

/// All accounts by username, each with the names of its groups.
pub fn list_with_groups(tx: &mut Tx<'_>) -> Result<Vec<(Listed, Vec<String>)>, Error> {
    let mut groups: HashMap<AccountId, Vec<String>> = HashMap::new();
    for (account, name) in account_group::all(tx)? {
        groups.entry(account).or_default().push(name);
    }
    let mut shown = Vec::new();
    for listed in account::list(tx)? {
        let names = groups.remove(&listed.id).unwrap_or_default();
        shown.push((listed, names));
    }
    Ok(shown)
}

/// The account that a username or email address names.
pub fn find(tx: &mut Tx<'_>, typed: &str) -> Result<Option<Listed>, Error> {
    let Some(name) = names::typed(typed) else { return Ok(None) };
    let Some(id) = account_name::find(tx, &name)? else { return Ok(None) };
    Ok(account::load(tx, &id)?.map(|account| Listed { id, account }))
}

/// What an administrator may do to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It may sign in again.
    Enable,
    /// It may not sign in any more; its sessions end.
    Disable,
    /// Its role.
    SetRole(Role),
    /// Locks, the spent budget and what stopped the ways back are lifted. Emailed passcodes that wait go on waiting.
    Unlock,
    /// A new invitation.
    Invite,
}

/// Does it. `None` where there is no such account.
pub fn change(tx: &mut Tx<'_>, act: &Act, id: &AccountId, change: Change) -> Result<Option<()>, Error> {
    let mut dice = act.dice();
    with_lock(tx, id, act.now, |tx, lock| match change {
        Change::Enable => {
            lock.account.disabled_at = None;
            audit::record(tx, act, lock, Event::Enabled)
        }
        Change::Disable => {
            lock.account.disabled_at = Some(lock.now());
            end_everything(tx, &mut dice, lock)?;
            audit::record(tx, act, lock, Event::Disabled)
        }
        Change::SetRole(role) => {
            lock.account.role = role;
            end_everything(tx, &mut dice, lock)?;
            audit::record(tx, act, lock, Event::RoleSet(role))
        }
        Change::Unlock => {
            let ways_back = unlock(tx, lock)?;
            audit::record(tx, act, lock, Event::Unlocked)?;
            let message = Message::AccountUnlocked(AccountUnlocked { ways_back });
            match ways_back {
                // Whoever lifts what the owner has stopped may have been talked into it: the owner hears of each.
                Some(_) => post::tell(tx, (act, &mut dice), lock, &message),
                None => post::notify(tx, (act, &mut dice), lock, &message),
            }
        }
        Change::Invite => invitation::send(tx, (act, &mut dice), lock),
    })
}

/// Lifts everything; what the owner had stopped.
fn unlock(tx: &mut Tx<'_>, lock: &mut AccountLock) -> Result<Option<RecoveryLock>, Error> {
    lock.account.rest = Rest::default();
    lock.account.password_tat = None;
    lock.account.password_known_tat = None;
    rescue::delete_all(tx, lock)?;
    known_browser::unlock_all(tx, lock)?;
    Ok(lock.account.recovery_lock.take())
}

/// Takes the account's MFA away, to be set up again at the next sign-in. `None` where there is no such account.
pub fn reset_mfa(tx: &mut Tx<'_>, act: &Act, id: &AccountId, reason: &Reason) -> Result<Option<()>, Error> {
    with_lock(tx, id, act.now, |tx, lock| {
        let mut dice = act.dice();
        reset_mfa_of(tx, (act, &mut dice), lock, reason)?;
        post::tell(tx, (act, &mut dice), lock, &Message::AccountReset(AccountReset))
    })
}

/// Makes these the account's groups. `None` where there is no such account.
pub fn set_groups(tx: &mut Tx<'_>, act: &Act, id: &AccountId, names: &[GroupName]) -> Result<Option<()>, Error> {
    with_lock(tx, id, act.now, |tx, lock| put_into(tx, act, lock, names))
}

fn put_into(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock, names: &[GroupName]) -> Result<(), Error> {
    account_group::set(tx, lock, names)?;
    audit::record(tx, act, lock, Event::GroupsSet(names.to_vec()))
}

/// The same for who holds the lock and then tells the owner. Whoever resets has looked at the person, so the ways back are open
/// again too.
pub(super) fn reset_mfa_of(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    reason: &Reason,
) -> Result<(), Error> {
    totp_app::delete_all(tx, lock)?;
    security_answer::delete_all(tx, lock)?;
    rescue::delete_all(tx, lock)?;
    lock.account.recovery_code = None;
    lock.account.mfa_set_up_at = None;
    lock.account.mail_paused = false;
    lock.account.recovery_lock = None;
    lock.account.rest = lock.account.rest.with_new_budget();
    end_everything(tx, dice, lock)?;
    audit::record(tx, act, lock, Event::MfaReset(reason.clone()))
}
