//! The token endpoint (RFC 6749 section 3.2): codes and refresh tokens become tokens.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use tokio::task::spawn_blocking;

use super::call::Call;
use super::error::Refusal;
use crate::flow::grant::issued::Issued;
use crate::flow::grant::{self, Exchanged};
use crate::model::product::ProductId;
use crate::oidc::discovery::path;
use crate::oidc::token_request::TokenRequest;
use crate::oidc::token_response::TokenResponse;
use crate::web::error::Failure;
use crate::web::site::Site;

/// Takes a token request.
pub async fn post(State(site): State<Site>, call: Call) -> Result<Response, Refusal> {
    let product = call.authenticate(&site, path::TOKEN).await?;
    let request = TokenRequest::parse(&call.parameters)?;
    let issued = exchanged(&site, &call, &product.id, &request).await?;
    let response = signed(issued).await?;
    Ok(([(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")], Json(response)).into_response())
}

/// The exchange, in the queue of its account. Where a key was missing it is made, and the exchange, which changed nothing, done again.
async fn exchanged(site: &Site, call: &Call, client: &ProductId, request: &TokenRequest) -> Result<Issued, Refusal> {
    let (act, asked) = (site.act(&call.browser), request.clone());
    let account = site.read(move |tx| grant::account_of(tx, &act, &asked)).await?;
    let _turn = match account {
        Some(account) => Some(site.load.turn(account.as_str()).await?),
        None => None,
    };
    for _ in 0..2 {
        let (act, client, asked) = (site.act(&call.browser), client.clone(), request.clone());
        match site.write(move |tx| grant::exchange(tx, &act, &client, &asked)).await? {
            Exchanged::Issued(issued) => return Ok(*issued),
            Exchanged::Refused(error) => return Err(error.into()),
            Exchanged::KeyMissing(algorithm) => site.make_signing_keys(&call.browser, vec![algorithm]).await?,
        }
    }
    Err(Failure::Bug("a signing key that was made is not there".into()).into())
}

async fn signed(issued: Issued) -> Result<TokenResponse, Failure> {
    let signed = spawn_blocking(move || issued.sign()).await;
    let signed = signed.map_err(|error| Failure::Bug(format!("tokens were not signed: {error}")))?;
    signed.map_err(|failure| Failure::Bug(format!("tokens were not signed: {failure}")))
}
