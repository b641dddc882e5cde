//! What makes an account's MFA set up, or replaces its app: the one place where answers, app and recovery code become the
//! account's.

use super::steps::Answered;
use crate::flow::act::Act;
use crate::flow::new_password::end_everything;
use crate::flow::sign_in::passcode::secret_aad;
use crate::flow::{audit, support};
use crate::keys::Purpose as Key;
use crate::model::audit::Event;
use crate::model::dice::Dice;
use crate::model::id::{AccountId, AppId};
use crate::model::recovery_code::RecoveryCode;
use crate::model::secret::SecretText;
use crate::model::security_question::RULE_VERSION;
use crate::model::token::Mac;
use crate::model::totp::{Secret, Step};
use crate::store::account::{AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::mailed_key;
use crate::store::security_answer::{self, SealedAnswer};
use crate::store::totp_app::{self, SealedApp};

/// Everything that a finished set-up gives an account.
#[derive(Clone, Debug)]
pub struct SetUp {
    /// Three, or none in profile strict.
    pub answers: Vec<Answered>,
    /// The app's key, and the newest step whose passcode was used; none without a mobile device.
    pub app: Option<(Secret, Step)>,
    /// The code that was shown.
    pub recovery_code: RecoveryCode,
}

/// Sets MFA up on the locked account, which had none, and ends what was opened before.
pub(super) fn install(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    set_up: &SetUp,
) -> Result<(), Error> {
    put_answers(tx, (act, dice), lock, &set_up.answers)?;
    put_app_and_code(tx, (act, dice), lock, set_up)?;
    audit::record(tx, act, lock, Event::SetUpFinished { with_app: set_up.app.is_some() })
}

/// Adds the questions of the locked account, which has none, with the hashes of their answers.
pub(in crate::flow) fn put_answers(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    answers: &[Answered],
) -> Result<(), Error> {
    for (position, answered) in (1..).zip(answers) {
        let answer_hash =
            act.keys.seal(Key::Pepper, &answer_aad(lock, position), answered.phc.expose().as_bytes(), dice);
        let question = answered.question.clone();
        security_answer::insert(
            tx,
            lock,
            &SealedAnswer { position, question, answer_hash, rule_version: RULE_VERSION },
        )?;
    }
    Ok(())
}

/// A recovery code of the account as it is kept.
pub(in crate::flow) fn recovery_code_mac(act: &Act, account: &AccountId, code: &RecoveryCode) -> Mac {
    act.keys.mac(Key::RecoveryCode, &[account.as_str().as_bytes(), code.canonical().as_bytes()])
}

/// Puts a new app and a new recovery code in the place of the locked account's, and ends what was opened before. The questions and
/// their answers stay.
pub(super) fn replace(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    set_up: &SetUp,
) -> Result<(), Error> {
    put_app_and_code(tx, (act, dice), lock, set_up)?;
    audit::record(tx, act, lock, Event::NewDeviceFinished { with_app: set_up.app.is_some() })
}

fn put_app_and_code(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &mut AccountLock,
    set_up: &SetUp,
) -> Result<(), Error> {
    // An old app is worth nothing any more, and a key that was mailed has done its work.
    totp_app::delete_all(tx, lock)?;
    mailed_key::delete(tx, lock)?;
    if let Some((secret, last_step)) = &set_up.app {
        totp_app::insert(tx, lock, &seal_app((act, dice), lock, secret, *last_step))?;
    }
    lock.account.recovery_code = Some(recovery_code_mac(act, lock.id(), &set_up.recovery_code));
    lock.account.mfa_set_up_at = Some(lock.now());
    end_everything(tx, dice, lock)?;
    support::upkeep::close_after_set_up(tx, act, lock)
}

/// Sets MFA up on an account whose set-up is known beforehand, and tells nobody: the demo's accounts. `false` where it cannot,
/// because there is no such account or because its MFA is set up already.
pub fn install_known(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    id: &AccountId,
    set_up: &SetUp,
) -> Result<bool, Error> {
    let installed = with_lock(tx, id, act.now, |tx, lock| match lock.account.has_mfa() {
        true => Ok(false),
        false => install(tx, (act, dice), lock, set_up).map(|()| true),
    })?;
    Ok(installed.unwrap_or(false))
}

fn seal_app((act, dice): (&Act, &mut Dice), lock: &AccountLock, secret: &Secret, last_step: Step) -> SealedApp {
    let id = AppId::new(dice.id(lock.now()));
    let sealed = act.keys.seal(Key::TotpSeal, &secret_aad(lock.id().as_str(), id.as_str()), secret.bytes(), dice);
    SealedApp {
        id,
        name: "Authenticator app".to_owned(),
        secret: sealed,
        last_step,
        last_used_at: lock.now(),
        mailed: false,
    }
}

/// The hash of the locked account's answer.
pub(in crate::flow) fn open_answer(act: &Act, lock: &AccountLock, answer: &SealedAnswer) -> Result<SecretText, Error> {
    let plain = act.keys.open(Key::Pepper, &answer_aad(lock, answer.position), &answer.answer_hash).ok();
    let text = plain.and_then(|plain| String::from_utf8(plain.expose().to_vec()).ok());
    let unopenable = || Error::Bug(format!("answer {} of account {} does not open", answer.position, lock.id()));
    text.map(SecretText::new).ok_or_else(unopenable)
}

fn answer_aad(lock: &AccountLock, position: i64) -> String {
    format!("security_answer.answer_hash {} {position}", lock.id())
}
