//! The page of a product's host at which its cookie ends. It leads to the page of ours that asks whether the whole session shall.

use axum::extract::State;
use axum::http::HeaderMap;

use super::host::AtHost;
use crate::flow::forward_auth;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// Ends the cookie, unless another site led here: that would be signing somebody else out.
pub async fn get(State(site): State<Site>, AtHost(at): AtHost, browser: Browser, headers: HeaderMap) -> Answer {
    let ours = site.app.settings.public_url.join("/oauth2/logout");
    let reply = Reply::away(&ours)?;
    let is_own = headers.get("sec-fetch-site").is_none_or(|from| from == "same-origin" || from == "none");
    if !is_own {
        return reply.done();
    }
    if let Some(cookie) = browser.token(Cookie::Host) {
        let act = site.act(&browser);
        site.write(move |tx| forward_auth::leave(tx, &act, &at, &cookie)).await?;
    }
    reply.without(&site, &[Cookie::Host, Cookie::HostState]).done()
}
