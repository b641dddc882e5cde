//! What is said in a case, and who reads it.

use vestibule::flow::support::conversation::{Said, Writer};
use vestibule::model::id::AccountId;

use vestibule::flow::support::decide::Ended;

use super::{Desk, open_case, trail};
use crate::support::*;

async fn say(browser: &mut Browser, text: &str) -> Page {
    let page = browser.open("/case").await;
    browser.submit(&page, "Send message", &[("Message", text)]).await
}

#[tokio::test]
async fn s6_2_the_person_and_support_talk_and_each_reload_shows_what_is_new() {
    for app in both_engines() {
        let (desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
        let mut browser = app.browser();
        let (_, number) = open_case(&mut browser, &nora).await;
        let page = say(&mut browser, "  I lost <b>it</b>\r\nin the lake ").await;
        assert_eq!((page.status.as_u16(), page.path.as_str()), (200, "/case"));
        assert!(page.body.contains("I lost &#60;b&#62;it&#60;/b&#62;\nin the lake<"), "{}", page.body);
        assert!(matches!(desk.say(&number, "Which lake?"), Said::Done(2)));
        let page = browser.open("/case").await;
        assert!(page.says("Support") && page.says("New Which lake?") && !page.says("ada"), "{}", page.text());
        assert_eq!(page.body.matches("data-newest=\"2\"").count(), 1);
        let page = browser.open("/case").await;
        assert!(page.says("Which lake?") && !page.says("New Which lake?"), "{}", page.text());
        let view = desk.view(&number).unwrap();
        let seen: Vec<_> = view.messages.iter().map(|one| (one.writer.clone(), one.text.clone().unwrap())).collect();
        let person = (Writer::Person(1), "I lost <b>it</b>\nin the lake".to_owned());
        assert_eq!(seen, [person, (Writer::You, "Which lake?".to_owned())]);
        let other = Desk::new(&app, "bob").await;
        assert_eq!(other.view(&number).unwrap().messages[1].writer, Writer::Support(Some("ada".into())));
    }
}

#[tokio::test]
async fn s6_2_what_cannot_be_sent_is_told_at_the_field_and_kept() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    open_case(&mut browser, &nora).await;
    for (text, told) in [
        (" \n ".to_owned(), "Type something first."),
        ("x".repeat(2_001), "Write at most 2000 characters."),
        ("a\u{202E}b".to_owned(), "Take out the characters that can't be shown."),
    ] {
        let page = say(&mut browser, &text).await;
        assert_eq!((page.status.as_u16(), page.says(told)), (422, true), "{}", page.text());
        assert!(page.title().starts_with("Error: "));
        assert!(page.body.contains(text.trim()), "it is kept");
    }
    let page = browser.open("/case").await;
    assert!(page.says("Nothing has been written yet."), "{}", page.text());
}

#[tokio::test]
async fn s6_2_what_is_sent_too_late_is_told_and_still_there() {
    let app = TestApp::new();
    let (desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
    let mut browser = app.browser();
    let (page, number) = open_case(&mut browser, &nora).await;
    let mut stale = page.form("Send message").filled(&[("Message", "It is <b>lost</b>")]);
    for field in &mut stale {
        if field.0 == "form_token" {
            field.1 = "of-another-page".to_owned();
        }
    }
    let told = browser.post("/case", &stale).await;
    assert!(told.status == 403 && told.says("Nothing is lost: press Send message again."), "{}", told.text());
    assert!(desk.view(&number).unwrap().messages.is_empty());
    let said = browser.press(&told, "Send message").await;
    assert!(said.says("It is <b>lost</b>"), "{}", said.text());

    assert_eq!(desk.close(&number), Ended::Done);
    let late = browser.submit(&page, "Send message", &[("Message", "And found again")]).await;
    assert!(late.says("your message was not sent") && late.says("And found again"), "{}", late.text());
    assert!(late.status == 422 && late.says("Nothing more can be written here.") && !late.offers("Send message"));
    assert!(!browser.open("/case").await.says("And found again"));
}

#[tokio::test]
async fn s6_2_thirty_messages_an_hour_and_the_page_says_how_long_to_wait() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    open_case(&mut browser, &nora).await;
    for number in 0..30 {
        assert_eq!(say(&mut browser, &format!("message {number}")).await.status, 200);
    }
    app.pass(minutes(10));
    let page = say(&mut browser, "one more").await;
    assert_eq!((page.status.as_u16(), page.header("retry-after")), (429, "3000"));
    assert!(page.says("You can try again in 50 minutes"), "{}", page.text());
    app.pass(minutes(50));
    assert!(say(&mut browser, "one more").await.says("one more"));
}

