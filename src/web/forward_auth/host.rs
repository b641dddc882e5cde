//! The host of a proxied product, at which three pages of ours are served and nothing else. At any other they are not.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use crate::flow::forward_auth::{self, ProductHost, asked};
use crate::web::browser::Browser;
use crate::web::error::Failure;
use crate::web::message::MessagePage;
use crate::web::origin;
use crate::web::page::Action;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// The product whose host is asked for.
#[derive(Clone, Debug)]
pub struct AtHost(pub ProductHost);

impl FromRequestParts<Site> for AtHost {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let host = origin::authority(&parts.headers, &parts.uri).and_then(|text| asked::host(&text));
        let host = host.ok_or(Failure::Misdirected)?;
        let settings = Arc::clone(&site.app.settings);
        let found = site.read(move |tx| forward_auth::product_at(tx, &settings.public_url, &host)).await?;
        found.map(Self).ok_or(Failure::Misdirected)
    }
}

/// A page of ours at a product's host. Its links and its look come from our own.
pub fn message(
    site: &Site,
    browser: &Browser,
    (status, heading): (StatusCode, &str),
    words: String,
    action: Option<Action>,
) -> Answer {
    let frame = site.frame(heading, browser).failed().of(site.app.settings.public_url.as_str());
    let page = MessagePage { frame, heading: heading.into(), paragraphs: vec![words], action };
    Reply::page(status, &page)?.done()
}
