//! Every mail that Vestibule sends, as a value. Each has a folder `templates/mail/<kind>/` with its subject, text and HTML.
//!
//! A mail says who asked for it, when and from where, how long its link or passcode is good for, and what to do when it was not
//! the owner. The subject never carries a passcode or a link.

mod look;
mod mails;
mod words;

use std::fmt;
use std::time::Duration;

use askama::Template;

pub use self::look::{Circumstances, Look};
pub use self::mails::{
    AccountReset, AccountUnlocked, AppAdded, AppRemoved, AppRenamed, CaseAnswer, CaseBegun, CaseDeclined, CaseOpened,
    CaseStopped, DeviceApproved, EmailChanged, EmailConfirm, EmailInUse, EmailTaken, EmailUndone, Invitation,
    NewBrowser, NewDeviceDone, NewDeviceLink, Passcode, PasswordChanged, PasswordKnown, QuestionsChanged,
    RecoveryCodeChanged, RemoteSetUp, ResetLink, SetUpDone, SetUpLink, Test,
};
use super::outgoing::Attachment;
use crate::model::secret::SecretText;
use crate::model::time::Timestamp;

/// The content id of a key's picture.
const QR_CODE: &str = "qr-code";
/// How long a mail that carries neither a link nor a passcode is worth sending.
const NOTICE_LIFE: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// A mail as it will be sent: one-line subject, plain text, HTML. Text and HTML may carry links and passcodes.
#[derive(Clone)]
pub struct Rendered {
    /// One line, without passcode or link.
    pub subject: String,
    /// The plain text, wrapped, lines ended by `\n`.
    pub text: SecretText,
    /// The HTML, whole, without images or scripts.
    pub html: SecretText,
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rendered").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// What a template sees: the mail, its sender, its circumstances.
struct Letter<'a, Mail> {
    mail: &'a Mail,
    look: &'a Look,
    by: &'a Circumstances,
}

impl<Mail> Letter<'_, Mail> {
    /// How long something is good for, in words.
    fn span(&self, span: &Duration) -> String {
        words::span(*span)
    }
}

/// The table of mails: the variant, its stable name, and its three templates.
macro_rules! mails {
    ($($mail:ident $kind:literal $subject:tt $text:tt $html:tt)*) => {
        /// Any mail.
        #[derive(Clone, Debug)]
        pub enum Message { $(
            #[doc = concat!("See [`", stringify!($mail), "`].")]
            $mail($mail),
        )* }

        impl Message {
            /// The mail's stable name, for the outbox, logs and limits.
            pub fn kind(&self) -> &'static str {
                match self { $( Self::$mail(_) => $kind, )* }
            }

            fn fill(&self, look: &Look, by: &Circumstances) -> Result<[String; 3], askama::Error> {
                match self { $( Self::$mail(mail) => {
                    #[derive(Template)]
                    #[template(path = $subject, whitespace = "preserve")]
                    struct Subject<'a> { letter: &'a Letter<'a, $mail> }
                    #[derive(Template)]
                    #[template(path = $text, whitespace = "preserve")]
                    struct Text<'a> { letter: &'a Letter<'a, $mail> }
                    #[derive(Template)]
                    #[template(path = $html, whitespace = "preserve")]
                    struct Html<'a> { letter: &'a Letter<'a, $mail> }
                    let letter = &Letter { mail, look, by };
                    Ok([Subject { letter }.render()?, Text { letter }.render()?, Html { letter }.render()?])
                } )* }
            }
        }
    };
}

