//! The queue: who waits, since when, and what one looks for.

use super::{analyst, send_info};
use crate::support::*;

#[tokio::test]
async fn s6_1_the_queue_says_who_what_product_since_when_and_where_it_stands() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let case = send_info(&app, &nora).await;
        case.say("My phone fell into the sea.").await;
        app.pass(minutes(125));
        let (_, mut browser) = analyst(&app, "anna").await;
        let page = browser.open("/support").await;
        for words in [case.number.as_str(), "nora", "2 hours 6 minutes", "info received", "1 new", "Info received (1)"]
        {
            assert!(page.says(words), "{words}: {}", page.text());
        }
        assert!(page.link(case.number.as_str()).ends_with(&case.path()));
        browser.open(&case.path()).await;
        assert!(!browser.open("/support").await.says("1 new"), "what was looked at is read");
    }
}

#[tokio::test]
async fn s6_1_an_empty_queue_says_what_to_do() {
    let app = TestApp::new();
    let (_, mut browser) = analyst(&app, "anna").await;
    let page = browser.open("/support").await;
    assert!(page.says("Nobody waits"), "{}", page.text());
    assert_eq!(page.link("Open a case"), "/support/open");
    assert!(browser.open("/support?text=nobody").await.says("No case is like that"));
}

#[tokio::test]
async fn s6_1_the_queue_is_filtered_sorted_and_paged_by_its_address() {
    let app = TestApp::new();
    let people = Person::crowd(&app, 28);
    let mut cases = Vec::new();
    for person in &people {
        app.pass(minutes(1));
        cases.push(send_info(&app, person).await);
    }
    let (_, mut browser) = analyst(&app, "anna").await;
    let first = browser.open("/support").await;
    assert!(first.says(cases[0].number.as_str()) && first.says(cases[24].number.as_str()));
    assert!(!first.says(cases[25].number.as_str()));
    let next = browser.open(&first.link("Next page")).await;
    assert!(next.says(cases[25].number.as_str()) && !next.says(cases[24].number.as_str()));
    assert!(!next.offers("Next page"));
    assert!(browser.open(&next.link("First page")).await.says(cases[0].number.as_str()));
    let newest = browser.open("/support?sort=newest").await;
    assert!(newest.says(cases[27].number.as_str()) && !newest.says(cases[0].number.as_str()));
    let found = browser.open("/support?text=PERSON-7").await;
    assert!(found.says(cases[7].number.as_str()) && found.says("1 case on this page"), "{}", found.text());
    let number = cases[9].number.as_str().to_lowercase();
    assert!(browser.open(&format!("/support?text={number}")).await.says("person-9"));
    cases[3].say("Hello?").await;
    let unread = browser.open("/support?unread=yes").await;
    assert!(unread.says("person-3") && unread.says("1 case on this page"), "{}", unread.text());
    for (state, words) in [("approved", "No case is like that"), ("info_received", "person-0"), ("all", "person-0")] {
        assert!(browser.open(&format!("/support?state={state}")).await.says(words), "{state}");
    }
}

#[tokio::test]
async fn s6_1_an_address_that_makes_no_sense_shows_the_queue() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let (_, mut browser) = analyst(&app, "anna").await;
    for query in
        ["state=none", "sort=none", "after=x", "after=-1-V-0", "text=%25", "state=open&state=open", "%ff", "text=%00"]
    {
        let page = browser.open(&format!("/support?{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        assert!(!page.says("Something went wrong"), "{query}");
    }
    assert!(!browser.open("/support?text=%25").await.says(case.number.as_str()), "a percent sign is a percent sign");
}

#[tokio::test]
async fn s6_1_a_name_with_markup_in_it_stays_text() {
    let app = TestApp::new();
    let (_, mut browser) = analyst(&app, "anna").await;
    let page = browser.open("/support?text=%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    assert!(!page.body.contains("<script>alert"));
}

/// Each tab says how many cases a click on it shows, whatever else is asked for; each row how many messages are new.
#[tokio::test]
async fn s6_1_every_count_on_the_queue_is_what_a_click_shows() {
    for app in both_engines() {
        let people = Person::crowd(&app, 4);
        let mut cases = Vec::new();
        for person in &people {
            cases.push(send_info(&app, person).await);
        }
        let (anna, mut browser) = analyst(&app, "anna").await;
        let (_, mut other) = analyst(&app, "bert").await;
        let own = send_info(&app, &anna).await;
        let close = browser.open(&format!("{}/close", cases[3].path())).await;
        browser.press(&close, "Close case").await;
        for text in ["One", "Two", "Three"] {
            cases[0].say(text).await;
        }
        cases[1].say("One").await;
        for (query, counts) in [
            ("", ["Not closed (3)", "Info received (3)", "Closed (1)", "All (4)", "haven't read (2 cases)"]),
            ("?unread=yes", ["Not closed (2)", "Info received (2)", "Closed (0)", "All (2)", "haven't read (2 cases)"]),
            (
                "?text=person-0",
                ["Not closed (1)", "Info received (1)", "Closed (0)", "All (1)", "haven't read (1 case)"],
            ),
            (
                "?state=closed",
                ["Not closed (3)", "Info received (3)", "Closed (1)", "All (4)", "haven't read (0 cases)"],
            ),
            ("?state=nonsense", ["Not closed (3)", "Open (0)", "Approved (0)", "Declined (0)", "Not closed: 3 in all"]),
        ] {
            let page = browser.open(&format!("/support{query}")).await;
            for words in counts {
                assert!(page.says(words), "{query}: {words}: {}", page.text());
            }
            assert!(!page.says(own.number.as_str()), "nobody sees a case of their own account");
        }
        let page = browser.open("/support").await;
        assert!(page.says("3 new") && page.says("1 new") && page.says("Not closed: 3 in all, 3 cases on this page"));
        let case = browser.open(&cases[0].path()).await;
        assert!(case.says("3 messages are new since you looked last."), "{}", case.text());
        assert!(browser.open("/support").await.says("haven't read (1 case)"), "what was looked at is read");
        let theirs = other.open("/support").await;
        assert!(theirs.says("3 new") && theirs.says("Not closed (4)"), "each analyst has counts of their own");
    }
}

#[tokio::test]
async fn s6_3_both_sides_are_told_how_many_messages_are_new() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    case.say("My phone fell into the sea.").await;
    let (_, mut browser) = analyst(&app, "anna").await;
    let page = browser.open(&case.path()).await;
    assert!(page.says("1 message is new since you looked last."), "{}", page.text());
    for text in ["Which sea?", "Since when?"] {
        let page = browser.open(&case.path()).await;
        assert!(!page.says("since you looked last"), "{}", page.text());
        browser.submit(&page, "Send message", &[("Message", text)]).await;
    }
    let mut person = case.browser.clone();
    assert!(person.open("/case").await.says("2 messages are new since you looked last."));
    assert!(!person.open("/case").await.says("since you looked last"));
}
