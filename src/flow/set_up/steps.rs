//! The steps of set-up, the first one and one with a new device. Each is done under the account's lock and in the browser that holds the visit.

use serde::{Deserialize, Serialize};

use super::standing::{self, Holder, Journey, Standing, Step, aad};
use crate::config::Profile;
use crate::flow::act::Act;
use crate::flow::link::Gone;
use crate::keys::Purpose as Key;
use crate::model::dice::Dice;
use crate::model::id::VisitId;
use crate::model::passcode::Passcode;
use crate::model::recovery_code::RecoveryCode;
use crate::model::rescue::IdentityProof;
use crate::model::secret::SecretText;
use crate::model::token::{PlainToken, TokenKind};
use crate::model::totp::{self, Secret, Window};
use crate::store::account::{AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::link;
use crate::store::set_up_visit::{self, SetUpVisit};

/// A question and the Argon2id hash of its answer.
#[derive(Clone, Debug)]
pub struct Answered {
    /// As chosen or written.
    pub question: String,
    /// The PHC string.
    pub phc: SecretText,
}

/// The same as a visit keeps it, inside one sealed column.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) question: String,
    pub(super) phc: String,
}

/// How a step ended.
#[derive(Debug)]
pub enum Done {
    /// It is done; a browser that had no progress before gets its token.
    Next(Option<PlainToken>),
    /// Everything is done, and this is what the browser is known by from now on.
    Known(PlainToken),
    /// The passcode is not of this key.
    WrongPasscode,
    /// It is not this step's turn.
    NotNow(Step),
    /// The link leads nowhere any more.
    Gone(Gone),
}

/// Step 1 of the first set-up: the three answers. In profile strict there are none, and the step only begins.
pub fn begin(tx: &mut Tx<'_>, act: &Act, holder: &Holder, answers: &[Answered]) -> Result<Done, Error> {
    at(tx, act, holder, |tx, lock, standing| {
        if holder.journey != Journey::SetUp {
            return Ok(Done::NotNow(standing.step));
        }
        if act.settings.profile == Profile::Standard && answers.len() != 3 {
            return Err(Error::Bug("set-up began without three answers".into()));
        }
        let mut dice = act.dice();
        let (mut visit, token) = match standing.visit {
            Some(visit) => (visit, None),
            None => {
                let (visit, token) = new_visit(tx, (act, &mut dice), lock, &standing.link, None)?;
                (visit, Some(token))
            }
        };
        if !answers.is_empty() {
            visit.answers = Some(seal_answers((act, &mut dice), &visit, answers)?);
        }
        set_up_visit::save(tx, lock, &visit)?;
        Ok(Done::Next(token))
    })
}

/// Step 2: the first passcode proves that the app holds the key. Guessing it is pointless, since the page shows the key, so
/// it is not counted as a try.
pub fn prove_app(tx: &mut Tx<'_>, act: &Act, holder: &Holder, typed: &Passcode) -> Result<Done, Error> {
    at(tx, act, holder, |tx, lock, standing| {
        let Some(mut visit) = standing.visit.filter(|_| standing.step != Step::Begin) else {
            return Ok(Done::NotNow(Step::Begin));
        };
        if lock.clock_is_behind() {
            return Err(Error::ClockBehind);
        }
        let secret = standing::secret(act, &visit)?;
        let Some(step) = totp::matching(&secret, typed, Window::around(lock.now())) else {
            return Ok(Done::WrongPasscode);
        };
        visit.confirmed_step = Some(step);
        visit.without_app = false;
        to_recovery_code(tx, act, lock, visit)
    })
}

