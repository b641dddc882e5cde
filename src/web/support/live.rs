//! What is said in a case while an analyst looks at it.

use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State as Shared};
use axum::http::HeaderMap;
use serde::Deserialize;

use super::number;
use crate::flow::support::live::Listener;
use crate::web::browser::Browser;
use crate::web::live::stream::{self, Stopping};
use crate::web::reply::Answer;
use crate::web::site::Site;
use crate::web::staff::Staff;

/// What the page has already.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The number of its newest message.
    #[serde(default)]
    pub after: i64,
}

/// The stream.
pub async fn get(
    Shared(site): Shared<Site>,
    Path(text): Path<String>,
    browser: Browser,
    staff: Staff,
    (headers, asked, stopping): (HeaderMap, Result<Query<Asked>, QueryRejection>, Option<Extension<Stopping>>),
) -> Answer {
    let listener = Listener::Analyst(staff.live.session.id, number(&text)?);
    let after = asked.map_or(0, |Query(asked)| asked.after);
    stream::answer(&site, &browser, listener, (after, &headers), stopping.map(|Extension(stopping)| stopping)).await
}
