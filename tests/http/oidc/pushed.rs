//! Requests that are sent ahead (RFC 9126): what is taken, and what a reference is worth, to whom, how often and for how long.

use tokio::task::JoinSet;

use super::given::*;
use crate::support::*;

const PREFIX: &str = "urn:ietf:params:oauth:request_uri:vst_u_";

async fn push(product: &RelyingParty, request: &AuthorizationRequest) -> Page {
    // A secret in the header leaves the name to the form; every other way brings it along.
    let is_own = |name: &str| name != "client_id" || matches!(product.way, Way::SecretBasic);
    let fields = request.fields().iter().filter(|(name, _)| is_own(name));
    let fields: Vec<_> = fields.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    product.post("/oauth2/par", &fields).await
}

/// The reference to what was sent ahead.
async fn pushed(product: &RelyingParty, request: &AuthorizationRequest) -> String {
    let page = push(product, request).await;
    assert_eq!((page.status.as_u16(), page.header("cache-control")), (201, "no-store"), "{}", page.body);
    assert_eq!(page.json()["expires_in"], 60);
    let reference = page.json()["request_uri"].as_str().unwrap().to_owned();
    assert!(reference.starts_with(PREFIX) && reference.len() == PREFIX.len() + 43, "{reference}");
    reference
}

fn address(client: &str, reference: &str) -> String {
    format!("/oauth2/authorize?{}", Browser::encoded(&[field("client_id", client), field("request_uri", reference)]))
}

fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn assert_nothing(page: &Page) {
    assert_eq!((page.status.as_u16(), page.header("location")), (400, ""), "{}", page.text());
    assert!(page.says("is no longer there (request_uri)"), "{}", page.text());
}

#[tokio::test]
async fn s3_10_a_request_that_was_sent_ahead_opens_the_product() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let public = RelyingParty::new(&app, "public", |product| product.is_public = true);
        for product in [RelyingParty::new(&app, "modern", |_| {}), RelyingParty::with_key(&app, "keyed"), public] {
            let (mut browser, request) = (app.browser(), product.request());
            let address = address(&product.id, &pushed(&product, &request).await);
            let page = browser.open(&address).await;
            assert!(page.says("to open The product"), "{}", page.text());
            let page = product.walk_in(&mut browser, page, &nora).await;
            let tokens = product.tokens(&product.code(&page, &request), &request).await;
            assert_eq!(payload(tokens.id_token())["nonce"].as_str(), request.get("nonce"));
            assert_nothing(&browser.open_once(&address).await);
        }
    }
}

/// Of many browsers at once one gets the code, in both databases.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r36_of_20_at_once_one_takes_up_what_was_sent_ahead() {
    for app in both_engines() {
        let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let product = RelyingParty::new(&app, "modern", |_| {});
        let request = product.request();
        let address = address("modern", &pushed(&product, &request).await);
        let mut running = JoinSet::new();
        for _ in 0..20 {
            let (mut tab, address) = (nora.browser.clone(), address.clone());
            running.spawn(async move {
                loop {
                    let page = tab.open_once(&address).await;
                    if !page.is_sent_away() {
                        return page;
                    }
                    tokio::task::yield_now().await;
                }
            });
        }
        let (opened, not): (Vec<_>, Vec<_>) =
            running.join_all().await.into_iter().partition(|page| page.status.is_redirection());
        assert_eq!((opened.len(), not.len()), (1, 19));
        product.code(&opened[0], &request);
        not.iter().for_each(assert_nothing);
    }
}

/// A reference is of one product, whole, and for a minute; what others try with it does not use it up.
#[tokio::test]
async fn r42_r46_a_reference_is_of_its_product_whole_and_for_a_minute() {
    let app = TestApp::new();
    let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let product = RelyingParty::new(&app, "modern", |_| {});
    RelyingParty::new(&app, "other", |_| {});
    let request = product.request();
    let reference = pushed(&product, &request).await;
    assert_nothing(&nora.browser.open_once(&address("other", &reference)).await);
    let token = reference.strip_prefix(PREFIX).unwrap();
    let waiting = format!("urn:ietf:params:oauth:request_uri:vst_q_{token}");
    let flipped = reference.replacen(PREFIX, &format!("{PREFIX}A"), 1);
    for wrong in
        [&reference[..reference.len() - 1], &format!("{reference}A"), &flipped[..reference.len()], PREFIX, &waiting]
    {
        assert_nothing(&nora.browser.open_once(&address("modern", wrong)).await);
    }
    let onward = format!("/oauth2/continue?request=vst_u_{token}");
    assert_eq!(nora.browser.open_once(&onward).await.status, 410);
    product.code(&nora.browser.open_once(&address("modern", &reference)).await, &request);
    let (late, in_time) = (pushed(&product, &request).await, pushed(&product, &request).await);
    app.pass(seconds(59));
    product.code(&nora.browser.open_once(&address("modern", &in_time)).await, &request);
    app.pass(seconds(1));
    assert_nothing(&nora.browser.open_once(&address("modern", &late)).await);
}

