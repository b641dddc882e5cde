//! The documents by which products find everything else: OpenID Connect Discovery section 4 and RFC 8414 section 3.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::oidc::discovery::{Served, document};
use crate::web::site::Site;

/// What is served besides the code flow.
const SERVED: Served = Served { pushed_requests: true, devices: true, remote_apps: true };

/// For so long a browser or a proxy may keep what is the same for everyone.
pub const BRIEFLY: &str = "public, max-age=300";

/// Shows it, under both names.
pub async fn get(State(site): State<Site>) -> Response {
    let document = document(site.app.settings.public_url.as_str(), SERVED);
    ([(header::CACHE_CONTROL, BRIEFLY)], Json(document)).into_response()
}
