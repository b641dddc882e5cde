//! The mail that would have been sent: taken out of the outbox and opened as the mail worker does it.

use std::time::Duration;

use vestibule::mail::outgoing::{Attachment, Outgoing};
use vestibule::store::outbox;

use super::TestApp;
use super::app::PUBLIC_URL;

/// One mail.
pub struct Mail {
    pub to: String,
    /// The message's stable name.
    pub kind: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attachment>,
}

impl Mail {
    /// The address behind a button, as the text has it on the line after `LABEL:`.
    pub fn link(&self, label: &str) -> String {
        let heading = format!("{label}:");
        let mut lines = self.text.lines().skip_while(|line| line.trim() != heading).skip(1);
        let link = lines.next().unwrap_or_else(|| panic!("no {label} in {}", self.text)).trim();
        assert!(link.starts_with(&format!("{PUBLIC_URL}/")), "{link}");
        link.to_owned()
    }

    /// The six digits of an emailed passcode.
    pub fn passcode(&self) -> String {
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
        self.text.lines().map(str::trim).find(is_code).expect("a line of six digits").to_owned()
    }
}

impl TestApp {
    /// Takes everything out of the outbox, the oldest first; what was put there at one moment comes in any order.
    pub fn mail(&self) -> Vec<Mail> {
        let (db, now) = (&self.app.db, self.now());
        let mut claimed = db.write(move |tx| outbox::claim(tx, now, Duration::from_secs(60), 10_000)).unwrap();
        claimed.sort_by(|a, b| (a.mail.created_at, a.mail.id.as_str()).cmp(&(b.mail.created_at, b.mail.id.as_str())));
        let open = |claimed: outbox::Claimed| {
            let id = claimed.mail.id.clone();
            db.write(move |tx| outbox::remove(tx, &id)).unwrap();
            let mail = Outgoing::open(&self.app.keys, &claimed.mail.id, &claimed.mail.body).unwrap();
            Mail {
                to: mail.to,
                kind: mail.kind,
                subject: mail.subject,
                text: mail.text.expose().to_owned(),
                html: mail.html.expose().to_owned(),
                attachments: mail.attachments,
            }
        };
        claimed.into_iter().map(open).collect()
    }

    /// Takes everything out of the outbox, and gives what went to one address.
    pub fn mail_to(&self, address: &str) -> Vec<Mail> {
        self.mail().into_iter().filter(|mail| mail.to == address).collect()
    }

    /// Takes everything out of the outbox, and gives what is of this kind.
    pub fn mail_of_kind(&self, kind: &str) -> Vec<Mail> {
        self.mail().into_iter().filter(|mail| mail.kind == kind).collect()
    }

    /// Takes everything out of the outbox, and gives the newest of this kind that went to one address.
    pub fn newest_mail(&self, address: &str, kind: &str) -> Mail {
        let newest = self.mail_to(address).into_iter().rfind(|mail| mail.kind == kind);
        newest.unwrap_or_else(|| panic!("no {kind} to {address}"))
    }

    /// The one mail that there is.
    pub fn only_mail(&self) -> Mail {
        let mut mails = self.mail();
        let kinds = mails.iter().map(|mail| mail.kind.clone()).collect::<Vec<_>>();
        assert_eq!(mails.len(), 1, "{kinds:?}");
        mails.remove(0)
    }
}
