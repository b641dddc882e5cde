//! `config reference`: the whole file, every key with its default and meaning. `docs/configuration.md` is made from it.

use super::key::Key;
use super::print;
use super::written::{assignment, comment, header, meaning};

const INTRODUCTION: [&str; 4] = [
    "The settings of Vestibule: every key with its meaning and its default. Only public_url and keyring.file must be set.",
    "Every key can also be set by an environment variable, which goes over the file: VESTIBULE_PUBLIC_URL, \
     VESTIBULE_LIMITS__TRIES (the section, two underscores, the key). A list is written with commas, or as here.",
    "Times are whole numbers with their units: \"30 seconds\", \"3 minutes\", \"1 hour 30 minutes\", \"90 days\".",
    "A file's name that does not begin with / is relative to this file's folder. A key that holds a secret has another that ends \
     in _file and names a file to read it from.",
];

/// The whole configuration file as TOML. It is a valid configuration itself, with examples for the keys that must be set.
pub fn reference() -> String {
    let mut text = INTRODUCTION.map(comment).join("#\n");
    print::by_section(&mut text, header, entry);
    text
}

fn entry(key: &Key) -> String {
    let mut text = format!("\n{}", meaning(key));
    match key.default.value() {
        Some(default) => {
            if !key.example.is_empty() {
                text.push_str(&comment(&format!("For example: {}", key.example)));
            }
            text.push_str(&assignment(key.name(), &default));
        }
        None => {
            text.push_str("# It must be set; this is an example.\n");
            text.push_str(&format!("{} = {}\n", key.name(), key.example));
        }
    }
    if let Some(path) = key.file_path() {
        text.push_str(&format!("# {} = \"FILE\"\n", path.rsplit('.').next().unwrap_or_default()));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{PublicUrl, Settings, table};

    /// What `docs/configuration.md` must hold. `UPDATE=1 cargo test the_documentation` writes it.
    fn documentation() -> String {
        format!(
            "<!-- Made from the table of keys; `UPDATE=1 cargo test the_documentation` rewrites it. -->\n# Configuration\n\n\
             Vestibule reads one TOML file. `vestibule init DIR` makes one with the keys that most installations want; \
             `vestibule config check` says what is wrong with it, all at once; `vestibule config print` shows what is in force, \
             without secrets. This page is what `vestibule config reference` prints.\n\n\
             The file is named by `--config FILE`, else by `VESTIBULE_CONFIG`, else it is `vestibule.toml` in the current folder.\n\n\
             ```toml\n{}```\n",
            reference()
        )
    }

    #[test]
    fn the_documentation_is_current() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&file, documentation()).unwrap();
        }
        let written = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(written == documentation(), "docs/configuration.md is old: run UPDATE=1 cargo test the_documentation");
    }

    #[test]
    fn the_reference_is_a_configuration_of_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("vestibule.toml");
        std::fs::write(&file, reference()).unwrap();
        let settings = Settings::load(Some(&file), std::iter::empty()).unwrap();
        let mut defaults = Settings::defaults(PublicUrl::parse("https://id.example.org").unwrap());
        defaults.keyring.file = "/etc/vestibule/keyring.toml".into();
        let here = format!("{}/", folder.path().display());
        assert_eq!(settings.print().replace(&here, ""), defaults.print());
    }

    #[test]
    fn every_key_stands_in_it_with_a_comment_above() {
        let text = reference();
        for key in table::keys() {
            let at = text.lines().position(|line| line.starts_with(&format!("{} = ", key.name())));
            let at = at.unwrap_or_else(|| panic!("{} is not there", key.path));
            assert!(text.lines().nth(at - 1).unwrap().starts_with("# "), "{}", key.path);
        }
        assert!(text.lines().all(|line| line.chars().count() <= 100), "a line is too long");
        assert!(text.contains("# Wrong passcodes in a row that lock passcodes. From 3 to 10.\ntries = 5\n"));
    }
}
