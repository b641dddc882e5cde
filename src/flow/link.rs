//! Emailed links: making one, and finding the one behind a token. Nothing here changes a link on being looked at.

use std::time::Duration;

use super::act::Act;
use crate::model::account::Account;
use crate::model::dice::Dice;
use crate::model::id::{AccountId, LinkId};
use crate::model::link::{Ending, Purpose};
use crate::model::secret::SecretText;
use crate::model::time::Timestamp;
use crate::model::token::{PlainToken, TokenKind};
use crate::store::account::{self, AccountLock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::link::{self, Link};

/// Why a link leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// No such link, or one of an account that has changed since.
    Unknown,
    /// Its time is over.
    Expired,
    /// A newer one was sent.
    Replaced,
    /// It has done what it was for.
    Used,
    /// It was gone on with in another browser.
    Elsewhere,
    /// The account's owner has stopped what it leads to.
    Stopped,
}

/// What a new link does to older ones of its purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Older {
    /// They end.
    End,
    /// They end, save those behind which something was done already.
    SpareOpened,
    /// They stay: each is about something of its own.
    Keep,
}

/// Makes a link of the locked account.
pub fn make(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    (purpose, life): (Purpose, Duration),
    older: Older,
) -> Result<PlainToken, Error> {
    if older != Older::Keep {
        link::replace(tx, lock, purpose, older == Older::SpareOpened)?;
    }
    let token = PlainToken::new(TokenKind::Link, dice);
    let made = fresh(LinkId::new(dice.id(lock.now())), lock.account.epoch, (lock.now(), life));
    link::insert(tx, lock, &made, purpose, &act.token_mac(&token))?;
    Ok(token)
}

/// A link's row before anything happened to it, of no account.
pub fn fresh(id: LinkId, epoch: i64, (created_at, life): (Timestamp, Duration)) -> Link {
    let expires_at = created_at.plus(life);
    Link {
        id,
        account: None,
        epoch,
        created_at,
        expires_at,
        opened_at: None,
        ending: None,
        visit: None,
        product: None,
        recovery_code: None,
    }
}

/// The link behind `token`, if it is good at `now`; its epoch is left to the caller, who holds the account.
pub fn find(tx: &mut Tx<'_>, act: &Act, purpose: Purpose, token: &PlainToken) -> Result<Result<Link, Gone>, Error> {
    let found = link::find(tx, purpose, &act.token_macs(token))?;
    Ok(found.ok_or(Gone::Unknown).and_then(|link| good(link, act.now)))
}

/// The same with its account, which is in the epoch of the link and may sign in. Without the account's lock somebody may use the
/// link up between the two readings; so where the account does not fit, the link is asked once more.
pub fn with_account(
    tx: &mut Tx<'_>,
    act: &Act,
    purpose: Purpose,
    token: &PlainToken,
) -> Result<Result<(Link, AccountId, Account), Gone>, Error> {
    let found = match find(tx, act, purpose, token)? {
        Ok(found) => found,
        Err(gone) => return Ok(Err(gone)),
    };
    let Some(id) = found.account.clone() else { return Ok(Err(Gone::Unknown)) };
    match account::load(tx, &id)?.filter(|row| row.epoch == found.epoch && row.disabled_at.is_none()) {
        Some(row) => Ok(Ok((found, id, row))),
        None => Ok(Err(find(tx, act, purpose, token)?.err().unwrap_or(Gone::Unknown))),
    }
}

/// The link itself while it is good, or why it is not.
pub fn good(link: Link, now: Timestamp) -> Result<Link, Gone> {
    match link.ending {
        Some(Ending::Used) => Err(Gone::Used),
        Some(Ending::Replaced) => Err(Gone::Replaced),
        None if now >= link.expires_at => Err(Gone::Expired),
        None => Ok(link),
    }
}

/// The address that goes into the mail.
pub fn address(act: &Act, purpose: Purpose, token: &PlainToken) -> SecretText {
    SecretText::new(act.settings.public_url.join(&format!("{}/{}", purpose.path(), token.expose())))
}
