//! Asks for a link to a new password.

use askama::Template;

use crate::web::page::{Field, Frame, Wait};

/// The page that asks for the email address; it says the same whether or not there is such an account.
#[derive(Template)]
#[template(path = "forgot_password/email.html")]
pub struct EmailPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// The address; kept after an error.
    pub email: Field,
    /// Whether a link has been asked for; the form is then not shown.
    pub sent: bool,
    /// What did not succeed.
    pub problem: Option<String>,
    /// While set, the form is not shown.
    pub wait: Option<Wait>,
}
