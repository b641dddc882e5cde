//! Random walks of an attacker and an owner through the real acts, beside a model of the throttle that was written from its rules
//! and shares no code with it.

use std::time::Duration;

use vestibule::flow::sign_in::passcode::Submitted;
use vestibule::model::dice::{Dice, Seed};
use vestibule::model::throttle::Gate;
use vestibule::model::token::PlainToken;
use vestibule::store::account::with_lock;

use crate::support::{House, Person};

const STEPS: u32 = 1_500;

/// The rules, in whole seconds.
#[derive(Default)]
struct Model {
    row: u32,
    spent: u32,
    locked_until: u64,
    locks: u32,
    first_lock: Option<u64>,
    password_due: bool,
}

impl Model {
    fn is_shut(&self, now: u64) -> bool {
        self.spent >= 50 || now < self.locked_until
    }

    fn wrong(&mut self, now: u64) {
        self.row += 1;
        self.spent += 1;
        self.password_due |= self.spent == 25;
        if self.row == 5 {
            if self.first_lock.is_none_or(|first| now - first >= 86_400) {
                (self.first_lock, self.locks) = (Some(now), 0);
            }
            self.locks += 1;
            let minutes = match self.locks {
                1..=3 => 3,
                4 => 15,
                5 => 60,
                6 => 240,
                _ => 1_440,
            };
            (self.row, self.locked_until) = (0, now + minutes * 60);
        }
    }
}

/// One walk with its people.
struct Walk {
    house: House,
    person: Person,
    known: Vec<PlainToken>,
    model: Model,
    dice: Dice,
    compared_unknown: u32,
    known_wrong: u32,
    known_row: u32,
}

impl Walk {
    fn new(seed: u8) -> Self {
        let house = House::on_sqlite();
        let person = house.person("ada");
        let attempt = house.right_password(&person, &[]);
        let Submitted::SignedIn(first) = house.submit(&attempt, &person.right_passcode(&house)).unwrap() else {
            panic!("the first sign-in");
        };
        let known = first.known_browsers;
        let dice = Seed::new([seed; 32]).dice();
        Self { house, person, known, model: Model::default(), dice, compared_unknown: 0, known_wrong: 0, known_row: 0 }
    }

    fn now(&self) -> u64 {
        self.house.now().seconds()
    }

    fn step(&mut self) {
        let drawn = u64::from(self.dice.below(60_000));
        match self.dice.below(10) {
            0 => self.wait(31 + drawn % 3_600),
            1 => self.wait(drawn),
            2 => self.owner(),
            3 if self.known_wrong < 9 => self.typo_of_the_owner(),
            _ => self.attacker(),
        }
        let row = self.house.row(&self.person);
        assert_eq!(row.rest.spent, self.model.spent);
        assert_eq!(row.rest.wrong_in_a_row, self.model.row);
        assert_eq!(row.password_due, self.model.password_due);
    }

    fn wait(&self, seconds: u64) {
        self.house.wait(Duration::from_secs(seconds));
    }

    /// The right password and a wrong passcode, in a browser that nobody knows.
    fn attacker(&mut self) {
        let (now, salt) = (self.now(), self.dice.below(1_000_000));
        let attempt = self.house.right_password(&self.person, &[]);
        let answer = self.house.submit(&attempt, &self.person.wrong_passcode(&self.house, salt)).unwrap();
        if self.model.is_shut(now) {
            assert!(matches!(answer, Submitted::Shut(_)), "{answer:?}");
            return;
        }
        self.model.wrong(now);
        self.compared_unknown += 1;
        match answer {
            Submitted::Wrong => assert!(!self.model.is_shut(now)),
            Submitted::Shut(Gate::Closed) => assert_eq!(self.model.spent, 50),
            Submitted::Shut(Gate::Locked(until)) => assert_eq!(until.seconds(), self.model.locked_until),
            other => panic!("a wrong passcode led to {other:?}"),
        }
    }

    /// The owner's own browser is never shut by what strangers do.
    fn owner(&mut self) {
        self.wait(60 + 180);
        let attempt = self.house.right_password(&self.person, &self.known);
        match self.house.submit(&attempt, &self.person.right_passcode(&self.house)).unwrap() {
            Submitted::SignedIn(signed_in) => {
                assert!(!self.model.password_due);
                self.known = signed_in.known_browsers;
                (self.known_wrong, self.known_row) = (0, 0);
            }
            Submitted::NewPasswordFirst => {
                assert!(self.model.password_due);
                self.known_row = 0;
            }
            other => panic!("the owner met {other:?}"),
        }
    }

    fn typo_of_the_owner(&mut self) {
        let attempt = self.house.right_password(&self.person, &self.known);
        let salt = self.dice.below(1_000_000);
        let typed = self.person.wrong_passcode(&self.house, salt);
        match self.house.submit(&attempt, &typed).unwrap() {
            Submitted::Wrong => (self.known_wrong, self.known_row) = (self.known_wrong + 1, self.known_row + 1),
            Submitted::Shut(Gate::Locked(_)) => {
                // Either this one locked the browser's own bucket, or it was locked and nothing was compared.
                if self.known_row == 4 {
                    (self.known_wrong, self.known_row) = (self.known_wrong + 1, 0);
                }
            }
            other => panic!("the owner's typo led to {other:?}"),
        }
    }
}

#[test]
fn random_walks_meet_the_model_and_never_compare_more_than_the_budget() {
    for seed in [1, 2, 3, 4] {
        let mut walk = Walk::new(seed);
        for _ in 0..STEPS {
            walk.step();
        }
        assert_eq!(walk.compared_unknown, walk.model.spent);
        assert_eq!(walk.compared_unknown, 50, "seed {seed} spends the whole budget, and no more");
        assert_eq!(walk.house.events(&walk.person, "lock", "closed"), 1);
    }
}

/// Whatever raises the epoch also forgets the account's known browsers; a row that was left over counts for nothing all the same.
#[test]
fn a_browser_that_was_known_in_an_older_epoch_is_not_known() {
    let house = House::on_sqlite();
    let person = house.person("ada");
    let attempt = house.right_password(&person, &[]);
    let Submitted::SignedIn(first) = house.submit(&attempt, &person.right_passcode(&house)).unwrap() else {
        panic!("the first sign-in");
    };
    let (account, now) = (person.account.clone(), house.now());
    let raised = house.app.db.write(move |tx| {
        with_lock(tx, &account, now, |_, lock| {
            lock.account.epoch += 1;
            Ok(())
        })
    });
    assert!(raised.unwrap().is_some());
    let attempt = house.right_password(&person, &[]);
    for salt in 0..5 {
        house.submit(&attempt, &person.wrong_passcode(&house, salt * 100)).unwrap();
    }
    let attempt = house.right_password(&person, &first.known_browsers);
    house.wait(Duration::from_secs(60));
    let answer = house.submit(&attempt, &person.right_passcode(&house)).unwrap();
    assert!(matches!(answer, Submitted::Shut(Gate::Locked(_))), "{answer:?}");
}
