//! Who a product's server is: each in its one way, and with nothing else.

use vestibule::flow::product;
use vestibule::model::product::ProductId;

use super::given::*;
use crate::support::*;

fn wrong() -> (u16, String) {
    (401, "invalid_client".to_owned())
}

fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// Asks to revoke something unknown, which needs nothing but the right client.
async fn knock(product: &RelyingParty) -> Page {
    product.revoke("unknown").await
}

#[tokio::test]
async fn each_product_has_the_ways_that_it_registered_and_no_other() {
    let app = TestApp::new();
    let secret = RelyingParty::new(&app, "secret", |_| {});
    let keyed = RelyingParty::with_key(&app, "keyed");
    let public = RelyingParty::new(&app, "public", |product| product.is_public = true);
    let stranger = RelyingParty { id: "stranger".to_owned(), ..secret.clone() };
    let ways = || [Way::Nothing, Way::SecretBasic, Way::SecretPost, Way::Key(ClientKey::new("of-the-product"))];
    for (product, good) in [(&secret, "SecretBasic SecretPost"), (&keyed, ""), (&public, "Nothing"), (&stranger, "")] {
        let product = RelyingParty { secret: secret.secret.clone(), ..product.clone() };
        for (name, way) in ["Nothing", "SecretBasic", "SecretPost", "Key"].into_iter().zip(ways()) {
            let page = knock(&product.clone().by(way)).await;
            match good.split(' ').any(|good| good == name) {
                true => assert_eq!(page.status, 200, "{} by {name}", product.id),
                false => assert_eq!(refusal(&page), wrong(), "{} by {name}", product.id),
            }
        }
    }
    assert_eq!(knock(&keyed).await.status, 200);
}

/// Regression 47: an empty secret, or none, or a word for none, is never right, in whichever place.
#[tokio::test]
async fn r47_an_empty_secret_never_matches() {
    use data_encoding::BASE64;
    let app = TestApp::new();
    let product = RelyingParty::new(&app, "secret", |_| {});
    let unkeyed = RelyingParty::with_key(&app, "keyed");
    for id in [&product.id, &unkeyed.id] {
        for secret in ["", "null", "undefined", " ", "%00", "vst_k_", "0"] {
            let pair = BASE64.encode(format!("{id}:{secret}").as_bytes());
            let mut server = product.server();
            server.extra.push(("authorization", format!("Basic {pair}")));
            assert_eq!(refusal(&server.post("/oauth2/revoke", &[field("token", "x")]).await), wrong(), "{secret:?}");
            let fields = [field("token", "x"), field("client_id", id), field("client_secret", secret)];
            assert_eq!(refusal(&product.server().post("/oauth2/revoke", &fields).await), wrong(), "{secret:?}");
        }
        for header in ["Basic", "Basic ", "Basic Og==", "Basic =", "Bearer x", ""] {
            let mut server = product.server();
            server.extra.push(("authorization", header.to_owned()));
            let page = server.post("/oauth2/revoke", &[field("token", "x"), field("client_id", id)]).await;
            assert_eq!(page.status, 401, "{header:?}");
        }
        for assertion in ["", "null", "..", "e30.e30."] {
            let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            let fields = [
                field("token", "x"),
                field("client_id", id),
                field("client_assertion_type", kind),
                field("client_assertion", assertion),
            ];
            let page = product.server().post("/oauth2/revoke", &fields).await;
            assert!([400, 401].contains(&page.status.as_u16()), "{assertion:?}");
        }
    }
}

/// Regression 46: no part of a secret and nothing that is like it is right.
#[tokio::test]
async fn r46_a_secret_is_right_whole_or_not_at_all() {
    let app = TestApp::with(|settings| settings.limits.address_burst = 1_000);
    let product = RelyingParty::new(&app, "secret", |_| {});
    let secret = product.secret.clone();
    for end in 0..secret.len() {
        let flipped = if secret.as_bytes()[end] == b'A' { "B" } else { "A" };
        for near in [secret[..end].to_owned(), format!("{}{flipped}{}", &secret[..end], &secret[end + 1..])] {
            let page = knock(&RelyingParty { secret: near, ..product.clone() }).await;
            assert_eq!(refusal(&page), wrong(), "{end}");
        }
    }
    assert_eq!(knock(&product).await.status, 200);
}

