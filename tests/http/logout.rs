//! A sign-out that a product begins (OpenID Connect RP-Initiated Logout 1.0).

use serde_json::{Value, json};
use vestibule::flow::signing_key;
use vestibule::model::id::SessionId;
use vestibule::model::signing_algorithm::SigningAlgorithm;

use crate::session_end::{notices, open, session_of, told};
use crate::support::*;

const BACK: &str = "https://books.example.com/signed-out";
const PATH: &str = "/oauth2/logout";

struct Scene {
    app: TestApp,
    browser: Browser,
    session: SessionId,
    nora: Person,
}

/// Someone who is signed in and has opened `books`.
async fn scene(app: TestApp) -> Scene {
    let (nora, books) = (app.with_mfa("nora").await, told(&app, "books"));
    app.app.renew_signing_keys().unwrap();
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    let session = session_of(&app, &nora);
    open(&app, &nora, &books, &session).await;
    Scene { app, browser, session, nora }
}

impl Scene {
    /// An ID token as `books` was given it, with other claims where `change` has them.
    fn hint(&self, typ: &str, change: Value) -> String {
        let mut claims = json!({
            "iss": "https://id.example.org", "aud": "books", "sub": self.nora.id.as_str(), "sid": self.session.as_str(),
            "exp": 1_000, "iat": 900,
        });
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let act = self.app.app.local_act();
        let key = self.app.app.db.read(move |tx| signing_key::current(tx, &act, SigningAlgorithm::Es256)).unwrap();
        key.unwrap().sign(typ, &claims).unwrap()
    }

    async fn ask(&mut self, parameters: &[(&str, &str)]) -> Page {
        self.browser.open_once(&address(parameters)).await
    }

    /// Whether nothing has happened.
    async fn is_untouched(&mut self) -> bool {
        self.browser.is_signed_in().await && notices(&self.app).is_empty()
    }
}

fn fields(parameters: &[(&str, &str)]) -> Vec<(String, String)> {
    parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn address(parameters: &[(&str, &str)]) -> String {
    format!("{PATH}?{}", Browser::encoded(&fields(parameters)))
}

#[tokio::test]
async fn s3_16_a_product_that_knows_the_session_signs_out_at_once_and_gets_the_browser_back() {
    for app in both_engines() {
        let mut scene = scene(app).await;
        let hint = scene.hint("JWT", json!({}));
        let parameters =
            [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BACK), ("state", "a b&c=d"), ("x", "y")];
        let mut copy = scene.browser.clone();
        let page = scene.ask(&parameters).await;
        assert_eq!((page.status.as_u16(), page.header("location")), (303, &*format!("{BACK}?state=a%20b%26c%3Dd")));
        assert!(!copy.is_signed_in().await && !scene.browser.cookies.keys().any(|name| name.ends_with("-session")));
        assert_eq!(notices(&scene.app), [("books".to_owned(), scene.session.to_string())]);
        let again = copy.open_once(&address(&parameters)).await;
        assert_eq!(again.header("location"), page.header("location"), "who is signed out already gets back too");
        let page = copy.open(&address(&[("id_token_hint", &hint)])).await;
        assert_eq!((page.path.as_str(), page.title().as_str()), ("/signed-out", "You are signed out · Vestibule"));
    }
}

