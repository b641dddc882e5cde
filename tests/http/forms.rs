//! Every form, by browsers that send neither `Sec-Fetch-Site` nor `Origin`, and from pages of other sites.

use std::collections::BTreeSet;

use vestibule::flow::account::Change;
use vestibule::model::account::Role;
use vestibule::web::origin::FROM_OTHER_SITES;
use vestibule::web::router::{Access, Route, routes};

use super::oidc::devices::{Device, television};
use crate::support::*;
use crate::support_cases::{CASE, Desk, open_case};

const NEW: [(&str, &str); 2] =
    [("New password", "seven orange kettles hum"), ("Repeat new password", "seven orange kettles hum")];

/// The addresses that take forms of our pages: not those that products' servers call, nor those that their pages post to.
fn unsafe_routes() -> BTreeSet<&'static str> {
    let is_ours = |route: &Route| route.access != Access::Client && !FROM_OTHER_SITES.contains(&route.path);
    let posts = routes().into_iter().filter(|route| route.methods.contains("POST") && is_ours(route));
    posts.map(|route| route.path).collect()
}

/// Set-up with an app, signing in with it and without it, signing out.
async fn set_up_and_sign_in(browser: &mut Browser) {
    let app = browser.app().clone();
    let mut nora = app.account("nora");
    assert!(nora.set_up(browser, true).await.says("You're set up"));
    app.pass(seconds(30));
    let page = browser.sign_in(&nora).await;
    browser.press(&page, "Sign out").await;
    let page = browser.give_password(&nora).await;
    let page = browser.press(&page, "Send me a passcode").await;
    let code = app.newest_mail(&nora.email, "passcode").passcode();
    assert!(browser.give_passcode(&page, &code).await.offers("Sign out"));
    let page = browser.open("/oauth2/logout").await;
    assert_eq!(browser.press(&page, "Sign out").await.path, "/signed-out");
}

/// Set-up without an app.
async fn set_up_without_an_app(browser: &mut Browser) {
    assert!(browser.app().account("olga").set_up(browser, false).await.says("You're set up"));
}

/// A new device twice, with an app and without, and the answers.
async fn lose_the_device(browser: &mut Browser) {
    let mut quin = browser.app().with_mfa("quin").await;
    assert!(quin.replace_device(browser, true).await.says("Your new device is set up"));
    browser.app().pass(seconds(30));
    assert!(quin.replace_device(browser, false).await.says("Your new device is set up"));
    let page = quin.open_new_device(browser).await;
    assert_eq!(quin.give_answers(browser, &page, RIGHT_ANSWERS).await.path, "/new-device/app");
}

/// Half of the budget used up, a new password after the passcode, **This wasn't me**, **Forgot password?**
async fn lose_the_password(browser: &mut Browser) {
    let app = browser.app().clone();
    let pia = app.with_mfa("pia").await;
    for _ in 0..5 {
        app.browser().give_wrong_passcodes(&pia, 5).await;
        app.pass(hours(25));
    }
    let page = browser.sign_in(&pia).await;
    assert!(browser.submit(&page, "Change password", &NEW).await.offers("Sign out"));
    let page = browser.open(&app.newest_mail(&pia.email, "new_browser").link("This wasn't me")).await;
    assert!(browser.press(&page, "This wasn't me").await.says("Everyone is signed out"));
    app.pass(minutes(1));
    let page = browser.open("/forgot-password").await;
    browser.submit(&page, "Send me a link", &[("Email", &pia.email)]).await;
    let page = browser.open(&app.newest_mail(&pia.email, "reset_link").link("Change password")).await;
    assert!(browser.submit(&page, "Change password", &NEW).await.says("Your password is changed."));
}

/// **Account security**: another email address, and undoing that.
async fn change_the_email_address(browser: &mut Browser) {
    let app = browser.app().clone();
    let uma = app.with_mfa("uma").await;
    browser.sign_in(&uma).await;
    let page = browser.confirm(&uma, "/account/email").await;
    browser.submit(&page, "Send confirmation", &[("New email", "uma@new.example")]).await;
    let page = browser.open(&app.newest_mail("uma@new.example", "email_confirm").link("Confirm")).await;
    assert!(browser.press(&page, "Confirm").await.says("Your email address is changed"));
    let page = browser.open(&app.newest_mail(&uma.email, "email_changed").link("Undo this change")).await;
    assert!(browser.press(&page, "Undo this change").await.says("The change is undone"));
}

