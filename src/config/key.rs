//! A row of the table of keys: where it stands in the file, what it may be, what it is otherwise, and what it means.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use toml::Value;

use crate::model::secret::SecretText;

use super::duration::words;
use super::{Cidr, Colour, DatabaseUrl, Profile, PublicUrl, Settings, SmtpSecurity};

/// Where a setting stands in [`Settings`]; a key and its place cannot drift apart, since both are one row.
pub(super) type Place<T> = fn(&mut Settings) -> &mut T;
/// Gives text in its canonical form, or a sentence's end that says what is wrong.
pub(super) type Shape = fn(&str) -> Result<String, String>;
/// The same for a list of texts.
pub(super) type ListShape = fn(&[&str]) -> Result<Vec<String>, String>;

/// What a setting may be, and where it goes.
pub(super) enum Kind {
    Text(Place<String>, Shape),
    OptionalText(Place<Option<String>>, Shape),
    Secret(Place<SecretText>),
    Whole(Place<u32>, RangeInclusive<u32>),
    Port(Place<u16>),
    Span(Place<Duration>, RangeInclusive<Duration>),
    Flag(Place<bool>),
    File(Place<PathBuf>),
    OptionalFile(Place<Option<PathBuf>>),
    Address(Place<SocketAddr>),
    OptionalAddress(Place<Option<SocketAddr>>),
    Texts(Place<Vec<String>>, ListShape),
    Networks(Place<Vec<Cidr>>),
    PublicUrl(Place<PublicUrl>),
    Database(Place<DatabaseUrl>),
    Profile(Place<Profile>),
    Security(Place<SmtpSecurity>),
    Colour(Place<Colour>),
    Zone(Place<TimeZone>),
}

impl Kind {
    /// Whether the value must not be repeated in a sentence, and may be kept in a file of its own (`KEY_file`).
    pub(super) fn is_secret(&self) -> bool {
        matches!(self, Self::Secret(_) | Self::Database(_))
    }

    /// What is expected, as an error sentence says it.
    pub(super) fn expected(&self) -> String {
        match self {
            Self::Text(..) | Self::OptionalText(..) | Self::Secret(_) => "text in quotes".to_owned(),
            Self::Whole(_, range) => format!("a whole number from {} to {}", range.start(), range.end()),
            Self::Port(_) => "a port, a whole number from 1 to 65535".to_owned(),
            Self::Span(_, range) => {
                format!("a time from {} to {}, in quotes", words(*range.start()), words(*range.end()))
            }
            Self::Flag(_) => "true or false".to_owned(),
            Self::File(_) | Self::OptionalFile(_) => "the name of a file, in quotes".to_owned(),
            Self::Address(_) => "an IP address and port, in quotes".to_owned(),
            Self::OptionalAddress(_) => "an IP address and port in quotes, or \"\" for none".to_owned(),
            Self::Texts(..) => "a list of texts".to_owned(),
            Self::Networks(_) => "a list of networks".to_owned(),
            Self::PublicUrl(_) => "an https address without a path, in quotes".to_owned(),
            Self::Database(_) => "\"sqlite:FILE\" or \"postgres://…\"".to_owned(),
            Self::Profile(_) => one_of(&PROFILES),
            Self::Security(_) => one_of(&SECURITIES),
            Self::Colour(_) => "a colour that white text can be read on, \"#rrggbb\"".to_owned(),
            Self::Zone(_) => "the IANA name of a time zone, in quotes".to_owned(),
        }
    }
}

/// The words of `profile`.
pub(super) const PROFILES: [(&str, Profile); 2] = [("standard", Profile::Standard), ("strict", Profile::Strict)];
/// The words of `smtp.security`.
pub(super) const SECURITIES: [(&str, SmtpSecurity); 3] =
    [("starttls", SmtpSecurity::StartTls), ("tls", SmtpSecurity::Tls), ("none", SmtpSecurity::None)];

fn one_of<T>(choices: &[(&str, T)]) -> String {
    let words: Vec<String> = choices.iter().map(|(word, _)| format!("\"{word}\"")).collect();
    words.join(" or ")
}

/// What a setting is where nobody sets it.
#[derive(Clone, Copy)]
pub(super) enum Given {
    /// It must be set.
    Never,
    Text(&'static str),
    Whole(u32),
    Span(Duration),
    Flag(bool),
    Texts(&'static [&'static str]),
}

impl Given {
    /// The value as a file would have it; `None` for what must be set.
    pub(super) fn value(self) -> Option<Value> {
        match self {
            Self::Never => None,
            Self::Text(text) => Some(Value::String(text.to_owned())),
            Self::Whole(number) => Some(Value::Integer(number.into())),
            Self::Span(span) => Some(Value::String(words(span))),
            Self::Flag(flag) => Some(Value::Boolean(flag)),
            Self::Texts(texts) => {
                Some(Value::Array(texts.iter().map(|text| Value::String((*text).to_owned())).collect()))
            }
        }
    }
}

/// One key.
pub(super) struct Key {
    /// `key` or `section.key`.
    pub(super) path: &'static str,
    pub(super) kind: Kind,
    pub(super) default: Given,
    /// An example as TOML, for error sentences and the reference, where the default does not serve as one.
    pub(super) example: &'static str,
    /// One or two plain sentences.
    pub(super) meaning: &'static str,
}

impl Key {
    pub(super) const fn new(path: &'static str, kind: Kind, default: Given, meaning: &'static str) -> Self {
        Self { path, kind, default, example: "", meaning }
    }

    pub(super) const fn example(self, example: &'static str) -> Self {
        Self { example, ..self }
    }

    /// The section, empty for keys at the top of the file.
    pub(super) fn section(&self) -> &'static str {
        self.path.split_once('.').map_or("", |(section, _)| section)
    }

    /// The key without its section.
    pub(super) fn name(&self) -> &'static str {
        self.path.split_once('.').map_or(self.path, |(_, name)| name)
    }

    /// The key that names a file to read this one from.
    pub(super) fn file_path(&self) -> Option<String> {
        self.kind.is_secret().then(|| format!("{}_file", self.path))
    }

    /// An example as TOML: the key's own, else its default.
    pub(super) fn shown_example(&self) -> Option<String> {
        if !self.example.is_empty() {
            return Some(self.example.to_owned());
        }
        self.default.value().map(|value| value.to_string()).filter(|shown| shown != "\"\"" && shown != "[]")
    }
}

/// The environment's name for a key: `VESTIBULE_SECTION__KEY`.
pub(super) fn variable(path: &str) -> String {
    format!("VESTIBULE_{}", path.replace('.', "__").to_ascii_uppercase())
}
