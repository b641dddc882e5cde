//! Remote apps: the whole sign-in without a browser, and what an attacker would make of it.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use vestibule::flow::product::{self, NewProduct};
use vestibule::model::product::{Kind, Policy, ProductId};

use crate::support::{Browser, Page, Person, Phone, RelyingParty, TestApp, both_engines, seconds};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const ENDPOINT: &str = "/oauth2/authorize-challenge";

/// A program with a sign-in window of its own.
pub struct Program {
    app: TestApp,
    id: &'static str,
    browser: Browser,
    session: String,
}

impl Program {
    pub fn new(app: &TestApp, id: &'static str) -> Self {
        Self::with(app, id, |_| {})
    }

    fn with(app: &TestApp, id: &'static str, change: impl FnOnce(&mut NewProduct)) -> Self {
        let mut new = NewProduct::new(ProductId::parse(id).unwrap(), id, Kind::RemoteApp, Policy::Inherit);
        new.is_public = true;
        change(&mut new);
        let act = app.app.local_act();
        app.app.db.write(move |tx| product::register(tx, &act, &new)).unwrap().unwrap();
        Self { app: app.clone(), id, browser: app.browser(), session: String::new() }
    }

    async fn post(&mut self, fields: &[(&str, &str)]) -> Value {
        let mut form: Vec<(String, String)> = vec![("client_id".into(), self.id.into())];
        form.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let answer = self.browser.post(ENDPOINT, &form).await;
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        self.session = body["auth_session"].as_str().unwrap_or_default().to_owned();
        body
    }

    async fn begin(&mut self, username: &str, password: &str) -> Value {
        self.post(&[
            ("response_type", "code"),
            ("scope", "openid profile offline_access"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("username", username),
            ("password", password),
        ])
        .await
    }

    pub async fn password(&mut self, person: &Person) -> Value {
        self.begin(&person.username, &person.password).await
    }

    pub async fn go_on(&mut self, name: &str, value: &str) -> Value {
        let session = self.session.clone();
        self.post(&[("auth_session", &session), (name, value)]).await
    }

    pub async fn redeem(&mut self, code: &str) -> Page {
        let fields =
            [("grant_type", "authorization_code"), ("client_id", self.id), ("code", code), ("code_verifier", VERIFIER)];
        let form: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.browser.post("/oauth2/token", &form).await
    }

    pub async fn refresh(&mut self, token: &str) -> Page {
        let fields = [("grant_type", "refresh_token"), ("client_id", self.id), ("refresh_token", token)];
        let form: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.browser.post("/oauth2/token", &form).await
    }
}

fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
}

