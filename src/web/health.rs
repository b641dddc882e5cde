//! For load balancers: alive, and ready to answer.

use axum::extract::State;
use axum::http::StatusCode;

use super::site::Site;
use crate::store::migrate;

/// The process runs.
pub async fn live() -> &'static str {
    "ok\n"
}

/// The database answers and its schema is current.
pub async fn ready(State(site): State<Site>) -> (StatusCode, &'static str) {
    let db = site.app.db.clone();
    match tokio::task::spawn_blocking(move || migrate::pending(&db)).await {
        Ok(Ok(0)) => (StatusCode::OK, "ready\n"),
        Ok(Ok(_)) => (StatusCode::SERVICE_UNAVAILABLE, "the database's schema is not current\n"),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
