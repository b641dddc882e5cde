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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dice::Seed;

    #[test]
    fn a_token_says_its_kind_itself() {
        let refresh = PlainToken::new(TokenKind::Refresh, &mut Seed::new([3; 32]).dice());
        let read = |text: &str| NamedToken::parse(&Parameters::parse(text.as_bytes()).unwrap());
        for hint in ["", "&token_type_hint=access_token", "&token_type_hint=other"] {
            let text = format!("token={}{hint}", refresh.expose());
            assert_eq!(read(&text), Ok(NamedToken::Refresh(refresh.clone())));
        }
        for other in ["e30.e30.e30", "x", "vst_r_short"] {
            let named = NamedToken::Access(SecretText::new(other.into()));
            assert_eq!(read(&format!("token={other}")), Ok(named));
        }
        for bad in ["", "token=", "token=a&token=b", "token=a&x=1&x=2"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
