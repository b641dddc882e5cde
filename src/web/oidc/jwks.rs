//! The public keys (RFC 7517 section 5). The algorithms that products have chosen are always among them, so that nobody who keeps the
//! set for a while lacks a key.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::discovery::BRIEFLY;
use crate::flow::signing_key;
use crate::oidc::jose::JwkSet;
use crate::web::browser::Browser;
use crate::web::error::Failure;
use crate::web::site::Site;

/// Shows them.
pub async fn get(State(site): State<Site>, browser: Browser) -> Result<Response, Failure> {
    let act = site.act(&browser);
    let due = site.read(move |tx| signing_key::due(tx, &act)).await?;
    if !due.is_empty() {
        site.make_signing_keys(&browser, due).await?;
    }
    let keys = site.read(signing_key::published).await?;
    Ok(([(header::CACHE_CONTROL, BRIEFLY)], Json(JwkSet::new(keys))).into_response())
}
