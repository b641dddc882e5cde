//! A mail as it waits in the outbox: complete, with its Message-ID and date, so that a repeat is the same mail again. It is kept
//! sealed, bound to its row.

mod seal;
mod shape;

use serde::{Deserialize, Serialize};

pub use self::seal::Unreadable;
use super::message::{Circumstances, Look, Message};
use crate::model::dice::Dice;
use crate::model::id::MailId;
use crate::model::secret::{SecretBytes, SecretText};
use crate::model::time::Timestamp;

/// A mail for one address, ready to be sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outgoing {
    /// The outbox row's id.
    #[serde(with = "shape::id")]
    pub id: MailId,
    /// The Message-ID (RFC 5322 section 3.6.4) with its angle brackets, fixed when the mail is made.
    pub message_id: String,
    /// The message's stable name.
    pub kind: String,
    /// The display name of the sender.
    pub from_name: String,
    /// The one address it goes to.
    pub to: String,
    pub subject: String,
    #[serde(with = "shape::secret_text")]
    pub text: SecretText,
    #[serde(with = "shape::secret_text")]
    pub html: SecretText,
    /// What the HTML shows by `cid:`.
    pub attachments: Vec<Attachment>,
    /// The mail's date.
    #[serde(with = "shape::time")]
    pub created_at: Timestamp,
    /// When it must not be sent any more.
    #[serde(with = "shape::time")]
    pub not_after: Timestamp,
}

/// A file inside a mail, shown by the HTML under its content id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attachment {
    /// The file's name.
    pub name: String,
    /// The media type, e.g. `image/png`.
    pub content_type: String,
    /// The content id without angle brackets; the HTML names it as `cid:…`.
    pub content_id: String,
    #[serde(with = "shape::secret_bytes")]
    pub bytes: SecretBytes,
}

/// A message and what it needs to become a mail.
pub struct Addressed<'a> {
    /// The one address it goes to.
    pub to: &'a str,
    pub message: &'a Message,
    pub look: &'a Look,
    pub circumstances: &'a Circumstances,
}

impl Outgoing {
    /// The mail made of a message at `now`; `dice` draws its id.
    pub fn new(addressed: &Addressed<'_>, now: Timestamp, dice: &mut Dice) -> Self {
        let Addressed { to, message, look, circumstances } = addressed;
        let rendered = message.render(look, circumstances);
        Self {
            id: MailId::new(dice.id(now)),
            message_id: format!("<{}@{}>", dice.opaque_id(), host(&look.public_url)),
            kind: message.kind().to_owned(),
            from_name: look.brand.clone(),
            to: (*to).to_owned(),
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            attachments: message.attachments(),
            created_at: now,
            not_after: message.not_after(now),
        }
    }
}

/// The host of an address like `https://login.example.org:8443`, for the right side of a Message-ID.
fn host(public_url: &str) -> &str {
    let after_scheme = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.rfind(':') {
        Some(colon) if !authority.ends_with(']') => authority.get(..colon).unwrap_or_default(),
        _ => authority,
    };
    let sound = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b));
    if sound { host } else { "localhost" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_id_names_the_host_alone() {
        for (url, named) in [
            ("https://login.example.org", "login.example.org"),
            ("https://login.example.org:8443/", "login.example.org"),
            ("http://[::1]:8080", "[::1]"),
            ("http://[::1]", "[::1]"),
            ("https://evil\r\nBcc: x", "localhost"),
            ("", "localhost"),
        ] {
            assert_eq!(host(url), named);
        }
    }
}
