//! **Send me a passcode**: a fresh one for this sign-in alone.

use std::time::Duration;

use super::aim;
use super::finish::PASSCODE_MAIL;
use super::passcode::{email_is_allowed, emailed_mac};
use super::throttle::Bucket;
use crate::flow::act::Act;
use crate::flow::{audit, post};
use crate::mail::message::{self, Message};
use crate::model::audit::Event;
use crate::model::email_passcode;
use crate::model::secret::SecretText;
use crate::model::sign_in::{Attempt, Emailed, Stage};
use crate::model::throttle::Gate;
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::store::account::{AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::mail_count::{self, Counted};
use crate::store::{attempt, totp_app};

const TEN_MINUTES: Duration = Duration::from_secs(600);
const DAY: Duration = Duration::from_secs(86_400);

/// What asking for a passcode led to.
#[derive(Debug)]
pub enum Asked {
    /// It is on its way.
    Sent,
    /// No more until then.
    Wait(Timestamp),
    /// Nothing is mailed while passcodes are locked.
    Shut(Gate),
    /// None is mailed: profile strict, or they wait after a password that was set through an email, or the product takes none.
    NotByEmail,
    /// The attempt is over: the password again.
    Over,
}

/// Mails a fresh passcode; the one before it is gone.
pub fn send(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Asked, Error> {
    let macs = act.token_macs(token);
    let Some(found) = attempt::find(tx, &macs)? else { return Ok(Asked::Over) };
    let asked = with_lock(tx, &found.account, act.now, |tx, lock| {
        let Some(attempt) = attempt::find(tx, &macs)? else { return Ok(Asked::Over) };
        if lock.clock_is_behind() {
            return Err(Error::ClockBehind);
        }
        let bucket = Bucket::of(tx, act, lock, &attempt)?;
        let gate = bucket.gate(act, lock);
        if gate != Gate::Open && attempt.epoch == lock.account.epoch {
            return Ok(Asked::Shut(gate));
        }
        let Some(aim) = aim::of(tx, act, lock, &attempt)? else { return Ok(Asked::Over) };
        if attempt.stage != Stage::Passcode || !lock.account.has_mfa() {
            return Ok(Asked::Over);
        }
        let has_app = !totp_app::of(tx, lock.id())?.is_empty();
        if lock.account.mail_paused || aim.is_app_only() || !email_is_allowed(act, has_app) {
            return Ok(Asked::NotByEmail);
        }
        send_within_limits(tx, act, lock, &attempt, bucket.is_known())
    })?;
    Ok(asked.unwrap_or(Asked::Over))
}

fn send_within_limits(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &mut AccountLock,
    attempt: &Attempt,
    known_browser: bool,
) -> Result<Asked, Error> {
    if let Some(until) = limit_reached(tx, act, lock, known_browser)? {
        return Ok(Asked::Wait(until));
    }
    let mut dice = act.dice();
    let life = act.settings.limits.emailed_passcode;
    let passcode = email_passcode::new(&mut dice);
    // Mails of one account are told apart by their time, so that the used one can be found again.
    let newest = mail_count::times(tx, (lock.id().as_str(), PASSCODE_MAIL), lock.now().minus(DAY), 1)?;
    let sent_at = newest.first().map_or(lock.now(), |last| lock.now().max(last.plus(Duration::from_millis(1))));
    let emailed = Emailed { mac: emailed_mac(act, attempt, &passcode), sent_at, until: lock.now().plus(life) };
    attempt::set_emailed(tx, lock, &attempt.id, &emailed)?;
    let counted = Counted { subject: lock.id().as_str(), kind: PASSCODE_MAIL, known_browser };
    mail_count::insert(tx, &dice.id(lock.now()), counted, sent_at)?;
    let message = Message::Passcode(message::Passcode {
        code: SecretText::new(passcode.digits().to_owned()),
        name: act.settings.branding.name.clone(),
        good_for: life,
    });
    post::send(tx, (act, &mut dice), lock, &message)?;
    audit::record(tx, act, lock, Event::PasscodeMailed)?;
    Ok(Asked::Sent)
}

/// When the next passcode may be mailed, if not now.
fn limit_reached(tx: &mut Tx<'_>, act: &Act, lock: &AccountLock, known: bool) -> Result<Option<Timestamp>, Error> {
    let (limits, now, subject) = (&act.settings.limits, lock.now(), lock.id().as_str());
    let counted = Counted { subject, kind: PASSCODE_MAIL, known_browser: known };
    let daily = if known { limits.passcode_mails_known_daily } else { limits.passcode_mails_daily };
    let in_day = mail_count::unused_times(tx, counted, now.minus(DAY), daily)?;
    let all = mail_count::times(tx, (subject, PASSCODE_MAIL), now.minus(DAY), limits.passcode_mails_used_daily)?;
    let mut waits = vec![free_at(&in_day, daily, DAY), free_at(&all, limits.passcode_mails_used_daily, DAY)];
    if !known {
        let in_ten = mail_count::unused_times(tx, counted, now.minus(TEN_MINUTES), limits.passcode_mails)?;
        waits.push(free_at(&in_ten, limits.passcode_mails, TEN_MINUTES));
    }
    Ok(waits.into_iter().flatten().max())
}

/// When the oldest of the newest `most` leaves the span, where there are so many.
pub fn free_at(newest_first: &[Timestamp], most: u32, span: Duration) -> Option<Timestamp> {
    let full = u32::try_from(newest_first.len()).is_ok_and(|seen| seen >= most);
    newest_first.last().filter(|_| full).map(|oldest| oldest.plus(span))
}
