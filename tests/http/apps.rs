//! **Authenticator apps** of one's own account: adding, renaming, removing.

use crate::support::*;

const LIST: &str = "/account/apps";

/// A person with an app, and a browser where changes are confirmed; the mail of it is taken out.
async fn confirmed(app: &TestApp) -> (Person, Browser) {
    let nora = app.with_mfa("nora").await;
    let browser = confirmed_of(app, &nora).await;
    (nora, browser)
}

async fn confirmed_of(app: &TestApp, person: &Person) -> Browser {
    let mut browser = app.browser();
    browser.sign_in(person).await;
    browser.confirm(person, LIST).await;
    app.mail();
    browser
}

/// The page with the new app's key.
async fn begin(browser: &mut Browser, name: &str) -> Page {
    let page = browser.open("/account/apps/add").await;
    browser.submit(&page, "Continue", &[("Name", name)]).await
}

/// Adds an app: the phone that holds it, and the page that follows.
pub async fn add(browser: &mut Browser, name: &str) -> (Phone, Page) {
    let page = begin(browser, name).await;
    let phone = Phone::from_manual_entry_code(&page);
    let code = phone.code(browser.app());
    let page = browser.submit(&page, "Verify and continue", &[("Passcode", &code)]).await;
    assert!(page.says("The app is added"), "{}", page.text());
    (phone, page)
}

/// The address of a page about the app of this name.
fn about(list: &Page, name: &str, page: &str) -> String {
    let (before, _) =
        list.body.split_once(&format!("aria-label=\"{page} {name}\"")).unwrap_or_else(|| panic!("{name}"));
    before.rsplit_once("href=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

pub async fn remove(browser: &mut Browser, name: &str) -> Page {
    let list = browser.open(LIST).await;
    let page = browser.open(&about(&list, name, "Remove")).await;
    browser.press(&page, "Remove").await
}

/// The person with this phone in the hand.
fn holding(person: &Person, phone: &Phone) -> Person {
    Person { phone: Some(phone.clone()), ..person.clone() }
}

#[tokio::test]
async fn s7_an_app_is_added_by_its_first_passcode_and_everywhere_else_is_signed_out() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut other = app.browser();
        other.sign_in(&nora).await;
        let mut browser = confirmed_of(&app, &nora).await;
        let before = browser.clone();
        let (phone, page) = add(&mut browser, "Office tablet").await;
        assert!(page.says("Office tablet Added at") && page.says("Authenticator app Added at"), "{}", page.text());
        let code = phone.code(&app);
        assert!(browser.is_signed_in().await, "this browser stays signed in");
        assert!(!other.is_signed_in().await && !before.clone().is_signed_in().await, "no other, and no old cookie");
        let mails = app.mail();
        assert_eq!((mails.len(), mails[0].kind.as_str(), mails[0].to.as_str()), (1, "app_added", nora.email.as_str()));
        assert!(mails[0].text.contains("Office tablet"));
        let page = app.browser().give_password(&nora).await;
        let page = app.browser().submit(&page, "Verify", &[("Passcode", &code)]).await;
        assert_eq!(page.status, 410, "another browser's attempt");
        let mut again = app.browser();
        let page = again.give_password(&nora).await;
        assert!(again.give_passcode(&page, &code).await.says("That passcode was already used."), "it is used up");
        assert!(app.browser().sign_in(&holding(&nora, &phone)).await.offers("Sign out"));
        assert!(app.browser().sign_in(&nora).await.offers("Sign out"), "the first app still does");
    }
}

