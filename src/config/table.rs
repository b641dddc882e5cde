//! The table of keys, in the order in which the reference shows them.

mod limits;
mod people;
mod server;

use super::key::Key;

/// Each section and what it is about.
pub(super) const SECTIONS: [(&str, &str); 11] = [
    ("listen", "Where the server listens."),
    ("metrics", "Where Prometheus reads metrics, apart from everything that people reach."),
    ("database", "Where accounts, sessions and the audit log are kept."),
    ("keyring", "The keys that seal secrets."),
    ("smtp", "The server that sends mail."),
    ("limits", "Tries, waits and lifetimes. They count for each account unless they say otherwise."),
    ("passwords", "What a password must be, and what checking it costs (Argon2id)."),
    ("sessions", "How long people stay signed in."),
    ("branding", "How pages and mails look."),
    (
        "support",
        "Where people who are stuck find help (what is empty is not shown), and the limits of support's cases.",
    ),
    ("questions", "The security questions."),
];

/// Every key.
pub(super) fn keys() -> impl Iterator<Item = &'static Key> {
    [server::KEYS, limits::KEYS, people::KEYS].into_iter().flatten()
}

/// The key at a path.
pub(super) fn key(path: &str) -> Option<&'static Key> {
    keys().find(|key| key.path == path)
}

/// Whether the file may have a section of this name.
pub(super) fn is_section(name: &str) -> bool {
    SECTIONS.iter().any(|(section, _)| *section == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn paths_are_unique_and_their_sections_are_known_and_stand_together() {
        let mut seen = BTreeSet::new();
        let mut sections: Vec<&str> = Vec::new();
        for key in keys() {
            assert!(seen.insert(key.path), "{} twice", key.path);
            if sections.last() != Some(&key.section()) {
                sections.push(key.section());
            }
        }
        let known: Vec<&str> = [""].into_iter().chain(SECTIONS.iter().map(|(section, _)| *section)).collect();
        assert_eq!(sections, known);
    }

    #[test]
    fn meanings_are_sentences_and_examples_are_toml() {
        for key in keys() {
            assert!(key.meaning.ends_with('.') && key.meaning.len() > 15, "{}", key.path);
            let example = key.shown_example().unwrap_or_else(|| "0".to_owned());
            assert!(format!("x = {example}").parse::<toml::Table>().is_ok(), "{}: {example}", key.path);
        }
    }
}
