//! Who gets in: a whole session of an account that has the role at this request, and nobody else.

use vestibule::flow::account::Change;
use vestibule::model::account::Role;
use vestibule::web::router::{Access, routes};

use super::{analyst, send_info, with_role};
use crate::support::*;

/// Every route of the console, as GET and POST where it takes them.
fn console(number: &str) -> Vec<(&'static str, String)> {
    let routes = routes().into_iter().filter(|route| route.access == Access::Analyst);
    let each = |route: vestibule::web::router::Route| {
        let path = route.path.replace("{number}", number);
        route.methods.split(' ').map(move |method| (method, path.clone())).collect::<Vec<_>>()
    };
    routes.flat_map(each).collect()
}

async fn ask(browser: &mut Browser, method: &str, path: &str) -> Page {
    match method {
        "GET" => browser.open_once(path).await,
        _ => browser.post(path, &whole_form(path)).await,
    }
}

/// Fields such as the form of this path has.
fn whole_form(path: &str) -> Vec<(String, String)> {
    let names: &[&str] = match path.rsplit('/').next().unwrap() {
        "open" => &["form_token", "who"],
        "message" => &["form_token", "message"],
        "reset" => &["form_token", "reason"],
        "decline" => &["form_token", "reason", "words"],
        _ => &["form_token"],
    };
    names.iter().map(|name| ((*name).to_owned(), "because".to_owned())).collect()
}

#[tokio::test]
async fn s6_1_analysts_and_administrators_have_the_console_on_their_portal() {
    let app = TestApp::new();
    for (username, role) in [("anna", Role::Analyst), ("adam", Role::Administrator)] {
        let person = with_role(&app, username, role).await;
        let mut browser = app.browser();
        let portal = browser.sign_in(&person).await;
        let console = browser.open(&portal.link("Support console")).await;
        assert_eq!((console.status.as_u16(), console.title().split(" ·").next()), (200, Some("Support console")));
    }
    let nora = app.with_mfa("nora").await;
    assert!(!app.browser().sign_in(&nora).await.offers("Support console"));
}

#[tokio::test]
async fn s6_1_who_is_not_signed_in_signs_in_first_and_comes_to_the_page_that_was_asked_for() {
    let app = TestApp::new();
    let (nora, anna) = (app.with_mfa("nora").await, with_role(&app, "anna", Role::Analyst).await);
    let case = send_info(&app, &nora).await;
    let mut browser = app.browser();
    let page = browser.open(&case.path()).await;
    assert_eq!(page.path, "/sign-in");
    let page = browser.sign_in(&anna).await;
    assert_eq!((page.path.clone(), page.status.as_u16()), (case.path(), 200));
    browser.open("/").await;
    assert_eq!(browser.sign_in(&anna).await.path, "/", "the page is asked for once");
}

#[tokio::test]
async fn r17_every_console_route_answers_nobody_a_password_and_a_plain_user_alike_whatever_there_is() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let anna = with_role(&app, "anna", Role::Analyst).await;
        let case = send_info(&app, &nora).await;
        let mut half = app.browser();
        half.give_password(&anna).await;
        let mut plain = app.browser();
        plain.sign_in(&nora).await;
        app.mail();
        for number in [case.number.as_str(), "V-000000"] {
            let paths = console(number);
            assert!(paths.len() > 10);
            for (method, path) in paths {
                for (who, browser) in [("nobody", &mut app.browser()), ("a password", &mut half)] {
                    let page = ask(browser, method, &path).await;
                    assert_eq!(
                        (page.status.as_u16(), page.header("location")),
                        (303, "/sign-in"),
                        "{who}: {method} {path}"
                    );
                    assert!(page.body.is_empty());
                }
                let page = ask(&mut plain, method, &path).await;
                assert_eq!(page.status.as_u16(), 403, "{method} {path}");
                assert!(page.says("This page is for the support team"), "{method} {path}");
                assert!(!page.body.contains("V-"), "{method} {path}");
            }
        }
        assert!(app.mail().is_empty());
    }
}

#[tokio::test]
async fn r17_an_analyst_sees_no_case_of_the_own_account() {
    let app = TestApp::new();
    let (anna, mut browser) = analyst(&app, "anna").await;
    let case = send_info(&app, &anna).await;
    for (method, path) in console(case.number.as_str()) {
        if !path.contains(case.number.as_str()) {
            continue;
        }
        let page = browser.open("/support").await;
        let token =
            page.body.split("name=\"form_token\" value=\"").nth(1).map_or("", |rest| rest.split('"').next().unwrap());
        let mut form = whole_form(&path);
        form[0].1 = token.to_owned();
        let page = match method {
            "GET" => browser.open_once(&path).await,
            _ => browser.post(&path, &form).await,
        };
        let status = page.status.as_u16();
        assert!([403, 404, 410].contains(&status), "{method} {path}: {status} {}", page.text());
    }
    assert!(app.account_row(&anna).has_mfa());
    // Nor that there is one.
    let (_, mut bert) = analyst(&app, "bert").await;
    for path in ["/support", "/support?state=all", "/support?state=info_received&sort=changed", "/support?text=anna"] {
        let page = browser.open(path).await;
        assert!(!page.says(case.number.as_str()), "{path}: {}", page.text());
        assert!(!tabs(&page).contains("(1)"), "{path}: {}", tabs(&page));
        let page = bert.open(path).await;
        assert!(
            page.says(case.number.as_str()) && tabs(&page).contains("(1)"),
            "others see it, {path}: {}",
            page.text()
        );
    }
}

/// The tabs of the queue with their counts.
fn tabs(page: &Page) -> String {
    let tabs = page.text();
    let from = tabs.find("Not closed").expect("the tabs");
    tabs[from..].split("Find a case").next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn r17_a_role_that_is_taken_away_is_gone_at_the_next_request() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let case = send_info(&app, &nora).await;
        let (anna, mut browser) = analyst(&app, "anna").await;
        let page = browser.open(&case.path()).await;
        assert_eq!(page.status, 200);
        app.change(&anna, Change::SetRole(Role::User));
        let said = browser.submit_once(&page, "Send message", &[("Message", "still here")]).await;
        assert!(!said.status.is_success() && said.header("location") == "/sign-in", "{}", said.status);
        for (method, path) in console(case.number.as_str()) {
            assert_eq!(ask(&mut browser, method, &path).await.header("location"), "/sign-in", "{method} {path}");
        }
        // A new sign-in of the same account is somebody else's.
        browser.sign_in(&anna).await;
        for (method, path) in console(case.number.as_str()) {
            assert_eq!(ask(&mut browser, method, &path).await.status, 403, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn r17_a_disabled_analyst_and_one_who_signed_out_are_out() {
    let app = TestApp::new();
    let (_, mut browser) = analyst(&app, "anna").await;
    let mut copy = browser.clone();
    let portal = browser.open("/").await;
    browser.press(&portal, "Sign out").await;
    assert_eq!(copy.open_once("/support").await.header("location"), "/sign-in");
    let (bert, mut browser) = analyst(&app, "bert").await;
    app.change(&bert, Change::Disable);
    assert_eq!(browser.open_once("/support").await.header("location"), "/sign-in");
}
