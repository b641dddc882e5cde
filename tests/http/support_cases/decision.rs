//! Reset, decline, close: by whom, and after what.

use vestibule::flow::account::Change;
use vestibule::flow::support::decide::{Approved, Ended, Reset};
use vestibule::flow::support::open::Opened;
use vestibule::model::account::Role;
use vestibule::model::support_case::Refused;

use super::{Desk, open_case, trail};
use crate::support::*;

#[tokio::test]
async fn s6_6_a_reset_ends_mfa_sessions_and_links_and_the_next_sign_in_leads_to_set_up() {
    for app in both_engines() {
        let (mut desk, mut nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
        let mut old = app.browser();
        old.sign_in(&nora).await;
        let mut browser = app.browser();
        let (_, number) = open_case(&mut browser, &nora).await;
        let spare = nora.ask_for_new_device(&mut app.browser()).await;
        app.mail();
        assert_eq!(desk.confirm_and_reset(&number), Reset::Done);
        let mail = app.only_mail();
        assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("account_reset", nora.email.as_str()));
        assert!(!old.is_signed_in().await);
        assert_eq!(app.browser().open(&spare).await.status, 410, "links are over");
        let page = browser.open("/case").await;
        assert!(page.says("approved") && page.says("Your account is reset."), "{}", page.text());
        let reset = trail(&app, &nora, "account-reset-mfa");
        assert_eq!((reset.len(), reset[0].actor.as_str()), (1, "analyst ada"));
        assert!(reset[0].detail.contains(number.as_str()));
        assert_eq!(trail(&app, &nora, "case-approve")[0].outcome, "done");
        let page = nora.set_up(&mut app.browser(), true).await;
        assert!(page.says("You're set up"), "{}", page.text());
        assert_eq!(desk.view(&number).unwrap().state.words(), "closed", "set-up is finished");
        app.pass(seconds(60));
        assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
    }
}

#[tokio::test]
async fn s6_6_a_reset_needs_the_ticked_check_and_a_fresh_passcode_for_this_very_case() {
    let app = TestApp::new();
    let (mut desk, nora, omar) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await, app.with_mfa("omar").await);
    let (_, number) = open_case(&mut app.browser(), &nora).await;
    let (_, other) = open_case(&mut app.browser(), &omar).await;
    assert_eq!(desk.approve(&number), Approved::Unconfirmed, "the sign-in's own passcode does not count");
    assert_eq!(desk.reset(&number), Reset::NotApproved);
    desk.confirm(&number);
    assert_eq!(desk.approve_with(&number, false), Approved::Unchecked);
    assert_eq!(desk.approve(&other), Approved::Unconfirmed, "one passcode, one case");
    app.pass(minutes(5));
    assert_eq!(desk.approve(&number), Approved::Unconfirmed, "five minutes");
    desk.confirm(&number);
    assert_eq!(desk.approve(&number), Approved::Noted);
    assert_eq!(desk.approve(&number), Approved::Unconfirmed, "it is used up");
    assert_eq!(desk.reset(&number), Reset::Done);
    assert!(app.account_row(&omar).has_mfa());
}

#[tokio::test]
async fn s6_6_an_emailed_passcode_resets_nobody() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let ada = app.with_mail_mfa("ada").await;
    app.change(&ada, Change::SetRole(Role::Analyst));
    let (_, number) = open_case(&mut app.browser(), &nora).await;
    let mut browser = app.browser().at("198.51.100.20");
    let page = browser.give_password(&ada).await;
    let page = browser.press(&page, "Send me a passcode").await;
    let code = app.newest_mail(&ada.email, "passcode").passcode();
    assert!(browser.give_passcode(&page, &code).await.offers("Sign out"));
    let mut desk = Desk::with_session(&app, ada, &browser);
    desk.confirm_by_mail(&number);
    assert_eq!(desk.approve(&number), Approved::NeedsApp);
    assert!(app.account_row(&nora).has_mfa());
}

