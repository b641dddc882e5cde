//! First page behind a setup link where no security questions are asked.

use askama::Template;

use crate::web::page::Frame;

/// The page with **Start Setup**.
#[derive(Template)]
#[template(path = "set_up/start.html")]
pub struct StartPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose MFA is to be set up.
    pub username: String,
}
