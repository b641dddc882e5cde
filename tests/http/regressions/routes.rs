//! Every route, by someone who has proved nothing and by someone who knows a password and no more.

use std::collections::BTreeMap;

use vestibule::web::origin::FROM_OTHER_SITES;
use vestibule::web::router::{Access, Route, routes};

use super::field;
use crate::support::*;

/// What every route answers to nobody.
const TO_NOBODY: &str = "
GET / 303 /sign-in
GET /signed-out 200
GET /oauth2/logout 303 /signed-out
POST /oauth2/logout 303 /oauth2/logout
GET /.well-known/change-password 303 /account/password
GET /help 200
GET /sign-in 200
POST /sign-in 422
GET /forgot-password 200
POST /forgot-password 403
GET /oauth2/authorize 400
POST /oauth2/authorize 400
GET /oauth2/continue 410
GET /forgot-password/link/{link} 303 /forgot-password/new-password
GET /set-up/link/{link} 303 /set-up
GET /new-device/link/{link} 303 /new-device
GET /invitation/link/{link} 303 /invitation
GET /not-me/link/{link} 303 /not-me
GET /email/confirm/link/{link} 303 /email/confirm
GET /email/undo/link/{link} 303 /email/undo
GET /case/link/{link} 303 /case/join
GET /case/not-me/link/{link} 303 /case/not-me
GET /new-device/support 410
POST /new-device/support 410
GET /case 410
POST /case 410
GET /case/live 410
GET /case/join 410
POST /case/join 410
GET /case/not-me 410
POST /case/not-me 410
GET /case/not-me/done 303 /sign-in
GET /assets/{hash}/{name} 404
GET /health 200
GET /health/live 200
GET /health/ready 200
GET /sign-in/passcode 303 /sign-in
POST /sign-in/passcode 410
POST /sign-in/send-passcode 410
GET /sign-in/set-up 303 /sign-in
POST /sign-in/send-setup-email 410
GET /sign-in/new-device 303 /sign-in
POST /sign-in/send-new-device-email 410
GET /sign-in/new-password 303 /sign-in
POST /sign-in/new-password 410
GET /set-up 410
GET /set-up/start 410
POST /set-up/start 410
GET /set-up/questions 410
POST /set-up/questions 410
GET /set-up/app 410
POST /set-up/app 410
POST /set-up/no-device 410
GET /set-up/recovery-code 410
GET /set-up/recovery-code/download 410
POST /set-up/finish 410
GET /set-up/done 303 /sign-in
GET /new-device 410
GET /new-device/questions 410
POST /new-device/questions 410
GET /new-device/recovery-code 410
POST /new-device/recovery-code 410
GET /new-device/app 410
POST /new-device/app 410
POST /new-device/no-device 410
GET /new-device/new-recovery-code 410
GET /new-device/new-recovery-code/download 410
POST /new-device/finish 410
GET /new-device/done 303 /sign-in
GET /forgot-password/new-password 410
POST /forgot-password/new-password 410
GET /invitation 410
POST /invitation/password 410
GET /not-me 410
POST /not-me/confirm 410
GET /not-me/done 303 /sign-in
GET /account 303 /sign-in
GET /account/email 303 /sign-in
POST /account/email 303 /sign-in
GET /account/apps 303 /sign-in
GET /account/apps/add 303 /sign-in
POST /account/apps/add 303 /sign-in
GET /account/apps/new 303 /sign-in
POST /account/apps/new 303 /sign-in
GET /account/apps/rename 303 /sign-in
POST /account/apps/rename 303 /sign-in
GET /account/apps/remove 303 /sign-in
POST /account/apps/remove 303 /sign-in
GET /account/confirm 303 /sign-in
POST /account/confirm 303 /sign-in
GET /account/password 303 /sign-in
POST /account/password 303 /sign-in
GET /account/questions 303 /sign-in
POST /account/questions 303 /sign-in
GET /account/recovery-code 303 /sign-in
POST /account/recovery-code 303 /sign-in
GET /account/recovery-code/new 303 /sign-in
POST /account/recovery-code/new 303 /sign-in
GET /account/recovery-code/download 303 /sign-in
GET /account/sessions 303 /sign-in
POST /account/sessions/end 303 /sign-in
POST /account/sessions/end-others 303 /sign-in
GET /account/history 303 /sign-in
GET /email/confirm 410
POST /email/confirm 410
GET /email/confirmed 303 /sign-in
GET /email/undo 410
POST /email/undo 410
GET /email/undone 303 /sign-in
GET /portal/open/{product} 303 /sign-in
GET /portal/picture/{product} 404
GET /oauth2/device 303 /sign-in
POST /oauth2/device 303 /sign-in
GET /oauth2/device/{device} 303 /sign-in
POST /oauth2/device/{device}/approve 303 /sign-in
GET /oauth2/device/{device}/approved 303 /sign-in
POST /oauth2/device/{device}/deny 303 /sign-in
POST /sign-out 303 /signed-out
POST /sign-out/confirm 303 /signed-out
GET /support 303 /sign-in
GET /support/open 303 /sign-in
POST /support/open 303 /sign-in
GET /support/cases/{number} 303 /sign-in
GET /support/cases/{number}/live 303 /sign-in
POST /support/cases/{number}/message 303 /sign-in
POST /support/cases/{number}/checks 303 /sign-in
GET /support/cases/{number}/reset 303 /sign-in
POST /support/cases/{number}/reset 303 /sign-in
GET /support/cases/{number}/decline 303 /sign-in
POST /support/cases/{number}/decline 303 /sign-in
GET /support/cases/{number}/close 303 /sign-in
POST /support/cases/{number}/close 303 /sign-in
GET /.well-known/openid-configuration 200
GET /.well-known/oauth-authorization-server 200
GET /oauth2/jwks 200
POST /oauth2/token 401
GET /oauth2/userinfo 401
POST /oauth2/userinfo 401
POST /oauth2/introspect 401
POST /oauth2/revoke 401
POST /oauth2/authorize-challenge 401
POST /oauth2/par 401
POST /oauth2/device_authorization 401
GET /forward-auth 403
GET /.vestibule/start 421
GET /.vestibule/callback 421
GET /.vestibule/sign-out 421
";

