//! From a TOML value to its place in the settings, and back to what `config print` shows.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use jiff::tz::TimeZone;
use toml::Value;

use crate::model::secret::SecretText;

use super::key::{Kind, PROFILES, SECURITIES};
use super::{Cidr, Colour, DatabaseUrl, PublicUrl, Settings, duration};

/// Why a value does not fit: a sentence's end, or nothing where what is expected says it all.
pub(super) type Refusal = Option<String>;

/// Parses `value` as `kind` demands and puts it in its place. `folder` is what relative file names are relative to.
pub(super) fn put(kind: &Kind, value: &Value, folder: &Path, settings: &mut Settings) -> Result<(), Refusal> {
    match kind {
        Kind::Text(place, shape) => *place(settings) = shape(text(value)?)?,
        Kind::OptionalText(place, shape) => *place(settings) = unless_empty(text(value)?, |text| Ok(shape(text)?))?,
        Kind::Secret(place) => *place(settings) = SecretText::new(text(value)?.to_owned()),
        Kind::Whole(place, range) => *place(settings) = whole(value, range)?,
        Kind::Port(place) => *place(settings) = port(value)?,
        Kind::Span(place, range) => *place(settings) = span(text(value)?, range)?,
        Kind::Flag(place) => *place(settings) = value.as_bool().ok_or(None)?,
        Kind::File(place) => *place(settings) = file(text(value)?, folder)?,
        Kind::OptionalFile(place) => *place(settings) = unless_empty(text(value)?, |name| file(name, folder))?,
        Kind::Address(place) => *place(settings) = from_text(text(value)?)?,
        Kind::OptionalAddress(place) => *place(settings) = unless_empty(text(value)?, from_text)?,
        Kind::Texts(place, shape) => *place(settings) = shape(&texts(value)?)?,
        Kind::Networks(place) => {
            *place(settings) = texts(value)?.into_iter().map(Cidr::parse).collect::<Result<_, _>>()?;
        }
        Kind::PublicUrl(place) => *place(settings) = PublicUrl::parse(text(value)?)?,
        Kind::Database(place) => *place(settings) = DatabaseUrl::parse(text(value)?, folder)?,
        Kind::Profile(place) => *place(settings) = choice(text(value)?, &PROFILES)?,
        Kind::Security(place) => *place(settings) = choice(text(value)?, &SECURITIES)?,
        Kind::Colour(place) => *place(settings) = Colour::parse(text(value)?)?,
        Kind::Zone(place) => *place(settings) = zone(text(value)?)?,
    }
    Ok(())
}

/// What stands in the place of `kind`, as TOML; a secret only as "…".
pub(super) fn shown(kind: &Kind, settings: &mut Settings) -> Value {
    match kind {
        Kind::Text(place, _) => quoted(place(settings)),
        Kind::OptionalText(place, _) => quoted(place(settings).as_deref().unwrap_or_default()),
        Kind::Secret(place) => quoted(if place(settings).expose().is_empty() { "" } else { "…" }),
        Kind::Whole(place, _) => Value::Integer((*place(settings)).into()),
        Kind::Port(place) => Value::Integer((*place(settings)).into()),
        Kind::Span(place, _) => Value::String(duration::words(*place(settings))),
        Kind::Flag(place) => Value::Boolean(*place(settings)),
        Kind::File(place) => quoted(place(settings).display()),
        Kind::OptionalFile(place) => quoted(place(settings).clone().unwrap_or_default().display()),
        Kind::Address(place) => quoted(place(settings)),
        Kind::OptionalAddress(place) => Value::String(place(settings).map(|at| at.to_string()).unwrap_or_default()),
        Kind::Texts(place, _) => Value::Array(place(settings).iter().map(quoted).collect()),
        Kind::Networks(place) => Value::Array(place(settings).iter().map(quoted).collect()),
        Kind::PublicUrl(place) => quoted(place(settings)),
        Kind::Database(place) => quoted(place(settings)),
        Kind::Profile(place) => quoted(word(*place(settings), &PROFILES)),
        Kind::Security(place) => quoted(word(*place(settings), &SECURITIES)),
        Kind::Colour(place) => quoted(place(settings)),
        Kind::Zone(place) => quoted(place(settings).iana_name().unwrap_or("UTC")),
    }
}

