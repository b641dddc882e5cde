//! The shapes of settings that stay text: each function gives the text back in its canonical form, or a sentence's end that
//! says what is wrong.

use super::PublicUrl;
use super::public_url::parse_host;

/// Any text on one line.
pub(super) fn line(text: &str) -> Result<String, String> {
    if text.chars().any(char::is_control) { Err("it must be one line".to_owned()) } else { Ok(text.to_owned()) }
}

/// A name that people read, at most 64 characters. It is part of the label in authenticator apps, where a colon divides
/// (Key Uri Format, "Label").
pub(super) fn name(text: &str) -> Result<String, String> {
    let name = line(text)?.trim().to_owned();
    match name.chars().count() {
        0 => Err("it must not be empty".to_owned()),
        65.. => Err("it must have at most 64 characters".to_owned()),
        _ if name.contains(':') => Err("it must not hold a colon: authenticator apps would cut it there".to_owned()),
        _ => Ok(name),
    }
}

/// A mail server's host: a name, or an address without brackets. Empty where there is none.
pub(super) fn mail_host(text: &str) -> Result<String, String> {
    if text.is_empty() || text.parse::<std::net::Ipv6Addr>().is_ok() {
        return Ok(text.to_owned());
    }
    parse_host(text)
}

/// A sender: `address` or `Name <address>`. Empty where there is none.
pub(super) fn sender(text: &str) -> Result<String, String> {
    let whole = line(text)?.trim().to_owned();
    match whole.strip_suffix('>').map(|rest| rest.rsplit_once('<')) {
        None if whole.is_empty() => {}
        None => drop(email(&whole)?),
        Some(Some((_, address))) => drop(email(address)?),
        Some(None) => return Err("a < is missing before the address".to_owned()),
    }
    Ok(whole)
}

/// An email address, as far as it can be told without sending: one `@`, something before it, a host after it.
pub(super) fn email(text: &str) -> Result<String, String> {
    let refused = || format!("\"{text}\" is not an email address");
    let (local, host) = text.rsplit_once('@').ok_or_else(refused)?;
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"@<>,;:\"".contains(c);
    if local.is_empty() || local.len() > 64 || !local.chars().all(plain) || parse_host(host).is_err() {
        return Err(refused());
    }
    Ok(text.to_owned())
}

/// The address of a page elsewhere: https, or http on this machine.
pub(super) fn page(text: &str) -> Result<String, String> {
    let text = line(text)?;
    let after_scheme = text.find("://").map_or(0, |at| at + 3);
    let end = text.bytes().skip(after_scheme).position(|byte| b"/?#".contains(&byte)).map(|at| at + after_scheme);
    let origin = end.and_then(|end| text.get(..end)).unwrap_or(&text);
    PublicUrl::parse(origin)?;
    if text.contains([' ', '"', '<', '>', '\\']) {
        Err("it must not hold spaces or quotes".to_owned())
    } else {
        Ok(text)
    }
}

/// Hosts without a scheme or a port.
pub(super) fn hosts(texts: &[&str]) -> Result<Vec<String>, String> {
    texts.iter().map(|text| parse_host(text).map_err(|why| format!("{why} (no scheme, no port)"))).collect()
}

/// The questions people choose from: at least three, all different, 1 to 200 characters.
pub(super) fn questions(texts: &[&str]) -> Result<Vec<String>, String> {
    let mut questions: Vec<String> = Vec::new();
    for text in texts {
        let question = line(text)?.trim().to_owned();
        if !(1..=200).contains(&question.chars().count()) {
            return Err(format!("\"{question}\" must have 1 to 200 characters"));
        }
        if questions.iter().any(|other| other.to_lowercase() == question.to_lowercase()) {
            return Err(format!("\"{question}\" stands there twice"));
        }
        questions.push(question);
    }
    if questions.len() < 3 {
        return Err(format!(
            "there are {} and people choose three of them, so there must be three or more",
            questions.len()
        ));
    }
    Ok(questions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        for good in
            ["", "id@example.org", "Vestibule <id@example.org>", "\"A, B\" <id@example.org>", "a+b@[2001:db8::1]"]
        {
            assert_eq!(sender(good).as_deref(), Ok(good));
        }
        for bad in
            ["id", "id@", "@example.org", "id@example.org>", "A <id>", "a b@example.org", "a\r\nBcc: b@example.org"]
        {
            assert!(sender(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_page_elsewhere_is_https() {
        for good in ["https://chat.example.org", "https://chat.example.org/room?x=1#y", "http://localhost:9000/chat"] {
            assert_eq!(page(good).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "javascript:alert(1)",
            "http://chat.example.org/",
            "https://user@chat.example.org/",
            "https://a.org/\"x",
        ] {
            assert!(page(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_name_fits_an_authenticator_app() {
        assert_eq!(name(" Example ID ").as_deref(), Ok("Example ID"));
        assert!(name("").is_err() && name("A: B").is_err() && name(&"x".repeat(65)).is_err() && name("a\nb").is_err());
    }

    #[test]
    fn questions_are_three_or_more_and_differ() {
        assert!(questions(&["a?", "b?"]).unwrap_err().contains("there are 2"));
        assert!(questions(&["a?", "b?", "A?"]).unwrap_err().contains("twice"));
        assert!(questions(&["a?", "b?", " "]).unwrap_err().contains("1 to 200"));
        assert_eq!(questions(&["a?", " b? ", "c?"]).unwrap(), ["a?", "b?", "c?"]);
    }

    #[test]
    fn hosts_have_neither_scheme_nor_port() {
        assert_eq!(hosts(&["Id2.Example.org", "[::1]"]).unwrap(), ["id2.example.org", "[::1]"]);
        assert!(hosts(&["https://a.org"]).is_err() && hosts(&["a.org:8080"]).is_err());
        assert_eq!(mail_host("::1").as_deref(), Ok("::1"));
    }
}