/// Where a password alone is answered otherwise, by an account with MFA.
const TO_A_PASSWORD: &str = "
GET / 303 /sign-in/passcode
POST /sign-in 422
GET /sign-in/passcode 200
POST /sign-in/passcode 422
POST /sign-in/send-passcode 303 /sign-in/passcode
GET /sign-in/set-up 303 /sign-in/passcode
POST /sign-in/send-setup-email 303 /sign-in/passcode
GET /sign-in/new-device 303 /sign-in/passcode
POST /sign-in/send-new-device-email 303 /sign-in/new-device
GET /sign-in/new-password 303 /sign-in/passcode
POST /sign-in/new-password 410
";

/// The same where MFA is still to be set up.
const TO_A_PASSWORD_WITHOUT_MFA: &str = "
GET / 303 /sign-in/passcode
POST /sign-in 422
GET /sign-in/passcode 303 /sign-in/set-up
POST /sign-in/passcode 410
POST /sign-in/send-passcode 410
GET /sign-in/set-up 200
POST /sign-in/send-setup-email 303 /sign-in/set-up
GET /sign-in/new-device 303 /sign-in/passcode
POST /sign-in/send-new-device-email 410
GET /sign-in/new-password 303 /sign-in/passcode
POST /sign-in/new-password 410
";

