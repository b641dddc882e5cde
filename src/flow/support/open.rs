//! Opening a case: by the person, behind the new-device link, or by an analyst for somebody on the telephone. An account has at
//! most one that is undecided; whoever comes second joins it. The owner hears of it at once.

use std::time::Duration;

use super::analyst::Analyst;
use super::{note, save};
use crate::flow::act::Act;
use crate::flow::link::{self as links, Gone, Older};
use crate::flow::set_up::standing::{Holder, Journey};
use crate::flow::set_up::steps;
use crate::flow::sign_in::emailed::free_at;
use crate::flow::{account as accounts, post};
use crate::mail::message::{CaseBegun, CaseOpened, Message};
use crate::model::dice::Dice;
use crate::model::id::{AccountId, CaseId, ParticipantId};
use crate::model::link::Purpose;
use crate::model::product::ProductId;
use crate::model::recovery_lock::RecoveryLock;
use crate::model::support_case::{CaseNumber, Happening, NEW_A_DAY, State};
use crate::model::time::Timestamp;
use crate::model::token::{PlainToken, TokenKind};
use crate::store::account::{AccountLock, with_lock};
use crate::store::case_participant::{self, Participant};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::support_case::{self, Case};

const DAY: Duration = Duration::from_secs(86_400);
/// How long **This wasn't me** works.
const NOT_ME_LIFE: Duration = Duration::from_secs(72 * 3_600);
/// How often a number is drawn that is taken, before something else must be wrong.
const DRAWS: usize = 8;

/// What a browser of the person brings along.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    /// Under what it takes part in a case already.
    pub held: Option<PlainToken>,
    /// Drawn for it when the page was shown, in which it asks to take part: who presses twice joins once.
    pub drawn: Option<PlainToken>,
}

/// A token under which a browser may come to take part; it is nothing before that.
pub fn draw(act: &Act) -> PlainToken {
    PlainToken::new(TokenKind::Participant, &mut act.dice())
}

/// What **Send My Info Now** led to.
#[derive(Debug)]
pub enum Sent {
    /// The case has it. A browser that joined with it gets its token.
    Received(CaseNumber, Option<PlainToken>),
    /// No new case until then.
    Wait(Timestamp),
    /// The owner has stopped this way.
    Stopped,
    /// Too many browsers have joined.
    Full,
}

/// Whoever came behind the new-device link sends their information, from a browser that may have joined a case already.
pub fn by_person(tx: &mut Tx<'_>, act: &Act, holder: &Holder, brought: &Brought) -> Result<Result<Sent, Gone>, Error> {
    steps::standing(tx, act, holder, |tx, lock, standing| {
        if holder.journey != Journey::NewDevice {
            return Err(Error::Bug("support was asked behind another link".into()));
        }
        send_info(tx, (act, &mut act.dice()), lock, standing.link.product, brought)
    })
}

/// The person of the locked account sends their information.
fn send_info(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    came_from: Option<ProductId>,
    brought: &Brought,
) -> Result<Sent, Error> {
    if lock.account.recovery_lock.is_some_and(RecoveryLock::stops_support) {
        return Ok(Sent::Stopped);
    }
    let undecided = support_case::unclosed_of(tx, lock.id())?.into_iter().find(|case| case.state.is_undecided());
    let Some(case) = undecided else {
        let recent = support_case::times_opened(tx, lock.id(), lock.now().minus(DAY), NEW_A_DAY)?;
        if let Some(until) = free_at(&recent, NEW_A_DAY, DAY) {
            return Ok(Sent::Wait(until));
        }
        let blank = Case { product: came_from, ..from_here(act, blank(dice, lock, State::InfoReceived)) };
        let case = insert(tx, dice, lock, blank)?;
        note(tx, act, lock, (&case, Happening::Opened))?;
        let token = take_part(tx, (act, dice), lock, (&case, brought))?;
        tell(tx, (act, dice), lock, (&case, CaseBegun::ByPerson))?;
        return Ok(Sent::Received(case.number, Some(token)));
    };
    join(tx, (act, dice), lock, (case, came_from), brought)
}

/// The information arrives in a case that is open already.
fn join(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    (case, came_from): (Case, Option<ProductId>),
    brought: &Brought,
) -> Result<Sent, Error> {
    let number = case.number.clone();
    let here = takes_part(tx, act, lock, (&case, brought))?;
    let is_here = here.is_some();
    let token = match here {
        Some(here) => here.token(),
        None if is_full(tx, act, &case)? => return Ok(Sent::Full),
        None => Some(take_part(tx, (act, dice), lock, (&case, brought))?),
    };
    let from = case.state;
    let state = from.with_info().ok_or_else(|| Error::Bug("an undecided case takes no information".into()))?;
    if is_here && from == state {
        return Ok(Sent::Received(number, token));
    }
    let case =
        if from == state { case } else { from_here(act, Case { product: came_from.or(case.product.clone()), ..case }) };
    let case = Case { state, info_at: case.info_at.or(Some(lock.now())), changed_at: lock.now(), ..case };
    save(tx, lock, &case, from)?;
    note(tx, act, lock, (&case, Happening::Info))?;
    tell(tx, (act, dice), lock, (&case, CaseBegun::Joined))?;
    Ok(Sent::Received(number, token))
}

/// Whether as many browsers have joined as may.
pub(super) fn is_full(tx: &mut Tx<'_>, act: &Act, case: &Case) -> Result<bool, Error> {
    let joined = case_participant::of(tx, &case.id)?.len();
    Ok(u32::try_from(joined).unwrap_or(u32::MAX) >= act.settings.support.browsers)
}

/// How a browser takes part already.
pub(super) enum Seated {
    /// Under the token that it holds.
    Held,
    /// Under the one that was drawn for it, which it does not hold yet.
    Drawn(PlainToken),
}

