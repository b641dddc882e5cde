//! The audit trail's rows: append-only events, and the checkpoints that chain them.

use super::db::{Row, Tx};
use super::error::Error;
use crate::model::id::AccountId;
use crate::model::support_case::CaseNumber;
use crate::model::time::Timestamp;

/// One event as stored. Never a code, password, answer, token or link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Whose account, or empty.
    pub account: String,
    /// Its number within that account, from 1 without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub act: String,
    /// How it ended.
    pub outcome: String,
    /// By whom.
    pub actor: String,
    /// From which network address.
    pub address: String,
    /// With which browser, in words.
    pub browser: String,
    /// In which request.
    pub request_id: String,
    /// What else there is to say.
    pub detail: String,
}

macro_rules! columns {
    () => {
        "account_id, seq, at, act, outcome, actor, address, browser, request_id, detail"
    };
}

/// Adds an event.
pub fn insert(tx: &mut Tx<'_>, event: &StoredEvent) -> Result<(), Error> {
    const SQL: &str =
        concat!("INSERT INTO audit_event (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
    let values = [
        event.account.as_str().into(),
        event.seq.into(),
        event.at.into(),
        event.act.as_str().into(),
        event.outcome.as_str().into(),
        event.actor.as_str().into(),
        event.address.as_str().into(),
        event.browser.as_str().into(),
        event.request_id.as_str().into(),
        event.detail.as_str().into(),
    ];
    tx.execute(SQL, &values)?;
    Ok(())
}

fn event(row: &Row) -> Result<StoredEvent, Error> {
    Ok(StoredEvent {
        account: row.text(0)?,
        seq: row.int(1)?,
        at: row.time(2)?,
        act: row.text(3)?,
        outcome: row.text(4)?,
        actor: row.text(5)?,
        address: row.text(6)?,
        browser: row.text(7)?,
        request_id: row.text(8)?,
        detail: row.text(9)?,
    })
}

fn events(rows: &[Row]) -> Result<Vec<StoredEvent>, Error> {
    rows.iter().map(event).collect()
}

/// What to search for; empty text matches everything.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// An account's id.
    pub account: String,
    /// An act's name.
    pub act: String,
    /// Not before.
    pub since: Option<Timestamp>,
    /// The newest so many.
    pub most: u32,
}

/// Events that match, newest first.
pub fn search(tx: &mut Tx<'_>, search: &Search) -> Result<Vec<StoredEvent>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM audit_event WHERE ($1 = '' OR account_id = $1) AND ($2 = '' OR act = $2) AND at >= $3 \
          ORDER BY at DESC, account_id DESC, seq DESC LIMIT $4"
    );
    let since = search.since.unwrap_or(Timestamp::from_millis(0));
    let values =
        [search.account.as_str().into(), search.act.as_str().into(), since.into(), i64::from(search.most).into()];
    events(&tx.query(SQL, &values)?)
}

/// The account's event of this act at this very time.
pub fn at(tx: &mut Tx<'_>, (account, act): (&str, &str), at: Timestamp) -> Result<Option<StoredEvent>, Error> {
    const SQL: &str =
        concat!("SELECT ", columns!(), " FROM audit_event WHERE account_id = $1 AND act = $2 AND at = $3 LIMIT 1");
    tx.query_opt(SQL, &[account.into(), act.into(), at.into()])?.map(|row| event(&row)).transpose()
}

/// An event beside others of its kind: those of the same act, outcome and actor, and where it says more, of the same detail.
#[derive(Clone, Debug)]
pub struct OfKind {
    /// It.
    pub event: StoredEvent,
    /// How many older ones of its kind are not given; on the oldest that is given.
    pub earlier: u32,
}

macro_rules! of_kinds {
    ($kind:literal, $which:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", place, in_all FROM (SELECT ",
            columns!(),
            ", ROW_NUMBER() OVER (PARTITION BY ",
            $kind,
            " ORDER BY seq DESC) AS place, COUNT(*) OVER (PARTITION BY ",
            $kind,
            ") AS in_all FROM audit_event WHERE account_id = $1 AND ",
            $which,
            ") AS placed WHERE place <= $2 ORDER BY seq DESC"
        )
    };
}

