//! Forms: parsed once, with fields that we know and no others, and bound to the browser that was shown them.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use super::error::Failure;
use super::site::Site;
use crate::model::token::PlainToken;

/// A form's fields. A field that is missing, repeated or unknown makes a [`Failure::BadForm`].
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Site> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Failure> {
        let parsed = axum::Form::<T>::from_request(request, site).await;
        parsed.map(|axum::Form(fields)| Self(fields)).map_err(|_| Failure::BadForm)
    }
}

/// What is said where a form came with the token of an older page and is shown again with what was typed.
pub fn too_old(button: &str) -> String {
    format!("This page was too old. Nothing is lost: press {button} again.")
}

/// Whether `form_token` is the one that a form shown to the holder of `binding` carries.
pub fn is_bound(site: &Site, binding: &PlainToken, form_token: &str) -> bool {
    verify_slices_are_equal(site.form_token(binding).as_bytes(), form_token.as_bytes()).is_ok()
}

/// The same, as what stops the request.
pub fn check(site: &Site, binding: &PlainToken, form_token: &str) -> Result<(), Failure> {
    if is_bound(site, binding, form_token) { Ok(()) } else { Err(Failure::StaleForm) }
}
