//! A reset is two transactions: the analyst's approval, then the owner's account. What a crash between them leaves.

use vestibule::flow::support::decide::{Approved, Reset};
use vestibule::model::support_case::CaseNumber;

use super::{Desk, open_case, trail};
use crate::console::{confirm_reset, reset};
use crate::support::*;

const APPROVED: &str = "This reset has the approvals that it needs, but nothing was changed yet.";

#[tokio::test]
async fn s6_6_a_reset_that_broke_off_is_seen_by_all_and_finished_by_the_same_analyst_without_counting_twice() {
    for app in both_engines_with(|settings| settings.support.resets_daily = 1) {
        let (mut ada, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
        let (bob, olga) = (Desk::new(&app, "bob").await, app.with_mfa("olga").await);
        let mut home = app.browser();
        home.sign_in(&nora).await;
        let (_, number) = open_case(&mut app.browser(), &nora).await;
        let (_, of_olga) = open_case(&mut app.browser(), &olga).await;
        let path = format!("/support/cases/{number}");
        ada.confirm(&number);
        app.mail();
        let before = format!("{:?}", app.account_row(&nora));
        assert_eq!(ada.approve(&number), Approved::Noted);

        // The server dies here, and another one begins.
        let app = app.restarted();
        assert_eq!(format!("{:?}", app.account_row(&nora)), before, "nothing of the owner has changed");
        assert!(home.is_signed_in().await && app.mail().is_empty());
        assert!(trail(&app, &nora, "case-approve").is_empty() && trail(&app, &nora, "account-reset-mfa").is_empty());
        let (mut adas, mut bobs) = (app.browser(), app.browser());
        adas.sign_in(&ada.person).await;
        bobs.sign_in(&bob.person).await;
        for (browser, who) in [(&mut bobs, "ada approved it"), (&mut adas, "You approved it")] {
            let page = browser.open(&path).await;
            assert!(page.says("info received") && page.says(APPROVED) && page.says(who), "{}", page.text());
            assert!(page.says("Called back at the number on file.") && page.offers("Reset account"));
        }
        let done = reset(&mut adas, &ada.person, &path).await;
        assert!(done.says("The account is reset"), "{}", done.text());
        assert!(!app.account_row(&nora).has_mfa() && !home.is_signed_in().await);
        assert_eq!(trail(&app, &nora, "account-reset-mfa").len(), 1);
        let told = reset(&mut adas, &ada.person, &format!("/support/cases/{of_olga}")).await;
        assert!(told.status == 429 && app.account_row(&olga).has_mfa(), "one reset is counted, and one was allowed");
        let done = reset(&mut bobs, &bob.person, &format!("/support/cases/{of_olga}")).await;
        assert!(done.says("The account is reset"), "{}", done.text());
    }
}

/// A case that takes two, approved by both, before anything is reset.
async fn approved_by_two(app: &TestApp) -> (Desk, Desk, Person, CaseNumber) {
    let (mut ada, mut bob) = (Desk::new(app, "ada").await, Desk::new(app, "bob").await);
    let nora = app.with_mfa("nora").await;
    let (_, number) = open_case(&mut app.browser(), &nora).await;
    open_case(&mut app.browser(), &nora).await;
    assert_eq!(ada.confirm_and_reset(&number), Reset::SecondNeeded);
    bob.confirm(&number);
    assert_eq!(bob.approve(&number), Approved::Noted);
    (ada, bob, nora, number)
}

#[tokio::test]
async fn s6_7_where_two_approved_and_it_broke_off_either_of_them_finishes_it() {
    for app in both_engines() {
        let (ada, bob, nora, number) = approved_by_two(&app).await;

        // The server dies here: both have approved, nothing is reset.
        let app = app.restarted();
        assert!(app.account_row(&nora).has_mfa());
        let mut adas = app.browser();
        adas.sign_in(&ada.person).await;
        let form = confirm_reset(&mut adas, &ada.person, &format!("/support/cases/{number}")).await;
        assert!(form.says(APPROVED) && form.says("You approved it") && form.says("bob approved it"), "{}", form.text());
        assert_eq!(bob.reset(&number), Reset::Done, "nothing else is missing");
        assert!(!app.account_row(&nora).has_mfa());
    }
}

#[tokio::test]
async fn s6_7_after_a_broken_second_approval_a_passcode_of_the_first_is_enough() {
    let app = TestApp::new();
    let (mut ada, _, _, number) = approved_by_two(&app).await;
    assert_eq!(ada.approve(&number), Approved::Unconfirmed, "not without one");
    assert_eq!(ada.confirm_and_reset(&number), Reset::Done);
}