/// Forms with nothing to fill in. What `/oauth2/authorize-challenge` takes is compared by the acts of the browser's forms; its limits
/// are r04's.
const WITHOUT_FIELDS: &[&str] = &[
    "/sign-in/send-passcode",
    "/sign-in/send-setup-email",
    "/set-up/start",
    "/set-up/no-device",
    "/set-up/finish",
    "/sign-in/send-new-device-email",
    "/new-device/no-device",
    "/new-device/finish",
    "/not-me/confirm",
    "/email/confirm",
    "/email/undo",
    "/new-device/support",
    "/case/join",
    "/case/not-me",
    "/oauth2/device/{device}/approve",
    "/oauth2/device/{device}/deny",
    "/oauth2/device_authorization",
    "/oauth2/authorize",
    "/oauth2/logout",
    "/sign-out",
    "/support/cases/{number}/checks",
    "/support/cases/{number}/close",
    "/account/sessions/end-others",
    "/account/recovery-code",
    "/account/recovery-code/new",
    "/oauth2/token",
    "/oauth2/userinfo",
    "/oauth2/introspect",
    "/oauth2/revoke",
    "/oauth2/authorize-challenge",
    "/oauth2/par",
];

const QUESTIONS: [&str; 9] = [
    "question_1",
    "own_question_1",
    "answer_1",
    "question_2",
    "own_question_2",
    "answer_2",
    "question_3",
    "own_question_3",
    "answer_3",
];

/// The fields of every form.
fn fields(path: &str) -> &'static [&'static str] {
    match path {
        "/sign-in" => &["username", "password"],
        "/forgot-password" => &["email"],
        "/account/email" => &["new_email"],
        "/account/apps/add" => &["app_name"],
        "/account/apps/new" => &["passcode"],
        "/account/apps/rename" => &["app", "app_name"],
        "/account/apps/remove" => &["app"],
        "/case" => &["message"],
        "/support/open" => &["who"],
        "/support/cases/{number}/message" => &["message"],
        "/support/cases/{number}/reset" => &["reason"],
        "/support/cases/{number}/decline" => &["reason", "words"],
        "/account/confirm" => &["to", "password"],
        "/account/sessions/end" => &["session"],
        "/sign-in/passcode" | "/set-up/app" | "/new-device/app" => &["passcode"],
        "/new-device/questions" => &["answer_1", "answer_2", "answer_3"],
        "/new-device/recovery-code" => &["recovery_code"],
        "/sign-in/new-password" | "/forgot-password/new-password" | "/invitation/password" | "/account/password" => {
            &["new_password", "repeat_new_password"]
        }
        "/oauth2/device" => &["code"],
        "/set-up/questions" | "/account/questions" => &QUESTIONS,
        path if WITHOUT_FIELDS.contains(&path) => &[],
        "/sign-out/confirm" => &["client_id", "post_logout_redirect_uri", "state"],
        _ => panic!("the form of {path} has no row here"),
    }
}

/// A form filled in with values that could be right.
pub fn filled(path: &str, form_token: &str) -> Vec<(String, String)> {
    let value = |name: &&str| match *name {
        "passcode" => "12 34 56".to_owned(),
        "code" => "BCDF-GHJK".to_owned(),
        "client_id" | "post_logout_redirect_uri" | "state" => String::new(),
        name if name.contains("password") => "purple monkeys eat radios".to_owned(),
        name => format!("{name}@example.org"),
    };
    let rest = fields(path).iter().map(|name| (name.to_string(), value(name)));
    [field("form_token", form_token)].into_iter().chain(rest).collect()
}

/// Each route and method that is served.
fn served() -> Vec<(&'static str, &'static str)> {
    routes().iter().flat_map(|route| route.methods.split(' ').map(|method| (method, route.path))).collect()
}

fn table(text: &'static str) -> BTreeMap<String, &'static str> {
    let row = |line: &'static str| {
        let mut words = line.splitn(3, ' ');
        let mut next = || words.next().unwrap();
        (format!("{} {}", next(), next()), next())
    };
    text.lines().filter(|line| !line.is_empty()).map(row).collect()
}

