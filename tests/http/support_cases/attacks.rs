//! What an attacker would make of a case.

use std::collections::BTreeSet;

use vestibule::flow::support::decide::{self, Reset};

use super::{CASE, Desk, contact_page, number_on, open_case, trail};
use crate::support::*;

const DRAWN: &str = "__Host-vestibule-case-drawn";

/// Regressions 17 and 31: a browser of one case reads and writes in no other, whatever it puts into its requests.
#[tokio::test]
async fn r17_r31_a_browser_of_one_case_reads_and_writes_in_no_other() {
    for app in both_engines() {
        let (nora, omar) = (app.with_mfa("nora").await, app.with_mfa("omar").await);
        let (mut first, mut second) = (app.browser(), app.browser());
        let (page, _) = open_case(&mut first, &nora).await;
        first.submit(&page, "Send message", &[("Message", "Only for support and me")]).await;
        let (of_omar, number) = open_case(&mut second, &omar).await;
        for path in ["/case", "/case?case=V-000000", "/case/join", "/case/not-me"] {
            assert!(!second.open(path).await.says("Only for support"), "{path}");
        }
        // The form of one with the cookie of the other.
        let mut mixed = second.clone();
        mixed.cookies.insert(CASE.into(), first.cookies[CASE].clone());
        let answer = mixed.submit(&of_omar, "Send message", &[("Message", "Me too")]).await;
        assert!(answer.status == 403 && answer.says("This page was too old"), "{}", answer.text());
        assert_eq!(trail(&app, &nora, "case-message").len(), 1, "nothing was said");
        assert_eq!(number_on(&second.open("/case").await), number);
        // A token of another kind, and a damaged one, in the place of the participant's.
        let own = second.cookies[CASE].clone();
        let link = second.cookies["__Host-vestibule-new-device-link"].clone();
        for forged in [link.clone(), own[..own.len() - 1].to_owned(), own.replace("vst_v_", "vst_s_"), "vst_v_".into()]
        {
            let mut forger = app.browser();
            forger.cookies.insert(CASE.into(), forged);
            assert_eq!(forger.open("/case").await.status, 410);
        }
        // A link of one account that was made for something else.
        for cookie in ["__Host-vestibule-case-link", "__Host-vestibule-case-not-me-link"] {
            let mut forger = app.browser();
            forger.cookies.insert(cookie.into(), link.clone());
            for path in ["/case/join", "/case/not-me"] {
                assert_eq!(forger.open(path).await.status, 410, "{cookie} {path}");
            }
        }
    }
}

/// Regression 36: fifty requests at once open one case, and one browser joins it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r36_of_many_requests_at_once_one_case_is_opened() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut browser = app.browser();
        let page = contact_page(&mut browser, &nora).await;
        let form =
            || Filled { browser: browser.clone(), page: page.clone(), button: "Send My Info Now", values: vec![] };
        let answers = at_once((0..50).map(|_| form()).collect()).await;
        assert_eq!(trail(&app, &nora, "case-open").len(), 1);
        let taken = count(&answers, |answer| answer.header("location") == "/case");
        assert_eq!(
            (taken, trail(&app, &nora, "case-join").len()),
            (50, 1),
            "it is one browser, however often it presses"
        );
        assert_eq!(app.mail_of_kind("case_opened").len(), 1);
        let cookies: BTreeSet<_> = answers.iter().filter_map(|answer| set_cookie(answer, CASE)).collect();
        assert_eq!(cookies.len(), 1, "whichever answer the browser keeps");
        let number = number_on(&browser.press(&page, "Send My Info Now").await);
        assert_eq!(Desk::new(&app, "ada").await.view(&number).unwrap().needed, Ok(1));
    }
}

