//! Five hundred at once, on both engines.

use std::sync::{Arc, Barrier};
use std::thread;

use vestibule::flow::sign_in::passcode::Submitted;
use vestibule::model::passcode::Passcode;
use vestibule::model::throttle::Gate;
use vestibule::model::token::PlainToken;

use crate::support::{House, on_each_engine};

const CALLERS: u32 = 500;

/// Submits from every caller at the same moment; callers that the database had no room for try again.
fn all_at_once(house: &House, typed: impl Fn(u32) -> (PlainToken, Passcode)) -> Vec<Submitted> {
    let start = Arc::new(Barrier::new(usize::try_from(CALLERS).unwrap()));
    let tries: Vec<_> = (0..CALLERS).map(typed).collect();
    thread::scope(|scope| {
        let callers: Vec<_> = tries
            .into_iter()
            .map(|(attempt, typed)| {
                let start = Arc::clone(&start);
                scope.spawn(move || {
                    start.wait();
                    loop {
                        match house.submit(&attempt, &typed) {
                            Ok(submitted) => return submitted,
                            Err(vestibule::store::error::Error::Overloaded) => thread::yield_now(),
                            Err(error) => panic!("{error}"),
                        }
                    }
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    })
}

#[test]
fn r01_of_500_wrong_passcodes_at_once_five_are_compared() {
    on_each_engine(|house| {
        let person = house.person("ada");
        let attempt = house.right_password(&person, &[]);
        let answers = all_at_once(&house, |salt| (attempt.clone(), person.wrong_passcode(&house, salt * 100)));
        let compared = answers.iter().filter(|answer| matches!(answer, Submitted::Wrong)).count();
        assert_eq!(compared, 4, "the fifth is told that passcodes are locked");
        assert_eq!(answers.iter().filter(|answer| matches!(answer, Submitted::Shut(Gate::Locked(_)))).count(), 496);
        assert_eq!(house.events(&person, "passcode", "wrong"), 5);
        assert_eq!(house.row(&person).rest.spent, 5);
    });
}

/// Regression 6: the count belongs to the account, so attempts of their own give nobody more tries.
#[test]
fn r06_500_attempts_have_five_tries_together() {
    on_each_engine(|house| {
        let person = house.person("ada");
        let attempts: Vec<_> = (0..CALLERS).map(|_| house.right_password(&person, &[])).collect();
        let answers = all_at_once(&house, |salt| {
            (attempts[usize::try_from(salt).unwrap()].clone(), person.wrong_passcode(&house, salt * 100))
        });
        assert!(answers.iter().all(|answer| matches!(answer, Submitted::Wrong | Submitted::Shut(_))));
        assert_eq!(house.events(&person, "passcode", "wrong"), 5);
        assert_eq!(house.row(&person).rest.spent, 5);
    });
}

#[test]
fn r13_of_500_right_passcodes_at_once_one_signs_in() {
    on_each_engine(|house| {
        let person = house.person("ada");
        let attempts: Vec<_> = (0..CALLERS).map(|_| house.right_password(&person, &[])).collect();
        let right = person.right_passcode(&house);
        let answers = all_at_once(&house, |caller| (attempts[usize::try_from(caller).unwrap()].clone(), right.clone()));
        let signed_in = answers.iter().filter(|answer| matches!(answer, Submitted::SignedIn(_))).count();
        let used = answers.iter().filter(|answer| matches!(answer, Submitted::AlreadyUsed(_))).count();
        assert_eq!((signed_in, used), (1, 499));
        assert_eq!(house.row(&person).rest.spent, 0, "a code that was used before is not charged");
    });
}
