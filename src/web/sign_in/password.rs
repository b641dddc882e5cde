//! The first step of a sign-in: username and password.

use askama::Template;

use crate::web::page::{Field, Frame, Wait};

/// The sign-in page.
#[derive(Template)]
#[template(path = "sign_in/password.html")]
pub struct PasswordPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Username or email address; kept after an error.
    pub username: Field,
    /// Never printed back.
    pub password: Field,
    /// What did not succeed.
    pub problem: Option<String>,
    /// Good news, such as a password that was changed.
    pub notice: Option<String>,
    /// While set, the form is not shown.
    pub wait: Option<Wait>,
}
