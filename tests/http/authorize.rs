//! What a product's authorization request leads to: the code, a page of ours, or an error that the product is told.

use std::time::Duration;

use serde_json::json;
use vestibule::flow::account::Change;
use vestibule::flow::signing_key;
use vestibule::model::product::{Access, Kind, Policy, ProductId};
use vestibule::model::signing_algorithm::SigningAlgorithm;
use vestibule::oidc::jose::PrivateKey;
use vestibule::store::db::Tx;
use vestibule::store::{product, product_access};

use crate::support::*;

const SEPARATE: Policy = Policy::Separate(Duration::ZERO);
const COMMON: &str =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'";

fn modern(app: &TestApp) -> RelyingParty {
    RelyingParty::new(app, "modern", |product| product.name = "MIP Modern".into())
}

fn fund(app: &TestApp) -> RelyingParty {
    RelyingParty::new(app, "fund", |product| (product.name, product.policy) = ("Fund Accounting".into(), SEPARATE))
}

/// Which accounts may open it from now on.
fn let_in(app: &TestApp, product: &RelyingParty, access: Access) {
    let id = ProductId::parse(&product.id).unwrap();
    let change = move |tx: &mut Tx<'_>| {
        tx.execute("DELETE FROM product_access", &[])?;
        product_access::add(tx, &id, &access)
    };
    app.app.db.write(change).unwrap();
}

/// The whole sign-in for a request: the page names the product, and the person lands in it.
#[tokio::test]
async fn s3_2_a_product_opened_directly_leads_through_the_whole_sign_in_and_the_portal_is_signed_in_too() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        for product in [modern(&app), fund(&app)] {
            let (mut browser, request) = (app.browser(), product.request());
            let page = product.begin(&mut browser, &request).await;
            assert!(page.says("to open") && page.title().starts_with("Sign in"), "{}", page.text());
            let page = browser.submit(&page, "Sign in", &[("Username", "nora"), ("Password", &nora.password)]).await;
            assert!(page.says("Signing in as nora to open"), "{}", page.text());
            app.pass(seconds(30));
            let page = browser.give_passcode(&page, &nora.code(&app)).await;
            assert!(product.code(&page, &request).starts_with("vst_c_"));
            assert!(browser.is_signed_in().await);
        }
    }
}

#[tokio::test]
async fn s3_1_a_product_that_inherits_opens_without_another_passcode() {
    let app = TestApp::new();
    let (nora, product) = (app.with_mfa("nora").await, modern(&app));
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    for _ in 0..2 {
        let request = product.request();
        let page = product.begin(&mut browser, &request).await;
        assert_eq!(page.status.as_u16(), 303);
        product.code(&page, &request);
    }
    assert_eq!(waiting(&app), 0, "what is answered at once is not kept");
}

/// How many requests are kept.
fn waiting(app: &TestApp) -> usize {
    app.app.db.read(|tx| tx.query("SELECT id FROM authorization_request", &[])).unwrap().len()
}

/// `prompt=none`: a code, or the product is told what is missing; never a page.
#[tokio::test]
async fn s3_5_prompt_none_shows_no_page() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (modern, fund) = (modern(&app), fund(&app));
    let mut browser = app.browser();
    let ask = async |browser: &mut Browser, product: &RelyingParty, more: &[(&str, &str)]| {
        let request = product.request().with("prompt", "none");
        let request = more.iter().fold(request, |request, (name, value)| request.with(name, value));
        let page = browser.open_once(&request.path()).await;
        let answer = product.answer_to(&page, &request);
        answer.get("error").cloned().unwrap_or_default()
    };
    assert_eq!(ask(&mut browser, &modern, &[]).await, "login_required");
    browser.give_password(&nora).await;
    assert_eq!(ask(&mut browser, &modern, &[]).await, "login_required", "a password alone is nobody");
    browser.sign_in(&nora).await;
    assert_eq!(ask(&mut browser, &modern, &[]).await, "");
    assert_eq!(ask(&mut browser, &fund, &[]).await, "interaction_required");
    app.pass(seconds(10));
    assert_eq!(ask(&mut browser, &modern, &[("max_age", "5")]).await, "login_required");
    assert_eq!(ask(&mut browser, &modern, &[("max_age", "3600")]).await, "");
    let (mfa, passkey) = ("urn:vestibule:acr:mfa", "urn:vestibule:acr:phishing-resistant");
    assert_eq!(ask(&mut browser, &modern, &[("acr_values", mfa)]).await, "");
    assert_eq!(ask(&mut browser, &modern, &[("acr_values", passkey)]).await, "unmet_authentication_requirements");
    let_in(&app, &modern, Access::Account(app.account("oscar").id));
    assert_eq!(ask(&mut browser, &modern, &[]).await, "access_denied");
    assert_eq!(waiting(&app), 0);
}

