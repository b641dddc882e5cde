//! Tokens are given back (RFC 7009): with any of them all that the grant gave. A token that is unknown or another's is answered
//! like one that was given back.

use axum::extract::State;
use axum::http::StatusCode;

use super::call::Call;
use super::error::Refusal;
use crate::flow::grant::access;
use crate::oidc::discovery::path;
use crate::oidc::token_hint::NamedToken;
use crate::web::site::Site;

/// Takes them.
pub async fn post(State(site): State<Site>, call: Call) -> Result<StatusCode, Refusal> {
    let product = call.authenticate(&site, path::REVOKE).await?;
    let token = NamedToken::parse(&call.parameters)?;
    let act = site.act(&call.browser);
    site.write(move |tx| access::revoke(tx, &act, &product.id, &token)).await?;
    Ok(StatusCode::OK)
}
