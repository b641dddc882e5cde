//! What was said in a case, as pages of both sides show it.

use crate::flow::support::conversation::{Message, Writer};
use crate::model::words;
use crate::web::site::Site;

/// A message.
#[derive(Clone, Debug)]
pub struct SaidWords {
    /// Its number.
    pub id: i64,
    /// Who wrote it.
    pub author: String,
    /// Whether the reader did.
    pub own: bool,
    /// When.
    pub at: String,
    /// Its words, until they are deleted.
    pub text: Option<String>,
    /// Whether the reader sees it for the first time.
    pub unread: bool,
}

/// How many of these the reader sees for the first time.
pub fn unread(messages: &[SaidWords]) -> usize {
    messages.iter().filter(|message| message.unread).count()
}

/// A message for the page of a reader who had read up to number `read`, an analyst or not.
pub fn words(site: &Site, message: &Message, (read, to_analyst): (i64, bool)) -> SaidWords {
    let (author, own) = author(&message.writer, to_analyst);
    SaidWords {
        id: message.seq,
        author,
        own,
        at: words::clock_time_and_date(message.at, &site.app.settings.branding.time_zone),
        text: message.text.clone(),
        unread: !own && message.seq > read,
    }
}

/// Who wrote, and whether the reader did. Analysts know each other by name; the person sees the team.
fn author(writer: &Writer, to_analyst: bool) -> (String, bool) {
    match writer {
        Writer::You => ("You".into(), true),
        Writer::Person(1) if to_analyst => ("The person".into(), false),
        Writer::Person(browser) if to_analyst => (format!("The person, in browser {browser}"), false),
        Writer::Person(_) => ("Your other browser".into(), false),
        Writer::Support(Some(name)) => (format!("{name} (support)"), false),
        Writer::Support(None) => ("Support".into(), false),
    }
}
