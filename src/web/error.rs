//! What stops a request. The words that people read are fixed; the cause goes to the log once, under the request id that the
//! page shows.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::browser::RequestId;
use super::message::MessagePage;
use super::page::Action;
use super::site::Site;
use super::{oidc, router};
use crate::store::error::Error;

/// Why a request did not reach an outcome.
#[derive(Clone, Debug)]
pub enum Failure {
    /// Too much is under way for this account.
    Busy,
    /// Too much is under way for everyone.
    Overloaded,
    /// The database is away.
    Unavailable(String),
    /// The clock is behind.
    ClockBehind,
    /// The form is not one that we sent.
    BadForm,
    /// The form was shown to another browser, or too long ago.
    StaleForm,
    /// The request comes from a page that is not ours.
    ForeignOrigin,
    /// The request is for another host.
    Misdirected,
    /// A trusted proxy's header cannot be read.
    BadProxyHeader,
    /// There is no such page.
    NotFound,
    /// The page does not take this method.
    MethodNotAllowed,
    /// A defect of ours.
    Bug(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Overloaded => Self::Overloaded,
            Error::Unavailable(why) => Self::Unavailable(why),
            Error::ClockBehind => Self::ClockBehind,
            Error::Bug(what) => Self::Bug(what),
        }
    }
}

impl IntoResponse for Failure {
    /// An empty answer that carries the failure to [`pages`], which knows the frame.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl Failure {
    /// The answer's status.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Busy => StatusCode::TOO_MANY_REQUESTS,
            Self::Overloaded | Self::Unavailable(_) | Self::ClockBehind => StatusCode::SERVICE_UNAVAILABLE,
            Self::BadForm | Self::BadProxyHeader => StatusCode::BAD_REQUEST,
            Self::StaleForm | Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Bug(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Busy | Self::Overloaded => (
                "One moment, please",
                "Many people are signing in right now. Nothing is lost: wait a few seconds and try again.",
            ),
            Self::Unavailable(_) | Self::ClockBehind => (
                "We can't do that right now",
                "Something on our side is not available. Nothing is lost: wait a minute and try again.",
            ),
            Self::BadForm => ("That form did not arrive whole", "Go back, reload the page and fill the form in again."),
            Self::StaleForm => (
                "This page is too old to be used",
                "It was opened in another browser, or before something changed. Open it again; if this keeps happening, \
                 check that your browser accepts cookies from this site.",
            ),
            Self::ForeignOrigin => (
                "That came from another site",
                "For your safety we only take forms from our own pages. Open the page again here.",
            ),
            Self::Misdirected => (
                "This is not the address of this site",
                "You reached us, but under a name that we don't use. The button leads to the right address.",
            ),
            Self::BadProxyHeader => (
                "We could not tell where that request came from",
                "The network between you and us changed it in a way that we do not accept. Please tell the support team.",
            ),
            Self::NotFound => ("There is no page at this address", "Check the address, or begin at the sign-in page."),
            Self::MethodNotAllowed => ("That can't be done here", "Begin again at the sign-in page."),
            Self::Bug(_) => (
                "Something went wrong on our side",
                "Try again. If it happens again, tell the support team the number at the foot of this page.",
            ),
        }
    }

    fn cause(&self) -> Option<&str> {
        match self {
            Self::Unavailable(cause) | Self::Bug(cause) => Some(cause),
            _ => None,
        }
    }
}

/// The layer that turns a [`Failure`] into its page, or into JSON where servers call.
pub async fn pages(State(site): State<Site>, request: Request, next: Next) -> Response {
    let request_id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    let is_for_clients = router::is_for_clients(request.uri().path());
    let is_elsewhere = router::is_of_product_hosts(request.uri().path());
    let response = next.run(request).await;
    let Some(failure) = response.extensions().get::<Failure>().cloned() else { return response };
    if let Some(cause) = failure.cause() {
        tracing::error!(request_id = %request_id.0, cause, "request failed");
    }
    if is_for_clients {
        return oidc::error::failed(&failure, &response);
    }
    let (heading, advice) = failure.words();
    let site_address = match failure {
        Failure::Misdirected => site.app.settings.public_url.as_str(),
        _ if is_elsewhere => site.app.settings.public_url.as_str(),
        _ => "",
    };
    let begin = Action { label: "Go to the sign-in page".into(), href: format!("{site_address}/sign-in") };
    let page = MessagePage {
        frame: site.bare_frame(heading, &request_id.0).failed().of(if is_elsewhere { site_address } else { "" }),
        heading: heading.into(),
        paragraphs: vec![advice.into()],
        action: Some(begin),
    };
    let body = page.render().unwrap_or_else(|_| heading.to_owned());
    let mut answer = (failure.status(), Html(body)).into_response();
    if failure.status() == StatusCode::SERVICE_UNAVAILABLE || failure.status() == StatusCode::TOO_MANY_REQUESTS {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    answer
}
