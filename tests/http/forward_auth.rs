//! Products behind a proxy: what the proxy is told, and the way to the cookie of the product's host.

mod attacks;

use std::time::Duration;

use vestibule::flow::account::{self, Change};
use vestibule::model::group_name::GroupName;
use vestibule::model::product::{Access, Policy};
use vestibule::store::db::Tx;
use vestibule::store::product_access;

use crate::support::*;

fn wiki(app: &TestApp) -> Proxied {
    Proxied::new(app, "wiki", |_| {})
}

#[tokio::test]
async fn s3_13_a_proxied_product_leads_through_the_sign_in_to_the_page_that_was_asked_for() {
    for app in both_engines() {
        let (nora, wiki) = (app.with_mfa("nora").await, wiki(&app));
        let names = ["finance", "Human Resources"].map(|name| GroupName::parse(name).unwrap());
        let (act, id) = (app.app.local_act(), nora.id.clone());
        app.app.db.write(move |tx| account::set_groups(tx, &act, &id, &names)).unwrap().unwrap();
        let mut window = wiki.window();
        let page = wiki.begin(&mut window, "/pages/7?tab=2").await;
        assert!(page.says("to open The site wiki"), "{}", page.text());
        let back = wiki.walk_in(&mut window, page, &nora).await;
        let done = window.theirs.open_once(&wiki.callback(&back)).await;
        assert_eq!((done.status.as_u16(), done.header("location")), (303, "https://wiki.example.net/pages/7?tab=2"));
        assert_eq!(window.theirs.cookies.keys().collect::<Vec<_>>(), ["__Host-vestibule-host"], "the state is gone");
        let answer = wiki.ask(&window, "/pages/7").await;
        assert_eq!(answer.status.as_u16(), 200);
        assert_eq!(answer.header("remote-user"), "nora");
        assert_eq!(answer.header("remote-email"), "nora@example.org");
        assert_eq!(answer.header("remote-groups"), "Human Resources,finance");
        assert!(window.ours.is_signed_in().await, "the portal is signed in too");
    }
}

#[tokio::test]
async fn s3_13_a_second_product_behind_a_proxy_opens_without_another_question() {
    let app = TestApp::new();
    let (nora, wiki, sheets) = (app.with_mfa("nora").await, wiki(&app), Proxied::new(&app, "sheets", |_| {}));
    let mut window = wiki.window();
    wiki.sign_in(&mut window, &nora, "/").await;
    let mut there = Window { ours: window.ours.clone(), ..sheets.window() };
    let back = sheets.begin(&mut there, "/").await;
    there.theirs.open_once(&sheets.callback(&back)).await;
    assert_eq!(sheets.person(&there).await.as_deref(), Some("nora"));
}

#[tokio::test]
async fn s3_13_caddy_and_traefik_ask_with_other_headers_and_pass_the_redirect_on() {
    let app = TestApp::new();
    let (nora, wiki) = (app.with_mfa("nora").await, wiki(&app));
    let mut window = wiki.window();
    let headers = [
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "wiki.example.net"),
        ("x-forwarded-uri", "/a?b"),
        ("x-forwarded-method", "GET"),
    ];
    let answer = wiki.ask_with(&window, "/forward-auth?redirect", &headers).await;
    let expected = "https://wiki.example.net/.vestibule/start?to=%2Fa%3Fb";
    assert_eq!((answer.status.as_u16(), answer.header("location")), (302, expected));
    assert_eq!(answer.header("strict-transport-security"), "", "that is the host's own affair");
    wiki.sign_in(&mut window, &nora, "/").await;
    assert_eq!(wiki.ask_with(&window, "/forward-auth?redirect", &headers).await.status.as_u16(), 200);
}

/// Two windows of one browser sign in side by side.
#[tokio::test]
async fn s3_13_two_windows_sign_in_at_once() {
    let app = TestApp::new();
    let (nora, wiki) = (app.with_mfa("nora").await, wiki(&app));
    let mut window = wiki.window();
    let first = wiki.begin(&mut window, "/first").await;
    wiki.begin(&mut window, "/second").await;
    let back = wiki.walk_in(&mut window, first, &nora).await;
    let done = window.theirs.open_once(&wiki.callback(&back)).await;
    assert_eq!(done.header("location"), "https://wiki.example.net/first");
    // The other one's way back finds the state gone, and the cookie there.
    let late = window.theirs.open_once(&wiki.callback(&back)).await;
    assert_eq!((late.status.as_u16(), late.header("location")), (303, "/"));
    assert_eq!(wiki.person(&window).await.as_deref(), Some("nora"), "a page that is loaded again ends nothing");
}