#[tokio::test]
async fn s6_3_an_answer_is_mailed_without_its_words_once_while_it_is_unread() {
    for app in both_engines() {
        let (desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
        let mut browser = app.browser();
        let (_, number) = open_case(&mut browser, &nora).await;
        app.mail();
        say(&mut browser, "Hello").await;
        assert!(app.mail().is_empty(), "support is not mailed, and the owner not about their own words");
        desk.say(&number, "Call me at teatime.");
        desk.say(&number, "At five.");
        let mail = app.only_mail();
        assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("case_answer", nora.email.as_str()));
        assert!(!mail.text.contains("teatime") && !mail.html.contains("teatime"));
        assert!(!mail.text.contains("198.51.100.0"), "the analyst's network is nobody's business");
        app.pass(hours(3));
        let desk = Desk::signed_in(&app, desk.person).await;
        desk.say(&number, "Still there?");
        assert!(app.mail().is_empty(), "the last one is unread");
        let page = browser.open(&mail.link("Read the answer")).await;
        assert_eq!(page.path, "/case", "the browser that takes part is there already");
        assert!(page.says("At five.") && page.says("Still there?"), "{}", page.text());
        desk.say(&number, "Good.");
        assert_eq!(app.mail().len(), 1);
        browser.open("/case").await;
        desk.say(&number, "Bye.");
        assert!(app.mail().is_empty(), "not twice an hour");
        app.pass(hours(1));
        let desk = Desk::signed_in(&app, desk.person).await;
        desk.say(&number, "And one more.");
        assert_eq!(app.mail().len(), 1);
    }
}

/// What the server does by itself every few minutes.
fn sweep(app: &TestApp) {
    let act = app.app.local_act();
    app.app.db.write(move |tx| vestibule::flow::maintenance::sweep(tx, &act)).unwrap();
}

#[tokio::test]
async fn s6_3_an_answer_that_came_too_soon_for_a_mail_is_mailed_once_the_hour_is_over() {
    for app in both_engines() {
        let (desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
        let olga = app.with_mfa("olga").await;
        let (mut browser, mut other) = (app.browser(), app.browser());
        let (_, number) = open_case(&mut browser, &nora).await;
        let (_, of_olga) = open_case(&mut other, &olga).await;
        app.mail();
        for number in [&number, &of_olga] {
            desk.say(number, "Which lake?");
        }
        assert_eq!(app.mail().len(), 2);
        for browser in [&mut browser, &mut other] {
            browser.open("/case").await;
        }
        app.pass(minutes(10));
        for number in [&number, &of_olga] {
            desk.say(number, "Call me at teatime.");
            desk.say(number, "At five.");
        }
        app.pass(minutes(49));
        sweep(&app);
        assert!(app.mail().is_empty(), "not twice an hour");
        other.open("/case").await;
        app.pass(minutes(1));
        sweep(&app);
        let mail = app.only_mail();
        assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("case_answer", nora.email.as_str()), "olga has read it");
        assert!(mail.text.contains("The answer was written at 12:1"), "{}", mail.text);
        assert!(!mail.text.contains("teatime") && !mail.text.contains("198.51.100.0"), "{}", mail.text);
        app.pass(hours(2));
        sweep(&app);
        assert!(app.mail().is_empty(), "once");
        assert!(browser.open(&mail.link("Read the answer")).await.says("At five."));
        let desk = Desk::signed_in(&app, desk.person).await;
        desk.say(&number, "Good.");
        assert_eq!(app.only_mail().kind, "case_answer", "the hour is over");
        browser.open("/case").await;
        desk.say(&number, "Bye.");
        desk.close(&number);
        app.pass(hours(2));
        sweep(&app);
        assert!(app.mail().is_empty(), "the case is closed");
    }
}

