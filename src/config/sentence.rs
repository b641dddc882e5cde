//! The sentences of problems with one key. None repeats a secret.

use std::path::Path;

use toml::Value;

use super::ConfigProblem;
use super::key::{Key, variable};

/// The longest text of a value that a sentence repeats, in characters.
const LONGEST_SHOWN: usize = 60;

pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> ConfigProblem {
    let path = path.display();
    ConfigProblem::new(format!(
        "{path} cannot be read: {error}. Name the configuration with --config or VESTIBULE_CONFIG; `vestibule init` makes one."
    ))
}

pub(super) fn missing(key: &Key) -> String {
    let example = key.shown_example().unwrap_or_default();
    format!(
        "{} is not set, and it has no default. {} Write {} = {example} or set {}.",
        key.path,
        key.meaning,
        key.name(),
        variable(key.path)
    )
}

pub(super) fn refused(key: &Key, place: &str, value: &Value, why: Option<String>) -> String {
    let found = match value {
        Value::String(_) if key.kind.is_secret() => "\"…\"".to_owned(),
        other if key.kind.is_secret() => format!("no text (TOML's type is {})", other.type_str()),
        other => excerpt(other),
    };
    let why = why.map(|why| format!("{why}; ")).unwrap_or_default();
    let example =
        key.shown_example().map(|example| format!(", for example {}", shortened(&example))).unwrap_or_default();
    format!("{place}: {} is {found}; {why}expected {}{example}.", key.path, key.kind.expected())
}

pub(super) fn excerpt(value: &Value) -> String {
    match value {
        Value::Table(_) => "a section".to_owned(),
        value => shortened(&value.to_string()),
    }
}

fn shortened(text: &str) -> String {
    let line: String = text.chars().take(LONGEST_SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() > LONGEST_SHOWN { format!("{line}…") } else { line }
}
