//! **Set up a new device**, after the right password. Whoever knows no more than that password must not shut this way, so a lock of
//! passcodes does not stop it, not even in the sign-in that the lock ended.

use crate::flow::act::Act;
use crate::flow::link::Older;
use crate::flow::set_up::request::{Sent, counted_link, sent_since};
use crate::flow::{audit, post};
use crate::mail::message::{Message, NewDeviceLink};
use crate::model::account::Account;
use crate::model::audit::Event;
use crate::model::link::Purpose;
use crate::model::sign_in::{Attempt, Ending, Stage};
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::store::account::{self, AccountLock, with_lock};
use crate::store::attempt;
use crate::store::db::Tx;
use crate::store::error::Error;

const KIND: &str = "new_device_link";

/// What asking for the link led to.
#[derive(Debug)]
pub enum Asked {
    /// It is on its way.
    Sent,
    /// No more until then.
    Wait(Timestamp),
    /// The attempt is over: the password again.
    Over,
}

/// Whether a link may be asked for in this attempt of the account: its passcode is what is missing. Not in a live session, where the
/// person's own page is the place.
pub fn may_ask(account: &Account, attempt: &Attempt, now: Timestamp) -> bool {
    matches!(attempt.stage, Stage::Passcode | Stage::Ended(Ending::Locked))
        && attempt.session.is_none()
        && attempt.epoch == account.epoch
        && now < attempt.expires_at
        && account.disabled_at.is_none()
        && account.has_mfa()
}

/// Mails a link. An older one ends, unless a person has proved themselves behind it: else whoever knows the password could take the
/// owner's progress away again and again.
pub fn send(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Asked, Error> {
    let macs = act.token_macs(token);
    let Some(found) = attempt::find(tx, &macs)? else { return Ok(Asked::Over) };
    let asked = with_lock(tx, &found.account, act.now, |tx, lock| {
        let Some(found) = attempt::find(tx, &macs)? else { return Ok(Asked::Over) };
        if !may_ask(&lock.account, &found, lock.now()) {
            return Ok(Asked::Over);
        }
        send_within_limits(tx, act, lock, &found)
    })?;
    Ok(asked.unwrap_or(Asked::Over))
}

fn send_within_limits(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock, attempt: &Attempt) -> Result<Asked, Error> {
    let mut dice = act.dice();
    let of_kind = (KIND, Purpose::NewDevice, Older::SpareOpened);
    let link = match counted_link(tx, (act, &mut dice), lock, of_kind, attempt)? {
        Ok(linked) => linked.link,
        Err(until) => return Ok(Asked::Wait(until)),
    };
    let message = Message::NewDeviceLink(NewDeviceLink { link, good_for: act.settings.limits.setup_link });
    post::send_recovery(tx, (act, &mut dice), lock, &message)?;
    audit::record(tx, act, lock, Event::NewDeviceMailed)?;
    Ok(Asked::Sent)
}

/// Who asked in the attempt behind `token`, and where the link went while it lives; `None` where none may be asked for there.
pub fn asked(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<Sent>, Error> {
    let Some(attempt) = attempt::find(tx, &act.token_macs(token))? else { return Ok(None) };
    let Some(account) = account::load(tx, &attempt.account)? else { return Ok(None) };
    if !may_ask(&account, &attempt, act.now) {
        return Ok(None);
    }
    let to = match sent_since(tx, act, &attempt, KIND)? {
        true => Some(post::recovery_address(tx, &attempt.account, (&account, act.now))?),
        false => None,
    };
    Ok(Some(Sent::new(account.username, to.as_deref())))
}
