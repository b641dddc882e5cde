//! **Account security**, the person's own pages. What changes something is confirmed first, with the password and with a passcode
//! given for that; one confirmation opens five minutes of changes in its session.

pub mod apps;
pub mod confirm;
pub mod email;
pub mod history;
pub mod home;
pub mod password;
pub mod questions;
pub mod recovery_code;
pub mod sessions;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::browser::Browser;
use super::cookies::Cookie;
use super::error::Failure;
use super::form;
use super::load::Turn;
use super::reply::Reply;
use super::site::Site;
use crate::flow::session::{self, Live};
use crate::flow::sign_in::confirm as confirmation;
use crate::model::confirmation::Subject;
use crate::model::return_path::ReturnPath;
use crate::model::token::PlainToken;

/// The first of these pages.
pub const HOME: &str = "/account";

/// Who is signed in in this browser.
#[derive(Debug)]
pub struct Here {
    /// The session, with its account.
    pub live: Live,
    /// The session's token, which binds the forms.
    pub token: PlainToken,
}

/// Who is signed in here; `Err` is the answer where nobody is.
pub async fn here(site: &Site, browser: &Browser) -> Result<Result<Here, Reply>, Failure> {
    let Some(token) = browser.token(Cookie::Session) else { return Ok(Err(Reply::to("/sign-in"))) };
    let (act, read) = (site.act(browser), token.clone());
    let Some(live) = site.read(move |tx| session::live(tx, &act, &read)).await? else {
        return Ok(Err(Reply::to("/sign-in")));
    };
    if live.wants_touch {
        let (act, touched) = (site.act(browser), live.clone());
        site.write(move |tx| session::touch(tx, &act, &touched)).await?;
    }
    Ok(Ok(Here { live, token }))
}

/// The same where changes are confirmed; `Err` is the answer where they are not: the way through the confirmation to `path`, a page
/// below [`HOME`], which may carry in its query what was typed and is no secret.
pub async fn confirmed(site: &Site, browser: &Browser, path: &str) -> Result<Result<Here, Reply>, Failure> {
    let here = match here(site, browser).await? {
        Ok(here) => here,
        Err(reply) => return Ok(Err(reply)),
    };
    if confirmation::is_given(&site.act(browser), &here.live.session, &Subject::Changes) {
        return Ok(Ok(here));
    }
    unconfirmed(path).map(Err)
}

/// What a form of a change begins with: it is ours, changes are confirmed, and the account has a turn.
pub async fn begin_change(
    site: &Site,
    browser: &Browser,
    form_token: &str,
    path: &str,
) -> Result<Result<(Here, Turn), Reply>, Failure> {
    let here = match here(site, browser).await? {
        Ok(here) => here,
        Err(reply) => return Ok(Err(reply)),
    };
    form::check(site, &here.token, form_token)?;
    if !confirmation::is_given(&site.act(browser), &here.live.session, &Subject::Changes) {
        return unconfirmed(path).map(Err);
    }
    let turn = site.load.turn(here.live.session.account.as_str()).await?;
    Ok(Ok((here, turn)))
}

/// To the confirmation that leads on to `path`.
pub fn unconfirmed(path: &str) -> Result<Reply, Failure> {
    Reply::away(&format!("/account/confirm?to={}", utf8_percent_encode(path, NON_ALPHANUMERIC)))
}

/// The page below [`HOME`] that a query names as `to`; the first of them where it names none.
fn destination(query: &str) -> ReturnPath {
    let text = query.split('&').find_map(|pair| pair.strip_prefix("to=")).unwrap_or_default();
    below_home(&percent_decode_str(text).decode_utf8_lossy())
}

/// The page below [`HOME`] with this address; the first of them where it is none, or the confirmation itself.
fn below_home(text: &str) -> ReturnPath {
    let page = ReturnPath::under(HOME, text).filter(|page| !page.as_str().starts_with("/account/confirm"));
    page.or_else(|| ReturnPath::parse(HOME)).unwrap_or_else(ReturnPath::root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_confirmation_leads_to_pages_of_the_account_only() {
        for (query, page) in [
            ("to=%2Faccount%2Fpassword", "/account/password"),
            ("to=%2Faccount%2Femail%3Femail%3Da%2540b", "/account/email?email=a%40b"),
            ("", "/account"),
            ("to=", "/account"),
            ("to=%2Fsign-out", "/account"),
            ("to=%2F%2Fevil.example%2Faccount", "/account"),
            ("to=https%3A%2F%2Fevil.example%2Faccount", "/account"),
            ("to=%2Faccount%2F..%2Fsign-out", "/account"),
            ("to=%2Faccount%2Fconfirm%3Fto%3Dx", "/account"),
            ("x=1&to=/account/apps", "/account/apps"),
        ] {
            assert_eq!(destination(query).as_str(), page, "{query}");
        }
    }
}
