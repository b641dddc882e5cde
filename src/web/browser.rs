//! Who asks: one extractor for the time, the client's address, the cookies and the request's id.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::client_address;
use super::cookies::{Cookie, Jar};
use super::error::Failure;
use super::onward;
use super::site::Site;
use crate::app::draw;
use crate::flow::act::Origin;
use crate::flow::sign_in::finish;
use crate::model::dice::Seed;
use crate::model::return_path::ReturnPath;
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;

/// A `User-Agent` is kept to this length.
const USER_AGENT_LENGTH: usize = 300;

/// The request's id: in the log, and at the foot of a page that says what failed.
#[derive(Clone, Debug, Default)]
pub struct RequestId(pub String);

/// The browser behind a request.
#[derive(Clone, Debug)]
pub struct Browser {
    /// When the request came.
    pub now: Timestamp,
    /// The client's address; none where the server listens on a unix socket without a proxy's word.
    pub address: Option<IpAddr>,
    /// The request's id.
    pub request_id: String,
    user_agent: String,
    headers: HeaderMap,
    jar: Jar,
}

impl Browser {
    /// The first token in this cookie.
    pub fn token(&self, cookie: Cookie) -> Option<PlainToken> {
        self.jar.read(&self.headers, cookie).into_iter().next()
    }

    /// The known browsers that it says it is.
    pub fn known_browsers(&self) -> Vec<PlainToken> {
        self.jar.read(&self.headers, Cookie::KnownBrowsers)
    }

    /// The page of the support console that it asked for before it signed in.
    pub fn onward(&self) -> Option<ReturnPath> {
        onward::of(self.jar, &self.headers)
    }

    /// What a whole sign-in replaces.
    pub fn holdings(&self) -> finish::Browser {
        finish::Browser { session: self.token(Cookie::Session), known_browsers: self.known_browsers() }
    }

    /// Who asks, as acts take it.
    pub fn origin(&self) -> Origin {
        Origin {
            address: self.address,
            user_agent: self.user_agent.clone(),
            request_id: self.request_id.clone(),
            actor: None,
        }
    }
}

impl FromRequestParts<Site> for Browser {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let trusted = &site.app.settings.trusted_proxies;
        let address = client_address::of(peer, &parts.headers, trusted).map_err(|_| Failure::BadProxyHeader)?;
        let user_agent =
            parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(Self {
            now: site.app.clock.now(),
            address,
            request_id: parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
            user_agent: user_agent.chars().take(USER_AGENT_LENGTH).collect(),
            headers: parts.headers.clone(),
            jar: site.jar,
        })
    }
}

/// The layer that gives each request its id, and writes its line in the log.
pub async fn identify(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let id = Seed::new(draw()).dice().opaque_id();
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, path) = (request.method().clone(), public_path(request.uri().path()));
    let began = site.app.clock.now();
    let mut response = next.run(request).await;
    let status = response.status().as_u16();
    let millis = u64::try_from(site.app.clock.now().since(began).as_millis()).unwrap_or(u64::MAX);
    tracing::info!(request_id = %id, %method, path, status, millis, "request");
    metrics::counter!("http_requests_total", "status" => status.to_string()).increment(1);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// The path without what follows `/link/`: a token must not reach the log.
fn public_path(path: &str) -> String {
    path.find("/link/").and_then(|at| path.get(..at + 5)).unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emailed_token_does_not_reach_the_log() {
        assert_eq!(public_path("/set-up/link/vst_l_abc"), "/set-up/link");
        assert_eq!(public_path("/sign-in/passcode"), "/sign-in/passcode");
    }
}
