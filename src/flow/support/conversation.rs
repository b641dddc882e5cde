//! The conversation of a case: saying something, and what each side sees of it.

use std::collections::HashMap;
use std::time::Duration;

use super::analyst::Analyst;
use super::answer_mail;
use super::person::present;
use super::{note, save, seal, unseal, with_case};
use crate::flow::act::Act;
use crate::flow::sign_in::emailed::free_at;
use crate::model::id::{AccountId, CaseId, ParticipantId};
use crate::model::support_case::words::Words;
use crate::model::support_case::{ANALYST_MESSAGES_AN_HOUR, CaseNumber, Happening, State};
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::store::account::{self, AccountLock, with_lock};
use crate::store::case_message::{self, Author, SealedMessage};
use crate::store::case_participant::{self, Participant};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::support_case::Case;

const HOUR: Duration = Duration::from_secs(3_600);

/// Who wrote, as the reader sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writer {
    /// The reader.
    You,
    /// The person's browser that joined as the so-manyth.
    Person(usize),
    /// An analyst; the name for other analysts only.
    Support(Option<String>),
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its number in the case, from 1.
    pub seq: i64,
    /// When it was written.
    pub at: Timestamp,
    /// By whom.
    pub writer: Writer,
    /// What it says; `None` once it was deleted.
    pub text: Option<String>,
}

/// What came after some message.
#[derive(Clone, Debug)]
pub struct Talk {
    /// Where the case stands now.
    pub state: State,
    /// The messages, oldest first.
    pub messages: Vec<Message>,
    /// The number of the newest.
    pub newest: i64,
}

