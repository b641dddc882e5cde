//! Landing from a mail. Opening a link changes nothing (mail scanners do it too): the token moves from the address into a
//! short cookie, and a page with a button follows.

use axum::extract::{Path, State};

use super::browser::Browser;
use super::cookies::Cookie;
use super::reply::{Answer, Reply};
use super::site::Site;
use crate::flow::link::Gone;
use crate::flow::set_up::standing::{self, Holder, Journey};
use crate::flow::support::person;
use crate::model::token::{PlainToken, TokenKind};

/// From the setup email, or that for a new device. A browser whose progress was overtaken in another one begins afresh.
pub async fn set_up(State(site): State<Site>, browser: Browser, journey: Journey, Path(text): Path<String>) -> Answer {
    let reply = land(&site, &text, journey.link_cookie(), journey.base());
    let Some(link) = PlainToken::parse(TokenKind::Link, &text) else { return reply.done() };
    let (act, visit) = (site.act(&browser), browser.token(journey.visit_cookie()));
    let holder = Holder { journey, link, visit };
    match site.read(move |tx| standing::of(tx, &act, &holder)).await? {
        Err(Gone::Elsewhere) => reply.without(&site, &[journey.visit_cookie()]).done(),
        _ => reply.done(),
    }
}

/// From the mail to someone who forgot the password.
pub async fn password_reset(State(site): State<Site>, Path(text): Path<String>) -> Answer {
    land(&site, &text, Cookie::ResetLink, "/forgot-password/new-password").done()
}

/// From an invitation, or the first administrator's address.
pub async fn invitation(State(site): State<Site>, Path(text): Path<String>) -> Answer {
    land(&site, &text, Cookie::InvitationLink, "/invitation").done()
}

/// From **This wasn't me**.
pub async fn not_me(State(site): State<Site>, Path(text): Path<String>) -> Answer {
    land(&site, &text, Cookie::NotMeLink, "/not-me").done()
}

/// From the mail to a new email address.
pub async fn email_confirm(State(site): State<Site>, Path(text): Path<String>) -> Answer {
    land(&site, &text, Cookie::EmailConfirmLink, "/email/confirm").done()
}

/// From the mail to the address before a change.
pub async fn email_undo(State(site): State<Site>, Path(text): Path<String>) -> Answer {
    land(&site, &text, Cookie::EmailUndoLink, "/email/undo").done()
}

/// From **This wasn't me** about a support case.
pub async fn case_not_me(State(site): State<Site>, Path(text): Path<String>) -> Answer {
    land(&site, &text, Cookie::CaseNotMeLink, "/case/not-me").done()
}

/// From the mail that tells of an answer. The browser that takes part in that case is there already.
pub async fn case(State(site): State<Site>, browser: Browser, Path(text): Path<String>) -> Answer {
    if let (Some(link), Some(held)) = (PlainToken::parse(TokenKind::Link, &text), browser.token(Cookie::Case)) {
        let act = site.act(&browser);
        if site.read(move |tx| person::is_here(tx, &act, &link, &held)).await? {
            return Reply::to("/case").without_referrer().done();
        }
    }
    land(&site, &text, Cookie::CaseLink, "/case/join").done()
}

/// What is not a link's token leaves no cookie, so that the page behind says that the link does not work.
fn land(site: &Site, text: &str, cookie: Cookie, path: &'static str) -> Reply {
    let reply = Reply::to(path).without_referrer();
    match PlainToken::parse(TokenKind::Link, text) {
        Some(token) => reply.with(site, cookie, &[token]),
        None => reply.without(site, &[cookie]),
    }
}
