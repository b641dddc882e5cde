//! **Account security**: the password, where one is signed in, and the history.

use crate::session_end::{are_dead, notices, open, open_in, session_of, told};
use crate::support::*;
use vestibule::flow::account::Change;

const NEW: &str = "seven orange kettles hum";
const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0";

async fn signed_in(app: &TestApp) -> (Person, Browser) {
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    (nora, browser)
}

async fn change_password(browser: &mut Browser, page: &Page, new: &str, repeat: &str) -> Page {
    browser.submit(page, "Change password", &[("New password", new), ("Repeat new password", repeat)]).await
}

fn cookie(browser: &Browser, ending: &str) -> String {
    let found = browser.cookies.iter().find(|(name, _)| name.ends_with(ending));
    found.unwrap_or_else(|| panic!("no cookie {ending}")).1.clone()
}

/// Regressions 29 and 55 too: the session that changes it goes on under another token, and nothing else does.
#[tokio::test]
async fn s7_a_new_password_ends_every_other_session_and_keeps_this_one() {
    for app in both_engines() {
        let (mut nora, mut browser) = signed_in(&app).await;
        let mut other = app.browser();
        other.sign_in(&nora).await;
        let (books, elsewhere) = (told(&app, "books"), session_of(&app, &nora));
        let tokens = open(&app, &nora, &books, &elsewhere).await;
        let page = browser.confirm(&nora, "/account/password").await;
        let before = browser.clone();
        let page = change_password(&mut browser, &page, NEW, NEW).await;
        assert!(page.says("Your password is changed. Everywhere else you are signed out."), "{}", page.text());
        assert!(page.says("In this browser only") && browser.is_signed_in().await);
        assert_ne!(cookie(&browser, "-session"), cookie(&before, "-session"));
        assert_ne!(cookie(&browser, "vestibule-browser"), cookie(&before, "vestibule-browser"));
        assert!(!before.clone().is_signed_in().await && !other.is_signed_in().await, "old cookies are dead");
        assert!(are_dead(&books, &tokens).await);
        assert_eq!(notices(&app), [("books".to_owned(), elsewhere.to_string())]);
        assert_eq!(app.newest_mail(&nora.email, "password_changed").to, nora.email);
        assert_eq!(app.browser().give_password(&nora).await.status, 422, "the old one is none any more");
        nora.password = NEW.to_owned();
        assert!(app.browser().give_password(&nora).await.says("Enter your passcode"));
        assert!(browser.open("/account/password").await.offers("Change password"), "the confirmation goes on");
    }
}

#[tokio::test]
async fn s7_a_password_that_is_weak_or_differs_is_told_at_its_field() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    let page = browser.confirm(&nora, "/account/password").await;
    for (new, repeat, says) in [
        ("short", "short", "That is too short"),
        ("password123", "password123", "easily guessed"),
        ("nora@example.org", "nora@example.org", "easily guessed"),
        (NEW, "seven orange kettles", "The two passwords are not the same"),
    ] {
        let page = change_password(&mut browser, &page, new, repeat).await;
        assert!(page.status == 422 && page.title().starts_with("Error: ") && page.says(says), "{new}: {}", page.text());
        assert!(!page.body.contains(NEW), "it is not printed back");
    }
    assert!(app.browser().give_password(&nora).await.says("Enter your passcode"), "nothing has changed");
}

#[tokio::test]
async fn s7_a_form_that_comes_after_the_five_minutes_leads_through_the_confirmation_back_to_it() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    let page = browser.confirm(&nora, "/account/password").await;
    app.pass(minutes(5));
    let page = change_password(&mut browser, &page, NEW, NEW).await;
    assert!(page.says("Confirm that it's you") && page.says("More than five minutes"), "{}", page.text());
    let page = browser.submit(&page, "Continue", &[("Password", PASSWORD)]).await;
    let page = browser.give_passcode(&page, &nora.code(&app)).await;
    assert_eq!(page.path, "/account/password");
    let page = change_password(&mut browser, &page, NEW, NEW).await;
    assert!(page.says("Your password is changed"), "{}", page.text());
}

/// Of many forms at once that change the password in one session, one does: the session has another token after it.
#[tokio::test]
async fn s7_of_ten_at_once_who_change_the_password_in_one_session_one_does() {
    for app in both_engines() {
        let (nora, mut browser) = signed_in(&app).await;
        let page = browser.confirm(&nora, "/account/password").await;
        let filled = |number: usize| Filled {
            browser: browser.clone(),
            page: page.clone(),
            button: "Change password",
            values: ["New password", "Repeat new password"].map(|label| (label, format!("{NEW} {number}"))).to_vec(),
        };
        let answers = at_once((0..10).map(filled).collect()).await;
        let changed = answers.iter().filter(|page| page.header("location").contains("password-changed")).count();
        assert_eq!(changed, 1, "{:?}", answers.iter().map(|page| page.header("location")).collect::<Vec<_>>());
        assert_eq!(app.mail_of_kind("password_changed").len(), 1);
    }
}