#[tokio::test]
async fn s3_14_separate_asks_when_the_cookie_is_made_and_after_its_age() {
    let app = TestApp::new();
    let hour = Policy::Separate(hours(1));
    let (nora, wiki) = (app.with_mfa("nora").await, Proxied::new(&app, "wiki", |product| product.policy = hour));
    let mut window = wiki.window();
    window.ours.sign_in(&nora).await;
    let page = wiki.begin(&mut window, "/").await;
    assert!(page.offers("Verify") && page.says("The site wiki"), "{}", page.text());
    let back = wiki.walk_in(&mut window, page, &nora).await;
    window.theirs.open_once(&wiki.callback(&back)).await;
    app.pass(minutes(59));
    assert_eq!(wiki.person(&window).await.as_deref(), Some("nora"));
    app.pass(minutes(1));
    assert_eq!(wiki.person(&window).await, None, "its passcode is too old");
    assert!(wiki.begin(&mut window, "/").await.offers("Verify"));
}

#[tokio::test]
async fn s3_14_separate_without_an_age_asks_each_time_a_cookie_is_made_and_at_last_after_twelve_hours() {
    let app = TestApp::with(|settings| settings.sessions.absolute = hours(48));
    let each_time = Policy::Separate(Duration::ZERO);
    let (nora, wiki) = (app.with_mfa("nora").await, Proxied::new(&app, "wiki", |product| product.policy = each_time));
    let mut window = wiki.window();
    wiki.sign_in(&mut window, &nora, "/").await;
    let mut other = Window { ours: window.ours.clone(), ..wiki.window() };
    assert!(wiki.begin(&mut other, "/").await.offers("Verify"), "another cookie, another passcode");
    for _ in 0..23 {
        app.pass(minutes(30));
        assert_eq!(wiki.person(&window).await.as_deref(), Some("nora"));
    }
    app.pass(minutes(30));
    assert_eq!(wiki.person(&window).await, None);
}

#[tokio::test]
async fn s3_14_where_emailed_passcodes_are_not_enough_an_app_is_asked_for() {
    let app = TestApp::new();
    let wiki = Proxied::new(&app, "wiki", |product| product.forbids_email = true);
    let nora = app.with_mail_mfa("nora").await;
    let mut window = wiki.window();
    let page = window.ours.give_password(&nora).await;
    let page = window.ours.press(&page, "Send me a passcode").await;
    let code = app.newest_mail(&nora.email, "passcode").passcode();
    assert!(window.ours.give_passcode(&page, &code).await.offers("Sign out"));
    let page = wiki.begin(&mut window, "/").await;
    assert!(page.says("needs an authenticator app"), "{}", page.text());
}

/// While somebody works in a product behind a proxy the session is in use.
#[tokio::test]
async fn s3_15_work_at_the_product_keeps_the_session_alive_and_idleness_ends_it() {
    for app in both_engines() {
        let (nora, wiki) = (app.with_mfa("nora").await, wiki(&app));
        let mut window = wiki.window();
        wiki.sign_in(&mut window, &nora, "/").await;
        for _ in 0..4 {
            app.pass(minutes(50));
            assert_eq!(wiki.person(&window).await.as_deref(), Some("nora"));
        }
        assert!(window.ours.is_signed_in().await);
        app.pass(minutes(60));
        assert_eq!(wiki.person(&window).await, None);
    }
}

#[tokio::test]
async fn s3_15_signing_out_ends_every_hosts_cookie_at_once() {
    let app = TestApp::new();
    let (nora, wiki) = (app.with_mfa("nora").await, wiki(&app));
    let mut window = wiki.window();
    wiki.sign_in(&mut window, &nora, "/").await;
    let portal = window.ours.open("/").await;
    window.ours.press(&portal, "Sign out").await;
    assert_eq!(wiki.person(&window).await, None);
}

