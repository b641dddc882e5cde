//! A product over HTTP: its addresses, and what every answer of it bears.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};

use super::pages::TroublePage;
use super::tokens::Expected;
use super::trouble::Trouble;
use super::visitors::Visitors;
use super::{Client, Known, back_channel, home, sign_in, sign_out};
use crate::app::{App, Clock};
use crate::demo::own_names;
use crate::web::assets::Assets;

const HEADERS: [(HeaderName, &str); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
];

/// What its pages need.
pub(super) struct Product {
    pub known: &'static Known,
    pub client: Client,
    pub visitors: Visitors,
    pub assets: Assets,
    pub clock: Clock,
}

pub(super) type Shared = State<Arc<Product>>;

/// Everything that a product answers.
pub fn router(known: &'static Known, client: Client, app: &App, port: u16) -> Router {
    let picture = Some((known.picture.to_vec(), "image/png"));
    let assets = Assets::new(&app.settings.branding.colour.to_string(), picture);
    let clock = app.clock.clone();
    let product = Arc::new(Product { known, client, visitors: Visitors::default(), assets, clock });
    let pages = Router::new()
        .route("/", get(home::get))
        .route("/sign-in", get(sign_in::begin))
        .route("/callback", get(sign_in::finish))
        .route("/sign-out", post(sign_out::post))
        .route("/backchannel-logout", post(back_channel::post))
        .route("/assets/{hash}/{name}", get(asset))
        .layer(from_fn_with_state(Arc::clone(&product), set_headers))
        .with_state(product);
    own_names::only(pages, port)
}

impl Product {
    /// What a token must say to be for it.
    pub fn expected(&self) -> Expected<'_> {
        let now = self.clock.now().millis().div_euclid(1_000);
        Expected { issuer: &self.client.issuer, client_id: self.client.id, now }
    }

    /// Address of its picture.
    pub fn picture(&self) -> Option<String> {
        self.assets.logo().map(str::to_owned)
    }

    /// The page that says what went wrong.
    pub fn trouble(&self, trouble: &Trouble) -> Response {
        tracing::info!(product = self.known.id, %trouble, "a demo product could not go on");
        let name = self.known.name;
        let (status, heading, advice) = match trouble {
            Trouble::Away(_) => (
                StatusCode::BAD_GATEWAY,
                "Vestibule did not answer".to_owned(),
                "See whether the demo is still running, and try again.".to_owned(),
            ),
            Trouble::Refused { error, .. } if error == "access_denied" => (
                StatusCode::FORBIDDEN,
                format!("You may not open {name}"),
                "Your account has no access to this product. An administrator can give it.".to_owned(),
            ),
            Trouble::Refused { .. } => (
                StatusCode::BAD_GATEWAY,
                "Vestibule said no".to_owned(),
                format!(
                    "Try again. If it stays like this, {name} is not registered as it should be: start the demo anew."
                ),
            ),
            Trouble::Stale => (
                StatusCode::BAD_REQUEST,
                "This sign-in leads nowhere".to_owned(),
                "It was begun in another browser, too long ago, or has been used. Try again.".to_owned(),
            ),
            Trouble::Untrusted(_) => (
                StatusCode::BAD_REQUEST,
                "You are not signed in".to_owned(),
                format!("What came back is not what {name} trusts. Try again."),
            ),
            Trouble::Ended => (
                StatusCode::FORBIDDEN,
                "You have been signed out".to_owned(),
                "Your session ended while you were on the way here. Try again.".to_owned(),
            ),
        };
        let (css, picture) = (self.assets.css().to_owned(), self.picture());
        let (portal_url, detail) = (self.client.issuer.clone(), trouble.to_string());
        (status, page(&TroublePage { css, name, picture, portal_url, heading, advice, detail })).into_response()
    }
}

/// A page, rendered.
pub(super) fn page(page: &impl Template) -> Response {
    match page.render() {
        Ok(body) => Html(body).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of a demo product cannot be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Runs what waits for Vestibule on a thread that may wait.
pub(super) async fn waiting<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Trouble> + Send + 'static,
) -> Result<T, Trouble> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|why| Err(Trouble::Away(format!("the demo broke off: {why}"))))
}

async fn asset(State(product): Shared, uri: Uri) -> Response {
    match product.assets.lookup(uri.path()) {
        Some((bytes, media_type)) => ([(header::CONTENT_TYPE, media_type)], bytes.to_vec()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Its form leads to Vestibule and back, and browsers hold `form-action` against each step.
async fn set_headers(State(product): Shared, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        product.client.issuer
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
