//! Refresh tokens: each is good once, and all that it rests on is asked again.

use vestibule::flow::account::Change;
use vestibule::flow::product;
use vestibule::model::product::{Policy, ProductId};
use vestibule::store::db::Tx;

use super::given::*;
use crate::support::*;

fn is_refused(page: &Page) -> bool {
    refusal(page) == (400, "invalid_grant".to_owned())
}

async fn refreshed(product: &RelyingParty, token: &str) -> String {
    product.taken(product.refresh(token).await).refresh_token().to_owned()
}

#[tokio::test]
async fn a_refresh_token_gives_the_next_one_and_tokens_of_the_same_sign_in() {
    for app in both_engines() {
        let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let product = RelyingParty::new(&app, "modern", |_| {});
        let first = nora.tokens(&product).await;
        app.pass(minutes(9));
        let second = product.taken(product.refresh(first.refresh_token()).await);
        assert_ne!(second.refresh_token(), first.refresh_token());
        let (before, after) = (payload(first.id_token()), product.claims(second.id_token()).await);
        for claim in ["sub", "sid", "auth_time", "acr"] {
            assert_eq!(before[claim], after[claim], "{claim}");
        }
        assert!(after["iat"].as_u64() > before["iat"].as_u64() && after["nonce"].is_null(), "{after}");
        app.pass(seconds(60));
        assert_eq!(product.userinfo(&second.access_token).await.status, 200);
        assert!(product.userinfo(&first.access_token).await.status == 401, "its ten minutes are over");
    }
}

/// A refresh token that comes again after a while: whoever has it, the family dies.
#[tokio::test]
async fn r36_a_refresh_token_that_comes_again_ends_the_whole_family() {
    for app in both_engines() {
        let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let product = RelyingParty::new(&app, "modern", |_| {});
        let first = nora.tokens(&product).await;
        let second = product.taken(product.refresh(first.refresh_token()).await);
        app.pass(seconds(10));
        assert!(is_refused(&product.refresh(first.refresh_token()).await));
        assert!(is_refused(&product.refresh(second.refresh_token()).await));
        assert_eq!(product.introspect(&second.access_token).await["active"], false);
        let fresh = nora.tokens(&product).await;
        refreshed(&product, fresh.refresh_token()).await;
    }
}

/// An answer was lost on its way: the same token gives another successor, and the lost one is worth nothing.
#[tokio::test]
async fn a_lost_answer_can_be_asked_for_again_for_ten_seconds() {
    for app in both_engines() {
        let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let product = RelyingParty::new(&app, "modern", |_| {});
        let first = nora.tokens(&product).await;
        let lost = refreshed(&product, first.refresh_token()).await;
        app.pass(seconds(9));
        let second = refreshed(&product, first.refresh_token()).await;
        let third = refreshed(&product, &second).await;
        assert_ne!(lost, second);
        // It was not lost after all: two have the family.
        assert!(is_refused(&product.refresh(&lost).await));
        assert!(is_refused(&product.refresh(&third).await));
    }
}

/// Within the grace too: once the successor was used its answer had arrived, so the old token is in another's hands.
#[tokio::test]
async fn the_grace_ends_when_the_successor_is_used() {
    for app in both_engines() {
        let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let product = RelyingParty::new(&app, "modern", |_| {});
        let first = nora.tokens(&product).await;
        let second = refreshed(&product, first.refresh_token()).await;
        let third = refreshed(&product, &second).await;
        assert!(is_refused(&product.refresh(first.refresh_token()).await));
        assert!(is_refused(&product.refresh(&third).await));
    }
}

/// Fifty at the same moment: each may be answered, for the answers may be lost, but at most one of the successors is good.
#[tokio::test]
async fn of_fifty_refreshes_at_once_at_most_one_successor_is_good() {
    for app in both_engines() {
        let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let product = RelyingParty::new(&app, "modern", |_| {});
        let token = nora.tokens(&product).await.refresh_token().to_owned();
        let mut racers = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let (product, token) = (product.clone(), token.clone());
            racers.spawn(async move {
                loop {
                    let page = product.refresh(&token).await;
                    if page.status != 429 {
                        return product.taken(page).refresh_token().to_owned();
                    }
                    tokio::task::yield_now().await;
                }
            });
        }
        let mut good = 0;
        for successor in racers.join_all().await {
            good += usize::from(product.refresh(&successor).await.status == 200);
        }
        assert!(good <= 1, "{good}");
    }
}

