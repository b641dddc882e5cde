//! The authorization challenge endpoint: remote apps sign their people in without a browser. Every step goes through the acts of the
//! browser's pages, with their throttle and their trail; no session comes out of it, only a code.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::call::Call;
use super::error::Refusal;
use crate::flow::new_device::request as new_device;
use crate::flow::remote_app::{self, Next};
use crate::flow::set_up::request as set_up;
use crate::flow::sign_in::emailed;
use crate::flow::sign_in::finish::Browser as Holdings;
use crate::flow::sign_in::passcode::{self, Submitted};
use crate::flow::sign_in::password::{Begun, Settled, Typed};
use crate::model::account_name;
use crate::model::passcode::Passcode;
use crate::model::product::{Kind, Product};
use crate::model::secret::SecretText;
use crate::model::throttle::Gate;
use crate::model::token::PlainToken;
use crate::oidc::authorize::AuthorizeRequest;
use crate::oidc::challenge::{Act, ChallengeRequest, More, Step, Whole};
use crate::oidc::discovery::path;
use crate::oidc::error::ErrorCode;
use crate::oidc::scope::Scopes;
use crate::web::error::Failure;
use crate::web::sign_in::passcode::turn;
use crate::web::sign_in::password;
use crate::web::site::Site;

const WRONG_CREDENTIALS: &str = "wrong_credentials";
const WRONG_PASSCODE: &str = "wrong_passcode";
const ALREADY_USED: &str = "already_used";
const LOCKED: &str = "locked";
const THROTTLED: &str = "throttled";
/// Nothing is mailed to this account, or not for this product.
const NO_EMAIL: &str = "no_email";
/// The owner has stopped it, and an administrator lifts that.
const SET_UP_STOPPED: &str = "set_up_stopped";

