//! Passcodes, recovery codes, codes of devices and tokens: one spelling inside, whole or not at all (regressions 9, 27, 46, 49 and 52).
#![no_main]

use libfuzzer_sys::fuzz_target;
use vestibule::model::passcode::Passcode;
use vestibule::model::recovery_code::RecoveryCode;
use vestibule::model::token::{PlainToken, TokenKind};
use vestibule::model::user_code::UserCode;

const KINDS: [TokenKind; 6] = [
    TokenKind::Session,
    TokenKind::Attempt,
    TokenKind::KnownBrowser,
    TokenKind::Link,
    TokenKind::Visit,
    TokenKind::Guest,
];

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    passcode(text);
    recovery_code(text);
    user_code(text);
    token(text);
});

fn passcode(text: &str) {
    let bare = text.replace([' ', '-'], "");
    let six = bare.len() == 6 && bare.bytes().all(|byte| byte.is_ascii_digit());
    assert_eq!(Passcode::parse(text).map(|passcode| passcode.digits().to_owned()), six.then_some(bare));
}

fn recovery_code(text: &str) {
    let Some(code) = RecoveryCode::parse(text) else { return };
    let dashes = |c: &char| *c == '-' || ('\u{2010}'..='\u{2015}').contains(c);
    assert_eq!(text.chars().filter(|c| !c.is_whitespace() && !dashes(c)).count(), 26, "nothing is cut off");
    assert!(code.canonical().bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()));
    assert!(!code.canonical().contains(['I', 'L', 'O', 'U']) && code.canonical().len() == 26);
    for spelling in [code.shown(), code.canonical().to_lowercase(), text.to_lowercase()] {
        let again = RecoveryCode::parse(&spelling).expect("every spelling is read");
        assert_eq!(again.canonical(), code.canonical());
    }
}

fn user_code(text: &str) {
    let Some(code) = UserCode::parse(text) else { return };
    assert_eq!(text.chars().filter(char::is_ascii_alphabetic).count(), 8, "nothing is cut off");
    assert!(code.canonical().bytes().all(|byte| byte.is_ascii_uppercase() && !b"AEIOUY".contains(&byte)));
    for spelling in [code.shown(), code.canonical().to_lowercase(), text.to_uppercase()] {
        assert_eq!(UserCode::parse(&spelling).expect("every spelling is read"), code);
    }
}

fn token(text: &str) {
    let read: Vec<PlainToken> = KINDS.into_iter().filter_map(|kind| PlainToken::parse(kind, text)).collect();
    assert!(read.len() <= 1, "a token is of one kind");
    for token in &read {
        assert_eq!((token.expose(), text.len()), (text, token.kind().prefix().len() + 43));
        assert!(text.starts_with(token.kind().prefix()));
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'));
    }
}
