//! Who works in support, in this browser: a whole session of an account whose row has the role now. Everyone else gets their answer
//! here, before a handler looks at anything.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

use super::browser::Browser;
use super::cookies::Cookie;
use super::error::Failure;
use super::form::Form;
use super::message::MessagePage;
use super::page::Action;
use super::reply::Reply;
use super::site::Site;
use crate::flow::session::{self, Live};
use crate::flow::support::analyst::Analyst;
use crate::model::return_path::ReturnPath;
use crate::model::token::PlainToken;
use crate::store::db::Tx;
use crate::store::error::Error;

/// An analyst or administrator who is signed in here.
#[derive(Debug)]
pub struct Staff {
    /// The session, with its account.
    pub live: Live,
    /// The same as acts of support take it.
    pub analyst: Analyst,
    /// The session's token, which binds the forms.
    pub token: PlainToken,
}

/// A form that one of them sent; whether it came whole is looked at first.
#[derive(Debug)]
pub struct StaffForm<T>(pub Staff, pub T);

impl Staff {
    /// Runs one act as one transaction, in the analyst's own place in the queue: whatever locks an owner's account, a mere look too, goes
    /// this way, so that one session cannot make an owner wait. The place is given up before the page is made.
    pub async fn write<T, F>(&self, site: &Site, act: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        let _turn = site.load.turn(self.analyst.account.as_str()).await?;
        site.write(act).await
    }
}

impl FromRequestParts<Site> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let browser = Browser::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        match staff(site, &browser).await.map_err(IntoResponse::into_response)? {
            Found::Staff(staff) => Ok(*staff),
            Found::Nobody => Err(sign_in(site, &parts.method, &parts.uri)),
            Found::SomebodyElse => Err(forbidden(site, &browser)),
        }
    }
}

impl<T: DeserializeOwned> FromRequest<Site> for StaffForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let staff = Staff::from_request_parts(&mut parts, site).await;
        let form = Form::from_request(Request::from_parts(parts, body), site).await;
        let Form(fields) = form.map_err(IntoResponse::into_response)?;
        Ok(Self(staff?, fields))
    }
}

enum Found {
    Staff(Box<Staff>),
    Nobody,
    SomebodyElse,
}

async fn staff(site: &Site, browser: &Browser) -> Result<Found, Failure> {
    let Some(token) = browser.token(Cookie::Session) else { return Ok(Found::Nobody) };
    let (act, read) = (site.act(browser), token.clone());
    let Some(live) = site.read(move |tx| session::live(tx, &act, &read)).await? else { return Ok(Found::Nobody) };
    let Some(analyst) = Analyst::of(&live) else { return Ok(Found::SomebodyElse) };
    if live.wants_touch {
        let (act, seen) = (site.act(browser), live.clone());
        site.write(move |tx| session::touch(tx, &act, &seen)).await?;
    }
    Ok(Found::Staff(Box::new(Staff { live, analyst, token })))
}

/// To the sign-in, and from there to the page that was asked for. A form that was sent is not sent again.
fn sign_in(site: &Site, method: &Method, uri: &Uri) -> Response {
    let reply = Reply::to("/sign-in");
    let asked = uri.path_and_query().and_then(|asked| ReturnPath::parse(asked.as_str()));
    let reply = match asked.filter(|_| *method == Method::GET) {
        Some(page) => reply.onward_to(site, &page),
        None => reply,
    };
    reply.done().into_response()
}

fn forbidden(site: &Site, browser: &Browser) -> Response {
    let heading = "This page is for the support team";
    let page = MessagePage {
        frame: site.frame(heading, browser).failed(),
        heading: heading.to_owned(),
        paragraphs: vec![
            "Your account doesn't work in the support console. If it should, ask the person who runs this site."
                .to_owned(),
        ],
        action: Some(Action { label: "Go to your products".to_owned(), href: "/".to_owned() }),
    };
    Reply::page(StatusCode::FORBIDDEN, &page).and_then(Reply::done).into_response()
}
