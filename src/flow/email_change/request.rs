//! Asking for a new address.

use std::time::Duration;

use crate::flow::act::Act;
use crate::flow::link::{self as links, Older};
use crate::flow::sign_in::emailed::free_at;
use crate::flow::{audit, own_account, post};
use crate::mail::message::{EmailConfirm, EmailTaken, Message};
use crate::model::account::Account;
use crate::model::audit::Event;
use crate::model::dice::Dice;
use crate::model::email_address::EmailAddress;
use crate::model::id::AccountId;
use crate::model::link::Purpose;
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::store::account::{self, AccountLock};
use crate::store::account_name::{self, Kind};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::mail_count::{self, Counted};
use crate::store::{email_change, link};

const KIND: &str = "email_confirm";
const HOUR: Duration = Duration::from_secs(3_600);
const LINK_LIFE: Duration = HOUR;

/// What asking for a new address led to: the same for one that another account has.
#[derive(Debug)]
pub enum Asked {
    /// If the address can be the account's, a link is on its way to it.
    Sent,
    /// It is the account's already.
    Same,
    /// No more until then.
    Wait(Timestamp),
    /// The address was changed of late, and cannot change again until then.
    NotBefore(Timestamp),
}

/// Until when the account's address cannot change again, if it was changed of late.
pub fn not_before(tx: &mut Tx<'_>, act: &Act, id: &AccountId) -> Result<Option<Timestamp>, Error> {
    Ok(email_change::of(tx, id, act.now)?.map(|changed| changed.until()))
}

/// Mails a link to the new address; the older one ends. `None` where changes are not confirmed in this session.
pub fn request(tx: &mut Tx<'_>, act: &Act, session: &PlainToken, email: &EmailAddress) -> Result<Option<Asked>, Error> {
    own_account::change(tx, act, session, |tx, lock, _| {
        if let Some(changed) = email_change::of(tx, lock.id(), lock.now())? {
            return Ok(Asked::NotBefore(changed.until()));
        }
        if is_own(&lock.account, email) {
            return Ok(Asked::Same);
        }
        let (subject, most) = (lock.id().as_str(), act.settings.limits.setup_mails_per_hour);
        let recent = mail_count::times(tx, (subject, KIND), lock.now().minus(HOUR), most)?;
        if let Some(until) = free_at(&recent, most, HOUR) {
            return Ok(Asked::Wait(until));
        }
        let mut dice = act.dice();
        let counted = Counted { subject, kind: KIND, known_browser: false };
        mail_count::insert(tx, &dice.id(lock.now()), counted, lock.now())?;
        match account_name::holder(tx, email.canonical())?.filter(|(holder, _)| holder != lock.id()) {
            Some((holder, kind)) => {
                link::replace(tx, lock, Purpose::EmailConfirm, false)?;
                audit::record(tx, act, lock, Event::EmailTaken)?;
                tell_holder(tx, (act, &mut dice), (&holder, kind))?;
            }
            None => mail_link(tx, (act, &mut dice), lock, email)?,
        }
        Ok(Asked::Sent)
    })
}

fn is_own(account: &Account, email: &EmailAddress) -> bool {
    EmailAddress::parse(&account.email).is_ok_and(|own| own.canonical() == email.canonical())
}

fn mail_link(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    email: &EmailAddress,
) -> Result<(), Error> {
    let token = links::make(tx, (act, dice), lock, (Purpose::EmailConfirm, LINK_LIFE), Older::End)?;
    let made = link::find(tx, Purpose::EmailConfirm, &[act.token_mac(&token)])?;
    let made = made.ok_or_else(|| Error::Bug("a link that was just made is gone".into()))?;
    email_change::ask(tx, lock, &made.id, email)?;
    let link = links::address(act, Purpose::EmailConfirm, &token);
    let message = Message::EmailConfirm(EmailConfirm { link, good_for: LINK_LIFE });
    let to = (email.as_str(), lock.account.username.as_str());
    post::send_to(tx, (act, dice), to, (lock.now(), &message))?;
    audit::record(tx, act, lock, Event::EmailChangeMailed)
}

/// Tells whoever reads the address that it stays with the account that has it; at most once an hour. That account is not locked:
/// two in one transaction could wait for each other.
fn tell_holder(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    (holder, kind): (&AccountId, Kind),
) -> Result<(), Error> {
    let message = Message::EmailTaken(EmailTaken);
    let subject = (holder.as_str(), message.kind());
    let Some(account) = account::load(tx, holder)? else { return Ok(()) };
    if !mail_count::times(tx, subject, act.now.minus(HOUR), 1)?.is_empty() {
        return Ok(());
    }
    let counted = Counted { subject: subject.0, kind: subject.1, known_browser: false };
    mail_count::insert(tx, &dice.id(act.now), counted, act.now)?;
    let address = match kind {
        Kind::Former => post::recovery_address(tx, holder, (&account, act.now))?,
        Kind::Email | Kind::Username => account.email.clone(),
    };
    post::send_to(tx, (act, dice), (&address, &account.username), (act.now, &message))
}
