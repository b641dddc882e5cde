//! Countries of network addresses, from a file on this machine in MaxMind's format (MaxMind DB File Format Specification 2.0). It is held
//! in memory; nobody else is asked, and nothing is sent. A country is shown to people and decides nothing.

use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use maxminddb::{Reader, WithinOptions, path};

/// How many networks are looked through for a country before the file is held to be about something else.
const LOOKED_AT: usize = 1_000;
/// What can be done about a file that is of no use.
const TO_DO: &str = "Set sessions.place_db_file to a database of countries or cities in MaxMind's format (.mmdb), unpacked; or take \
                     the setting out, and no countries are shown.";

/// A database of places, or none. Clones share it.
#[derive(Clone, Default)]
pub struct Places(Option<Arc<Reader<Vec<u8>>>>);

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Places" } else { "no Places" })
    }
}

impl Places {
    /// Reads the file, and all of it is looked at.
    ///
    /// # Errors
    /// A sentence and what to do: the file cannot be read, is damaged or of another kind, or tells no countries.
    pub fn load(file: &Path) -> Result<Self, String> {
        let shown = file.display();
        let bytes = std::fs::read(file)
            .map_err(|error| format!("The database of places {shown} cannot be read: {error}. {TO_DO}"))?;
        let reader = Reader::from_source(bytes).and_then(|reader| reader.verify().map(|()| reader));
        let reader = reader.map_err(|error| {
            format!("The database of places {shown} is damaged, or not in MaxMind's format: {error}. {TO_DO}")
        })?;
        if !tells_countries(&reader) {
            return Err(format!("The database of places {shown} tells no countries. {TO_DO}"));
        }
        Ok(Self(Some(Arc::new(reader))))
    }

    /// The country's English name, else its ISO code. `None` where the file does not know it, or there is no file.
    pub fn country(&self, address: IpAddr) -> Option<String> {
        let found = self.0.as_deref()?.lookup(address.to_canonical()).ok()?;
        let text = |path: &[_]| found.decode_path::<String>(path).ok().flatten().filter(|text| !text.is_empty());
        text(&path!["country", "names", "en"]).or_else(|| text(&path!["country", "iso_code"]))
    }

    /// What the file says that it is; empty where there is none.
    pub fn kind(&self) -> &str {
        self.0.as_deref().map_or("", |reader| reader.metadata().database_type.as_str())
    }
}

fn tells_countries(reader: &Reader<Vec<u8>>) -> bool {
    let Ok(networks) = reader.networks(WithinOptions::default()) else { return false };
    networks.take(LOOKED_AT).flatten().any(|found| {
        let path = path!["country", "iso_code"];
        found.decode_path::<String>(&path).is_ok_and(|code| code.is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// See `tests/places/make.py`.
    const OURS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/places/countries.mmdb");

    fn load(bytes: &[u8]) -> Result<Places, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("places.mmdb");
        std::fs::write(&file, bytes).unwrap();
        Places::load(&file)
    }

    fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        while let Some(at) = bytes.windows(old.len()).position(|window| window == old) {
            bytes[at..at + old.len()].copy_from_slice(new);
        }
        bytes
    }

    #[test]
    fn an_address_has_the_english_name_of_its_country_else_its_code_else_nothing() {
        let places = Places::load(Path::new(OURS)).unwrap();
        for (address, country) in [
            ("203.0.113.7", Some("Norway")),
            ("::ffff:203.0.113.7", Some("Norway")),
            ("198.51.100.1", Some("SE")),
            ("2001:db8:77::1", Some("Finland")),
            ("192.0.2.1", None),
            ("203.0.114.0", None),
            ("2001:db9::1", None),
            ("127.0.0.1", None),
        ] {
            assert_eq!(places.country(address.parse().unwrap()).as_deref(), country, "{address}");
        }
        assert_eq!(Places::default().country("203.0.113.7".parse().unwrap()), None);
    }

    #[test]
    fn what_is_no_whole_database_of_countries_is_refused_with_words() {
        let ours = std::fs::read(OURS).unwrap();
        let half = &ours[..ours.len() / 2];
        let of_something_else = replaced(&ours, b"country", b"kingdom");
        let mut pointing_nowhere = ours.clone();
        pointing_nowhere[..6].fill(0xff);
        for (bytes, words) in [
            (&b""[..], "is damaged, or not in MaxMind's format"),
            (b"<html>Sign in to download</html>", "is damaged, or not in MaxMind's format"),
            (half, "is damaged, or not in MaxMind's format"),
            (&pointing_nowhere, "is damaged, or not in MaxMind's format"),
            (&of_something_else, "tells no countries"),
        ] {
            let why = load(bytes).unwrap_err();
            assert!(why.contains(words) && why.ends_with("no countries are shown."), "{why}");
        }
        let why = Places::load(Path::new("/nowhere/places.mmdb")).unwrap_err();
        assert!(why.contains("/nowhere/places.mmdb cannot be read: No such file"), "{why}");
    }
}
