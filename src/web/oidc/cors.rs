//! Which addresses scripts of other sites may call (the Fetch standard's CORS): those that a product needs which lives in the browser
//! alone. Any site may, and none with credentials: these addresses take no cookies, so a script learns there what a server would.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::oidc::discovery::path;

const OPEN: [&str; 6] = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    path::JWKS,
    path::TOKEN,
    path::USERINFO,
    path::REVOKE,
];

/// The layer that lets scripts in, and answers their browsers' question whether it will.
pub async fn allow(request: Request, next: Next) -> Response {
    if !OPEN.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let asks =
        request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if asks {
        allow_calls(headers);
    } else {
        let shown = HeaderValue::from_static("www-authenticate, retry-after, x-request-id");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, shown);
    }
    response
}

fn allow_calls(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
}