/// Step 2 without a mobile device: this account signs in with emailed passcodes. Profile strict needs an app.
pub fn go_without_app(tx: &mut Tx<'_>, act: &Act, holder: &Holder) -> Result<Done, Error> {
    at(tx, act, holder, |tx, lock, standing| {
        let Some(mut visit) = standing.visit.filter(|_| standing.step != Step::Begin) else {
            return Ok(Done::NotNow(Step::Begin));
        };
        if act.settings.profile == Profile::Strict {
            return Ok(Done::NotNow(Step::App));
        }
        visit.without_app = true;
        visit.confirmed_step = None;
        to_recovery_code(tx, act, lock, visit)
    })
}

fn to_recovery_code(tx: &mut Tx<'_>, act: &Act, lock: &AccountLock, mut visit: SetUpVisit) -> Result<Done, Error> {
    if visit.recovery_code.is_none() {
        let mut dice = act.dice();
        let code = RecoveryCode::new(&mut dice);
        let sealed =
            act.keys.seal(Key::RecoveryCode, &aad("recovery_code", &visit), code.canonical().as_bytes(), &mut dice);
        visit.recovery_code = Some(sealed);
    }
    set_up_visit::save(tx, lock, &visit)?;
    Ok(Done::Next(None))
}

/// Does `step` under the account's lock, where the set-up can go on in this browser.
pub(super) fn at(
    tx: &mut Tx<'_>,
    act: &Act,
    holder: &Holder,
    step: impl FnOnce(&mut Tx<'_>, &mut AccountLock, Standing) -> Result<Done, Error>,
) -> Result<Done, Error> {
    Ok(standing(tx, act, holder, step)?.unwrap_or_else(Done::Gone))
}

/// The same for what ends in something else.
pub(in crate::flow) fn standing<T>(
    tx: &mut Tx<'_>,
    act: &Act,
    holder: &Holder,
    step: impl FnOnce(&mut Tx<'_>, &mut AccountLock, Standing) -> Result<T, Error>,
) -> Result<Result<T, Gone>, Error> {
    let account = match standing::of(tx, act, holder)? {
        Ok(standing) => standing.account,
        Err(gone) => return Ok(Err(gone)),
    };
    let done = with_lock(tx, &account, act.now, |tx, lock| match standing::of(tx, act, holder)? {
        Ok(standing) => step(tx, lock, standing).map(Ok),
        Err(gone) => Ok(Err(gone)),
    })?;
    Ok(done.unwrap_or(Err(Gone::Unknown)))
}

/// Begins this browser's progress, with a key of its own, and ends every other browser's.
pub(in crate::flow) fn new_visit(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    link: &link::Link,
    identity: Option<IdentityProof>,
) -> Result<(SetUpVisit, PlainToken), Error> {
    let token = PlainToken::new(TokenKind::Visit, dice);
    let id = VisitId::new(dice.id(lock.now()));
    let identity = identity.map(|proof| proof.identity());
    set_up_visit::insert(tx, lock, (&id, &link.id), &act.token_mac(&token), identity)?;
    if !link::open(tx, &link.id, Some(&id), lock.now())? {
        return Err(Error::Bug("a setup link ended under the account's lock".into()));
    }
    let mut visit = SetUpVisit {
        id,
        identity,
        answers: None,
        secret: None,
        confirmed_step: None,
        without_app: false,
        recovery_code: None,
    };
    let secret = Secret::new(dice);
    visit.secret = Some(act.keys.seal(Key::TotpSeal, &aad("secret", &visit), secret.bytes(), dice));
    set_up_visit::save(tx, lock, &visit)?;
    Ok((visit, token))
}

fn seal_answers((act, dice): (&Act, &mut Dice), visit: &SetUpVisit, answers: &[Answered]) -> Result<Vec<u8>, Error> {
    let kept: Vec<Kept> =
        answers.iter().map(|one| Kept { question: one.question.clone(), phc: one.phc.expose().to_owned() }).collect();
    let text = serde_json::to_vec(&kept).map_err(|error| Error::Bug(error.to_string()))?;
    Ok(act.keys.seal(Key::Pepper, &aad("answers", visit), &text, dice))
}
