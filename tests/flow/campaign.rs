//! A guess campaign: whoever knows every password guesses passcodes for thirty days, as often as the rules let him, through the real
//! acts on a real database with a clock of its own. The owners come now and then and must always get in.
//!
//! What is held: nobody has more than the ceiling of passcodes compared in one budget, and only the owner opens a new one; so many
//! accounts are taken over as chance gives with that many tries, and not more; and no owner is ever kept out, not even in a new browser
//! where the budget is spent: there the way for a lost device is gone to its end. The same campaign with the throttle wiped before every
//! try must break that, or it would prove nothing.
//!
//! Chance is slow: 2,000 accounts give one takeover. So that a short campaign shows something too, its attackers are lucky by a
//! known factor: they guess among a millionth part as many codes, all those that are right among them. The long one
//! (`VESTIBULE_TEST_LONG=1`, as `scripts/test.sh --long` sets it) has 2,000 accounts and attackers without luck.

mod attacker;
mod life;
mod owner;
mod tally;
mod way_back;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use vestibule::flow::account::{self, Added, FirstPassword, NewAccount};
use vestibule::flow::set_up::install::{SetUp, install_known};
use vestibule::flow::set_up::steps::Answered;
use vestibule::model::account::Role;
use vestibule::model::account_name::Username;
use vestibule::model::email_address::EmailAddress;
use vestibule::model::recovery_code::RecoveryCode;
use vestibule::model::secret::SecretText;
use vestibule::model::totp::{Secret, Step};

use self::life::{Life, Person};
use self::tally::Tally;
use crate::support::House;

/// How many lives go on at the same time; what they write is committed in groups.
const SIDE_BY_SIDE: usize = 8;
const DAY: Duration = Duration::from_secs(86_400);

/// How a campaign is led.
#[derive(Clone, Copy)]
pub struct Plan {
    accounts: u32,
    days: u32,
    /// By how much the attackers are luckier than chance.
    luck: u32,
    /// One owner in so many lets the attacker see each new password too.
    leaky: u32,
    /// The throttle is wiped before each try, and the attacker has so many.
    unthrottled: Option<u32>,
}

impl Plan {
    fn is_leaky(&self, number: u32) -> bool {
        number.is_multiple_of(self.leaky)
    }

    /// Every second of those who see each new password comes once a day only: he is the one who would gain from a budget that grows
    /// again by itself.
    fn is_patient(&self, number: u32) -> bool {
        number.is_multiple_of(2 * self.leaky)
    }

    /// The takeovers that the rules allow on average, and the most that chance explains: more have a probability below one in a million
    /// if each of these tries hits with the chance that the rules allow. What counts is the budgets, those too that an owner opened.
    fn bound(&self, tally: &Tally) -> (f64, u32) {
        let tries = f64::from(tally::CEILING) * f64::from(tally.budgets);
        let mean = tries * f64::from(tally::LIVE_CODES * self.luck) / 1e6;
        (mean, tally::most_by_chance(mean))
    }
}

fn run(plan: &Plan) -> Tally {
    let house = House::on_sqlite();
    let phc = house.app.hasher.hash(SecretText::new("open sesame, please".into()), [3; 16]).unwrap();
    let (next, house) = (AtomicU32::new(0), &house);
    let work = || {
        let mut tally = Tally::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= plan.accounts {
                return tally;
            }
            let person = make(house, number, &phc);
            tally.add(&Life::new(house, person, plan, number).live());
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..SIDE_BY_SIDE).map(|_| scope.spawn(work)).collect();
        threads.into_iter().fold(Tally::default(), |mut sum, thread| {
            sum.add(&thread.join().unwrap());
            sum
        })
    })
}

/// An account that is set up with an app.
fn make(house: &House, number: u32, phc: &SecretText) -> Person {
    let act = life::act_of(house, &mut life::seeded(number, 0), house.now());
    let mut dice = life::seeded(number, 1);
    let (secret, recovery_code) = (Secret::new(&mut dice), RecoveryCode::new(&mut dice));
    let username = format!("person-{number}");
    let new = NewAccount {
        username: Username::parse(&username).unwrap(),
        email: EmailAddress::parse(&format!("{username}@example.org")).unwrap(),
        name: None,
        organization: None,
        role: Role::User,
        groups: Vec::new(),
    };
    let (first, set_up) = (
        FirstPassword::Hash(phc.clone()),
        SetUp {
            answers: ["first", "second", "third"].map(answered).into(),
            app: Some((secret.clone(), Step(0))),
            recovery_code: recovery_code.clone(),
        },
    );
    let made = house.app.db.write(move |tx| {
        let mut dice = act.dice();
        let Added::Done(id) = account::add(tx, (&act, &mut dice), &new, &first)? else { panic!("a name is taken") };
        assert!(install_known(tx, (&act, &mut dice), &id, &set_up)?);
        Ok(id)
    });
    Person { account: made.unwrap(), username, secret: Arc::new(secret), recovery_code, phc: phc.clone() }
}

/// A question with what stands for the hash of its answer: nothing is hashed here.
fn answered(which: &str) -> Answered {
    Answered { question: format!("The {which} question?"), phc: SecretText::new(format!("the {which} hash")) }
}

fn is_long() -> bool {
    std::env::var_os("VESTIBULE_TEST_LONG").is_some()
}

#[test]
fn a_guess_campaign_of_thirty_days_finds_no_more_than_chance_allows_and_keeps_no_owner_out() {
    let plan = match is_long() {
        true => Plan { accounts: 2_000, days: 30, luck: 1, leaky: 20, unthrottled: None },
        false => Plan { accounts: 200, days: 30, luck: 50, leaky: 4, unthrottled: None },
    };
    let tally = run(&plan);
    let (mean, most) = plan.bound(&tally);
    println!(
        "{} accounts, {} days, luck {}: {tally}; bound {mean:.2}, at most {most}",
        plan.accounts, plan.days, plan.luck
    );
    assert_eq!(tally.over_ceiling, 0, "no budget is worth more tries than the ceiling: {tally}");
    assert!(tally.compared > u64::from(tally.budgets) * 30, "the attackers have used what they may: {tally}");
    assert!(tally.takeovers <= most, "{tally}: more than {most} is no chance");
    assert!(tally.expected <= mean, "{tally}: the tries were worth more than the rules allow ({mean})");
    assert_eq!((tally.kept_out_known, tally.kept_out_new), (0, 0), "{tally}");
    assert!(tally.visits > u64::from(plan.accounts) * 4 && tally.visits_by_mail > 0, "{tally}");
    assert!(tally.ways_back.iter().all(|ways| *ways > 0) && tally.most_steps > 0, "both ways back are gone: {tally}");
}

/// Without the throttle the same attackers get in, and the test above would say so.
#[test]
fn the_same_campaign_without_the_throttle_takes_accounts_over() {
    let plan = Plan { accounts: 24, days: 30, luck: 50, leaky: 20, unthrottled: Some(1_500) };
    let tally = run(&plan);
    let (mean, most) = plan.bound(&tally);
    println!(
        "without the throttle, {} accounts, luck {}: {tally}; bound {mean:.2}, at most {most}",
        plan.accounts, plan.luck
    );
    assert!(tally.takeovers > most, "{tally}: the campaign would not notice that the throttle is gone");
    assert!(tally.over_ceiling > 0);
}