/// `prompt=login` and `max_age` lead to the sign-in again, and then to the product.
#[tokio::test]
async fn s3_5_a_request_can_ask_for_a_fresh_sign_in() {
    let app = TestApp::new();
    let (nora, product) = (app.with_mfa("nora").await, modern(&app));
    for (name, value) in [("prompt", "login"), ("max_age", "5"), ("max_age", "0")] {
        let mut browser = app.browser();
        browser.sign_in(&nora).await;
        app.pass(seconds(60));
        let request = product.request().with(name, value).with("login_hint", "nora");
        let page = product.begin(&mut browser, &request).await;
        assert!(page.says("Sign in to open MIP Modern") && page.input("Username").contains("value=\"nora\""));
        let page = product.walk_in(&mut browser, page, &nora).await;
        product.code(&page, &request);
    }
}

/// An ID token that we signed, long expired.
fn id_token(app: &TestApp, issuer: &str, subject: &str, audience: &str) -> String {
    let (act, claims) = (app.app.local_act(), json!({ "iss": issuer, "sub": subject, "aud": audience, "exp": 1 }));
    let sign = move |tx: &mut Tx<'_>| {
        if signing_key::current(tx, &act, SigningAlgorithm::Es256)?.is_none() {
            assert!(signing_key::add(tx, &act, &PrivateKey::generate(SigningAlgorithm::Es256).unwrap())?);
        }
        Ok(signing_key::current(tx, &act, SigningAlgorithm::Es256)?.unwrap().sign("JWT", &claims).unwrap())
    };
    app.app.db.write(sign).unwrap()
}

/// `id_token_hint`: the person who is expected, and nobody else; it is not kept.
#[tokio::test]
async fn s3_5_who_is_expected_signs_in_or_the_product_is_told() {
    let app = TestApp::new();
    let (nora, oscar) = (app.with_mfa("nora").await, app.with_mfa("oscar").await);
    let product = modern(&app);
    let ours = "https://id.example.org";
    let (hers, his) =
        (id_token(&app, ours, nora.id.as_str(), "modern"), id_token(&app, ours, oscar.id.as_str(), "modern"));
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    let silent = product.request().with("prompt", "none");
    let request = silent.clone().with("id_token_hint", &hers);
    product.code(&browser.open_once(&request.path()).await, &request);
    let cut = hers.get(..hers.len() - 4).unwrap();
    let others = id_token(&app, ours, nora.id.as_str(), "fund");
    let strangers = id_token(&app, "https://evil.example", nora.id.as_str(), "modern");
    for hint in [his.as_str(), cut, &others, &strangers, "x"] {
        let request = silent.clone().with("id_token_hint", hint);
        assert_eq!(product.error(&browser.open_once(&request.path()).await, &request), "login_required", "{hint}");
    }
    app.pass(seconds(1));
    let request = product.request().with("id_token_hint", &his);
    let page = product.begin(&mut browser, &request).await;
    assert!(page.says("Sign in to open MIP Modern"));
    assert!(!app.database_bytes().windows(his.len()).any(|window| window == his.as_bytes()), "it is not kept");
    // Nora signs in once more: she is not the one. Oscar is.
    let back = product.walk_in(&mut browser.clone(), page.clone(), &nora).await;
    assert_eq!(product.error(&back, &request), "login_required");
    let page = product.begin(&mut browser, &request).await;
    product.code(&product.walk_in(&mut browser, page, &oscar).await, &request);
}

/// Regression 17 and 5: with a password alone a request goes nowhere, whichever address is typed.
#[tokio::test]
async fn r5_r17_a_request_with_only_a_password_goes_nowhere() {
    for app in both_engines() {
        let (nora, product) = (app.with_mfa("nora").await, modern(&app));
        let (mut browser, request) = (app.browser(), product.request());
        let page = product.begin(&mut browser, &request).await;
        let onward = page.path.replace("/sign-in", "/oauth2/continue");
        browser.submit(&page, "Sign in", &[("Username", "nora"), ("Password", &nora.password)]).await;
        for address in [onward.as_str(), &request.path()] {
            let page = browser.open(address).await;
            assert!(page.says("Sign in to open MIP Modern"), "{}", page.text());
        }
        assert_eq!(codes(&app), 0);
    }
}

