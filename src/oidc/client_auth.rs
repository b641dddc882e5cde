//! How a client says who it is: with its secret in a header or in the body (RFC 6749 section 2.3.1), with a signed assertion
//! (RFC 7523), or, where it can keep no secret, by its name alone. This is what it *presents*; whether that is right is not decided
//! here. A client has one way at a time, and an empty secret is none.

use data_encoding::BASE64;

use super::assertion::Assertion;
use super::encode::decoded;
use super::error::{ErrorCode, ProtocolError};
use super::parameters::Parameters;
use crate::model::product::ProductId;
use crate::model::token::{PlainToken, TokenKind};

/// The one `client_assertion_type` that there is.
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const MAX_HEADER: usize = 1_024;

/// What a client presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presented {
    /// Its id and nothing else: enough for a public product only.
    Nothing(ProductId),
    /// A secret, of the shape of one that was given here.
    Secret {
        /// Whose it is said to be.
        client: ProductId,
        /// The secret.
        secret: PlainToken,
        /// Whether it came in the `Authorization` header, so that a refusal must name a scheme.
        by_basic: bool,
    },
    /// A signed assertion, not verified yet.
    Assertion {
        /// Whose it is said to be.
        client: ProductId,
        /// The assertion.
        assertion: Assertion,
    },
}

/// A client that is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientRefused {
    /// What it is told.
    pub error: ProtocolError,
    /// Whether it used the `Authorization` header: the answer must then say [`BASIC_CHALLENGE`] (RFC 6749 section 5.2).
    pub by_basic: bool,
}

/// `WWW-Authenticate` where a client failed with HTTP's basic authentication.
pub const BASIC_CHALLENGE: &str = "Basic realm=\"Vestibule\", charset=\"UTF-8\"";

impl ClientRefused {
    /// A client that is unknown, or presented what is wrong: which of them is not said.
    pub const fn wrong(by_basic: bool) -> Self {
        Self {
            error: ErrorCode::InvalidClient.because("The client is unknown, or its authentication is wrong."),
            by_basic,
        }
    }
}

impl From<ProtocolError> for ClientRefused {
    fn from(error: ProtocolError) -> Self {
        Self { error, by_basic: false }
    }
}

impl Presented {
    /// Reads what came: the one `Authorization` header, if there is any, and the body's parameters.
    ///
    /// # Errors
    /// `invalid_client` for what can be nobody's, `invalid_request` for more than one way at once.
    pub fn read(authorization: Option<&str>, parameters: &Parameters) -> Result<Self, ClientRefused> {
        parameters.once_each()?;
        let assertion = parameters.get("client_assertion").or(parameters.get("client_assertion_type"));
        let ways = [authorization, parameters.get("client_secret"), assertion];
        if ways.into_iter().flatten().count() > 1 {
            return Err(ErrorCode::InvalidRequest.because("The client authenticates in more than one way.").into());
        }
        match ways {
            [Some(header), ..] => basic(header, parameters),
            [_, Some(secret), _] => Self::secret(named(parameters)?, secret, false),
            [_, _, Some(_)] => Self::assertion(parameters),
            _ => named(parameters).map(Self::Nothing),
        }
    }

    /// Whose it is said to be.
    pub fn client(&self) -> &ProductId {
        match self {
            Self::Nothing(client) | Self::Secret { client, .. } | Self::Assertion { client, .. } => client,
        }
    }

    /// The refusal of it.
    pub fn refused(&self) -> ClientRefused {
        ClientRefused::wrong(matches!(self, Self::Secret { by_basic: true, .. }))
    }

    fn secret(client: ProductId, secret: &str, by_basic: bool) -> Result<Self, ClientRefused> {
        let secret = PlainToken::parse(TokenKind::ProductSecret, secret).ok_or(ClientRefused::wrong(by_basic))?;
        Ok(Self::Secret { client, secret, by_basic })
    }

