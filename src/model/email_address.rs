//! Email addresses: the addresses that people have, not all that RFC 5322 allows. No quoted local parts, no comments, no address
//! literals, and so nothing in an address can end a header or an SMTP command.
//!
//! Two addresses with the same canonical form are one address to us. Mail servers may tell them apart; therefore mail goes to the
//! address that the account has, never to the one that was typed.

use std::fmt;

use super::text::{caseless, is_invisible, nfkc};

/// The longest address that fits into SMTP's path (RFC 5321 section 4.5.3.1.3, erratum 1690).
const MAX_BYTES: usize = 254;
const MAX_LOCAL_BYTES: usize = 64;
const MAX_LABEL_BYTES: usize = 63;
const MAX_TYPED_BYTES: usize = 1024;

/// An email address: a dot-atom (RFC 5322 section 3.2.3, RFC 6531 section 3.3), `@`, and a domain name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress {
    shown: String,
    canonical: String,
}

/// Why a text is no email address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressProblem {
    /// Nothing is left after trimming.
    Empty,
    /// More than 254 bytes.
    TooLong,
    /// It is not of the form `name@domain`.
    Malformed,
}

impl fmt::Display for AddressProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Type an email address.",
            Self::TooLong => "That email address is too long. Use at most 254 characters.",
            Self::Malformed => "That is not an email address. It looks like name@example.org.",
        })
    }
}

impl EmailAddress {
    /// Reads an address. White space around it is dropped; the rest is brought into normalization form KC, so that what a
    /// full-width keyboard writes is the address that it means.
    ///
    /// # Errors
    /// The [`AddressProblem`].
    pub fn parse(text: &str) -> Result<Self, AddressProblem> {
        if text.len() > MAX_TYPED_BYTES {
            return Err(AddressProblem::TooLong);
        }
        let shown = nfkc(text.trim());
        let canonical = caseless(&shown);
        if shown.is_empty() {
            return Err(AddressProblem::Empty);
        }
        if shown.len().max(canonical.len()) > MAX_BYTES {
            return Err(AddressProblem::TooLong);
        }
        if !is_address(&shown) || !is_address(&canonical) {
            return Err(AddressProblem::Malformed);
        }
        Ok(Self { shown, canonical })
    }

    /// The address as its owner writes it, case kept: what mail is sent to.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// The form in which addresses are compared: caseless ([`caseless`]).
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// Enough for its owner to know it again, `n••••••@example.org`: the first character and the domain; not the length.
    pub fn masked(&self) -> String {
        let (local, domain) = self.shown.rsplit_once('@').unwrap_or_default();
        format!("{}••••••@{domain}", local.chars().take(1).collect::<String>())
    }
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| is_local_part(local) && is_domain(domain))
}

fn is_local_part(local: &str) -> bool {
    local.len() <= MAX_LOCAL_BYTES
        && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_character))
}

fn is_atom_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(character) || is_visible_beyond_ascii(character)
}

/// A domain beyond ASCII must have a name in DNS too (UTS #46): mail to any other cannot be sent.
fn is_domain(domain: &str) -> bool {
    domain.split('.').all(is_label) && (domain.is_ascii() || idna::domain_to_ascii_strict(domain).is_ok())
}

fn is_label(label: &str) -> bool {
    let allowed =
        |character: char| character.is_ascii_alphanumeric() || character == '-' || is_visible_beyond_ascii(character);
    (1..=MAX_LABEL_BYTES).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(allowed)
}

fn is_visible_beyond_ascii(character: char) -> bool {
    !character.is_ascii() && !character.is_whitespace() && !is_invisible(character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_is_sent_as_written_and_compared_without_case() {
        let address = EmailAddress::parse(" Nick.O'Neil+x@Example.ORG ").unwrap();
        assert_eq!(address.as_str(), "Nick.O'Neil+x@Example.ORG");
        assert_eq!(address.canonical(), "nick.o'neil+x@example.org");
        assert_eq!(address.masked(), "N••••••@Example.ORG");
    }

    #[test]
    fn the_mask_does_not_tell_the_length() {
        assert_eq!(EmailAddress::parse("n@example.org").unwrap().masked(), "n••••••@example.org");
        assert_eq!(EmailAddress::parse("nicholas@example.org").unwrap().masked(), "n••••••@example.org");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "nick",
            "@example.org",
            "nick@",
            "a@b@example.org",
            "nick@example..org",
            ".nick@example.org",
            "nick.@example.org",
            "ni..ck@example.org",
            "nick@-example.org",
            "nick@example-.org",
            "nick@[127.0.0.1]",
            "\"nick\"@example.org",
            "nick@exam ple.org",
            "ni ck@example.org",
            "nick@example.org\r\nBcc: x@example.org",
            "nick@example.org\0",
            "<nick@example.org>",
            "nick@example.org,x@example.org",
            "ni\u{200B}ck@example.org",
            "nick@example.org.",
            "nick@exa_mple.org",
            "Nick <nick@example.org>",
            "nick(x)@example.org",
            "nick@exam\u{AD}ple.org",
            "nick@\u{33F}example.org",
        ] {
            assert_eq!(EmailAddress::parse(text), Err(AddressProblem::Malformed), "{text:?}");
        }
        assert_eq!(EmailAddress::parse("  "), Err(AddressProblem::Empty));
        assert!(EmailAddress::parse("zoë@bücher.example").is_ok());
    }

    #[test]
    fn r49_long_addresses_are_refused_not_cut() {
        let domain = format!("{0}.{0}.{0}.example", "d".repeat(55));
        assert!(EmailAddress::parse(&format!("{}@{domain}", "a".repeat(64))).is_ok());
        assert_eq!(EmailAddress::parse(&format!("{}@{domain}", "a".repeat(65))), Err(AddressProblem::Malformed));
        for length in [255, 1_024, 10_000] {
            assert_eq!(
                EmailAddress::parse(&format!("{}@example.org", "a".repeat(length))),
                Err(AddressProblem::TooLong)
            );
        }
    }

    proptest! {
        #[test]
        fn r10_the_canonical_form_is_its_own_canonical_form(text in "[\\PC&&[^@]]{1,10}@[a-zA-Z0-9äß-]{1,8}\\.[a-z]{2,4}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                let again = EmailAddress::parse(address.canonical()).unwrap();
                prop_assert_eq!(again.canonical(), address.canonical());
                prop_assert_eq!(again.as_str(), address.canonical());
            }
        }

        #[test]
        fn r52_any_text_is_read_without_a_panic_and_none_smuggles_a_line(text: String) {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert!(!address.as_str().contains(char::is_control));
                prop_assert!(!address.as_str().contains(char::is_whitespace));
            }
        }
    }
}
