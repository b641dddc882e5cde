//! The second step of a sign-in: the passcode.

use askama::Template;

use crate::web::page::{Field, Frame, Wait};

/// The passcode page.
#[derive(Template)]
#[template(path = "sign_in/passcode.html")]
pub struct PasscodePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose passcode it is.
    pub username: String,
    /// Kept only where the problem is about something else.
    pub passcode: Field,
    /// Whether the account has an authenticator app.
    pub has_app: bool,
    /// Whether **Send me a passcode** is offered.
    pub can_email: bool,
    /// Masked address to which a passcode of this sign-in went.
    pub emailed_to: Option<String>,
    /// Whether mail is slow at the moment.
    pub mail_delayed: bool,
    /// Whether emailed passcodes wait for another proof, since a password was set through an emailed link.
    pub email_paused: bool,
    /// What did not succeed.
    pub problem: Option<String>,
    /// Good news.
    pub notice: Option<String>,
    /// While set, no form is shown.
    pub wait: Option<Wait>,
}

impl PasscodePage {
    /// Whether the email must be asked for before there is anything to type.
    fn email_comes_first(&self) -> bool {
        self.can_email && !self.has_app && self.emailed_to.is_none()
    }
}
