//! Behind the mail to a new address: asks before it changes anything, since mail scanners open links.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::flow::email_change::confirm::{self, Confirmed};
use crate::flow::link::Gone;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::form::{self, Form};
use crate::web::message::MessagePage;
use crate::web::page::{Action, Frame};
use crate::web::reply::{Answer, LinkWords, Reply, gone};
use crate::web::site::Site;

const WORDS: LinkWords = LinkWords {
    next: "The address of your account is as it was, unless you have confirmed already. To change it, sign in and ask for a new link under Account security.",
    label: "Go to the sign-in page",
    href: "/",
};

/// The page with the button **Confirm**.
#[derive(Template)]
#[template(path = "email_change/confirm.html")]
pub struct ConfirmPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose account it is.
    pub username: String,
    /// The new address.
    pub email: String,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let Some(token) = browser.token(Cookie::EmailConfirmLink) else {
        return gone(&site, &browser, Gone::Unknown, WORDS)?.done();
    };
    let (act, read) = (site.act(&browser), token.clone());
    let standing = match site.read(move |tx| confirm::standing(tx, &act, &read)).await? {
        Ok(standing) => standing,
        Err(why) => return gone(&site, &browser, why, WORDS)?.done(),
    };
    let page = ConfirmPage {
        frame: site.frame("Confirm your new email address", &browser),
        form_token: site.form_token(&token),
        username: standing.username,
        email: standing.email,
    };
    Reply::page(StatusCode::OK, &page)?.done()
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    form_token: String,
}

/// Changes the address.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Confirm>) -> Answer {
    let Some(token) = browser.token(Cookie::EmailConfirmLink) else {
        return gone(&site, &browser, Gone::Unknown, WORDS)?.done();
    };
    form::check(&site, &token, &form.form_token)?;
    let act = site.act(&browser);
    match site.write(move |tx| confirm::confirm(tx, &act, &token)).await? {
        Confirmed::Done => Reply::to("/email/confirmed").done(),
        Confirmed::Taken => taken(&site, &browser),
        Confirmed::Gone(why) => gone(&site, &browser, why, WORDS)?.done(),
    }
}

fn taken(site: &Site, browser: &Browser) -> Answer {
    let heading = "This address is in use";
    let page = MessagePage {
        frame: site.frame(heading, browser).failed(),
        heading: heading.into(),
        paragraphs: vec![
            "Since the email was sent, another account has taken this address, so nothing was changed.".into(),
            "If both accounts are yours, change the address of the other one first, or ask support.".into(),
        ],
        action: Some(Action { label: "Go to the sign-in page".into(), href: "/".into() }),
    };
    Reply::page(StatusCode::UNPROCESSABLE_ENTITY, &page)?.done()
}
