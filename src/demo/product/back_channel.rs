//! `/backchannel-logout`: Vestibule says that a session ended (OpenID Connect Back-Channel Logout section 2.5). What it says is
//! believed for its signature alone.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use serde::Deserialize;
use serde_json::json;

use super::server::{Shared, waiting};
use super::tokens;
use super::trouble::Trouble;

/// The form's field.
#[derive(Debug, Deserialize)]
pub(super) struct Fields {
    logout_token: String,
}

pub(super) async fn post(State(product): Shared, Form(fields): Form<Fields>) -> Response {
    let asked = Arc::clone(&product);
    let read = waiting(move || {
        let keys = asked.client.keys(&asked.client.metadata()?)?;
        tokens::logout_token(&fields.logout_token, &keys, asked.expected())
    });
    let done = match read.await {
        Ok(logout) => {
            if product.visitors.end(logout) {
                Ok(())
            } else {
                Err(Trouble::Untrusted("it came before"))
            }
        }
        Err(trouble) => Err(trouble),
    };
    let Err(trouble) = done else { return StatusCode::OK.into_response() };
    tracing::info!(product = product.known.id, %trouble, "a demo product does not take a logout token");
    let (status, error) = match trouble {
        Trouble::Away(_) => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
        _ => (StatusCode::BAD_REQUEST, "invalid_request"),
    };
    (status, Json(json!({ "error": error, "error_description": trouble.to_string() }))).into_response()
}
