//! A case: what the decision needs and no secret, and the conversation.

use vestibule::store;

use super::{analyst, send_info};
use crate::support::*;

/// The acts of the account's trail that are of cases, oldest first, with who did them.
fn acts(app: &TestApp, person: &Person) -> Vec<(String, String)> {
    let events = app.app.db.read(|tx| store::audit::page(tx, None, 10_000)).unwrap();
    let of_person =
        events.into_iter().filter(|event| event.account == person.id.as_str() && event.act.starts_with("case-"));
    of_person.map(|event| (event.act, event.actor)).collect()
}

#[tokio::test]
async fn s6_2_a_case_shows_what_decides_and_no_secret() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut home = app.browser().at("192.0.2.77");
        home.sign_in(&nora).await;
        home.give_wrong_passcodes(&nora, 1).await;
        let case = send_info(&app, &nora).await;
        let (_, mut browser) = analyst(&app, "anna").await;
        let page = browser.open(&case.path()).await;
        for words in [
            "info received",
            "n••••••@example.org",
            "with an authenticator app",
            "Firefox",
            "198.51.100.23",
            "Signed in, from an app",
            "Wrong passcode",
            "192.0.2.0/24",
            "Where the person asks from",
        ] {
            assert!(page.says(words), "{words}: {}", page.text());
        }
        let secrets = [nora.email.clone(), nora.recovery_code.clone().unwrap(), nora.code(&app), "red".to_owned()];
        for secret in secrets {
            assert!(!page.says(&secret), "{secret}");
        }
        assert!(!page.body.contains("vst_"));
    }
}

#[tokio::test]
async fn s6_2_every_look_at_a_case_is_in_the_owners_trail_and_on_the_page() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let (_, mut browser) = analyst(&app, "anna").await;
    browser.open(&case.path()).await;
    let page = browser.open(&case.path()).await;
    let looks = acts(&app, &nora).into_iter().filter(|act| act.0 == "case-view").collect::<Vec<_>>();
    assert_eq!(looks, vec![("case-view".to_owned(), "analyst anna".to_owned()); 2]);
    assert!(page.says("Looked at the case") && page.says("analyst anna"), "{}", page.text());
}

#[tokio::test]
async fn s6_3_both_sides_talk_and_new_messages_are_marked() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let case = send_info(&app, &nora).await;
        case.say("My phone <b>fell</b> into the sea.\nWhat now?").await;
        let (_, mut browser) = analyst(&app, "anna").await;
        let page = browser.open(&case.path()).await;
        assert!(page.says("My phone <b>fell</b> into the sea.") && page.says("new"), "{}", page.text());
        assert!(!page.body.contains("<b>fell</b>"));
        let page = browser.submit(&page, "Send message", &[("Message", "We call you back.")]).await;
        assert_eq!(page.path, format!("{}#said-2", case.path()));
        assert!(page.says("You at 12:") && page.says("We call you back."), "{}", page.text());
        let (_, mut other) = analyst(&app, "bert").await;
        assert!(other.open(&case.path()).await.says("anna (support)"));
    }
}

#[tokio::test]
async fn s6_3_what_was_typed_is_kept_when_it_cannot_be_sent() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let (_, mut browser) = analyst(&app, "anna").await;
    let page = browser.open(&case.path()).await;
    let empty = browser.submit_once(&page, "Send message", &[("Message", " ")]).await;
    assert_eq!(empty.status, 422);
    assert!(empty.title().starts_with("Error: ") && empty.says("Type something first."));
    let long = "é".repeat(2_001);
    let told = browser.submit_once(&page, "Send message", &[("Message", &long)]).await;
    assert!(told.status == 422 && told.says(&long) && told.says("Write at most 2000 characters."));
    let mut stale = page.form("Send message").filled(&[("Message", "Typed long ago")]);
    stale[0].1 = "old".to_owned();
    let told = browser.post(&format!("{}/message", case.path()), &stale).await;
    assert!(told.status == 403 && told.says("Typed long ago") && told.says("Nothing is lost"), "{}", told.text());
    assert!(browser.submit(&told, "Send message", &[]).await.says("Typed long ago"));
}

#[tokio::test]
async fn s6_3_a_closed_case_takes_no_message() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let (_, mut browser) = analyst(&app, "anna").await;
    let page = browser.open(&case.path()).await;
    let close = browser.open(&page.link("Close case")).await;
    let closed = browser.press(&close, "Close case").await;
    assert!(closed.says("The case is closed.") && !closed.offers("Send message"), "{}", closed.text());
    let told = browser.submit_once(&page, "Send message", &[("Message", "Too late")]).await;
    assert!(told.status == 422 && told.says("nothing more is said"), "{}", told.text());
    assert!(acts(&app, &nora).contains(&("case-close".to_owned(), "analyst anna".to_owned())));
}

