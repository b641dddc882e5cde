//! How many streams somebody may have, and how long one lives.

use std::time::{Duration, Instant};

use vestibule::flow::account::Change;

use super::{analyst, send_info};
use crate::support::*;

/// Each browser that joins has a few; all of one account's together have no more than their share.
#[tokio::test]
async fn s6_3_one_persons_browsers_share_their_streams_and_the_one_with_the_most_gives_way() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let mut only_one = case.browser.clone().listen("/case/live?after=0", None).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        let joined = send_info(&app, &nora).await;
        for _ in 0..4 {
            let stream = joined.browser.clone().listen("/case/live?after=0", None).await;
            assert_eq!(stream.status, 200);
            others.push(stream);
        }
    }
    assert!(others[0].is_over().await, "the thirteenth stream takes the place of this one");
    let (_, mut analyst) = analyst(&app, "anna").await;
    let page = analyst.open(&case.path()).await;
    analyst.submit(&page, "Send message", &[("Message", "We call you back.")]).await;
    for stream in others.iter_mut().skip(1).chain([&mut only_one]) {
        assert_eq!(stream.message().await["text"], "We call you back.");
    }
}

/// Nothing is written in the case meanwhile: the heartbeat itself looks whether there is still a right to listen.
#[tokio::test]
async fn s6_3_a_heartbeat_keeps_a_stream_alive_and_ends_those_that_have_no_right_any_more() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let case = send_info(&app, &nora).await;
    let live = format!("{}/live", case.path());
    let (_, mut stays) = analyst(&app, "anna").await;
    let (_, mut signs_out) = analyst(&app, "bert").await;
    let begun = Instant::now();
    let mut kept = stays.listen(&live, None).await.patient();
    let mut ended = [signs_out.listen(&live, None).await, case.browser.clone().listen("/case/live", None).await];
    let portal = signs_out.open("/").await;
    signs_out.press(&portal, "Sign out").await;
    app.change(&nora, Change::Disable);
    while begun.elapsed() < Duration::from_secs(10) {
        kept.comment().await;
    }
    assert!(begun.elapsed() < Duration::from_secs(18), "{:?}", begun.elapsed());
    for stream in &mut ended {
        assert!(stream.is_over().await);
    }
}

#[tokio::test]
async fn s6_3_streams_end_with_the_case_and_one_that_comes_late_is_told() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let case = send_info(&app, &nora).await;
        let mut persons = case.browser.clone().listen("/case/live?after=0", None).await;
        let (_, mut browser) = analyst(&app, "anna").await;
        let page = browser.open(&case.path()).await;
        browser.submit(&page, "Send message", &[("Message", "Good-bye.")]).await;
        assert_eq!(persons.message().await["text"], "Good-bye.");
        let close = browser.open(&format!("{}/close", case.path())).await;
        browser.press(&close, "Close case").await;
        let closed = "event: state\ndata: {\"meaning\":\"This case is closed. Nothing more can be written here.\",\"words\":\"closed\"}";
        assert_eq!(persons.next().await.as_deref(), Some(closed));
        assert!(persons.is_over().await);
        let mut late = case.browser.clone().listen("/case/live?after=0", None).await;
        assert_eq!(late.message().await["text"], "Good-bye.");
        assert_eq!(late.next().await.as_deref(), Some(closed));
        assert!(late.is_over().await, "it does not come again and again");
    }
}
