//! After a right password, for an account whose MFA is not set up.

use askama::Template;

use crate::web::page::{Frame, Wait};

/// The page that says that MFA is required, and mails the setup link.
#[derive(Template)]
#[template(path = "sign_in/set_up_required.html")]
pub struct SetUpRequiredPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose MFA is to be set up.
    pub username: String,
    /// Masked address to which the setup email went.
    pub sent_to: Option<String>,
    /// Whether mail is slow at the moment.
    pub mail_delayed: bool,
    /// What did not succeed.
    pub problem: Option<String>,
    /// While set, no further email can be asked for.
    pub wait: Option<Wait>,
}
