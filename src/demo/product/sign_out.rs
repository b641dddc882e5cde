//! `/sign-out`: ends the product's own session, then sends the browser to Vestibule, which ends everything else.

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::cookie;
use super::server::{Shared, waiting};
use super::trouble::Trouble;
use super::visitors::SignedOut;

/// The form's field.
#[derive(Debug, Deserialize)]
pub(super) struct Fields {
    form_token: String,
}

pub(super) async fn post(State(product): Shared, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    let session = match product.visitors.sign_out(cookie::read(&headers, product.known.id), &fields.form_token) {
        SignedOut::Done(session) => session,
        SignedOut::Nobody => return Redirect::to("/").into_response(),
        SignedOut::StaleForm => return product.trouble(&Trouble::Stale),
    };
    let (client, hint) = (product.client.clone(), session.id_token.text);
    let address = waiting(move || client.sign_out_address(&client.metadata()?, &hint, &cookie::fresh())).await;
    let answer = match address {
        Ok(address) => Redirect::to(&address).into_response(),
        Err(trouble) => product.trouble(&trouble),
    };
    match cookie::clear(product.known.id) {
        Ok(cookie) => ([(header::SET_COOKIE, cookie)], answer).into_response(),
        Err(_) => answer,
    }
}
