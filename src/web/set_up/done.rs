//! The set-up is finished.

use askama::Template;

use crate::web::page::Frame;

/// The last page of the set-up.
#[derive(Template)]
#[template(path = "set_up/done.html")]
pub struct DonePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Whose MFA is set up.
    pub username: String,
    /// Whether passcodes come from an app; else by email.
    pub has_app: bool,
}
