//! How the values of a mail are written as JSON before it is sealed.

/// Secret text as a string.
pub(super) mod secret_text {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::model::secret::SecretText;

    pub(in crate::mail) fn serialize<S: Serializer>(text: &SecretText, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(text.expose())
    }

    pub(in crate::mail) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SecretText, D::Error> {
        String::deserialize(from).map(SecretText::new)
    }
}

/// Secret bytes as base64.
pub(super) mod secret_bytes {
    use data_encoding::BASE64;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::model::secret::SecretBytes;

    pub(in crate::mail) fn serialize<S: Serializer>(bytes: &SecretBytes, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&BASE64.encode(bytes.expose()))
    }

    pub(in crate::mail) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SecretBytes, D::Error> {
        let text = String::deserialize(from)?;
        BASE64.decode(text.as_bytes()).map(SecretBytes::new).map_err(D::Error::custom)
    }
}

/// A point in time as unix milliseconds.
pub(super) mod time {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::model::time::Timestamp;

    pub(in crate::mail) fn serialize<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(time.millis())
    }

    pub(in crate::mail) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(from).map(Timestamp::from_millis)
    }
}

/// A row's id as a string.
pub(super) mod id {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::model::id::MailId;

    pub(in crate::mail) fn serialize<S: Serializer>(id: &MailId, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(id.as_str())
    }

    pub(in crate::mail) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<MailId, D::Error> {
        String::deserialize(from).map(MailId::new)
    }
}
