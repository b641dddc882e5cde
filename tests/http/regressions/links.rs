//! Links out of mails: each works once, for its own account, until a newer one comes, and leads to the configured origin.

use super::field;
use crate::support::*;

const NEW_PASSWORD: &str = "purple monkeys eat radios";

/// Asks for a new password's link: the answer's page.
async fn forget(browser: &mut Browser, email: &str) -> Page {
    let page = browser.open("/forgot-password").await;
    browser.submit(&page, "Send me a link", &[("Email", email)]).await
}

/// The address that a mail holds.
fn link_in(mail: &Mail) -> String {
    mail.text.lines().find(|line| line.contains("/link/")).expect("a link").trim().to_owned()
}

async fn reset_link(app: &TestApp, person: &Person) -> String {
    forget(&mut app.browser(), &person.email).await;
    link_in(app.mail_to(&person.email).last().expect("a mail"))
}

async fn change_password(browser: &mut Browser, page: &Page) -> Page {
    let fields = [("New password", NEW_PASSWORD), ("Repeat new password", NEW_PASSWORD)];
    browser.submit(page, "Change password", &fields).await
}

/// Regression 36: a link to a new password works once, and not after a newer one.
#[tokio::test]
async fn r36_a_password_link_works_once_and_not_beside_a_newer_one() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let (old, new) = (reset_link(&app, &nora).await, reset_link(&app, &nora).await);
        let page = app.browser().open(&old).await;
        assert!(page.status == 410 && page.says("There is a newer link"), "{}", page.text());
        let (mut first, mut second) = (app.browser(), app.browser());
        let (page, held) = (first.open(&new).await, second.open(&new).await);
        assert!(change_password(&mut first, &page).await.says("Your password is changed"));
        let page = change_password(&mut second, &held).await;
        assert!(page.status == 410 && page.says("This link has been used"), "{}", page.text());
        assert_eq!(first.open(&new).await.status, 410);
        app.pass(hours(1));
        assert_eq!(app.browser().open(&new).await.status, 410);
    }
}

/// Regression 36: a link is over when its time is.
#[tokio::test]
async fn r36_a_password_link_is_over_after_half_an_hour_with_its_page_open() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut browser = app.browser();
        let page = browser.open(&reset_link(&app, &nora).await).await;
        app.pass(minutes(30));
        let page = change_password(&mut browser, &page).await;
        assert!(page.status == 410 && page.says("expired"), "{}", page.text());
        assert!(app.browser().give_password(&nora).await.offers("Verify"), "the old password is still good");
    }
}

/// Regressions 18 and 36: a setup link sets up once; after that neither it nor its open pages enrol anything.
#[tokio::test]
async fn r18_r36_a_setup_link_sets_up_once() {
    for app in both_engines() {
        let mut nora = app.account("nora");
        let mut browser = app.browser();
        let old = nora.ask_for_set_up(&mut browser).await;
        app.pass(minutes(1));
        let link = nora.ask_for_set_up(&mut browser).await;
        let page = app.browser().open(&old).await;
        assert!(page.status == 410, "{}", page.text());
        let page = browser.open(&link).await;
        let (mut other, held) = (browser.clone(), page.clone());
        let page = nora.answer_questions(&mut browser, &page).await;
        let (page, app_page) = (nora.confirm_app(&mut browser, &page).await, page);
        let before = browser.clone();
        nora.keep_recovery_code(&mut browser, &page).await;
        let again = app.browser().open(&link).await;
        assert!(again.status == 410, "{}", again.text());
        let answered = nora.clone().answer_questions(&mut other, &held).await;
        assert_eq!(answered.status, 410, "{}", answered.text());
        let code = nora.code(&app);
        let confirmed = before.clone().submit(&app_page, "Verify and continue", &[("Passcode", &code)]).await;
        assert_eq!(confirmed.status, 410, "{}", confirmed.text());
        assert!(!before.clone().open("/set-up/recovery-code").await.body.contains("recovery-code\""));
    }
}

