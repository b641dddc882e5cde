//! Every route on one page, grouped by the access it needs. The table is what the tests walk: a route that is not in it is not
//! served.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use tokio::sync::Notify;

use super::error::Failure;
use super::site::Site;
use super::{
    account, assets, browser, case, email_change, error, forgot_password, forward_auth, headers, health, help,
    invitation, landing, new_device, not_me, oidc, origin, portal, set_up, sign_in, sign_out, support,
};
use crate::app::App;
use crate::flow::forward_auth::{CALLBACK, SIGN_OUT, START};
use crate::oidc::discovery::path;

/// Forms are small; anything larger is not one of ours.
const BODY_LIMIT: usize = 64 * 1024;

/// What a route asks of the browser before it does anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Anyone,
    /// The right password in this browser: an attempt that is not over.
    Attempt,
    /// An emailed link that was opened in this browser.
    Link,
    /// A whole session.
    Session,
    /// A whole session of an account that works in support.
    Analyst,
    /// Nothing of a browser: servers call it, and cookies are not read, but for a product's host's own where a proxy asks.
    Client,
    /// Nothing, at the host of a proxied product; there is no such page at ours.
    ProductHost,
}

/// The addresses of [`Access::Client`]. Their requests need not come from a page of ours, and their errors are JSON.
const FOR_CLIENTS: [&str; 11] = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    path::JWKS,
    path::TOKEN,
    path::USERINFO,
    path::INTROSPECT,
    path::REVOKE,
    path::CHALLENGE,
    path::PAR,
    path::DEVICE_AUTHORIZATION,
    "/forward-auth",
];

/// The addresses of [`Access::ProductHost`].
const OF_PRODUCT_HOSTS: [&str; 3] = [START, CALLBACK, SIGN_OUT];

/// Whether servers call this address.
pub fn is_for_clients(path: &str) -> bool {
    FOR_CLIENTS.contains(&path)
}

/// Whether the address is one of a product's host, told by a proxy of it included.
pub fn is_of_product_hosts(path: &str) -> bool {
    OF_PRODUCT_HOSTS.contains(&path) || path == "/forward-auth"
}

/// One address: what it needs, and what answers.
pub struct Route {
    /// As the router writes it.
    pub path: &'static str,
    /// What it asks of the browser.
    pub access: Access,
    /// The methods that it takes besides HEAD.
    pub methods: &'static str,
    answers: MethodRouter<Site>,
}

fn route(path: &'static str, access: Access, methods: &'static str, answers: MethodRouter<Site>) -> Route {
    Route { path, access, methods, answers }
}