/// Who reads.
pub(super) enum Reader<'a> {
    /// A browser of the person.
    Person(&'a Participant),
    /// An analyst.
    Analyst(&'a AccountId),
}

/// How saying something ended.
#[derive(Debug)]
pub enum Said {
    /// It stands there, under this number.
    Done(i64),
    /// No more until then.
    Wait(Timestamp),
    /// The case is closed, or over for this browser, or there is none.
    Over,
}

/// The browser with `token` says something.
pub fn by_person(tx: &mut Tx<'_>, act: &Act, token: &PlainToken, words: &Words) -> Result<Said, Error> {
    let Some(found) = present(tx, act, token)? else { return Ok(Said::Over) };
    let said = with_lock(tx, &found.case.account, act.now, |tx, lock| {
        let Some(present) = present(tx, act, token)?.filter(|present| present.case.state != State::Closed) else {
            return Ok(Said::Over);
        };
        let (since, most) = (lock.now().minus(HOUR), act.settings.support.messages_hourly);
        let recent = case_message::times_of_person(tx, &present.case.id, since, most)?;
        if let Some(until) = free_at(&recent, most, HOUR) {
            return Ok(Said::Wait(until));
        }
        let seq = say(tx, act, lock, (present.case, words, Author::Person(present.participant.id)))?;
        Ok(Said::Done(seq))
    })?;
    Ok(said.unwrap_or(Said::Over))
}

/// The analyst says something.
pub fn by_analyst(
    tx: &mut Tx<'_>,
    act: &Act,
    analyst: &Analyst,
    number: &CaseNumber,
    words: &Words,
) -> Result<Said, Error> {
    let said = with_case(tx, act, number, |tx, lock, case| {
        if case.state == State::Closed || lock.id() == &analyst.account {
            return Ok(Said::Over);
        }
        let since = lock.now().minus(HOUR);
        let recent = case_message::times_of_analyst(tx, &analyst.account, since, ANALYST_MESSAGES_AN_HOUR)?;
        if let Some(until) = free_at(&recent, ANALYST_MESSAGES_AN_HOUR, HOUR) {
            return Ok(Said::Wait(until));
        }
        let seq = say(tx, &analyst.acting(act), lock, (case, words, Author::Analyst(analyst.account.clone())))?;
        Ok(Said::Done(seq))
    })?;
    Ok(said.unwrap_or(Said::Over))
}

fn say(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &mut AccountLock,
    (mut case, words, author): (Case, &Words, Author),
) -> Result<i64, Error> {
    let mut dice = act.dice();
    let is_answer = matches!(author, Author::Analyst(_));
    case.last_seq += 1;
    case.changed_at = lock.now();
    let seq = case.last_seq;
    let body = seal((act, &mut dice), &place(&case.id, seq), words.as_str());
    let message = SealedMessage { seq, at: lock.now(), author, body: Some(body) };
    case_message::insert(tx, lock, &case.id, &message)?;
    if is_answer && answer_mail::is_due(tx, lock, &case)? {
        answer_mail::send(tx, (&Analyst::unseen(act), &mut dice), lock, (&mut case, seq, act.now))?;
    }
    save(tx, lock, &case, case.state)?;
    let what = if is_answer { Happening::AnalystWrote } else { Happening::PersonWrote };
    note(tx, act, lock, (&case, what))?;
    Ok(seq)
}

/// What the browser with `token` has not been shown yet; `None` where it is over for it. Reads only.
pub fn since_for_person(tx: &mut Tx<'_>, act: &Act, token: &PlainToken, after: i64) -> Result<Option<Talk>, Error> {
    let Some(present) = present(tx, act, token)? else { return Ok(None) };
    let messages = messages(tx, act, &present.case, (&Reader::Person(&present.participant), after))?;
    Ok(Some(Talk { state: present.case.state, messages, newest: present.case.last_seq }))
}

/// What the analyst has not been shown yet; `None` for no such case, or the analyst's own. Reads only.
pub fn since_for_analyst(
    tx: &mut Tx<'_>,
    act: &Act,
    analyst: &Analyst,
    number: &CaseNumber,
    after: i64,
) -> Result<Option<Talk>, Error> {
    let found = crate::store::support_case::by_number(tx, number)?;
    let Some(case) = found.filter(|case| case.account != analyst.account) else { return Ok(None) };
    let messages = messages(tx, act, &case, (&Reader::Analyst(&analyst.account), after))?;
    Ok(Some(Talk { state: case.state, messages, newest: case.last_seq }))
}

/// Notes that the analyst has been shown messages of the case up to number `seq`.
pub fn read_by_analyst(
    tx: &mut Tx<'_>,
    act: &Act,
    analyst: &Analyst,
    (number, seq): (&CaseNumber, i64),
) -> Result<(), Error> {
    let found = crate::store::support_case::by_number(tx, number)?;
    let Some(case) = found.filter(|case| case.account != analyst.account) else { return Ok(()) };
    case_message::read_by_analyst(tx, (&case.id, &analyst.account), seq.min(case.last_seq), act.now)
}

/// What the reader may see of a case after message `after`.
pub(super) fn messages(
    tx: &mut Tx<'_>,
    act: &Act,
    case: &Case,
    (reader, after): (&Reader<'_>, i64),
) -> Result<Vec<Message>, Error> {
    let after = match reader {
        Reader::Person(participant) => after.max(participant.joined_seq),
        Reader::Analyst(_) => after,
    };
    let rows = case_message::since(tx, &case.id, after)?;
    let browsers: Vec<ParticipantId> = case_participant::of(tx, &case.id)?.into_iter().map(|one| one.id).collect();
    let mut names = HashMap::new();
    let mut seen = Vec::new();
    for row in rows {
        let writer = match (&row.author, reader) {
            (Author::Person(id), Reader::Person(participant)) if *id == participant.id => Writer::You,
            (Author::Analyst(id), Reader::Analyst(own)) if id == *own => Writer::You,
            (Author::Person(id), _) => Writer::Person(browsers.iter().position(|one| one == id).unwrap_or(0) + 1),
            (Author::Analyst(_), Reader::Person(_)) => Writer::Support(None),
            (Author::Analyst(id), Reader::Analyst(_)) => Writer::Support(name(tx, &mut names, id)?),
        };
        let text = row.body.map(|body| unseal(act, &place(&case.id, row.seq), &body)).transpose()?;
        seen.push(Message { seq: row.seq, at: row.at, writer, text });
    }
    Ok(seen)
}

fn name(
    tx: &mut Tx<'_>,
    names: &mut HashMap<AccountId, Option<String>>,
    id: &AccountId,
) -> Result<Option<String>, Error> {
    if let Some(name) = names.get(id) {
        return Ok(name.clone());
    }
    let name = account::load(tx, id)?.map(|row| row.username);
    names.insert(id.clone(), name.clone());
    Ok(name)
}

/// What a message's sealed text is bound to.
fn place(case: &CaseId, seq: i64) -> String {
    format!("case_message.body {case} {seq}")
}