/// Whoever leads a browser here without an ID token of its session gets a page that asks, and no more.
#[tokio::test]
async fn s3_16_without_an_id_token_of_this_session_the_person_is_asked() {
    let mut scene = scene(TestApp::new()).await;
    let (other, nobody) = (scene.hint("JWT", json!({"sid": "another"})), scene.hint("JWT", json!({"sid": null})));
    let foreign = scene.hint("JWT", json!({"iss": "https://evil.example"}));
    let (access, logout) = (scene.hint("at+jwt", json!({})), scene.hint("logout+jwt", json!({})));
    let mut torn = scene.hint("JWT", json!({}));
    torn.truncate(torn.len() - 2);
    for hint in ["", "no token", &other, &nobody, &foreign, &access, &logout, &torn] {
        let parameters = [("id_token_hint", hint), ("client_id", "books"), ("post_logout_redirect_uri", BACK)];
        let page = scene.ask(&parameters).await;
        assert_eq!((page.status.as_u16(), page.title().as_str()), (200, "Sign out? · Vestibule"));
        assert!(page.says("The product books sent you here to sign out.") && page.says("signed in as nora"));
        assert_eq!(page.link("Stay signed in"), "/");
        assert!(scene.is_untouched().await, "{hint}");
    }
    let page = scene.ask(&[]).await;
    assert!(page.offers("Sign out") && !page.says("sent you here"), "{}", page.text());
    assert!(page.header("content-security-policy").contains("form-action 'self';"));
    assert!(scene.is_untouched().await);
    let done = scene.browser.press(&page, "Sign out").await;
    assert_eq!(done.path, "/signed-out");
    assert!(!scene.browser.is_signed_in().await);
}

#[tokio::test]
async fn s3_16_who_is_asked_and_says_yes_is_led_back_to_the_product() {
    let mut scene = scene(TestApp::new()).await;
    let parameters = [("client_id", "books"), ("post_logout_redirect_uri", BACK), ("state", "\"><b>")];
    let page = scene.ask(&parameters).await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https://books.example.com;"), "{policy}");
    assert!(!page.body.contains("<b>"), "{}", page.body);
    let mut stranger = scene.browser.clone();
    stranger.fetch_site = Some("cross-site");
    let refused = stranger.submit_once(&page, "Sign out", &[]).await;
    assert_eq!(refused.status, 403, "only our own page can say yes");
    let mut forged = page.form("Sign out").filled(&[]);
    forged[0].1 = "x".into();
    let refused = scene.browser.post("/sign-out/confirm", &forged).await;
    assert_eq!(refused.status, 403);
    assert!(scene.is_untouched().await);
    let done = scene.browser.submit_once(&page, "Sign out", &[]).await;
    assert_eq!(done.header("location"), format!("{BACK}?state=%22%3E%3Cb%3E"));
    assert!(!scene.browser.is_signed_in().await);
    assert_eq!(notices(&scene.app).len(), 1);
}

/// A form of the product's page brings no cookies of ours: it comes back as a link.
#[tokio::test]
async fn a_form_of_another_site_changes_nothing_and_comes_back_as_a_link() {
    let mut scene = scene(TestApp::new()).await;
    let hint = scene.hint("JWT", json!({}));
    let parameters = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BACK), ("state", "a b")];
    for (site, origin) in [(Some("cross-site"), None), (None, Some("https://books.example.com"))] {
        let mut browser = scene.browser.clone();
        (browser.fetch_site, browser.origin) = (site, origin);
        let page = browser.post(PATH, &fields(&parameters)).await;
        assert_eq!(page.status, 303);
        assert!(scene.is_untouched().await, "not even with cookies");
        let place = page.header("location").to_owned();
        assert!(place.starts_with("/oauth2/logout?id_token_hint="), "{place}");
        if origin.is_some() {
            assert_eq!(browser.open_once(&place).await.header("location"), format!("{BACK}?state=a%20b"));
        }
    }
    assert!(!scene.browser.is_signed_in().await);
}

const HOSTILE: [&str; 20] = [
    "https://evil.example/",
    "//evil.example",
    "/",
    "javascript:alert(1)",
    "https://books.example.com",
    "https://books.example.com/",
    "https://books.example.com/signed-out/",
    "https://books.example.com/signed-out?",
    "https://books.example.com/signed-out#x",
    "https://books.example.com/signed-out?next=https://evil.example",
    "https://books.example.com/callback",
    "https://books.example.com/back-channel",
    "https://books.example.com/signed-out/../callback",
    "https://books.example.com:443/signed-out",
    "https://books.example.com@evil.example/signed-out",
    "https://BOOKS.example.com/signed-out",
    "http://books.example.com/signed-out",
    "https://funds.example.com/signed-out",
    "https://books.example.com/signed-out\r\nset-cookie: a=b",
    " https://books.example.com/signed-out",
];

