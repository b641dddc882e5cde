//! Passwords as they are typed and new ones as they are judged (regressions 49 and 52). The lines: password, repeat, names.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vestibule::model::password::{NewPassword, PasswordProblem, typed};
use vestibule::model::text::nfkc;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut lines = text.split('\n');
    let (password, repeat) = (lines.next().unwrap_or_default(), lines.next());
    let about: Vec<&str> = lines.take(4).collect();
    whole(password);
    new(password, repeat, &about);
});

/// Nothing is cut off: two passwords that differ at the end differ, and what is too long is refused.
fn whole(text: &str) {
    let fits = text.len() <= 1_024 && nfkc(text).len() <= 1_024;
    let password = typed(text);
    assert_eq!(password.is_some(), fits);
    let Some(password) = password else { return };
    assert_eq!(typed(password.expose()), Some(password.clone()));
    assert_ne!(typed(&format!("{text}x")), Some(password));
}

fn new(text: &str, repeat: Option<&str>, about: &[&str]) {
    match NewPassword::check(text, repeat, about, 8) {
        Ok(password) => {
            assert_eq!(Some(password.canonical()), typed(text).as_ref());
            assert!(password.canonical().expose().chars().count() >= 8);
            assert!(repeat.is_none_or(|repeat| typed(repeat).as_ref() == Some(password.canonical())));
            assert!(!about.contains(&password.canonical().expose()));
        }
        Err(PasswordProblem::TooWeak { suggestion }) => assert!(suggestion.ends_with('.'), "{suggestion:?}"),
        Err(PasswordProblem::NotTheSame) => assert!(repeat.is_some_and(|repeat| typed(repeat) != typed(text))),
        Err(PasswordProblem::TooLong) => assert!(typed(text).is_none()),
        Err(PasswordProblem::TooShort { min }) => assert!(min == 8 && nfkc(text).chars().count() < 8),
        Err(PasswordProblem::TooCommon) => {}
    }
}
