//! The page of a product's host to which the code comes: it gives the host's cookie and leads to where the person wanted to go.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;

use super::host::{AtHost, message};
use crate::flow::forward_auth::{self, ProductHost, Returned};
use crate::model::return_path::ReturnPath;
use crate::model::token::{PlainToken, TokenKind};
use crate::oidc::parameters::Parameters;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::page::Action;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// Takes the code.
pub async fn get(State(site): State<Site>, AtHost(at): AtHost, browser: Browser, RawQuery(query): RawQuery) -> Answer {
    let Some((cookie, to)) = redeemed(&site, &browser, &at, &query.unwrap_or_default()).await? else {
        return over(&site, &browser, &at).await;
    };
    let reply = Reply::away(&format!("{}{}", at.origin, to.as_str()))?;
    reply.with(&site, Cookie::Host, &[cookie]).without(&site, &[Cookie::HostState]).done()
}

async fn redeemed(
    site: &Site,
    browser: &Browser,
    at: &ProductHost,
    query: &str,
) -> Result<Option<(PlainToken, ReturnPath)>, Failure> {
    let Some(state) = browser.token(Cookie::HostState) else { return Ok(None) };
    let Some((code, mark)) = read(query, site.app.settings.public_url.as_str()) else { return Ok(None) };
    let (act, at) = (site.act(browser), at.clone());
    site.write(move |tx| forward_auth::finish(tx, &act, &at, Returned { state: &state, mark: &mark, code: &code }))
        .await
}

/// Code and mark of an answer of ours (RFC 9207).
fn read(query: &str, issuer: &str) -> Option<(PlainToken, String)> {
    let parameters = Parameters::parse(query.as_bytes()).ok().filter(|parameters| parameters.once_each().is_ok())?;
    let code = PlainToken::parse(TokenKind::Code, parameters.get("code")?)?;
    (parameters.get("iss") == Some(issuer)).then_some(())?;
    Some((code, parameters.get("state")?.to_owned()))
}

/// No cookie was given; who has one goes on with it.
async fn over(site: &Site, browser: &Browser, at: &ProductHost) -> Answer {
    if let Some(cookie) = browser.token(Cookie::Host) {
        let (act, at) = (site.act(browser), at.clone());
        if site.read(move |tx| forward_auth::is_known(tx, &act, &at, &cookie)).await? {
            return Reply::to("/").done();
        }
    }
    let words =
        "It was done already, it has waited too long, or it began in another browser. Nothing is lost: open it again.";
    let again = Action { label: format!("Open {}", at.product.name), href: format!("{}/", at.origin) };
    message(site, browser, (StatusCode::GONE, "This step is over"), words.into(), Some(again))
}