/// What tells of who signs in and with what, newest first, of each kind at most `most`: whatever somebody repeats pushes out of sight
/// what is like it, and nothing else.
pub fn of_signing_in(tx: &mut Tx<'_>, account: &AccountId, most: u32) -> Result<Vec<OfKind>, Error> {
    const SQL: &str = of_kinds!(
        "act, outcome, actor, CASE WHEN act LIKE 'case-%' THEN '' ELSE detail END",
        "(act IN ('password', 'passcode', 'sign-in', 'lock', 'set-up', 'new-device', 'identity', 'password-reset', \
          'password-change', 'invitation-accept', 'email-change', 'email-undo', 'app-add', 'app-remove', 'questions-change', \
          'recovery-code-change', 'recovery-unlock', 'not-me', 'account-unlock', 'account-reset-mfa', 'case-decline') \
          OR (act = 'case-close' AND detail LIKE '% not-me'))"
    );
    of_kinds(&tx.query(SQL, &[account.into(), i64::from(most).into()])?, most)
}

/// What was done in the account's case with this number, in the same way.
pub fn of_case(tx: &mut Tx<'_>, account: &AccountId, number: &CaseNumber, most: u32) -> Result<Vec<OfKind>, Error> {
    const SQL: &str =
        of_kinds!("act, outcome, actor, detail", "act LIKE 'case-%' AND (detail = $3 OR detail LIKE $3 || ' %')");
    of_kinds(&tx.query(SQL, &[account.into(), i64::from(most).into(), number.as_str().into()])?, most)
}

fn of_kinds(rows: &[Row], most: u32) -> Result<Vec<OfKind>, Error> {
    let one = |row: &Row| {
        let earlier = if row.count(10)? == most { row.count(11)?.saturating_sub(most) } else { 0 };
        Ok(OfKind { event: event(row)?, earlier })
    };
    rows.iter().map(one).collect()
}

/// Whether the account has such an event from after `then`.
pub fn has(
    tx: &mut Tx<'_>,
    account: &AccountId,
    (act, actor, detail): (&str, &str, &str),
    then: Timestamp,
) -> Result<bool, Error> {
    const SQL: &str = "SELECT 1 FROM audit_event WHERE account_id = $1 AND act = $2 AND actor = $3 AND detail = $4 AND at > $5 LIMIT 1";
    let values = [account.into(), act.into(), actor.into(), detail.into(), then.into()];
    Ok(tx.query_opt(SQL, &values)?.is_some())
}

/// The account's events numbered below `before`, the newest first.
pub fn of_account(tx: &mut Tx<'_>, account: &AccountId, before: i64, most: u32) -> Result<Vec<StoredEvent>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM audit_event WHERE account_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3"
    );
    events(&tx.query(SQL, &[account.into(), before.into(), i64::from(most).into()])?)
}

/// When the newest event of one of these acts was that ended well.
pub fn last_of(tx: &mut Tx<'_>, account: &AccountId, acts: [&str; 3]) -> Result<Option<Timestamp>, Error> {
    const SQL: &str = "SELECT at FROM audit_event WHERE account_id = $1 AND act IN ($2, $3, $4) AND outcome = 'done' \
        ORDER BY seq DESC LIMIT 1";
    let [one, two, three] = acts;
    tx.query_opt(SQL, &[account.into(), one.into(), two.into(), three.into()])?.map(|row| row.time(0)).transpose()
}

/// A page of all events in a fixed order, after `(at, account, seq)`.
pub fn page(tx: &mut Tx<'_>, after: Option<&StoredEvent>, most: u32) -> Result<Vec<StoredEvent>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM audit_event WHERE at > $1 OR (at = $1 AND (account_id > $2 OR (account_id = $2 AND seq > $3))) \
          ORDER BY at, account_id, seq LIMIT $4"
    );
    let (at, account, seq) =
        after.map_or((Timestamp::from_millis(-1), "", 0), |last| (last.at, last.account.as_str(), last.seq));
    events(&tx.query(SQL, &[at.into(), account.into(), seq.into(), i64::from(most).into()])?)
}

