//! `config print`: the settings in force, as TOML.

use super::key::Key;
use super::written::assignment;
use super::{Settings, table, value};

impl Settings {
    /// Every key with its value, by section; secrets and the passwords of addresses as `…`.
    pub fn print(&self) -> String {
        let mut settings = self.clone();
        let mut text = String::new();
        by_section(
            &mut text,
            |section| format!("\n[{section}]\n"),
            |key| assignment(key.name(), &value::shown(&key.kind, &mut settings)),
        );
        text
    }
}

/// Writes every key, and a section's header before its first key.
pub(super) fn by_section(text: &mut String, header: impl Fn(&str) -> String, mut entry: impl FnMut(&Key) -> String) {
    let mut section = "";
    for key in table::keys() {
        if key.section() != section {
            section = key.section();
            text.push_str(&header(section));
        }
        text.push_str(&entry(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{DatabaseUrl, PublicUrl};
    use crate::model::secret::SecretText;

    #[test]
    fn secrets_are_not_printed() {
        let mut settings = Settings::defaults(PublicUrl::parse("https://id.example.org").unwrap());
        settings.smtp.password = SecretText::new("hunter2".to_owned());
        settings.database.url = DatabaseUrl::Postgres(SecretText::new("postgres://v:hunter2@db/v".to_owned()));
        let printed = settings.print();
        assert!(!printed.contains("hunter2"), "{printed}");
        assert!(
            printed.contains("\npassword = \"…\"\n") && printed.contains("\nurl = \"postgres://v:…@db/v\"\n"),
            "{printed}"
        );
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn values_are_printed_as_the_file_has_them() {
        let printed = Settings::defaults(PublicUrl::parse("https://id.example.org").unwrap()).print();
        for line in ["public_url = \"https://id.example.org\"", "[limits]", "lock = \"3 minutes\"", "password = \"\""] {
            assert!(printed.lines().any(|printed| printed == line), "{line} in {printed}");
        }
    }
}