/// Regressions 39 and 44: of another product it is nothing, and asking does not hurt its owner.
#[tokio::test]
async fn a_refresh_token_is_its_products_own() {
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let (own, other) = (RelyingParty::new(&app, "own", |_| {}), RelyingParty::new(&app, "other", |_| {}));
    let tokens = nora.tokens(&own).await;
    assert!(is_refused(&other.refresh(tokens.refresh_token()).await));
    assert_eq!(other.revoke(tokens.refresh_token()).await.status, 200);
    refreshed(&own, tokens.refresh_token()).await;
}

#[tokio::test]
async fn a_refresh_may_ask_for_less_and_never_for_more() {
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let product = RelyingParty::new(&app, "modern", |_| {});
    let request = product.request().with("scope", "openid email offline_access");
    let tokens = product.tokens(&nora.code(&product, &request), &request).await;
    let ask = async |token: &str, scope: &str| {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
        product.post("/oauth2/token", &fields).await
    };
    let more = ask(tokens.refresh_token(), "openid profile").await;
    assert_eq!(refusal(&more), (400, "invalid_scope".to_owned()));
    let less = product.taken(ask(tokens.refresh_token(), "openid").await);
    assert_eq!(less.body["scope"], "openid");
    assert!(product.userinfo(&less.access_token).await.json()["email"].is_null());
    let whole = product.taken(product.refresh(less.refresh_token()).await);
    assert_eq!(whole.body["scope"], "openid email offline_access");
}

/// Regression 39: what ends the sign-in, or its right to the product, ends refresh, user info and introspection with it.
#[tokio::test]
async fn r39_nothing_outlives_what_it_rests_on() {
    for number in 0..5 {
        for app in both_engines() {
            let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
            let product = RelyingParty::new(&app, "modern", |_| {});
            let tokens = nora.tokens(&product).await;
            assert_eq!(product.introspect(&tokens.access_token).await["active"], true);
            match number {
                0 => app.change(&nora.person, Change::Disable),
                1 => app.reset_mfa(&nora.person),
                2 => {
                    let home = nora.browser.open("/").await;
                    nora.browser.press(&home, "Sign out").await;
                }
                3 => execute(&app, "DELETE FROM product_access"),
                _ => app.pass(hours(1)),
            }
            assert!(is_refused(&product.refresh(tokens.refresh_token()).await), "case {number}");
            let userinfo = product.userinfo(&tokens.access_token).await;
            assert_eq!(refusal(&userinfo), (401, "invalid_token".to_owned()), "case {number}");
            assert_eq!(product.introspect(&tokens.access_token).await["active"], false, "case {number}");
        }
    }
}

fn execute(app: &TestApp, sql: &'static str) {
    app.app.db.write(move |tx: &mut Tx<'_>| tx.execute(sql, &[]).map(drop)).unwrap();
}

/// A refresh counts as using the session, which still ends when it has lasted twelve hours.
#[tokio::test]
async fn refreshing_keeps_a_session_from_idling_out_but_not_from_its_end() {
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let product = RelyingParty::new(&app, "modern", |_| {});
    let mut token = nora.tokens(&product).await.refresh_token().to_owned();
    for _ in 0..14 {
        app.pass(minutes(50));
        token = refreshed(&product, &token).await;
    }
    app.pass(minutes(20));
    assert!(is_refused(&product.refresh(&token).await), "twelve hours");
}

/// No refresh token outlives the age that the product allows its own passcode, nor a policy that was made stricter meanwhile.
#[tokio::test]
async fn a_refresh_ends_with_the_age_of_the_products_passcode() {
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let product = RelyingParty::new(&app, "separate", |product| product.policy = Policy::Separate(minutes(30)));
    let first = nora.tokens(&product).await;
    app.pass(minutes(29));
    let second = product.taken(product.refresh(first.refresh_token()).await);
    app.pass(minutes(1));
    assert!(is_refused(&product.refresh(second.refresh_token()).await));
    let inherit = RelyingParty::new(&app, "inherit", |_| {});
    let tokens = nora.tokens(&inherit).await;
    execute(&app, "UPDATE product SET policy = 'separate' WHERE id = 'inherit'");
    assert!(is_refused(&inherit.refresh(tokens.refresh_token()).await));
}

#[tokio::test]
async fn a_products_removal_ends_its_tokens() {
    let app = TestApp::new();
    let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let product = RelyingParty::new(&app, "modern", |_| {});
    let tokens = nora.tokens(&product).await;
    let (act, id) = (app.app.local_act(), ProductId::parse("modern").unwrap());
    assert!(app.app.db.write(move |tx| product::remove(tx, &act, &id)).unwrap());
    assert_eq!(refusal(&product.refresh(tokens.refresh_token()).await), (401, "invalid_client".to_owned()));
    assert_eq!(product.userinfo(&tokens.access_token).await.status, 401);
}
