//! Tokens: one kind in place of another, a known browser that proves nothing, tokens that change, passcodes that are spent.

use super::field;
use crate::support::*;

const SESSION: &str = "__Host-vestibule-session";
const ATTEMPT: &str = "__Host-vestibule-sign-in";
const KNOWN: &str = "__Host-vestibule-browser";
const GUEST: &str = "__Host-vestibule-guest";

/// All cookies that carry a token.
const COOKIES: [&str; 9] = [
    SESSION,
    ATTEMPT,
    KNOWN,
    GUEST,
    "__Host-vestibule-set-up-link",
    "__Host-vestibule-set-up",
    "__Host-vestibule-reset-link",
    "__Host-vestibule-invitation-link",
    "__Host-vestibule-not-me-link",
];

/// A living token of each kind of one account, with the cookie that it belongs into.
async fn every_kind(app: &TestApp, nora: &Person) -> Vec<(&'static str, String)> {
    let mut signed_in = app.browser();
    signed_in.sign_in(nora).await;
    let not_me = app.mail_to(&nora.email).last().unwrap().link("This wasn't me");
    let mut trying = app.browser();
    trying.give_password(nora).await;
    let mut forgetting = app.browser();
    let page = forgetting.open("/forgot-password").await;
    forgetting.submit(&page, "Send me a link", &[("Email", &nora.email)]).await;
    let reset = app.mail_to(&nora.email).last().unwrap().text.clone();
    let reset = reset.lines().find(|line| line.contains("/link/")).unwrap().trim().to_owned();
    let mut olga = app.account("olga");
    let mut setting_up = app.browser();
    let page = olga.open_set_up(&mut setting_up).await;
    olga.answer_questions(&mut setting_up, &page).await;
    let of = |browser: &Browser, name: &'static str| (name, browser.cookies[name].clone());
    let end = |link: &str| link.rsplit_once('/').unwrap().1.to_owned();
    vec![
        of(&signed_in, SESSION),
        of(&signed_in, KNOWN),
        of(&trying, ATTEMPT),
        of(&trying, GUEST),
        of(&setting_up, "__Host-vestibule-set-up-link"),
        of(&setting_up, "__Host-vestibule-set-up"),
        ("__Host-vestibule-reset-link", end(&reset)),
        ("__Host-vestibule-not-me-link", end(&not_me)),
    ]
}

/// What each cookie opens: the page is another one than a browser without cookies gets.
const OPENS: [&str; 7] = [
    "/",
    "/sign-in/passcode",
    "/set-up/questions",
    "/set-up/app",
    "/forgot-password/new-password",
    "/invitation",
    "/not-me",
];

/// Regression 27: a token in a cookie of another kind, and a link of another purpose, is as good as none.
#[tokio::test]
async fn r27_no_token_stands_for_one_of_another_kind() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let tokens = every_kind(&app, &nora).await;
        for (home, token) in &tokens {
            for cookie in COOKIES.iter().filter(|cookie| *cookie != home) {
                for path in OPENS {
                    let mut browser = app.browser();
                    let bare = browser.clone().open_once(path).await;
                    browser.cookies.insert((*cookie).to_owned(), token.clone());
                    let page = browser.open_once(path).await;
                    // An attempt's cookie of whatever content may be asked after at "/", and is then over.
                    let same = page.status == bare.status && page.header("location") == bare.header("location");
                    assert!(same, "the token of {home} in {cookie} at {path}: {} {}", page.status, page.text());
                }
            }
        }
    }
}

/// Regression 27: in the address of another purpose's link it opens nothing either.
#[tokio::test]
async fn r27_a_link_opens_its_own_purpose_only() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let tokens = every_kind(&app, &nora).await;
        let ways = [
            ("__Host-vestibule-set-up-link", "/set-up/link/"),
            ("__Host-vestibule-reset-link", "/forgot-password/link/"),
            ("__Host-vestibule-invitation-link", "/invitation/link/"),
            ("__Host-vestibule-not-me-link", "/not-me/link/"),
        ];
        for (home, token) in &tokens {
            for (cookie, way) in ways {
                let page = app.browser().open(&format!("{way}{token}")).await;
                assert_eq!(page.status == 200, cookie == *home, "the token of {home} at {way}: {}", page.text());
            }
        }
    }
}

