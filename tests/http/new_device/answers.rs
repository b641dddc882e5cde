//! With the three security answers.

use vestibule::flow::new_device::answers::{self, Begun};
use vestibule::flow::new_device::recovery_code::Submitted;
use vestibule::flow::set_up::standing::{Holder, Journey};
use vestibule::model::recovery_lock::RecoveryLock;
use vestibule::model::token::{PlainToken, TokenKind};
use vestibule::store::account::with_lock;

use super::events;
use crate::support::*;

const WRONG_ANSWERS: [&str; 3] = ["red", "blue", "violet"];
const WRONG: &str = "These answers aren't all right.";

#[tokio::test]
async fn s5_3_all_three_questions_are_asked_by_their_words_and_the_answers_lead_to_the_new_device() {
    for app in both_engines() {
        let mut nora = app.with_mfa("nora").await;
        let mut browser = app.browser();
        let page = nora.open_new_device(&mut browser).await;
        let asked = browser.open(&page.link("Answer your security questions")).await;
        for question in &app.app.settings.questions.provided[..3] {
            asked.input(question);
        }
        assert!(asked.offers("Verify answers") && asked.says("Step 1 of 3"), "{}", asked.text());
        let page = nora.give_answers(&mut browser, &page, [" RED!", "Blue", "g.r.e.e.n"]).await;
        assert_eq!(page.path, "/new-device/app", "{}", page.text());
        assert!(app.account_row(&nora).recovery_code.is_some(), "the recovery code is not spent");
        let page = nora.confirm_app(&mut browser, &page).await;
        assert!(nora.keep_recovery_code(&mut browser, &page).await.says("Your new device is set up"));
        assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
        // The questions and their answers are as they were.
        let mut browser = app.browser();
        let page = nora.open_new_device(&mut browser).await;
        assert_eq!(nora.give_answers(&mut browser, &page, RIGHT_ANSWERS).await.path, "/new-device/app");
    }
}

#[tokio::test]
async fn s5_3_there_is_one_verdict_for_all_three_and_blank_ones_are_told_and_not_counted() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = nora.open_new_device(&mut browser).await;
    let blank = nora.give_answers(&mut browser, &page, ["red", "", "?!"]).await;
    assert!(blank.status == 422 && blank.says("Please answer all three questions."), "{}", blank.text());
    assert_eq!(app.account_row(&nora).rest.spent, 0);
    let mut texts = Vec::new();
    for wrong in [["qwerty-1", "blue", "green"], ["red", "blue", "qwerty-1"], ["qwerty-1", "qwerty-2", "qwerty-3"]] {
        let hashes = app.app.hasher.hashes_done();
        let answer = nora.give_answers(&mut browser, &page, wrong).await;
        assert_eq!((answer.status.as_u16(), answer.title().starts_with("Error: ")), (422, true));
        assert!(answer.says(WRONG) && !answer.body.contains("qwerty"), "{}", answer.text());
        assert_eq!(app.app.hasher.hashes_done() - hashes, 3, "all three are computed");
        texts.push(answer.text());
    }
    assert!(texts.windows(2).all(|pair| pair[0] == pair[1]), "nothing says which one was wrong");
}

#[tokio::test]
async fn s5_3_five_wrong_sets_lock_the_answers_alone() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut browser = app.browser();
        let page = nora.open_new_device(&mut browser).await;
        for number in 1..=5 {
            let answer = nora.give_answers(&mut browser, &page, WRONG_ANSWERS).await;
            assert_eq!(answer.status, if number < 5 { 422 } else { 429 }, "{}", answer.text());
        }
        let locked = browser.open("/new-device/questions").await;
        assert_eq!((locked.status.as_u16(), locked.header("retry-after")), (429, "180"));
        assert!(locked.says("Too many wrong answers. You can try again in 3 minutes."), "{}", locked.text());
        let row = app.account_row(&nora).rest;
        assert_eq!((row.spent, row.wrong_in_a_row, row.locked_until), (5, 0, None), "passcodes are not locked");
        let page = browser.open("/new-device").await;
        assert_eq!(nora.give_recovery_code(&mut browser, &page).await.path, "/new-device/app", "nor is the code");
    }
}

#[tokio::test]
async fn s5_3_ten_wrong_sets_in_thirty_days_close_the_answers_until_the_oldest_is_older() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        for number in 0..10 {
            let mut browser = app.browser();
            let page = nora.open_new_device(&mut browser).await;
            let answer = nora.give_answers(&mut browser, &page, WRONG_ANSWERS).await;
            assert_eq!(
                answer.status,
                if number % 5 < 4 && number < 9 { 422 } else { 429 },
                "{number}: {}",
                answer.text()
            );
            app.pass(hours(24));
        }
        let mut browser = app.browser();
        let page = nora.open_new_device(&mut browser).await;
        let closed = browser.open(&page.link("Answer your security questions")).await;
        assert_eq!(closed.status, 429, "{}", closed.text());
        assert!(
            closed.says("in the last 30 days, so your questions are closed. You can try again in 20 days"),
            "{}",
            closed.text()
        );
        assert_eq!(events(&app, "identity", "wrong"), 10);
        app.pass(hours(20 * 24));
        let mut browser = app.browser();
        let page = nora.open_new_device(&mut browser).await;
        assert_eq!(nora.give_answers(&mut browser, &page, RIGHT_ANSWERS).await.path, "/new-device/app");
    }
}