#[tokio::test]
async fn s6_7_a_case_that_the_person_never_confirmed_cannot_be_reset() {
    let app = TestApp::new();
    let (mut desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
    let Opened::New(number) = desk.open_for("nora") else { panic!("no case") };
    desk.confirm(&number);
    assert_eq!(desk.approve(&number), Approved::Refused(Refused::NoInfo));
    assert_eq!(desk.reset(&number), Reset::Refused(Refused::NoInfo));
    assert!(app.account_row(&nora).has_mfa());
}

#[tokio::test]
async fn s6_7_two_browsers_or_an_account_with_a_role_need_a_second_analyst() {
    for app in both_engines() {
        let (mut ada, mut bob) = (Desk::new(&app, "ada").await, Desk::new(&app, "bob").await);
        let (nora, carl) = (app.with_mfa("nora").await, app.with_mfa("carl").await);
        app.change(&carl, Change::SetRole(Role::Analyst));
        let (_, of_two) = open_case(&mut app.browser(), &nora).await;
        open_case(&mut app.browser().at("198.51.100.9"), &nora).await;
        let (_, of_analyst) = open_case(&mut app.browser(), &carl).await;
        for (person, number) in [(&nora, of_two), (&carl, of_analyst)] {
            assert_eq!(ada.view(&number).unwrap().needed, Ok(2));
            assert_eq!(ada.confirm_and_reset(&number), Reset::SecondNeeded);
            assert!(app.account_row(person).has_mfa());
            ada.confirm(&number);
            assert_eq!(ada.approve(&number), Approved::Already, "not twice the same one");
            assert_eq!(ada.reset(&number), Reset::SecondNeeded);
            assert_eq!(bob.reset(&number), Reset::NotApproved);
            let seen = bob.view(&number).unwrap();
            assert_eq!((seen.approvals[0].username.as_str(), seen.approvals.len()), ("ada", 1));
            assert!(seen.approvals[0].reason.as_deref().unwrap().contains("Called back"));
            assert_eq!(bob.confirm_and_reset(&number), Reset::Done);
            assert!(!app.account_row(person).has_mfa());
        }
    }
}

/// Between the two steps of a reset the server may die. What was approved then stands in the owner's trail all the same: once, and by
/// whom, whether the first analyst tries again or the second comes.
#[tokio::test]
async fn s6_7_a_first_approval_that_was_broken_off_is_noted_once() {
    for app in both_engines() {
        let (mut ada, mut bob) = (Desk::new(&app, "ada").await, Desk::new(&app, "bob").await);
        for (username, tries_again) in [("nora", true), ("olga", false)] {
            let person = app.with_mfa(username).await;
            let (_, number) = open_case(&mut app.browser(), &person).await;
            open_case(&mut app.browser(), &person).await;
            ada.confirm(&number);
            assert_eq!(ada.approve(&number), Approved::Noted);
            assert!(trail(&app, &person, "case-approve").is_empty(), "here it is broken off");
            if tries_again {
                ada.confirm(&number);
                assert_eq!(ada.approve(&number), Approved::Already);
                for _ in 0..2 {
                    assert_eq!(ada.reset(&number), Reset::SecondNeeded);
                }
                assert_eq!(trail(&app, &person, "case-approve").len(), 1);
            }
            assert_eq!(bob.confirm_and_reset(&number), Reset::Done);
            let noted = trail(&app, &person, "case-approve");
            let told = |outcome: &str| {
                noted
                    .iter()
                    .filter(|event| event.outcome == outcome)
                    .map(|event| event.actor.as_str())
                    .collect::<Vec<_>>()
            };
            assert_eq!((told("first-of-two"), told("done")), (vec!["analyst ada"], vec!["analyst bob"]));
        }
    }
}

#[tokio::test]
async fn s6_7_an_approval_of_somebody_who_is_no_analyst_any_more_does_not_count() {
    let app = TestApp::new();
    let (mut ada, mut bob, mut eve) =
        (Desk::new(&app, "ada").await, Desk::new(&app, "bob").await, Desk::new(&app, "eve").await);
    let nora = app.with_mfa("nora").await;
    let (_, number) = open_case(&mut app.browser(), &nora).await;
    open_case(&mut app.browser(), &nora).await;
    assert_eq!(ada.confirm_and_reset(&number), Reset::SecondNeeded);
    app.change(&ada.person, Change::SetRole(Role::User));
    assert_eq!(bob.confirm_and_reset(&number), Reset::SecondNeeded);
    assert_eq!(eve.confirm_and_reset(&number), Reset::Done);
}

#[tokio::test]
async fn s6_7_nobody_resets_their_own_account_nor_an_administrators() {
    let app = TestApp::new();
    let (mut ada, root) = (Desk::new(&app, "ada").await, app.with_mfa("root").await);
    app.change(&root, Change::SetRole(Role::Administrator));
    let (_, own) = open_case(&mut app.browser(), &ada.person).await;
    let (_, of_root) = open_case(&mut app.browser(), &root).await;
    for (number, refused) in [(own, Refused::OwnAccount), (of_root, Refused::Administrator)] {
        ada.confirm(&number);
        assert_eq!(ada.approve(&number), Approved::Refused(refused));
        assert_eq!(ada.reset(&number), Reset::Refused(refused));
        assert_eq!(ada.view(&number).is_some(), refused == Refused::Administrator, "no look at one's own");
    }
    assert!(app.account_row(&root).has_mfa() && app.account_row(&ada.person).has_mfa());
}

#[tokio::test]
async fn s6_8_ten_resets_a_day_an_analyst() {
    let app = TestApp::new();
    let mut desk = Desk::new(&app, "ada").await;
    let mut people = Vec::new();
    for number in 0..11 {
        people.push(app.with_mfa(&format!("person-{number}")).await);
    }
    let mut desk_signs_in = 0;
    for (done, person) in people.iter().enumerate() {
        let (_, number) = open_case(&mut app.browser(), person).await;
        if done == 10 {
            desk.confirm(&number);
            assert!(matches!(desk.approve(&number), Approved::Wait(_)), "the eleventh");
            assert_eq!(desk.reset(&number), Reset::NotApproved);
            assert!(app.account_row(person).has_mfa());
            app.pass(hours(24));
            desk = Desk::signed_in(&app, desk.person.clone()).await;
            desk_signs_in += 1;
        }
        assert_eq!(desk.confirm_and_reset(&number), Reset::Done);
    }
    assert_eq!(desk_signs_in, 1);
}

#[tokio::test]
async fn s6_9_declining_tells_the_owner_and_changes_nothing_else() {
    for app in both_engines() {
        let (mut desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
        let mut browser = app.browser();
        let (_, number) = open_case(&mut browser, &nora).await;
        app.mail();
        assert_eq!(desk.decline(&number, Some("Please call us with your contract at hand.")), Ended::Done);
        let mail = app.only_mail();
        assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("case_declined", nora.email.as_str()));
        assert!(mail.text.contains("Please call us with your contract at hand."), "{}", mail.text);
        assert!(!mail.text.contains("Could not name"), "the record's reason is not for the owner");
        assert!(browser.open("/case").await.says("declined"));
        assert_eq!(desk.decline(&number, None), Ended::TooLate);
        desk.confirm(&number);
        assert_eq!(desk.approve(&number), Approved::Refused(Refused::Decided));
        assert!(browser.sign_in(&nora).await.offers("Sign out"));
        assert_eq!(desk.close(&number), Ended::Done);
        assert_eq!(desk.close(&number), Ended::TooLate);
        assert!(browser.open("/case").await.says("Nothing more can be written here."));
    }
}
