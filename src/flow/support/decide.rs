//! The decision: reset, decline, close.
//!
//! A reset takes two transactions, since no two accounts are ever locked in one. The first locks the analyst: it takes the
//! confirmation, counts the resets of the day and writes the approval down. The second locks the owner: it counts the approvals and
//! does the reset. Whatever breaks between them leaves an approval that stands there for all to see, and no reset: nothing is lost,
//! for another passcode of any analyst, one who has approved too, repeats it; and nothing is doubled, for a case counts once in a day's
//! resets, and the second transaction moves it on once.

use std::time::Duration;

use super::analyst::Analyst;
use super::{close as close_case, note, save, seal, with_case};
use crate::flow::act::Act;
use crate::flow::sign_in::confirm;
use crate::flow::sign_in::emailed::free_at;
use crate::flow::{account as accounts, post, session as sessions};
use crate::mail::message::{AccountReset, CaseDeclined, Message};
use crate::model::confirmation::Subject;
use crate::model::id::{AccountId, CaseId};
use crate::model::reason::Reason;
use crate::model::support_case::words::Words;
use crate::model::support_case::{CaseNumber, Closing, Facts, Happening, Refused, State, works_support};
use crate::model::time::Timestamp;
use crate::store::account::{self, AccountLock, CLOCK_SLACK, with_lock};
use crate::store::audit;
use crate::store::case_approval::{self, Approval};
use crate::store::case_participant;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::session;
use crate::store::support_case::{self, Case};
use crate::store::totp_app;

const DAY: Duration = Duration::from_secs(86_400);

/// What an analyst says who approves a reset.
#[derive(Clone, Debug)]
pub struct Approving {
    /// Why.
    pub reason: Words,
    /// **I have checked this person's identity** was ticked.
    pub checked: bool,
}

/// How approving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approved {
    /// It is written down; [`reset`] is next.
    Noted,
    /// The identity was not ticked as checked.
    Unchecked,
    /// A passcode for this very reset comes first.
    Unconfirmed,
    /// The passcode must be an authenticator app's.
    NeedsApp,
    /// This analyst has approved it; another one must. [`reset`] is next too: it may not have been done.
    Already,
    /// No more resets by this analyst until then.
    Wait(Timestamp),
    /// It may not be reset.
    Refused(Refused),
    /// No such case.
    NoCase,
    /// The session is over, or not an analyst's any more.
    SignedOut,
}

/// The first step, under the analyst's lock: the approval.
pub fn approve(
    tx: &mut Tx<'_>,
    act: &Act,
    analyst: &Analyst,
    number: &CaseNumber,
    approving: &Approving,
) -> Result<Approved, Error> {
    let Some(case) = support_case::by_number(tx, number)? else { return Ok(Approved::NoCase) };
    let approved = with_lock(tx, &analyst.account, act.now, |tx, lock| {
        let live = session::load(tx, &analyst.session)?.filter(|live| {
            live.account == *lock.id()
                && sessions::is_good(act, live, &lock.account)
                && works_support(lock.account.role)
        });
        let Some(live) = live else { return Ok(Approved::SignedOut) };
        let needed = match approvals_needed(tx, &case, &analyst.account)? {
            Ok(needed) => needed,
            Err(refused) => return Ok(Approved::Refused(refused)),
        };
        if !approving.checked {
            return Ok(Approved::Unchecked);
        }
        let given = counted(tx, &case)?;
        let is_enough = given.len() >= usize::try_from(needed).unwrap_or(usize::MAX);
        if !is_enough && given.iter().any(|one| one.analyst == analyst.account) {
            return Ok(Approved::Already);
        }
        let (since, most) = (lock.now().minus(DAY), act.settings.support.resets_daily);
        let recent = case_approval::times_of(tx, lock, &case.id, (since, most))?;
        if let Some(until) = free_at(&recent, most, DAY) {
            return Ok(Approved::Wait(until));
        }
        let subject = Subject::Reset(number.as_str().to_owned());
        if !confirm::is_given(act, &live, &subject) {
            return Ok(Approved::Unconfirmed);
        }
        if !live.confirmed.as_ref().is_some_and(|given| given.by_app) {
            return Ok(Approved::NeedsApp);
        }
        if !confirm::take(tx, lock, &live.id, &subject)? {
            return Ok(Approved::Unconfirmed);
        }
        let reason = seal((act, &mut act.dice()), &approval_place(&case.id, lock.id()), approving.reason.as_str());
        case_approval::put(tx, lock, &case.id, reason)?;
        Ok(Approved::Noted)
    })?;
    Ok(approved.unwrap_or(Approved::SignedOut))
}