#[tokio::test]
async fn two_secrets_are_good_while_a_product_changes_over() {
    let app = TestApp::new();
    let old = RelyingParty::new(&app, "secret", |_| {});
    let (act, id) = (app.app.local_act(), ProductId::parse("secret").unwrap());
    let rotated = app.app.db.write(move |tx| product::rotate_secret(tx, &act, &id, false)).unwrap();
    let product::Rotated::Done(secret) = rotated else { panic!("no secret") };
    let new = RelyingParty { secret: secret.expose().to_owned(), ..old.clone() };
    assert_eq!((knock(&old).await.status.as_u16(), knock(&new).await.status.as_u16()), (200, 200));
    app.pass(hours(24));
    assert_eq!((knock(&old).await.status.as_u16(), knock(&new).await.status.as_u16()), (401, 200));
}

/// A signed assertion is good once, on whichever node, and for its own product and us only.
#[tokio::test]
async fn r36_an_assertion_is_good_once() {
    for app in both_engines() {
        let product = RelyingParty::with_key(&app, "keyed");
        let Way::Key(key) = product.way.clone() else { panic!("it has a key") };
        let now = app.now().seconds();
        let claims = |aud: &str, jti: &str| serde_json::json!({ "iss": "keyed", "sub": "keyed", "aud": aud, "jti": jti, "iat": now, "exp": now + 60 });
        let send = async |fields: &[(String, String)]| {
            let mut all = fields.to_vec();
            all.push(field("token", "unknown"));
            let one = product.server().post("/oauth2/revoke", &all).await.status.as_u16();
            let mut other = app.restarted().browser().old();
            (one, other.post("/oauth2/revoke", &all).await.status.as_u16())
        };
        assert_eq!(send(&key.assertion(&claims("https://id.example.org", "a"))).await, (200, 401));
        assert_eq!(send(&key.assertion(&claims("https://id.example.org/oauth2/token", "b"))).await, (200, 401));
        assert_eq!(send(&key.assertion(&claims("https://id.example.org/oauth2/revoke", "c"))).await, (200, 401));
        assert_eq!(send(&key.assertion(&claims("https://other.example.org", "d"))).await, (401, 401));
        let others = ClientKey::new("of-the-product").assertion(&claims("https://id.example.org", "e"));
        assert_eq!(send(&others).await, (401, 401));
    }
}

/// Secrets cannot be tried without end; another product behind the same address is not shut out with the guesser.
#[tokio::test]
async fn r03_wrong_secrets_of_a_product_are_limited_by_address() {
    let app = TestApp::new();
    let product = RelyingParty::new(&app, "secret", |_| {});
    let neighbour = RelyingParty::new(&app, "neighbour", |_| {});
    let guess = RelyingParty { secret: neighbour.secret.clone(), ..product.clone() };
    for _ in 0..30 {
        assert_eq!(refusal(&knock(&guess).await), wrong());
    }
    for page in [knock(&guess).await, knock(&product).await] {
        assert_eq!(refusal(&page), (429, "temporarily_unavailable".to_owned()));
        assert_eq!(page.header("retry-after"), "2");
    }
    assert_eq!(knock(&neighbour).await.status, 200);
    app.pass(seconds(2));
    assert_eq!(knock(&product).await.status, 200);
}

#[tokio::test]
async fn more_than_one_way_at_once_is_refused() {
    let app = TestApp::new();
    let product = RelyingParty::new(&app, "secret", |_| {});
    let both = product.post("/oauth2/revoke", &[("token", "x"), ("client_secret", &product.secret)]).await;
    assert_eq!(refusal(&both), (400, "invalid_request".to_owned()));
    let other = product.post("/oauth2/revoke", &[("token", "x"), ("client_id", "other")]).await;
    assert_eq!(refusal(&other), (400, "invalid_request".to_owned()));
    let refused = knock(&RelyingParty { secret: "x".to_owned(), ..product.clone() }).await;
    assert!(refused.header("www-authenticate").starts_with("Basic "), "{}", refused.header("www-authenticate"));
}