/// Regression 36: **This wasn't me** acts once, and only when its button is pressed.
#[tokio::test]
async fn r36_this_was_not_me_acts_once_and_not_on_being_opened() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut signed_in = app.browser();
        signed_in.sign_in(&nora).await;
        let link = app.mail_to(&nora.email).last().unwrap().link("This wasn't me");
        let mut browser = app.browser();
        browser.head(&link).await;
        let page = browser.open(&link).await;
        assert!(signed_in.is_signed_in().await, "opening changes nothing");
        browser.press(&page, "This wasn't me").await;
        assert!(!signed_in.is_signed_in().await);
        let token =
            page.body.split("name=\"form_token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(browser.post("/not-me/confirm", &[field("form_token", &token)]).await.status, 410);
    }
}

/// Regression 31: whose link it is decides whose account changes, whoever the browser is signed in as.
#[tokio::test]
async fn r31_a_link_changes_the_account_that_it_was_mailed_to() {
    for app in both_engines() {
        let (nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
        let mut olgas = app.browser();
        olgas.sign_in(&olga).await;
        app.mail();
        let page = olgas.open(&reset_link(&app, &nora).await).await;
        assert!(page.body.contains("nora") && !page.body.contains("olga"), "{}", page.body);
        change_password(&mut olgas, &page).await;
        assert!(app.browser().give_password(&olga).await.offers("Verify"), "olga's password is what it was");
        assert_eq!(app.browser().give_password(&nora).await.status, 422);
        let page = olgas.give("nora", NEW_PASSWORD).await;
        app.pass(seconds(30));
        let page = olgas.submit(&page, "Verify", &[("Passcode", &olga.code(&app))]).await;
        assert!(!page.offers("Sign out"), "olga's passcode is none of nora's: {}", page.text());
    }
}

/// Regression 31: the progress of one set-up does not go on behind the link of another.
#[tokio::test]
async fn r31_the_progress_behind_one_link_is_nothing_behind_another() {
    for app in both_engines() {
        let (mut nora, mut olga) = (app.account("nora"), app.account("olga"));
        let (mut noras, mut olgas) = (app.browser(), app.browser());
        let page = nora.open_set_up(&mut noras).await;
        nora.answer_questions(&mut noras, &page).await;
        let page = olga.open_set_up(&mut olgas).await;
        let page = olga.answer_questions(&mut olgas, &page).await;
        olga.phone = Some(Phone::from_manual_entry_code(&page));
        let visit = olgas.cookies["__Host-vestibule-set-up"].clone();
        noras.cookies.insert("__Host-vestibule-set-up".to_owned(), visit);
        let page = noras.open("/set-up/app").await;
        assert!(!page.body.contains("manual-code"), "{}", page.text());
        let page = noras.open("/set-up/recovery-code").await;
        assert!(!page.body.contains("\"recovery-code\""), "{}", page.text());
    }
}

/// Regression 33: what a request says of its host reaches no mail: it is refused, or the origin is the configured one.
#[tokio::test]
async fn r33_the_host_that_a_request_names_reaches_no_mail() {
    let hosts = ["evil.example", "id.example.org.evil.example", "evil.example:443", "id.example.org@evil.example"];
    let odd = ["", "id.example.org:evil", "id.example.org.", "id.example.org evil.example", "localhost", "[::1]"];
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.open("/forgot-password").await;
    for host in hosts.into_iter().chain(odd) {
        let mut foreign = browser.clone();
        foreign.host = host.to_owned();
        let answer = foreign.submit_once(&page, "Send me a link", &[("Email", &nora.email)]).await;
        assert_eq!(answer.status, 421, "{host:?}");
        assert!(!answer.body.contains("evil.example"), "{host:?}");
    }
    browser.extra = vec![("host", "evil.example".to_owned())];
    let answer = browser.clone().submit_once(&page, "Send me a link", &[("Email", &nora.email)]).await;
    assert_eq!(answer.status, 421, "two hosts");
    assert!(app.mail().is_empty());
    let headers = ["x-forwarded-host", "x-host", "x-original-host", "x-forwarded-server", "x-http-host-override"];
    let said = headers.map(|name| (name, "evil.example".to_owned()));
    browser.extra = said.into_iter().chain([("forwarded", "for=1.2.3.4;host=evil.example".to_owned())]).collect();
    browser.extra.push(("x-forwarded-proto", "http".to_owned()));
    let answer = browser.submit_once(&page, "Send me a link", &[("Email", &nora.email)]).await;
    assert!(answer.status == 200 && !answer.body.contains("evil.example"));
    let mail = app.only_mail();
    assert!(link_in(&mail).starts_with("https://id.example.org/forgot-password/link/vst_l_"), "{}", mail.text);
    assert!(!mail.text.contains("evil.example") && !mail.html.contains("evil.example"));
}

/// Regression 34: one request mails to one address, and that is the account's as the account has it.
#[tokio::test]
async fn r34_two_addresses_in_one_request_reach_nobody() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.open("/forgot-password").await;
    let own = page.form("Send me a link").filled(&[("Email", &nora.email)]);
    for name in ["email", "email[]", "Email", "cc", "email.1"] {
        for first in [true, false] {
            let mut fields = own.clone();
            fields.insert(if first { 0 } else { fields.len() }, field(name, "thief@evil.example"));
            assert_eq!(browser.post("/forgot-password", &fields).await.status, 400, "{name}");
        }
    }
    let thief = "thief@evil.example";
    let joined =
        [",", ";", " ", "\n", "\r\nBcc: ", "%0a", "|", "\0"].map(|between| format!("nora@example.org{between}{thief}"));
    let quoted =
        [format!("\"nora@example.org\" <{thief}>"), format!("<nora@example.org>,{thief}"), format!("{thief}\u{0}")];
    for address in joined.iter().chain(&quoted) {
        let page = browser.submit(&page, "Send me a link", &[("Email", address)]).await;
        assert!(page.status == 422 || page.status == 200, "{address:?}");
    }
    assert!(app.mail().is_empty(), "mail to one of two");
    browser.submit(&page, "Send me a link", &[("Email", " NORA@EXAMPLE.ORG ")]).await;
    assert_eq!(app.only_mail().to, nora.email);
}

