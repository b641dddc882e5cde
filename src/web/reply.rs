//! Answers: pages with their status, redirects, cookies.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::browser::Browser;
use super::cookies::Cookie;
use super::error::Failure;
use super::headers::{policy_for_connecting, policy_for_forms_to};
use super::message::MessagePage;
use super::onward;
use super::page::{Action, Wait};
use super::site::Site;
use crate::flow::link::Gone;
use crate::model::return_path::ReturnPath;
use crate::model::token::PlainToken;

/// An answer that is being put together.
#[derive(Debug)]
pub struct Reply(Response);

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        Self(response)
    }
}

/// What a handler gives.
pub type Answer = Result<Response, Failure>;

impl Reply {
    /// A page.
    pub fn page(status: StatusCode, page: &impl Template) -> Result<Self, Failure> {
        let body = page.render().map_err(|error| Failure::Bug(format!("a template did not render: {error}")))?;
        Ok(Self((status, Html(body)).into_response()))
    }

    /// See the next page (RFC 9110 section 15.4.4).
    pub fn to(path: &'static str) -> Self {
        Self((StatusCode::SEE_OTHER, [(header::LOCATION, HeaderValue::from_static(path))]).into_response())
    }

    /// See another site, or an address of ours that is put together.
    pub fn away(address: &str) -> Result<Self, Failure> {
        let place =
            HeaderValue::from_str(address).map_err(|_| Failure::Bug("an address to lead to is no header".into()))?;
        Ok(Self((StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()))
    }

    /// The page's forms may lead to these sources only, by themselves or by redirects.
    #[must_use]
    pub fn forms_to(mut self, sources: &str) -> Self {
        if let Some(policy) = policy_for_forms_to(sources) {
            self.0.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        self
    }

    /// With a cookie of these tokens.
    #[must_use]
    pub fn with(mut self, site: &Site, cookie: Cookie, tokens: &[PlainToken]) -> Self {
        if let Some(value) = site.jar.set(cookie, tokens) {
            self.0.headers_mut().append(header::SET_COOKIE, value);
        }
        self
    }

    /// Without these cookies from now on.
    #[must_use]
    pub fn without(mut self, site: &Site, cookies: &[Cookie]) -> Self {
        for value in cookies.iter().filter_map(|cookie| site.jar.clear(*cookie)) {
            self.0.headers_mut().append(header::SET_COOKIE, value);
        }
        self
    }

    /// With the page that this browser asked for, until it has signed in.
    #[must_use]
    pub fn onward_to(mut self, site: &Site, page: &ReturnPath) -> Self {
        if let Some(value) = onward::kept(site.jar, page) {
            self.0.headers_mut().append(header::SET_COOKIE, value);
        }
        self
    }

    /// Without a page to go on to.
    #[must_use]
    pub fn without_onward(mut self, site: &Site) -> Self {
        if let Some(value) = onward::forgotten(site.jar) {
            self.0.headers_mut().append(header::SET_COOKIE, value);
        }
        self
    }

    /// The page's script may ask this site for more.
    #[must_use]
    pub fn connecting(mut self) -> Self {
        if let Some(policy) = policy_for_connecting() {
            self.0.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        self
    }

    /// With the time after which to try again.
    #[must_use]
    pub fn retry_after(mut self, wait: Option<&Wait>) -> Self {
        if let Some(wait) = wait {
            self.0.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.seconds));
        }
        self
    }

    /// The answer to an emailed link sends no referrer.
    #[must_use]
    pub fn without_referrer(mut self) -> Self {
        self.0.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        self
    }

    /// Done.
    pub fn done(self) -> Answer {
        Ok(self.0)
    }
}

/// The page of a link that leads nowhere.
pub fn gone(site: &Site, browser: &Browser, gone: Gone, what: LinkWords) -> Result<Reply, Failure> {
    let (heading, why) = match gone {
        Gone::Unknown => {
            ("This link does not work", "It is not whole, or something about the account changed after it was sent.")
        }
        Gone::Expired => {
            ("This link has expired", "For your safety links from our emails work for a limited time only.")
        }
        Gone::Replaced => {
            ("There is a newer link", "A newer email was sent after this one. Use the link in the newest email.")
        }
        Gone::Used => {
            ("This link has been used", "Each link from our emails works once, and this one has done its work.")
        }
        Gone::Stopped => (
            "MFA can't be set up now",
            "The owner of this account has said that a request to support was somebody else's. An administrator lifts that. Please contact support.",
        ),
        Gone::Elsewhere => (
            "You went on in another browser",
            "What you began here was continued in another browser or window. Go on there, or open the link in the email again here to begin afresh.",
        ),
    };
    let page = MessagePage {
        frame: site.frame(heading, browser).failed(),
        heading: heading.into(),
        paragraphs: vec![why.into(), what.next.into()],
        action: Some(Action { label: what.label.into(), href: what.href.into() }),
    };
    Reply::page(StatusCode::GONE, &page)
}

/// What to do when a link leads nowhere.
#[derive(Clone, Copy, Debug)]
pub struct LinkWords {
    /// In a sentence.
    pub next: &'static str,
    /// The button's label.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
}
