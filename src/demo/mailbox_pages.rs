//! Pages of the demo's mailbox. They say plainly that it is a demo, and show what no real installation would.

use askama::Template;

/// One mail in the list.
#[derive(Clone, Debug)]
pub struct MailRow {
    /// Its page is `/messages/{id}`.
    pub id: String,
    /// To whom.
    pub to: String,
    /// What its owner does, where that is more than to use products.
    pub role: Option<&'static str>,
    /// Its subject.
    pub subject: String,
    /// When, with its zone.
    pub when: String,
}

/// One account to try, as it was seeded: later changes don't show here.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    /// Its username.
    pub username: String,
    /// What its owner does, where that is more than to use products.
    pub role: Option<&'static str>,
    /// Where its mail goes.
    pub email: String,
    /// Its password.
    pub password: String,
    /// What it is good for, as a sentence.
    pub purpose: String,
    /// The Authenticator Manual Entry Code, where an app is set up.
    pub manual_code: Option<String>,
    /// The recovery code, where one is set up.
    pub recovery_code: Option<String>,
    /// Answers to the security questions, in order; empty where none are set up.
    pub answers: Vec<String>,
}

/// A product to try.
#[derive(Clone, Debug)]
pub struct DemoProduct {
    /// Its name.
    pub name: String,
    /// Its address.
    pub url: String,
    /// What it asks of people, as a sentence.
    pub asks: String,
}

/// The list of mails, and the accounts.
#[derive(Template)]
#[template(path = "demo/mailbox.html")]
pub struct MailboxPage {
    /// Address of the stylesheet.
    pub css: String,
    /// Address of the demo's sign-in.
    pub portal_url: String,
    /// The one address whose mail is shown.
    pub to: Option<String>,
    /// Newest first.
    pub mails: Vec<MailRow>,
    /// In the order of their addresses.
    pub products: Vec<DemoProduct>,
    /// In the order in which they are best tried.
    pub accounts: Vec<DemoAccount>,
}

/// One mail.
#[derive(Template)]
#[template(path = "demo/mail.html")]
pub struct MailPage {
    /// Address of the stylesheet.
    pub css: String,
    /// The mail's HTML is shown in a frame from `/messages/{id}/html`; served with `<base target="_top">`,
    /// its links leave the frame.
    pub id: String,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// When, with its zone.
    pub when: String,
    /// The text form, cut by [`linked`].
    pub text: Vec<TextPart>,
}

/// A piece of a mail's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPart {
    /// The piece as it stands in the mail.
    pub text: String,
    /// Whether it is an address that can be opened.
    pub is_link: bool,
}

/// Cuts a mail's text so that its addresses can be shown as links; the pieces joined are the text again.
pub fn linked(text: &str) -> Vec<TextPart> {
    text.split_inclusive(char::is_whitespace).flat_map(word_and_space).fold(Vec::new(), |mut parts, part| {
        match parts.last_mut() {
            Some(last) if !last.is_link && !part.is_link => last.text.push_str(&part.text),
            _ => parts.push(part),
        }
        parts
    })
}

fn word_and_space(piece: &str) -> impl Iterator<Item = TextPart> {
    let word = piece.trim_end();
    let space = piece.get(word.len()..).unwrap_or_default();
    let is_link = word.starts_with("http://") || word.starts_with("https://");
    [TextPart { text: word.to_owned(), is_link }, TextPart { text: space.to_owned(), is_link: false }]
        .into_iter()
        .filter(|part| !part.text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_links_and_nothing_is_lost() {
        let text = "Hello,\n\nopen http://localhost:8080/set-up/x\nto go on.\n";
        let parts = linked(text);
        assert_eq!(parts.iter().map(|part| part.text.as_str()).collect::<String>(), text);
        let links: Vec<_> = parts.iter().filter(|part| part.is_link).map(|part| part.text.as_str()).collect();
        assert_eq!(links, ["http://localhost:8080/set-up/x"]);
        assert_eq!(parts.len(), 3);
    }
}