#[tokio::test]
async fn s6_4_identity_checks_are_kept_with_name_and_time() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let case = send_info(&app, &nora).await;
        let (_, mut browser) = analyst(&app, "anna").await;
        let page = browser.open(&case.path()).await;
        let label = "I called the person back at a number that we had before this case";
        let page = browser.submit(&page, "Save checks", &[(label, "yes")]).await;
        assert!(page.says("The identity checks are kept.") && page.says("(anna, at 12:"), "{}", page.text());
        let (_, mut other) = analyst(&app, "bert").await;
        let page = other.open(&case.path()).await;
        assert!(page.says("(anna, at 12:") && page.says("Checked the identity"), "{}", page.text());
        let again = vec![
            ("form_token".to_owned(), page.form("Save checks").filled(&[])[0].1.clone()),
            ("called_back".to_owned(), "yes".to_owned()),
        ];
        other.post(&format!("{}/checks", case.path()), &again).await;
        assert!(other.open(&case.path()).await.says("(anna, at 12:"), "the first one's name stays");
        let checks = acts(&app, &nora).into_iter().filter(|act| act.0 == "case-check").count();
        assert_eq!(checks, 1);
    }
}

#[tokio::test]
async fn s6_2_a_number_that_is_none_is_not_found_and_one_that_is_said_is_found() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let (_, mut browser) = analyst(&app, "anna").await;
    for number in ["V-000000", "x", "..", "V-7K3M9Q%2F..", "%00"] {
        assert_eq!(browser.open_once(&format!("/support/cases/{number}")).await.status, 404, "{number}");
    }
    let said = case.number.as_str().to_lowercase().replace("v-", "");
    assert_eq!(browser.open_once(&format!("/support/cases/{said}")).await.status, 200);
}

#[tokio::test]
async fn s6_5_a_case_is_opened_for_somebody_on_the_telephone() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let (_, mut browser) = analyst(&app, "anna").await;
        let page = browser.open("/support/open").await;
        let told = browser.submit_once(&page, "Open a case", &[("Username or email address", "norah")]).await;
        assert!(told.status == 422 && told.says("No account has this username"), "{}", told.text());
        assert!(told.input("Username or email address").contains("value=\"norah\""));
        let mut stale = page.form("Open a case").filled(&[("Username or email address", "nora")]);
        stale.iter_mut().filter(|field| field.0 == "form_token").for_each(|field| field.1 = "older".to_owned());
        let told = browser.post("/support/open", &stale).await;
        assert!(told.says("press Open a case again") && told.input("Username or email address").contains("\"nora\""));
        let opened = browser.submit(&told, "Open a case", &[("Username or email address", &nora.email)]).await;
        assert!(opened.says("the owner of the account is told") && opened.says("by anna"), "{}", opened.text());
        assert!(opened.says("The person has not sent their information yet.") && !opened.offers("Reset account"));
        assert_eq!(app.only_mail().kind, "case_opened");
        let again = browser.open("/support/open").await;
        let again = browser.submit(&again, "Open a case", &[("Username or email address", "NORA")]).await;
        assert!(again.says("There is an open case for this account already."), "{}", again.text());
        assert!(app.mail().is_empty());
    }
}

/// A look locks the owner's account and is noted there: an analyst's session that asks for a case over and over waits in its own queue.
#[tokio::test]
async fn s6_2_looks_at_a_case_wait_in_the_analysts_queue_and_keep_nobody_else_from_it() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let case = send_info(&app, &nora).await;
        let (_, browser) = analyst(&app, "anna").await;
        let (_, mut other) = analyst(&app, "bert").await;
        let mut looks = tokio::task::JoinSet::new();
        for _ in 0..200 {
            let (mut browser, path) = (browser.clone(), case.path());
            looks.spawn(async move { browser.open_once(&path).await });
        }
        assert_eq!(other.open_once(&case.path()).await.status, 200);
        assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
        let answers = looks.join_all().await;
        let shown = count(&answers, |answer| answer.status == 200);
        let sent_away = count(&answers, Page::is_sent_away);
        assert_eq!(shown + sent_away, 200);
        assert!(shown >= 10 && sent_away > 0, "{shown} were shown at once");
        let noted = acts(&app, &nora).into_iter().filter(|act| act.1 == "analyst anna").count();
        assert_eq!(noted, shown, "each look is noted, once");
        let keys = app.app.keys.clone();
        let verdict = app.app.db.read(move |tx| vestibule::flow::audit::verify(tx, &keys)).unwrap();
        assert!(verdict.problems.is_empty(), "{:?}", verdict.problems);
    }
}

#[tokio::test]
async fn s6_2_the_page_tells_that_the_password_came_by_mail_and_folds_what_repeats() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let mut thief = app.browser();
    let page = thief.open("/forgot-password").await;
    thief.submit(&page, "Send me a link", &[("Email", &nora.email)]).await;
    let page = thief.open(&app.newest_mail(&nora.email, "reset_link").link("Change password")).await;
    nora.password = "seven orange kettles hum".to_owned();
    let new = [("New password", nora.password.as_str()), ("Repeat new password", nora.password.as_str())];
    thief.submit(&page, "Change password", &new).await;
    for _ in 0..25 {
        thief.give_password(&nora).await;
        app.pass(minutes(1));
    }
    let case = send_info(&app, &nora).await;
    let (_, mut browser) = analyst(&app, "anna").await;
    let page = browser.open(&case.path()).await;
    for words in [
        "nobody has proved more than the mailbox since",
        "Password set by email",
        "Password set by an emailed link",
        "Right password (and 22 times before)",
        "Two analysts must approve this reset",
    ] {
        assert!(page.says(words), "{words}: {}", page.text());
    }
}