mails! {
    SetUpLink "set_up_link" "mail/set_up_link/subject.txt" "mail/set_up_link/body.txt" "mail/set_up_link/body.html"
    RemoteSetUp "remote_set_up"
        "mail/remote_set_up/subject.txt" "mail/remote_set_up/body.txt" "mail/remote_set_up/body.html"
    Passcode "passcode" "mail/passcode/subject.txt" "mail/passcode/body.txt" "mail/passcode/body.html"
    ResetLink "reset_link" "mail/reset_link/subject.txt" "mail/reset_link/body.txt" "mail/reset_link/body.html"
    PasswordChanged "password_changed"
        "mail/password_changed/subject.txt" "mail/password_changed/body.txt" "mail/password_changed/body.html"
    SetUpDone "set_up_done" "mail/set_up_done/subject.txt" "mail/set_up_done/body.txt" "mail/set_up_done/body.html"
    NewDeviceLink "new_device_link"
        "mail/new_device_link/subject.txt" "mail/new_device_link/body.txt" "mail/new_device_link/body.html"
    NewDeviceDone "new_device_done"
        "mail/new_device_done/subject.txt" "mail/new_device_done/body.txt" "mail/new_device_done/body.html"
    NewBrowser "new_browser" "mail/new_browser/subject.txt" "mail/new_browser/body.txt" "mail/new_browser/body.html"
    PasswordKnown "password_known"
        "mail/password_known/subject.txt" "mail/password_known/body.txt" "mail/password_known/body.html"
    EmailConfirm "email_confirm"
        "mail/email_confirm/subject.txt" "mail/email_confirm/body.txt" "mail/email_confirm/body.html"
    EmailTaken "email_taken" "mail/email_taken/subject.txt" "mail/email_taken/body.txt" "mail/email_taken/body.html"
    EmailChanged "email_changed"
        "mail/email_changed/subject.txt" "mail/email_changed/body.txt" "mail/email_changed/body.html"
    EmailInUse "email_in_use"
        "mail/email_in_use/subject.txt" "mail/email_in_use/body.txt" "mail/email_in_use/body.html"
    EmailUndone "email_undone"
        "mail/email_undone/subject.txt" "mail/email_undone/body.txt" "mail/email_undone/body.html"
    AppAdded "app_added" "mail/app_added/subject.txt" "mail/app_added/body.txt" "mail/app_added/body.html"
    AppRenamed "app_renamed" "mail/app_renamed/subject.txt" "mail/app_renamed/body.txt" "mail/app_renamed/body.html"
    DeviceApproved "device_approved"
        "mail/device_approved/subject.txt" "mail/device_approved/body.txt" "mail/device_approved/body.html"
    AppRemoved "app_removed" "mail/app_removed/subject.txt" "mail/app_removed/body.txt" "mail/app_removed/body.html"
    AccountReset "account_reset" "mail/account_reset/subject.txt" "mail/account_reset/body.txt" "mail/account_reset/body.html"
    AccountUnlocked "account_unlocked"
        "mail/account_unlocked/subject.txt" "mail/account_unlocked/body.txt" "mail/account_unlocked/body.html"
    CaseOpened "case_opened" "mail/case_opened/subject.txt" "mail/case_opened/body.txt" "mail/case_opened/body.html"
    CaseAnswer "case_answer" "mail/case_answer/subject.txt" "mail/case_answer/body.txt" "mail/case_answer/body.html"
    CaseDeclined "case_declined"
        "mail/case_declined/subject.txt" "mail/case_declined/body.txt" "mail/case_declined/body.html"
    CaseStopped "case_stopped"
        "mail/case_stopped/subject.txt" "mail/case_stopped/body.txt" "mail/case_stopped/body.html"
    Invitation "invitation" "mail/invitation/subject.txt" "mail/invitation/body.txt" "mail/invitation/body.html"
    QuestionsChanged "questions_changed"
        "mail/questions_changed/subject.txt" "mail/questions_changed/body.txt" "mail/questions_changed/body.html"
    RecoveryCodeChanged "recovery_code_changed"
        "mail/recovery_code_changed/subject.txt" "mail/recovery_code_changed/body.txt"
        "mail/recovery_code_changed/body.html"
    Test "test" "mail/test/subject.txt" "mail/test/body.txt" "mail/test/body.html"
}

impl Message {
    /// The mail in words. Line breaks in names become spaces; HTML is escaped.
    #[expect(
        clippy::expect_used,
        reason = "writing to a String cannot fail, and the templates call nothing else that can"
    )]
    pub fn render(&self, look: &Look, circumstances: &Circumstances) -> Rendered {
        let filled = self.fill(&look.cleaned(), &circumstances.cleaned());
        let [subject, text, html] = filled.expect("the templates are filled into memory");
        Rendered {
            subject: words::one_line(&subject),
            text: SecretText::new(words::tidy(&text)),
            html: SecretText::new(html),
        }
    }

    /// The pictures that its HTML shows by `cid:`.
    pub fn attachments(&self) -> Vec<Attachment> {
        match self {
            Self::RemoteSetUp(mail) => vec![Attachment {
                name: "qr-code.png".to_owned(),
                content_type: "image/png".to_owned(),
                content_id: QR_CODE.to_owned(),
                bytes: mail.qr_code.clone(),
            }],
            _ => Vec::new(),
        }
    }

    /// When the mail is of no more use and must not be sent any more: with its link or passcode, else three days after `now`.
    pub fn not_after(&self, now: Timestamp) -> Timestamp {
        now.plus(match self {
            Self::SetUpLink(mail) => mail.good_for,
            Self::NewDeviceLink(mail) => mail.good_for,
            // Its picture and its code come first.
            Self::RemoteSetUp(mail) => mail.code_good_for,
            Self::Passcode(mail) => mail.good_for,
            Self::ResetLink(mail) => mail.good_for,
            Self::NewBrowser(mail) => mail.good_for,
            Self::CaseOpened(mail) => mail.good_for,
            Self::CaseAnswer(mail) => mail.good_for,
            Self::Invitation(mail) => mail.good_for,
            Self::EmailConfirm(mail) => mail.good_for,
            Self::EmailChanged(mail) => mail.good_for,
            _ => NOTICE_LIFE,
        })
    }
}

#[cfg(test)]
mod tests;