impl Seated {
    /// The token that the browser has to get.
    pub(super) fn token(self) -> Option<PlainToken> {
        match self {
            Self::Held => None,
            Self::Drawn(token) => Some(token),
        }
    }
}

/// Whether the browser takes part in this case of the locked account, and how.
pub(super) fn takes_part(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &AccountLock,
    (case, brought): (&Case, &Brought),
) -> Result<Option<Seated>, Error> {
    for (token, is_held) in [(&brought.held, true), (&brought.drawn, false)] {
        let Some(token) = token else { continue };
        let found = case_participant::find(tx, &act.token_macs(token))?;
        if found.is_some_and(|found| found.case == case.id && found.epoch == lock.account.epoch) {
            return Ok(Some(if is_held { Seated::Held } else { Seated::Drawn(token.clone()) }));
        }
    }
    Ok(None)
}

/// This browser joins a case of the locked account, and reads from here on.
pub(super) fn take_part(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    (case, brought): (&Case, &Brought),
) -> Result<PlainToken, Error> {
    let token = match &brought.drawn {
        Some(drawn) if case_participant::find(tx, &act.token_macs(drawn))?.is_none() => drawn.clone(),
        _ => PlainToken::new(TokenKind::Participant, dice),
    };
    let participant = Participant {
        id: ParticipantId::new(dice.id(lock.now())),
        case: case.id.clone(),
        epoch: lock.account.epoch,
        joined_at: lock.now(),
        joined_seq: case.last_seq,
        address: act.address_text(),
        browser: act.browser(),
        read_seq: case.last_seq,
    };
    case_participant::insert(tx, lock, &participant, &act.token_mac(&token))?;
    note(tx, act, lock, (case, Happening::Joined))?;
    Ok(token)
}

/// What an analyst's opening led to.
#[derive(Debug)]
pub enum Opened {
    /// A new case.
    New(CaseNumber),
    /// There is one that is undecided.
    There(CaseNumber),
    /// Nobody has this name.
    NoAccount,
    /// The owner has stopped this way.
    Stopped,
    /// The account is the analyst's own, or may not sign in, or is reset by administrators only.
    NotForSupport,
}

/// An analyst opens a case for the person with this username or email address, who then signs in as far as they can, and sends
/// their information.
pub fn by_analyst(tx: &mut Tx<'_>, act: &Act, analyst: &Analyst, typed: &str) -> Result<Opened, Error> {
    let Some(found) = accounts::find(tx, typed)? else { return Ok(Opened::NoAccount) };
    let opened =
        with_lock(tx, &found.id, act.now, |tx, lock| open_for(tx, &analyst.acting(act), lock, &analyst.account))?;
    Ok(opened.unwrap_or(Opened::NoAccount))
}

fn open_for(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock, analyst: &AccountId) -> Result<Opened, Error> {
    use crate::model::account::Role;
    if lock.id() == analyst || lock.account.disabled_at.is_some() || lock.account.role == Role::Administrator {
        return Ok(Opened::NotForSupport);
    }
    if lock.account.recovery_lock.is_some_and(RecoveryLock::stops_support) {
        return Ok(Opened::Stopped);
    }
    if let Some(case) = support_case::unclosed_of(tx, lock.id())?.into_iter().find(|case| case.state.is_undecided()) {
        return Ok(Opened::There(case.number));
    }
    let mut dice = act.dice();
    let blank = Case { opened_by: Some(analyst.clone()), ..blank(&mut dice, lock, State::Open) };
    let case = insert(tx, &mut dice, lock, blank)?;
    note(tx, act, lock, (&case, Happening::Opened))?;
    tell(tx, (&Analyst::unseen(act), &mut dice), lock, (&case, CaseBegun::BySupport))?;
    Ok(Opened::New(case.number))
}

fn blank(dice: &mut Dice, lock: &AccountLock, state: State) -> Case {
    Case {
        id: CaseId::new(dice.id(lock.now())),
        number: CaseNumber::new(dice),
        account: lock.id().clone(),
        state,
        product: None,
        opened_by: None,
        opened_at: lock.now(),
        changed_at: lock.now(),
        info_at: (state == State::InfoReceived).then(|| lock.now()),
        address: String::new(),
        browser: String::new(),
        last_seq: 0,
        mailed_seq: 0,
        mailed_at: None,
        decided_at: None,
        decided_by: None,
        reason: None,
        closed_at: None,
        closed_how: None,
    }
}

fn from_here(act: &Act, case: Case) -> Case {
    Case { address: act.address_text(), browser: act.browser(), ..case }
}

/// Adds the case, under another number where its own is taken.
fn insert(tx: &mut Tx<'_>, dice: &mut Dice, lock: &AccountLock, mut case: Case) -> Result<Case, Error> {
    for _ in 0..DRAWS {
        if support_case::insert(tx, lock, &case)? {
            return Ok(case);
        }
        case.number = CaseNumber::new(dice);
    }
    Err(Error::Bug("every number of a case is taken".into()))
}

/// Mails the owner that there is a case, with the link that stops it: while a change of the address can be undone, to the address before
/// it alone. Whoever made the change could stop the owner's case with it.
fn tell(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    (case, begun): (&Case, CaseBegun),
) -> Result<(), Error> {
    let token = links::make(tx, (act, dice), lock, (Purpose::CaseNotMe, NOT_ME_LIFE), Older::Keep)?;
    let message = CaseOpened {
        number: case.number.as_str().to_owned(),
        begun,
        not_me_link: links::address(act, Purpose::CaseNotMe, &token),
        good_for: NOT_ME_LIFE,
    };
    post::send_recovery(tx, (act, dice), lock, &Message::CaseOpened(message))
}