#[tokio::test]
async fn s7_nothing_is_added_before_the_first_passcode_and_the_key_is_shown_in_its_session_only() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut other = confirmed_of(&app, &nora).await;
    let mut browser = confirmed_of(&app, &nora).await;
    let page = begin(&mut browser, "Tablet").await;
    let (phone, key) = (Phone::from_manual_entry_code(&page), page.element("manual-code"));
    for typed in [phone.wrong_code(&app).as_str(), "12345", ""] {
        let page = browser.submit(&page, "Verify and continue", &[("Passcode", typed)]).await;
        assert!(page.status == 422 && page.title().starts_with("Error: "), "{}", page.text());
        assert_eq!(page.element("manual-code"), key, "the key stays");
    }
    assert!(!browser.open(LIST).await.says("Tablet") && app.mail().is_empty());
    assert!(other.open("/account/apps/new").await.offers("Continue"), "the key is not shown elsewhere");
    let mut stranger = app.browser();
    let attempt = stranger.give_password(&nora).await;
    let page = stranger.give_passcode(&attempt, &phone.code(&app)).await;
    assert_eq!(page.status, 422, "its passcodes open nothing yet");
    let again = browser.open("/account/apps/new").await;
    let code = phone.code(&app);
    assert!(browser.submit(&again, "Verify and continue", &[("Passcode", &code)]).await.says("The app is added"));
}

#[tokio::test]
async fn s7_there_are_three_apps_at_most() {
    let app = TestApp::new();
    let (_, mut browser) = confirmed(&app).await;
    add(&mut browser, "Second").await;
    let add_page = browser.open("/account/apps/add").await;
    let (_, page) = add(&mut browser, "Third").await;
    assert!(!page.offers("Add an app") && page.says("as many as there can be"), "{}", page.text());
    let mut form = add_page.form("Continue").filled(&[("Name", "Fourth")]);
    let token = page_token(&browser.open("/").await);
    form.iter_mut().filter(|(name, _)| name == "form_token").for_each(|(_, value)| value.clone_from(&token));
    let answer = browser.post("/account/apps/add", &form).await;
    assert_eq!(answer.header("location"), "/account/apps?notice=enough");
    assert_eq!(browser.open(LIST).await.body.matches("Last used").count(), 3);
}

fn page_token(page: &Page) -> String {
    page.form("Sign out").filled(&[]).into_iter().find(|(name, _)| name == "form_token").unwrap().1
}

/// However many confirm at once, one adds: whoever comes second is signed out.
#[tokio::test]
async fn r55_of_several_sessions_that_add_the_third_app_at_once_one_does() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut first = confirmed_of(&app, &nora).await;
        add(&mut first, "Second").await;
        let (mut forms, mut browsers) = (Vec::new(), Vec::new());
        for _ in 0..4 {
            browsers.push(confirmed_of(&app, &nora).await);
        }
        for mut browser in browsers {
            let page = begin(&mut browser, "Third").await;
            let code = Phone::from_manual_entry_code(&page).code(&app);
            forms.push(Filled { browser, page, button: "Verify and continue", values: vec![("Passcode", code)] });
        }
        let answers = at_once(forms).await;
        assert_eq!(count(&answers, |answer| answer.header("location").contains("notice=added")), 1);
        let is_out = |answer: &Page| {
            ["/sign-in", "/account/confirm?to=%2Faccount%2Fapps%2Fnew"].contains(&answer.header("location"))
        };
        assert_eq!(count(&answers, is_out), 3);
        assert_eq!(app.mail_of_kind("app_added").len(), 1);
    }
}

#[tokio::test]
async fn s7_an_app_gets_another_name() {
    let app = TestApp::new();
    let (nora, mut browser) = confirmed(&app).await;
    let (_, list) = add(&mut browser, "Tablet").await;
    let address = about(&list, "Tablet", "Rename");
    for (name, says) in [
        ("", "Type a name"),
        ("authenticator APP", "You have an app of this name already"),
        ("my\u{202E}app", "characters that can't be seen"),
        (&"x".repeat(41), "too long"),
    ] {
        let page = browser.open(&address).await;
        let page = browser.submit(&page, "Rename", &[("Name", name)]).await;
        assert!(
            page.status == 422 && page.says(says) && page.input("Name").contains("aria-invalid"),
            "{}",
            page.text()
        );
    }
    let page = browser.open(&address).await;
    app.mail();
    let page = browser.submit(&page, "Rename", &[("Name", " My <b>phone</b> ")]).await;
    assert!(page.says("My <b>phone</b> Added at") && !page.says("Tablet"), "{}", page.text());
    assert!(browser.is_signed_in().await);
    let mail = app.only_mail();
    assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("app_renamed", nora.email.as_str()));
    let text = mail.text.replace('\n', " ");
    assert!(text.contains("app Tablet of") && text.contains("called My <b>phone</b> from now on"), "{text}");
    assert!(text.contains("Change your password at once"), "{text}");
}

