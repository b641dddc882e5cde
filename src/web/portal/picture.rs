//! A product's picture. It goes out as the kind of picture that it is, never as anything that a browser could run.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;

use super::live;
use crate::flow::product::portal;
use crate::model::product::ProductId;
use crate::web::browser::Browser;
use crate::web::error::Failure;
use crate::web::reply::Answer;
use crate::web::site::Site;

/// This browser may keep it for an hour; nothing between may.
const KEPT: &str = "private, max-age=3600";

/// The picture of a product that the account may open.
pub async fn get(State(site): State<Site>, Path(product): Path<String>, browser: Browser) -> Answer {
    let live = live(&site, &browser).await?.ok_or(Failure::NotFound)?;
    let id = ProductId::parse(&product).ok_or(Failure::NotFound)?;
    let account = live.session.account;
    let picture = site.read(move |tx| portal::picture(tx, &account, &id)).await?.ok_or(Failure::NotFound)?;
    let headers = [(header::CONTENT_TYPE, picture.kind().as_str()), (header::CACHE_CONTROL, KEPT)];
    Ok((headers, picture.into_bytes()).into_response())
}
