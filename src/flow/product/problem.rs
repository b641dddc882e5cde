//! Why a product is not registered, in words for whoever registers it.

use std::fmt;

use crate::model::product::ProductId;
use crate::model::redirect_uri::UriProblem;
use crate::oidc::jose::JwkProblem;

/// Why a product is not registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Another product has this id.
    IdTaken(ProductId),
    /// The name is empty, too long, or has characters that cannot be seen.
    UnfitName,
    /// Another product is called like that.
    NameTaken(String),
    /// It has nowhere to be sent to.
    NeedsRedirectUri,
    /// An address is not taken.
    Uri {
        /// What it is for.
        what: &'static str,
        /// The address.
        text: String,
        /// Why.
        problem: UriProblem,
    },
    /// A program's own scheme, where only a web address does.
    OwnScheme {
        /// What the address is for.
        what: &'static str,
        /// The address.
        text: String,
    },
    /// A proxied product is known by its host.
    NeedsHost,
    /// The host is none, or ours.
    Host {
        /// As it was typed.
        text: String,
        /// Why it is not taken.
        why: String,
    },
    /// Another product answers there.
    HostTaken(String),
    /// Only proxied products have a host.
    HostOfOther,
    /// The proxy asks for a proxied product, which has none of this itself.
    NotForProxied(&'static str),
    /// What can keep no secret can keep no private key.
    KeysOfPublic,
    /// The key set is not taken.
    KeySet(JwkProblem),
    /// Nobody has this username or email address.
    NoAccount(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IdTaken(id) => write!(f, "There is a product with the id \"{id}\" already. Choose another."),
            Self::UnfitName => f.write_str(
                "A product's name has 1 to 80 characters that can be seen. People read it on the product's tile.",
            ),
            Self::NameTaken(name) => {
                write!(f, "There is a product called \"{name}\" already. People could not tell the two apart.")
            }
            Self::NeedsRedirectUri => f.write_str(
                "A web product needs at least one redirect address, to which people come back after signing in.",
            ),
            Self::Uri { what, text, problem } => write!(f, "The {what} \"{text}\" is not taken. {problem}"),
            Self::OwnScheme { what, text } => {
                write!(f, "The {what} \"{text}\" is not taken. It must begin with https://.")
            }
            Self::NeedsHost => f.write_str("A proxied product needs the host at which people open it."),
            Self::Host { text, why } => write!(f, "The host \"{text}\" is not taken: {why}."),
            Self::HostTaken(host) => write!(f, "Another product answers at {host} already."),
            Self::HostOfOther => f.write_str("Only a proxied product has a host."),
            Self::NotForProxied(what) => {
                write!(f, "A proxied product asks for no tokens itself: the proxy asks for it. Leave out: {what}.")
            }
            Self::KeysOfPublic => {
                f.write_str("A public product can keep no private key, so it cannot have public keys to show either.")
            }
            Self::KeySet(problem) => write!(f, "The key set is not taken: {problem}."),
            Self::NoAccount(typed) => {
                write!(f, "There is no account \"{typed}\". `vestibule account list` shows all accounts.")
            }
        }
    }
}
