//! `config print`: the settings in force, as TOML.

use super::key::Key;
use super::{Settings, table, value};

impl Settings {
    /// Every key with its value, by section; secrets and the passwords of addresses as `…`.
    pub fn print(&self) -> String {
        let mut settings = self.clone();
        let mut text = String::new();
        let mut section = "";
        for key in table::keys() {
            if key.section() != section {
                section = key.section();
                text.push_str(&format!("\n[{section}]\n"));
            }
            text.push_str(&line(key, &mut settings));
        }
        text
    }
}

fn line(key: &Key, settings: &mut Settings) -> String {
    format!("{} = {}\n", key.name(), value::shown(&key.kind, settings))
}
