//! `/sign-in` sends the browser to Vestibule; `/callback` takes what comes back. State, nonce and code verifier stay here, under the
//! browser's cookie.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::cookie;
use super::server::{Product, Shared, waiting};
use super::tokens::{self, IdToken};
use super::trouble::Trouble;
use super::visitors::Flow;

/// What Vestibule sends back (RFC 6749 section 4.1.2, RFC 9207). Nothing may come twice.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    state: Option<String>,
    iss: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

pub(super) async fn begin(State(product): Shared, headers: HeaderMap) -> Response {
    let flow = Flow::begin(product.clock.now());
    let (client, asked) = (product.client.clone(), flow.clone());
    let address = waiting(move || client.sign_in_address(&client.metadata()?, &asked)).await;
    match address {
        Ok(address) => {
            let value = product.visitors.begin(cookie::read(&headers, product.known.id), flow);
            leading_to(&product, &address, &value)
        }
        Err(trouble) => product.trouble(&trouble),
    }
}

pub(super) async fn finish(
    State(product): Shared,
    headers: HeaderMap,
    answer: Result<Query<Answer>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let Ok(Query(answer)) = answer else { return product.trouble(&Trouble::Stale) };
    let sent = cookie::read(&headers, product.known.id);
    let id_token = match given(&product, sent, answer).await {
        Ok(id_token) => id_token,
        Err(trouble) => return product.trouble(&trouble),
    };
    let username = id_token.get("preferred_username").or_else(|| id_token.get("sub")).unwrap_or_default().to_owned();
    match product.visitors.sign_in(sent, username, id_token) {
        Some(value) => leading_to(&product, "/", &value),
        None => product.trouble(&Trouble::Ended),
    }
}

/// The ID token that this answer leads to. An error counts only where it belongs to what this browser began.
async fn given(product: &Arc<Product>, cookie: Option<&str>, answer: Answer) -> Result<IdToken, Trouble> {
    let flow = answer.state.and_then(|state| product.visitors.take(cookie, &state, product.clock.now()));
    let flow = flow.ok_or(Trouble::Stale)?;
    if answer.iss.as_deref() != Some(&product.client.issuer) {
        return Err(Trouble::Untrusted("the answer is of another issuer"));
    }
    if let Some(error) = answer.error {
        return Err(Trouble::Refused { error, description: answer.error_description });
    }
    let code = answer.code.ok_or(Trouble::Untrusted("the answer has neither a code nor an error"))?;
    let (product, nonce) = (Arc::clone(product), flow.nonce);
    waiting(move || {
        let metadata = product.client.metadata()?;
        let text = product.client.redeem(&metadata, code, flow.verifier)?;
        tokens::id_token(&text, &product.client.keys(&metadata)?, product.expected(), &nonce)
    })
    .await
}

fn leading_to(product: &Product, address: &str, cookie: &str) -> Response {
    match cookie::set(product.known.id, cookie) {
        Ok(cookie) => ([(header::SET_COOKIE, cookie)], Redirect::to(address)).into_response(),
        Err(_) => product.trouble(&Trouble::Untrusted("the cookie is none")),
    }
}
