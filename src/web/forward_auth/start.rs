//! The page of a product's host at which a sign-in begins: it leads to ours.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};

use super::host::{AtHost, message};
use crate::flow::forward_auth;
use crate::model::return_path::ReturnPath;
use crate::oidc::parameters::Parameters;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::oidc::address::onward_address;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// Begins.
pub async fn get(
    State(site): State<Site>,
    AtHost(at): AtHost,
    browser: Browser,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    // A script's call or a picture that was led here could not sign anybody in, and would take the address's allowance.
    if headers.get("sec-fetch-mode").is_some_and(|mode| mode != "navigate") {
        let words = format!("Open {} in a window of its own to sign in.", at.product.name);
        return message(&site, &browser, (StatusCode::FORBIDDEN, "You are not signed in"), words, None);
    }
    if let Some(until) = browser.address.and_then(|address| site.requests.take(address, browser.now).err()) {
        let wait = site.wait(until, browser.now);
        let words = format!(
            "Very many sign-ins have been begun from your network and not finished. Open {} again in {}.",
            at.product.name, wait.left_words
        );
        let page = message(&site, &browser, (StatusCode::TOO_MANY_REQUESTS, "Please wait a little"), words, None)?;
        return Reply::from(page).retry_after(Some(&wait)).done();
    }
    let to = wanted(&query.unwrap_or_default());
    let (act, held) = (site.act(&browser), browser.token(Cookie::HostState));
    let begun = site.write(move |tx| forward_auth::begin(tx, &act, &at, &to, held.as_ref())).await?;
    let onward = site.app.settings.public_url.join(&onward_address(&begun.request));
    Reply::away(&onward)?.with(&site, Cookie::HostState, &[begun.state]).done()
}

/// Where to come back to: a path of this host, or its first page.
fn wanted(query: &str) -> ReturnPath {
    let parameters = Parameters::parse(query.as_bytes()).ok();
    let wish = parameters.as_ref().and_then(|parameters| parameters.get("to"));
    wish.and_then(ReturnPath::parse).unwrap_or_else(ReturnPath::root)
}
