//! The live conversation: what is said arrives on the other side, to those who have a right to it and as long as they do.

use vestibule::flow::account::Change;
use vestibule::model::account::Role;
use vestibule::store::audit::{self, Search};

use super::{Joined, analyst, send_info};
use crate::support::*;

async fn listen(browser: &mut Browser, case: &Joined, after: i64) -> Listening {
    let stream = browser.listen(&format!("{}/live?after={after}", case.path()), None).await;
    assert_eq!((stream.status.as_u16(), stream.kind.as_str()), (200, "text/event-stream"));
    stream
}

#[tokio::test]
async fn s6_3_what_the_person_says_arrives_at_the_analyst_without_a_reload() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let case = send_info(&app, &nora).await;
        case.say("Before").await;
        let (_, mut browser) = analyst(&app, "anna").await;
        let page = browser.open(&case.path()).await;
        let live = page.body.split("data-live=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(live, format!("{}/live", case.path()));
        assert!(page.body.contains("data-newest=\"1\"") && page.body.contains("aria-live=\"polite\""));
        assert!(page.header("content-security-policy").contains("connect-src 'self'"));
        assert!(!browser.open("/support").await.header("content-security-policy").contains("connect-src"));
        let mut stream = listen(&mut browser, &case, 1).await;
        case.say("<img src=x onerror=alert(1)>\nsecond line").await;
        let message = stream.message().await;
        assert_eq!((message["id"].as_i64(), message["own"].as_bool()), (Some(2), Some(false)));
        assert_eq!(message["author"], "The person");
        assert_eq!(message["text"], "<img src=x onerror=alert(1)>\nsecond line");
        assert!(message["at"].as_str().unwrap().starts_with("12:"), "{message}");
    }
}

/// Regression 17: whoever asks for the stream by itself reads the conversation too.
#[tokio::test]
async fn s6_2_an_analyst_who_only_listens_is_in_the_owners_trail() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let case = send_info(&app, &nora).await;
        case.say("Only for whoever is known to have looked").await;
        let looks = |analyst: &str| {
            let (search, actor) =
                (Search { act: "case-view".into(), most: 100, ..Search::default() }, format!("analyst {analyst}"));
            let events = app.app.db.read(move |tx| audit::search(tx, &search)).unwrap();
            events.iter().filter(|event| event.account == nora.id.as_str() && event.actor == actor).count()
        };
        let (_, mut anna) = analyst(&app, "anna").await;
        let mut stream = listen(&mut anna, &case, 0).await;
        assert_eq!(stream.message().await["text"], "Only for whoever is known to have looked");
        assert_eq!(looks("anna"), 1);
        // Nor what is said from now on.
        let (_, mut bert) = analyst(&app, "bert").await;
        listen(&mut bert, &case, 1).await;
        assert_eq!(looks("bert"), 1);
        // The stream of a page that was shown just now is part of that look, however often it is opened; later it is another.
        let (_, mut carl) = analyst(&app, "carl").await;
        carl.open(&case.path()).await;
        listen(&mut carl, &case, 1).await;
        listen(&mut carl, &case, 1).await;
        assert_eq!(looks("carl"), 1);
        app.pass(minutes(16));
        listen(&mut carl, &case, 1).await;
        assert_eq!(looks("carl"), 2);
    }
}

#[tokio::test]
async fn s6_3_a_second_node_hears_what_was_said_on_the_first() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let case = send_info(&app, &nora).await;
        let (_, browser) = analyst(&app, "anna").await;
        let node = app.restarted();
        let mut there = node.browser();
        there.cookies.clone_from(&browser.cookies);
        let mut stream = listen(&mut there, &case, 0).await;
        case.say("Heard everywhere?").await;
        assert_eq!(stream.message().await["text"], "Heard everywhere?");
    }
}

#[tokio::test]
async fn s6_3_a_connection_that_broke_goes_on_after_the_last_message_that_arrived() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let (_, mut browser) = analyst(&app, "anna").await;
    for text in ["one", "two", "three"] {
        case.say(text).await;
    }
    let mut stream = browser.listen(&format!("{}/live?after=0", case.path()), Some(2)).await;
    assert_eq!(stream.message().await["text"], "three");
    case.say("four").await;
    assert_eq!(stream.message().await["text"], "four");
}

#[tokio::test]
async fn s6_3_a_decision_arrives_too() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let (_, mut browser) = analyst(&app, "anna").await;
    let (_, mut other) = analyst(&app, "bert").await;
    let mut stream = listen(&mut browser, &case, 0).await;
    let close = other.open(&format!("{}/close", case.path())).await;
    other.press(&close, "Close case").await;
    assert_eq!(stream.next().await.as_deref(), Some("event: state\ndata: {\"words\":\"closed\"}"));
}

#[tokio::test]
async fn r17_a_stream_ends_with_the_session_and_with_the_role() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let case = send_info(&app, &nora).await;
        let (_, mut browser) = analyst(&app, "anna").await;
        let (bert, mut other) = analyst(&app, "bert").await;
        let mut first = listen(&mut browser, &case, 0).await;
        let mut second = listen(&mut other, &case, 0).await;
        let portal = browser.open("/").await;
        browser.press(&portal, "Sign out").await;
        app.change(&bert, Change::SetRole(Role::User));
        case.say("Not for them any more").await;
        assert!(first.is_over().await, "the session is over");
        assert!(second.is_over().await, "the role is gone");
        let mut again = browser.listen(&format!("{}/live", case.path()), None).await;
        assert_eq!((again.status.as_u16(), again.next().await), (303, None));
        other.sign_in(&bert).await;
        assert_eq!(other.listen(&format!("{}/live", case.path()), None).await.status, 403);
    }
}

