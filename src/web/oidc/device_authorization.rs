//! The device authorization endpoint (RFC 8628 section 3.1): a device without a browser asks to be signed in.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::call::Call;
use super::error::Refusal;
use crate::flow::device_authorization::ask;
use crate::oidc::device_authorization::DeviceAuthorizationResponse;
use crate::oidc::discovery::path;
use crate::web::site::Site;

/// Where the person types the code.
pub const PAGE: &str = "/oauth2/device";

/// Gives the device its codes.
pub async fn post(State(site): State<Site>, call: Call) -> Result<Response, Refusal> {
    let product = call.authenticate(&site, path::DEVICE_AUTHORIZATION).await?;
    let now = call.browser.now;
    let limited = |address| site.devices.take_for(address, product.id.as_str(), now).err();
    if let Some(until) = call.browser.address.and_then(limited) {
        return Err(Refusal::Crowded(until.since(now)));
    }
    let (act, parameters) = (site.act(&call.browser), call.parameters.clone());
    let codes = site.write(move |tx| ask::begin(tx, &act, &product, &parameters)).await??;
    let page = site.app.settings.public_url.join(PAGE);
    let answer = DeviceAuthorizationResponse::new(&codes.device, &codes.user, page);
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}
