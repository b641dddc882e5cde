//! Something is confirmed in a live session: by a passcode given for that, in that session, for that subject, for five minutes.

use std::time::Duration;

use vestibule::flow::session;
use vestibule::flow::sign_in::confirm;
use vestibule::flow::sign_in::finish::Browser;
use vestibule::flow::sign_in::passcode::{self, Submitted};
use vestibule::model::confirmation::{Confirmation, Subject};
use vestibule::model::return_path::ReturnPath;
use vestibule::model::token::PlainToken;
use vestibule::store::account::with_lock;
use vestibule::store::error::Error;

use crate::support::{House, Person};

fn signed_in(house: &House, person: &Person) -> Browser {
    house.wait(Duration::from_secs(31));
    let attempt = house.right_password(person, &[]);
    let Submitted::SignedIn(signed_in) = house.submit(&attempt, &person.right_passcode(house)).unwrap() else {
        panic!("no sign-in");
    };
    Browser { session: Some(signed_in.session), known_browsers: signed_in.known_browsers }
}

fn reset(case: &str) -> Subject {
    Subject::Reset(case.to_owned())
}

fn begin(house: &House, browser: &Browser, subject: Subject) -> Result<Option<PlainToken>, Error> {
    let (act, browser) = (house.act(), browser.clone());
    let asked = Confirmation { subject, return_to: ReturnPath::parse("/support/cases/V-1").unwrap() };
    house.app.db.write(move |tx| confirm::begin(tx, &act, &asked, (&browser, None)))
}

/// The browser after a confirmation: its session has another token.
fn renewed(browser: &Browser, answer: Submitted) -> Browser {
    let Submitted::Confirmed(page, session) = answer else { panic!("{answer:?}") };
    assert_eq!(page.as_str(), "/support/cases/V-1");
    Browser { session: Some(session), ..browser.clone() }
}

fn is_given(house: &House, browser: &Browser, subject: &Subject) -> bool {
    let (act, token, subject) = (house.act(), browser.session.clone().unwrap(), subject.clone());
    let live = house.app.db.read(move |tx| session::live(tx, &act, &token)).unwrap();
    live.is_some_and(|live| confirm::is_given(&house.act(), &live.session, &subject))
}

fn take(house: &House, (person, browser): (&Person, &Browser), subject: &Subject) -> bool {
    let (act, token, subject) = (house.act(), browser.session.clone().unwrap(), subject.clone());
    let account = person.account.clone();
    let taken = house.app.db.write(move |tx| {
        let Some(live) = session::live(tx, &act, &token)? else { return Ok(None) };
        with_lock(tx, &account, act.now, |tx, lock| confirm::take(tx, lock, &live.session.id, &subject))
    });
    taken.unwrap().unwrap()
}

#[test]
fn r39_a_confirmation_counts_in_its_session_for_its_subject_and_five_minutes_and_is_taken_once() {
    let house = House::on_sqlite();
    let person = house.person("ada");
    let (browser, other) = (signed_in(&house, &person), signed_in(&house, &person));
    assert!(!is_given(&house, &browser, &reset("V-1")), "the sign-in's own passcode does not count");
    house.wait(Duration::from_secs(31));
    let attempt = begin(&house, &browser, reset("V-1")).unwrap().unwrap();
    let answer = house.submit_in(&other, &attempt, &person.right_passcode(&house)).unwrap();
    assert!(matches!(answer, Submitted::Over), "another session cannot answer: {answer:?}");
    let answer = house.submit_in(&browser, &attempt, &person.right_passcode(&house)).unwrap();
    let browser = renewed(&browser, answer);
    assert!(is_given(&house, &browser, &reset("V-1")));
    for (browser, subject) in [(&browser, reset("V-2")), (&browser, Subject::Changes), (&other, reset("V-1"))] {
        assert!(!is_given(&house, browser, &subject) && !take(&house, (&person, browser), &subject));
    }
    house.wait(Duration::from_secs(299));
    assert!(is_given(&house, &browser, &reset("V-1")));
    assert!(take(&house, (&person, &browser), &reset("V-1")));
    assert!(!take(&house, (&person, &browser), &reset("V-1")), "it is taken once");
}

#[test]
fn r39_a_confirmation_is_over_after_five_minutes() {
    let house = House::on_sqlite();
    let person = house.person("ada");
    let old = signed_in(&house, &person);
    house.wait(Duration::from_secs(31));
    let attempt = begin(&house, &old, reset("V-1")).unwrap().unwrap();
    let browser = renewed(&old, house.submit_in(&old, &attempt, &person.right_passcode(&house)).unwrap());
    assert!(is_given(&house, &browser, &reset("V-1")));
    assert!(!is_given(&house, &old, &reset("V-1")), "the session has another token from then on");
    house.wait(Duration::from_secs(300));
    assert!(!is_given(&house, &browser, &reset("V-1")) && !take(&house, (&person, &browser), &reset("V-1")));
}

#[test]
fn r39_changes_are_never_confirmed_without_the_password_and_five_wrong_passcodes_end_the_session() {
    let house = House::on_sqlite();
    let person = house.person("ada");
    let browser = signed_in(&house, &person);
    assert!(matches!(begin(&house, &browser, Subject::Changes), Err(Error::Bug(_))));
    let attempt = begin(&house, &browser, reset("V-1")).unwrap().unwrap();
    for salt in 0..5 {
        let wrong = person.wrong_passcode(&house, salt * 1_000);
        let answer = house.submit_in(&browser, &attempt, &wrong).unwrap();
        assert!(!matches!(answer, Submitted::Confirmed(..)), "{answer:?}");
    }
    assert!(begin(&house, &browser, reset("V-1")).unwrap().is_none(), "the session is over");
}

/// An emailed passcode does not confirm where the account has an app.
#[test]
fn r39_a_confirmation_takes_the_strongest_that_the_account_has() {
    let house = House::on_sqlite();
    let person = house.person("ada");
    let browser = signed_in(&house, &person);
    let attempt = begin(&house, &browser, reset("V-1")).unwrap().unwrap();
    let act = house.act();
    let standing = house.app.db.write(move |tx| passcode::view(tx, &act, &attempt)).unwrap();
    let passcode::Standing::Passcode(view) = standing else { panic!("{standing:?}") };
    assert!(view.app_only && view.has_app && !view.can_email);
    assert_eq!(view.confirms.unwrap().subject, reset("V-1"));
}
