//! The secret that an account and an authenticator app share, and the address that carries it into the app.

use data_encoding::BASE32_NOPAD;

use crate::model::dice::Dice;
use crate::model::secret::SecretBytes;

/// 160 bits, the size of the hash, as RFC 4226 section 4 (R6) recommends. `Debug` does not print them.
#[derive(Clone, Debug)]
pub struct Secret(SecretBytes);

impl Secret {
    /// A new secret.
    pub fn new(dice: &mut Dice) -> Self {
        Self(SecretBytes::new(dice.bytes::<20>().to_vec()))
    }

    /// The secret as it was sealed. `None` unless there are exactly 20 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == 20).then(|| Self(SecretBytes::new(bytes.to_vec())))
    }

    /// The 20 bytes, to be sealed.
    pub fn bytes(&self) -> &[u8] {
        self.0.expose()
    }

    /// The 32 characters that a person can type into an app (RFC 4648 base 32).
    pub fn base32(&self) -> String {
        BASE32_NOPAD.encode(self.bytes())
    }

    /// The same characters in eight groups, as the page shows them.
    pub fn groups_of_four(&self) -> Vec<String> {
        let characters: Vec<char> = self.base32().chars().collect();
        characters.chunks(4).map(|group| group.iter().collect()).collect()
    }
}

/// What the QR code holds: `otpauth://totp/Issuer:username?secret=…&issuer=Issuer&…` (Google Authenticator's key URI format).
/// A colon ends the issuer in that format, so colons in `issuer` become spaces.
pub fn otpauth_uri(issuer: &str, username: &str, secret: &Secret) -> String {
    let issuer = percent_encode(&issuer.replace(':', " "));
    let username = percent_encode(username);
    let secret = secret.base32();
    format!("otpauth://totp/{issuer}:{username}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
}

/// Everything but the unreserved characters of RFC 3986 section 2.3. A space becomes `%20`: apps show a `+` as it stands.
fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dice::Seed;
    use proptest::prelude::*;

    fn example() -> Secret {
        Secret::from_bytes(b"Hello!\xDE\xAD\xBE\xEF12345678AB").unwrap()
    }

    /// Regression 16.
    #[test]
    fn r16_a_secret_has_at_least_160_bits_and_none_comes_twice() {
        let mut dice = Seed::new([1; 32]).dice();
        let (one, two) = (Secret::new(&mut dice), Secret::new(&mut dice));
        assert!(one.bytes().len() * 8 >= 160);
        assert_ne!(one.bytes(), two.bytes());
        assert_eq!(one.base32().len(), 32);
        for length in (0..64).filter(|&length| length != 20) {
            assert!(Secret::from_bytes(&vec![7; length]).is_none(), "{length} bytes");
        }
    }

    #[test]
    fn it_is_shown_in_eight_groups_and_never_printed() {
        let groups = example().groups_of_four();
        assert_eq!(groups.len(), 8);
        assert!(groups.iter().all(|group| group.len() == 4));
        assert_eq!(groups.concat(), example().base32());
        assert!(example().base32().starts_with("JBSWY3DPEHPK3PXP"));
        assert_eq!(format!("{:?}", example()), "Secret(SecretBytes(…))");
    }

    #[test]
    fn the_label_and_the_issuer_are_percent_encoded() {
        let uri = otpauth_uri("Fund: A & B", "zoë/é?#", &example());
        let secret = example().base32();
        let parameters = "algorithm=SHA1&digits=6&period=30";
        assert_eq!(
            uri,
            format!(
                "otpauth://totp/Fund%20%20A%20%26%20B:zo%C3%AB%2F%C3%A9%3F%23?secret={secret}&issuer=Fund%20%20A%20%26%20B&{parameters}"
            )
        );
    }

    proptest! {
        #[test]
        fn no_name_can_add_a_parameter_or_leave_its_place(issuer: String, username: String) {
            let uri = otpauth_uri(&issuer, &username, &example());
            prop_assert!(uri.is_ascii());
            prop_assert_eq!(uri.matches(['?', '#']).count(), 1);
            prop_assert_eq!(uri.matches('&').count(), 4);
            prop_assert_eq!(uri.matches(':').count(), 2);
            prop_assert_eq!(uri.matches('/').count(), 3);
        }
    }
}
