//! What the callers of the hasher rely on.

use std::sync::mpsc::channel;

use super::*;

const CHEAP: Cost = Cost { memory_kib: 64, iterations: 1, parallelism: 1 };

fn text(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

fn hasher() -> Hasher {
    Hasher::new(CHEAP, 2, 8).unwrap()
}

#[test]
fn the_right_password_matches_and_no_other() {
    let hasher = hasher();
    let stored = hasher.hash(text("vivid otter lamp"), [1; 16]).unwrap();
    assert!(stored.expose().starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
    let verify = |password: &str| hasher.verify(text(password), Some(stored.clone())).unwrap();
    assert_eq!(verify("vivid otter lamp"), Verified { matches: true, outdated: false });
    for wrong in ["", "vivid otter lam", "vivid otter lamp ", "Vivid otter lamp", "vivid otter lamp\0"] {
        assert!(!verify(wrong).matches, "{wrong:?}");
    }
}

/// The string that the reference implementation printed for this input (`phc-winner-argon2/test.c`, version 19, argon2id).
#[test]
fn it_agrees_with_the_reference_implementation() {
    let stored = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    let verify = |password: &str| hasher().verify(text(password), Some(text(stored))).unwrap();
    assert_eq!(verify("password"), Verified { matches: true, outdated: true });
    assert!(!verify("differentpassword").matches);
}

/// Regression 49: nothing is cut off before it is hashed.
#[test]
fn r49_passwords_that_differ_in_the_last_of_many_characters_differ() {
    let hasher = hasher();
    let long = |tail: &str| text(&format!("{}{tail}", "x".repeat(9_999)));
    let stored = hasher.hash(long("a"), [1; 16]).unwrap();
    assert!(hasher.verify(long("a"), Some(stored.clone())).unwrap().matches);
    assert!(!hasher.verify(long("b"), Some(stored)).unwrap().matches);
}

#[test]
fn a_name_that_does_not_exist_costs_the_same_hash() {
    let hasher = hasher();
    let stored = hasher.hash(text("password"), [1; 16]).unwrap();
    let cost_of = |stored: Option<SecretText>| {
        let before = hasher.hashes_done();
        let verified = hasher.verify(text("password"), stored).unwrap();
        (verified.matches, hasher.hashes_done() - before)
    };
    assert_eq!(cost_of(Some(stored)), (true, 1));
    assert_eq!(cost_of(None), (false, 1));
    assert_eq!(cost_of(Some(text("not a hash"))), (false, 1));
}

#[test]
fn a_hash_of_another_cost_is_outdated_and_still_good() {
    let old = hasher().hash(text("password"), [1; 16]).unwrap();
    let dearer = Hasher::new(Cost { iterations: 2, ..CHEAP }, 1, 8).unwrap();
    assert_eq!(dearer.verify(text("password"), Some(old)).unwrap(), Verified { matches: true, outdated: true });
}

#[test]
fn several_at_once_are_answered_in_their_order() {
    let hasher = hasher();
    let (answers, answered) = channel();
    let secrets = ["red", "blue", "green"].map(|word| (text(word), [2; 16])).to_vec();
    hasher.hash_many_then(secrets, move |result| answers.send(result).unwrap());
    let stored = answered.recv().unwrap().unwrap();
    let given = ["red", "wrong", "green"].map(text).into_iter().zip(stored.into_iter().map(Some)).collect();
    let (answers, answered) = channel();
    hasher.verify_many_then(given, move |result| answers.send(result).unwrap());
    let matches: Vec<bool> = answered.recv().unwrap().unwrap().iter().map(|verified| verified.matches).collect();
    assert_eq!(matches, [true, false, true]);
    assert_eq!(hasher.hashes_done(), 6);
}

#[test]
fn a_cost_out_of_bounds_does_not_start() {
    for cost in [
        Cost { memory_kib: 7, ..CHEAP },
        Cost { memory_kib: 1024 * 1024 + 1, ..CHEAP },
        Cost { iterations: 0, ..CHEAP },
        Cost { iterations: 65, ..CHEAP },
        Cost { parallelism: 0, ..CHEAP },
        Cost { parallelism: 9, ..CHEAP },
        Cost { parallelism: u32::MAX, ..CHEAP },
    ] {
        assert!(Hasher::new(cost, 1, 1).is_err(), "{cost:?}");
    }
}

#[test]
fn a_full_queue_is_told_to_who_waits() {
    let hasher = Hasher::new(CHEAP, 1, 1).unwrap();
    let (blocked, block) = channel::<()>();
    let (started, has_started) = channel();
    hasher.hash_then(text("first"), [1; 16], move |_| {
        started.send(()).unwrap();
        block.recv().unwrap_or(());
    });
    has_started.recv().unwrap();
    hasher.hash_then(text("second"), [1; 16], |_| {});
    assert_eq!(hasher.hash(text("third"), [1; 16]), Err(HasherFull));
    assert_eq!(hasher.verify(text("fourth"), None), Err(HasherFull));
    drop(blocked);
}
