//! The mail that would have been sent: in memory for the pages, and one JSON line each in a file, so that it survives a restart.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use crate::cli::output::moment;
use crate::mail::outgoing::{self, Outgoing};
use crate::mail::transport::SendError;
use crate::model::time::Timestamp;

/// A mail as the file and the API have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The same at every try to send it.
    pub id: String,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text form.
    pub text: String,
    /// Its HTML form.
    pub html: String,
    /// The files that the HTML shows.
    pub attachments: Vec<Attachment>,
    /// RFC 3339, UTC, to the second.
    pub received_at: String,
}

/// A file inside a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The file's name.
    pub name: String,
    /// Its media type.
    pub content_type: String,
    /// The HTML shows it as `cid:…`.
    pub content_id: String,
    /// Its bytes (RFC 4648 section 4).
    pub base64: String,
}

/// All mail of one demo.
#[derive(Debug)]
pub struct Mailbox(Mutex<Kept>);

#[derive(Debug)]
struct Kept {
    file: File,
    /// The end of the last whole line.
    end: u64,
    /// Oldest first.
    mails: Vec<Mail>,
}

impl Mailbox {
    /// Opens the file, which belongs to one demo at a time. A last line that was cut short was never taken, and is dropped.
    ///
    /// # Errors
    /// A sentence.
    pub fn open(path: &Path) -> Result<Self, String> {
        let cannot = |error: io::Error| format!("{} cannot be opened: {error}", path.display());
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(path).map_err(cannot)?;
        file.try_lock().map_err(|_| {
            format!(
                "{} belongs to a demo that is running. End that, or name another folder with --data",
                path.display()
            )
        })?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(cannot)?;
        let whole = text.rfind('\n').map_or(0, |last| last + 1);
        let lines = text.get(..whole).unwrap_or_default().lines();
        let mails = lines.map(serde_json::from_str).collect::<Result<_, _>>();
        let mails = mails.map_err(|error| format!("{} holds something that is no mail: {error}", path.display()))?;
        let end = u64::try_from(whole).unwrap_or(u64::MAX);
        file.set_len(end).map_err(cannot)?;
        Ok(Self(Mutex::new(Kept { file, end, mails })))
    }

    /// Takes a mail over: when this returns, it is on the disk. The same mail again changes nothing.
    ///
    /// # Errors
    /// When the disk does not take it; the mail is then offered again.
    pub fn take(&self, mail: &Outgoing, now: Timestamp) -> Result<(), SendError> {
        let mut kept = self.kept();
        if kept.mails.iter().any(|known| known.id == mail.id.as_str()) {
            return Ok(());
        }
        let mail = Mail::new(mail, now);
        kept.append(&mail).map_err(|error| SendError::Temporary(format!("the mailbox's file: {error}")))?;
        kept.mails.push(mail);
        Ok(())
    }

    /// The mails, newest first; those to one address where `to` names one.
    pub fn mails(&self, to: Option<&str>) -> Vec<Mail> {
        let wanted = |mail: &&Mail| to.is_none_or(|to| mail.to.eq_ignore_ascii_case(to));
        self.kept().mails.iter().rev().filter(wanted).cloned().collect()
    }

    /// One mail.
    pub fn mail(&self, id: &str) -> Option<Mail> {
        self.kept().mails.iter().find(|mail| mail.id == id).cloned()
    }

    /// Deletes all mail.
    ///
    /// # Errors
    /// When the file cannot be cut.
    pub fn empty(&self) -> io::Result<()> {
        let mut kept = self.kept();
        kept.file.set_len(0)?;
        kept.file.sync_data()?;
        kept.end = 0;
        kept.mails.clear();
        Ok(())
    }

    /// A thread that broke off has left whole lines: the end is moved last.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Writes over what an earlier try may have left behind the end.
    fn append(&mut self, mail: &Mail) -> io::Result<()> {
        let mut line = serde_json::to_vec(mail)?;
        line.push(b'\n');
        self.file.set_len(self.end)?;
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(&line)?;
        self.file.sync_data()?;
        self.end += u64::try_from(line.len()).unwrap_or(0);
        Ok(())
    }
}