/// Every route.
pub fn routes() -> Vec<Route> {
    [
        anyone(),
        attempt(),
        link(),
        new_device_link(),
        case_pages(),
        session(),
        own_account(),
        analyst(),
        client(),
        product_host(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn anyone() -> Vec<Route> {
    use Access::Anyone;
    vec![
        route("/", Anyone, "GET", get(portal::home::pending)),
        route("/signed-out", Anyone, "GET", get(sign_out::done::get)),
        route("/oauth2/logout", Anyone, "GET POST", get(oidc::logout::get).post(oidc::logout::post)),
        route("/.well-known/change-password", Anyone, "GET", get(account::password::well_known)),
        route("/help", Anyone, "GET", get(help::get)),
        route("/sign-in", Anyone, "GET POST", get(sign_in::password::get).post(sign_in::password::post)),
        route(
            "/forgot-password",
            Anyone,
            "GET POST",
            get(forgot_password::email::get).post(forgot_password::email::post),
        ),
        route("/oauth2/authorize", Anyone, "GET POST", get(oidc::authorize::get).post(oidc::authorize::post)),
        route("/oauth2/continue", Anyone, "GET", get(oidc::onward::get)),
        route("/forgot-password/link/{link}", Anyone, "GET", get(landing::password_reset)),
        route("/set-up/link/{link}", Anyone, "GET", get(landing::set_up)),
        route("/new-device/link/{link}", Anyone, "GET", get(landing::set_up)),
        route("/invitation/link/{link}", Anyone, "GET", get(landing::invitation)),
        route("/not-me/link/{link}", Anyone, "GET", get(landing::not_me)),
        route("/email/confirm/link/{link}", Anyone, "GET", get(landing::email_confirm)),
        route("/email/undo/link/{link}", Anyone, "GET", get(landing::email_undo)),
        route("/case/link/{link}", Anyone, "GET", get(landing::case)),
        route("/case/not-me/link/{link}", Anyone, "GET", get(landing::case_not_me)),
        route("/assets/{hash}/{name}", Anyone, "GET", get(assets::get)),
        route("/health", Anyone, "GET", get(health::live)),
        route("/health/live", Anyone, "GET", get(health::live)),
        route("/health/ready", Anyone, "GET", get(health::ready)),
    ]
}

fn attempt() -> Vec<Route> {
    use Access::Attempt;
    vec![
        route("/sign-in/passcode", Attempt, "GET POST", get(sign_in::passcode::get).post(sign_in::passcode::post)),
        route("/sign-in/send-passcode", Attempt, "POST", post(sign_in::send_passcode::post)),
        route("/sign-in/set-up", Attempt, "GET", get(sign_in::set_up_required::get)),
        route("/sign-in/send-setup-email", Attempt, "POST", post(sign_in::set_up_required::post)),
        route("/sign-in/new-device", Attempt, "GET", get(sign_in::new_device::get)),
        route("/sign-in/send-new-device-email", Attempt, "POST", post(sign_in::new_device::post)),
        route(
            "/sign-in/new-password",
            Attempt,
            "GET POST",
            get(sign_in::new_password::get).post(sign_in::new_password::post),
        ),
    ]
}

fn link() -> Vec<Route> {
    use Access::Link;
    vec![
        route("/set-up", Link, "GET", get(set_up::pending)),
        route("/set-up/start", Link, "GET POST", get(set_up::start::get).post(set_up::start::post)),
        route("/set-up/questions", Link, "GET POST", get(set_up::questions::get).post(set_up::questions::post)),
        route("/set-up/app", Link, "GET POST", get(set_up::app::get).post(set_up::app::post)),
        route("/set-up/no-device", Link, "POST", post(set_up::app::no_device)),
        route("/set-up/recovery-code", Link, "GET", get(set_up::recovery_code::get)),
        route("/set-up/recovery-code/download", Link, "GET", get(set_up::recovery_code::download)),
        route("/set-up/finish", Link, "POST", post(set_up::recovery_code::finish)),
        route("/set-up/done", Link, "GET", get(set_up::done::get)),
        route(
            "/forgot-password/new-password",
            Link,
            "GET POST",
            get(forgot_password::new_password::get).post(forgot_password::new_password::post),
        ),
        route("/invitation", Link, "GET", get(invitation::password::get)),
        route("/invitation/password", Link, "POST", post(invitation::password::post)),
        route("/not-me", Link, "GET", get(not_me::confirm::get)),
        route("/not-me/confirm", Link, "POST", post(not_me::confirm::post)),
        route("/not-me/done", Link, "GET", get(not_me::done::get)),
        route("/email/confirm", Link, "GET POST", get(email_change::confirm::get).post(email_change::confirm::post)),
        route("/email/confirmed", Link, "GET", get(email_change::confirmed::get)),
        route("/email/undo", Link, "GET POST", get(email_change::undo::get).post(email_change::undo::post)),
        route("/email/undone", Link, "GET", get(email_change::undone::get)),
    ]
}

fn new_device_link() -> Vec<Route> {
    use Access::Link;
    vec![
        route("/new-device", Link, "GET", get(new_device::identity::get)),
        route(
            "/new-device/questions",
            Link,
            "GET POST",
            get(new_device::questions::get).post(new_device::questions::post),
        ),
        route(
            "/new-device/recovery-code",
            Link,
            "GET POST",
            get(new_device::recovery_code::get).post(new_device::recovery_code::post),
        ),
        route("/new-device/app", Link, "GET POST", get(set_up::app::get).post(set_up::app::post)),
        route("/new-device/no-device", Link, "POST", post(set_up::app::no_device)),
        route("/new-device/new-recovery-code", Link, "GET", get(set_up::recovery_code::get)),
        route("/new-device/new-recovery-code/download", Link, "GET", get(set_up::recovery_code::download)),
        route("/new-device/finish", Link, "POST", post(set_up::recovery_code::finish)),
        route("/new-device/done", Link, "GET", get(set_up::done::get)),
    ]
}

fn case_pages() -> Vec<Route> {
    use Access::Link;
    vec![
        route("/new-device/support", Link, "GET POST", get(new_device::support::get).post(new_device::support::post)),
        route("/case", Link, "GET POST", get(case::conversation::get).post(case::conversation::post)),
        route("/case/live", Link, "GET", get(case::live::get)),
        route("/case/join", Link, "GET POST", get(case::join::get).post(case::join::post)),
        route("/case/not-me", Link, "GET POST", get(case::not_me::get).post(case::not_me::post)),
        route("/case/not-me/done", Link, "GET", get(case::not_me_done::get)),
    ]
}

fn session() -> Vec<Route> {
    use Access::Session;
    vec![
        route("/portal/open/{product}", Session, "GET", get(portal::open::get)),
        route("/portal/picture/{product}", Session, "GET", get(portal::picture::get)),
        route("/oauth2/device", Session, "GET POST", get(oidc::device::code::get).post(oidc::device::code::post)),
        route("/oauth2/device/{device}", Session, "GET", get(oidc::device::approve::get)),
        route("/oauth2/device/{device}/approve", Session, "POST", post(oidc::device::approve::post)),
        route("/oauth2/device/{device}/approved", Session, "GET", get(oidc::device::approve::approved)),
        route("/oauth2/device/{device}/deny", Session, "POST", post(oidc::device::approve::deny)),
        route("/sign-out", Session, "POST", post(sign_out::post)),
        route("/sign-out/confirm", Session, "POST", post(oidc::logout::confirm)),
    ]
}

fn own_account() -> Vec<Route> {
    use Access::Session;
    vec![
        route("/account", Session, "GET", get(account::home::get)),
        route("/account/email", Session, "GET POST", get(account::email::get).post(account::email::post)),
        route("/account/apps", Session, "GET", get(account::apps::get)),
        route("/account/apps/add", Session, "GET POST", get(account::apps::add::get).post(account::apps::add::post)),
        route("/account/apps/new", Session, "GET POST", get(account::apps::new::get).post(account::apps::new::post)),
        route(
            "/account/apps/rename",
            Session,
            "GET POST",
            get(account::apps::rename::get).post(account::apps::rename::post),
        ),
        route(
            "/account/apps/remove",
            Session,
            "GET POST",
            get(account::apps::remove::get).post(account::apps::remove::post),
        ),
        route("/account/confirm", Session, "GET POST", get(account::confirm::get).post(account::confirm::post)),
        route("/account/password", Session, "GET POST", get(account::password::get).post(account::password::post)),
        route("/account/questions", Session, "GET POST", get(account::questions::get).post(account::questions::post)),
        route(
            "/account/recovery-code",
            Session,
            "GET POST",
            get(account::recovery_code::get).post(account::recovery_code::make),
        ),
        route(
            "/account/recovery-code/new",
            Session,
            "GET POST",
            get(account::recovery_code::show).post(account::recovery_code::save),
        ),
        route("/account/recovery-code/download", Session, "GET", get(account::recovery_code::download)),
        route("/account/sessions", Session, "GET", get(account::sessions::get)),
        route("/account/sessions/end", Session, "POST", post(account::sessions::end)),
        route("/account/sessions/end-others", Session, "POST", post(account::sessions::end_others)),
        route("/account/history", Session, "GET", get(account::history::get)),
    ]
}

fn analyst() -> Vec<Route> {
    use Access::Analyst;
    vec![
        route("/support", Analyst, "GET", get(support::queue::get)),
        route("/support/open", Analyst, "GET POST", get(support::open::get).post(support::open::post)),
        route("/support/cases/{number}", Analyst, "GET", get(support::case::get)),
        route("/support/cases/{number}/live", Analyst, "GET", get(support::live::get)),
        route("/support/cases/{number}/message", Analyst, "POST", post(support::message::post)),
        route("/support/cases/{number}/checks", Analyst, "POST", post(support::checks::post)),
        route(
            "/support/cases/{number}/reset",
            Analyst,
            "GET POST",
            get(support::reset::get).post(support::reset::post),
        ),
        route(
            "/support/cases/{number}/decline",
            Analyst,
            "GET POST",
            get(support::decline::get).post(support::decline::post),
        ),
        route(
            "/support/cases/{number}/close",
            Analyst,
            "GET POST",
            get(support::close::get).post(support::close::post),
        ),
    ]
}

fn client() -> Vec<Route> {
    let [openid, oauth, jwks, token, userinfo, introspect, revoke, challenge, par, device, forward] = FOR_CLIENTS;
    vec![
        route(openid, Access::Client, "GET", get(oidc::discovery::get)),
        route(oauth, Access::Client, "GET", get(oidc::discovery::get)),
        route(jwks, Access::Client, "GET", get(oidc::jwks::get)),
        route(token, Access::Client, "POST", post(oidc::token::post)),
        route(userinfo, Access::Client, "GET POST", get(oidc::userinfo::get).post(oidc::userinfo::post)),
        route(introspect, Access::Client, "POST", post(oidc::introspect::post)),
        route(revoke, Access::Client, "POST", post(oidc::revoke::post)),
        route(challenge, Access::Client, "POST", post(oidc::challenge::post)),
        route(par, Access::Client, "POST", post(oidc::par::post)),
        route(device, Access::Client, "POST", post(oidc::device_authorization::post)),
        route(forward, Access::Client, "GET", get(forward_auth::check::get)),
    ]
}

fn product_host() -> Vec<Route> {
    use Access::ProductHost;
    vec![
        route(START, ProductHost, "GET", get(forward_auth::start::get)),
        route(CALLBACK, ProductHost, "GET", get(forward_auth::callback::get)),
        route(SIGN_OUT, ProductHost, "GET", get(forward_auth::sign_out::get)),
    ]
}

/// The whole surface.
pub fn router(app: App, mail_wake: Arc<Notify>, logo: Option<(Vec<u8>, &'static str)>) -> Router {
    let site = Site::new(app, mail_wake, logo);
    let mut router = Router::new();
    for route in routes() {
        router = router.route(route.path, route.answers);
    }
    router
        .fallback(async || Failure::NotFound)
        .method_not_allowed_fallback(async || Failure::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(site.clone(), origin::check))
        .layer(from_fn_with_state(site.clone(), error::pages))
        .layer(from_fn(oidc::cors::allow))
        .layer(from_fn_with_state(site.clone(), headers::set))
        .layer(from_fn_with_state(site.clone(), browser::identify))
        .with_state(site)
}
