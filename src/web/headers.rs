//! The headers of every answer.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::router;
use super::site::Site;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The policy of a page whose forms may lead to `sources` only. Browsers hold the redirects after a form to it too
/// (Content Security Policy Level 3 section 6.4.1).
pub fn policy_for_forms_to(sources: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&POLICY.replace("form-action 'self'", &format!("form-action {sources}"))).ok()
}

/// The policy of a page whose script listens to this site.
pub fn policy_for_connecting() -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{POLICY}; connect-src 'self'")).ok()
}

/// The layer that sets them; what a handler has set stays.
pub async fn set(State(site): State<Site>, request: Request, next: Next) -> Response {
    let is_elsewhere = router::is_of_product_hosts(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let ours = &site.app.settings.public_url;
    if is_elsewhere && let Ok(policy) = HeaderValue::from_str(&POLICY.replace("'self'", ours.origin())) {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    keep_or(headers, header::CONTENT_SECURITY_POLICY, POLICY);
    keep_or(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    keep_or(headers, header::X_FRAME_OPTIONS, "DENY");
    keep_or(headers, header::REFERRER_POLICY, "same-origin");
    keep_or(headers, header::CACHE_CONTROL, "no-store");
    keep_or(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    keep_or(headers, HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    // What holds for a product's host and the hosts below it is not ours to say.
    if !is_elsewhere && !ours.is_loopback_http() {
        keep_or(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    response
}

fn keep_or(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