/// What did not succeed, and how long to wait.
type Told = (Option<&'static str>, Option<Duration>);

const NOTHING: Told = (None, None);

/// Takes one step.
pub async fn post(State(site): State<Site>, call: Call) -> Result<Response, Refusal> {
    let product = call.authenticate(&site, path::CHALLENGE).await?;
    if product.kind != Kind::RemoteApp {
        return Err(ErrorCode::UnauthorizedClient.because("This address is for products of kind remote-app.").into());
    }
    let asked = ChallengeRequest::parse(&call.parameters)?;
    match asked.step.clone() {
        Step::Ask => Ok(more(More::new("password"))),
        Step::Password { username, password, scopes } => {
            begin(&site, &call, (&product, asked), (username, password, scopes)).await
        }
        Step::GoOn(session, act) => {
            let (read, of, known) = (site.act(&call.browser), product.clone(), asked.code_challenge.clone());
            let token = session.clone();
            if !site.read(move |tx| remote_app::is_of(tx, &read, &token, (&of, known.as_ref()))).await? {
                let error =
                    ErrorCode::InvalidSession.because("The auth_session is over. Begin again with the password.");
                return Err(error.into());
            }
            go_on(&site, &call, session, (act, asked.device)).await
        }
    }
}

/// The password, as the browser's page takes it.
async fn begin(
    site: &Site,
    call: &Call,
    (product, asked): (&Product, ChallengeRequest),
    (username, typed, scopes): (String, SecretText, Scopes),
) -> Result<Response, Refusal> {
    let browser = &call.browser;
    let Some(challenge) = asked.code_challenge else {
        return Err(ErrorCode::InvalidRequest.because("The parameter code_challenge is missing (PKCE).").into());
    };
    if let Some(until) = browser.address.and_then(|address| site.addresses.take(address, browser.now).err()) {
        return Ok(throttled(until.since(browser.now)));
    }
    let (act, of) = (site.act(browser), product.clone());
    let request = AuthorizeRequest::of_remote_app(scopes, challenge);
    let request = site.write(move |tx| remote_app::ask(tx, &act, &of, &request)).await?;
    let known_browsers = asked.device.into_iter().collect();
    let typed_name =
        Typed { name: account_name::typed(&username), known_browsers, request: Some(request), within: None };
    let check = match password::begin(site, browser, typed_name).await? {
        Begun::Check(check) => check,
        Begun::Wait(until) => return Ok(throttled(until.since(browser.now))),
    };
    match password::compare(site, browser, check, &typed).await? {
        Settled::Wrong => Ok(more(More::new("password").because(Some(WRONG_CREDENTIALS)))),
        Settled::Blocked => Ok(more(More::new("new_password"))),
        Settled::Right(token, _) => {
            if let Some(address) = browser.address {
                site.addresses.give_back(address);
            }
            answer(site, call, token, NOTHING).await
        }
    }
}

async fn go_on(
    site: &Site,
    call: &Call,
    session: PlainToken,
    (act, device): (Act, Option<PlainToken>),
) -> Result<Response, Refusal> {
    match act {
        Act::Ask => answer(site, call, session, NOTHING).await,
        Act::Passcode(typed) => match Passcode::parse(typed.expose()) {
            Some(typed) => submit(site, call, session, (typed, device)).await,
            // Told, and not counted as a try, as on the browser's page.
            None => answer(site, call, session, (Some(WRONG_PASSCODE), None)).await,
        },
        Act::SendPasscode => send_passcode(site, call, session).await,
        Act::SendSetupEmail => send_setup_email(site, call, session).await,
        Act::SetUpNewDevice => set_up_new_device(site, call, session).await,
    }
}

async fn submit(
    site: &Site,
    call: &Call,
    session: PlainToken,
    (typed, device): (Passcode, Option<PlainToken>),
) -> Result<Response, Refusal> {
    let _turn = turn(site, &call.browser, &session).await?;
    let (act, token) = (site.act(&call.browser), session.clone());
    let holdings = Holdings { session: None, known_browsers: device.into_iter().collect() };
    match site.write(move |tx| passcode::submit(tx, &act, &token, &typed, &holdings)).await? {
        Submitted::Remote(Some(code), device) => Ok(whole(&code, &device)),
        Submitted::Remote(None, _) => {
            Err(ErrorCode::AccessDenied.because("This account may not open the product.").into())
        }
        Submitted::Wrong => answer(site, call, session, (Some(WRONG_PASSCODE), None)).await,
        Submitted::AlreadyUsed(next) => answer(site, call, session, (Some(ALREADY_USED), Some(next))).await,
        Submitted::Shut(_) | Submitted::NewPasswordFirst => answer(site, call, session, NOTHING).await,
        Submitted::WrongAndOver => Ok(more(More::new("password").because(Some(WRONG_PASSCODE)))),
        Submitted::Over => Ok(more(More::new("password"))),
        Submitted::SignedIn(_) | Submitted::Given(_) | Submitted::Confirmed(..) => {
            Err(Failure::Bug("a remote app's sign-in ended like a browser's".into()).into())
        }
    }
}

async fn send_passcode(site: &Site, call: &Call, session: PlainToken) -> Result<Response, Refusal> {
    let _turn = turn(site, &call.browser, &session).await?;
    let (act, token, now) = (site.act(&call.browser), session.clone(), call.browser.now);
    let told = match site.write(move |tx| emailed::send(tx, &act, &token)).await? {
        emailed::Asked::Wait(until) => (Some(THROTTLED), Some(until.since(now))),
        emailed::Asked::NotByEmail => (Some(NO_EMAIL), None),
        emailed::Asked::Sent | emailed::Asked::Shut(_) | emailed::Asked::Over => NOTHING,
    };
    answer(site, call, session, told).await
}

async fn send_setup_email(site: &Site, call: &Call, session: PlainToken) -> Result<Response, Refusal> {
    let _turn = turn(site, &call.browser, &session).await?;
    let (act, token, now) = (site.act(&call.browser), session.clone(), call.browser.now);
    let told = match site.write(move |tx| set_up::send(tx, &act, &token)).await? {
        set_up::Asked::Wait(until) => (Some(THROTTLED), Some(until.since(now))),
        set_up::Asked::Stopped => (Some(SET_UP_STOPPED), None),
        set_up::Asked::Sent | set_up::Asked::AlreadySetUp | set_up::Asked::Over => NOTHING,
    };
    answer(site, call, session, told).await
}

/// Mails the link behind which a browser sets the new device up. A lock of passcodes does not stop it.
async fn set_up_new_device(site: &Site, call: &Call, session: PlainToken) -> Result<Response, Refusal> {
    let _turn = turn(site, &call.browser, &session).await?;
    let (act, token, now) = (site.act(&call.browser), session.clone(), call.browser.now);
    let told = match site.write(move |tx| new_device::send(tx, &act, &token)).await? {
        new_device::Asked::Wait(until) => (Some(THROTTLED), Some(until.since(now))),
        new_device::Asked::Sent | new_device::Asked::Over => NOTHING,
    };
    answer(site, call, session, told).await
}

/// What is next, behind a new session.
async fn answer(site: &Site, call: &Call, session: PlainToken, (error, wait): Told) -> Result<Response, Refusal> {
    let act = site.act(&call.browser);
    let (next, renewed) = site
        .write(move |tx| {
            let next = remote_app::go_on(tx, &act, &session)?;
            Ok((next, remote_app::renew(tx, &act, &session)?))
        })
        .await?;
    let answer = match next {
        Next::Password => More::new("password").because(error),
        Next::Passcode => More::new("passcode").with_session(renewed.as_ref()).because(error).after(wait),
        Next::SetUp => More::new("set_up").with_session(renewed.as_ref()).because(error).after(wait),
        Next::NewPassword => More::new("new_password"),
        // What a lock does not stop goes on behind the session.
        Next::Wait(gate) => {
            let (error, wait) = if error == Some(THROTTLED) { (error, wait) } else { (Some(LOCKED), left(gate, call)) };
            More::new("wait").with_session(renewed.as_ref()).because(error).after(wait)
        }
    };
    Ok(more(answer))
}

/// How long passcodes are locked; nothing where only the support team can open them again.
fn left(gate: Gate, call: &Call) -> Option<Duration> {
    match gate {
        Gate::Locked(until) => Some(until.since(call.browser.now)),
        Gate::Open | Gate::Closed => None,
    }
}

fn throttled(wait: Duration) -> Response {
    more(More::new("wait").because(Some(THROTTLED)).after(Some(wait)))
}

fn more(answer: More) -> Response {
    (StatusCode::BAD_REQUEST, [(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response()
}

fn whole(code: &PlainToken, device: &PlainToken) -> Response {
    (StatusCode::OK, [(header::CACHE_CONTROL, "no-store")], Json(Whole::new(code, device))).into_response()
}
