//! What the database holds: counts and locks that outlive the process, and no secret that could be used.

use data_encoding::{BASE32_NOPAD, BASE64, BASE64URL_NOPAD, HEXLOWER};

use crate::support::*;

/// Regressions 7 and 8: the lock and the counts are in the database, not in the process.
#[tokio::test]
async fn r07_a_restart_keeps_the_lock_and_the_counts() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let wrong = async |app: &TestApp| {
            let mut browser = app.browser();
            let page = browser.give_password(&nora).await;
            browser.submit(&page, "Verify", &[("Passcode", &nora.wrong_code(app))]).await.status.as_u16()
        };
        for _ in 0..4 {
            assert_eq!(wrong(&app).await, 422);
        }
        let app = app.restarted();
        assert_eq!(wrong(&app).await, 429, "the fifth, in another process");
        let app = app.restarted();
        let mut browser = app.browser();
        let page = browser.give_password(&nora).await;
        assert!(page.status == 429 && !page.offers("Verify"), "{}", page.text());
        app.pass(minutes(3));
        let app = app.restarted();
        assert!(app.browser().give_password(&nora).await.offers("Verify"), "the lock ends by itself");
    }
}

/// Regression 7: so are the passwords' tries, for names that no account has too, and the used passcode.
#[tokio::test]
async fn r07_a_restart_gives_no_more_passwords_and_no_second_use() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut browser = app.browser();
        let page = browser.give_password(&nora).await;
        let code = nora.code(&app);
        browser.submit(&page, "Verify", &[("Passcode", &code)]).await;
        assert!(browser.is_signed_in().await);
        let other = app.restarted();
        let mut again = other.browser();
        let page = again.give_password(&nora).await;
        let page = again.submit(&page, "Verify", &[("Passcode", &code)]).await;
        assert!(page.says("already used"), "{}", page.text());
        for name in ["nora", "otto"] {
            for number in 0..10 {
                let at = if number < 5 { &app } else { &other };
                assert_eq!(at.browser().give(name, &format!("wrong {number}")).await.status, 422, "{name} {number}");
            }
            assert_eq!(other.restarted().browser().give(name, "wrong").await.status, 429, "{name}");
        }
    }
}

fn holds(all: &[u8], what: &[u8]) -> bool {
    assert!(what.len() >= 6, "too short to be looked for");
    all.windows(what.len()).any(|window| window == what)
}

/// A secret as it is and as programs write bytes.
fn shapes(secret: &[u8]) -> Vec<Vec<u8>> {
    let texts = [HEXLOWER.encode(secret), BASE64.encode(secret), BASE64URL_NOPAD.encode(secret)];
    texts.into_iter().map(String::into_bytes).chain([secret.to_vec()]).collect()
}

/// Regression 30: no byte of the database is a password, a passcode, a token, a key, a recovery code or an answer.
#[tokio::test]
async fn r30_no_secret_is_in_the_database_in_clear() {
    for app in both_engines() {
        let mut secrets = Vec::new();
        let mut nora = app.account("nora");
        set_up_with_secrets(&app, &mut nora, &mut secrets).await;
        app.pass(minutes(1));
        sign_in_by_mail(&app, &nora, &mut secrets).await;
        secrets.push(("the password", nora.password.clone().into_bytes()));
        app.browser().give("nora", "a-wrong-password-typed").await;
        secrets.push(("a wrong password", b"a-wrong-password-typed".to_vec()));
        app.browser().give("my-password-as-a-name", "x").await;
        secrets.push(("a password typed as the name", b"my-password-as-a-name".to_vec()));
        assert_absent(&app, &secrets);
        assert!(holds(&app.database_bytes(), b"nora@example.org"), "what is no secret is found");
    }
}

/// What must not be found, with what it is.
type Secrets = Vec<(&'static str, Vec<u8>)>;

/// Sets MFA up, and looks at the database within the set-up too.
async fn set_up_with_secrets(app: &TestApp, nora: &mut Person, secrets: &mut Secrets) {
    let mut browser = app.browser();
    let link = nora.ask_for_set_up(&mut browser).await;
    let page = browser.open(&link).await;
    let questions = app.app.settings.questions.provided.clone();
    let answers = ["Wolverhampton", "Bartholomew", "Pumpernickel"];
    let rows: Vec<_> = (0..3).map(|row| (format!("Question {}", row + 1), format!("Answer {}", row + 1))).collect();
    let mut fields = Vec::new();
    for (((question, answer), chosen), text) in rows.iter().zip(&questions).zip(answers) {
        fields.extend([(question.as_str(), chosen.as_str()), (answer.as_str(), text)]);
    }
    let page = browser.submit(&page, "Save and continue", &fields).await;
    let key: String = page.element("manual-code").split_whitespace().collect();
    secrets.push(("the app's key in base32", key.clone().into_bytes()));
    secrets.push(("the app's key", BASE32_NOPAD.decode(key.as_bytes()).unwrap()));
    for answer in answers {
        secrets.push(("an answer", answer.as_bytes().to_vec()));
        secrets.push(("an answer", answer.to_lowercase().into_bytes()));
    }
    assert_absent(app, secrets);
    let page = nora.confirm_app(&mut browser, &page).await;
    nora.keep_recovery_code(&mut browser, &page).await;
    let code = nora.recovery_code.clone().unwrap();
    let bare: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    secrets.extend([("the recovery code", code.into_bytes()), ("the recovery code", bare.into_bytes())]);
    secrets.push(("the link", link.rsplit_once('/').unwrap().1.as_bytes().to_vec()));
}

/// Signs in with an emailed passcode, with the mail still in the outbox.
async fn sign_in_by_mail(app: &TestApp, nora: &Person, secrets: &mut Secrets) {
    let mut browser = app.browser();
    let page = browser.give_password(nora).await;
    secrets.push(("an attempt's token", browser.cookies["__Host-vestibule-sign-in"].clone().into_bytes()));
    let page = browser.press(&page, "Send me a passcode").await;
    let waiting = app.database_bytes();
    let mails = app.mail();
    let passcode = mails.iter().find(|mail| mail.kind == "passcode").unwrap().passcode();
    assert!(!holds(&waiting, nora_words(&mails).as_bytes()), "the outbox is sealed");
    browser.submit(&page, "Verify", &[("Passcode", &passcode)]).await;
    assert!(browser.is_signed_in().await);
    for (what, cookie) in [("a session", "__Host-vestibule-session"), ("a known browser", "__Host-vestibule-browser")] {
        secrets.push((what, browser.cookies[cookie].clone().into_bytes()));
    }
}

/// A sentence of the mail.
fn nora_words(mails: &[Mail]) -> String {
    mails.last().unwrap().text.lines().find(|line| line.len() > 20).unwrap().to_owned()
}

fn assert_absent(app: &TestApp, secrets: &[(&str, Vec<u8>)]) {
    let all = app.database_bytes();
    for (what, secret) in secrets {
        let token = secret.splitn(3, |byte| *byte == b'_').nth(2).map(<[u8]>::to_vec);
        let body = token.as_deref().and_then(|text| BASE64URL_NOPAD.decode(text).ok());
        for shape in [Some(secret.clone()), body].into_iter().flatten().flat_map(|secret| shapes(&secret)) {
            assert!(!holds(&all, &shape), "{what} is in the database: {:?}", String::from_utf8_lossy(&shape));
        }
    }
}
