//! The last step: everything that the visit holds becomes the account's, in one transaction. It signs nobody in.

use super::install::{SetUp, install, replace};
use super::standing::{self, Holder, Journey, Step, aad};
use super::steps::{Answered, Done, Kept, at};
use crate::flow::act::Act;
use crate::flow::post;
use crate::flow::sign_in::finish::make_known;
use crate::keys::Purpose as Key;
use crate::mail::message::{Message, NewDeviceDone, SetUpDone};
use crate::model::account::Account;
use crate::model::link::Ending;
use crate::model::secret::SecretText;
use crate::model::token::PlainToken;
use crate::store::account;
use crate::store::db::Tx;
use crate::store::email_change;
use crate::store::error::Error;
use crate::store::link;
use crate::store::product;
use crate::store::set_up_visit::{self, SetUpVisit};
use crate::store::totp_app;

/// Finishes set-up. With a new device the old app is worth nothing from here on, and the questions stay as they are; the browser
/// becomes known, with tries that charge the budget too, so that its owner gets past a lock that an attacker made. The app's first passcode is used up: the sign-in that follows takes the next one.
pub fn finish(tx: &mut Tx<'_>, act: &Act, holder: &Holder) -> Result<Done, Error> {
    at(tx, act, holder, |tx, lock, standing| {
        let Some(visit) = standing.visit.filter(|_| standing.step == Step::RecoveryCode) else {
            return Ok(Done::NotNow(standing.step));
        };
        if !link::end(tx, &standing.link.id, Ending::Used)? {
            return Err(Error::Bug("a link ended under the account's lock".into()));
        }
        let set_up = gathered(act, &visit)?;
        let (mut dice, with_app) = (act.dice(), set_up.app.is_some());
        set_up_visit::delete_of(tx, lock, &standing.link.id)?;
        let done = match holder.journey {
            Journey::SetUp => {
                install(tx, (act, &mut dice), lock, &set_up)?;
                post::notify(tx, (act, &mut dice), lock, &Message::SetUpDone(SetUpDone { with_app }))?;
                Ok(Done::Next(None))
            }
            Journey::NewDevice => {
                replace(tx, (act, &mut dice), lock, &set_up)?;
                // The link may have been asked for by whoever set the password through the mailbox. Where there is an app, its first
                // passcode after that password says that it is the person's own.
                lock.account.mail_paused &= with_app;
                // Not held to one an hour: the second may be a thief's.
                post::tell(tx, (act, &mut dice), lock, &Message::NewDeviceDone(NewDeviceDone { with_app }))?;
                make_known(tx, (act, &mut dice), lock, true).map(Done::Known)
            }
        }?;
        email_change::trust_factors(tx, lock)?;
        Ok(done)
    })
}

/// A set-up that is finished.
#[derive(Debug)]
pub struct Finished {
    /// Whose.
    pub username: String,
    /// Passcodes come from an app; else by email.
    pub has_app: bool,
    /// The product that the person came from: its name, and where it begins.
    pub came_from: Option<(String, String)>,
}

/// What the link behind `token` finished.
pub fn finished(
    tx: &mut Tx<'_>,
    act: &Act,
    (journey, token): (Journey, &PlainToken),
) -> Result<Option<Finished>, Error> {
    let found = link::find(tx, journey.purpose(), &act.token_macs(token))?;
    let Some(link) = found.filter(|link| link.ending == Some(Ending::Used)) else { return Ok(None) };
    let Some(account) = link.account else { return Ok(None) };
    let Some(row) = account::load(tx, &account)?.filter(Account::has_mfa) else { return Ok(None) };
    let product = match &link.product {
        Some(id) => product::load(tx, id)?,
        None => None,
    };
    let came_from = product.and_then(|product| Some((product.name, product.start_url?)));
    let has_app = !totp_app::of(tx, &account)?.is_empty();
    Ok(Some(Finished { username: row.username, has_app, came_from }))
}

/// What the visit has gathered.
fn gathered(act: &Act, visit: &SetUpVisit) -> Result<SetUp, Error> {
    let app = visit.confirmed_step.map(|step| Ok::<_, Error>((standing::secret(act, visit)?, step))).transpose()?;
    Ok(SetUp { answers: answers(act, visit)?, app, recovery_code: standing::recovery_code(act, visit)? })
}

fn answers(act: &Act, visit: &SetUpVisit) -> Result<Vec<Answered>, Error> {
    let Some(sealed) = &visit.answers else { return Ok(Vec::new()) };
    let unopenable = |_| Error::Bug(format!("the answers of set-up {} do not open", visit.id));
    let plain = act.keys.open(Key::Pepper, &aad("answers", visit), sealed).map_err(unopenable)?;
    let kept: Vec<Kept> = serde_json::from_slice(plain.expose()).map_err(|error| Error::Bug(error.to_string()))?;
    Ok(kept.into_iter().map(|one| Answered { question: one.question, phc: SecretText::new(one.phc) }).collect())
}
