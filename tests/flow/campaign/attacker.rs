//! Who knows the password and guesses the passcode. He makes the most of the rules: he opens the page, waits until as many codes as
//! possible are right, has a passcode mailed besides, tries until the lock, waits until it ends, and begins again.

use std::collections::BTreeSet;
use std::time::Duration;

use vestibule::flow::sign_in::emailed;
use vestibule::flow::sign_in::finish::Browser;
use vestibule::flow::sign_in::passcode::{self, Submitted};
use vestibule::model::passcode::Passcode;
use vestibule::model::throttle::{Gate, Rest};
use vestibule::model::time::Timestamp;
use vestibule::model::token::PlainToken;
use vestibule::store::account::with_lock;

use super::DAY;
use super::life::World;

const WINDOW: Duration = Duration::from_secs(180);
const MILLION: u32 = 1_000_000;

pub struct Attacker {
    /// When he comes again; never once he is in, or has had enough.
    pub next: Option<Timestamp>,
    /// The newest password that he has seen.
    pub knows: u32,
    /// He sees each new one.
    pub learns: bool,
    /// He comes once a day only.
    patient: bool,
    open: Option<(PlainToken, Timestamp, bool)>,
}

impl Attacker {
    pub fn new(next: Timestamp, learns: bool, patient: bool) -> Self {
        Self { next: Some(next), knows: 0, learns, patient, open: None }
    }

    /// The owner has opened a new budget. He cannot know, but the worst of them happens to come just then.
    pub fn come_at_once(&mut self, now: Timestamp) {
        if self.open.is_none() && self.next.is_some() {
            self.next = Some(now);
        }
    }

    /// Does what is next; whether that made a lock.
    pub fn act(&mut self, world: &mut World<'_>) -> bool {
        match self.open.take() {
            Some(open) => self.guess(world, &open),
            None => self.begin(world),
        }
    }

    fn begin(&mut self, world: &mut World<'_>) -> bool {
        let Some(attempt) = world.give_password(self.knows, &[]) else {
            self.next = Some(world.now.plus(DAY));
            return false;
        };
        if world.plan.unthrottled.is_some() {
            wipe(world);
        }
        match world.gate(&attempt) {
            Some(Gate::Open) => {}
            Some(Gate::Locked(until)) => {
                self.next = Some(until);
                return false;
            }
            Some(Gate::Closed) | None => {
                self.next = Some(world.now.plus(DAY));
                return false;
            }
        }
        let asked = attempt.clone();
        let mailed = matches!(world.write(move |tx, act| emailed::send(tx, act, &asked)), emailed::Asked::Sent);
        self.open = Some((attempt, world.now, mailed));
        self.next = Some(world.now.plus(WINDOW));
        false
    }

    fn guess(&mut self, world: &mut World<'_>, (attempt, began, mailed): &(PlainToken, Timestamp, bool)) -> bool {
        loop {
            if world.plan.unthrottled.is_some_and(|most| world.tally.compared >= u64::from(most)) {
                self.next = None;
                return false;
            }
            let right = right_codes(world, *began);
            let (typed, chance) = draw(world, &right, *mailed);
            if world.plan.unthrottled.is_some() {
                wipe(world);
            }
            let token = attempt.clone();
            let answer = world.write(move |tx, act| passcode::submit(tx, act, &token, &typed, &Browser::default()));
            self.next = Some(world.now);
            // He alone shuts the bucket, so what says that it is shut was compared before it was; the trail is asked at the end.
            if !matches!(answer, Submitted::Over | Submitted::AlreadyUsed(_)) {
                world.tally.compared += 1;
                world.compared_in_budget += 1;
                world.tally.most_in_budget = world.tally.most_in_budget.max(world.compared_in_budget);
                world.tally.expected += chance;
            }
            match answer {
                Submitted::Wrong | Submitted::AlreadyUsed(_) => {}
                Submitted::Over | Submitted::WrongAndOver => return false,
                Submitted::Shut(Gate::Locked(until)) => {
                    self.next = Some(if self.patient { until.max(world.now.plus(DAY)) } else { until });
                    return true;
                }
                Submitted::Shut(_) => {
                    self.next = Some(world.now.plus(DAY));
                    return true;
                }
                Submitted::SignedIn(_) | Submitted::NewPasswordFirst => {
                    world.tally.takeovers += 1;
                    self.next = None;
                    return false;
                }
                other => panic!("a passcode led to {other:?}"),
            }
        }
    }
}

/// The codes that are right now, by the rules: of every step since the page was opened and three minutes back at most, one step of
/// drift on either side, and only those that are newer than the last used one.
fn right_codes(world: &World<'_>, began: Timestamp) -> Vec<Passcode> {
    let (first, last) = (began.max(world.now.minus(WINDOW)).seconds() / 30 - 1, world.now.seconds() / 30 + 1);
    let mut seen = BTreeSet::new();
    let codes = (first..=last).filter(|step| *step > world.used).map(|step| world.code(step));
    codes.filter(|code| seen.insert(code.digits().to_owned())).collect()
}

/// A guess and its chance of being right. Luck makes the field smaller that is guessed in; every right code of the app is in it.
fn draw(world: &mut World<'_>, right: &[Passcode], mailed: bool) -> (Passcode, f64) {
    let field = MILLION / world.plan.luck;
    let drawn = world.dice.below(field);
    let live = u32::try_from(right.len()).unwrap() + u32::from(mailed && world.plan.luck == 1);
    let chance = f64::from(live) / f64::from(field);
    if world.plan.luck == 1 {
        return (Passcode::parse(&format!("{drawn:06}")).unwrap(), chance);
    }
    if let Some(code) = right.get(usize::try_from(drawn).unwrap()) {
        return (code.clone(), chance);
    }
    loop {
        let other = Passcode::parse(&format!("{:06}", world.dice.below(MILLION))).unwrap();
        if !right.contains(&other) {
            return (other, chance);
        }
    }
}

/// What no code of the program can do: the account's throttle is as new.
fn wipe(world: &mut World<'_>) {
    let id = world.person.account.clone();
    world.write(move |tx, act| {
        with_lock(tx, &id, act.now, |_, lock| {
            lock.account.rest = Rest::default();
            lock.account.password_due = false;
            Ok(())
        })
    });
}
