//! The pages of the User Portal.

pub mod home;
pub mod open;
pub mod picture;
pub mod tile;

use super::browser::Browser;
use super::cookies::Cookie;
use super::error::Failure;
use super::site::Site;
use crate::flow::session::{self, Live};

/// The live session of this browser, if it has one.
async fn live(site: &Site, browser: &Browser) -> Result<Option<Live>, Failure> {
    let Some(token) = browser.token(Cookie::Session) else { return Ok(None) };
    let act = site.act(browser);
    site.read(move |tx| session::live(tx, &act, &token)).await
}
