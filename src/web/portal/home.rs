//! The portal's home.

use askama::Template;

use crate::web::page::Frame;

/// The page after a whole sign-in.
#[derive(Template)]
#[template(path = "portal/home.html")]
pub struct HomePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Who is signed in.
    pub username: String,
    /// The person's name.
    pub name: Option<String>,
    /// When the account was signed in to before this time, with its zone.
    pub last_sign_in: Option<String>,
}
