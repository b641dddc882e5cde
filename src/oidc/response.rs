//! The answer to an authorization request: where it goes and what it says (RFC 6749 section 4.1.2, OAuth 2.0 Form Post Response
//! Mode). Every answer, good or bad, names who gives it (`iss`, RFC 9207), so that a client of several providers is not mixed up.

use serde::{Deserialize, Serialize};

use super::encode::with_query;
use super::error::ProtocolError;
use crate::model::product::Product;
use crate::model::token::PlainToken;

/// How an answer travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of a redirect.
    #[default]
    Query,
    /// In a form that a page of ours posts.
    FormPost,
}

/// Where an answer goes: an address that the product registered, so nothing is ever sent to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnAddress {
    redirect_uri: String,
    state: Option<String>,
    mode: ResponseMode,
}

/// An answer that the browser carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A redirect to this address.
    Redirect(String),
    /// A page with a form that posts these fields there.
    FormPost {
        /// The form's action.
        action: String,
        /// Its hidden fields.
        fields: Vec<(&'static str, String)>,
    },
}

impl ReturnAddress {
    /// `requested`, if it is among the addresses of `product`.
    pub fn of(product: &Product, requested: &str) -> Option<Self> {
        let is_registered = product.redirect_uris.iter().any(|registered| registered.matches(requested));
        is_registered.then(|| Self { redirect_uri: requested.to_owned(), state: None, mode: ResponseMode::default() })
    }

    /// No address: the answer goes to whoever asked, as what a remote app asks for does.
    pub fn nowhere() -> Self {
        Self { redirect_uri: String::new(), state: None, mode: ResponseMode::default() }
    }

    /// The address that a token request must repeat (RFC 6749 section 4.1.3), where there is one.
    pub fn to_repeat(&self) -> Option<&str> {
        Some(self.redirect_uri.as_str()).filter(|address| !address.is_empty())
    }

    /// With the client's own mark, which comes back to it as it is.
    #[must_use]
    pub fn with_state(self, state: Option<&str>) -> Self {
        Self { state: state.map(str::to_owned), ..self }
    }

    /// Answered in another way.
    #[must_use]
    pub fn with_mode(self, mode: ResponseMode) -> Self {
        Self { mode, ..self }
    }

    /// The address as it was requested: what a token request must repeat (RFC 6749 section 4.1.3).
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The client's own mark.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The answer that carries a code.
    pub fn with_code(&self, issuer: &str, code: &PlainToken) -> Answer {
        self.answer(vec![("code", code.expose())], issuer)
    }

    /// The answer that says why there is none.
    pub fn with_error(&self, issuer: &str, error: ProtocolError) -> Answer {
        self.answer(vec![("error", error.code.as_str()), ("error_description", error.description)], issuer)
    }

    fn answer<'a>(&'a self, mut fields: Vec<(&'static str, &'a str)>, issuer: &'a str) -> Answer {
        fields.extend(self.state.as_deref().map(|state| ("state", state)));
        fields.push(("iss", issuer));
        match self.mode {
            ResponseMode::Query => Answer::Redirect(with_query(&self.redirect_uri, &fields)),
            ResponseMode::FormPost => Answer::FormPost {
                action: self.redirect_uri.clone(),
                fields: fields.into_iter().map(|(name, value)| (name, value.to_owned())).collect(),
            },
        }
    }
}