    fn assertion(parameters: &Parameters) -> Result<Self, ClientRefused> {
        let kind = parameters.needed("client_assertion_type", "The parameter client_assertion_type is missing.")?;
        let text = parameters.needed("client_assertion", "The parameter client_assertion is missing.")?;
        if kind != JWT_BEARER {
            return Err(ClientRefused::wrong(false));
        }
        let assertion = Assertion::new(text);
        let client = assertion.claimed_client().ok_or(ClientRefused::wrong(false))?;
        match parameters.get("client_id") {
            Some(other) if other != client.as_str() => Err(ClientRefused::wrong(false)),
            _ => Ok(Self::Assertion { client, assertion }),
        }
    }
}

fn named(parameters: &Parameters) -> Result<ProductId, ClientRefused> {
    parameters.get("client_id").and_then(ProductId::parse).ok_or(ClientRefused::wrong(false))
}

/// Both parts are encoded like a form's before they are joined (RFC 6749 section 2.3.1).
fn basic(header: &str, parameters: &Parameters) -> Result<Presented, ClientRefused> {
    let wrong = ClientRefused::wrong(true);
    let (client, secret) = pair(header).ok_or(wrong)?;
    let client = ProductId::parse(&client).ok_or(wrong)?;
    if parameters.get("client_id").is_some_and(|other| other != client.as_str()) {
        return Err(ErrorCode::InvalidRequest.because("The client_id is not the one of the header.").into());
    }
    Presented::secret(client, &secret, true)
}

