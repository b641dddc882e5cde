//! The relying party that the other tests use, against the program: each takes the other's work, and neither has the other's code.

use serde_json::{Value, json};
use vestibule::oidc::jose::{ExpectedType, JwkSet, verify};

use crate::support::*;

#[test]
fn an_assertion_that_another_library_signed_is_verified() {
    let app = TestApp::new();
    let product = RelyingParty::with_key(&app, "keyed");
    let Way::Key(key) = &product.way else { panic!("it has a key") };
    let fields = key.assertion(&json!({ "iss": "keyed" }));
    let keys = JwkSet::parse(&key.set()).unwrap();
    let claims: Value = verify(&fields[1].1, keys.keys(), ExpectedType::IfSaid("JWT")).unwrap();
    assert_eq!(claims["iss"], "keyed");
    let others = JwkSet::parse(&ClientKey::new("of-the-product").set()).unwrap();
    assert!(verify::<Value>(&fields[1].1, others.keys(), ExpectedType::IfSaid("JWT")).is_err());
}

#[tokio::test]
async fn each_way_of_saying_who_it_is_does_and_what_is_given_back_is_over() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let products = [
        RelyingParty::new(&app, "by-header", |_| {}),
        RelyingParty::new(&app, "by-body", |_| {}).by(Way::SecretPost),
        RelyingParty::with_key(&app, "by-key"),
        RelyingParty::new(&app, "public", |new| new.is_public = true),
    ];
    for product in &products {
        let tokens = product.sign_in(&mut browser, &nora).await;
        let claims = product.claims(tokens.id_token()).await;
        assert_eq!((&claims["sub"], &claims["aud"]), (&json!(nora.id.as_str()), &json!(product.id)));
        let tokens = product.taken(product.refresh(tokens.refresh_token()).await);
        if product.id != "public" {
            assert_eq!(product.introspect(&tokens.access_token).await["sub"], claims["sub"]);
        }
        assert_eq!(product.revoke(tokens.refresh_token()).await.status, 200);
        assert_eq!(product.refresh(tokens.refresh_token()).await.json()["error"], "invalid_grant");
        assert_eq!(product.userinfo(&tokens.access_token).await.status, 401);
    }
}

#[tokio::test]
async fn who_says_nothing_or_what_is_another_product_s_gets_nothing() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let product = RelyingParty::new(&app, "modern", |_| {});
    let other = RelyingParty::new(&app, "other", |_| {});
    let keyed = RelyingParty::with_key(&app, "keyed");
    let nameless = product.clone().by(Way::Nothing);
    let stolen = product.clone().with_secret(&other.secret);
    let empty = product.clone().with_secret("");
    let foreign = keyed.clone().by(Way::Key(ClientKey::new("of-the-product")));
    for (honest, claimed) in [(&product, nameless), (&product, stolen), (&product, empty), (&keyed, foreign)] {
        let request = honest.request();
        let page = honest.begin(&mut browser, &request).await;
        let page = honest.walk_in(&mut browser, page, &nora).await;
        let code = honest.code(&page, &request);
        let refused = claimed.redeem(&code, &request).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["error"]), (401, &json!("invalid_client")));
        honest.tokens(&code, &request).await;
    }
}
