//! Codes: what they are bound to, and that they are good once.

use vestibule::flow::account::Change;
use vestibule::flow::product;
use vestibule::model::product::{Policy, ProductId};

use super::given::*;
use crate::support::*;

const NOT_GOOD: (u16, &str) = (400, "invalid_grant");

fn is_refused(page: &Page) -> bool {
    refusal(page) == (NOT_GOOD.0, NOT_GOOD.1.to_owned())
}

#[tokio::test]
async fn a_code_gives_tokens_that_say_who_how_and_for_whom() {
    for app in both_engines() {
        let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let product = RelyingParty::new(&app, "modern", |_| {});
        let request = product.request();
        let began = app.now().seconds();
        app.pass(minutes(2));
        let tokens = product.tokens(&nora.code(&product, &request), &request).await;
        let claims = product.claims(tokens.id_token()).await;
        assert_eq!(claims["sub"], nora.person.id.as_str());
        assert_eq!(claims["aud"], "modern");
        assert_eq!(claims["nonce"], *request.get("nonce").unwrap());
        assert_eq!(claims["sid"], nora.sid().as_str());
        assert_eq!(claims["acr"], "urn:vestibule:acr:mfa");
        assert_eq!(claims["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
        assert_eq!((&claims["email"], &claims["email_verified"]), (&"nora@example.org".into(), &true.into()));
        assert!(claims["auth_time"].as_u64().unwrap() <= began && claims["at_hash"].is_string(), "{claims}");
        assert_eq!((&tokens.body["token_type"], &tokens.body["expires_in"]), (&"Bearer".into(), &600.into()));
        assert_eq!(tokens.body["scope"], "openid profile email offline_access");
        let access = payload(&tokens.access_token);
        assert_eq!((&access["aud"], &access["client_id"]), (&"https://id.example.org".into(), &"modern".into()));
        assert_eq!((&access["acr"], &access["auth_time"]), (&claims["acr"], &claims["auth_time"]));
    }
}

/// Every algorithm that a product can choose, verified with the published keys by another library.
#[tokio::test]
async fn tokens_are_signed_as_the_product_chose() {
    use vestibule::model::signing_algorithm::SigningAlgorithm;
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    for algorithm in SigningAlgorithm::ALL {
        let id = algorithm.as_str().to_lowercase();
        let product = RelyingParty::new(&app, &id, |product| product.algorithm = algorithm);
        let tokens = nora.tokens(&product).await;
        product.claims(tokens.id_token()).await;
        assert_eq!(product.userinfo(&tokens.access_token).await.status, 200, "{id}");
    }
}

/// Regression 40: whatever the kind of client, without the verifier of its own request the code gives nothing.
#[tokio::test]
async fn r40_no_client_redeems_a_code_without_its_verifier() {
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let products = [
        RelyingParty::new(&app, "basic", |_| {}),
        RelyingParty::new(&app, "post", |_| {}).by(Way::SecretPost),
        RelyingParty::with_key(&app, "keyed"),
        RelyingParty::new(&app, "public", |product| product.is_public = true),
    ];
    for product in &products {
        let (request, other) = (product.request(), product.request());
        let code = nora.code(product, &request);
        let challenge = request.get("code_challenge").unwrap().to_owned();
        let (short, long) = (&request.verifier[..42], request.verifier.repeat(4));
        for verifier in [None, Some(""), Some(short), Some(&long), Some(&other.verifier), Some(&challenge)] {
            let mut fields =
                vec![("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &product.redirect_uri)];
            fields.extend(verifier.map(|verifier| ("code_verifier", verifier)));
            let page = product.post("/oauth2/token", &fields).await;
            let expected = if verifier.is_none_or(str::is_empty) { "invalid_request" } else { "invalid_grant" };
            assert_eq!(refusal(&page), (400, expected.to_owned()), "{} with {verifier:?}", product.id);
        }
        product.tokens(&code, &request).await;
    }
}

/// Regression 42: a code is good for the product that it was given to, whoever else presents it, and however.
#[tokio::test]
async fn r42_no_product_redeems_a_code_of_another() {
    for app in both_engines() {
        let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let mut products = vec![RelyingParty::with_key(&app, "keyed")];
        for (id, is_public) in [("a", false), ("b", false), ("c", true), ("d", true)] {
            products.push(RelyingParty::new(&app, id, |product| product.is_public = is_public));
        }
        for owner in &products {
            let request = owner.request();
            let code = nora.code(owner, &request);
            for thief in products.iter().filter(|other| other.id != owner.id) {
                assert!(is_refused(&thief.redeem(&code, &request).await), "{} at {}", owner.id, thief.id);
                let as_the_owner = RelyingParty { redirect_uri: owner.redirect_uri.clone(), ..thief.clone() };
                assert!(is_refused(&as_the_owner.redeem(&code, &request).await), "{} at {}", owner.id, thief.id);
            }
            owner.tokens(&code, &request).await;
        }
    }
}

#[tokio::test]
async fn a_code_is_bound_to_its_address_and_lives_a_minute() {
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let product = RelyingParty::new(&app, "modern", |product| {
        product.redirect_uris.push("https://modern.example.com/other".to_owned());
    });
    let request = product.request();
    let code = nora.code(&product, &request);
    for uri in ["https://modern.example.com/other", "https://modern.example.com/callback/", "", "x"] {
        let elsewhere = RelyingParty { redirect_uri: uri.to_owned(), ..product.clone() };
        assert!(is_refused(&elsewhere.redeem(&code, &request).await), "{uri}");
    }
    app.pass(seconds(60));
    assert!(is_refused(&product.redeem(&code, &request).await));
    let code = nora.code(&product, &request);
    app.pass(seconds(59));
    product.tokens(&code, &request).await;
}

/// Of a hundred at the same moment one gets tokens; the others are second uses, so these are worth nothing at once.
#[tokio::test]
async fn r36_of_a_hundred_redemptions_one_succeeds_and_is_taken_back() {
    for app in both_engines() {
        let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let product = RelyingParty::new(&app, "modern", |_| {});
        let request = product.request();
        let code = nora.code(&product, &request);
        let mut racers = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let (product, code, request) = (product.clone(), code.clone(), request.clone());
            racers.spawn(async move {
                loop {
                    let page = product.redeem(&code, &request).await;
                    // Who finds the account's queue full comes again.
                    if page.status != 429 {
                        return page;
                    }
                    tokio::task::yield_now().await;
                }
            });
        }
        let pages = racers.join_all().await;
        let (done, refused): (Vec<_>, Vec<_>) = pages.into_iter().partition(|page| page.status == 200);
        assert_eq!((done.len(), refused.iter().filter(|page| is_refused(page)).count()), (1, 99));
        let tokens = product.taken(done.into_iter().next().unwrap());
        assert_eq!(refusal(&product.userinfo(&tokens.access_token).await).1, "invalid_token");
        assert_eq!(product.introspect(&tokens.access_token).await["active"], false);
        assert!(is_refused(&product.refresh(tokens.refresh_token()).await));
    }
}

/// A code that leaked without its verifier, after it was used, does not let a stranger end what it gave.
#[tokio::test]
async fn a_second_use_without_the_verifier_changes_nothing() {
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let product = RelyingParty::new(&app, "public", |product| product.is_public = true);
    let request = product.request();
    let code = nora.code(&product, &request);
    let tokens = product.tokens(&code, &request).await;
    assert!(is_refused(&product.redeem(&code, &product.request()).await));
    assert_eq!(product.userinfo(&tokens.access_token).await.status, 200);
    app.pass(hours(1));
    assert!(is_refused(&product.redeem(&code, &request).await));
    assert!(is_refused(&product.refresh(tokens.refresh_token()).await));
}

/// Whatever ends the sign-in before the code is redeemed ends the code.
#[tokio::test]
async fn a_code_is_worth_nothing_once_what_it_rests_on_is_gone() {
    for number in 0..4 {
        let app = TestApp::new();
        let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let product = RelyingParty::new(&app, "modern", |_| {});
        let request = product.request();
        let code = nora.code(&product, &request);
        match number {
            0 => app.change(&nora.person, Change::Disable),
            1 => {
                let home = nora.browser.open("/").await;
                nora.browser.press(&home, "Sign out").await;
            }
            2 => {
                let (act, id) = (app.app.local_act(), ProductId::parse("modern").unwrap());
                assert!(app.app.db.write(move |tx| product::remove(tx, &act, &id)).unwrap());
            }
            _ => app.reset_mfa(&nora.person),
        }
        let page = product.redeem(&code, &request).await;
        let expected = if number == 2 { (401, "invalid_client") } else { NOT_GOOD };
        assert_eq!(refusal(&page), (expected.0, expected.1.to_owned()), "case {number}");
    }
}

#[tokio::test]
async fn a_refresh_token_is_given_where_it_is_asked_for_and_the_policy_lets_it() {
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let has_refresh_token = async |product: &RelyingParty, scope: &str| {
        let request = product.request().with("scope", scope);
        let tokens = product.tokens(&nora.code(product, &request), &request).await;
        (tokens.body["refresh_token"].is_string(), tokens.body["id_token"].is_string())
    };
    let inherit = RelyingParty::new(&app, "inherit", |_| {});
    assert_eq!(has_refresh_token(&inherit, "openid offline_access").await, (true, true));
    assert_eq!(has_refresh_token(&inherit, "openid").await, (false, true));
    assert_eq!(has_refresh_token(&inherit, "offline_access").await, (true, false));
    let each_time = RelyingParty::new(&app, "each-time", |product| product.policy = Policy::Separate(seconds(0)));
    assert_eq!(has_refresh_token(&each_time, "openid offline_access").await, (false, true));
    let for_an_hour = RelyingParty::new(&app, "for-an-hour", |product| product.policy = Policy::Separate(hours(1)));
    assert_eq!(has_refresh_token(&for_an_hour, "openid offline_access").await, (true, true));
}