#[tokio::test]
async fn r17_a_stream_hears_its_own_case_only() {
    let app = TestApp::new();
    let (nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
    let (one, two) = (send_info(&app, &nora).await, send_info(&app, &olga).await);
    let (_, mut browser) = analyst(&app, "anna").await;
    let mut stream = listen(&mut browser, &one, 0).await;
    two.say("of the other case").await;
    one.say("of this case").await;
    assert_eq!(stream.message().await["text"], "of this case");
    let gone = browser.listen("/support/cases/V-000000/live", None).await;
    assert_eq!(gone.status, 410);
}

#[tokio::test]
async fn s6_3_one_person_has_four_streams_and_the_oldest_gives_way() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let (_, mut browser) = analyst(&app, "anna").await;
    let mut streams = Vec::new();
    for _ in 0..5 {
        streams.push(listen(&mut browser, &case, 0).await);
    }
    assert!(streams[0].is_over().await);
    case.say("to the four").await;
    for stream in &mut streams[1..] {
        assert_eq!(stream.message().await["text"], "to the four");
    }
}

#[tokio::test]
async fn s6_3_streams_that_nobody_listens_to_give_their_places_back() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let (_, mut browser) = analyst(&app, "anna").await;
    for _ in 0..600 {
        drop(listen(&mut browser, &case, 0).await);
        tokio::task::yield_now().await;
    }
    let mut stream = listen(&mut browser, &case, 0).await;
    case.say("still there").await;
    assert_eq!(stream.message().await["text"], "still there");
}

#[tokio::test]
async fn r17_a_page_of_another_site_opens_no_stream() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let (_, mut browser) = analyst(&app, "anna").await;
    for site in ["same-site", "cross-site", "none"] {
        browser.extra = vec![("sec-fetch-site", site.to_owned())];
        assert_eq!(browser.listen(&format!("{}/live", case.path()), None).await.status, 403, "{site}");
    }
}

#[tokio::test]
async fn s6_3_what_arrived_counts_as_read() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let (_, mut browser) = analyst(&app, "anna").await;
    let mut stream = listen(&mut browser, &case, 0).await;
    case.say("one").await;
    stream.message().await;
    case.say("two").await;
    stream.message().await;
    // Noted between the two.
    assert!(!browser.open("/support").await.says("2 new"));
}

#[tokio::test]
async fn s6_3_what_support_says_arrives_at_the_person_and_nothing_from_before_the_browser_joined() {
    for app in both_engines() {
        let (nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
        let first = send_info(&app, &nora).await;
        let other_case = send_info(&app, &olga).await;
        first.say("said before the second browser joined").await;
        let second = send_info(&app, &nora).await;
        let (_, mut analyst) = analyst(&app, "anna").await;
        let mut hears = second.browser.clone().listen("/case/live?after=0", None).await;
        let mut asks_for_more = second.browser.clone().listen("/case/live?after=-9", Some(-9)).await;
        other_case.say("said in another case").await;
        let page = analyst.open(&second.path()).await;
        analyst.submit(&page, "Send message", &[("Message", "We call you back.")]).await;
        for stream in [&mut hears, &mut asks_for_more] {
            let message = stream.message().await;
            assert_eq!(
                (message["author"].as_str(), message["text"].as_str()),
                (Some("Support"), Some("We call you back."))
            );
        }
        assert!(second.browser.clone().open("/case").await.header("content-security-policy").contains("connect-src"));
    }
}

#[tokio::test]
async fn r17_a_persons_stream_ends_when_the_account_moves_on_and_nobody_else_has_one() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let mut stream = case.browser.clone().listen("/case/live?after=0", None).await;
    app.change(&nora, Change::Disable);
    let (_, mut analyst) = analyst(&app, "anna").await;
    let page = analyst.open(&case.path()).await;
    analyst.submit(&page, "Send message", &[("Message", "Not for this browser")]).await;
    assert!(stream.is_over().await);
    assert_eq!(app.browser().listen("/case/live", None).await.status, 410);
}

/// Another browser that joined, with the mailed link say, cannot take the ear of the one that asked.
#[tokio::test]
async fn s6_3_one_browser_of_the_person_does_not_end_the_streams_of_another() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let mut owners = case.browser.clone().listen("/case/live?after=0", None).await;
    let other = send_info(&app, &nora).await;
    let mut others = Vec::new();
    for _ in 0..5 {
        others.push(other.browser.clone().listen("/case/live?after=0", None).await);
    }
    assert!(others[0].is_over().await, "its own oldest gives way");
    let (_, mut analyst) = analyst(&app, "anna").await;
    let page = analyst.open(&case.path()).await;
    analyst.submit(&page, "Send message", &[("Message", "We call you back.")]).await;
    assert_eq!(owners.message().await["text"], "We call you back.");
}
