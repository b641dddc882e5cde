//! A device without a browser, from its person's side: the code, then yes or no.

// Yes or no.
pub mod approve;
// The code that the device shows.
pub mod code;

use super::device_authorization::PAGE;
use crate::app::draw;
use crate::flow::device_authorization::enter;
use crate::model::dice::Seed;
use crate::model::id::DeviceAuthorizationId;
use crate::model::token::{PlainToken, TokenKind};
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::load::Turn;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// The device that an address names; nothing has this address where it can be no device's.
fn named(text: String) -> Result<DeviceAuthorizationId, Failure> {
    let is_id = text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if is_id { Ok(DeviceAuthorizationId::new(text)) } else { Err(Failure::NotFound) }
}

/// The page of one device.
fn address(id: &DeviceAuthorizationId) -> String {
    format!("{PAGE}/{id}")
}

/// The whole sign-in first. The browser is told to come back here after it; nothing more is in that cookie.
fn sign_in(site: &Site) -> Answer {
    let back = PlainToken::new(TokenKind::Guest, &mut Seed::new(draw()).dice());
    Reply::to("/sign-in").with(site, Cookie::Device, &[back]).done()
}

/// The session of this browser, while it lives, and a place in the queue of its account.
async fn session(site: &Site, browser: &Browser) -> Result<Option<(PlainToken, Turn)>, Failure> {
    let Some(token) = browser.token(Cookie::Session) else { return Ok(None) };
    let (act, read) = (site.act(browser), token.clone());
    match site.read(move |tx| enter::account_of(tx, &act, &read)).await? {
        Some(account) => Ok(Some((token, site.load.turn(account.as_str()).await?))),
        None => Ok(None),
    }
}
