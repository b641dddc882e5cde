//! Canary secrets: typed and mailed everywhere, found in no log, no audit row and no page that tells of an error.

use std::io::{Result, Write};
use std::sync::{Arc, Mutex};

use vestibule::store::audit;

use crate::support::*;

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Everything from now on, of all threads, at the most talkative level. Without times: six of their digits look like a passcode.
fn listen() -> Log {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .without_time()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    log
}

/// Whether a secret stands there as a word of its own, so that six digits inside an id are none.
fn holds(text: &str, secret: &str) -> bool {
    text.match_indices(secret).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + secret.len()..].chars().next();
        ![before, after].into_iter().flatten().any(|c| c.is_ascii_alphanumeric())
    })
}

fn token_of(browser: &Browser, cookie: &str) -> String {
    browser.cookies[&format!("__Host-vestibule-{cookie}")].clone()
}

/// Walks through everything that takes a secret, and says which secrets those were.
async fn walk(app: &TestApp, pages: &mut Vec<Page>) -> Vec<String> {
    let mut nora = app.account("nora");
    let mut secrets = vec![PASSWORD.to_owned()];
    let mut browser = app.browser();
    let link = nora.ask_for_set_up(&mut browser).await;
    secrets.push(link.rsplit_once('/').unwrap().1.to_owned());
    secrets.push(token_of(&browser, "sign-in"));
    let page = browser.open(&link).await;
    let questions = app.app.settings.questions.provided.clone();
    let answers = ["canaryred", "canaryblue", "canarygreen"];
    let mut filled = Vec::new();
    for (number, (question, answer)) in questions.iter().zip(answers).enumerate() {
        filled.push((format!("Question {}", number + 1), question.clone()));
        filled.push((format!("Answer {}", number + 1), answer.to_owned()));
    }
    secrets.extend(answers.map(str::to_owned));
    let filled: Vec<_> = filled.iter().map(|(label, value)| (label.as_str(), value.as_str())).collect();
    let page = browser.submit(&page, "Save and continue", &filled).await;
    secrets.push(page.element("manual-code"));
    let page = nora.confirm_app(&mut browser, &page).await;
    secrets.push(nora.code(app));
    nora.keep_recovery_code(&mut browser, &page).await;
    secrets.push(nora.recovery_code.clone().unwrap());
    app.pass(minutes(1));
    let page = browser.give_password(&nora).await;
    let wrong = nora.wrong_code(app);
    pages.push(browser.give_passcode(&page, &wrong).await);
    let page = browser.press(&page, "Send me a passcode").await;
    secrets.extend([wrong, app.mail_to(&nora.email).last().unwrap().passcode(), nora.code(app)]);
    pages.push(browser.post("/sign-in/passcode", &[("passcode".to_owned(), nora.code(app))]).await);
    browser.give_passcode(&page, &nora.code(app)).await;
    assert!(browser.is_signed_in().await);
    secrets.extend(["session", "browser"].map(|cookie| token_of(&browser, cookie)));
    pages.push(browser.give("canary-password-as-name", "canary-wrong-password").await);
    pages.push(browser.give("nora", "canary-wrong-password").await);
    secrets.push("canary-wrong-password".to_owned());
    secrets.extend(lose_the_device(&mut nora, &mut browser, pages).await);
    secrets
}

/// Proves who it is, wrongly and rightly, and sets up a new device.
async fn lose_the_device(nora: &mut Person, browser: &mut Browser, pages: &mut Vec<Page>) -> Vec<String> {
    let wrong = ["canary one", "canary two", "canary three"];
    let (link, spent) = (nora.ask_for_new_device(browser).await, nora.recovery_code.clone().unwrap());
    let page = browser.open(&link).await;
    pages.push(nora.give_answers(browser, &page, wrong).await);
    let page = browser.open("/new-device/recovery-code").await;
    pages.push(browser.submit(&page, "Verify recovery code", &[("Recovery code", "canary-code")]).await);
    pages.push(browser.submit(&page, "Verify recovery code", &[("Recovery code", &"7".repeat(26))]).await);
    let page = browser.submit(&page, "Verify recovery code", &[("Recovery code", &spent)]).await;
    let key = page.element("manual-code");
    let cookies = ["new-device-link", "new-device"].map(|cookie| token_of(browser, cookie));
    let page = nora.confirm_app(browser, &page).await;
    assert!(nora.keep_recovery_code(browser, &page).await.says("Your new device is set up"));
    let typed = ["canary-code".to_owned(), "7".repeat(26), spent, key, nora.recovery_code.clone().unwrap()];
    wrong.map(str::to_owned).into_iter().chain(cookies).chain(typed).collect()
}

/// Makes requests fail on the server, with a secret in each.
async fn fail(app: &TestApp, pages: &mut Vec<Page>) -> String {
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    let broken = "CREATE TRIGGER broken BEFORE INSERT ON unknown_name BEGIN SELECT RAISE(ABORT, 'broken'); END";
    app.app.db.write(move |tx| tx.execute(broken, &[])).unwrap();
    let values = [("Username", "canary-of-a-failure"), ("Password", "canary-in-a-failure")];
    let answer = browser.submit(&page, "Sign in", &values).await;
    assert_eq!(answer.status, 500);
    pages.push(answer);
    "canary-in-a-failure".to_owned()
}

#[tokio::test]
async fn no_secret_gets_into_a_log_an_audit_row_or_a_page_that_tells_of_an_error() {
    let log = listen();
    let app = TestApp::new();
    let mut pages = Vec::new();
    let mut secrets = walk(&app, &mut pages).await;
    secrets.push(fail(&app, &mut pages).await);
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let events = app.app.db.read(|tx| audit::page(tx, None, 1_000)).unwrap();
    let events: String = events.iter().map(|event| format!("{event:?}\n")).collect();
    assert!(logged.contains("request failed") && logged.contains("/sign-in/passcode"), "the log was heard");
    assert!(events.contains("passcode") && events.contains("wrong"), "the events were read");
    for secret in &secrets {
        assert!(secret.len() >= 6, "{secret}");
        assert!(!holds(&logged, secret), "{secret} is in the log");
        assert!(!holds(&events, secret), "{secret} is in the audit trail");
        for page in &pages {
            assert!(!holds(&page.body, secret), "{secret} is in the {} of {}", page.status, page.path);
        }
    }
    for name in ["canary-password-as-name", "canary-of-a-failure"] {
        assert!(!holds(&logged, name) && !holds(&events, name), "{name}, which may be a password, is written down");
    }
}