/// Whether the analyst has an app that can confirm a reset.
pub fn has_app(tx: &mut Tx<'_>, analyst: &Analyst) -> Result<bool, Error> {
    Ok(totp_app::of(tx, &analyst.account)?.iter().any(|app| !app.mailed))
}

/// How many analysts must approve, as the rows stand.
pub(super) fn approvals_needed(
    tx: &mut Tx<'_>,
    case: &Case,
    analyst: &AccountId,
) -> Result<Result<u32, Refused>, Error> {
    let owner = account::load(tx, &case.account)?.ok_or_else(|| Error::Bug("a case has no account".into()))?;
    let participants = case_participant::of(tx, &case.id)?.len();
    let facts = Facts {
        state: case.state,
        owner: owner.role,
        stopped: owner.recovery_lock,
        disabled: owner.disabled_at.is_some(),
        own: case.account == *analyst,
        participants: u32::try_from(participants).unwrap_or(u32::MAX),
        by_mail_only: owner.mail_paused,
    };
    Ok(facts.approvals_needed())
}

/// The approvals that count: of analysts who still are, and not of the owner.
pub(super) fn counted(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<Approval>, Error> {
    let counts = |one: &Approval| works_support(one.role) && !one.disabled && one.analyst != case.account;
    Ok(case_approval::of(tx, &case.id)?.into_iter().filter(counts).collect())
}

/// How the reset ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    /// The account is reset, and its owner told.
    Done,
    /// A second analyst must approve.
    SecondNeeded,
    /// This analyst has not approved it.
    NotApproved,
    /// It may not be reset (any more).
    Refused(Refused),
    /// No such case.
    NoCase,
}

/// The second step, under the owner's lock: the reset, if it has the approvals that it needs.
pub fn reset(tx: &mut Tx<'_>, act: &Act, analyst: &Analyst, number: &CaseNumber) -> Result<Reset, Error> {
    let done = with_case(tx, act, number, |tx, lock, case| {
        let needed = match approvals_needed(tx, &case, &analyst.account)? {
            Ok(needed) => needed,
            Err(refused) => return Ok(Reset::Refused(refused)),
        };
        let approvals = counted(tx, &case)?;
        let Some(own) = approvals.iter().find(|one| one.analyst == analyst.account) else {
            return Ok(Reset::NotApproved);
        };
        let acting = analyst.acting(act);
        if needed > 1 {
            note_first(tx, act, lock, (&case, analyst, &approvals))?;
        }
        if approvals.len() < usize::try_from(needed).unwrap_or(usize::MAX) {
            if !is_noted(tx, &case, own)? {
                note(tx, &acting, lock, (&case, Happening::FirstApproved))?;
            }
            return Ok(Reset::SecondNeeded);
        }
        let reason =
            own.reason.as_deref().map(|sealed| super::unseal(act, &approval_place(&case.id, &own.analyst), sealed));
        approve_and_reset(tx, (act, &acting), lock, (case, analyst, reason.transpose()?))?;
        Ok(Reset::Done)
    })?;
    Ok(done.unwrap_or(Reset::NoCase))
}

/// Whether the owner's trail has this approval.
fn is_noted(tx: &mut Tx<'_>, case: &Case, approval: &Approval) -> Result<bool, Error> {
    let what = ("case-approve", Analyst::actor_of(&approval.username), case.number.as_str());
    audit::has(tx, &case.account, (what.0, &what.1, what.2), approval.at.minus(CLOCK_SLACK))
}

/// Notes what others have approved, where a crash between the two steps kept that out of the owner's trail.
fn note_first(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &mut AccountLock,
    (case, analyst, approvals): (&Case, &Analyst, &[Approval]),
) -> Result<(), Error> {
    for other in approvals.iter().filter(|one| one.analyst != analyst.account) {
        if !is_noted(tx, case, other)? {
            let acting = Analyst::absent(act, &other.username);
            note(tx, &acting, lock, (case, Happening::FirstApproved))?;
        }
    }
    Ok(())
}

