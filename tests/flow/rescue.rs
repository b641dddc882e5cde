//! Random walks of an attacker and an owner behind a new-device link, beside a model of its throttle that was written from the rules
//! and shares no code with it.

use std::time::Duration;

use vestibule::flow::link::{self, Older};
use vestibule::flow::new_device::answers::{self, Begun};
use vestibule::flow::new_device::recovery_code::{self, Submitted};
use vestibule::flow::set_up::standing::{Holder, Journey};
use vestibule::model::dice::{Dice, Seed};
use vestibule::model::link::Purpose;
use vestibule::model::recovery_code::RecoveryCode;
use vestibule::model::rescue::Gate;
use vestibule::store::account::with_lock;

use crate::support::{House, Person};

const STEPS: u32 = 1_500;
const MONTH: u64 = 30 * 86_400;

/// A lock of one kind, in whole seconds.
#[derive(Default)]
struct Kind {
    row: u32,
    locked_until: u64,
}

impl Kind {
    fn wrong(&mut self, now: u64) {
        self.row += 1;
        if self.row == 5 {
            (self.row, self.locked_until) = (0, now + 180);
        }
    }
}

#[derive(Default)]
struct Model {
    code: Kind,
    answers: Kind,
    wrong_answers: Vec<u64>,
    spent: u32,
    password_due: bool,
}

impl Model {
    fn spend(&mut self) {
        self.spent += 1;
        self.password_due |= self.spent == 25;
    }

    fn answers_are_shut(&self, now: u64) -> bool {
        let recent = self.wrong_answers.iter().filter(|at| **at + MONTH > now).count();
        recent >= 10 || now < self.answers.locked_until
    }
}

struct Walk {
    house: House,
    person: Person,
    code: RecoveryCode,
    holder: Holder,
    model: Model,
    dice: Dice,
}

impl Walk {
    fn new(seed: u8) -> Self {
        let house = House::on_sqlite();
        let (person, code) = house.person_with_rescue("ada");
        let (act, id) = (house.act(), person.account.clone());
        let made = house.app.db.write(move |tx| {
            with_lock(tx, &id, act.now, |tx, lock| {
                let years = Duration::from_secs(10 * 365 * 86_400);
                link::make(tx, (&act, &mut act.dice()), lock, (Purpose::NewDevice, years), Older::End)
            })
        });
        let holder = Holder { journey: Journey::NewDevice, link: made.unwrap().unwrap(), visit: None };
        Self { house, person, code, holder, model: Model::default(), dice: Seed::new([seed; 32]).dice() }
    }

    fn now(&self) -> u64 {
        self.house.now().seconds()
    }

    fn step(&mut self) {
        let drawn = u64::from(self.dice.below(60_000));
        match self.dice.below(40) {
            0 => self.wait(drawn * 20),
            1..=5 => self.wait(31 + drawn % 600),
            6 => self.give_code(true),
            7 => self.give_answers(true),
            8..=12 => self.guess_a_passcode(),
            13..=25 => self.give_code(false),
            _ => self.give_answers(false),
        }
        let row = self.house.row(&self.person);
        assert_eq!((row.rest.spent, row.password_due), (self.model.spent, self.model.password_due));
    }

    fn wait(&self, seconds: u64) {
        self.house.wait(Duration::from_secs(seconds));
    }

    /// Neither a lock of the other kind nor one of passcodes nor a spent budget has a say.
    fn give_code(&mut self, rightly: bool) {
        let (now, act, holder) = (self.now(), self.house.act(), self.holder.clone());
        let typed = if rightly { self.code.clone() } else { RecoveryCode::new(&mut self.dice) };
        let answer =
            self.house.app.db.write(move |tx| recovery_code::submit(tx, &act, &holder, &typed)).unwrap().unwrap();
        if now < self.model.code.locked_until {
            return assert!(matches!(answer, Submitted::Shut(Gate::Locked(_))), "{answer:?}");
        }
        if rightly {
            (self.model.code, self.model.spent) = (Kind::default(), 0);
            return assert!(matches!(answer, Submitted::Proved(_)), "{answer:?}");
        }
        self.model.spend();
        self.model.code.wrong(now);
        let is_shut = now < self.model.code.locked_until;
        assert_eq!(matches!(answer, Submitted::Shut(_)), is_shut, "{answer:?}");
    }

    fn give_answers(&mut self, rightly: bool) {
        let (now, act, holder) = (self.now(), self.house.act(), self.holder.clone());
        let begun = self.house.app.db.write(move |tx| answers::begin(tx, &act, &holder)).unwrap().unwrap();
        let check = match begun {
            Begun::Check(check) => check,
            Begun::Not(why) => {
                assert!(matches!(why, Submitted::Shut(_)), "{why:?}");
                return assert!(self.model.answers_are_shut(now));
            }
        };
        assert!(!self.model.answers_are_shut(now));
        let (act, holder) = (self.house.act(), self.holder.clone());
        let settled = self.house.app.db.write(move |tx| answers::settle(tx, &act, &holder, (&check, rightly)));
        let answer = settled.unwrap().unwrap();
        if rightly {
            (self.model.answers, self.model.spent) = (Kind::default(), 0);
            return assert!(matches!(answer, Submitted::Proved(_)), "{answer:?}");
        }
        self.model.spend();
        self.model.answers.wrong(now);
        self.model.wrong_answers.push(now);
        assert!(matches!(answer, Submitted::Wrong | Submitted::Shut(_)), "{answer:?}");
    }

    /// Passcodes share the budget, and it is theirs alone to be shut by it.
    fn guess_a_passcode(&mut self) {
        let salt = self.dice.below(1_000_000);
        let attempt = self.house.right_password(&self.person, &[]);
        let before = self.house.row(&self.person).rest.spent;
        self.house.submit(&attempt, &self.person.wrong_passcode(&self.house, salt)).unwrap();
        if self.house.row(&self.person).rest.spent > before {
            assert!(self.model.spent < 50);
            self.model.spend();
        }
    }
}

#[test]
fn random_walks_behind_the_link_meet_the_model() {
    for seed in [1, 2, 3, 4] {
        let mut walk = Walk::new(seed);
        for _ in 0..STEPS {
            walk.step();
        }
        let wrong = &walk.model.wrong_answers;
        assert!(wrong.len() > 20, "seed {seed} gives {} wrong sets", wrong.len());
        assert!(wrong.windows(11).all(|eleven| eleven[10] - eleven[0] >= MONTH), "eleven in thirty days");
        let told = walk.house.events(&walk.person, "identity", "wrong");
        assert!(told > wrong.len(), "codes too");
    }
}
