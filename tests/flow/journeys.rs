//! Random walks over all ways into an account together: an owner and an attacker, two browsers each, do at random whatever the acts take,
//! in any order, with what they really have. Beside them stands a model of the rules ([`rules`]) that shares no code with the program;
//! after each step the two must agree on what was answered, what is signed in and at which level, and what the account is; and the
//! attacker must have come no further than what he holds.
//!
//! `VESTIBULE_TEST_LONG=1`, as `scripts/test.sh --long` sets it, makes it 200,000 steps. A password's and an answer's hash is their
//! number as text: Argon2 stands between two acts, and that is what matters here.

mod cases;
mod changes;
mod check;
mod desk;
mod doing;
mod drawing;
mod links;
mod people;
mod rules;
mod rules_back;
mod rules_cases;
mod sessions;
mod state;
mod walk;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use self::walk::{Walk, register_products};
use crate::support::House;

const STEPS: u32 = 2_000;

/// Many walks, each of its own account; how often each thing was done.
fn walks(count: usize) -> BTreeMap<&'static str, u32> {
    let (house, next) = (House::on_sqlite(), AtomicUsize::new(0));
    register_products(&house);
    let work = || {
        let mut done: BTreeMap<&'static str, u32> = BTreeMap::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return done;
            }
            let mut walk = Walk::new(&house, u32::try_from(number).unwrap());
            while walk.steps < STEPS {
                walk.go_on();
            }
            walk.done.into_iter().for_each(|(what, times)| *done.entry(what).or_default() += times);
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        let mut done: BTreeMap<&'static str, u32> = BTreeMap::new();
        for thread in threads {
            let one = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            one.into_iter().for_each(|(what, times)| *done.entry(what).or_default() += times);
        }
        done
    })
}

#[test]
fn r05_r21_r24_in_random_walks_over_all_flows_nobody_gets_further_than_what_was_proved() {
    let count = if std::env::var_os("VESTIBULE_TEST_LONG").is_some() { 100 } else { 18 };
    let done = walks(count);
    println!("{} steps: {done:?}", count * usize::try_from(STEPS).unwrap());
    for what in [
        "signed in",
        "set up",
        "new device",
        "password by mail",
        "password in a session",
        "confirmed",
        "product opened",
        "recovery code",
        "answers",
        "locked",
        "not me",
        "stolen",
        "password after the passcode",
        "app added",
        "app removed",
        "new answers",
        "new recovery code",
        "address changed",
        "address stolen",
        "address undone",
        "case",
        "case by telephone",
        "case joined",
        "case disowned",
        "approved",
        "second analyst needed",
        "ten a day",
        "reset",
        "declined",
        "closed",
        "own case",
    ] {
        assert!(done.get(what).is_some_and(|times| *times > 0), "{what}: {done:?}");
    }
}