/// Regression 28: whoever a browser says it is, the passcode is asked for, and a wrong one does not pass.
#[tokio::test]
async fn r28_a_known_browser_gives_no_factor() {
    let app = TestApp::new();
    let (nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
    let known = async |person: &Person| {
        let mut browser = app.browser();
        browser.sign_in(person).await;
        browser.cookies[KNOWN].clone()
    };
    let (own, others) = (known(&nora).await, known(&olga).await);
    let mut forged = own.clone();
    forged.replace_range(own.len() - 3..own.len() - 2, if own.as_bytes()[own.len() - 3] == b'A' { "B" } else { "A" });
    let many = format!("{others}.{own}.{own}.{own}.{own}");
    for cookie in [own.as_str(), &others, &forged, &many, "", "vst_b_", "true"] {
        let mut browser = app.browser();
        browser.cookies.insert(KNOWN.to_owned(), cookie.to_owned());
        let page = browser.give_password(&nora).await;
        assert!(page.offers("Verify") && !browser.is_signed_in().await, "{cookie}: {}", page.text());
        // One right passcode between them, so that the wrong ones do not add up to a lock.
        app.browser().sign_in(&nora).await;
        let page = browser.submit(&page, "Verify", &[("Passcode", &nora.wrong_code(&app))]).await;
        assert!(page.says("That passcode isn't right") && !browser.is_signed_in().await, "{cookie}: {}", page.text());
        let page = browser.give(&nora.username, "not the password").await;
        assert_eq!(page.status, 422, "{cookie}");
    }
}

/// Regression 28: the cookie buys tries of its own for its own account while it is young, and for nobody else.
#[tokio::test]
async fn r28_another_accounts_or_an_expired_known_browser_has_no_tries_of_its_own() {
    for app in both_engines() {
        let (nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
        let (mut own, mut others) = (app.browser(), app.browser());
        own.sign_in(&nora).await;
        others.sign_in(&olga).await;
        let lock = async || {
            let mut stranger = app.browser().at("198.51.100.66");
            let mut page = stranger.give_password(&nora).await;
            for _ in 0..5 {
                page = stranger.submit(&page, "Verify", &[("Passcode", &nora.wrong_code(&app))]).await;
            }
            assert_eq!(page.status, 429, "{}", page.text());
        };
        lock().await;
        let page = others.give_password(&nora).await;
        assert_eq!(page.status, 429, "another account's cookie: {}", page.text());
        let page = own.clone().give_password(&nora).await;
        assert!(page.status == 200 && page.offers("Verify"), "{}", page.text());
        app.pass(hours(24 * 91));
        lock().await;
        let page = own.give_password(&nora).await;
        assert_eq!(page.status, 429, "an expired cookie: {}", page.text());
    }
}

/// Regression 28: nor has it the passwords of its own account's known browser.
#[tokio::test]
async fn r28_another_accounts_or_an_expired_known_browser_has_no_passwords_of_its_own() {
    for app in both_engines() {
        let (nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
        let (mut own, mut others) = (app.browser(), app.browser());
        own.sign_in(&nora).await;
        others.sign_in(&olga).await;
        let use_up = async || {
            for number in 0..11 {
                app.browser().give("nora", &format!("wrong {number}")).await;
            }
        };
        use_up().await;
        assert_eq!(others.give_password(&nora).await.status, 429, "another account's cookie");
        assert!(own.clone().give_password(&nora).await.offers("Verify"));
        app.pass(hours(24 * 91));
        use_up().await;
        assert_eq!(own.give_password(&nora).await.status, 429, "an expired cookie");
    }
}

/// Regression 29: every level has a new token, and the one of the level before is dead.
#[tokio::test]
async fn r29_each_level_has_a_new_token_and_the_old_one_is_dead() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut browser = app.browser();
        browser.cookies.insert(SESSION.to_owned(), format!("vst_s_{}", "A".repeat(43)));
        browser.cookies.insert(ATTEMPT.to_owned(), format!("vst_a_{}", "A".repeat(43)));
        browser.cookies.insert(GUEST.to_owned(), format!("vst_g_{}", "A".repeat(43)));
        let planted = browser.cookies.clone();
        let page = browser.give_password(&nora).await;
        assert_ne!(browser.cookies[ATTEMPT], planted[ATTEMPT]);
        let before = browser.clone();
        let code = nora.code(&app);
        browser.submit(&page, "Verify", &[("Passcode", &code)]).await;
        assert!(browser.is_signed_in().await);
        assert_ne!(browser.cookies[SESSION], planted[SESSION]);
        assert!(!browser.cookies.contains_key(ATTEMPT) && !browser.cookies.contains_key(GUEST));
        for cookies in [planted, before.cookies] {
            let mut old = app.browser();
            old.cookies = cookies;
            assert!(!old.is_signed_in().await);
            app.pass(seconds(30));
            let fields = [field("form_token", &hidden(&page)), field("passcode", &nora.code(&app))];
            let answer = old.post("/sign-in/passcode", &fields).await;
            assert!(!old.is_signed_in().await && !answer.header("location").eq("/"), "{}", answer.text());
        }
        let first = browser.cookies[SESSION].clone();
        browser.sign_in(&nora).await;
        assert_ne!(browser.cookies[SESSION], first, "signing in again gives another session");
        let mut old = app.browser();
        old.cookies.insert(SESSION.to_owned(), first);
        assert!(!old.is_signed_in().await, "and ends the one that this browser had");
        let mut out = browser.clone();
        let page = browser.open("/").await;
        browser.press(&page, "Sign out").await;
        assert!(!out.is_signed_in().await, "the cookie of a session that was signed out");
    }
}

/// Regression 13: a passcode that opened one sign-in opens no other, in the same browser or in another, before or after.
#[tokio::test]
async fn r13_a_passcode_opens_one_sign_in() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let (mut first, mut waiting) = (app.browser(), app.browser());
        let (page, held) = (first.give_password(&nora).await, waiting.give_password(&nora).await);
        let code = nora.code(&app);
        first.submit(&page, "Verify", &[("Passcode", &code)]).await;
        assert!(first.is_signed_in().await);
        let refused = waiting.submit(&held, "Verify", &[("Passcode", &code)]).await;
        assert!(refused.says("already used") && !waiting.is_signed_in().await, "{}", refused.text());
        for spelling in [code.chars().flat_map(|digit| [digit, ' ']).collect(), format!(" {code}-"), code.clone()] {
            let mut later = app.browser();
            let page = later.give_password(&nora).await;
            let refused = later.submit(&page, "Verify", &[("Passcode", &spelling)]).await;
            assert!(refused.says("already used") && !later.is_signed_in().await, "{spelling:?}: {}", refused.text());
        }
        let fields = [field("form_token", &hidden(&page)), field("passcode", &code)];
        let again = app.browser().post("/sign-in/passcode", &fields).await;
        assert_eq!(again.status, 410);
    }
}

