//! A mail in the form of the internet: headers of RFC 5322, alternatives of RFC 2046 (text, then HTML with its inline files, RFC
//! 2387). The same mail gives the same bytes, boundaries included.

use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment as Inline, Mailbox, MultiPart, MultiPartKind, SinglePart};

use super::SendError;
use crate::mail::outgoing::{Attachment, Outgoing};
use crate::model::email_address::EmailAddress;

/// RFC 3834 section 5: no machine should answer this mail.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// `mail` from `from`, whole.
///
/// # Errors
/// [`SendError::Permanent`] where the address is none, or a header would take more than its line.
pub(super) fn message(mail: &Outgoing, from: &lettre::Address) -> Result<Message, SendError> {
    for header in [&mail.subject, &mail.from_name, &mail.message_id] {
        if header.chars().any(char::is_control) {
            return Err(refused("a header holds a control character"));
        }
    }
    let to = recipient(&mail.to)?;
    let envelope = Envelope::new(Some(from.clone()), vec![to.clone()]);
    let name = Some(mail.from_name.clone()).filter(|name| !name.is_empty());
    Message::builder()
        .from(Mailbox::new(name, from.clone()))
        .to(Mailbox::new(None, to))
        .envelope(envelope.map_err(|_| refused("the mail cannot be put together"))?)
        .subject(mail.subject.as_str())
        .message_id(Some(mail.message_id.clone()))
        .date(date(mail))
        .header(AutoSubmitted)
        .multipart(body(mail)?)
        .map_err(|_| refused("the mail cannot be put together"))
}

/// Our own rules decide what an address is: lettre's refuse the signs of some scripts (RFC 6531 allows them).
fn recipient(address: &str) -> Result<lettre::Address, SendError> {
    let parsed = EmailAddress::parse(address).map_err(|_| refused("the address is not an email address"))?;
    let (local, domain) = parsed.as_str().split_once('@').unwrap_or_default();
    Ok(lettre::Address::new_dangerous(local, domain))
}

fn date(mail: &Outgoing) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(mail.created_at.seconds())
}

fn body(mail: &Outgoing) -> Result<MultiPart, SendError> {
    let text = SinglePart::plain(mail.text.expose().to_owned());
    let html = SinglePart::html(mail.html.expose().to_owned());
    let both = part(MultiPartKind::Alternative, "alternative", mail).singlepart(text);
    if mail.attachments.is_empty() {
        return Ok(both.singlepart(html));
    }
    let mut related = part(MultiPartKind::Related, "related", mail).singlepart(html);
    for attachment in &mail.attachments {
        related = related.singlepart(inline(attachment)?);
    }
    Ok(both.multipart(related))
}

/// An empty part with a boundary that is this mail's own.
fn part(kind: MultiPartKind, name: &str, mail: &Outgoing) -> MultiPart {
    MultiPart::builder().kind(kind).boundary(format!("{name}-{}", mail.id)).build()
}

fn inline(attachment: &Attachment) -> Result<SinglePart, SendError> {
    let media_type =
        ContentType::parse(&attachment.content_type).map_err(|_| refused("an attachment has no media type"))?;
    let named = Inline::new_inline_with_name(attachment.content_id.clone(), attachment.name.clone());
    Ok(named.body(attachment.bytes.expose().to_vec(), media_type))
}

fn refused(reason: &str) -> SendError {
    SendError::Permanent(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::MailId;
    use crate::model::secret::{SecretBytes, SecretText};
    use crate::model::time::Timestamp;

    fn mail() -> Outgoing {
        Outgoing {
            id: MailId::new("0193".into()),
            message_id: "<7@login.example.org>".into(),
            kind: "test".into(),
            from_name: "Example, Søns".into(),
            to: "nora@example.org".into(),
            subject: "Your invitation to Example".into(),
            text: SecretText::new("Hello\n".into()),
            html: SecretText::new("<p>Hello <img src=\"cid:qr\">\n".into()),
            attachments: Vec::new(),
            created_at: Timestamp::from_millis(1_795_534_920_000),
            not_after: Timestamp::from_millis(1_795_534_980_000),
        }
    }

    fn written(mail: &Outgoing) -> Result<String, SendError> {
        let from = "no-reply@example.org".parse().unwrap();
        Ok(String::from_utf8(message(mail, &from)?.formatted()).unwrap())
    }

    #[test]
    fn headers_are_ours_and_a_repeat_is_the_same_mail() {
        let first = written(&mail()).unwrap();
        for line in [
            "To: nora@example.org",
            "Subject: Your invitation to Example",
            "Message-ID: <7@login.example.org>",
            "Date: Tue, 24 Nov 2026 15:42:00 +0000",
            "Auto-Submitted: auto-generated",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Type: text/html; charset=utf-8",
        ] {
            assert!(first.lines().any(|written| written == line), "{line}\n{first}");
        }
        assert!(first.contains("<no-reply@example.org>"), "{first}");
        assert_eq!(first, written(&mail()).unwrap());
    }

    #[test]
    fn an_address_may_be_of_any_script() {
        for address in ["नमस्ते@example.org", "zoë@bücher.example"] {
            let mail = Outgoing { to: address.into(), ..mail() };
            let message = message(&mail, &"no-reply@example.org".parse().unwrap()).unwrap();
            assert_eq!(message.envelope().to().iter().map(ToString::to_string).collect::<Vec<_>>(), [address]);
            let written = String::from_utf8(message.formatted()).unwrap();
            assert!(written.lines().any(|line| line == format!("To: {address}")), "{written}");
        }
    }

    #[test]
    fn inline_files_belong_to_the_html() {
        let mut mail = mail();
        mail.attachments.push(Attachment {
            name: "qr.png".into(),
            content_type: "image/png".into(),
            content_id: "qr".into(),
            bytes: SecretBytes::new(vec![137, 80, 78, 71]),
        });
        let written = written(&mail).unwrap();
        let (_, related) = written.split_once("Content-Type: multipart/related").unwrap();
        for line in ["Content-ID: <qr>", "Content-Disposition: inline; filename=\"qr.png\"", "iVBORw=="] {
            assert!(related.lines().any(|written| written == line), "{line}\n{written}");
        }
    }

    #[test]
    fn nothing_can_add_a_header_or_a_recipient() {
        for spoil in [
            |mail: &mut Outgoing| mail.subject.push_str("\r\nBcc: all@example.org"),
            |mail: &mut Outgoing| mail.from_name.push_str("\nBcc: all@example.org"),
            |mail: &mut Outgoing| mail.message_id.push('\r'),
            |mail: &mut Outgoing| mail.to.push_str(", all@example.org"),
            |mail: &mut Outgoing| mail.to.push_str("\r\nBcc: all@example.org"),
            |mail: &mut Outgoing| mail.to.clear(),
        ] {
            let mut spoilt = mail();
            spoil(&mut spoilt);
            assert!(matches!(written(&spoilt), Err(SendError::Permanent(_))), "{spoilt:?}");
        }
    }
}
