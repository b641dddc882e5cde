//! The values that statements take: three types, each with its null, the same on both engines.

use std::fmt;

use crate::model::id::Id;
use crate::model::time::Timestamp;
use crate::model::token::Mac;

/// One parameter of a statement. A null has a type because PostgreSQL asks for it. `Debug` prints the type only.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// `TEXT`.
    Text(String),
    /// `BIGINT`; also times (unix milliseconds) and flags (0 or 1).
    Int(i64),
    /// `BYTEA`.
    Bytes(Vec<u8>),
    /// No `TEXT`.
    NullText,
    /// No `BIGINT`.
    NullInt,
    /// No `BYTEA`.
    NullBytes,
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(…)",
            Self::Int(_) => "Int(…)",
            Self::Bytes(_) => "Bytes(…)",
            Self::NullText => "NullText",
            Self::NullInt => "NullInt",
            Self::NullBytes => "NullBytes",
        })
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Int(i64::from(flag))
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::Int(time.millis())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&Mac> for Value {
    fn from(mac: &Mac) -> Self {
        mac.as_bytes().into()
    }
}

impl<Kind> From<&Id<Kind>> for Value {
    fn from(id: &Id<Kind>) -> Self {
        id.as_str().into()
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::NullText, Self::from)
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::NullText, Self::from)
    }
}

impl<Kind> From<Option<&Id<Kind>>> for Value {
    fn from(id: Option<&Id<Kind>>) -> Self {
        id.map_or(Self::NullText, Self::from)
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::NullInt, Self::from)
    }
}

impl From<Option<bool>> for Value {
    fn from(flag: Option<bool>) -> Self {
        flag.map_or(Self::NullInt, Self::from)
    }
}

impl From<Option<Timestamp>> for Value {
    fn from(time: Option<Timestamp>) -> Self {
        time.map_or(Self::NullInt, Self::from)
    }
}

impl From<Option<&[u8]>> for Value {
    fn from(bytes: Option<&[u8]>) -> Self {
        bytes.map_or(Self::NullBytes, Self::from)
    }
}

impl From<Option<Vec<u8>>> for Value {
    fn from(bytes: Option<Vec<u8>>) -> Self {
        bytes.map_or(Self::NullBytes, Self::from)
    }
}

impl From<Option<&Mac>> for Value {
    fn from(mac: Option<&Mac>) -> Self {
        mac.map_or(Self::NullBytes, Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_no_content() {
        let printed =
            format!("{:?}", [Value::from("hunter2"), Value::from(b"hunter2".as_slice()), Value::from(12_345)]);
        assert_eq!(printed, "[Text(…), Bytes(…), Int(…)]");
    }
}