/// Regressions 1 and 14: wrong sets that come at once, to two nodes, are charged before they are compared.
#[tokio::test]
async fn r01_of_100_wrong_sets_of_answers_at_once_five_are_compared_and_ten_in_all() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let link = nora.ask_for_new_device(&mut app.browser()).await;
        let nodes = [app.restarted(), app.clone()];
        let hashes = || nodes.iter().map(|node| node.app.hasher.hashes_done()).sum::<u64>();
        for volley in 1..=3 {
            let mut forms = Vec::new();
            let before = hashes();
            for number in 0..100 {
                let mut browser = nodes[number % 2].browser();
                browser.open(&link).await;
                let page = browser.open("/new-device/questions").await;
                if !page.offers("Verify answers") {
                    continue;
                }
                let questions = &app.app.settings.questions.provided;
                let values = questions
                    .iter()
                    .zip(WRONG_ANSWERS)
                    .map(|(asked, answer)| (&*asked.clone().leak(), answer.to_owned()));
                forms.push(Filled { browser, page, button: "Verify answers", values: values.collect() });
            }
            assert_eq!(forms.len(), if volley == 3 { 0 } else { 100 }, "the third time they are closed");
            at_once(forms).await;
            let compared = (hashes() - before) / 3;
            assert_eq!(compared, if volley == 3 { 0 } else { 5 });
            assert_eq!(events(&app, "identity", "wrong"), 5 * volley.min(2));
            app.pass(minutes(3));
        }
    }
}

/// What a set of answers was compared with must still be there when it is settled; its charge stays whatever happens.
#[tokio::test]
async fn r21_answers_are_settled_only_if_everything_is_as_it_was() {
    let changes: [&'static str; 5] = [
        "UPDATE security_answer SET answer_hash = (SELECT o.answer_hash FROM security_answer o \
         WHERE o.position = 1 AND o.account_id = security_answer.account_id) WHERE position = 2",
        "DELETE FROM security_answer WHERE position = 3",
        "UPDATE account SET epoch = epoch + 1",
        "UPDATE link SET ending = 'replaced'",
        "UPDATE account SET recovery_lock = 'not_me'",
    ];
    for app in both_engines() {
        for (number, change) in changes.into_iter().enumerate() {
            let nora = app.with_mfa(&format!("nora-{number}")).await;
            let link = nora.ask_for_new_device(&mut app.browser()).await;
            let link = PlainToken::parse(TokenKind::Link, link.rsplit('/').next().unwrap()).unwrap();
            let holder = Holder { journey: Journey::NewDevice, link, visit: None };
            let (act, held) = (app.app.local_act(), holder.clone());
            let begun = app.app.db.write(move |tx| answers::begin(tx, &act, &held)).unwrap().unwrap();
            let Begun::Check(check) = begun else { panic!("{begun:?}") };
            assert_eq!(app.account_row(&nora).rest.spent, 1, "charged before anything is compared");
            app.app.db.write(move |tx| tx.execute(change, &[])).unwrap();
            let act = app.app.local_act();
            let settled = app.app.db.write(move |tx| answers::settle(tx, &act, &holder, (&check, true))).unwrap();
            assert!(!matches!(settled, Ok(Submitted::Proved(_))), "{change}: {settled:?}");
            assert_eq!(app.account_row(&nora).rest.spent, 1, "{change}");
        }
    }
}

#[tokio::test]
async fn s5_3_after_this_was_not_me_answers_are_stopped_and_the_code_goes_on_and_after_an_undone_change_neither_does() {
    for (lock, code_goes_on) in [(RecoveryLock::NotMe, true), (RecoveryLock::Undone, false)] {
        let app = TestApp::new();
        let nora = app.with_mfa("nora").await;
        let (id, now) = (nora.id.clone(), app.now());
        let set = move |tx: &mut vestibule::store::db::Tx<'_>| {
            with_lock(tx, &id, now, |_, account| {
                account.account.recovery_lock = Some(lock);
                Ok(())
            })
        };
        let mut browser = app.browser();
        let page = nora.open_new_device(&mut browser).await;
        let (asked, code) =
            (browser.open("/new-device/questions").await, browser.open("/new-device/recovery-code").await);
        app.app.db.write(set).unwrap();
        let stopped = browser.open("/new-device").await;
        assert!(!stopped.offers("Answer your security questions"));
        assert_eq!(stopped.offers("Enter your recovery code"), code_goes_on);
        // Pages that were open before lead nowhere.
        let questions = app.app.settings.questions.provided.clone();
        let values: Vec<_> = questions.iter().map(String::as_str).zip(RIGHT_ANSWERS).collect();
        assert_eq!(browser.submit(&asked, "Verify answers", &values).await.path, "/new-device");
        let typed = nora.recovery_code.clone().unwrap();
        let answer = browser.submit(&code, "Verify recovery code", &[("Recovery code", &typed)]).await;
        assert_eq!(answer.path, if code_goes_on { "/new-device/app" } else { "/new-device" });
        assert_eq!(app.account_row(&nora).rest.spent, 0, "nothing was compared in vain");
        drop(page);
    }
}
