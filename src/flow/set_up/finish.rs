//! The last step: everything that the visit holds becomes the account's, in one transaction. It signs nobody in.

use super::standing::{self, Holder, Step, aad};
use super::steps::{Done, Kept, at};
use crate::flow::act::Act;
use crate::flow::new_password::end_everything;
use crate::flow::sign_in::passcode::secret_aad;
use crate::flow::{audit, post};
use crate::keys::Purpose as Key;
use crate::mail::message::{Message, SetUpDone};
use crate::model::account::Account;
use crate::model::audit::Event;
use crate::model::dice::Dice;
use crate::model::id::AppId;
use crate::model::link::{Ending, Purpose};
use crate::model::security_question;
use crate::model::token::PlainToken;
use crate::model::totp::Step as TotpStep;
use crate::store::account::{self, AccountLock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::link;
use crate::store::security_answer::{self, SealedAnswer};
use crate::store::set_up_visit::{self, SetUpVisit};
use crate::store::totp_app::{self, SealedApp};

/// Finishes set-up. The app's first passcode is used up: the sign-in that follows takes the next one.
pub fn finish(tx: &mut Tx<'_>, act: &Act, holder: &Holder) -> Result<Done, Error> {
    at(tx, act, holder, |tx, lock, standing| {
        let Some(visit) = standing.visit.filter(|_| standing.step == Step::RecoveryCode) else {
            return Ok(Done::NotNow(standing.step));
        };
        if !link::end(tx, &standing.link.id, Ending::Used)? {
            return Err(Error::Bug("a setup link ended under the account's lock".into()));
        }
        let mut dice = act.dice();
        move_answers(tx, (act, &mut dice), lock, &visit)?;
        if let Some(step) = visit.confirmed_step {
            move_app(tx, (act, &mut dice), lock, &visit, step)?;
        }
        let code = standing::recovery_code(act, &visit)?;
        let parts: [&[u8]; 2] = [lock.id().as_str().as_bytes(), code.canonical().as_bytes()];
        lock.account.recovery_code = Some(act.keys.mac(Key::RecoveryCode, &parts));
        lock.account.mfa_set_up_at = Some(lock.now());
        end_everything(tx, lock)?;
        set_up_visit::delete_of(tx, lock, &standing.link.id)?;
        let with_app = visit.confirmed_step.is_some();
        audit::record(tx, act, lock, Event::SetUpFinished { with_app })?;
        post::notify(tx, (act, &mut dice), lock, &Message::SetUpDone(SetUpDone { with_app }))?;
        Ok(Done::Next(None))
    })
}

/// Whose set-up the link behind `token` finished, and whether with an app.
pub fn finished(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<(String, bool)>, Error> {
    let found = link::find(tx, Purpose::SetUp, &act.token_macs(token))?;
    let Some(account) = found.filter(|link| link.ending == Some(Ending::Used)).and_then(|link| link.account) else {
        return Ok(None);
    };
    let Some(row) = account::load(tx, &account)?.filter(Account::has_mfa) else { return Ok(None) };
    Ok(Some((row.username, !totp_app::of(tx, &account)?.is_empty())))
}

fn move_app(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    visit: &SetUpVisit,
    step: TotpStep,
) -> Result<(), Error> {
    let secret = standing::secret(act, visit)?;
    let id = AppId::new(dice.id(lock.now()));
    let sealed = act.keys.seal(Key::TotpSeal, &secret_aad(lock.id().as_str(), id.as_str()), secret.bytes(), dice);
    let name = "Authenticator app".to_owned();
    totp_app::insert(tx, lock, &SealedApp { id, name, secret: sealed, last_step: step, last_used_at: lock.now() })
}

fn move_answers(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    visit: &SetUpVisit,
) -> Result<(), Error> {
    let Some(sealed) = &visit.answers else { return Ok(()) };
    let unopenable = |_| Error::Bug(format!("the answers of set-up {} do not open", visit.id));
    let plain = act.keys.open(Key::Pepper, &aad("answers", visit), sealed).map_err(unopenable)?;
    let kept: Vec<Kept> = serde_json::from_slice(plain.expose()).map_err(|error| Error::Bug(error.to_string()))?;
    for (position, one) in (1..).zip(kept) {
        let answer_hash = act.keys.seal(Key::Pepper, &answer_aad(lock, position), one.phc.as_bytes(), dice);
        let rule_version = security_question::RULE_VERSION;
        security_answer::insert(
            tx,
            lock,
            &SealedAnswer { position, question: one.question, answer_hash, rule_version },
        )?;
    }
    Ok(())
}

fn answer_aad(lock: &AccountLock, position: i64) -> String {
    format!("security_answer.answer_hash {} {position}", lock.id())
}
