//! The recovery code as a file, and the box that says that it is kept, wherever a new one is shown.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::site::Site;

/// What is said where the box is not ticked.
pub const NOT_SAVED: &str = "Save the recovery code first: download, copy, print or write it down. Then tick the box.";

/// The code as a text file.
pub fn file(site: &Site, username: &str, code: &str) -> Response {
    let (name, address) = (&site.app.settings.branding.name, site.app.settings.public_url.as_str());
    let text = format!(
        "Recovery code of {username} at {name}\r\n{address}\r\n\r\n{code}\r\n\r\n\
         Keep it where only you can find it. It proves that you are you when your device is lost.\r\n"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"recovery-code.txt\""),
    ];
    (headers, text).into_response()
}