impl Mail {
    fn new(mail: &Outgoing, now: Timestamp) -> Self {
        Self {
            id: mail.id.as_str().to_owned(),
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            text: mail.text.expose().to_owned(),
            html: mail.html.expose().to_owned(),
            attachments: mail.attachments.iter().map(Attachment::new).collect(),
            received_at: moment(now),
        }
    }

    /// The HTML as a browser shows it: pictures inside the mail stand in it, and links leave the frame.
    pub fn framed_html(&self) -> String {
        let shown = self.attachments.iter().fold(self.html.clone(), |html, file| {
            html.replace(
                &format!("cid:{}", file.content_id),
                &format!("data:{};base64,{}", file.content_type, file.base64),
            )
        });
        match shown.split_once("<head>") {
            Some((before, after)) => format!("{before}<head><base target=\"_top\">{after}"),
            None => shown,
        }
    }
}

impl Attachment {
    fn new(file: &outgoing::Attachment) -> Self {
        Self {
            name: file.name.clone(),
            content_type: file.content_type.clone(),
            content_id: file.content_id.clone(),
            base64: BASE64.encode(file.bytes.expose()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::MailId;
    use crate::model::secret::{SecretBytes, SecretText};

    fn mail(id: &str, to: &str) -> Outgoing {
        Outgoing {
            id: MailId::new(id.into()),
            message_id: format!("<{id}@localhost>"),
            kind: "test".into(),
            from_name: "Vestibule".into(),
            to: to.into(),
            subject: format!("Mail {id}"),
            text: SecretText::new("Hello\n".into()),
            html: SecretText::new("<html><head></head><img src=\"cid:qr\">".into()),
            attachments: vec![outgoing::Attachment {
                name: "qr.png".into(),
                content_type: "image/png".into(),
                content_id: "qr".into(),
                bytes: SecretBytes::new(vec![1, 2, 3]),
            }],
            created_at: at(0),
            not_after: at(1),
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_795_534_920_000 + seconds * 1_000)
    }

    fn ids(mailbox: &Mailbox, to: Option<&str>) -> Vec<String> {
        mailbox.mails(to).into_iter().map(|mail| mail.id).collect()
    }

    #[test]
    fn mail_survives_a_restart_and_a_line_cut_short_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mail");
        let mailbox = Mailbox::open(&path).unwrap();
        mailbox.take(&mail("1", "a@example.org"), at(0)).unwrap();
        mailbox.take(&mail("2", "b@example.org"), at(1)).unwrap();
        mailbox.take(&mail("1", "a@example.org"), at(2)).unwrap();
        assert_eq!(ids(&mailbox, None), ["2", "1"]);
        assert_eq!(ids(&mailbox, Some("A@example.org")), ["1"]);
        let before = mailbox.mails(None);
        drop(mailbox);

        let mut cut = std::fs::read(&path).unwrap();
        cut.extend_from_slice(b"{\"id\":\"3\",\"to\"");
        std::fs::write(&path, &cut).unwrap();
        let mailbox = Mailbox::open(&path).unwrap();
        assert_eq!(mailbox.mails(None), before);
        mailbox.take(&mail("4", "a@example.org"), at(3)).unwrap();
        drop(mailbox);
        let mailbox = Mailbox::open(&path).unwrap();
        assert_eq!(ids(&mailbox, None), ["4", "2", "1"]);
        mailbox.empty().unwrap();
        drop(mailbox);
        assert!(Mailbox::open(&path).unwrap().mails(None).is_empty());
    }

    #[test]
    fn two_demos_do_not_share_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mail");
        let _first = Mailbox::open(&path).unwrap();
        let why = Mailbox::open(&path).unwrap_err();
        assert!(why.contains("demo that is running"), "{why}");
    }

    #[test]
    fn pictures_stand_in_the_framed_html_and_links_leave_it() {
        let shown = Mail::new(&mail("1", "a@example.org"), at(0)).framed_html();
        assert_eq!(shown, "<html><head><base target=\"_top\"></head><img src=\"data:image/png;base64,AQID\">");
    }
}
