//! **Send me a setup email**, after the right password.

use std::time::Duration;

use crate::flow::act::Act;
use crate::flow::authorize::pending;
use crate::flow::link::Older;
use crate::flow::sign_in::emailed::free_at;
use crate::flow::{audit, link, post, remote_app};
use crate::mail::message::{Message, SetUpLink};
use crate::model::audit::Event;
use crate::model::dice::Dice;
use crate::model::email_address::EmailAddress;
use crate::model::link::Purpose;
use crate::model::product::Product;
use crate::model::secret::SecretText;
use crate::model::sign_in::{Attempt, Stage};
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::store::account::{self, AccountLock, with_lock};
use crate::store::attempt;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::link as links;
use crate::store::mail_count::{self, Counted};

const KIND: &str = "set_up_link";
const HOUR: Duration = Duration::from_secs(3_600);

/// What asking for a setup email led to.
#[derive(Debug)]
pub enum Asked {
    /// It is on its way.
    Sent,
    /// No more until then.
    Wait(Timestamp),
    /// The owner has stopped it, and an administrator lifts that.
    Stopped,
    /// MFA is set up already: the passcode is next.
    AlreadySetUp,
    /// The attempt is over: the password again.
    Over,
}

/// Mails a setup link; the older one ends.
pub fn send(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Asked, Error> {
    let macs = act.token_macs(token);
    let Some(found) = attempt::find(tx, &macs)? else { return Ok(Asked::Over) };
    let asked = with_lock(tx, &found.account, act.now, |tx, lock| {
        let Some(found) = attempt::find(tx, &macs)? else { return Ok(Asked::Over) };
        let live = found.is_live(lock.account.epoch, lock.now()) && lock.account.disabled_at.is_none();
        if !live || found.stage != Stage::Passcode {
            return Ok(Asked::Over);
        }
        if lock.account.has_mfa() {
            return Ok(Asked::AlreadySetUp);
        }
        if lock.account.set_up_is_stopped() {
            return Ok(Asked::Stopped);
        }
        send_within_limits(tx, act, lock, &found)
    })?;
    Ok(asked.unwrap_or(Asked::Over))
}

fn send_within_limits(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock, attempt: &Attempt) -> Result<Asked, Error> {
    let mut dice = act.dice();
    let made = counted_link(tx, (act, &mut dice), lock, (KIND, Purpose::SetUp, Older::End), attempt)?;
    let Linked { link, came_from } = match made {
        Ok(linked) => linked,
        Err(until) => return Ok(Asked::Wait(until)),
    };
    let life = act.settings.limits.setup_link;
    let message = match came_from.filter(|product| remote_app::mails_keys(act, product)) {
        Some(product) => remote_app::key_mail(tx, (act, &mut dice), lock, (&product, link, life))?,
        None => Message::SetUpLink(SetUpLink { link, good_for: life }),
    };
    post::send_recovery(tx, (act, &mut dice), lock, &message)?;
    audit::record(tx, act, lock, Event::SetUpMailed)?;
    Ok(Asked::Sent)
}

/// A link that is to be mailed after a password.
#[derive(Debug)]
pub struct Linked {
    /// Its address.
    pub link: SecretText,
    /// The product that the sign-in is for, to which the link leads back.
    pub came_from: Option<Product>,
}

/// Counts and makes the link that an attempt asks for; `Err` says when the next one may be, where there have been too many of its kind.
pub fn counted_link(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    (kind, purpose, older): (&str, Purpose, Older),
    attempt: &Attempt,
) -> Result<Result<Linked, Timestamp>, Error> {
    let pending = attempt.request.as_ref().map(|id| pending::load(tx, act, id)).transpose()?.flatten();
    let came_from = pending.map(|pending| pending.product);
    if let Some(until) = count(tx, (act, dice), lock, kind)? {
        return Ok(Err(until));
    }
    let token = link::make(tx, (act, dice), lock, (purpose, act.settings.limits.setup_link), older)?;
    if let Some(product) = &came_from {
        links::set_product(tx, lock, &act.token_mac(&token), &product.id)?;
    }
    Ok(Ok(Linked { link: link::address(act, purpose, &token), came_from }))
}

/// Counts one link that is mailed after a password. When the next one may be, where there have been too many of its kind.
pub fn count(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    kind: &str,
) -> Result<Option<Timestamp>, Error> {
    let (most, subject) = (act.settings.limits.setup_mails_per_hour, lock.id().as_str());
    let recent = mail_count::times(tx, (subject, kind), lock.now().minus(HOUR), most)?;
    if let Some(until) = free_at(&recent, most, HOUR) {
        return Ok(Some(until));
    }
    mail_count::insert(tx, &dice.id(lock.now()), Counted { subject, kind, known_browser: false }, lock.now())?;
    Ok(None)
}

/// Whether a link of this kind was mailed since the attempt began, and still lives.
pub fn sent_since(tx: &mut Tx<'_>, act: &Act, attempt: &Attempt, kind: &str) -> Result<bool, Error> {
    let since = act.now.minus(act.settings.limits.setup_link).max(attempt.created_at.minus(Duration::from_millis(1)));
    Ok(!mail_count::times(tx, (attempt.account.as_str(), kind), since, 1)?.is_empty())
}

/// Who asked for a link, and where it went.
#[derive(Debug)]
pub struct Sent {
    /// The account's username.
    pub username: String,
    /// The masked address that the link went to, while it lives.
    pub to: Option<String>,
}

impl Sent {
    /// Masks the address.
    pub fn new(username: String, to: Option<&str>) -> Self {
        let masked = |to: &str| EmailAddress::parse(to).map(|email| email.masked()).ok();
        Self { username, to: to.and_then(masked) }
    }
}

/// The masked address that a setup link of the attempt's account went to, while that link lives.
pub fn sent_to(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<String>, Error> {
    let Some(attempt) = attempt::find(tx, &act.token_macs(token))? else { return Ok(None) };
    let Some(account) = account::load(tx, &attempt.account)? else { return Ok(None) };
    if !sent_since(tx, act, &attempt, KIND)? {
        return Ok(None);
    }
    let to = post::recovery_address(tx, &attempt.account, (&account, act.now))?;
    Ok(Sent::new(account.username, Some(&to)).to)
}
