//! How long the answer to a wrong pair takes for a username that somebody has and for one that nobody has, through the router, in
//! turns, with the default cost of a hash. Prints the medians and their ratio. Run: `cargo bench --bench sign_in_timing`.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark prints what it found and stops when it cannot run"
)]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use tokio::sync::Notify;
use tower::ServiceExt;
use vestibule::app::{App, Clock, draw};
use vestibule::config::{DatabaseUrl, PublicUrl, Settings};
use vestibule::flow::account::{self, FirstPassword, NewAccount};
use vestibule::keys::Keyring;
use vestibule::model::account::Role;
use vestibule::model::account_name::Username;
use vestibule::model::email_address::EmailAddress;
use vestibule::model::secret::SecretText;
use vestibule::store::migrate;
use vestibule::web::router::router;

const SIGN_INS: usize = 200;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = installation(folder.path());
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let (known, unknown) = runtime.block_on(measure(&router(app, Arc::new(Notify::new()), None)));
    let (known, unknown) = (median(known), median(unknown));
    println!("a username that somebody has: {:.3} ms", known.as_secs_f64() * 1000.0);
    println!("a username that nobody has: {:.3} ms", unknown.as_secs_f64() * 1000.0);
    println!("ratio: {:.4}", known.as_secs_f64() / unknown.as_secs_f64());
}

/// One account, and limits that do not stand in the way.
fn installation(folder: &Path) -> App {
    let mut settings = Settings::defaults(PublicUrl::parse("https://id.example.org").expect("an address"));
    settings.database.url = DatabaseUrl::Sqlite(folder.join("vestibule.db"));
    (settings.limits.password_burst, settings.limits.address_burst) = (100_000, 100_000);
    let app = App::open(settings, &Keyring::generate(&draw()), Clock::system()).expect("an installation");
    migrate::run(&app.db, app.clock.now()).expect("a schema");
    app.keys_belong_here().expect("a key check");
    let phc = app.hasher.hash(SecretText::new("correct horse battery staple".into()), [7; 16]).expect("a hash");
    let new = NewAccount {
        username: Username::parse("somebody").expect("a username"),
        email: EmailAddress::parse("somebody@example.org").expect("an address"),
        name: None,
        organization: None,
        role: Role::User,
        groups: Vec::new(),
    };
    let (act, first) = (app.local_act(), FirstPassword::Hash(phc));
    app.db.write(move |tx| account::add(tx, (&act, &mut act.dice()), &new, &first)).expect("an account");
    app
}

async fn measure(router: &Router) -> (Vec<Duration>, Vec<Duration>) {
    let (cookie, token) = form(router).await;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for round in 0..SIGN_INS + 10 {
        let of_known = sign_in(router, (&cookie, &token), "somebody").await;
        let of_unknown = sign_in(router, (&cookie, &token), "nobody-1").await;
        // The first rounds warm the caches.
        if round >= 10 {
            known.push(of_known);
            unknown.push(of_unknown);
        }
    }
    (known, unknown)
}

/// The guest cookie and the form's token.
async fn form(router: &Router) -> (String, String) {
    let request = request("GET").body(Body::empty()).expect("a request");
    let response = router.clone().oneshot(request).await.expect("an answer");
    let cookie = response.headers().get(header::SET_COOKIE).expect("a cookie").to_str().expect("text");
    let cookie = cookie.split(';').next().expect("a pair").to_owned();
    let body = to_bytes(response.into_body(), 1_000_000).await.expect("a page");
    let body = String::from_utf8_lossy(&body).into_owned();
    let token = body.split_once("name=\"form_token\" value=\"").expect("a token").1;
    (cookie, token.split('"').next().expect("a value").to_owned())
}

async fn sign_in(router: &Router, (cookie, token): (&str, &str), username: &str) -> Duration {
    let body = format!("form_token={token}&username={username}&password=something%20else%20entirely");
    let request = request("POST")
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .expect("a request");
    let began = Instant::now();
    let response = router.clone().oneshot(request).await.expect("an answer");
    let status = response.status();
    to_bytes(response.into_body(), 1_000_000).await.expect("a page");
    let took = began.elapsed();
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    took
}

fn request(method: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri("/sign-in")
        .header(header::HOST, "id.example.org")
        .extension(ConnectInfo(SocketAddr::from(([203, 0, 113, 7], 50_000))))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
