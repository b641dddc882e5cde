//! Puts the accounts to try into the database, all in one transaction: there are all of them or none.

use std::sync::mpsc;

use super::accounts::{PASSWORD, QUESTIONS, SEEDS, Seed, SetUpSeed};
use crate::app::{App, draw};
use crate::cli::Failure;
use crate::flow::account::{self, Added, FirstPassword, NewAccount};
use crate::flow::act::Act;
use crate::flow::set_up::install::{self, SetUp};
use crate::flow::set_up::steps::Answered;
use crate::model::account_name::Username;
use crate::model::dice::{Dice, Seed as Chance};
use crate::model::email_address::EmailAddress;
use crate::model::secret::SecretText;
use crate::model::security_question;
use crate::model::totp::Step;
use crate::store::db::Tx;
use crate::store::error::Error;

/// An account with everything that took hashing.
#[derive(Clone)]
struct Ready {
    seed: &'static Seed,
    password: SecretText,
    answers: Vec<Answered>,
}

/// Seeds the accounts, unless the database has some.
///
/// # Errors
/// A sentence.
pub fn accounts(app: &App) -> Result<(), Failure> {
    let there = app.db.read(account::list)?;
    if !there.is_empty() {
        return Ok(());
    }
    let (ready, act) = (hashed(app)?, app.local_act());
    app.db.write(move |tx| {
        let mut dice = act.dice();
        ready.iter().try_for_each(|one| insert(tx, (&act, &mut dice), one))
    })?;
    Ok(())
}

/// Every account's own salts, hashed on all of the hasher's threads at once.
fn hashed(app: &App) -> Result<Vec<Ready>, Failure> {
    let mut dice = Chance::new(draw()).dice();
    let (answer, answered) = mpsc::channel();
    for (at, seed) in SEEDS.iter().enumerate() {
        let texts = std::iter::once(SecretText::new(PASSWORD.to_owned())).chain(answers_of(seed));
        let salted = texts.map(|text| (text, dice.bytes())).collect();
        let answer = answer.clone();
        app.hasher.hash_many_then(salted, move |hashes| {
            let _ = answer.send((at, seed, hashes));
        });
    }
    drop(answer);
    let mut all: Vec<_> = answered.iter().collect();
    all.sort_by_key(|(at, ..)| *at);
    let ready = all.into_iter().map(|(_, seed, hashes)| Ready::new(seed, hashes.ok()?));
    let ready: Option<Vec<_>> = ready.collect();
    ready.filter(|ready| ready.len() == SEEDS.len()).ok_or_else(|| Failure::new("The passwords could not be hashed."))
}

fn answers_of(seed: &Seed) -> impl Iterator<Item = SecretText> {
    let count = seed.set_up.map_or(0, |_| QUESTIONS.len());
    QUESTIONS.iter().take(count).map(|(_, answer)| security_question::typed(answer))
}

impl Ready {
    fn new(seed: &'static Seed, hashes: Vec<SecretText>) -> Option<Self> {
        let mut hashes = hashes.into_iter();
        let password = hashes.next()?;
        let answers =
            QUESTIONS.iter().zip(hashes).map(|((question, _), phc)| Answered { question: (*question).to_owned(), phc });
        Some(Self { seed, password, answers: answers.collect() })
    }
}

fn insert(tx: &mut Tx<'_>, (act, dice): (&Act, &mut Dice), one: &Ready) -> Result<(), Error> {
    let new = new_account(one.seed).ok_or_else(|| unfit(one))?;
    let first = FirstPassword::Hash(one.password.clone());
    let Added::Done(id) = account::add(tx, (act, dice), &new, &first)? else { return Err(unfit(one)) };
    let Some(set_up) = one.seed.set_up else { return Ok(()) };
    let set_up = known(set_up, &one.answers).ok_or_else(|| unfit(one))?;
    if install::install_known(tx, (act, dice), &id, &set_up)? { Ok(()) } else { Err(unfit(one)) }
}

fn new_account(seed: &Seed) -> Option<NewAccount> {
    Some(NewAccount {
        username: Username::parse(seed.username).ok()?,
        email: EmailAddress::parse(&seed.email()).ok()?,
        name: None,
        organization: None,
        role: seed.role,
        groups: Vec::new(),
    })
}

/// No passcode has been used yet, so that the one that an app shows now is good.
fn known(seed: SetUpSeed, answers: &[Answered]) -> Option<SetUp> {
    let app = match seed.totp_secret {
        Some(_) => Some((seed.secret()?, Step(0))),
        None => None,
    };
    Some(SetUp { answers: answers.to_vec(), app, recovery_code: seed.code()? })
}

fn unfit(one: &Ready) -> Error {
    Error::Bug(format!("the demo's account {} cannot be made", one.seed.username))
}
