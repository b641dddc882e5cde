//! The algorithms with which tokens are signed (RFC 7518, section 3.1; RFC 8037, section 3.1). There is no other: none that is
//! no signature at all, and none whose key both sides share.

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SigningAlgorithm {
    /// ECDSA on P-256 with SHA-256: what is used unless a product needs another.
    Es256,
    /// RSA with PKCS #1 v1.5 and SHA-256, which every client must know.
    Rs256,
    /// Ed25519.
    EdDsa,
}

impl SigningAlgorithm {
    /// Every algorithm, the usual one first.
    pub const ALL: [Self; 3] = [Self::Es256, Self::Rs256, Self::EdDsa];

    /// Its registered name, as the member `alg` has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm of a registered name, which is case-sensitive. `None` for every other name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
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