#[tokio::test]
async fn s7_names_of_apps_are_told_by_mail_once_an_hour_and_the_same_name_is_no_change() {
    let app = TestApp::new();
    let (nora, mut browser) = confirmed(&app).await;
    let (_, list) = add(&mut browser, "Tablet").await;
    let address = about(&list, "Tablet", "Rename");
    app.mail();
    for (name, told) in [("Tablet", 0), ("Slate", 1), ("Plate", 0)] {
        let page = browser.open(&address).await;
        let page = browser.submit(&page, "Rename", &[("Name", name)]).await;
        assert!(page.says("The app has its new name."), "{}", page.text());
        assert_eq!(app.mail_of_kind("app_renamed").len(), told, "{name}");
    }
    let history = browser.open("/account/history").await.text();
    assert_eq!(history.matches("An authenticator app was given another name").count(), 2);
    app.pass(minutes(61));
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    let page = browser.confirm(&nora, &address).await;
    browser.submit(&page, "Rename", &[("Name", "Tray")]).await;
    assert_eq!(app.mail_of_kind("app_renamed").len(), 1, "another hour");
}

#[tokio::test]
async fn s7_a_name_that_comes_after_the_five_minutes_is_still_there_after_the_confirmation() {
    let app = TestApp::new();
    let (nora, mut browser) = confirmed(&app).await;
    let (_, list) = add(&mut browser, "Tablet").await;
    for (address, button, name) in [
        (about(&list, "Tablet", "Rename"), "Rename", "Nora\u{2019}s & \"old\" tablet?"),
        ("/account/apps/add".to_owned(), "Continue", "Work + phone"),
    ] {
        let page = browser.open(&address).await;
        app.pass(minutes(5));
        let page = browser.submit(&page, button, &[("Name", name)]).await;
        assert!(page.says("More than five minutes have passed"), "{}", page.text());
        let page = browser.submit(&page, "Continue", &[("Password", PASSWORD)]).await;
        let page = browser.give_passcode(&page, &nora.code(&app)).await;
        assert!(page.offers(button), "{}", page.text());
        let done = browser.press(&page, button).await;
        assert!(done.status == 200 && done.says(name), "{}", done.text());
    }
}

/// Regressions 19 and 55: with a passcode given for it, and everywhere else is signed out.
#[tokio::test]
async fn s7_a_removed_app_opens_nothing_and_everywhere_else_is_signed_out() {
    for app in both_engines() {
        let (nora, mut browser) = confirmed(&app).await;
        let (phone, _) = add(&mut browser, "Tablet").await;
        let tablet = holding(&nora, &phone);
        let mut other = app.browser();
        assert!(other.sign_in(&tablet).await.offers("Sign out"));
        app.mail();
        let page = remove(&mut browser, "Tablet").await;
        assert!(page.says("The app is removed") && !page.says("Tablet Added"), "{}", page.text());
        assert!(browser.is_signed_in().await && !other.is_signed_in().await);
        let mail = app.only_mail();
        assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("app_removed", nora.email.as_str()));
        assert!(mail.text.contains("Tablet") && !mail.text.contains("It was the last one"), "{}", mail.text);
        assert_eq!(app.browser().sign_in(&tablet).await.status, 422);
        assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
    }
}