fn approve_and_reset(
    tx: &mut Tx<'_>,
    (act, acting): (&Act, &Act),
    lock: &mut AccountLock,
    (case, analyst, reason): (Case, &Analyst, Option<String>),
) -> Result<(), Error> {
    let mut dice = act.dice();
    let state = case.state.approve().ok_or_else(|| Error::Bug("a case was approved out of its turn".into()))?;
    let case = decided(lock, case, (state, analyst), reason.map(|text| (act, &mut dice, text)));
    save(tx, lock, &case, State::InfoReceived)?;
    let epoch = lock.account.epoch;
    let trail = Reason::parse(&format!("support case {}", case.number));
    let trail = trail.map_err(|_| Error::Bug("a case's number is no reason".into()))?;
    accounts::reset_mfa_of(tx, (acting, &mut dice), lock, &trail)?;
    case_participant::take_along(tx, lock, &case.id, epoch)?;
    note(tx, acting, lock, (&case, Happening::Approved))?;
    post::tell(tx, (&Analyst::unseen(act), &mut dice), lock, &Message::AccountReset(AccountReset))
}

fn decided(
    lock: &AccountLock,
    case: Case,
    (state, analyst): (State, &Analyst),
    reason: Option<(&Act, &mut crate::model::dice::Dice, String)>,
) -> Case {
    let reason = reason.map(|(act, dice, text)| seal((act, dice), &reason_place(&case.id), &text));
    let (decided_at, decided_by) = (Some(lock.now()), Some(analyst.account.clone()));
    Case { state, changed_at: lock.now(), decided_at, decided_by, reason, ..case }
}

/// How declining or closing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It is.
    Done,
    /// It was decided or closed already.
    TooLate,
    /// The account is the analyst's own.
    OwnAccount,
    /// No such case.
    NoCase,
}

/// Declines, for a reason of the record; the owner is told, in the analyst's words where there are some.
pub fn decline(
    tx: &mut Tx<'_>,
    act: &Act,
    analyst: &Analyst,
    number: &CaseNumber,
    (reason, words): (&Words, Option<&Words>),
) -> Result<Ended, Error> {
    let done = with_case(tx, act, number, |tx, lock, case| {
        if lock.id() == &analyst.account {
            return Ok(Ended::OwnAccount);
        }
        let from = case.state;
        let Some(state) = from.decline() else { return Ok(Ended::TooLate) };
        let mut dice = act.dice();
        let case = decided(lock, case, (state, analyst), Some((act, &mut dice, reason.as_str().to_owned())));
        save(tx, lock, &case, from)?;
        note(tx, &analyst.acting(act), lock, (&case, Happening::Declined))?;
        let number = case.number.as_str().to_owned();
        let mail = CaseDeclined { number, words: words.map(|words| words.as_str().to_owned()) };
        post::tell(tx, (&Analyst::unseen(act), &mut dice), lock, &Message::CaseDeclined(mail))?;
        Ok(Ended::Done)
    })?;
    Ok(done.unwrap_or(Ended::NoCase))
}

/// Closes: nothing more is said or done in it.
pub fn close(tx: &mut Tx<'_>, act: &Act, analyst: &Analyst, number: &CaseNumber) -> Result<Ended, Error> {
    let done = with_case(tx, act, number, |tx, lock, case| {
        if lock.id() == &analyst.account {
            return Ok(Ended::OwnAccount);
        }
        if case.state == State::Closed {
            return Ok(Ended::TooLate);
        }
        close_case(tx, &analyst.acting(act), lock, (case, Closing::Support))?;
        Ok(Ended::Done)
    })?;
    Ok(done.unwrap_or(Ended::NoCase))
}

/// What an approval's sealed reason is bound to.
pub(super) fn approval_place(case: &CaseId, analyst: &AccountId) -> String {
    format!("case_approval.reason {case} {analyst}")
}

/// What a decision's sealed reason is bound to.
pub(super) fn reason_place(case: &CaseId) -> String {
    format!("support_case.reason {case}")
}