fn pair(header: &str) -> Option<(String, String)> {
    let (scheme, credentials) = header.split_once(' ').filter(|_| header.len() <= MAX_HEADER)?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let bytes = BASE64.decode(credentials.trim_start_matches(' ').as_bytes()).ok()?;
    let colon = bytes.iter().position(|byte| *byte == b':')?;
    let (client, secret) = bytes.split_at(colon);
    Some((decoded(client)?, decoded(secret.strip_prefix(b":")?)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dice::Seed;
    use data_encoding::BASE64URL_NOPAD;
    use proptest::prelude::*;

    fn read(authorization: Option<&str>, body: &str) -> Result<Presented, ClientRefused> {
        Presented::read(authorization, &Parameters::parse(body.as_bytes()).unwrap())
    }

    fn ledger() -> ProductId {
        ProductId::parse("ledger").unwrap()
    }

    fn secret() -> PlainToken {
        PlainToken::new(TokenKind::ProductSecret, &mut Seed::new([5; 32]).dice())
    }

    fn header(credentials: &str) -> String {
        format!("Basic {}", BASE64.encode(credentials.as_bytes()))
    }

    fn assertion(sub: &str) -> String {
        let claims = BASE64URL_NOPAD.encode(format!("{{\"sub\":\"{sub}\"}}").as_bytes());
        format!("client_assertion_type={JWT_BEARER}&client_assertion=e30.{claims}.x")
    }

    #[test]
    fn each_way_is_read() {
        let (client, secret) = (ledger(), secret());
        let encoded = secret.expose().replace('_', "%5F");
        let by = |by_basic| Ok(Presented::Secret { client: client.clone(), secret: secret.clone(), by_basic });
        for credentials in [format!("ledger:{}", secret.expose()), format!("%6Cedger:{encoded}")] {
            assert_eq!(read(Some(&header(&credentials)), ""), by(true));
            assert_eq!(read(Some(&header(&credentials)), "client_id=ledger&client_secret="), by(true));
            assert_eq!(read(Some(&header(&credentials).replace("Basic", "bAsIc")), ""), by(true));
        }
        assert_eq!(read(None, &format!("client_id=ledger&client_secret={}", secret.expose())), by(false));
        assert_eq!(read(None, "client_id=ledger"), Ok(Presented::Nothing(client.clone())));
        for more in ["", "&client_id=ledger"] {
            let read = read(None, &format!("{}{more}", assertion("ledger")));
            assert!(matches!(read, Ok(Presented::Assertion { client: of, .. }) if of == client), "{more}");
        }
    }

    /// Regression 47: an empty or absent secret is none: at most the name is left, which opens nothing of a confidential product.
    #[test]
    fn r47_an_empty_secret_is_no_secret() {
        for body in ["client_id=ledger", "client_id=ledger&client_secret=", "client_id=ledger&client_secret"] {
            assert_eq!(read(None, body), Ok(Presented::Nothing(ledger())), "{body}");
        }
        let prefix = TokenKind::ProductSecret.prefix();
        for worthless in ["%00", "null", "undefined", "+", "%20", "\"\"", prefix, &format!("{prefix}A")] {
            let read = read(None, &format!("client_id=ledger&client_secret={worthless}"));
            assert_eq!(read, Err(ClientRefused::wrong(false)), "{worthless}");
        }
        for credentials in
            ["ledger:", "ledger", "ledger:+", "ledger:%00", "ledger:null", ":", "", &format!("ledger:{prefix}")]
        {
            let read = read(Some(&header(credentials)), "");
            assert_eq!(read, Err(ClientRefused::wrong(true)), "{credentials}");
        }
        let empty = format!("client_id=ledger&client_assertion_type={JWT_BEARER}&client_assertion=");
        assert!(read(None, &empty).is_err());
        assert!(read(None, "client_id=ledger&client_assertion=e30.e30.x").is_err());
    }

    #[test]
    fn more_than_one_way_at_once_is_refused() {
        let secret = secret();
        let basic = header(&format!("ledger:{}", secret.expose()));
        let post = format!("client_id=ledger&client_secret={}", secret.expose());
        let both = format!("{post}&{}", assertion("ledger"));
        for (authorization, body) in [
            (Some(basic.as_str()), post.as_str()),
            (Some(&basic), &assertion("ledger")),
            (Some(&basic), &format!("client_assertion_type={JWT_BEARER}")),
            (None, &both),
            (Some(&basic), "client_id=other"),
            (Some("Bearer x"), &post),
            (None, "client_id=ledger&client_id=ledger"),
        ] {
            let code = read(authorization, body).unwrap_err().error.code;
            assert_eq!(code, ErrorCode::InvalidRequest, "{authorization:?} {body}");
        }
    }

    #[test]
    fn what_can_be_nobodys_is_refused_alike() {
        let token = PlainToken::new(TokenKind::Session, &mut Seed::new([5; 32]).dice());
        for header in [
            "",
            "Basic",
            "Basic ",
            "Basic !",
            "Bearer x",
            "Digest x",
            "Basic bGVkZ2Vy",
            "Basic /////w==",
            &header(&format!("ledger:{}", token.expose())),
            &header(&format!("A B:{}", secret().expose())),
            &header(&format!("ledger:{}%", secret().expose())),
            &header(&format!("ledger:{}:", secret().expose())),
            &header(&"x".repeat(2_000)),
        ] {
            assert_eq!(read(Some(header), ""), Err(ClientRefused::wrong(true)), "{header:?}");
        }
        let other_type = assertion("ledger").replace("jwt-bearer", "saml2-bearer");
        for body in [
            "",
            "client_id=",
            "client_id=A",
            &format!("{}&client_id=other", assertion("ledger")),
            &assertion("A"),
            &other_type,
        ] {
            assert_eq!(read(None, body), Err(ClientRefused::wrong(false)), "{body}");
        }
    }

    #[test]
    fn a_refusal_knows_whether_the_header_was_used() {
        let presented = |by_basic| Presented::Secret { client: ledger(), secret: secret(), by_basic };
        assert_eq!(presented(true).refused(), ClientRefused::wrong(true));
        assert_eq!(presented(false).refused(), ClientRefused::wrong(false));
        assert_eq!(Presented::Nothing(ledger()).refused(), ClientRefused::wrong(false));
        assert_eq!(Presented::Nothing(ledger()).client(), &ledger());
        assert!(!format!("{:?}", presented(true)).contains(secret().expose()));
    }

    proptest! {
        #[test]
        fn r52_any_header_and_any_body_are_read_or_refused(header: String, credentials: Vec<u8>, body: Vec<u8>) {
            let parameters = Parameters::parse(&body).unwrap_or_default();
            for header in [header, format!("Basic {}", BASE64.encode(&credentials))] {
                prop_assert!(Presented::read(Some(&header), &parameters).is_err());
            }
            let _ = Presented::read(None, &parameters);
        }
    }
}