/// Browsers that each opened the page are browsers of their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r36_of_many_browsers_at_once_five_join_a_case() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut browser = app.browser();
        contact_page(&mut browser, &nora).await;
        let mut forms = Vec::new();
        for _ in 0..20 {
            let mut own = browser.clone();
            let page = own.open("/new-device/support").await;
            forms.push(Filled { browser: own, page, button: "Send My Info Now", values: vec![] });
        }
        let answers = at_once(forms).await;
        let taken = count(&answers, |answer| answer.header("location") == "/case");
        assert_eq!((taken, trail(&app, &nora, "case-join").len()), (5, 5), "five browsers may join, and no more");
        assert_eq!(trail(&app, &nora, "case-open").len(), 1);
    }
}

/// What somebody left in a browser is nothing under which the next person joins.
#[tokio::test]
async fn r36_the_page_draws_anew_under_what_a_browser_joins() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let planted = "vst_v_".to_owned() + &"A".repeat(43);
    browser.cookies.insert(DRAWN.into(), planted.clone());
    open_case(&mut browser, &nora).await;
    assert!(browser.cookies.contains_key(CASE) && browser.cookies[CASE] != planted);
    assert!(!browser.cookies.contains_key(DRAWN), "and is used once");
}

/// Regression 36: a link works once, and who presses its button twice has still joined.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r36_of_20_presses_at_once_behind_a_mailed_link_one_joins_and_all_arrive() {
    for app in both_engines() {
        let (desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
        let (_, number) = open_case(&mut app.browser(), &nora).await;
        desk.say(&number, "Are you there?");
        let link = app.newest_mail(&nora.email, "case_answer").link("Read the answer");
        let mut browser = app.browser();
        let page = browser.open(&link).await;
        let form =
            || Filled { browser: browser.clone(), page: page.clone(), button: "Go on in this browser", values: vec![] };
        let answers = at_once((0..20).map(|_| form()).collect()).await;
        let taken = count(&answers, |answer| answer.header("location") == "/case");
        assert_eq!((taken, trail(&app, &nora, "case-join").len()), (20, 2), "the first browser, and this one");
        let other = app.browser().open(&link).await;
        assert_eq!(other.status, 410, "nobody else joins with it");
    }
}

fn set_cookie(page: &Page, name: &str) -> Option<String> {
    let set = page.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|text| text.split(';').next()?.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// A reset that is asked for twice at once, by two analysts whose word would each be enough, happens once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r36_a_reset_that_two_analysts_do_at_once_happens_once() {
    for app in both_engines() {
        let (mut ada, mut bob) = (Desk::new(&app, "ada").await, Desk::new(&app, "bob").await);
        let nora = app.with_mfa("nora").await;
        let (_, number) = open_case(&mut app.browser(), &nora).await;
        app.mail();
        ada.confirm(&number);
        ada.approve(&number);
        bob.confirm(&number);
        bob.approve(&number);
        let tries: Vec<_> = [&ada, &bob]
            .iter()
            .cycle()
            .take(20)
            .map(|desk| (desk.act(), desk.analyst(), number.clone(), app.app.db.clone()))
            .map(|(act, analyst, number, db)| {
                std::thread::spawn(move || db.write(move |tx| decide::reset(tx, &act, &analyst, &number)).unwrap())
            })
            .collect();
        let done: Vec<_> = tries.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert_eq!(done.iter().filter(|reset| **reset == Reset::Done).count(), 1, "{done:?}");
        assert_eq!(trail(&app, &nora, "account-reset-mfa").len(), 1);
        assert_eq!(app.mail_of_kind("account_reset").len(), 1);
    }
}

/// Whoever came in with the old password hears no more.
#[tokio::test]
async fn s6_3_a_new_password_ends_every_browsers_part_in_the_case() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut thief = app.browser();
        open_case(&mut thief, &nora).await;
        let mut owner = app.browser();
        let page = owner.open("/forgot-password").await;
        owner.submit(&page, "Send me a link", &[("Email", &nora.email)]).await;
        let link = app.newest_mail(&nora.email, "reset_link").link("Change password");
        let page = owner.open(&link).await;
        let new = "seven orange kettles hum";
        owner.submit(&page, "Change password", &[("New password", new), ("Repeat new password", new)]).await;
        assert_eq!(thief.open("/case").await.status, 410);
    }
}
