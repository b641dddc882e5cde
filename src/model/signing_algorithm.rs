//! The algorithms that tokens are signed with (RFC 7518 section 3.1, RFC 8037). A key has one, for its whole life.

/// An asymmetric signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SigningAlgorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// Ed25519.
    EdDsa,
}

impl SigningAlgorithm {
    /// Every algorithm, the default first.
    pub const ALL: [Self; 3] = [Self::Es256, Self::Rs256, Self::EdDsa];

    /// As headers, columns and commands write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The reverse of [`SigningAlgorithm::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written_and_no_others() {
        assert_eq!(SigningAlgorithm::ALL.map(SigningAlgorithm::as_str), ["ES256", "RS256", "EdDSA"]);
        for algorithm in SigningAlgorithm::ALL {
            assert_eq!(SigningAlgorithm::parse(algorithm.as_str()), Some(algorithm));
        }
        for other in ["", "none", "None", "HS256", "es256", "EDDSA", "ES384", "PS256", "RS256 "] {
            assert_eq!(SigningAlgorithm::parse(other), None, "{other}");
        }
    }
}