/// In profile standard the last app may go: emailed passcodes do in its place, and the page says so.
#[tokio::test]
async fn s7_the_last_app_may_go_where_passcodes_come_by_email_then() {
    let app = TestApp::new();
    let (nora, mut browser) = confirmed(&app).await;
    let list = browser.open(LIST).await;
    let page = browser.open(&list.link("Remove")).await;
    assert!(page.says("It is your last app.") && page.says("come by email"), "{}", page.text());
    let page = browser.press(&page, "Remove").await;
    assert!(page.says("You have none: your passcodes come by email"), "{}", page.text());
    assert!(app.only_mail().text.contains("It was the last one"));
    let mut again = app.browser();
    let page = again.give_password(&nora).await;
    let page = again.press(&page, "Send me a passcode").await;
    let code = app.newest_mail(&nora.email, "passcode").passcode();
    assert!(again.give_passcode(&page, &code).await.offers("Sign out"));
}

/// In profile strict it is the only way in, and stays, whatever form is sent.
#[tokio::test]
async fn s7_the_last_way_in_is_never_removed() {
    let app = TestApp::strict();
    let (nora, mut browser) = confirmed(&app).await;
    let list = browser.open(LIST).await;
    let address = about(&list, "Authenticator app", "Remove");
    let page = browser.open(&address).await;
    assert!(page.says("the only way to get passcodes") && !page.offers("Remove"), "{}", page.text());
    let id = address.split_once("app=").unwrap().1.to_owned();
    let form = [("form_token".to_owned(), page_token(&browser.open("/").await)), ("app".to_owned(), id)];
    assert!(browser.post("/account/apps/remove", &form).await.says("This app stays"));
    assert!(browser.is_signed_in().await && app.mail().is_empty());
    let (_, _) = add(&mut browser, "Tablet").await;
    assert!(remove(&mut browser, "Authenticator app").await.says("The app is removed"), "another one gives passcodes");
    assert_eq!(app.browser().sign_in(&nora).await.status, 422);
}

#[tokio::test]
async fn s7_who_had_no_device_at_set_up_adds_an_app_later() {
    let app = TestApp::new();
    let nora = app.with_mail_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    let page = browser.press(&page, "Send me a passcode").await;
    let code = app.newest_mail(&nora.email, "passcode").passcode();
    browser.give_passcode(&page, &code).await;
    let page = browser.give_password_again(&nora, LIST).await;
    let page = browser.press(&page, "Send me a passcode").await;
    let code = app.newest_mail(&nora.email, "passcode").passcode();
    let page = browser.give_passcode(&page, &code).await;
    assert!(page.says("You have none"), "{}", page.text());
    let (phone, page) = add(&mut browser, "Phone").await;
    assert!(page.says("Phone Added at"), "{}", page.text());
    assert!(app.browser().sign_in(&holding(&nora, &phone)).await.offers("Sign out"));
}

/// Regression 17: another account's app is no app.
#[tokio::test]
async fn r17_another_accounts_app_is_neither_renamed_nor_removed() {
    let app = TestApp::new();
    let (nora, mut browser) = confirmed(&app).await;
    add(&mut browser, "Tablet").await;
    let list = browser.open(LIST).await;
    let olga = app.with_mfa("olga").await;
    let mut others = confirmed_of(&app, &olga).await;
    let token = page_token(&others.open("/").await);
    for address in [about(&list, "Tablet", "Remove"), about(&list, "Tablet", "Rename")] {
        assert!(others.open(&address).await.says("That app is not there any more"), "{address}");
        let (path, id) = address.split_once("?app=").unwrap();
        let mut form = vec![("form_token".to_owned(), token.clone()), ("app".to_owned(), id.to_owned())];
        if path.ends_with("rename") {
            form.push(("app_name".to_owned(), "Olga's".to_owned()));
        }
        assert_eq!(others.post(path, &form).await.header("location"), "/account/apps?notice=gone");
    }
    for odd in ["app=", "app=%0d%0aSet-Cookie:x", "app=../../x", "", "app=1&app=2"] {
        let page = others.open(&format!("/account/apps/remove?{odd}")).await;
        assert!(page.says("That app is not there any more"), "{odd}: {}", page.text());
    }
    assert!(browser.open(LIST).await.says("Tablet Added at") && app.mail().is_empty());
    assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
}
