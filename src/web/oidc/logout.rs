//! Where products send a browser to sign out (OpenID Connect RP-Initiated Logout 1.0). A POST comes from a page of the product,
//! without our cookies: it changes nothing, and the browser comes back with a link's redirect, which has them.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use serde::Deserialize;

use crate::flow::logout::{self, Next, Return};
use crate::flow::session;
use crate::model::product::ProductId;
use crate::model::redirect_uri::origin;
use crate::model::token::PlainToken;
use crate::oidc::encode::with_query;
use crate::oidc::end_session::EndSessionRequest;
use crate::oidc::parameters::Parameters;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::form::Form;
use crate::web::message::MessagePage;
use crate::web::page::{Action, Frame};
use crate::web::reply::{Answer, Reply};
use crate::web::sign_out::{self, GONE};
use crate::web::site::Site;

/// Asks before it acts: any page of any site can lead a browser here.
#[derive(Template)]
#[template(path = "sign_out/confirm.html")]
pub struct ConfirmPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Who is signed in.
    pub username: String,
    /// The product that sent the browser here, as people know it.
    pub product: Option<String>,
    /// Hidden: where it wants the browser back, empty for nowhere.
    pub client_id: String,
    /// Hidden: the same.
    pub post_logout_redirect_uri: String,
    /// Hidden: the same.
    pub state: String,
}

/// A request in the address.
pub async fn get(State(site): State<Site>, browser: Browser, RawQuery(query): RawQuery) -> Answer {
    let request = match read(query.unwrap_or_default().as_bytes()) {
        Ok(request) => request,
        Err(why) => return not_possible(&site, &browser, why),
    };
    let token = browser.token(Cookie::Session);
    let (act, held) = (site.act(&browser), token.clone());
    let next = site.read(move |tx| logout::look(tx, &act, &request, held.as_ref())).await?;
    match (next, token) {
        (Err(problem), _) => not_possible(&site, &browser, &problem.to_string()),
        (Ok(Next::Over(back)), _) => onward(back.as_ref())?.done(),
        (Ok(Next::End(back)), Some(token)) => {
            let act = site.act(&browser);
            site.write(move |tx| session::sign_out(tx, &act, &token)).await?;
            onward(back.as_ref())?.without(&site, &GONE).done()
        }
        (Ok(Next::Ask { username, product, back }), Some(token)) => {
            ask(&site, &browser, (&token, username), (product, back))
        }
        (Ok(Next::End(_) | Next::Ask { .. }), None) => Err(Failure::Bug("a session without its token".into())),
    }
}

/// A request in a form.
pub async fn post(State(site): State<Site>, browser: Browser, body: Bytes) -> Answer {
    match read(&body) {
        Ok(request) => Reply::away(&in_address(&request))?.done(),
        Err(why) => not_possible(&site, &browser, why),
    }
}

fn read(text: &[u8]) -> Result<EndSessionRequest, &'static str> {
    let request = Parameters::parse(text).and_then(|parameters| EndSessionRequest::parse(&parameters));
    request.map_err(|error| error.description)
}

/// The same request as a link.
fn in_address(request: &EndSessionRequest) -> String {
    let pairs = [
        ("id_token_hint", request.id_token_hint.as_deref()),
        ("client_id", request.client_id.as_ref().map(ProductId::as_str)),
        ("post_logout_redirect_uri", request.post_logout_redirect_uri.as_deref()),
        ("state", request.state.as_deref()),
    ];
    let pairs: Vec<_> = pairs.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect();
    with_query("/oauth2/logout", &pairs)
}

fn ask(
    site: &Site,
    browser: &Browser,
    (token, username): (&PlainToken, String),
    (product, back): (Option<String>, Option<Return>),
) -> Answer {
    let sources = back.as_ref().and_then(|back| origin(&back.uri).map(str::to_owned));
    let (client_id, uri, state) =
        back.map(|back| (back.product.to_string(), back.uri, back.state.unwrap_or_default())).unwrap_or_default();
    let page = ConfirmPage {
        frame: site.frame("Sign out?", browser),
        form_token: site.form_token(token),
        username,
        product,
        client_id,
        post_logout_redirect_uri: uri,
        state,
    };
    let reply = Reply::page(StatusCode::OK, &page)?;
    match sources {
        Some(product) => reply.forms_to(&format!("'self' {product}")).done(),
        None => reply.done(),
    }
}

/// The fields of **Sign out** on that page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    form_token: String,
    client_id: String,
    post_logout_redirect_uri: String,
    state: String,
}

/// Ends the session.
pub async fn confirm(State(site): State<Site>, browser: Browser, Form(form): Form<Confirm>) -> Answer {
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let request = EndSessionRequest {
        id_token_hint: None,
        client_id: ProductId::parse(&form.client_id),
        post_logout_redirect_uri: some(form.post_logout_redirect_uri),
        state: some(form.state),
    };
    let act = site.act(&browser);
    let back = match site.read(move |tx| logout::look(tx, &act, &request, None)).await? {
        Ok(Next::Over(back)) => back,
        Ok(_) => None,
        Err(problem) => return not_possible(&site, &browser, &problem.to_string()),
    };
    sign_out::end(&site, &browser, &form.form_token).await?;
    onward(back.as_ref())?.without(&site, &GONE).done()
}

fn onward(back: Option<&Return>) -> Result<Reply, Failure> {
    match back {
        Some(back) => Reply::away(&back.address()),
        None => Ok(Reply::to("/signed-out")),
    }
}

/// Nothing was changed, and the browser goes nowhere.
fn not_possible(site: &Site, browser: &Browser, why: &str) -> Answer {
    let heading = "That sign-out did not work";
    let page = MessagePage {
        frame: site.frame(heading, browser).failed(),
        heading: heading.into(),
        paragraphs: vec![
            "The product that sent you here asked for something that we can't do. If you were signed in, you still are: choose \
             Sign out in the User Portal."
                .into(),
            "If this happens again, tell the people who run the product what stands below.".into(),
            why.into(),
        ],
        action: Some(Action { label: "Go to the User Portal".into(), href: "/".into() }),
    };
    Reply::page(StatusCode::BAD_REQUEST, &page)?.done()
}
