//! Bearer tokens: 256 random bits behind a prefix that says their kind. A [`PlainToken`] exists when it is made and when it is
//! received, and is never stored; what is stored is its [`Mac`] under a key of the keyring.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;

use super::dice::Dice;
use super::secret::SecretText;

/// What a token is good for. Each kind has its own prefix, so that one replayed in another's place does not even parse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A browser's signed-in session.
    Session,
    /// A sign-in that is not finished.
    Attempt,
    /// A known browser: a throttling identity, never a proof.
    KnownBrowser,
    /// An emailed link.
    Link,
    /// One browser's progress behind an emailed link.
    Visit,
    /// A browser before it has anything else: binds the forms of public pages.
    Guest,
    /// A product's authorization request that waits for its person.
    Request,
    /// One that the product's server sent ahead (RFC 9126).
    PushedRequest,
    /// An authorization code (RFC 6749 section 1.3.1).
    Code,
    /// A refresh token (RFC 6749 section 1.5).
    Refresh,
    /// A product's secret.
    ProductSecret,
    /// A remote app's sign-in that is not finished.
    AuthSession,
    /// What a device without a browser asks for its tokens with (RFC 8628 section 3.2).
    DeviceCode,
    /// The cookie of a proxied product's host.
    Host,
    /// A browser at such a host, on its way through a sign-in.
    HostState,
    /// A browser that joined a support case.
    Participant,
}

impl TokenKind {
    /// The kind's prefix, e.g. `vst_s_`.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "vst_s_",
            Self::Attempt => "vst_a_",
            Self::KnownBrowser => "vst_b_",
            Self::Link => "vst_l_",
            Self::Visit => "vst_p_",
            Self::Guest => "vst_g_",
            Self::Request => "vst_q_",
            Self::PushedRequest => "vst_u_",
            Self::Code => "vst_c_",
            Self::Refresh => "vst_r_",
            Self::ProductSecret => "vst_k_",
            Self::AuthSession => "vst_h_",
            Self::DeviceCode => "vst_d_",
            Self::Host => "vst_w_",
            Self::HostState => "vst_t_",
            Self::Participant => "vst_v_",
        }
    }
}

/// A token as its holder has it. `Debug` does not print it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainToken {
    kind: TokenKind,
    text: SecretText,
}

impl PlainToken {
    /// A new token of 256 bits.
    pub fn new(kind: TokenKind, dice: &mut Dice) -> Self {
        let text = format!("{}{}", kind.prefix(), BASE64URL_NOPAD.encode(&dice.bytes::<32>()));
        Self { kind, text: SecretText::new(text) }
    }

    /// A token as received. `None` unless it has exactly the shape of one of this kind.
    pub fn parse(kind: TokenKind, text: &str) -> Option<Self> {
        let body = text.strip_prefix(kind.prefix())?;
        let bytes = BASE64URL_NOPAD.decode(body.as_bytes()).ok()?;
        (bytes.len() == 32).then(|| Self { kind, text: SecretText::new(text.to_owned()) })
    }

    /// Which kind it is.
    pub fn kind(&self) -> TokenKind {
        self.kind
    }

    /// The text for a cookie or a link.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }
}

/// A message authentication code as stored: one byte that names the key, then 32 bytes of HMAC-SHA-256.
#[derive(Clone, PartialEq, Eq)]
pub struct Mac(Vec<u8>);

impl Mac {
    /// Takes a stored or computed code over.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes for a column.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mac(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dice::Seed;

    const KINDS: [TokenKind; 16] = [
        TokenKind::Session,
        TokenKind::Attempt,
        TokenKind::KnownBrowser,
        TokenKind::Link,
        TokenKind::Visit,
        TokenKind::Guest,
        TokenKind::Request,
        TokenKind::PushedRequest,
        TokenKind::Code,
        TokenKind::Refresh,
        TokenKind::ProductSecret,
        TokenKind::AuthSession,
        TokenKind::DeviceCode,
        TokenKind::Host,
        TokenKind::HostState,
        TokenKind::Participant,
    ];

    /// Regressions 27 and 46: a token of one kind, or any truncation of it, never parses as another.
    #[test]
    fn r27_r46_a_token_parses_only_whole_and_only_as_its_own_kind() {
        let mut dice = Seed::new([3; 32]).dice();
        for made in KINDS {
            let token = PlainToken::new(made, &mut dice);
            for read in KINDS {
                assert_eq!(PlainToken::parse(read, token.expose()).is_some(), made == read);
            }
            for end in 0..token.expose().len() {
                assert!(PlainToken::parse(made, token.expose().get(..end).unwrap()).is_none());
            }
            assert!(!format!("{token:?}").contains(token.expose()));
        }
    }
}
