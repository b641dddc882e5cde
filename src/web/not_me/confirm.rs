//! Asks before it acts: mail scanners open links, people press buttons.

use askama::Template;

use crate::web::page::Frame;

/// The page with the button **This wasn't me**.
#[derive(Template)]
#[template(path = "not_me/confirm.html")]
pub struct ConfirmPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose account it is.
    pub username: String,
    /// When the sign-in was, with its zone: "Monday, March 3 at 3:42 PM UTC".
    pub when: String,
    /// From which browser: "Firefox on Windows".
    pub browser: String,
    /// From which network: "192.0.2.0/24".
    pub network: String,
}
