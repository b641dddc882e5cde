//! What an attacker would make of a case.

use vestibule::flow::support::decide::{self, Reset};

use super::{CASE, Desk, contact_page, number_on, open_case, trail};
use crate::support::*;

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
        assert_eq!(answer.status, 403, "{}", answer.text());
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

/// Regression 36: fifty requests at once open one case.
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
        assert_eq!((taken, trail(&app, &nora, "case-join").len()), (5, 5), "five browsers may join, and no more");
        assert_eq!(app.mail_of_kind("case_opened").len(), 5);
    }
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