/// Asks each route of a fresh copy of `browser`, with the token that binds forms where a page shows it.
async fn ask_all(browser: &Browser, form_token: &str) -> Vec<(String, String)> {
    let mut answers = Vec::new();
    for (method, path) in served() {
        let mut browser = browser.clone();
        let concrete = path
            .replace("{link}", "vst_l_no")
            .replace("{hash}", "0")
            .replace("{name}", "app.css")
            .replace("{product}", "ledger")
            .replace("{device}", "0197b2c4-5e4f-7a31-9c0d-8a6b2f1e3d57")
            .replace("{number}", "V-7K3M9Q");
        let page = match method {
            "GET" => browser.open_once(&concrete).await,
            _ => browser.post(&concrete, &filled(path, form_token)).await,
        };
        let place = page.header("location");
        let answer = format!("{} {place}", page.status.as_u16()).trim().to_owned();
        assert!(!browser.cookies.keys().any(|name| name.ends_with("-session")), "{method} {path} gave a session");
        assert!(!browser.is_signed_in().await, "{method} {path} signed in");
        answers.push((format!("{method} {path}"), answer));
    }
    answers
}

fn assert_answers(answers: &[(String, String)], others: &'static str) {
    let mut expected = table(TO_NOBODY);
    assert_eq!(expected.len(), answers.len(), "a route without its row, or a row without its route");
    expected.extend(table(others));
    for (route, answer) in answers {
        assert_eq!(expected.get(route), Some(&answer.as_str()), "{route}");
    }
}

/// Regression 17: no address that is typed by hand leads past a step.
#[tokio::test]
async fn r17_nobody_gets_nothing_from_any_route() {
    let app = TestApp::new();
    app.with_mfa("nora").await;
    let answers = ask_all(&app.browser(), "x").await;
    assert_answers(&answers, "");
    assert!(app.mail().is_empty());
}

/// Regressions 17 and 24: the right password alone opens the passcode's step and nothing else.
#[tokio::test]
async fn r17_r24_a_password_alone_gets_the_passcode_page_and_no_more() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    let token = form_token(&page);
    assert_answers(&ask_all(&browser, &token).await, TO_A_PASSWORD);
    let mut kinds: Vec<_> = app.mail().into_iter().map(|mail| mail.kind).collect();
    kinds.sort();
    assert_eq!(kinds, ["new_device_link", "passcode"], "those that were asked for");
}

/// Regression 20: an account without MFA gets to nothing but the set-up, whatever is asked for.
#[tokio::test]
async fn r20_a_password_without_mfa_leads_to_set_up_and_no_further() {
    for app in both_engines() {
        let nora = app.account("nora");
        let mut browser = app.browser();
        let page = browser.give_password(&nora).await;
        let token = form_token(&page);
        assert_answers(&ask_all(&browser, &token).await, TO_A_PASSWORD_WITHOUT_MFA);
    }
}

/// Methods that a route does not name are refused, and its name says all that it takes.
#[tokio::test]
async fn r17_no_route_takes_a_method_that_it_does_not_name() {
    let app = TestApp::new();
    for route in routes() {
        let concrete = route
            .path
            .replace("{link}", "vst_l_no")
            .replace("{hash}", "0")
            .replace("{name}", "app.css")
            .replace("{product}", "ledger")
            .replace("{device}", "0197b2c4-5e4f-7a31-9c0d-8a6b2f1e3d57")
            .replace("{number}", "V-7K3M9Q");
        let takes = |method: &str| route.methods.split(' ').any(|named| named == method);
        if !takes("POST") {
            assert_eq!(app.browser().post(&concrete, &[]).await.status, 405, "POST {concrete}");
        }
        if !takes("GET") {
            assert_eq!(app.browser().open_once(&concrete).await.status, 405, "GET {concrete}");
        }
    }
}

/// What a session alone may see and do below its account's page.
const WITHOUT_CONFIRMATION: [&str; 7] = [
    "/account",
    "/account/apps",
    "/account/confirm",
    "/account/sessions",
    "/account/sessions/end",
    "/account/sessions/end-others",
    "/account/history",
];

