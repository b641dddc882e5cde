//! What people type as a name, and what their browsers and apps are told of it (regressions 10 to 12, 49 and 52).
#![no_main]

use libfuzzer_sys::fuzz_target;
use percent_encoding::percent_decode_str;
use vestibule::model::account_name::{Username, typed};
use vestibule::model::device::browser_name;
use vestibule::model::email_address::EmailAddress;
use vestibule::model::text::{is_invisible, nfkc};
use vestibule::model::totp::{Secret, otpauth_uri};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    username(text);
    email_address(text);
    one_spelling(text);
    user_agent(text);
    let (issuer, name) = text.split_once('\n').unwrap_or(("Vestibule", text));
    otpauth(issuer, name);
});

fn username(text: &str) {
    let Ok(name) = Username::parse(text) else { return };
    for form in [name.as_str(), name.canonical()] {
        assert!((1..=64).contains(&form.chars().count()));
        assert!(!form.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control() || is_invisible(c)));
        let again = Username::parse(form).expect("a name's own form is a name");
        assert_eq!((again.as_str(), again.canonical()), (form, name.canonical()));
    }
    assert!(EmailAddress::parse(text).is_err(), "a name is no address");
}

fn email_address(text: &str) {
    let Ok(address) = EmailAddress::parse(text) else { return };
    for form in [address.as_str(), address.canonical()] {
        assert!(form.len() <= 254 && form.matches('@').count() == 1);
        assert!(!form.contains(|c: char| "<>,;:\"()[]\\".contains(c) || c.is_whitespace() || is_invisible(c)));
        let again = EmailAddress::parse(form).expect("an address's own form is an address");
        assert_eq!((again.as_str(), again.canonical()), (form, address.canonical()));
    }
    let domain = address.as_str().rsplit('@').next().expect("a domain");
    assert!(address.masked().ends_with(domain) && address.masked().chars().count() <= domain.chars().count() + 8);
    lettre::Address::new("a", domain).expect("what is taken as a domain can be sent to");
}

fn one_spelling(text: &str) {
    let found = typed(text);
    assert_eq!(typed(&format!(" {text}\u{3000}")), found.clone().filter(|_| text.len() <= 1_020), "spaces around it");
    let Some(canonical) = found else { return };
    // Marks that are out of order are put in order first: upper case makes letters of some (Unicode Standard 3.13, D145).
    let plain = nfkc(text);
    for spelling in [canonical.clone(), plain.to_uppercase(), plain.to_lowercase()] {
        let same = typed(&spelling);
        // A letter can have more bytes in upper case: what is too long then is refused, and never another name.
        let refused = same.is_none() && text.len() > 16;
        assert!(
            refused || same.as_ref() == Some(&canonical),
            "{text:?} as {spelling:?} is {same:?}, not {canonical:?}"
        );
    }
}

fn user_agent(text: &str) {
    let name = browser_name(text);
    assert!(name.len() <= 40 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == ' '), "{name}");
}

/// An app takes the address apart again and must find the names that went in.
fn otpauth(issuer: &str, name: &str) {
    let secret = Secret::from_bytes(b"12345678901234567890").expect("20 bytes");
    let uri = otpauth_uri(issuer, name, &secret);
    assert!(uri.is_ascii());
    let (label, query) = uri.strip_prefix("otpauth://totp/").and_then(|rest| rest.split_once('?')).expect("a label");
    let (of_label, of_account) = label.split_once(':').expect("issuer and account");
    let decoded = |text| percent_decode_str(text).decode_utf8().expect("UTF-8").into_owned();
    let issuer = issuer.replace(':', " ");
    assert_eq!((decoded(of_label), decoded(of_account)), (issuer.clone(), name.to_owned()));
    let pairs: Vec<_> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let value = |key| pairs.iter().filter(|pair| pair.0 == key).map(|pair| decoded(pair.1)).collect::<Vec<_>>();
    assert_eq!((value("issuer"), value("secret"), pairs.len()), (vec![issuer], vec![secret.base32()], 5));
}
