//! The mailbox over HTTP: pages for people, JSON for scripts. It needs no sign-in and knows no cookie; pages of other sites cannot
//! read it, since it answers under its own names only and allows no foreign origin.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::accounts;
use super::mailbox::{Mail, Mailbox};
use super::mailbox_pages::{DemoProduct, MailPage, MailRow, MailboxPage, linked};
use super::own_names;
use super::ports::Ports;
use super::product::{KNOWN, Known};
use crate::app::App;
use crate::model::time::Timestamp;
use crate::model::words;
use crate::web::assets::Assets;

/// Of the mailbox's own pages.
const POLICY: &str = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'; \
    frame-ancestors 'none'";
/// Of a mail's HTML: no script, nothing from elsewhere, an origin of its own.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; \
    frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";
const HEADERS: [(HeaderName, &str); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
];

struct Parts {
    mailbox: Arc<Mailbox>,
    assets: Assets,
    portal_url: String,
    products: Vec<DemoProduct>,
    zone: TimeZone,
}

type Shared = State<Arc<Parts>>;

/// Which mails are wanted.
#[derive(Debug, Deserialize)]
struct Filter {
    to: Option<String>,
}

/// Everything that the mailbox answers.
pub fn router(mailbox: Arc<Mailbox>, app: &App, ports: Ports) -> Router {
    let branding = &app.settings.branding;
    let parts = Arc::new(Parts {
        mailbox,
        assets: Assets::new(&branding.colour.to_string(), None),
        portal_url: ports.front_url(),
        products: KNOWN.iter().zip(ports.product_urls()).map(product).collect(),
        zone: branding.time_zone.clone(),
    });
    let pages = Router::new()
        .route("/", get(list))
        .route("/messages/{id}", get(message))
        .route("/messages/{id}/html", get(html))
        .route("/api/messages", get(api_messages).delete(api_delete))
        .route("/api/accounts", get(async || Json(accounts::shown())))
        .route("/assets/{hash}/{name}", get(asset))
        .layer(from_fn(set_headers))
        .with_state(parts);
    own_names::only(pages, ports.mailbox().port())
}

fn product((known, url): (&Known, String)) -> DemoProduct {
    DemoProduct { name: known.name.to_owned(), url, asks: known.asks.to_owned() }
}

async fn list(State(parts): Shared, Query(filter): Query<Filter>) -> Response {
    let mails = parts.mailbox.mails(filter.to.as_deref());
    page(&MailboxPage {
        css: parts.assets.css().to_owned(),
        portal_url: parts.portal_url.clone(),
        to: filter.to,
        mails: mails.iter().map(|mail| parts.row(mail)).collect(),
        products: parts.products.clone(),
        accounts: accounts::on_the_page(),
    })
}

async fn message(State(parts): Shared, Path(id): Path<String>) -> Response {
    let Some(mail) = parts.mailbox.mail(&id) else { return gone() };
    page(&MailPage {
        css: parts.assets.css().to_owned(),
        when: parts.when(&mail),
        text: linked(&mail.text),
        id: mail.id,
        to: mail.to,
        subject: mail.subject,
    })
}

async fn html(State(parts): Shared, Path(id): Path<String>) -> Response {
    let Some(mail) = parts.mailbox.mail(&id) else { return gone() };
    ([(header::CONTENT_SECURITY_POLICY, MAIL_POLICY)], Html(mail.framed_html())).into_response()
}

async fn api_messages(State(parts): Shared, Query(filter): Query<Filter>) -> Json<Vec<Mail>> {
    Json(parts.mailbox.mails(filter.to.as_deref()))
}

async fn api_delete(State(parts): Shared) -> Response {
    match parts.mailbox.empty() {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => {
            (StatusCode::SERVICE_UNAVAILABLE, format!("The mail cannot be deleted: {error}\n")).into_response()
        }
    }
}

async fn asset(State(parts): Shared, uri: Uri) -> Response {
    match parts.assets.lookup(uri.path()) {
        Some((bytes, media_type)) => ([(header::CONTENT_TYPE, media_type)], bytes.to_vec()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Parts {
    fn row(&self, mail: &Mail) -> MailRow {
        let (to, role) = (mail.to.clone(), accounts::role_at(&mail.to));
        MailRow { id: mail.id.clone(), to, role, subject: mail.subject.clone(), when: self.when(mail) }
    }

    fn when(&self, mail: &Mail) -> String {
        let at = mail.received_at.parse::<jiff::Timestamp>().unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        words::clock_time_and_date(Timestamp::from_millis(at.as_millisecond()), &self.zone)
    }
}

fn page(page: &impl Template) -> Response {
    match page.render() {
        Ok(body) => Html(body).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the mailbox cannot be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn gone() -> Response {
    (StatusCode::NOT_FOUND, "There is no such mail. It may have been deleted.\n").into_response()
}

async fn set_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
