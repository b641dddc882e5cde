//! Access tokens where they are shown.

use super::given::*;
use crate::support::*;

async fn with_token(product: &RelyingParty, token: &str) -> (u16, String) {
    let page = product.userinfo(token).await;
    assert!(page.header("www-authenticate").starts_with("Bearer"), "{}", page.header("www-authenticate"));
    refusal(&page)
}

fn invalid() -> (u16, String) {
    (401, "invalid_token".to_owned())
}

#[tokio::test]
async fn user_info_shows_what_the_scopes_ask_for() {
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let product = RelyingParty::new(&app, "modern", |_| {});
    let claims = async |scope: &str| {
        let request = product.request().with("scope", scope);
        let tokens = product.tokens(&nora.code(&product, &request), &request).await;
        product.userinfo(&tokens.access_token).await.json()
    };
    let names = |claims: &serde_json::Value| claims.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(names(&claims("openid").await), "sub");
    assert_eq!(names(&claims("openid profile").await), "preferred_username sub");
    let all = claims("openid profile email groups").await;
    assert_eq!(names(&all), "email email_verified groups preferred_username sub");
    assert_eq!((&all["sub"], &all["preferred_username"]), (&nora.person.id.as_str().into(), &"nora".into()));
}

#[tokio::test]
async fn a_token_comes_in_the_header_or_in_a_form_and_never_in_both_or_the_address() {
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let product = RelyingParty::new(&app, "modern", |_| {});
    let token = nora.tokens(&product).await.access_token;
    let form = [("access_token".to_owned(), token.clone())];
    let mut server = product.server();
    assert_eq!(server.post("/oauth2/userinfo", &form).await.status, 200);
    let none = server.open_once(&format!("/oauth2/userinfo?access_token={token}")).await;
    assert_eq!((none.status.as_u16(), none.header("www-authenticate"), none.body.as_str()), (401, "Bearer", ""));
    server.extra.push(("authorization", format!("Bearer {token}")));
    assert_eq!(server.post("/oauth2/userinfo", &[]).await.status, 200);
    assert_eq!(refusal(&server.post("/oauth2/userinfo", &form).await), (400, "invalid_request".to_owned()));
    server.extra.push(("authorization", format!("Bearer {token}")));
    assert_eq!(refusal(&server.open_once("/oauth2/userinfo").await), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn a_token_without_openid_shows_nobody() {
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let product = RelyingParty::new(&app, "modern", |_| {});
    let request = product.request().with("scope", "email");
    let tokens = product.tokens(&nora.code(&product, &request), &request).await;
    assert_eq!(with_token(&product, &tokens.access_token).await, (403, "insufficient_scope".to_owned()));
    assert_eq!(product.introspect(&tokens.access_token).await["scope"], "email");
}

/// Regression 44: what one product was given tells another nothing, and another cannot end it.
#[tokio::test]
async fn r44_a_product_learns_nothing_about_the_tokens_of_another() {
    for app in both_engines() {
        let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let (own, other) = (RelyingParty::new(&app, "own", |_| {}), RelyingParty::with_key(&app, "other"));
        let tokens = nora.tokens(&own).await;
        let nothing = serde_json::json!({ "active": false });
        for token in [&tokens.access_token, tokens.id_token(), tokens.refresh_token(), "x"] {
            assert_eq!(other.introspect(token).await, nothing);
            assert_eq!(other.revoke(token).await.status, 200);
        }
        let said = own.introspect(&tokens.access_token).await;
        assert_eq!(
            (&said["active"], &said["client_id"], &said["username"]),
            (&true.into(), &"own".into(), &"nora".into())
        );
        assert_eq!(own.introspect(tokens.id_token()).await, nothing);
        assert_eq!(own.introspect(tokens.refresh_token()).await, nothing);
        let public = RelyingParty::new(&app, "public", |product| product.is_public = true);
        let asked = public.post("/oauth2/introspect", &[("token", &tokens.access_token)]).await;
        assert_eq!(refusal(&asked), (400, "unauthorized_client".to_owned()));
    }
}

/// Regression 27: a token of another kind is none here, and none of these is one there.
#[tokio::test]
async fn r27_no_other_token_is_an_access_token() {
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let product = RelyingParty::new(&app, "modern", |_| {});
    let request = product.request();
    let tokens = nora.tokens(&product).await;
    let code = nora.code(&product, &request);
    let cookies: Vec<_> = nora.browser.cookies.values().cloned().collect();
    let mut others: Vec<&str> = vec![tokens.id_token(), tokens.refresh_token(), &code, &product.secret];
    others.extend(cookies.iter().map(String::as_str));
    for other in &others {
        assert_eq!(with_token(&product, other).await, invalid());
        assert_eq!(product.introspect(other).await["active"], false);
    }
    others.push(&tokens.access_token);
    for other in others.iter().filter(|other| **other != tokens.refresh_token()) {
        assert_eq!(product.refresh(other).await.status, 400);
    }
    for other in others.iter().filter(|other| **other != code) {
        assert_eq!(product.redeem(other, &request).await.status, 400);
    }
    for other in others.iter().filter(|other| **other != product.secret) {
        let thief = RelyingParty { secret: (*other).to_owned(), ..product.clone() };
        assert_eq!(thief.redeem(&code, &request).await.status, 401);
        let mut browser = app.browser();
        let session = "__Host-vestibule-session".to_owned();
        if nora.browser.cookies.get(&session).is_none_or(|own| own != other) {
            browser.cookies.insert(session, (*other).to_owned());
            assert!(!browser.is_signed_in().await);
        }
    }
    product.tokens(&code, &request).await;
}

/// Regressions 45 and 46: a token that was changed anywhere, shortened, or signed in another way is not good.
#[tokio::test]
async fn r45_r46_a_token_is_good_whole_or_not_at_all() {
    use data_encoding::BASE64URL_NOPAD;
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let product = RelyingParty::new(&app, "modern", |_| {});
    let token = nora.tokens(&product).await.access_token;
    let (header, rest) = token.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    let encoded = |json: &str| BASE64URL_NOPAD.encode(json.as_bytes());
    let mut hostile = vec![
        format!("{}.{claims}.", encoded(r#"{"alg":"none","typ":"at+jwt"}"#)),
        format!("{}.{claims}.{signature}", encoded(r#"{"alg":"HS256","typ":"at+jwt"}"#)),
        format!("{header}.{claims}."),
        format!("{header}.{claims}"),
        format!("{token}."),
        format!("{token}A"),
        format!("{token}="),
        format!(" {token} x"),
    ];
    for (name, value) in [("exp", "9999999999"), ("scope", "\"openid profile email groups\""), ("sub", "\"x\"")] {
        let mut changed = payload(&token);
        changed[name] = serde_json::from_str(value).unwrap();
        hostile.push(format!("{header}.{}.{signature}", encoded(&changed.to_string())));
    }
    for end in (0..token.len()).step_by(7) {
        hostile.push(token[..end].to_owned());
        let flipped = if token.as_bytes()[end] == b'A' { "B" } else { "A" };
        hostile.push(format!("{}{flipped}{}", &token[..end], &token[end + 1..]));
    }
    for token in hostile {
        let page = product.userinfo(&token).await;
        assert!(page.status == 401 || page.status == 400, "{token}: {}", page.body);
        if !token.is_empty() {
            assert_eq!(product.introspect(&token).await["active"], false, "{token}");
        }
    }
    assert_eq!(product.userinfo(&token).await.status, 200);
}

#[tokio::test]
async fn tokens_that_are_given_back_are_worth_nothing() {
    for app in both_engines() {
        let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let product = RelyingParty::new(&app, "modern", |_| {});
        for by_access_token in [false, true] {
            let tokens = nora.tokens(&product).await;
            let given_back = if by_access_token { &tokens.access_token } else { tokens.refresh_token() };
            for _ in 0..2 {
                assert_eq!(product.revoke(given_back).await.status, 200);
            }
            assert_eq!(with_token(&product, &tokens.access_token).await, invalid());
            assert_eq!(product.refresh(tokens.refresh_token()).await.status, 400);
        }
    }
}
