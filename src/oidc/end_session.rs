//! The request of a product to sign a person out (OpenID Connect RP-Initiated Logout section 2). It is read here; whose session
//! that is, and whether the address is the product's, is for others to see.

use super::error::{ErrorCode, ProtocolError};
use super::parameters::Parameters;
use crate::model::product::ProductId;

const MAX_STATE: usize = 4_096;
const MAX_TOKEN: usize = 16_384;
const MAX_ADDRESS: usize = 2_000;

/// What a product asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndSessionRequest {
    /// An ID token that the product was given, as it came.
    pub id_token_hint: Option<String>,
    /// Which product it says it is.
    pub client_id: Option<ProductId>,
    /// Where the browser shall go afterwards.
    pub post_logout_redirect_uri: Option<String>,
    /// Comes back with it.
    pub state: Option<String>,
}

impl EndSessionRequest {
    /// Reads a request. `logout_hint` and `ui_locales` are read over: nothing hangs on them.
    ///
    /// # Errors
    /// `invalid_request` where a parameter comes twice or cannot be what it should be.
    pub fn parse(parameters: &Parameters) -> Result<Self, ProtocolError> {
        parameters.once_each()?;
        let text = |name: &str, max: usize, wrong: &'static str| {
            parameters.short(name, max, wrong).map(|value| value.map(str::to_owned))
        };
        let unknown = ErrorCode::InvalidRequest.because("The client_id is none that could be known here.");
        Ok(Self {
            id_token_hint: text("id_token_hint", MAX_TOKEN, "The id_token_hint is no token.")?,
            client_id: parameters.get("client_id").map(|id| ProductId::parse(id).ok_or(unknown)).transpose()?,
            post_logout_redirect_uri: text(
                "post_logout_redirect_uri",
                MAX_ADDRESS,
                "The post_logout_redirect_uri is no address.",
            )?,
            state: text("state", MAX_STATE, "The state is too long, or not printable ASCII.")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<EndSessionRequest, ProtocolError> {
        EndSessionRequest::parse(&Parameters::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn all_parameters_are_optional_and_none_comes_twice() {
        assert_eq!(read("").unwrap(), EndSessionRequest::default());
        let whole =
            read("client_id=ledger&state=s&post_logout_redirect_uri=https%3A%2F%2Fl.example%2F&ui_locales=de").unwrap();
        assert_eq!(whole.client_id, ProductId::parse("ledger"));
        assert_eq!(whole.post_logout_redirect_uri.as_deref(), Some("https://l.example/"));
        for bad in ["state=a&state=b", "client_id=A%20B", "state=%0A"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn r52_any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
            if let Ok(parameters) = Parameters::parse(&bytes) {
                let _ = EndSessionRequest::parse(&parameters);
            }
        }
    }
}