/// Regression 55: a password set through an email ends every session, attempt and known browser; it opens none.
#[tokio::test]
async fn r55_a_new_password_ends_what_the_old_one_opened() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let (mut signed_in, mut trying, mut thief) = (app.browser(), app.browser(), app.browser());
        signed_in.sign_in(&nora).await;
        let held = trying.give_password(&nora).await;
        app.mail();
        let page = thief.open(&reset_link(&app, &nora).await).await;
        change_password(&mut thief, &page).await;
        assert!(!signed_in.is_signed_in().await && !thief.is_signed_in().await);
        app.pass(seconds(30));
        trying.submit(&held, "Verify", &[("Passcode", &nora.code(&app))]).await;
        assert!(!trying.is_signed_in().await, "an attempt of the old password");
        let page = thief.give("nora", NEW_PASSWORD).await;
        assert!(page.offers("Verify") && !page.offers("Send me a passcode"), "the mailbox alone: {}", page.text());
    }
}

/// Regression 55: MFA that is taken away ends every session, and leads to set-up, not in.
#[tokio::test]
async fn r55_taking_mfa_away_ends_every_session() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let (mut signed_in, mut trying) = (app.browser(), app.browser());
        signed_in.sign_in(&nora).await;
        let held = trying.give_password(&nora).await;
        app.reset_mfa(&nora);
        assert!(!signed_in.is_signed_in().await);
        app.pass(seconds(30));
        trying.submit(&held, "Verify", &[("Passcode", &nora.code(&app))]).await;
        assert!(!trying.is_signed_in().await);
        assert!(app.browser().give_password(&nora).await.offers("Send me a setup email"));
    }
}
