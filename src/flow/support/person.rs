//! The person's side of a case: one browser that joined, and what it may see. The mailed link lets another browser join; that one
//! sees nothing of what was said before.

use super::conversation::{Message, Reader, messages};
use super::open::{self, Brought, is_full, take_part, takes_part};
use crate::flow::act::Act;
use crate::flow::link::{self as links, Gone};
use crate::model::account::Account;
use crate::model::link::{Ending, Purpose};
use crate::model::support_case::{CaseNumber, State};
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::store::account::{self, with_lock};
use crate::store::case_participant::{self, Participant};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::link;
use crate::store::support_case::{self, Case};

/// A browser that takes part.
#[derive(Debug)]
pub(super) struct Present {
    /// Its row.
    pub participant: Participant,
    /// Its case.
    pub case: Case,
    /// The account that the case is about.
    pub account: Account,
}

/// Who takes part with `token`; `None` where it is over for that browser.
pub(super) fn present(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<Present>, Error> {
    let Some(participant) = case_participant::find(tx, &act.token_macs(token))? else { return Ok(None) };
    let Some(case) = support_case::load(tx, &participant.case)? else { return Ok(None) };
    let Some(account) = account::load(tx, &case.account)? else { return Ok(None) };
    let is_good = participant.epoch == account.epoch && account.disabled_at.is_none();
    Ok(is_good.then_some(Present { participant, case, account }))
}

/// A case as this browser of the person sees it.
#[derive(Debug)]
pub struct Standing {
    /// Its number.
    pub number: CaseNumber,
    /// Where it stands.
    pub state: State,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Whose account.
    pub username: String,
    /// The account's id, for its place in the queue.
    pub account: String,
    /// What was said since this browser joined.
    pub messages: Vec<Message>,
    /// The number of the newest message; what is greater comes later.
    pub newest: i64,
    /// Up to here this browser had read before.
    pub read: i64,
    /// Whether other browsers take part, and may have said things that this one does not see.
    pub others: bool,
}

impl Standing {
    /// Whether it waits for a decision and has the person's information.
    pub fn has_info(&self) -> bool {
        self.state == State::InfoReceived
    }
}

/// The case that the browser with `token` joined. Reads only.
pub fn standing(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<Standing>, Error> {
    let Some(present) = present(tx, act, token)? else { return Ok(None) };
    let reader = Reader::Person(&present.participant);
    let messages = messages(tx, act, &present.case, (&reader, 0))?;
    let others = case_participant::of(tx, &present.case.id)?.len() > 1;
    Ok(Some(Standing {
        number: present.case.number,
        state: present.case.state,
        opened_at: present.case.opened_at,
        username: present.account.username,
        account: present.case.account.as_str().to_owned(),
        messages,
        newest: present.case.last_seq,
        read: present.participant.read_seq,
        others,
    }))
}

/// Notes that the browser with `token` has been shown messages up to number `seq`.
pub fn read(tx: &mut Tx<'_>, act: &Act, token: &PlainToken, seq: i64) -> Result<(), Error> {
    let Some(present) = present(tx, act, token)? else { return Ok(()) };
    case_participant::read(tx, &present.participant.id, seq.min(present.case.last_seq))
}

/// Whether the browser that holds `held` takes part in the case that the mailed link behind `token` leads to.
pub fn is_here(tx: &mut Tx<'_>, act: &Act, token: &PlainToken, held: &PlainToken) -> Result<bool, Error> {
    let Some(account) = link::find(tx, Purpose::Case, &act.token_macs(token))?.and_then(|found| found.account) else {
        return Ok(false);
    };
    let Some(present) = present(tx, act, held)? else { return Ok(false) };
    let newest = support_case::newest_of(tx, &account)?;
    Ok(newest.is_some_and(|newest| newest.id == present.case.id))
}

/// What a mailed link leads to.
#[derive(Debug)]
pub struct Behind {
    /// The case's number.
    pub number: CaseNumber,
    /// Whose account.
    pub username: String,
}

/// The case behind a mailed link, or why it leads nowhere. Reads only.
pub fn behind(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Result<Behind, Gone>, Error> {
    let (_, id, row) = match links::with_account(tx, act, Purpose::Case, token)? {
        Ok(found) => found,
        Err(gone) => return Ok(Err(gone)),
    };
    let newest = support_case::newest_of(tx, &id)?.filter(|case| case.state != State::Closed);
    Ok(newest.map(|case| Behind { number: case.number, username: row.username }).ok_or(Gone::Used))
}

/// How joining ended.
#[derive(Debug)]
pub enum Joined {
    /// It takes part; a browser that did not before gets its token.
    Here(Option<PlainToken>),
    /// Too many have joined.
    Full,
    /// The link leads nowhere any more.
    Gone(Gone),
}

/// This browser joins the case behind a mailed link, which works once; who presses twice has joined.
pub fn join(tx: &mut Tx<'_>, act: &Act, token: &PlainToken, brought: &Brought) -> Result<Joined, Error> {
    let account = match links::find(tx, act, Purpose::Case, token)? {
        Ok(found) => found.account,
        Err(gone) => return joined_before(tx, act, token, (brought, gone)),
    };
    let Some(account) = account else { return Ok(Joined::Gone(Gone::Unknown)) };
    let joined = with_lock(tx, &account, act.now, |tx, lock| {
        let found = match links::find(tx, act, Purpose::Case, token)? {
            Ok(found) if found.epoch == lock.account.epoch && lock.account.disabled_at.is_none() => found,
            Ok(_) => return Ok(Joined::Gone(Gone::Unknown)),
            Err(gone) => return joined_before(tx, act, token, (brought, gone)),
        };
        let newest = support_case::newest_of(tx, lock.id())?.filter(|case| case.state != State::Closed);
        let Some(case) = newest else { return Ok(Joined::Gone(Gone::Used)) };
        if let Some(here) = takes_part(tx, act, lock, (&case, brought))? {
            return Ok(Joined::Here(here.token()));
        }
        if is_full(tx, act, &case)? {
            return Ok(Joined::Full);
        }
        if !link::end(tx, &found.id, Ending::Used)? {
            return Ok(Joined::Gone(Gone::Used));
        }
        Ok(Joined::Here(Some(take_part(tx, (act, &mut act.dice()), lock, (&case, brought))?)))
    })?;
    Ok(joined.unwrap_or(Joined::Gone(Gone::Unknown)))
}

/// Behind a link that works no more: whether this browser has joined with it already.
fn joined_before(
    tx: &mut Tx<'_>,
    act: &Act,
    token: &PlainToken,
    (brought, gone): (&Brought, Gone),
) -> Result<Joined, Error> {
    let Some(drawn) = &brought.drawn else { return Ok(Joined::Gone(gone)) };
    let is_here = is_here(tx, act, token, drawn)?;
    Ok(if is_here { Joined::Here(Some(drawn.clone())) } else { Joined::Gone(gone) })
}

pub use open::Sent;
