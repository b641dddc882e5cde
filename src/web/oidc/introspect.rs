//! Whether a token is good (RFC 7662): for products that can keep a secret, about their own access tokens. About anything else
//! the answer is no.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::call::Call;
use super::error::Refusal;
use crate::flow::grant::access;
use crate::oidc::discovery::path;
use crate::oidc::error::ErrorCode;
use crate::oidc::token_hint::NamedToken;
use crate::web::site::Site;

/// Says it.
pub async fn post(State(site): State<Site>, call: Call) -> Result<Response, Refusal> {
    let product = call.authenticate(&site, path::INTROSPECT).await?;
    if product.is_public {
        return Err(ErrorCode::UnauthorizedClient.because("A public client may not ask about tokens.").into());
    }
    let token = NamedToken::parse(&call.parameters)?;
    let act = site.act(&call.browser);
    let said = site.read(move |tx| access::introspect(tx, &act, &product.id, &token)).await?;
    Ok(Json(said).into_response())
}