fn codes(app: &TestApp) -> usize {
    app.app.db.read(|tx| tx.query("SELECT id FROM product_grant", &[])).unwrap().len()
}

/// Regression 20: an account without MFA is led to set-up, and its last page to the product.
#[tokio::test]
async fn r20_s3_4_an_account_without_mfa_is_led_to_set_up_and_from_there_to_the_product() {
    let app = TestApp::new();
    let start = "https://modern.example.com/";
    let product = RelyingParty::new(&app, "modern", |product| {
        (product.name, product.start_url) = ("MIP Modern".into(), Some(start.into()));
    });
    let mut nora = app.account("nora");
    let (mut browser, request) = (app.browser(), product.request());
    let page = product.begin(&mut browser, &request).await;
    let page = browser.submit(&page, "Sign in", &[("Username", "nora"), ("Password", &nora.password)]).await;
    assert!(page.says("MFA is required"));
    assert!(browser.open(&request.path()).await.offers("Sign in"), "nothing opens meanwhile");
    let page = browser.open("/sign-in/set-up").await;
    browser.press(&page, "Send me a setup email").await;
    let link = app.newest_mail(&nora.email, "set_up_link").link("Start Setup");
    let page = browser.open(&link).await;
    let page = nora.answer_questions(&mut browser, &page).await;
    let page = nora.confirm_app(&mut browser, &page).await;
    let page = nora.keep_recovery_code(&mut browser, &page).await;
    assert_eq!(page.link("Go on to MIP Modern"), start);
    assert_eq!(codes(&app), 0);
    let again = product.begin(&mut browser, &request).await;
    app.pass(seconds(30));
    product.code(&product.walk_in(&mut browser, again, &nora).await, &request);
}

/// Errors of which the product may not be told are told to the person, and nothing is sent anywhere.
#[tokio::test]
async fn r41_a_request_that_cannot_be_answered_is_told_to_the_person_only() {
    let app = TestApp::new();
    let product = modern(&app);
    let ledger = RelyingParty::new(&app, "ledger", |product| product.kind = Kind::RemoteApp);
    let wrong = [
        product.request().with("client_id", "unknown"),
        ledger.request(),
        product.request().with("client_id", "ledger"),
        product.request().without("client_id"),
        product.request().without("redirect_uri"),
        product.request().with("redirect_uri", "https://evil.example/callback"),
        product.request().with("redirect_uri", "https://modern.example.com/callback/"),
        product.request().with("redirect_uri", "https://modern.example.com:444/callback"),
    ];
    for request in wrong {
        for page in [
            app.browser().open_once(&request.path()).await,
            app.browser().post("/oauth2/authorize", request.fields()).await,
        ] {
            assert_eq!((page.status.as_u16(), page.header("location")), (400, ""), "{}", page.text());
            assert!(page.says("That did not work") && page.says("Help") && page.offers("Go to the User Portal"));
        }
    }
    assert_eq!(waiting(&app), 0);
}

/// Regressions 40 and 43: errors of which the product may be told name the issuer too.
#[tokio::test]
async fn r40_r43_other_errors_go_back_to_the_product_with_state_and_issuer() {
    let app = TestApp::new();
    let product = modern(&app);
    for (request, error) in [
        (product.request().with("response_type", "token"), "unsupported_response_type"),
        (product.request().without("code_challenge"), "invalid_request"),
        (product.request().with("code_challenge_method", "plain"), "invalid_request"),
        (product.request().with("prompt", "none login"), "invalid_request"),
        (product.request().with("request", "x"), "request_not_supported"),
    ] {
        let page = app.browser().open_once(&request.path()).await;
        assert_eq!(product.error(&page, &request), error);
    }
}

