//! A link that many use at the same moment, or one again, or beside a newer one, works once: on both engines.

use vestibule::flow::account::{self as accounts, Change};

use crate::support::*;

const RIVALS: usize = 20;
const USED: &str = "This link has been used";
const NEWER: &str = "There is a newer link";

fn password(number: usize) -> String {
    format!("seven orange kettles hum {number}")
}

/// The link open in so many browsers, in each with a password of its own typed.
async fn rivals(app: &TestApp, link: &str, button: &'static str) -> Vec<Filled> {
    let mut rivals = Vec::new();
    for number in 0..RIVALS {
        let mut browser = app.browser();
        let page = browser.open(link).await;
        let values = vec![("New password", password(number)), ("Repeat new password", password(number))];
        rivals.push(Filled { browser, page, button, values });
    }
    rivals
}

/// Of the answers one is a redirect to `next`, and all others say that the link was used: whose it is.
fn winner(answers: &[Page], next: &str) -> usize {
    let won: Vec<_> = (0..answers.len()).filter(|number| answers[*number].status == 303).collect();
    let texts = || answers.iter().map(Page::text).collect::<Vec<_>>();
    assert_eq!(won.len(), 1, "{:?}", texts());
    assert_eq!(answers[won[0]].header("location"), next);
    let refused = count(answers, |answer| answer.status == 410 && answer.says(USED));
    assert_eq!(refused, answers.len() - 1, "{:?}", texts());
    won[0]
}

/// Whether the pair of name and password opens the second step, or set-up.
async fn is_right(app: &TestApp, person: &Person, password: &str) -> bool {
    app.browser().at("192.0.2.99").give(&person.username, password).await.path != "/sign-in"
}