/// An app's passcode opens a new budget of tries; an emailed one does not; no password clears the locks.
#[tokio::test]
async fn s7_a_new_password_opens_a_new_budget_with_an_app_only_and_lifts_no_lock() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    app.browser().give_wrong_passcodes(&nora, 5).await;
    let before = app.account_row(&nora).rest;
    assert!(before.spent == 5 && before.locked_until.is_some());
    let page = browser.confirm(&nora, "/account/password").await;
    change_password(&mut browser, &page, NEW, NEW).await;
    let after = app.account_row(&nora).rest;
    assert_eq!((after.spent, after.locked_until, after.ladder), (0, before.locked_until, before.ladder));

    let olga = app.with_mail_mfa("olga").await;
    let mut stranger = app.browser();
    let page = stranger.give_password(&olga).await;
    stranger.give_passcode(&page, "000000").await;
    let mut browser = app.browser();
    for step in ["sign-in", "confirmation"] {
        let page = match step {
            "sign-in" => browser.give_password(&olga).await,
            _ => browser.give_password_again(&olga, "/account/password").await,
        };
        let page = browser.press(&page, "Send me a passcode").await;
        browser.give_passcode(&page, &app.newest_mail(&olga.email, "passcode").passcode()).await;
    }
    let page = browser.open("/account/password").await;
    assert!(change_password(&mut browser, &page, NEW, NEW).await.says("Your password is changed"));
    assert_eq!(app.account_row(&olga).rest.spent, 1);
}

/// A session that is kept through a new password lasts no longer for it.
#[tokio::test]
async fn s7_a_new_password_does_not_prolong_the_session() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    for _ in 0..14 {
        app.pass(minutes(50));
        assert!(browser.is_signed_in().await);
    }
    let page = browser.confirm(&nora, "/account/password").await;
    change_password(&mut browser, &page, NEW, NEW).await;
    app.pass(minutes(15));
    assert!(browser.is_signed_in().await);
    app.pass(minutes(10));
    assert!(!browser.is_signed_in().await, "twelve hours in all");
}

#[tokio::test]
async fn s7_programs_find_the_page_that_changes_the_password() {
    let app = TestApp::new();
    let page = app.browser().open_once("/.well-known/change-password").await;
    assert_eq!((page.status.as_u16(), page.header("location")), (303, "/account/password"));
}

#[tokio::test]
async fn s7_sessions_show_browser_network_and_when_and_each_can_be_signed_out() {
    for app in both_engines() {
        let (nora, mut browser) = signed_in(&app).await;
        let mut other = app.browser().at("198.51.100.77");
        other.extra.push(("user-agent", FIREFOX.to_owned()));
        other.sign_in(&nora).await;
        let (books, elsewhere) = (told(&app, "books"), session_of(&app, &nora));
        open(&app, &nora, &books, &elsewhere).await;
        let page = browser.open("/account/sessions").await;
        for says in
            ["An unknown browser (this browser) Network 203.0.113.0/24", "Firefox on Windows Network 198.51.100.0/24"]
        {
            assert!(page.says(says), "{says}: {}", page.text());
        }
        assert!(page.says("Last seen at 12:0") && !page.says("198.51.100.77"), "{}", page.text());
        let page = browser.press(&page, "Sign out").await;
        assert!(page.says("It is signed out.") && !page.says("Firefox on Windows"), "{}", page.text());
        assert!(!other.is_signed_in().await && browser.is_signed_in().await);
        assert_eq!(notices(&app), [("books".to_owned(), elsewhere.to_string())]);
        assert!(!page.offers("Sign out") && !page.offers("Sign out everywhere else"));
    }
}

#[tokio::test]
async fn s7_sign_out_everywhere_else_ends_all_other_browsers_and_programs() {
    for app in both_engines() {
        let (nora, mut browser) = signed_in(&app).await;
        let (mut second, mut third) = (app.browser(), app.browser());
        second.sign_in(&nora).await;
        third.sign_in(&nora).await;
        let desk = RelyingParty::new(&app, "desk", |product| product.name = "Desk Ledger".to_owned());
        let tokens = open_in(&app, &nora, &desk, None).await;
        let page = browser.open("/account/sessions").await;
        assert!(page.says("Programs and devices Desk Ledger Signed in at"), "{}", page.text());
        let page = browser.press(&page, "Sign out everywhere else").await;
        assert!(page.says("Everywhere else you are signed out.") && !page.says("Desk Ledger"), "{}", page.text());
        assert!(!second.is_signed_in().await && !third.is_signed_in().await && browser.is_signed_in().await);
        assert!(are_dead(&desk, &tokens).await);
    }
}

