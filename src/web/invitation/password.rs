//! The first password of an invited person, and the first administrator's account.

use askama::Template;

use crate::web::page::{Field, Frame};

/// The page that asks for it. An invited person's username and email are fixed; the first administrator types them.
#[derive(Template)]
#[template(path = "invitation/password.html")]
pub struct PasswordPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whether this makes the first administrator.
    pub first_administrator: bool,
    /// Username; kept after an error.
    pub username: Field,
    /// Email address; kept after an error.
    pub email: Field,
    /// Least number of characters.
    pub min_length: usize,
    /// Never printed back.
    pub new_password: Field,
    /// Never printed back.
    pub repeat: Field,
    /// What did not succeed.
    pub problem: Option<String>,
}

impl PasswordPage {
    /// Name of the input that gets the focus: the first that is wrong, else the first.
    fn focus(&self) -> &'static str {
        let wrong = [
            ("username", &self.username),
            ("email", &self.email),
            ("new_password", &self.new_password),
            ("repeat_new_password", &self.repeat),
        ];
        match wrong.iter().find(|(_, field)| field.is_wrong()) {
            Some((name, _)) => name,
            None if self.first_administrator => "username",
            None => "new_password",
        }
    }
}