/// Nothing that stands beside the reference counts, so nobody on the way changes what is asked.
#[tokio::test]
async fn r41_what_stands_beside_a_reference_changes_nothing() {
    let app = TestApp::new();
    let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let product = RelyingParty::new(&app, "modern", |_| {});
    let (request, evil) = (product.request(), product.request());
    let reference = pushed(&product, &request).await;
    let mut fields = evil.with("redirect_uri", "https://evil.example/callback").fields().to_vec();
    fields.push(field("request_uri", &reference));
    let page = nora.browser.open_once(&format!("/oauth2/authorize?{}", Browser::encoded(&fields))).await;
    product.tokens(&product.code(&page, &request), &request).await;
    // A sign-in between the two is not the fresh one that was asked for.
    let fresh = product.request().with("prompt", "login");
    let reference = pushed(&product, &fresh).await;
    app.pass(seconds(1));
    nora.browser.sign_in(&nora.person).await;
    app.pass(seconds(1));
    let page = nora.browser.open(&address("modern", &reference)).await;
    assert!(page.says("Sign in to open"), "{}", page.text());
}

/// Regression 40: what is wrong is told when it is sent, with the names of the authorization endpoint.
#[tokio::test]
async fn r40_what_is_sent_ahead_is_read_whole_when_it_comes() {
    let app = TestApp::new();
    let product = RelyingParty::new(&app, "modern", |_| {});
    let silent = || product.request().with("prompt", "none");
    for (request, error) in [
        (product.request().without("code_challenge"), "invalid_request"),
        (product.request().with("code_challenge_method", "plain"), "invalid_request"),
        (product.request().without("redirect_uri"), "invalid_request"),
        (product.request().with("redirect_uri", "https://evil.example/callback"), "invalid_request"),
        (product.request().with("client_id", "other"), "invalid_request"),
        (product.request().with("request_uri", &format!("{PREFIX}x")), "invalid_request"),
        (product.request().with("request_uri", "https://modern.example.com/request"), "invalid_request"),
        (product.request().with("request", "x"), "request_not_supported"),
        (product.request().with("response_type", "token"), "unsupported_response_type"),
        (product.request().with("scope", "\""), "invalid_scope"),
        (silent().with("id_token_hint", "x.y.z"), "login_required"),
    ] {
        assert_eq!(refusal(&push(&product, &request).await), (400, error.to_owned()), "{:?}", request.fields());
    }
    let stranger = product.clone().with_secret("vst_k_no");
    assert_eq!(refusal(&push(&stranger, &product.request()).await), (401, "invalid_client".to_owned()));
    let kept = app.app.db.read(|tx| tx.query("SELECT id FROM authorization_request", &[])).unwrap();
    assert_eq!(kept.len(), 0);
    assert_eq!(product.discovery().await["pushed_authorization_request_endpoint"], "https://id.example.org/oauth2/par");
}

#[tokio::test]
async fn r03_requests_sent_ahead_are_bounded_by_address_and_product() {
    let app = TestApp::with(|settings| settings.limits.address_burst = 1);
    let product = RelyingParty::new(&app, "modern", |_| {});
    let neighbour = RelyingParty::new(&app, "neighbour", |_| {});
    for _ in 0..40 {
        pushed(&product, &product.request()).await;
    }
    let page = push(&product, &product.request()).await;
    assert_eq!((refusal(&page), page.header("retry-after")), ((429, "temporarily_unavailable".to_owned()), "1"));
    pushed(&neighbour, &neighbour.request()).await;
    app.pass(seconds(1));
    pushed(&product, &product.request()).await;
}
