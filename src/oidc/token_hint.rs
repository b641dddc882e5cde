//! What introspection and revocation are asked about (RFC 7662 section 2.1, RFC 7009 section 2.1): a token. The hint of its type is
//! read and not needed, since a token says its kind itself.

use super::error::ProtocolError;
use super::parameters::Parameters;
use crate::model::secret::SecretText;
use crate::model::token::{PlainToken, TokenKind};

/// The token in question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedToken {
    /// Of the shape of a refresh token.
    Refresh(PlainToken),
    /// Anything else: an access token, as a JWT, or nothing at all.
    Access(SecretText),
}

impl NamedToken {
    /// Reads the request.
    ///
    /// # Errors
    /// `invalid_request` where no token is named, or a parameter is repeated.
    pub fn parse(parameters: &Parameters) -> Result<Self, ProtocolError> {
        parameters.once_each()?;
        let token = parameters.needed("token", "The parameter token is missing.")?;
        Ok(match PlainToken::parse(TokenKind::Refresh, token) {
            Some(refresh) => Self::Refresh(refresh),
            None => Self::Access(SecretText::new(token.to_owned())),
        })
    }
}
