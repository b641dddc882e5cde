//! The audit trail: events are numbered under their account's lock; every second a sealer chains what came, so that a row that
//! was changed or deleted afterwards shows.

use aws_lc_rs::digest;

use super::act::Act;
use crate::keys::{Keys, Purpose};
use crate::model::audit::Event;
use crate::model::time::Timestamp;
use crate::model::token::Mac;
use crate::store::account::AccountLock;
use crate::store::audit::{self, Checkpoint, StoredEvent};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::installation;

/// How many events one checkpoint covers at most.
const MOST: u32 = 1_000;

/// Adds an event of the locked account.
pub fn record(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock, event: Event) -> Result<(), Error> {
    lock.account.audit_seq += 1;
    let (account, seq) = (lock.id().as_str().to_owned(), lock.account.audit_seq);
    audit::insert(tx, &stored(act, lock.now(), (account, seq), &event))
}

/// Adds an event that belongs to no account.
pub fn record_of_installation(tx: &mut Tx<'_>, act: &Act, event: Event) -> Result<(), Error> {
    let seq = installation::next_audit_seq(tx)?;
    audit::insert(tx, &stored(act, act.now, (String::new(), seq), &event))
}

fn stored(act: &Act, at: Timestamp, (account, seq): (String, i64), event: &Event) -> StoredEvent {
    StoredEvent {
        account,
        seq,
        at,
        act: event.act().into(),
        outcome: event.outcome().into(),
        actor: act.origin.actor.as_deref().unwrap_or("owner").into(),
        address: act.address_text(),
        browser: act.browser(),
        request_id: act.origin.request_id.clone(),
        detail: event.detail().into_owned(),
    }
}

/// Chains what no checkpoint covers yet. The new checkpoint, for the log; `None` when there is nothing to chain.
pub fn seal(tx: &mut Tx<'_>, keys: &Keys, now: Timestamp) -> Result<Option<Checkpoint>, Error> {
    let events = audit::open_events(tx, now, MOST)?;
    if events.is_empty() {
        return Ok(None);
    }
    let last = audit::last_checkpoint(tx)?;
    let number = last.as_ref().map_or(1, |last| last.number + 1);
    let previous = last.map(|last| last.mac).unwrap_or_default();
    let mac = keys.mac(Purpose::Audit, &[&number.to_be_bytes(), &previous, &digest_of(&events)]);
    let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
    let checkpoint = Checkpoint { number, at: now, events: count, mac: mac.as_bytes().to_vec() };
    if !audit::insert_checkpoint(tx, &checkpoint)? {
        return Err(Error::Unavailable("another node chained the audit trail at the same moment".into()));
    }
    for event in &events {
        if !audit::cover(tx, event, number)? {
            return Err(Error::Unavailable("another node chained the audit trail at the same moment".into()));
        }
    }
    Ok(Some(checkpoint))
}

/// What a check of the whole trail found.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Checkpoints that are right.
    pub checkpoints: i64,
    /// Events under them.
    pub events: i64,
    /// What is wrong, in words; empty when the trail is whole.
    pub problems: Vec<String>,
}

/// Checks every checkpoint and every account's numbering.
pub fn verify(tx: &mut Tx<'_>, keys: &Keys) -> Result<Verdict, Error> {
    let mut verdict = Verdict::default();
    let mut previous = Vec::new();
    let newest = audit::last_checkpoint(tx)?.map_or(0, |last| last.number);
    for number in 1..=newest {
        let Some(checkpoint) = audit::checkpoint_at(tx, number)? else {
            verdict.problems.push(format!("checkpoint {number} is missing"));
            continue;
        };
        let events = audit::events_of(tx, number)?;
        let mac = Mac::new(checkpoint.mac.clone());
        if keys.verify(Purpose::Audit, &[&number.to_be_bytes(), &previous, &digest_of(&events)], &mac) {
            verdict.checkpoints += 1;
            verdict.events += checkpoint.events;
        } else {
            verdict.problems.push(format!("checkpoint {number} does not fit its events: one was changed or deleted"));
        }
        previous = checkpoint.mac;
    }
    for account in audit::gaps(tx)? {
        let whose = if account.is_empty() { "the installation".to_owned() } else { format!("account {account}") };
        verdict.problems.push(format!("events of {whose} are missing"));
    }
    Ok(verdict)
}

fn digest_of(events: &[StoredEvent]) -> Vec<u8> {
    let mut context = digest::Context::new(&digest::SHA256);
    for event in events {
        let numbers = [event.seq, event.at.millis()];
        let texts = [
            &event.account,
            &event.act,
            &event.outcome,
            &event.actor,
            &event.address,
            &event.browser,
            &event.request_id,
            &event.detail,
        ];
        numbers.iter().for_each(|number| context.update(&number.to_be_bytes()));
        for text in texts {
            context.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(text.as_bytes());
        }
    }
    context.finish().as_ref().to_vec()
}