#[tokio::test]
async fn s3_15_the_hosts_own_sign_out_ends_its_cookie_and_leads_to_the_page_that_asks() {
    let app = TestApp::new();
    let (nora, wiki) = (app.with_mfa("nora").await, wiki(&app));
    let mut window = wiki.window();
    wiki.sign_in(&mut window, &nora, "/").await;
    let kept = window.clone();
    // Another site cannot sign anybody out.
    for site in ["cross-site", "same-site"] {
        window.theirs.extra = vec![("sec-fetch-site", site.to_owned())];
        window.theirs.open_once("/.vestibule/sign-out").await;
        assert_eq!(wiki.person(&window).await.as_deref(), Some("nora"), "{site}");
    }
    window.theirs.extra.clear();
    let left = window.theirs.open_once("/.vestibule/sign-out").await;
    assert_eq!(left.header("location"), "https://id.example.org/oauth2/logout");
    assert!(window.theirs.cookies.is_empty(), "{:?}", window.theirs.cookies);
    assert_eq!(wiki.person(&kept).await, None, "a copy of the cookie is as dead");
    let page = window.ours.open(left.header("location")).await;
    let page = window.ours.press(&page, "Sign out").await;
    assert!(page.says("You are signed out"), "{}", page.text());
}

#[tokio::test]
async fn s3_15_what_is_taken_from_an_account_is_gone_at_the_next_request() {
    for app in both_engines() {
        let wiki = wiki(&app);
        let [nora, oscar, paul] = [app.with_mfa("nora").await, app.with_mfa("oscar").await, app.with_mfa("paul").await];
        let mut windows = Vec::new();
        for person in [&nora, &oscar, &paul] {
            let mut window = wiki.window();
            wiki.sign_in(&mut window, person, "/").await;
            assert_eq!(wiki.person(&window).await.as_deref(), Some(person.username.as_str()));
            windows.push(window);
        }
        app.change(&nora, Change::Disable);
        assert_eq!(wiki.person(&windows[0]).await, None, "disabled");
        app.change(&nora, Change::Enable);
        assert_eq!(wiki.person(&windows[0]).await, None, "and it does not come back");
        app.reset_mfa(&oscar);
        assert_eq!(wiki.person(&windows[1]).await, None, "a factor was taken away");
        let id = wiki.id.clone();
        let change = move |tx: &mut Tx<'_>| {
            tx.execute("DELETE FROM product_access", &[])?;
            product_access::add(tx, &id, &Access::Group(GroupName::parse("finance").unwrap()))
        };
        app.app.db.write(change).unwrap();
        assert_eq!(wiki.person(&windows[2]).await, None, "may not open it any more");
        let page = wiki.begin(&mut windows[2], "/").await;
        assert!(page.says("You may not open The site wiki"), "{}", page.text());
    }
}

/// Regression 20: an account without MFA is led to set-up.
#[tokio::test]
async fn r20_s3_15_an_account_without_mfa_is_led_to_set_up_and_gets_no_cookie() {
    let app = TestApp::new();
    let (nora, wiki) = (app.account("nora"), wiki(&app));
    let mut window = wiki.window();
    let page = wiki.begin(&mut window, "/").await;
    let page = window.ours.submit(&page, "Sign in", &[("Username", "nora"), ("Password", &nora.password)]).await;
    assert!(page.offers("Send me a setup email"), "{}", page.text());
    assert_eq!(wiki.person(&window).await, None);
}

#[tokio::test]
async fn s3_15_the_trail_says_who_opened_and_left() {
    let app = TestApp::new();
    let (nora, wiki) = (app.with_mfa("nora").await, wiki(&app));
    let mut window = wiki.window();
    wiki.sign_in(&mut window, &nora, "/").await;
    window.theirs.open_once("/.vestibule/sign-out").await;
    let events = app.app.db.read(|tx| vestibule::store::audit::page(tx, None, 100)).unwrap();
    let of_wiki: Vec<_> =
        events.iter().filter(|event| event.detail == "wiki").map(|event| event.act.as_str()).collect();
    assert_eq!(of_wiki.iter().filter(|act| **act == "product-open").count(), 1, "{of_wiki:?}");
    assert_eq!(of_wiki.iter().filter(|act| **act == "product-leave").count(), 1, "{of_wiki:?}");
}
