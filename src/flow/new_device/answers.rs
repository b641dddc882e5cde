//! **Answer your security questions**. Argon2 stands between two transactions: the first charges the try as a wrong one, the second
//! settles it, and only if everything that it relied on is as it was.

use super::recovery_code::Submitted;
use super::throttle;
use super::ways::{answers_of, gate_of_answers};
use crate::flow::act::Act;
use crate::flow::audit;
use crate::flow::link::Gone;
use crate::flow::set_up::install::open_answer;
use crate::flow::set_up::standing::{Holder, Journey, Step};
use crate::flow::set_up::steps;
use crate::model::audit::Event;
use crate::model::id::LinkId;
use crate::model::rescue::{Gate, Identity, IdentityProof};
use crate::model::secret::SecretText;
use crate::model::throttle::Rest;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::rescue;

const KIND: Identity = Identity::Answers;

/// What a try led to before anything was compared.
#[derive(Debug)]
pub enum Begun {
    /// Compare the answers with these.
    Check(Check),
    /// Nothing is compared, because of this.
    Not(Submitted),
}

/// A try that was charged, and what it relied on.
#[derive(Clone, Debug)]
pub struct Check {
    /// The hashes of the three answers, in their order.
    pub hashes: Vec<SecretText>,
    sealed: Vec<Vec<u8>>,
    link: LinkId,
    epoch: i64,
    before: Rest,
    charged: String,
}

/// Takes a try, charged as a wrong one.
pub fn begin(tx: &mut Tx<'_>, act: &Act, holder: &Holder) -> Result<Result<Begun, Gone>, Error> {
    steps::standing(tx, act, holder, |tx, lock, standing| {
        if holder.journey != Journey::NewDevice || standing.step != Step::Begin {
            return Ok(Begun::Not(Submitted::NotNow(standing.step)));
        }
        if lock.clock_is_behind() {
            return Err(Error::ClockBehind);
        }
        let Some(answers) = answers_of(tx, act, (lock.id(), &lock.account))? else {
            return Ok(Begun::Not(Submitted::NotOffered));
        };
        let gate = gate_of_answers(tx, lock.id(), lock.now())?;
        if gate != Gate::Open {
            return Ok(Begun::Not(Submitted::Shut(gate)));
        }
        let hashes = answers.iter().map(|answer| open_answer(act, lock, answer)).collect::<Result<_, _>>()?;
        let charged = act.dice().id(lock.now());
        rescue::insert_wrong_answers(tx, lock, &charged)?;
        let before = throttle::charge(tx, act, lock, KIND)?;
        Ok(Begun::Check(Check {
            hashes,
            sealed: answers.into_iter().map(|answer| answer.answer_hash).collect(),
            link: standing.link.id,
            epoch: lock.account.epoch,
            before,
            charged,
        }))
    })
}

/// Settles the try that `check` charged. There is one verdict for all three answers.
pub fn settle(
    tx: &mut Tx<'_>,
    act: &Act,
    holder: &Holder,
    (check, all_match): (&Check, bool),
) -> Result<Result<Submitted, Gone>, Error> {
    steps::standing(tx, act, holder, |tx, lock, standing| {
        let mut dice = act.dice();
        let kept = answers_of(tx, act, (lock.id(), &lock.account))?.unwrap_or_default();
        let is_unchanged = standing.step == Step::Begin
            && standing.link.id == check.link
            && lock.account.epoch == check.epoch
            && kept.iter().map(|answer| &answer.answer_hash).eq(&check.sealed);
        let Some(proof) = IdentityProof::from_verdict(KIND, all_match && is_unchanged) else {
            return Ok(match throttle::was_wrong(tx, (act, &mut dice), lock, (KIND, check.before))? {
                Gate::Open => Submitted::Wrong,
                shut => Submitted::Shut(shut),
            });
        };
        rescue::delete_wrong_answers(tx, lock, &check.charged)?;
        throttle::was_right(tx, lock, proof)?;
        audit::record(tx, act, lock, Event::IdentityRight(KIND))?;
        let (_, token) = steps::new_visit(tx, (act, &mut dice), lock, &standing.link, Some(proof))?;
        Ok(Submitted::Proved(token))
    })
}