/// While the database is busy, ten forms of one account wait for it, and the others are sent away.
#[tokio::test]
async fn r03_of_thirty_at_once_who_sign_out_elsewhere_ten_wait() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    app.browser().sign_in(&nora).await;
    let page = browser.open("/account/sessions").await;
    let fields = page.form("Sign out everywhere else").filled(&[]);
    let (free, busy) = std::sync::mpsc::channel::<()>();
    let busy = std::sync::Mutex::new(busy);
    app.app.db.write_then(
        move |_| {
            let _ = busy.lock().unwrap().recv();
            Ok(())
        },
        drop,
    );
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let (mut browser, fields) = (browser.clone(), fields.clone());
        running.spawn(async move { browser.post("/account/sessions/end-others", &fields).await });
    }
    for _ in 0..20 {
        let answer = tokio::time::timeout(seconds(60), running.join_next()).await;
        let sent_away = answer.expect("it waits with the others").unwrap().unwrap();
        assert!(sent_away.is_sent_away(), "{}", sent_away.text());
    }
    drop(free);
    while let Some(done) = running.join_next().await {
        assert_eq!(done.unwrap().header("location"), "/account/sessions?notice=others-ended");
    }
}

#[tokio::test]
async fn s7_a_program_can_be_signed_out_alone() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    let desk = RelyingParty::new(&app, "desk", |_| {});
    let (first, second) = (open_in(&app, &nora, &desk, None).await, open_in(&app, &nora, &desk, None).await);
    let page = browser.open("/account/sessions").await;
    browser.press(&page, "Sign out").await;
    let dead = [are_dead(&desk, &first).await, are_dead(&desk, &second).await];
    assert_eq!(dead.iter().filter(|dead| **dead).count(), 1);
}

/// Regression 17: nobody ends the sessions of another account, nor sees them.
#[tokio::test]
async fn r17_the_sessions_of_another_account_cannot_be_ended() {
    let app = TestApp::new();
    let (_, mut browser) = signed_in(&app).await;
    let omar = app.with_mfa("omar").await;
    let mut theirs = app.browser().at("198.51.100.77");
    theirs.sign_in(&omar).await;
    let (session, desk) = (session_of(&app, &omar), RelyingParty::new(&app, "desk", |_| {}));
    let tokens = open_in(&app, &omar, &desk, None).await;
    let grant = "SELECT id FROM product_grant";
    let grant = app.app.db.read(move |tx| tx.query_opt(grant, &[])).unwrap().unwrap().text(0).unwrap();
    let page = browser.open("/account/sessions").await;
    assert!(!page.says("198.51.100") && !page.says("desk") && !page.offers("Sign out"));
    let (_, rest) = page.body.split_once("name=\"form_token\" value=\"").unwrap_or(("", ""));
    assert!(rest.is_empty(), "there is no form");
    let portal = browser.open("/").await;
    let guard = portal.form("Sign out").filled(&[]);
    for id in [session.to_string(), grant, String::new()] {
        let mut form = guard.clone();
        form.push(("session".to_owned(), id));
        let page = browser.post("/account/sessions/end", &form).await;
        assert_eq!(page.header("location"), "/account/sessions?notice=gone");
    }
    browser.post("/account/sessions/end-others", &guard).await;
    assert!(theirs.is_signed_in().await && !are_dead(&desk, &tokens).await);
}

#[tokio::test]
async fn s7_the_history_tells_in_words_what_happened_to_the_account_and_to_no_other() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    let omar = app.with_mfa("omar").await;
    let mut stranger = app.browser().at("198.51.100.77");
    stranger.extra.push(("user-agent", FIREFOX.to_owned()));
    stranger.give("nora", "not hers").await;
    stranger.give_wrong_passcodes(&omar, 1).await;
    app.change(&nora, Change::Unlock);
    let page = browser.open("/account/history").await;
    for says in [
        "Signed in, with a passcode from an authenticator app You, at 12:0",
        "A wrong password was given Someone who knew your username, at 12:0",
        "Firefox on Windows, network 198.51.100.0/24",
        "Locks were lifted An administrator, on the server",
        "MFA was set up, with an authenticator app",
        "The account was made",
    ] {
        assert!(page.says(says), "{says}: {}", page.text());
    }
    assert!(!page.says("A wrong passcode was given") && !page.says("198.51.100.77"), "{}", page.text());
}

#[tokio::test]
async fn s7_the_history_has_pages_of_25_that_an_address_names() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    for _ in 0..9 {
        browser.sign_in(&nora).await;
    }
    let newest = browser.open("/account/history").await;
    let count = |page: &Page| page.body.matches("<li>\n<p><strong>").count();
    assert!(count(&newest) == 25 && !newest.says("The account was made") && !newest.offers("Newest"));
    let older = browser.open(&newest.link("Older")).await;
    assert!(
        older.path.starts_with("/account/history?before=") && older.says("The account was made"),
        "{}",
        older.text()
    );
    assert!(count(&older) < 25 && !older.offers("Older") && older.link("Newest") == "/account/history");
    for odd in ["/account/history?before=0", "/account/history?before=-5"] {
        assert!(browser.open(odd).await.says("There is nothing older"), "{odd}");
    }
    for odd in ["/account/history?before=x", "/account/history?before=99999999999999999999"] {
        assert_eq!(browser.open(odd).await.status, 200, "{odd}");
    }
}