#[tokio::test]
async fn s3_6_an_account_that_may_not_open_a_product_is_told_so() {
    let app = TestApp::new();
    let (nora, product) = (app.with_mfa("nora").await, modern(&app));
    let_in(&app, &product, Access::Account(app.account("oscar").id));
    let (mut browser, request) = (app.browser(), product.request());
    let page = product.begin(&mut browser, &request).await;
    let page = product.walk_in(&mut browser, page, &nora).await;
    assert_eq!((page.status.as_u16(), page.title().as_str()), (403, "Error: You may not open MIP Modern · Vestibule"));
    assert_eq!(page.link("Go to the User Portal"), "/");
    let_in(&app, &product, Access::Account(nora.id.clone()));
    product.code(&product.begin(&mut browser, &request).await, &request);
}

/// One code a request: loaded again it leads to the portal, in every tab.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s3_7_a_request_gives_one_code_however_often_it_is_loaded() {
    for app in both_engines() {
        let (nora, product) = (app.with_mfa("nora").await, modern(&app));
        let (mut browser, request) = (app.browser(), product.request());
        let page = product.begin(&mut browser, &request).await;
        let onward = page.path.replace("/sign-in", "/oauth2/continue");
        browser.sign_in(&nora).await;
        // Another account does not wait for this one's lock.
        let mut others = app.browser();
        others.sign_in(&app.with_mfa("oscar").await).await;
        let mut tabs = tokio::task::JoinSet::new();
        for number in 0..16 {
            let (mut tab, onward) = (if number % 2 == 0 { browser.clone() } else { others.clone() }, onward.clone());
            tabs.spawn(async move { tab.open_once(&onward).await });
        }
        let answers = tabs.join_all().await;
        assert_eq!(count(&answers, |answer| answer.status == 303), 1);
        let over = answers.iter().find(|answer| answer.status == 410).unwrap();
        assert!(over.says("This step is over") && over.link("Go to the User Portal") == "/");
    }
}

/// A request that waits too long, or is none, keeps nobody from signing in.
#[tokio::test]
async fn s3_7_a_request_that_is_gone_loses_nothing() {
    let app = TestApp::new();
    let (nora, product) = (app.with_mfa("nora").await, modern(&app));
    let mut browser = app.browser();
    let page = product.begin(&mut browser, &product.request()).await;
    app.pass(minutes(30));
    let gone = browser.open(&page.path).await;
    assert!(gone.says("has waited too long") && !gone.says("MIP Modern"));
    let page = browser.submit(&page, "Sign in", &[("Username", "nora"), ("Password", &nora.password)]).await;
    let page = browser.give_passcode(&page, &nora.code(&app)).await;
    assert_eq!((page.path.as_str(), page.offers("Sign out")), ("/", true));
}

/// The request's token is no secret: whoever else has it can only sign in himself.
#[tokio::test]
async fn r27_r31_the_token_of_a_request_makes_nobody_someone_else() {
    for app in both_engines() {
        let (nora, oscar) = (app.with_mfa("nora").await, app.with_mfa("oscar").await);
        let product = fund(&app);
        let (mut hers, mut his) = (app.browser(), app.browser());
        let request = product.request();
        let page = product.begin(&mut hers, &request).await;
        let onward = page.path.replace("/sign-in", "/oauth2/continue");
        // Her passcode has been given for it; his session must give one of its own.
        let page = hers.submit(&page, "Sign in", &[("Username", "nora"), ("Password", &nora.password)]).await;
        app.pass(seconds(30));
        let form = page.form("Verify");
        let done = hers.post(&form.action, &form.filled(&[("Passcode", &nora.code(&app))])).await;
        assert_eq!(done.header("location"), onward);
        his.sign_in(&oscar).await;
        let page = his.open(&onward).await;
        assert!(page.says("Fund Accounting asks for a passcode of its own"), "{}", page.text());
        let token = onward.split('=').nth(1).unwrap().to_owned();
        let mut thief = app.browser();
        for name in ["session", "sign-in", "guest", "browser"] {
            thief.cookies.insert(format!("__Host-vestibule-{name}"), token.clone());
        }
        assert!(!thief.is_signed_in().await);
        assert!(thief.open(&onward).await.says("Sign in to open Fund Accounting"));
    }
}

/// A POST from the product's own page has none of our cookies: it waits, and the browser comes back with them.
#[tokio::test]
async fn s3_5_a_form_of_the_product_does_as_well_as_a_link() {
    let app = TestApp::new();
    let (nora, product) = (app.with_mfa("nora").await, modern(&app));
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    let (mut bare, request) = (app.browser(), product.request());
    (bare.fetch_site, bare.origin) = (Some("cross-site"), Some("https://modern.example.com"));
    let sent = bare.post("/oauth2/authorize", request.fields()).await;
    assert!(sent.status == 303 && sent.header("location").starts_with("/oauth2/continue?request=vst_q_"));
    product.code(&browser.open_once(sent.header("location")).await, &request);
    // No other form of another site is taken.
    assert_eq!(bare.post("/sign-in", &[]).await.status, 403);
}