/// Regressions 17 and 19: whoever has a session's cookie, and no password or passcode, changes nothing: each page of a change and each
/// form lead to the confirmation.
#[tokio::test]
async fn r17_r19_a_session_alone_leads_to_no_change_of_the_account() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    let token = form_token(&browser.open("/").await);
    let before = format!("{:?}", app.account_row(&nora));
    let (_, mut asked) = (app.mail(), 0);
    for (method, path) in served() {
        if !path.starts_with("/account") || WITHOUT_CONFIRMATION.contains(&path) {
            continue;
        }
        let concrete = path.replace("{app}", "0197b2c4-5e4f-7a31-9c0d-8a6b2f1e3d57");
        let page = match method {
            "GET" => browser.open_once(&concrete).await,
            _ => browser.post(&concrete, &filled(path, &token)).await,
        };
        let place = page.header("location");
        assert!(page.status == 303 && place.starts_with("/account/confirm?to=%2Faccount"), "{method} {path}: {place}");
        asked += 1;
    }
    assert!(asked >= 9, "only {asked} forms and pages");
    assert_eq!(format!("{:?}", app.account_row(&nora)), before);
    assert!(app.mail().is_empty());
}

/// What keeps the secret of a form from being guessed.
#[derive(Clone, Copy)]
enum Guessing {
    /// So many wrong ones at once are compared, and then none.
    Limited(usize),
    /// Nothing is compared that is of the account before.
    Nothing,
}

/// Whoever adds a form that takes a secret says it here.
fn guessing(path: &str) -> Guessing {
    match path {
        "/sign-in" => Guessing::Limited(10),
        "/sign-in/passcode" | "/oauth2/device" => Guessing::Limited(5),
        "/account/confirm" => Guessing::Limited(10),
        // The set-up's own new key, which the page shows.
        "/set-up/app" | "/new-device/app" | "/account/apps/new" => Guessing::Nothing,
        "/new-device/questions" | "/new-device/recovery-code" => Guessing::Limited(5),
        // They are set here.
        "/set-up/questions" | "/account/questions" => Guessing::Nothing,
        "/sign-in/new-password" | "/forgot-password/new-password" | "/invitation/password" | "/account/password" => {
            Guessing::Nothing
        }
        _ => panic!("{path} takes a secret, and nobody said what limits its guessing"),
    }
}

/// A browser that has come as far as the form of this path, and the form filled in, rightly or wrongly.
async fn guess(
    app: &TestApp,
    nora: &Person,
    (path, link): (&str, &str),
    rightly: bool,
) -> (Browser, Vec<(String, String)>) {
    let mut browser = app.browser();
    let page = match path {
        "/sign-in" => browser.open(path).await,
        "/sign-in/passcode" => browser.give_password(nora).await,
        "/oauth2/device" => {
            browser.sign_in(nora).await;
            browser.open(path).await
        }
        "/account/confirm" => {
            browser.sign_in(nora).await;
            // Known browsers have a count of their own.
            browser.cookies.retain(|name, _| !name.ends_with("-browser"));
            browser.open(path).await
        }
        "/new-device/questions" | "/new-device/recovery-code" => {
            browser.open(link).await;
            browser.open(path).await
        }
        _ => panic!("nobody said how one comes to {path}"),
    };
    let shown = match path {
        "/oauth2/device" if rightly => {
            let product = RelyingParty::new(app, "television", |product| product.device_grant = true);
            let asked = product.post("/oauth2/device_authorization", &[]).await;
            Some(asked.json()["user_code"].as_str().unwrap().to_owned())
        }
        _ => None,
    };
    let fill = |(name, value): (String, String)| match name.as_str() {
        "username" => field("username", &nora.username),
        "password" if rightly => field("password", &nora.password),
        "passcode" if rightly => field("passcode", &nora.code(app)),
        "passcode" => field("passcode", &nora.wrong_code(app)),
        "answer_1" if rightly => field("answer_1", "red"),
        "answer_2" if rightly => field("answer_2", "blue"),
        "answer_3" if rightly => field("answer_3", "green"),
        "recovery_code" if rightly => field("recovery_code", nora.recovery_code.as_deref().unwrap()),
        "recovery_code" => field("recovery_code", &"0".repeat(26)),
        "code" => field("code", shown.as_deref().unwrap_or("BCDF-GHJK")),
        _ => (name, value),
    };
    (browser, filled(path, &form_token(&page)).into_iter().map(fill).collect())
}

