//! The end of a session, however it comes, ends what it gave products, and each product that wants to hear of it does: once.

use vestibule::flow::account::Change;
use vestibule::flow::grant::{Issue, issue_code};
use vestibule::flow::session_end;
use vestibule::model::account::Role;
use vestibule::model::id::SessionId;
use vestibule::model::opening::Basis;
use vestibule::model::product::ProductId;
use vestibule::model::proof::{PasscodeProof, PasswordProof, Way};
use vestibule::oidc::authorize::AuthorizeRequest;
use vestibule::oidc::parameters::Parameters;
use vestibule::store::account::with_lock;
use vestibule::store::product;

use crate::support::*;

const NEW: &str = "seven orange kettles hum";

/// A product that wants to hear of logouts.
pub fn told(app: &TestApp, id: &str) -> RelyingParty {
    let uri = format!("https://{id}.example.com/back-channel");
    RelyingParty::new(app, id, move |product| product.back_channel_logout_uri = Some(uri))
}

/// The id of the person's newest session.
pub fn session_of(app: &TestApp, person: &Person) -> SessionId {
    const SQL: &str = "SELECT id FROM session WHERE account_id = $1 ORDER BY id DESC LIMIT 1";
    let id = person.id.clone();
    let row = app.app.db.read(move |tx| tx.query_opt(SQL, &[(&id).into()])).unwrap();
    SessionId::new(row.unwrap().text(0).unwrap())
}

/// The product opened in this session: its tokens.
pub async fn open(app: &TestApp, person: &Person, product: &RelyingParty, session: &SessionId) -> Tokens {
    open_in(app, person, product, Some(session.clone())).await
}

/// The same, or without a session as programs do it.
pub async fn open_in(app: &TestApp, person: &Person, product: &RelyingParty, session: Option<SessionId>) -> Tokens {
    let (now, asked, act) = (app.now(), product.request(), app.app.local_act());
    let (id, account) = (ProductId::parse(&product.id).unwrap(), person.id.clone());
    let parameters = Parameters::parse(Browser::encoded(asked.fields()).as_bytes()).unwrap();
    let basis = Basis { password: PasswordProof::kept(now), passcode: PasscodeProof::kept(Way::App, now) };
    let code = app.app.db.write(move |tx| {
        let product = product::load(tx, &id)?.unwrap();
        let request = AuthorizeRequest::parse(&parameters, &product).unwrap();
        let issue = Issue { product: &product, session: session.as_ref(), request: &request, basis };
        with_lock(tx, &account, now, |tx, lock| issue_code(tx, (&act, &mut act.dice()), lock, issue))
    });
    product.tokens(code.unwrap().unwrap().expose(), &asked).await
}

/// Whether nothing that the product was given is good for anything.
pub async fn are_dead(product: &RelyingParty, tokens: &Tokens) -> bool {
    let (userinfo, refreshed) =
        (product.userinfo(&tokens.access_token).await, product.refresh(tokens.refresh_token()).await);
    let introspected = product.introspect(&tokens.access_token).await;
    let is_dead = userinfo.status == 401;
    assert_eq!([refreshed.status == 400, introspected["active"] == false], [is_dead, is_dead], "{}", refreshed.body);
    is_dead
}

/// Who is to be told of which session's end.
pub fn notices(app: &TestApp) -> Vec<(String, String)> {
    const SQL: &str = "SELECT product_id, sid FROM logout_notice ORDER BY product_id, sid";
    let rows = app.app.db.read(|tx| tx.query(SQL, &[])).unwrap();
    rows.iter().map(|row| (row.text(0).unwrap(), row.text(1).unwrap())).collect()
}

/// As the server does every few seconds.
fn end_expired(app: &TestApp) -> u64 {
    let act = app.app.local_act();
    app.app.db.write(move |tx| session_end::expired(tx, &act)).unwrap()
}

fn pair(product: &str, session: &SessionId) -> (String, String) {
    (product.to_owned(), session.to_string())
}

#[tokio::test]
async fn s3_16_sign_out_tells_every_product_that_was_opened_in_the_session() {
    for app in both_engines() {
        let (nora, omar) = (app.with_mfa("nora").await, app.with_mfa("omar").await);
        let (books, funds) = (told(&app, "books"), told(&app, "funds"));
        let quiet = RelyingParty::new(&app, "quiet", |_| {});
        let (mut here, mut there, mut other) = (app.browser(), app.browser(), app.browser());
        let page = here.sign_in(&nora).await;
        let session = session_of(&app, &nora);
        there.sign_in(&nora).await;
        let elsewhere = session_of(&app, &nora);
        other.sign_in(&omar).await;
        let products = [&books, &books, &funds, &quiet];
        let mut tokens = Vec::new();
        for product in products {
            tokens.push(open(&app, &nora, product, &session).await);
        }
        let others = open(&app, &nora, &books, &elsewhere).await;
        open(&app, &omar, &books, &session_of(&app, &omar)).await;
        here.press(&page, "Sign out").await;
        assert_eq!(notices(&app), [pair("books", &session), pair("funds", &session)]);
        for (product, tokens) in products.iter().zip(&tokens) {
            assert!(are_dead(product, tokens).await, "{}", product.id);
        }
        assert!(!are_dead(&books, &others).await);
        assert!(there.is_signed_in().await && other.is_signed_in().await);
    }
}

