//! A page that says one thing: a link that is spent, a refusal, an outage.

use askama::Template;

use crate::web::page::{Action, Frame};

/// Heading, a few sentences, and the next step.
#[derive(Template)]
#[template(path = "message.html")]
pub struct MessagePage {
    /// What stands around the page; its request id is shown.
    pub frame: Frame,
    /// What happened, in a few words.
    pub heading: String,
    /// What it means and what to do.
    pub paragraphs: Vec<String>,
    /// The next step.
    pub action: Option<Action>,
}
