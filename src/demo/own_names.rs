//! A server of the demo answers under its own names only: a page elsewhere whose host name leads to this machine must read nothing
//! (DNS rebinding).

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

/// The router, for requests to this machine's own names and this port.
pub fn only(router: Router, port: u16) -> Router {
    let names = Arc::new(["localhost", "127.0.0.1", "[::1]"].map(|host| format!("{host}:{port}")));
    router.layer(from_fn_with_state(names, check))
}

async fn check(State(names): State<Arc<[String; 3]>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    match host {
        Some(host) if names.iter().any(|own| own.eq_ignore_ascii_case(host)) => next.run(request).await,
        _ => (StatusCode::MISDIRECTED_REQUEST, "This part of the demo answers as localhost only.\n").into_response(),
    }
}