/// Regression 41 for sign-out: the browser is led to nothing but an address that the product registered, to the character.
#[tokio::test]
async fn r41_after_sign_out_no_address_is_opened_but_a_registered_one() {
    let mut scene = scene(TestApp::new()).await;
    RelyingParty::new(&scene.app, "funds", |_| {});
    let hint = scene.hint("JWT", json!({}));
    for uri in HOSTILE {
        for known in [[("id_token_hint", hint.as_str()), ("client_id", "books")], [("client_id", "books"), ("", "")]] {
            let parameters: Vec<_> = known.into_iter().chain([("post_logout_redirect_uri", uri)]).collect();
            for mut browser in [scene.browser.clone(), scene.app.browser()] {
                let page = browser.open(&address(&parameters)).await;
                assert_eq!((page.status.as_u16(), page.header("location")), (400, ""), "{uri}");
                assert!(page.says("If you were signed in, you still are"), "{}", page.text());
            }
            let page = scene.browser.post(PATH, &fields(&parameters)).await;
            assert!(page.status == 400 || page.header("location").starts_with("/oauth2/logout?"), "{uri}");
        }
        let asked = scene.ask(&[("client_id", "books"), ("post_logout_redirect_uri", BACK)]).await;
        let mut form = asked.form("Sign out").filled(&[]);
        form.iter_mut()
            .filter(|(name, _)| name == "post_logout_redirect_uri")
            .for_each(|(_, value)| *value = uri.into());
        assert_eq!(scene.browser.post("/sign-out/confirm", &form).await.status, 400, "{uri}");
    }
    assert!(scene.is_untouched().await);
}

#[tokio::test]
async fn a_request_that_does_not_fit_together_is_not_followed() {
    let mut scene = scene(TestApp::new()).await;
    RelyingParty::new(&scene.app, "funds", |_| {});
    let hint = scene.hint("JWT", json!({}));
    for parameters in [
        vec![("post_logout_redirect_uri", BACK)],
        vec![("post_logout_redirect_uri", BACK), ("id_token_hint", "x")],
        vec![("client_id", "nobody"), ("post_logout_redirect_uri", BACK)],
        vec![("client_id", "Not One")],
        vec![("client_id", "funds"), ("id_token_hint", &hint)],
        vec![("client_id", "books"), ("client_id", "books")],
        vec![("state", "a"), ("state", "b")],
    ] {
        assert_eq!(scene.ask(&parameters).await.status, 400, "{parameters:?}");
    }
    assert!(scene.is_untouched().await);
}

#[tokio::test]
async fn a_sign_in_that_is_not_finished_is_left_alone() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    browser.give_password(&nora).await;
    assert_eq!(browser.open_once(PATH).await.header("location"), "/signed-out");
    assert_eq!(browser.open("/").await.path, "/sign-in/passcode");
}

/// The whole story with what the product was really given, an hour after its ID token expired.
#[tokio::test]
async fn s3_16_the_id_token_that_a_product_was_given_signs_out_when_it_has_expired_too() {
    for app in both_engines() {
        let (nora, books) = (app.with_mfa("nora").await, told(&app, "books"));
        let mut browser = app.browser();
        let tokens = books.sign_in(&mut browser, &nora).await;
        let sid = session_of(&app, &nora).to_string();
        app.pass(minutes(55));
        let parameters =
            [("id_token_hint", tokens.id_token()), ("post_logout_redirect_uri", BACK), ("client_id", "books")];
        let page = browser.open_once(&address(&parameters)).await;
        assert_eq!((page.status.as_u16(), page.header("location")), (303, BACK), "{}", page.text());
        assert!(!browser.is_signed_in().await);
        assert_eq!(notices(&app), [("books".to_owned(), sid)]);
        assert_eq!(books.refresh(tokens.refresh_token()).await.status, 400);
        assert_eq!(books.userinfo(&tokens.access_token).await.status, 401);
    }
}