pub fn next(answer: &Value) -> (&str, &str) {
    (answer["vestibule_next"].as_str().unwrap_or_default(), answer["vestibule_error"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn s4_1_a_remote_app_signs_in_with_password_and_passcode_and_gets_tokens() {
    for app in both_engines() {
        let person = app.with_mfa("nora").await;
        app.pass(seconds(30));
        let mut program = Program::new(&app, "ledger");
        assert_eq!(next(&program.password(&person).await), ("passcode", ""));
        let whole = program.go_on("passcode", &person.code(&app)).await;
        let answer = program.redeem(whole["authorization_code"].as_str().unwrap()).await;
        let tokens: Value = serde_json::from_str(&answer.body).unwrap();
        let id = claims(&tokens["id_token"]);
        assert_eq!(id["preferred_username"], "nora");
        assert_eq!((&id["acr"], &id["aud"]), (&json!("urn:vestibule:acr:mfa"), &json!("ledger")));
        assert!(tokens["refresh_token"].is_string() && id.get("sid").is_none());
        // The window of the program is no browser: nobody is signed in there.
        assert!(!program.browser.is_signed_in().await);
    }
}

#[tokio::test]
async fn s4_2_the_setup_email_carries_the_key_and_the_first_passcode_confirms_it() {
    let app = TestApp::new();
    let person = app.account("nora");
    let mut program = Program::new(&app, "ledger");
    assert_eq!(next(&program.password(&person).await), ("set_up", ""));
    assert_eq!(next(&program.go_on("action", "send_setup_email").await), ("passcode", ""));
    let mail = app.newest_mail(&person.email, "remote_set_up");
    let phone = Phone::from_text(&manual_code(&mail.text));
    assert_eq!(next(&program.go_on("passcode", &phone.wrong_code(&app)).await), ("passcode", "wrong_passcode"));
    let whole = program.go_on("passcode", &phone.code(&app)).await;
    let answer = program.redeem(whole["authorization_code"].as_str().unwrap()).await;
    let tokens: Value = serde_json::from_str(&answer.body).unwrap();
    // A key that was mailed is worth no more than the mailbox.
    assert_eq!(claims(&tokens["id_token"])["acr"], "urn:vestibule:acr:mfa-email");
    // The next sign-in takes it, and a browser's leads to set-up first.
    app.pass(seconds(30));
    program.password(&person).await;
    assert!(program.go_on("passcode", &phone.code(&app)).await["authorization_code"].is_string());
    let page = app.browser().give_password(&person).await;
    assert!(page.offers("Send me a setup email"), "{}", page.body);
}

#[tokio::test]
async fn s4_2_the_rest_of_set_up_behind_the_mails_link_replaces_the_key() {
    let app = TestApp::new();
    let mut person = app.account("nora");
    let mut program = Program::new(&app, "ledger");
    program.password(&person).await;
    program.go_on("action", "send_setup_email").await;
    let mail = app.newest_mail(&person.email, "remote_set_up");
    let mailed = Phone::from_text(&manual_code(&mail.text));
    assert!(program.go_on("passcode", &mailed.code(&app)).await["authorization_code"].is_string());
    let mut browser = app.browser();
    let page = browser.open(&mail.link("Start Setup")).await;
    let page = person.answer_questions(&mut browser, &page).await;
    let page = person.confirm_app(&mut browser, &page).await;
    person.keep_recovery_code(&mut browser, &page).await;
    app.pass(seconds(30));
    program.password(&person).await;
    assert_eq!(next(&program.go_on("passcode", &mailed.code(&app)).await), ("passcode", "wrong_passcode"));
    let whole = program.go_on("passcode", &person.code(&app)).await;
    assert!(whole["authorization_code"].is_string(), "{whole}");
}

#[tokio::test]
async fn s4_2_the_key_waits_for_15_minutes_and_a_newer_mail_ends_the_older() {
    let app = TestApp::new();
    let person = app.account("nora");
    let mut program = Program::new(&app, "ledger");
    program.password(&person).await;
    program.go_on("action", "send_setup_email").await;
    let older = Phone::from_text(&manual_code(&app.newest_mail(&person.email, "remote_set_up").text));
    program.go_on("action", "send_setup_email").await;
    let newer = Phone::from_text(&manual_code(&app.newest_mail(&person.email, "remote_set_up").text));
    assert_eq!(next(&program.go_on("passcode", &older.code(&app)).await), ("passcode", "wrong_passcode"));
    app.pass(seconds(900));
    assert_eq!(next(&program.password(&person).await), ("set_up", ""));
    let answer = program.go_on("passcode", &newer.code(&app)).await;
    assert_eq!(next(&answer), ("password", ""), "{answer}");
}

#[tokio::test]
async fn s4_3_a_passcode_comes_by_email_too() {
    let app = TestApp::new();
    let person = app.with_mail_mfa("nora").await;
    let mut program = Program::new(&app, "ledger");
    program.password(&person).await;
    assert_eq!(next(&program.go_on("action", "send_passcode").await), ("passcode", ""));
    let code = app.newest_mail(&person.email, "passcode").passcode();
    assert!(program.go_on("passcode", &code).await["authorization_code"].is_string());
}

#[tokio::test]
async fn strict_and_products_without_email_mail_a_link_and_no_key() {
    let strict = TestApp::strict();
    let lax = TestApp::new();
    let programs =
        [Program::new(&strict, "ledger"), Program::with(&lax, "ledger", |product| product.forbids_email = true)];
    for mut program in programs {
        let app = program.app.clone();
        let person = app.account("nora");
        program.password(&person).await;
        assert_eq!(next(&program.go_on("action", "send_setup_email").await), ("set_up", ""));
        let kinds: Vec<_> = app.mail().into_iter().map(|mail| mail.kind).collect();
        assert_eq!(kinds, ["set_up_link"]);
    }
}

/// Regressions 4 and 6: the same limits as in the browser, counted together.
#[tokio::test]
async fn r04_five_wrong_passcodes_lock_whichever_way_they_come() {
    let app = TestApp::new();
    let person = app.with_mfa("nora").await;
    app.pass(seconds(30));
    let mut browser = app.browser().at("203.0.113.77");
    browser.give_wrong_passcodes(&person, 2).await;
    let mut program = Program::new(&app, "ledger");
    program.password(&person).await;
    let wrong = person.wrong_code(&app);
    for _ in 0..2 {
        assert_eq!(next(&program.go_on("passcode", &wrong).await), ("passcode", "wrong_passcode"));
    }
    let locked = program.go_on("passcode", &wrong).await;
    assert_eq!((next(&locked), &locked["retry_after"]), (("wait", "locked"), &json!(180)));
    // The right password leads to the same, and the right passcode opens nothing meanwhile.
    assert_eq!(next(&program.password(&person).await), ("wait", "locked"));
    assert_eq!(app.wrong_passcodes(), 5);
}

/// Regressions 5 and 25: nothing but password and passcode gives a code.
#[tokio::test]
async fn r05_r25_no_step_can_be_left_out() {
    let app = TestApp::new();
    let person = app.with_mfa("nora").await;
    app.pass(seconds(30));
    let mut program = Program::new(&app, "ledger");
    assert_eq!(next(&program.post(&[]).await), ("password", ""));
    assert_eq!(next(&program.begin("nora", "not my password").await), ("password", "wrong_credentials"));
    assert_eq!(next(&program.begin("nobody", "not my password").await), ("password", "wrong_credentials"));
    let session = format!("vst_h_{}", "A".repeat(43));
    let answer = program.post(&[("auth_session", &session), ("passcode", &person.code(&app))]).await;
    assert_eq!(answer["error"], "invalid_session");
    // An old session is worth nothing, and reconnecting never skips the passcode.
    program.password(&person).await;
    let first = program.session.clone();
    program.go_on("passcode", "not six digits").await;
    let answer = program.post(&[("auth_session", &first), ("passcode", &person.code(&app))]).await;
    assert_eq!(answer["error"], "invalid_session");
    assert_eq!(next(&program.password(&person).await), ("passcode", ""));
    assert!(program.go_on("passcode", &person.code(&app)).await["authorization_code"].is_string());
    assert_eq!(next(&program.password(&person).await), ("passcode", ""));
    assert_eq!(next(&program.go_on("passcode", &person.code(&app)).await), ("passcode", "already_used"));
}

/// Regression 42 and the draft's section on sessions: another product, another challenge, another kind of product.
#[tokio::test]
async fn r42_a_session_is_of_its_product_and_its_challenge() {
    let app = TestApp::new();
    let person = app.with_mfa("nora").await;
    app.pass(seconds(30));
    let mut program = Program::new(&app, "ledger");
    let mut other = Program::new(&app, "other");
    program.password(&person).await;
    let session = program.session.clone();
    let passcode = person.code(&app);
    let answer = other.post(&[("auth_session", &session), ("passcode", &passcode)]).await;
    assert_eq!(answer["error"], "invalid_session");
    let stolen = [
        ("auth_session", session.as_str()),
        ("passcode", passcode.as_str()),
        ("code_challenge", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("code_challenge_method", "S256"),
    ];
    assert_eq!(program.post(&stolen).await["error"], "invalid_session");
    let whole = program.post(&[("auth_session", &session), ("passcode", &passcode)]).await;
    let code = whole["authorization_code"].as_str().unwrap().to_owned();
    assert_eq!(other.redeem(&code).await.status.as_u16(), 400);
    assert_eq!(program.redeem(&code).await.status.as_u16(), 200);
    let web = RelyingParty::new(&app, "web", |product| product.is_public = true);
    let form = vec![("client_id".to_owned(), web.id.clone())];
    let refused = app.browser().post(ENDPOINT, &form).await;
    assert!(refused.body.contains("unauthorized_client"), "{}", refused.body);
}

/// Regression 20: an account without MFA gets no token, and no browser may take a remote app's request up.
#[tokio::test]
async fn r20_without_mfa_there_is_no_code() {
    let app = TestApp::new();
    let person = app.account("nora");
    let mut program = Program::new(&app, "ledger");
    program.password(&person).await;
    for (name, value) in [("passcode", "123456"), ("action", "send_passcode")] {
        let answer = program.go_on(name, value).await;
        assert!(answer["authorization_code"].is_null(), "{answer}");
        program.password(&person).await;
    }
}

/// What follows the words **Authenticator Manual Code:** in the mail's text.
pub fn manual_code(text: &str) -> String {
    let after = text.split("Authenticator Manual Code:").nth(1).expect("the manual code");
    after.trim_start().lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn s4_4_a_remote_app_asks_for_the_link_to_set_up_a_new_device() {
    for app in both_engines() {
        let mut person = app.with_mfa("nora").await;
        let mut program = Program::new(&app, "ledger");
        program.password(&person).await;
        assert_eq!(next(&program.go_on("action", "set_up_new_device").await), ("passcode", ""));
        let link = app.newest_mail(&person.email, "new_device_link").link("Set up my new device");
        let mut browser = app.browser();
        let page = browser.open(&link).await;
        let page = person.give_recovery_code(&mut browser, &page).await;
        let page = person.confirm_app(&mut browser, &page).await;
        assert!(person.keep_recovery_code(&mut browser, &page).await.says("Your new device is set up"));
        app.pass(seconds(30));
        assert_eq!(
            next(&program.go_on("passcode", &person.code(&app)).await),
            ("password", ""),
            "that sign-in is over"
        );
        program.password(&person).await;
        assert!(program.go_on("passcode", &person.code(&app)).await["authorization_code"].is_string());
    }
}

/// While passcodes are locked, by whomever, the link can be asked for: in the sign-in that the lock ended and in new ones.
#[tokio::test]
async fn s4_4_a_lock_of_passcodes_does_not_stop_the_link() {
    let app = TestApp::new();
    let person = app.with_mfa("nora").await;
    let mut program = Program::new(&app, "ledger");
    program.password(&person).await;
    for _ in 0..5 {
        program.go_on("passcode", &person.wrong_code(&app)).await;
    }
    assert_eq!(next(&program.go_on("action", "set_up_new_device").await), ("wait", "locked"));
    assert_eq!(app.mail_of_kind("new_device_link").len(), 1);
    let mut program = Program { session: String::new(), browser: app.browser(), ..program };
    assert_eq!(next(&program.password(&person).await), ("wait", "locked"));
    for _ in 0..4 {
        program.go_on("action", "set_up_new_device").await;
    }
    assert_eq!(app.mail_of_kind("new_device_link").len(), 4);
    let answer = program.go_on("action", "set_up_new_device").await;
    assert_eq!((next(&answer), &answer["retry_after"]), (("wait", "throttled"), &json!(3600)), "five an hour");
    assert!(app.mail_of_kind("new_device_link").is_empty());
    // Neither a passcode nor a wrong session gets anything by it.
    assert_eq!(next(&program.go_on("passcode", &person.code(&app)).await), ("wait", "locked"));
}