/// Regression 13: an emailed passcode is of its own attempt, once, and the one before it is gone.
#[tokio::test]
async fn r13_an_emailed_passcode_opens_the_sign_in_that_asked_for_it() {
    for app in both_engines() {
        let nora = app.with_mail_mfa("nora").await;
        let ask = async |browser: &mut Browser| {
            let page = browser.give_password(&nora).await;
            let page = browser.press(&page, "Send me a passcode").await;
            (page, app.mail_to(&nora.email).pop().unwrap().passcode())
        };
        let (mut mine, mut thiefs) = (app.browser(), app.browser());
        let ((page, code), (other_page, other_code)) = (ask(&mut mine).await, ask(&mut thiefs).await);
        if code != other_code {
            let refused = thiefs.submit(&other_page, "Verify", &[("Passcode", &code)]).await;
            assert!(!thiefs.is_signed_in().await, "{}", refused.text());
        }
        mine.submit(&page, "Verify", &[("Passcode", &code)]).await;
        assert!(mine.is_signed_in().await);
        let mut again = app.browser();
        let page = again.give_password(&nora).await;
        let refused = again.submit(&page, "Verify", &[("Passcode", &code)]).await;
        assert!(!again.is_signed_in().await, "{}", refused.text());
    }
}

fn hidden(page: &Page) -> String {
    page.body.split("name=\"form_token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}
