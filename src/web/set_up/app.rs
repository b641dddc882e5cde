//! The authenticator app, proved by its first passcode.

use askama::Template;

use crate::web::page::{Field, Frame};

/// The page with the QR code and the **Authenticator Manual Entry Code**.
#[derive(Template)]
#[template(path = "set_up/app.html")]
pub struct AppPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose app it is.
    pub username: String,
    /// The installation's name as the app will show it.
    pub issuer: String,
    /// Which step this is.
    pub step: u8,
    /// How many there are.
    pub steps: u8,
    /// The QR code as [`super::qr_code::svg`] makes it, printed as it is.
    pub qr_svg: String,
    /// The manual entry code in groups of four.
    pub key_groups: Vec<String>,
    /// The same without gaps, for **Copy**.
    pub key_plain: String,
    /// Whether **I don't have a mobile device** is offered.
    pub without_device: bool,
    /// Never printed back.
    pub passcode: Field,
    /// What did not succeed.
    pub problem: Option<String>,
}
