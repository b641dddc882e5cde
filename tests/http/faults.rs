//! What happens when something breaks in the middle: the answer is no, and what was charged stays charged. The database itself is
//! made to fail, by triggers.

use vestibule::store::db::Value;

use crate::support::*;

/// Makes every later write of this kind fail, until it is mended.
pub fn break_writes(app: &TestApp, writes: &str) {
    let statements = if app.is_on_postgres() {
        let raise = "BEGIN RAISE EXCEPTION ''broken by the test''; END";
        vec![
            format!("CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS '{raise}'"),
            format!("CREATE TRIGGER broken BEFORE {writes} FOR EACH ROW EXECUTE FUNCTION broken()"),
        ]
    } else {
        let raise = "SELECT RAISE(ABORT, 'broken by the test')";
        vec![format!("CREATE TRIGGER broken BEFORE {writes} BEGIN {raise}; END")]
    };
    for statement in statements {
        execute(app, statement.leak());
    }
}

pub fn mend(app: &TestApp) {
    execute(app, if app.is_on_postgres() { "DROP FUNCTION broken CASCADE" } else { "DROP TRIGGER broken" });
}

fn execute(app: &TestApp, statement: &'static str) {
    app.app.db.write(move |tx| tx.execute(statement, &[])).unwrap();
}

/// The writes of a whole sign-in, each of them broken in its turn.
const WRITES: [&str; 7] = [
    "INSERT ON audit_event",
    "INSERT ON session",
    "INSERT ON known_browser",
    "INSERT ON outbox",
    "INSERT ON link",
    "UPDATE ON totp_app",
    "UPDATE ON sign_in_attempt",
];

/// Regressions 7 and 8: an error after the charge takes nothing back.
#[tokio::test]
async fn r08_a_wrong_passcode_is_charged_although_the_request_fails() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut browser = app.browser();
        let page = browser.give_password(&nora).await;
        break_writes(&app, "INSERT ON audit_event");
        for spent in 1..=5 {
            let answer = browser.give_passcode(&page, &nora.wrong_code(&app)).await;
            assert_eq!(answer.status, 500);
            assert_eq!(app.account_row(&nora).rest.spent, spent);
        }
        mend(&app);
        let answer = browser.give_passcode(&page, &nora.code(&app)).await;
        assert_eq!(answer.status, 429, "five were compared: {}", answer.text());
        assert!(answer.says("Too many wrong passcodes."));
    }
}

/// Regression 8: a right passcode whose request fails is charged like a wrong one, so that failing gains no tries.
#[tokio::test]
async fn r08_r23_a_right_passcode_signs_nobody_in_while_any_of_its_writes_fails() {
    for broken in WRITES {
        for app in both_engines() {
            let nora = app.with_mfa("nora").await;
            let mut browser = app.browser();
            let page = browser.give_password(&nora).await;
            break_writes(&app, broken);
            let answer = browser.give_passcode(&page, &nora.code(&app)).await;
            assert_eq!(answer.status, 500, "{broken}: {}", answer.text());
            assert!(answer.title().starts_with("Error: Something went wrong on our side"));
            assert!(!answer.says("broken by the test"), "the cause is for the log");
            assert!(!browser.cookies.contains_key("__Host-vestibule-session"), "{broken}");
            assert!(!browser.is_signed_in().await, "{broken}");
            mend(&app);
            let page = browser.give_password(&nora).await;
            assert!(browser.give_passcode(&page, &nora.code(&app)).await.offers("Sign out"), "mended: {broken}");
            assert!(app.mail_to(&nora.email).iter().any(|mail| mail.kind == "new_browser"), "{broken}");
        }
    }
}

#[tokio::test]
async fn r23_a_right_password_opens_nothing_while_its_writes_fail() {
    for broken in ["INSERT ON audit_event", "INSERT ON sign_in_attempt", "UPDATE ON account"] {
        for app in both_engines() {
            let nora = app.with_mfa("nora").await;
            let mut browser = app.browser();
            let page = browser.open("/sign-in").await;
            break_writes(&app, broken);
            let values = [("Username", nora.username.as_str()), ("Password", nora.password.as_str())];
            assert_eq!(browser.submit(&page, "Sign in", &values).await.status, 500, "{broken}");
            mend(&app);
            assert_eq!(browser.open("/").await.path, "/sign-in", "{broken}");
        }
    }
}

/// Regression 23: what does not open is no reason to say yes.
#[tokio::test]
async fn r23_what_is_damaged_in_the_database_lets_nobody_in() {
    for (damage, length, password_opens) in [
        ("UPDATE totp_app SET secret = $1", 50, true),
        ("UPDATE totp_app SET secret = $1", 0, true),
        ("UPDATE account SET password_hash = $1", 150, false),
    ] {
        for app in both_engines() {
            let nora = app.with_mfa("nora").await;
            app.app.db.write(move |tx| tx.execute(damage, &[Value::Bytes(vec![1; length])])).unwrap();
            let mut browser = app.browser();
            let page = browser.give_password(&nora).await;
            assert_eq!(page.offers("Verify"), password_opens, "{damage}");
            if password_opens {
                for code in ["000000".to_owned(), nora.code(&app)] {
                    assert_eq!(browser.give_passcode(&page, &code).await.status, 500, "{damage}");
                }
                assert_eq!(app.account_row(&nora).rest.spent, 2, "charged before anything was opened");
            } else {
                assert_eq!(page.status, 500, "{damage}");
            }
            assert!(!browser.is_signed_in().await);
        }
    }
}

/// Regression 50: while the database is away the answer is no, says when to come back, and nothing is promised.
#[tokio::test]
async fn r50_without_the_database_nobody_gets_in() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let (mut browser, mut whole) = (app.browser(), app.browser());
        whole.sign_in(&nora).await;
        let page = browser.give_password(&nora).await;
        let sign_in = browser.open("/sign-in").await;
        app.pass(seconds(30));
        app.app.db.clone().close();
        let answers = [
            browser.give_passcode(&page, &nora.code(&app)).await,
            browser.press(&page, "Send me a passcode").await,
            browser.submit(&sign_in, "Sign in", &[("Username", "nora"), ("Password", PASSWORD)]).await,
            whole.open("/").await,
        ];
        for answer in answers {
            assert_eq!(
                (answer.status.as_u16(), answer.header("retry-after").is_empty()),
                (503, false),
                "{}",
                answer.path
            );
            assert!(answer.title().starts_with("Error: ") && !answer.offers("Sign out"), "{}", answer.text());
        }
        assert_eq!(browser.open("/health/ready").await.status, 503);
        assert_eq!(browser.open("/health/live").await.status, 200);
    }
}

/// Regression 50: an account whose MFA was taken away needs a fresh link, mailed after the password; an older one is nothing.
#[tokio::test]
async fn r50_a_link_from_before_a_reset_sets_nothing_up() {
    for app in both_engines() {
        let (mut nora, mut olga) = (app.account("nora"), app.account("olga"));
        let mut browser = app.browser();
        nora.set_up(&mut browser, true).await;
        let used = browser.clone();
        let unused = olga.ask_for_set_up(&mut browser).await;
        for person in [&nora, &olga] {
            app.reset_mfa(person);
        }
        app.pass(minutes(1));
        assert_eq!(used.clone().open("/set-up").await.status, 410);
        assert_eq!(app.browser().open(&unused).await.status, 410);
        let page = app.browser().give_password(&nora).await;
        assert!(page.offers("Send me a setup email") && !page.offers("Verify"));
    }
}
