//! The recovery code, shown once.

use askama::Template;

use crate::web::page::{Field, Frame};

/// The page that shows it and finishes the set-up.
#[derive(Template)]
#[template(path = "set_up/recovery_code.html")]
pub struct RecoveryCodePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose code it is.
    pub username: String,
    /// Which step this is.
    pub step: u8,
    /// How many there are.
    pub steps: u8,
    /// The code's groups, in order.
    pub code_groups: Vec<String>,
    /// The groups joined by hyphens, for **Copy**.
    pub code: String,
    /// Whether the box must still be ticked; only its error is looked at.
    pub saved: Field,
    /// What did not succeed.
    pub problem: Option<String>,
}
