//! Where a waiting request goes on. It can be loaded again: what it does it does once.

use axum::extract::{RawQuery, State};

use super::address::request_in;
use super::answer::{answer, over, refused};
use super::authorize::{give_back, turn, visitor};

use crate::flow::authorize::advance::{self, Next};
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// Goes on with the request.
pub async fn get(State(site): State<Site>, browser: Browser, RawQuery(query): RawQuery) -> Answer {
    let Some(token) = query.as_deref().and_then(request_in) else { return over(&site, &browser) };
    let visitor = visitor(&browser);
    let _turn = turn(&site, &browser, Some(&visitor)).await?;
    let act = site.act(&browser);
    match site.write(move |tx| advance::advance(tx, &act, &token, &visitor)).await? {
        Next::SignIn(request) => Reply::away(&format!("/sign-in?request={}", request.expose()))?.done(),
        Next::Passcode(attempt) => Reply::to("/sign-in/passcode").with(&site, Cookie::Attempt, &[attempt]).done(),
        Next::Answer(to_product) => {
            give_back(&site, &browser);
            answer(&site, &browser, to_product)
        }
        Next::Refused(why, product) => refused(&site, &browser, why, &product),
        Next::Over => over(&site, &browser),
    }
}
