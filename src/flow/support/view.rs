//! A case as an analyst sees it: what the decision needs, and no secret. That it was looked at is written into the owner's trail.

use super::analyst::Analyst;
use super::conversation::{Message, Reader, messages};
use super::decide::{approval_place, approvals_needed, counted, reason_place};
use super::{note, unseal, with_case};
use crate::flow::act::Act;
use crate::model::account::{Account, Role};
use crate::model::email_address::EmailAddress;
use crate::model::id::AccountId;
use crate::model::support_case::{CaseNumber, Check, Closing, Happening, Refused, State};
use crate::model::time::Timestamp;
use crate::store::account;
use crate::store::audit::{self, OfKind};
use crate::store::case_participant::{self, Participant};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::support_case::Case;
use crate::store::{case_check, case_message, product, totp_app};

/// How many events of one kind are shown. What an attacker repeats must not push out of sight what tells of an attack.
const OF_EACH_KIND: u32 = 5;

/// Whom the case is about.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The username.
    pub username: String,
    /// The person's name.
    pub name: Option<String>,
    /// The customer that the person belongs to.
    pub organization: Option<String>,
    /// The email address with its middle hidden.
    pub masked_email: String,
    /// The account's role.
    pub role: Role,
    /// Since when it may not sign in.
    pub disabled_at: Option<Timestamp>,
    /// When MFA was set up, and whether with an app (else by email); `None` where it is not.
    pub mfa: Option<(Timestamp, bool)>,
    /// The last whole sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Whether the owner has stopped resets with **This wasn't me**.
    pub stopped: bool,
    /// Whether the password was set through an emailed link, and nobody has proved more than the mailbox since.
    pub by_mail_only: bool,
}

/// A browser of the person.
#[derive(Clone, Debug)]
pub struct Joined {
    /// When it joined.
    pub at: Timestamp,
    /// From which network address, with its country where that is told.
    pub address: String,
    /// With which browser, in words.
    pub browser: String,
}

/// Something in the account's recent history.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What: the trail's own word, such as `sign-in`.
    pub act: String,
    /// How it ended: `done`, `wrong`, `locked` and so on.
    pub outcome: String,
    /// What else the trail says, such as `app` or `email`.
    pub detail: String,
    /// By whom: `owner`, or somebody else.
    pub actor: String,
    /// From which network: /24 or /48, with its country where that is told.
    pub network: String,
    /// With which browser, in words.
    pub browser: String,
    /// How many older ones of the same kind are not shown; on the oldest that is.
    pub earlier: u32,
}

/// An identity check.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What is checked.
    pub check: Check,
    /// By whom and when it was.
    pub done: Option<(String, Timestamp)>,
}

/// An analyst's approval.
#[derive(Clone, Debug)]
pub struct Approval {
    /// Whose.
    pub username: String,
    /// Whether the analyst who looks gave it.
    pub own: bool,
    /// When.
    pub at: Timestamp,
    /// Why; `None` once it was deleted.
    pub reason: Option<String>,
}

/// The case.
#[derive(Clone, Debug)]
pub struct CaseView {
    /// Its number.
    pub number: CaseNumber,
    /// Where it stands.
    pub state: State,
    /// Whom it is about.
    pub owner: Owner,
    /// The product that the person came from, by name.
    pub product: Option<String>,
    /// The analyst who opened it for somebody; `None` where the person did.
    pub opened_by: Option<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When the person sent their information.
    pub info_at: Option<Timestamp>,
    /// The network address that it was asked for from, with its country where that is told; empty before.
    pub address: String,
    /// The browser, in words; empty before.
    pub browser: String,
    /// The person's browsers that joined, in their order.
    pub participants: Vec<Joined>,
    /// Everything that was said.
    pub messages: Vec<Message>,
    /// The number of the newest message.
    pub newest: i64,
    /// Up to here the analyst who looks had read.
    pub read: i64,
    /// The account's recent history, newest first.
    pub history: Vec<Event>,
    /// What was done in the case, newest first.
    pub acts: Vec<Event>,
    /// Every identity check, done or not.
    pub checks: Vec<Checked>,
    /// How many analysts must approve a reset, or why the analyst who looks may not.
    pub needed: Result<u32, Refused>,
    /// Who approved.
    pub approvals: Vec<Approval>,
    /// Who decided, when and why.
    pub decision: Option<Decision>,
    /// When and how it was closed.
    pub closed: Option<(Timestamp, Option<Closing>)>,
}

/// A decision.
#[derive(Clone, Debug)]
pub struct Decision {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Option<String>,
    /// Why; `None` once it was deleted.
    pub reason: Option<String>,
}

