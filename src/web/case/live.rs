//! What is said in a case while the person looks at it. A browser hears what is said after it joined.

use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;

use crate::flow::support::live::Listener;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::live::stream::{self, Stopping};
use crate::web::reply::Answer;
use crate::web::site::Site;
use crate::web::support::live::Asked;

/// The stream.
pub async fn get(
    State(site): State<Site>,
    browser: Browser,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
    stopping: Option<Extension<Stopping>>,
) -> Answer {
    let Some(token) = browser.token(Cookie::Case) else { return Ok(StatusCode::GONE.into_response()) };
    let after = asked.map_or(0, |Query(asked)| asked.after);
    let stopping = stopping.map(|Extension(stopping)| stopping);
    stream::answer(&site, &browser, Listener::Person(token), (after, &headers), stopping).await
}
