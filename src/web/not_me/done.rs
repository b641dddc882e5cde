//! After **This wasn't me**.

use askama::Template;

use crate::web::page::Frame;

/// Says what was done and what comes next.
#[derive(Template)]
#[template(path = "not_me/done.html")]
pub struct DonePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Whose account it is.
    pub username: String,
}