#[tokio::test]
async fn s6_3_a_browser_that_joins_by_mail_sees_nothing_of_before_and_the_link_works_once() {
    for app in both_engines() {
        let (desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
        let mut browser = app.browser();
        let (_, number) = open_case(&mut browser, &nora).await;
        say(&mut browser, "My first school was Hill Street.").await;
        desk.say(&number, "And the second?");
        let link = app.newest_mail(&nora.email, "case_answer").link("Read the answer");
        let mut thief = app.browser().at("198.51.100.66");
        thief.head(&link).await;
        let page = thief.open(&link).await;
        assert_eq!(page.path, "/case/join");
        assert!(page.says("Here you see only what is written from now on."), "{}", page.text());
        assert_eq!(desk.view(&number).unwrap().participants.len(), 1, "opening it changes nothing");
        let page = thief.press(&page, "Go on in this browser").await;
        assert_eq!((page.status.as_u16(), page.path.as_str()), (200, "/case"));
        assert!(!page.says("Hill Street") && !page.says("the second?"), "{}", page.text());
        say(&mut browser, "The second was Mill Lane.").await;
        let page = thief.open("/case").await;
        assert!(page.says("Your other browser") && page.says("Mill Lane") && !page.says("Hill Street"));
        let mut late = app.browser();
        let page = late.open(&link).await;
        assert_eq!((page.status.as_u16(), page.says("This link has been used")), (410, true));
        assert_eq!(trail(&app, &nora, "case-join").len(), 2);
    }
}

#[tokio::test]
async fn s6_4_what_an_analyst_sees_is_what_the_decision_needs_and_each_look_is_in_the_owners_trail() {
    for app in both_engines() {
        let (desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
        app.browser().at("203.0.113.80").give_wrong_passcodes(&nora, 1).await;
        let (_, number) = open_case(&mut app.browser().at("203.0.113.77"), &nora).await;
        let view = desk.view(&number).unwrap();
        assert_eq!((view.owner.username.as_str(), view.owner.masked_email.as_str()), ("nora", "n••••••@example.org"));
        assert!(matches!(view.owner.mfa, Some((_, true))), "an app");
        assert_eq!(view.address, "203.0.113.77");
        assert_eq!(view.needed, Ok(1));
        let wrong = view.history.iter().find(|event| event.act == "passcode" && event.outcome == "wrong").unwrap();
        assert_eq!(wrong.network, "203.0.113.0/24");
        let printed = format!("{view:?}");
        assert!(!printed.contains("nora@example.org") && !printed.contains("vst_"), "{printed}");
        let looks = trail(&app, &nora, "case-view");
        assert_eq!((looks.len(), looks[0].actor.as_str()), (1, "analyst ada"));
        assert_eq!(looks[0].address, "198.51.100.20");
        assert!(app.app.db.read(|tx| vestibule::flow::account::find(tx, "ada")).unwrap().is_some());
    }
}

/// Texts are sealed in their rows, and deleted some time after the end.
#[tokio::test]
async fn s6_5_what_was_said_is_sealed_and_deleted_thirty_days_after_the_end() {
    for app in both_engines() {
        let (desk, nora) = (Desk::new(&app, "ada").await, app.with_mfa("nora").await);
        let mut browser = app.browser();
        let (_, number) = open_case(&mut browser, &nora).await;
        say(&mut browser, "walrus-with-a-hat").await;
        desk.say(&number, "otter-in-a-boat");
        desk.decline(&number, None);
        let dump = app.database_bytes();
        for said in ["walrus-with-a-hat", "otter-in-a-boat", "Could not name the last product"] {
            assert!(!dump.windows(said.len()).any(|window| window == said.as_bytes()), "{said} lies open");
        }
        let sweep = || {
            let act = app.app.local_act();
            app.app.db.write(move |tx| vestibule::flow::support::upkeep::sweep(tx, &act)).unwrap()
        };
        assert_eq!(sweep(), 0);
        app.pass(hours(24 * 7));
        assert_eq!(sweep(), 1, "a week after the decision it is closed");
        let desk = Desk::signed_in(&app, desk.person.clone()).await;
        let view = desk.view(&number).unwrap();
        assert_eq!((view.state.words(), view.messages[0].text.is_some()), ("closed", true));
        app.pass(hours(24 * 31));
        sweep();
        let desk = Desk::signed_in(&app, desk.person.clone()).await;
        let view = desk.view(&number).unwrap();
        assert!(view.messages.iter().all(|message| message.text.is_none()), "{view:?}");
        assert!(view.decision.unwrap().reason.is_none());
        let owner: AccountId = nora.id.clone();
        assert!(app.app.db.read(move |tx| vestibule::store::account::load(tx, &owner)).unwrap().is_some());
    }
}