/// Chromium holds the redirects after a form to its page's policy: that of a sign-in for a product names its origin, and no more.
#[tokio::test]
async fn s3_8_the_last_form_of_a_sign_in_may_lead_to_the_product_and_nowhere_else() {
    let app = TestApp::new();
    let (nora, product) = (app.with_mfa("nora").await, fund(&app));
    let rest = "; base-uri 'none'; frame-ancestors 'none'";
    let plain = format!("{COMMON}{rest}");
    let with_product = format!("{COMMON} https://fund.example.com{rest}");
    let (mut browser, request) = (app.browser(), product.request());
    let page = product.begin(&mut browser, &request).await;
    assert_eq!(page.header("content-security-policy"), plain);
    let page = browser.submit(&page, "Sign in", &[("Username", "nora"), ("Password", &nora.password)]).await;
    assert_eq!(page.header("content-security-policy"), with_product);
    let wrong = browser.give_passcode(&page, &nora.wrong_code(&app)).await;
    assert_eq!(wrong.header("content-security-policy"), with_product);
    app.pass(seconds(30));
    product.code(&browser.give_passcode(&page, &nora.code(&app)).await, &request);
    let page = product.begin(&mut browser, &product.request()).await;
    assert!(page.says("asks for a passcode of its own"));
    assert_eq!(page.header("content-security-policy"), with_product);
    assert_eq!(app.browser().give_password(&nora).await.header("content-security-policy"), plain);
}

#[tokio::test]
async fn s3_8_form_post_has_a_button_and_leads_to_the_product_only() {
    let app = TestApp::new();
    let (nora, product) = (app.with_mfa("nora").await, modern(&app));
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    let request = product.request().with("response_mode", "form_post").with("state", "\"><script>");
    let page = product.begin(&mut browser, &request).await;
    let form = page.form("Continue");
    assert_eq!((form.method.as_str(), form.action.as_str()), ("post", product.redirect_uri.as_str()));
    let fields = form.filled(&[]);
    let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!((value("iss"), value("state")), (Some("https://id.example.org"), Some("\"><script>")));
    assert!(value("code").unwrap().starts_with("vst_c_") && !page.body.contains("<script>"));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("; form-action https://modern.example.com; "), "{policy}");
}

/// Unanswered requests of one address are bounded; answered ones are given back.
#[tokio::test]
async fn s3_7_requests_that_wait_are_bounded_for_each_address() {
    let app = TestApp::with(|settings| settings.limits.address_burst = 1);
    let (nora, product) = (app.with_mfa("nora").await, modern(&app));
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    for _ in 0..30 {
        let request = product.request();
        product.code(&product.begin(&mut browser, &request).await, &request);
    }
    for _ in 0..10 {
        assert_eq!(app.browser().open_once(&product.request().path()).await.status, 303);
    }
    let page = app.browser().open_once(&product.request().path()).await;
    assert_eq!((page.status.as_u16(), page.header("retry-after")), (429, "1"), "{}", page.text());
    assert!(page.says("Please wait a little") && waiting(&app) == 10);
    assert_eq!(app.browser().at("192.0.2.9").open_once(&product.request().path()).await.status, 303);
}

/// A product that is removed, and an account that is disabled, between two steps.
#[tokio::test]
async fn r23_what_changes_between_two_steps_is_heeded() {
    let app = TestApp::new();
    let (nora, product) = (app.with_mfa("nora").await, modern(&app));
    let mut browser = app.browser();
    let page = product.begin(&mut browser, &product.request()).await;
    let onward = page.path.replace("/sign-in", "/oauth2/continue");
    browser.sign_in(&nora).await;
    let mut other = browser.clone();
    app.change(&nora, Change::Disable);
    assert!(other.open(&onward).await.says("Sign in to open MIP Modern"));
    app.change(&nora, Change::Enable);
    browser.sign_in(&nora).await;
    app.app.db.write(|tx| product::remove(tx, &ProductId::parse("modern").unwrap())).unwrap();
    assert_eq!(browser.open(&onward).await.status, 410);
}
