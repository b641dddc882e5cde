//! Puts a mail into the outbox, in the transaction that causes it.

use std::time::Duration;

use super::act::Act;
use crate::mail::message::{Circumstances, Look, Message};
use crate::mail::outgoing::{Addressed, Outgoing};
use crate::model::account::Account;
use crate::model::dice::Dice;
use crate::model::id::AccountId;
use crate::model::time::Timestamp;
use crate::model::words;
use crate::store::account::AccountLock;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::mail_count::{self, Counted};
use crate::store::{email_change, outbox};

const NOTICE_INTERVAL: Duration = Duration::from_secs(3_600);

/// Mails `message` to the locked account's address.
pub fn send(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    message: &Message,
) -> Result<(), Error> {
    send_to(tx, (act, dice), (&lock.account.email, &lock.account.username), (lock.now(), message))
}

/// The same for what leads back into the account: for as long as a change of the address can be undone, that goes to the address
/// before it, and to no other.
pub fn send_recovery(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    message: &Message,
) -> Result<(), Error> {
    let email = recovery_address(tx, lock.id(), (&lock.account, lock.now()))?;
    send_to(tx, (act, dice), (&email, &lock.account.username), (lock.now(), message))
}

/// Where [`send_recovery`] sends to.
pub fn recovery_address(
    tx: &mut Tx<'_>,
    id: &AccountId,
    (account, now): (&Account, Timestamp),
) -> Result<String, Error> {
    let changed = email_change::of(tx, id, now)?;
    Ok(changed.map_or_else(|| account.email.clone(), |changed| changed.email_before))
}

/// Tells the owner of something that happened; at most once an hour a kind.
pub fn notify(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    message: &Message,
) -> Result<(), Error> {
    let subject = (lock.id().as_str(), message.kind());
    let recent = mail_count::times(tx, subject, lock.now().minus(NOTICE_INTERVAL), 1)?;
    if !recent.is_empty() {
        return Ok(());
    }
    let counted = Counted { subject: subject.0, kind: subject.1, known_browser: false };
    mail_count::insert(tx, &dice.id(lock.now()), counted, lock.now())?;
    tell(tx, (act, dice), lock, message)
}

/// Tells the owner, however often: for as long as a change of the address can be undone, at both addresses.
pub fn tell(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    message: &Message,
) -> Result<(), Error> {
    send(tx, (act, dice), lock, message)?;
    match email_change::of(tx, lock.id(), lock.now())? {
        Some(changed) => {
            send_to(tx, (act, dice), (&changed.email_before, &lock.account.username), (lock.now(), message))
        }
        None => Ok(()),
    }
}

/// Mails `message` to an address; it says that it is about the account of this username.
pub fn send_to(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    (address, username): (&str, &str),
    (now, message): (Timestamp, &Message),
) -> Result<(), Error> {
    let (look, circumstances) = (look(act), circumstances(act, username));
    let addressed = Addressed { to: address, message, look: &look, circumstances: &circumstances };
    let outgoing = Outgoing::new(&addressed, now, dice);
    outbox::enqueue(tx, &outgoing.seal(&act.keys, dice))
}

/// How the installation's mails look.
pub fn look(act: &Act) -> Look {
    let settings = &act.settings;
    Look {
        brand: settings.branding.name.clone(),
        support_phone: settings.support.phone.clone(),
        support_chat_url: settings.support.chat_url.clone(),
        support_email: settings.support.email.clone(),
        public_url: settings.public_url.as_str().to_owned(),
        colour: settings.branding.colour.to_string(),
    }
}

/// Who asked, when and from where, as mails say it; a command has no browser and no network.
pub fn circumstances(act: &Act, username: &str) -> Circumstances {
    Circumstances {
        username: username.to_owned(),
        when: format!("at {}", words::clock_time_and_date(act.now, &act.settings.branding.time_zone)),
        browser: act.origin.address.map(|_| act.browser()).unwrap_or_default(),
        network: act.network().unwrap_or_default(),
    }
}

/// Whether mail is late: something has failed at least once, or waits longer than it should.
pub fn is_delayed(tx: &mut Tx<'_>, act: &Act) -> Result<bool, Error> {
    Ok(outbox::oldest_waiting(tx, act.now)?.is_some())
}