/// Only the winner's password is the account's.
async fn assert_only(app: &TestApp, person: &Person, winner: usize) {
    assert!(is_right(app, person, &password(winner)).await);
    assert!(!is_right(app, person, &password((winner + 1) % RIVALS)).await);
    assert!(!is_right(app, person, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r36_of_20_at_once_behind_a_password_link_one_sets_the_password() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut browser = app.browser();
        let page = browser.open("/forgot-password").await;
        browser.submit(&page, "Send me a link", &[("Email", &nora.email)]).await;
        let link = app.only_mail().link("Change password");
        let epoch = app.account_row(&nora).epoch;
        let answers = at_once(rivals(&app, &link, "Change password").await).await;
        let winner = winner(&answers, "/sign-in?notice=password-changed");
        assert_eq!((app.only_mail().kind.as_str(), app.account_row(&nora).epoch), ("password_changed", epoch + 1));
        assert_only(&app, &nora, winner).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r36_of_20_at_once_behind_an_invitation_one_sets_the_password() {
    for app in both_engines() {
        let nora = app.account("nora");
        app.change(&nora, Change::Invite);
        let link = app.only_mail().link("Accept invitation");
        let answers = at_once(rivals(&app, &link, "Save and continue").await).await;
        let winner = winner(&answers, "/set-up");
        assert_only(&app, &nora, winner).await;
        assert_eq!(
            app.app.db.read(|tx| tx.query("SELECT id FROM link WHERE purpose = 'set_up'", &[])).unwrap().len(),
            1
        );
    }
}

#[tokio::test]
async fn r36_an_invitation_works_once_and_not_beside_a_newer_one() {
    for app in both_engines() {
        let nora = app.account("nora");
        app.change(&nora, Change::Invite);
        let old = app.only_mail().link("Accept invitation");
        let mut held = rivals(&app, &old, "Save and continue").await;
        app.change(&nora, Change::Invite);
        let new = app.only_mail().link("Accept invitation");
        let answers = at_once(held.split_off(RIVALS - 1)).await;
        assert!(answers[0].status == 410 && answers[0].says(NEWER), "{}", answers[0].text());
        assert_eq!(app.browser().open(&old).await.status, 410);
        let mut held = rivals(&app, &new, "Save and continue").await;
        let later = held.split_off(1);
        assert_eq!(at_once(held).await[0].header("location"), "/set-up");
        for answer in at_once(later).await {
            assert!(answer.status == 410 && answer.says(USED), "{}", answer.text());
        }
        assert!(app.browser().open(&new).await.says(USED));
        assert_only(&app, &nora, 0).await;
    }
}

/// Each rival behind the first administrator's address with a name of its own.
async fn administrators(app: &TestApp, link: &str) -> Vec<Filled> {
    let mut rivals = rivals(app, link, "Save and continue").await;
    for (number, rival) in rivals.iter_mut().enumerate() {
        rival.values.extend([("Username", format!("ada-{number}")), ("Email", format!("ada-{number}@example.org"))]);
    }
    rivals
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r36_of_20_at_once_behind_the_first_administrators_address_one_is_made() {
    for app in both_engines() {
        let link = app.first_administrator_link().unwrap();
        let answers = at_once(administrators(&app, &link).await).await;
        let winner = winner(&answers, "/set-up");
        let listed = app.app.db.read(accounts::list).unwrap();
        let names: Vec<_> = listed.iter().map(|listed| listed.account.username.as_str()).collect();
        assert_eq!(names, [format!("ada-{winner}")]);
    }
}

#[tokio::test]
async fn r36_the_first_administrators_address_works_once_and_not_beside_a_newer_one() {
    for app in both_engines() {
        let old = app.first_administrator_link().unwrap();
        let mut held = administrators(&app, &old).await;
        let new = app.first_administrator_link().unwrap();
        let answers = at_once(held.split_off(RIVALS - 1)).await;
        assert!(answers[0].status == 410 && answers[0].says(NEWER), "{}", answers[0].text());
        let mut held = administrators(&app, &new).await;
        let later = held.split_off(1);
        assert_eq!(at_once(held).await[0].header("location"), "/set-up");
        for answer in at_once(later).await {
            assert!(answer.status == 410 && answer.says(USED), "{}", answer.text());
        }
        assert_eq!(app.app.db.read(accounts::list).unwrap().len(), 1);
        assert!(app.first_administrator_link().is_none(), "nor is there another one");
    }
}

/// Twenty browsers take the same setup link up at once: the last of them goes on, the others are told.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r18_r36_of_20_browsers_at_once_behind_a_setup_link_one_sets_up() {
    for app in both_engines() {
        let mut nora = app.account("nora");
        let link = nora.ask_for_set_up(&mut app.browser()).await;
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..RIVALS {
            let (mut browser, nora, link) = (app.browser(), nora.clone(), link.clone());
            running.spawn(async move {
                let page = browser.open(&link).await;
                while nora.answer_questions(&mut browser, &page).await.is_sent_away() {}
                browser
            });
        }
        let mut going_on = Vec::new();
        for mut browser in running.join_all().await {
            let page = browser.open("/set-up/app").await;
            assert!(page.status == 200 || page.says("You went on in another browser"), "{}", page.text());
            going_on.extend((page.status == 200).then_some((browser, page)));
        }
        let [(browser, page)] = going_on.as_mut_slice() else { panic!("{} go on", going_on.len()) };
        let page = nora.confirm_app(browser, page).await;
        let tick = vec![("I have saved my recovery code", "yes".to_owned())];
        let finish = || Filled { browser: browser.clone(), page: page.clone(), button: "Finish", values: tick.clone() };
        app.mail();
        let answers = at_once(std::iter::repeat_with(finish).take(RIVALS).collect()).await;
        winner(&answers, "/set-up/done");
        assert_eq!(app.only_mail().kind, "set_up_done");
        assert_eq!(app.app.db.read(|tx| tx.query("SELECT id FROM totp_app", &[])).unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r36_of_20_at_once_behind_this_was_not_me_one_acts() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        app.browser().sign_in(&nora).await;
        let link = app.only_mail().link("This wasn't me");
        let mut browser = app.browser();
        let page = browser.open(&link).await;
        let epoch = app.account_row(&nora).epoch;
        let press =
            || Filled { browser: browser.clone(), page: page.clone(), button: "This wasn't me", values: Vec::new() };
        let answers = at_once(std::iter::repeat_with(press).take(RIVALS).collect()).await;
        winner(&answers, "/not-me/done");
        assert_eq!((app.only_mail().kind.as_str(), app.account_row(&nora).epoch), ("reset_link", epoch + 1));
    }
}