async fn accept_an_invitation(browser: &mut Browser) {
    let app = browser.app().clone();
    let ruth = app.account("ruth");
    app.change(&ruth, Change::Invite);
    let page = browser.open(&app.newest_mail(&ruth.email, "invitation").link("Accept invitation")).await;
    assert_eq!(browser.submit(&page, "Save and continue", &NEW).await.path, "/set-up/questions");
}

/// **Account security**, after the confirmation.
async fn change_the_account(browser: &mut Browser) {
    let app = browser.app().clone();
    let tess = app.with_mfa("tess").await;
    for _ in 0..2 {
        app.browser().sign_in(&tess).await;
    }
    browser.sign_in(&tess).await;
    let page = browser.open("/account/sessions").await;
    assert!(browser.press(&page, "Sign out").await.says("It is signed out."));
    let page = browser.open("/account/sessions").await;
    assert!(browser.press(&page, "Sign out everywhere else").await.says("Everywhere else you are signed out."));
    let page = browser.confirm(&tess, "/account/recovery-code").await;
    let page = browser.press(&page, "Make a new recovery code").await;
    let page = browser.submit(&page, "Use this recovery code", &[("I have saved my recovery code", "yes")]).await;
    assert!(page.says("Your new recovery code is in place."), "{}", page.text());
    let page = browser.open("/account/questions").await;
    let page = tess.choose_questions(browser, &page, "Change security questions").await;
    assert!(page.says("Your security questions are changed."), "{}", page.text());
    let page = browser.open("/account/apps/add").await;
    let page = browser.submit(&page, "Continue", &[("Name", "Tablet")]).await;
    let code = Phone::from_manual_entry_code(&page).code(&app);
    let page = browser.submit(&page, "Verify and continue", &[("Passcode", &code)]).await;
    let page = browser.open(&page.link("Rename")).await;
    let page = browser.submit(&page, "Rename", &[("Name", "Phone")]).await;
    let page = browser.open(&page.link("Remove")).await;
    assert!(browser.press(&page, "Remove").await.says("The app is removed"));
    let page = browser.open("/account/password").await;
    assert!(browser.submit(&page, "Change password", &NEW).await.says("Your password is changed."));
}

/// **Contact Support**, a message, the answer's mail in a browser that is new to the case, and **This wasn't me**.
async fn talk_with_support(browser: &mut Browser) {
    let app = browser.app().clone();
    let (desk, vera) = (Desk::new(&app, "ada").await, app.with_mfa("vera").await);
    let (page, number) = open_case(browser, &vera).await;
    let not_me = app.newest_mail(&vera.email, "case_opened").link("This wasn't me");
    assert!(browser.submit(&page, "Send message", &[("Message", "Hello")]).await.says("Hello"));
    desk.say(&number, "Hello to you");
    browser.cookies.remove(CASE);
    let page = browser.open(&app.newest_mail(&vera.email, "case_answer").link("Read the answer")).await;
    assert_eq!(browser.press(&page, "Go on in this browser").await.path, "/case");
    let page = browser.open(&not_me).await;
    assert!(browser.press(&page, "This wasn't me").await.says("The case is closed"));
}

/// The support console: two cases, one reset, one declined.
async fn work_in_support(browser: &mut Browser) {
    let app = browser.app().clone();
    let (zoe, yves) = (app.with_mfa("zoe").await, app.with_mfa("yves").await);
    let analyst = app.with_mfa("arno").await;
    app.change(&analyst, Change::SetRole(Role::Analyst));
    open_case(&mut app.browser(), &zoe).await;
    browser.sign_in(&analyst).await;
    let page = browser.open("/support/open").await;
    let page = browser.submit(&page, "Open a case", &[("Username or email address", &yves.username)]).await;
    let page = browser.open(&page.link("Decline")).await;
    let page = browser.submit(&page, "Decline", &[("Reason", "Nobody there")]).await;
    let page = browser.open(&page.link("Close case")).await;
    assert!(browser.press(&page, "Close case").await.says("The case is closed."));
    let page = browser.open("/support?text=zoe").await;
    let number = page.text().split_whitespace().find(|word| word.starts_with("V-")).unwrap().to_owned();
    let page = browser.open(&page.link(&number)).await;
    let page = browser.submit(&page, "Send message", &[("Message", "Hello")]).await;
    let page = browser.submit(&page, "Save checks", &[]).await;
    app.pass(seconds(30));
    let page = browser.open(&page.link("Reset account")).await;
    let page = browser.give_passcode(&page, &analyst.code(&app)).await;
    let fields = [("Reason", "Called back"), ("I have checked this person's identity", "yes")];
    assert!(browser.submit(&page, "Reset account", &fields).await.says("The account is reset"));
}

