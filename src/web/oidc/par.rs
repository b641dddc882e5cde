//! Requests sent ahead (RFC 9126): a product's server says what it asks for, and the browser brings no more than a reference to it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::call::Call;
use super::error::Refusal;
use crate::flow::authorize::ahead::{self, LIFE};
use crate::oidc::authorize::PUSHED;
use crate::oidc::discovery::path;
use crate::web::site::Site;

/// Keeps one.
pub async fn post(State(site): State<Site>, call: Call) -> Result<Response, Refusal> {
    let product = call.authenticate(&site, path::PAR).await?;
    let now = call.browser.now;
    let limited = |address| site.pushed.take_for(address, product.id.as_str(), now).err();
    if let Some(until) = call.browser.address.and_then(limited) {
        return Err(Refusal::Crowded(until.since(now)));
    }
    let (act, parameters) = (site.act(&call.browser), call.parameters.clone());
    let token = site.write(move |tx| ahead::push(tx, &act, &product, &parameters)).await??;
    let reference = format!("{PUSHED}{}", token.expose());
    let answer = json!({ "request_uri": reference, "expires_in": LIFE.as_secs() });
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}
