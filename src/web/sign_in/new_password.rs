//! A new password that must be chosen before a sign-in goes on.

use askama::Template;

use crate::web::page::{Field, Frame};

/// The page that asks for it.
#[derive(Template)]
#[template(path = "sign_in/new_password.html")]
pub struct NewPasswordPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose password it is.
    pub username: String,
    /// Why it must be changed, as a sentence.
    pub why: String,
    /// Least number of characters.
    pub min_length: usize,
    /// Never printed back.
    pub new_password: Field,
    /// Never printed back.
    pub repeat: Field,
    /// What did not succeed.
    pub problem: Option<String>,
}