/// An environment variable's text as the TOML value that `kind` would have in the file. A list is written as in TOML or with
/// commas.
pub(super) fn from_environment(kind: &Kind, text: &str) -> Value {
    let as_text = || Value::String(text.to_owned());
    match kind {
        Kind::Whole(..) | Kind::Port(_) => text.trim().parse().map_or_else(|_| as_text(), Value::Integer),
        Kind::Flag(_) => text.trim().parse().map_or_else(|_| as_text(), Value::Boolean),
        Kind::Texts(..) | Kind::Networks(_) if text.trim_start().starts_with('[') => {
            let table = format!("list = {text}").parse::<toml::Table>().ok();
            table.and_then(|mut table| table.remove("list")).unwrap_or_else(as_text)
        }
        Kind::Texts(..) | Kind::Networks(_) => {
            Value::Array(text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(quoted).collect())
        }
        _ => as_text(),
    }
}

fn text(value: &Value) -> Result<&str, Refusal> {
    value.as_str().ok_or(None)
}

fn texts(value: &Value) -> Result<Vec<&str>, Refusal> {
    value.as_array().ok_or(None)?.iter().map(text).collect()
}

fn whole(value: &Value, range: &RangeInclusive<u32>) -> Result<u32, Refusal> {
    let number = value.as_integer().and_then(|number| u32::try_from(number).ok());
    number.filter(|number| range.contains(number)).ok_or(None)
}

fn port(value: &Value) -> Result<u16, Refusal> {
    let number = value.as_integer().and_then(|number| u16::try_from(number).ok());
    number.filter(|port| *port > 0).ok_or(None)
}

fn span(text: &str, range: &RangeInclusive<Duration>) -> Result<Duration, Refusal> {
    let span =
        duration::parse(text).ok_or("it must be a number and a unit: seconds, minutes, hours or days".to_owned())?;
    if range.contains(&span) { Ok(span) } else { Err(None) }
}

fn file(name: &str, folder: &Path) -> Result<PathBuf, Refusal> {
    if name.is_empty() || name.contains('\0') { Err(None) } else { Ok(folder.join(name)) }
}

fn from_text<T: FromStr>(text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| None)
}

fn unless_empty<T>(text: &str, parse: impl FnOnce(&str) -> Result<T, Refusal>) -> Result<Option<T>, Refusal> {
    if text.is_empty() { Ok(None) } else { parse(text).map(Some) }
}

fn choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, Refusal> {
    choices.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice).ok_or(None)
}

fn word<T: PartialEq>(value: T, choices: &[(&'static str, T)]) -> &'static str {
    choices.iter().find(|(_, choice)| *choice == value).map_or("", |(word, _)| word)
}

/// UTC needs no database, which a container may not have.
fn zone(name: &str) -> Result<TimeZone, Refusal> {
    if name == "UTC" {
        return Ok(TimeZone::UTC);
    }
    let known = TimeZone::get(name).ok().filter(|zone| zone.iana_name().is_some());
    known.ok_or_else(|| Some("this machine's time zone database (Debian's package tzdata) does not have it".to_owned()))
}

fn quoted(text: impl Display) -> Value {
    Value::String(text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Needs the machine's time zone database (Debian's package tzdata), as the setting does.
    #[test]
    fn time_zones_are_those_of_the_machine_and_have_their_proper_names() {
        assert_eq!(zone("europe/berlin").unwrap().iana_name(), Some("Europe/Berlin"));
        assert_eq!(zone("UTC").unwrap(), TimeZone::UTC);
        assert!(zone("Mars/Olympus").is_err() && zone("").is_err() && zone("Etc/Unknown").is_err());
    }
}