/// Ways to end a person's session that is not the command's own doing.
async fn by_link(app: &TestApp, person: &Person, way: &str) {
    let mut browser = app.browser();
    let (kind, button) = match way {
        "not-me" => ("new_browser", "This wasn't me"),
        _ => ("reset_link", "Change password"),
    };
    if way == "reset" {
        let page = browser.open("/forgot-password").await;
        browser.submit(&page, "Send me a link", &[("Email", &person.email)]).await;
    }
    let page = browser.open(&app.newest_mail(&person.email, kind).link(button)).await;
    let typed: &[_] = if way == "reset" { &[("New password", NEW), ("Repeat new password", NEW)] } else { &[] };
    browser.submit(&page, button, typed).await;
}

/// Regression 55 for products: whatever ends an account's sessions is told to the products, once.
#[tokio::test]
async fn r55_whatever_ends_a_session_is_told_to_its_products_once() {
    let app = TestApp::new();
    let books = told(&app, "books");
    for (number, way) in
        ["not-me", "reset", "disable", "role", "mfa", "again", "other", "idle", "old"].iter().enumerate()
    {
        let (name, other) = (format!("nora-{number}"), format!("omar-{number}"));
        let nora = app.with_mfa(&name).await;
        let mut browser = app.browser();
        browser.sign_in(&nora).await;
        let session = session_of(&app, &nora);
        let tokens = open(&app, &nora, &books, &session).await;
        match *way {
            "disable" => app.change(&nora, Change::Disable),
            "role" => app.change(&nora, Change::SetRole(Role::Analyst)),
            "mfa" => app.reset_mfa(&nora),
            "again" => drop(browser.sign_in(&nora).await),
            "other" => {
                let other = app.with_mfa(&other).await;
                let mut left = browser.clone();
                browser.sign_in(&other).await;
                assert!(!left.is_signed_in().await, "what another account replaced is good for nothing");
                assert_eq!(end_expired(&app), 1);
                assert!(browser.is_signed_in().await);
            }
            "idle" => {
                app.pass(app.app.settings.sessions.idle);
                assert!(end_expired(&app) > 0);
            }
            "old" => {
                let step = app.app.settings.sessions.idle / 2;
                for _ in 0..=app.app.settings.sessions.absolute.as_secs() / step.as_secs() {
                    app.pass(step);
                    browser.open("/").await;
                }
                assert_eq!(end_expired(&app), 1, "the one that was used all the time");
            }
            link => by_link(&app, &nora, link).await,
        }
        assert_eq!(end_expired(&app), 0, "{way}");
        assert_eq!(notices(&app).iter().filter(|notice| **notice == pair("books", &session)).count(), 1, "{way}");
        assert!(are_dead(&books, &tokens).await, "{way}");
        if *way != "again" && *way != "other" {
            assert!(!browser.is_signed_in().await, "{way}");
        }
    }
}

#[tokio::test]
async fn sessions_end_when_their_time_has_passed_and_not_before() {
    for app in both_engines() {
        let (nora, books) = (app.with_mfa("nora").await, told(&app, "books"));
        let mut browser = app.browser();
        browser.sign_in(&nora).await;
        let session = session_of(&app, &nora);
        open(&app, &nora, &books, &session).await;
        app.pass(app.app.settings.sessions.idle - seconds(1));
        assert_eq!((end_expired(&app), notices(&app).len()), (0, 0));
        assert!(browser.is_signed_in().await);
        app.pass(app.app.settings.sessions.idle);
        assert_eq!((end_expired(&app), notices(&app)), (1, vec![pair("books", &session)]));
        assert_eq!(end_expired(&app), 0);
    }
}

/// Regression 13 in spirit: of twenty at once one ends the session, and each product is told once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r55_of_20_at_once_who_sign_out_each_product_is_told_once() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let (books, funds) = (told(&app, "books"), told(&app, "funds"));
        let mut browser = app.browser();
        let page = browser.sign_in(&nora).await;
        let session = session_of(&app, &nora);
        for product in [&books, &funds] {
            open(&app, &nora, product, &session).await;
        }
        let form = || Filled { browser: browser.clone(), page: page.clone(), button: "Sign out", values: Vec::new() };
        let answers = at_once((0..20).map(|_| form()).collect()).await;
        assert_eq!(count(&answers, |answer| answer.header("location") == "/signed-out"), 20);
        assert_eq!(notices(&app), [pair("books", &session), pair("funds", &session)]);
    }
}