/// Regression 3: each form that takes a secret and compares it stops comparing: from then on the right one gets the same answer.
#[tokio::test]
async fn r03_every_form_that_takes_a_secret_has_a_limiter() {
    let is_secret = |name: &&str| ["password", "passcode", "answer", "code"].iter().any(|word| name.contains(word));
    let posts = routes().into_iter().filter(|route| route.methods.contains("POST")).map(|route| route.path);
    for path in posts.filter(|path| fields(path).iter().any(is_secret)) {
        let Guessing::Limited(most) = guessing(path) else { continue };
        for app in both_engines() {
            let nora = app.with_mfa("nora").await;
            let link = nora.ask_for_new_device(&mut app.browser()).await;
            let mut guesses = Vec::new();
            for number in 0..most + 2 {
                guesses.push(guess(&app, &nora, (path, &link), number > most).await);
            }
            let mut answers = Vec::new();
            for (mut browser, fields) in guesses {
                answers.push(browser.post(path, &fields).await);
            }
            let statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
            assert_eq!(statuses[..most - 1], vec![422; most - 1], "{path}");
            assert_eq!(statuses[most..], [429, 429], "{path}: {}", answers[most + 1].text());
            assert!([422, 429].contains(&statuses[most - 1]), "the last one may be told of the lock: {path}");
        }
    }
}

/// The addresses of forms of our pages. What products ask is read after its own rules: what is unknown is ignored.
fn forms() -> Vec<&'static str> {
    let is_ours = |route: &Route| route.access != Access::Client && !FROM_OTHER_SITES.contains(&route.path);
    let posts = routes().into_iter().filter(|route| route.methods.contains("POST") && is_ours(route));
    posts.map(|route| route.path).collect()
}

/// Regressions 22 and 34: a field that is not the form's, or twice there, or missing, is refused
/// before anything is looked at. Servers may send more than we know (RFC 6749 section 3.2).
#[tokio::test]
async fn r22_r34_a_form_is_taken_whole_and_with_its_own_fields_only() {
    let app = TestApp::new();
    for path in forms() {
        let own = filled(path, "x");
        let status = async |fields: &[(String, String)]| app.browser().post(path, fields).await.status.as_u16();
        assert_ne!(status(&own).await, 400, "{path}");
        for extra in ["role", "account_id", "epoch", "is_admin", "email_verified", "redirect", "FORM_TOKEN"] {
            let mut more = own.clone();
            more.push(field(extra, "administrator"));
            assert_eq!(status(&more).await, 400, "{path} with {extra}");
        }
        for (name, _) in &own {
            let mut twice = own.clone();
            twice.push(field(name, "other@example.org"));
            assert_eq!(status(&twice).await, 400, "{path} with {name} twice");
            let without: Vec<_> = own.iter().filter(|(other, _)| other != name).cloned().collect();
            assert_eq!(status(&without).await, 400, "{path} without {name}");
        }
    }
}

/// The groups of the table are what they say: no route of a session answers without one.
#[tokio::test]
async fn r17_only_the_listed_routes_are_open_to_anyone() {
    let open: Vec<_> =
        routes().into_iter().filter(|route| route.access == Access::Anyone).map(|route| route.path).collect();
    let expected = [
        "/",
        "/signed-out",
        "/oauth2/logout",
        "/.well-known/change-password",
        "/help",
        "/sign-in",
        "/forgot-password",
        "/oauth2/authorize",
        "/oauth2/continue",
        "/forgot-password/link/{link}",
        "/set-up/link/{link}",
        "/new-device/link/{link}",
        "/invitation/link/{link}",
        "/not-me/link/{link}",
        "/email/confirm/link/{link}",
        "/email/undo/link/{link}",
        "/case/link/{link}",
        "/case/not-me/link/{link}",
        "/assets/{hash}/{name}",
        "/health",
        "/health/live",
        "/health/ready",
    ];
    assert_eq!(open, expected);
}

/// The hidden field of a page's form.
fn form_token(page: &Page) -> String {
    let (_, rest) = page.body.split_once("name=\"form_token\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}