/// One device is let in, another is not.
async fn answer_devices(browser: &mut Browser) {
    let app = browser.app().clone();
    let una = app.with_mfa("una").await;
    browser.sign_in(&una).await;
    let product = television(&app);
    for (button, said) in [("Approve", "Your device is signed in"), ("Deny", "The device was not signed in")] {
        let page = Device::of(&product).await.typed_in(browser).await;
        let mut page = browser.press(&page, button).await;
        if page.offers("Verify") {
            app.pass(seconds(30));
            page = browser.give_passcode(&page, &una.code(&app)).await;
        }
        assert!(page.says(said), "{}", page.text());
    }
}

/// The route that serves a path.
fn route_of(path: &str) -> &str {
    let fits = |route: &str| {
        let is_named = |(part, own): (&str, &str)| part == own || part.starts_with('{');
        route.split('/').count() == path.split('/').count() && route.split('/').zip(path.split('/')).all(is_named)
    };
    unsafe_routes().into_iter().find(|route| fits(route)).unwrap_or(path)
}

/// Profile strict has a form of its own.
async fn set_up_in_profile_strict(browser: &mut Browser) {
    assert!(browser.app().account("nora").set_up(browser, true).await.says("You're set up"));
}

#[tokio::test]
async fn every_form_works_without_fetch_metadata_and_origin() {
    let mut old = TestApp::new().browser().old();
    set_up_and_sign_in(&mut old).await;
    set_up_without_an_app(&mut old).await;
    lose_the_device(&mut old).await;
    lose_the_password(&mut old).await;
    change_the_email_address(&mut old).await;
    accept_an_invitation(&mut old).await;
    change_the_account(&mut old).await;
    answer_devices(&mut old).await;
    talk_with_support(&mut old).await;
    work_in_support(&mut old).await;
    let mut strict = TestApp::strict().browser().old();
    set_up_in_profile_strict(&mut strict).await;
    let taken: BTreeSet<_> = old.taken.union(&strict.taken).map(|path| route_of(path)).collect();
    assert_eq!(taken, unsafe_routes(), "each form was sent, and taken");
}

/// No form of another site's page is taken, whatever this browser holds and however right its fields are.
#[tokio::test]
async fn every_unsafe_route_refuses_what_comes_from_another_site() {
    let app = TestApp::new();
    let (nora, olga) = (app.with_mfa("nora").await, app.account("olga"));
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    browser.give_password(&olga).await;
    let cookies = browser.cookies.clone();
    app.mail();
    for path in unsafe_routes() {
        for (site, origin) in [
            (Some("cross-site"), Some("https://evil.example")),
            (Some("cross-site"), Some("https://id.example.org")),
            (Some("same-site"), None),
            (Some("SAME-ORIGIN"), None),
            (Some(""), None),
            (None, Some("https://evil.example")),
            (None, Some("https://id.example.org.evil.example")),
            (None, Some("http://id.example.org")),
            (None, Some("null")),
            (None, Some("")),
        ] {
            (browser.fetch_site, browser.origin) = (site, origin);
            let answer = browser.post(path, &[]).await;
            assert_eq!(answer.status, 403, "{path} {site:?} {origin:?}");
            assert!(answer.says("That came from another site"), "{path} {site:?} {origin:?}: {}", answer.text());
        }
        for (site, origin) in [(None, None), (Some("same-origin"), None), (None, Some("https://id.example.org"))] {
            let mut own = browser.clone();
            (own.fetch_site, own.origin) = (site, origin);
            let answer = own.post(path, &[("no field of ours".to_owned(), String::new())]).await;
            assert_eq!(answer.status, 400, "our own pages' come as far as the form: {path} {site:?} {origin:?}");
        }
    }
    assert_eq!(browser.cookies, cookies);
    assert!(browser.is_signed_in().await && app.mail().is_empty(), "nothing was done");
}
