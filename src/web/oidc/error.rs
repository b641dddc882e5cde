//! What products are told when something cannot be done: JSON, with the names of RFC 6749 section 5.2 and RFC 6750 section 3.1.
//! What stops a request for reasons of ours ([`Failure`]) is told the same way; its cause goes to the log as everywhere.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::model::words;
use crate::oidc::client_auth::{BASIC_CHALLENGE, ClientRefused};
use crate::oidc::error::{ErrorCode, ProtocolError};
use crate::web::error::Failure;

/// How long a product may wait before it tries again what failed for reasons of ours.
const RETRY: Duration = Duration::from_secs(5);

/// Why a call is not answered as it wished.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// What is asked for.
    Protocol(ProtocolError),
    /// Who asks.
    Client(ClientRefused),
    /// The access token; nothing where there was none.
    Bearer(Option<ProtocolError>),
    /// Too many wrong secrets from there. The time left.
    SlowDown(Duration),
    /// Too many requests from there were sent ahead, or too many devices there ask to be signed in. The time left.
    Crowded(Duration),
    /// Something of ours.
    Failure(Failure),
}

impl From<ProtocolError> for Refusal {
    fn from(error: ProtocolError) -> Self {
        Self::Protocol(error)
    }
}

impl From<ClientRefused> for Refusal {
    fn from(refused: ClientRefused) -> Self {
        Self::Client(refused)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Protocol(error) => json(error),
            Self::Client(refused) if refused.error.code == ErrorCode::InvalidClient => {
                with(json(refused.error), header::WWW_AUTHENTICATE, BASIC_CHALLENGE)
            }
            Self::Client(refused) => json(refused.error),
            // Without a token there is nothing to say about one (RFC 6750 section 3.1).
            Self::Bearer(None) => with(StatusCode::UNAUTHORIZED.into_response(), header::WWW_AUTHENTICATE, "Bearer"),
            Self::Bearer(Some(error)) => with(json(error), header::WWW_AUTHENTICATE, &error.bearer_challenge()),
            Self::SlowDown(left) => {
                let error = ErrorCode::TemporarilyUnavailable.because("Too many wrong client secrets came from there.");
                retry_after(status(json(error), StatusCode::TOO_MANY_REQUESTS), left)
            }
            Self::Crowded(left) => {
                let error = ErrorCode::TemporarilyUnavailable.because("Too many such requests came from there.");
                retry_after(status(json(error), StatusCode::TOO_MANY_REQUESTS), left)
            }
            // An empty answer that carries the failure to the layer that logs it and calls `failed`.
            Self::Failure(failure) => failure.into_response(),
        }
    }
}

/// A failure as products are told it, in place of a page. `answer` is what carried it.
pub fn failed(failure: &Failure, answer: &Response) -> Response {
    let is_busy =
        matches!(failure, Failure::Busy | Failure::Overloaded | Failure::Unavailable(_) | Failure::ClockBehind);
    let error = match failure {
        _ if is_busy => ErrorCode::TemporarilyUnavailable.because("That cannot be done right now. Try again."),
        Failure::Bug(_) => ErrorCode::ServerError.because("Something went wrong on our side."),
        Failure::MethodNotAllowed => ErrorCode::InvalidRequest.because("This address takes another method."),
        Failure::Misdirected => ErrorCode::InvalidRequest.because("This host is not the one of the issuer."),
        _ => ErrorCode::InvalidRequest.because("The request cannot be read."),
    };
    let mut response = status(json(error), failure.status());
    if let Some(methods) = answer.headers().get(header::ALLOW) {
        response.headers_mut().insert(header::ALLOW, methods.clone());
    }
    if is_busy { retry_after(response, RETRY) } else { response }
}

fn json(error: ProtocolError) -> Response {
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    (status, Json(error.body())).into_response()
}

fn status(mut response: Response, status: StatusCode) -> Response {
    *response.status_mut() = status;
    response
}

fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

fn retry_after(response: Response, left: Duration) -> Response {
    with(response, header::RETRY_AFTER, &words::whole_seconds(left).max(1).to_string())
}
