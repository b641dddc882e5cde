//! The country beside the network, where the settings name a database of places (`tests/places`), and nowhere else.

use crate::console::{analyst, send_info};
use crate::support::*;

fn with_places() -> TestApp {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/places/countries.mmdb");
    TestApp::with(|settings| settings.sessions.place_db_file = Some(file.into()))
}

/// Signed in from a network whose country has a name, one with a code alone, one of IPv6, and one that is not known.
async fn signed_in_everywhere(app: &TestApp) -> (Person, Browser) {
    let nora = app.with_mfa("nora").await;
    for address in ["198.51.100.77", "2001:db8:77::5", "192.0.2.77"] {
        app.browser().at(address).sign_in(&nora).await;
    }
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    (nora, browser)
}

#[tokio::test]
async fn s7_a_country_stands_beside_each_session_and_event_where_a_database_of_places_is_set() {
    let app = with_places();
    let (_, mut browser) = signed_in_everywhere(&app).await;
    let page = browser.open("/account/sessions").await;
    for says in [
        "(this browser) Network 203.0.113.0/24, Norway Last seen",
        "Network 198.51.100.0/24, SE Last seen",
        "Network 2001:db8:77::/48, Finland Last seen",
        "Network 192.0.2.0/24 Last seen",
    ] {
        assert!(page.says(says), "{says}: {}", page.text());
    }
    let page = browser.open("/account/history").await;
    for says in [", network 203.0.113.0/24, Norway", ", network 198.51.100.0/24, SE", ", network 192.0.2.0/24 "] {
        assert!(page.says(says), "{says}: {}", page.text());
    }
    assert!(!page.says("198.51.100.77") && !page.says("192.0.2.0/24,"), "{}", page.text());
}

#[tokio::test]
async fn s7_without_a_database_of_places_no_country_is_shown() {
    let app = TestApp::new();
    let (_, mut browser) = signed_in_everywhere(&app).await;
    for path in ["/account/sessions", "/account/history"] {
        let page = browser.open(path).await;
        assert!(page.says("203.0.113.0/24") && !page.says("Norway") && !page.says("SE"), "{}", page.text());
    }
}

#[tokio::test]
async fn s6_2_a_case_shows_the_country_beside_each_address() {
    let app = with_places();
    let nora = app.with_mfa("nora").await;
    app.browser().at("192.0.2.77").sign_in(&nora).await;
    let case = send_info(&app, &nora).await;
    let (_, mut browser) = analyst(&app, "anna").await;
    let page = browser.open(&case.path()).await;
    for says in [
        "Asked from Firefox on Linux, 198.51.100.23, SE",
        "Firefox on Linux 198.51.100.23, SE at 12:0",
        "Signed in, from an app an unknown browser 192.0.2.0/24 at 12:0",
        "Firefox on Linux 198.51.100.0/24, SE",
    ] {
        assert!(page.says(says), "{says}: {}", page.text());
    }
}

#[tokio::test]
async fn s7_whoever_is_asked_whether_it_was_them_sees_the_country() {
    let app = with_places();
    let nora = app.with_mfa("nora").await;
    let mut stranger = app.browser().at("198.51.100.77");
    stranger.sign_in(&nora).await;
    let link = app.newest_mail(&nora.email, "new_browser").link("This wasn't me");
    let page = app.browser().open(&link).await;
    assert!(page.says("Network 198.51.100.0/24, SE"), "{}", page.text());
    let case = send_info(&app, &nora).await;
    let link = app.newest_mail(&nora.email, "case_opened").link("This wasn't me");
    let page = app.browser().open(&link).await;
    assert!(page.says(&case.number.to_string()) && page.says("Network 198.51.100.0/24, SE"), "{}", page.text());
}
