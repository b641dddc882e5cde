//! `/`: who is signed in here, and what Vestibule said; or the way to sign in.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::cookie;
use super::pages::{Person, ProductPage};
use super::server::{Shared, page};

pub(super) async fn get(State(product): Shared, headers: HeaderMap) -> Response {
    let known = product.known;
    let session = product.visitors.session(cookie::read(&headers, known.id));
    page(&ProductPage {
        css: product.assets.css().to_owned(),
        name: known.name,
        picture: product.picture(),
        purpose: known.purpose,
        asks: known.asks,
        portal_url: product.client.issuer.clone(),
        person: session.map(|session| Person {
            username: session.username,
            claims: serde_json::to_string_pretty(&session.id_token.claims).unwrap_or_default(),
            form_token: session.form_token,
        }),
    })
}
