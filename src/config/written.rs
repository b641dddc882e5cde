//! How keys are written for people to read: the reference and the file that `init` makes have one look.

use toml::Value;

use super::key::{Key, Kind};
use super::table::SECTIONS;

/// Width of a comment, without `# `.
const WIDTH: usize = 98;

/// A section's header under its own comment.
pub(super) fn header(section: &str) -> String {
    let about = SECTIONS.iter().find(|(name, _)| *name == section).map_or("", |(_, about)| about);
    format!("\n{}[{section}]\n", comment(about))
}

/// The key's meaning as a comment, with its bounds where it has some.
pub(super) fn meaning(key: &Key) -> String {
    let bounds = match &key.kind {
        kind @ (Kind::Whole(..) | Kind::Span(..)) => sentence(&kind.expected()),
        _ => String::new(),
    };
    comment(format!("{} {bounds}", key.meaning).trim_end())
}

/// `name = value`, a long list with an item on each line.
pub(super) fn assignment(name: &str, value: &Value) -> String {
    let line = format!("{name} = {value}\n");
    match value.as_array() {
        Some(items) if line.len() > WIDTH => {
            let items: String = items.iter().map(|item| format!("    {item},\n")).collect();
            format!("{name} = [\n{items}]\n")
        }
        _ => line,
    }
}

/// Text as comment lines, wrapped between words.
pub(super) fn comment(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| format!("# {line}\n")).collect()
}

fn sentence(expected: &str) -> String {
    let bounds =
        expected.trim_start_matches("a whole number ").trim_start_matches("a time ").trim_end_matches(", in quotes");
    let mut letters = bounds.chars();
    letters.next().map(|first| format!("{}{}.", first.to_ascii_uppercase(), letters.as_str())).unwrap_or_default()
}
