//! `/forward-auth`: a proxy asks whether a request may go on, and whose it is. It sends the browser's cookies along, of which the one
//! of the product's host is read and no other. Headers that cannot be read, or come twice, are answered with no.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::flow::forward_auth::asked::Asked;
use crate::flow::forward_auth::{self, Person, Verdict};
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::reply::Answer;
use crate::web::site::Site;

/// Answers nginx with 401 and the address of the sign-in; with `?redirect` Caddy and Traefik, who pass the answer on, with 302.
pub async fn get(State(site): State<Site>, browser: Browser, RawQuery(query): RawQuery, headers: HeaderMap) -> Answer {
    let (status, asked) = match query.as_deref() {
        None | Some("") => (StatusCode::UNAUTHORIZED, original(&headers)),
        Some("redirect") => (StatusCode::FOUND, forwarded(&headers)),
        Some(_) => (StatusCode::FORBIDDEN, None),
    };
    let Some(asked) = asked else { return Ok(StatusCode::FORBIDDEN.into_response()) };
    let (act, cookie) = (site.act(&browser), browser.token(Cookie::Host));
    match site.read(move |tx| forward_auth::check(tx, &act, &asked, cookie.as_ref())).await? {
        Verdict::NoProduct => Ok(StatusCode::FORBIDDEN.into_response()),
        Verdict::SignIn(address) => Ok((status, [(header::LOCATION, value(&address)?)]).into_response()),
        Verdict::Known(person) => {
            if let Some(session) = person.to_touch.clone() {
                let act = site.act(&browser);
                site.write(move |tx| forward_auth::touch(tx, &act, &session)).await?;
            }
            known(&person)
        }
    }
}

/// Always all three: a header that is not there might be the client's.
fn known(person: &Person) -> Result<Response, Failure> {
    let headers = [
        ("remote-user", value(&person.username)?),
        ("remote-email", value(&person.email)?),
        ("remote-groups", value(&person.groups.join(","))?),
    ];
    Ok((StatusCode::OK, headers).into_response())
}

/// A name beyond ASCII goes as UTF-8. None has a character that ends a header.
fn value(text: &str) -> Result<HeaderValue, Failure> {
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| Failure::Bug("a name cannot stand in a header".into()))
}

fn original(headers: &HeaderMap) -> Option<Asked> {
    Asked::of_url(only(headers, "x-original-url")?)
}

fn forwarded(headers: &HeaderMap) -> Option<Asked> {
    let [scheme, host, path] =
        ["x-forwarded-proto", "x-forwarded-host", "x-forwarded-uri"].map(|name| only(headers, name));
    Asked::of_parts(scheme?, host?, path?)
}

/// The header's one value.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
