//! How the addresses for servers answer: JSON, in time, to whom.

use axum::http::Method;

use super::given::*;
use crate::support::*;

#[tokio::test]
async fn discovery_names_addresses_that_are_served() {
    let app = TestApp::new();
    let product = RelyingParty::new(&app, "modern", |_| {});
    let document = product.discovery().await;
    assert_eq!(document["issuer"], "https://id.example.org");
    let other = product.server().open_once("/.well-known/oauth-authorization-server").await;
    assert_eq!(other.json(), document);
    assert_eq!(other.header("cache-control"), "public, max-age=300");
    for name in ["token_endpoint", "jwks_uri", "userinfo_endpoint", "introspection_endpoint", "revocation_endpoint"] {
        let page = product.server().open_once(document[name].as_str().unwrap()).await;
        assert!([200, 401, 405].contains(&page.status.as_u16()), "{name}: {}", page.status);
    }
}

#[tokio::test]
async fn errors_are_json_whatever_stops_the_call() {
    let app = TestApp::new();
    let product = RelyingParty::new(&app, "modern", |_| {});
    let get = product.server().open_once("/oauth2/token").await;
    assert_eq!((refusal(&get), get.header("allow")), ((405, "invalid_request".to_owned()), "POST"));
    let mut elsewhere = product.server();
    elsewhere.host = "evil.example".to_owned();
    assert_eq!(refusal(&elsewhere.post("/oauth2/token", &[]).await), (421, "invalid_request".to_owned()));
    let json = product.server().send_body(Method::POST, "/oauth2/token", ("application/json", "{}")).await;
    assert_eq!(refusal(&json), (400, "invalid_request".to_owned()));
    let long = "a=".to_owned() + &"b".repeat(100_000);
    let form = "application/x-www-form-urlencoded";
    let long = product.server().send_body(Method::POST, "/oauth2/token", (form, &long)).await;
    assert_eq!(refusal(&long), (400, "invalid_request".to_owned()));
    let unknown = product.post("/oauth2/token", &[("grant_type", "password"), ("username", "nora")]).await;
    assert_eq!(refusal(&unknown), (400, "unsupported_grant_type".to_owned()));
    let twice = [("grant_type", "authorization_code"), ("code", "a"), ("code", "b")];
    assert_eq!(refusal(&product.post("/oauth2/token", &twice).await), (400, "invalid_request".to_owned()));
    assert_eq!(unknown.header("cache-control"), "no-store");
}

/// The browser's cookies are nothing here, and a call needs no page of ours.
#[tokio::test]
async fn calls_from_other_sites_are_taken_and_cookies_are_not() {
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let product = RelyingParty::new(&app, "public", |product| product.is_public = true);
    let request = product.request();
    let code = nora.code(&product, &request);
    let mut browser = nora.browser.clone();
    (browser.fetch_site, browser.origin) = (Some("cross-site"), Some("https://public.example.com"));
    assert_eq!(browser.open_once("/oauth2/userinfo").await.status, 401);
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let fields = [
        field("grant_type", "authorization_code"),
        field("client_id", "public"),
        field("code", &code),
        field("redirect_uri", &product.redirect_uri),
        field("code_verifier", &request.verifier),
    ];
    let page = browser.post("/oauth2/token", &fields).await;
    assert_eq!((page.status.as_u16(), page.header("access-control-allow-origin")), (200, "*"));
    assert_eq!(page.header("access-control-allow-credentials"), "");
    assert_eq!((page.header("cache-control"), page.header("pragma")), ("no-store", "no-cache"));
}

#[tokio::test]
async fn scripts_may_call_what_a_product_in_the_browser_needs_and_nothing_else() {
    let app = TestApp::new();
    let ask = async |path: &str| {
        let mut browser = app.browser().old();
        browser.extra.push(("origin", "https://app.example.com".to_owned()));
        browser.extra.push(("access-control-request-method", "POST".to_owned()));
        browser.send_body(Method::OPTIONS, path, ("text/plain", "")).await
    };
    for path in
        ["/oauth2/token", "/oauth2/userinfo", "/oauth2/revoke", "/oauth2/jwks", "/.well-known/openid-configuration"]
    {
        let page = ask(path).await;
        assert_eq!((page.status.as_u16(), page.header("access-control-allow-origin")), (204, "*"), "{path}");
        assert_eq!(page.header("access-control-allow-headers"), "authorization, content-type");
    }
    for path in ["/oauth2/introspect", "/", "/sign-in", "/sign-out"] {
        let page = ask(path).await;
        assert_eq!((page.status.as_u16(), page.header("access-control-allow-origin")), (405, ""), "{path}");
    }
}