/// Events that no checkpoint covers yet and that are older than `then`, in the order in which they are chained.
pub fn open_events(tx: &mut Tx<'_>, then: Timestamp, most: u32) -> Result<Vec<StoredEvent>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM audit_event WHERE checkpoint IS NULL AND at <= $1 ORDER BY account_id, seq LIMIT $2"
    );
    events(&tx.query(SQL, &[then.into(), i64::from(most).into()])?)
}

/// The events of a checkpoint, in the order in which they were chained.
pub fn events_of(tx: &mut Tx<'_>, checkpoint: i64) -> Result<Vec<StoredEvent>, Error> {
    const SQL: &str =
        concat!("SELECT ", columns!(), " FROM audit_event WHERE checkpoint = $1 ORDER BY account_id, seq");
    events(&tx.query(SQL, &[checkpoint.into()])?)
}

/// Puts an event under a checkpoint; `false` when another node did.
pub fn cover(tx: &mut Tx<'_>, event: &StoredEvent, checkpoint: i64) -> Result<bool, Error> {
    const SQL: &str =
        "UPDATE audit_event SET checkpoint = $3 WHERE account_id = $1 AND seq = $2 AND checkpoint IS NULL";
    Ok(tx.execute(SQL, &[event.account.as_str().into(), event.seq.into(), checkpoint.into()])? == 1)
}

/// A link of the chain.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// From 1 without gaps.
    pub number: i64,
    /// When it was made.
    pub at: Timestamp,
    /// How many events it covers.
    pub events: i64,
    /// Of the one before it and its events.
    pub mac: Vec<u8>,
}

/// The newest checkpoint.
pub fn last_checkpoint(tx: &mut Tx<'_>) -> Result<Option<Checkpoint>, Error> {
    const SQL: &str = "SELECT number, at, events, mac FROM audit_checkpoint ORDER BY number DESC LIMIT 1";
    tx.query_opt(SQL, &[])?.map(|row| checkpoint(&row)).transpose()
}

/// The checkpoint with this number.
pub fn checkpoint_at(tx: &mut Tx<'_>, number: i64) -> Result<Option<Checkpoint>, Error> {
    const SQL: &str = "SELECT number, at, events, mac FROM audit_checkpoint WHERE number = $1";
    tx.query_opt(SQL, &[number.into()])?.map(|row| checkpoint(&row)).transpose()
}

fn checkpoint(row: &Row) -> Result<Checkpoint, Error> {
    Ok(Checkpoint { number: row.int(0)?, at: row.time(1)?, events: row.int(2)?, mac: row.bytes(3)? })
}

/// Adds a checkpoint; `false` when another node made that number.
pub fn insert_checkpoint(tx: &mut Tx<'_>, checkpoint: &Checkpoint) -> Result<bool, Error> {
    const SQL: &str =
        "INSERT INTO audit_checkpoint (number, at, events, mac) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let values =
        [checkpoint.number.into(), checkpoint.at.into(), checkpoint.events.into(), checkpoint.mac.clone().into()];
    Ok(tx.execute(SQL, &values)? == 1)
}

/// Accounts (and '') whose events are not numbered 1, 2, … up to the number that their own row holds.
pub fn gaps(tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
    const SQL: &str = "SELECT id FROM (SELECT id, audit_seq FROM account UNION ALL SELECT '', audit_seq FROM installation) \
        AS owner WHERE audit_seq <> (SELECT COUNT(*) FROM audit_event WHERE account_id = owner.id) \
        OR audit_seq <> (SELECT COALESCE(MAX(seq), 0) FROM audit_event WHERE account_id = owner.id) ORDER BY id";
    tx.query(SQL, &[])?.iter().map(|row| row.text(0)).collect()
}