/// The case with this number; `None` where there is none, or it is the analyst's own. Written into the owner's trail.
pub fn view(tx: &mut Tx<'_>, act: &Act, analyst: &Analyst, number: &CaseNumber) -> Result<Option<CaseView>, Error> {
    let seen = with_case(tx, act, number, |tx, lock, case| {
        if lock.id() == &analyst.account {
            return Ok(None);
        }
        note(tx, &analyst.acting(act), lock, (&case, Happening::Viewed))?;
        let owner = owner(tx, lock.id(), &lock.account)?;
        assembled(tx, act, analyst, (case, owner)).map(Some)
    })?;
    Ok(seen.flatten())
}

fn assembled(tx: &mut Tx<'_>, act: &Act, analyst: &Analyst, (case, owner): (Case, Owner)) -> Result<CaseView, Error> {
    let product = match &case.product {
        Some(id) => product::load(tx, id)?.map(|product| product.name),
        None => None,
    };
    let (history, acts) = history(tx, act, &case)?;
    let joined =
        |one: Participant| Joined { at: one.joined_at, address: act.exact_place(&one.address), browser: one.browser };
    Ok(CaseView {
        owner,
        product,
        opened_by: name(tx, case.opened_by.as_ref())?,
        participants: case_participant::of(tx, &case.id)?.into_iter().map(joined).collect(),
        messages: messages(tx, act, &case, (&Reader::Analyst(&analyst.account), 0))?,
        read: case_message::read_seq_of_analyst(tx, &case.id, &analyst.account)?,
        history,
        acts,
        checks: checks(tx, &case)?,
        needed: approvals_needed(tx, &case, &analyst.account)?,
        approvals: approvals(tx, act, analyst, &case)?,
        decision: decision(tx, act, &case)?,
        closed: case.closed_at.map(|at| (at, case.closed_how)),
        newest: case.last_seq,
        number: case.number,
        state: case.state,
        opened_at: case.opened_at,
        info_at: case.info_at,
        address: act.exact_place(&case.address),
        browser: case.browser,
    })
}

fn owner(tx: &mut Tx<'_>, id: &AccountId, row: &Account) -> Result<Owner, Error> {
    let has_app = !totp_app::of(tx, id)?.is_empty();
    Ok(Owner {
        username: row.username.clone(),
        name: row.name.clone(),
        organization: row.organization.clone(),
        masked_email: EmailAddress::parse(&row.email).map(|email| email.masked()).unwrap_or_default(),
        role: row.role,
        disabled_at: row.disabled_at,
        mfa: row.mfa_set_up_at.map(|at| (at, has_app)),
        last_sign_in_at: row.last_sign_in_at,
        stopped: row.recovery_lock.is_some_and(crate::model::recovery_lock::RecoveryLock::stops_support),
        by_mail_only: row.mail_paused,
    })
}

/// The account's recent history, and what was done in the case.
fn history(tx: &mut Tx<'_>, act: &Act, case: &Case) -> Result<(Vec<Event>, Vec<Event>), Error> {
    let shown = |OfKind { event, earlier }| Event {
        at: event.at,
        network: act.place(&event.address),
        act: event.act,
        outcome: event.outcome,
        detail: event.detail,
        actor: event.actor,
        browser: event.browser,
        earlier,
    };
    let history = audit::of_signing_in(tx, &case.account, OF_EACH_KIND)?;
    let acts = audit::of_case(tx, &case.account, &case.number, OF_EACH_KIND)?;
    Ok((history.into_iter().map(shown).collect(), acts.into_iter().map(shown).collect()))
}

fn checks(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<Checked>, Error> {
    let done = case_check::of(tx, &case.id)?;
    let checked = |check: Check| {
        let found = done.iter().find(|(what, ..)| *what == check);
        Checked { check, done: found.map(|(_, who, at)| (who.clone(), *at)) }
    };
    Ok(Check::ALL.into_iter().map(checked).collect())
}

fn approvals(tx: &mut Tx<'_>, act: &Act, analyst: &Analyst, case: &Case) -> Result<Vec<Approval>, Error> {
    let shown = |one: crate::store::case_approval::Approval| {
        let place = approval_place(&case.id, &one.analyst);
        Ok(Approval {
            username: one.username,
            own: one.analyst == analyst.account,
            at: one.at,
            reason: one.reason.map(|sealed| unseal(act, &place, &sealed)).transpose()?,
        })
    };
    counted(tx, case)?.into_iter().map(shown).collect()
}

fn decision(tx: &mut Tx<'_>, act: &Act, case: &Case) -> Result<Option<Decision>, Error> {
    let Some(at) = case.decided_at else { return Ok(None) };
    let reason = case.reason.as_deref().map(|sealed| unseal(act, &reason_place(&case.id), sealed)).transpose()?;
    Ok(Some(Decision { at, by: name(tx, case.decided_by.as_ref())?, reason }))
}

fn name(tx: &mut Tx<'_>, id: Option<&AccountId>) -> Result<Option<String>, Error> {
    match id {
        Some(id) => Ok(account::load(tx, id)?.map(|row| row.username)),
        None => Ok(None),
    }
}
