//! The first step of a sign-in: username and password. What a product has asked goes with it, in the address and in the form.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use serde::Deserialize;

use crate::app::draw;
use crate::flow::authorize::pending;
use crate::flow::sign_in::aim;
use crate::flow::sign_in::password::{self, Begun, Check, Settled, Typed};
use crate::model::confirmation::{Confirmation, Subject};
use crate::model::dice::Seed;
use crate::model::proof::PasswordProof;
use crate::model::secret::SecretText;
use crate::model::time::Timestamp;
use crate::model::token::{PlainToken, TokenKind};
use crate::model::{account_name, password as rules};
use crate::web::account;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::form::{self, Form};
use crate::web::oidc::address::request_in;
use crate::web::page::{Field, Frame, Wait};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

const WRONG: &str = "That username and password don't match. Check both and try again. If you don't remember the password, choose Forgot password? below.";
const BLOCKED: &str = "This account needs a new password before anyone can sign in. Use Forgot password? to set one.";
const OVER: &str = "That sign-in is over. For your safety, begin again with your password.";
const TOO_LATE: &str = "What you were opening has waited too long. Sign in here, then open it again; nothing is lost.";
const NO_COOKIE: &str =
    "We could not tell that this form is ours. Try again; if this keeps happening, allow cookies for this site.";

/// The sign-in page.
#[derive(Template)]
#[template(path = "sign_in/password.html")]
pub struct PasswordPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// The product that the sign-in opens.
    pub product: Option<String>,
    /// Value of the hidden field `request`: what that product has asked.
    pub request: Option<String>,
    /// Username or email address; kept after an error.
    pub username: Field,
    /// Never printed back.
    pub password: Field,
    /// What did not succeed.
    pub problem: Option<String>,
    /// Good news, such as a password that was changed.
    pub notice: Option<String>,
    /// While set, the form is not shown.
    pub wait: Option<Wait>,
}

impl PasswordPage {
    /// Where the page is to be opened again.
    fn again(&self) -> String {
        self.request.as_ref().map_or_else(|| "/sign-in".into(), |request| format!("/sign-in?request={request}"))
    }
}

/// What a product has asked, as the page needs it.
#[derive(Clone, Debug, Default)]
struct Opening {
    product: Option<String>,
    request: Option<String>,
    login_hint: String,
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser, RawQuery(query): RawQuery) -> Answer {
    let query = query.unwrap_or_default();
    let opening = opening(&site, &browser, request_in(&query)).await?;
    let mut page = blank(&site, &browser, &opening);
    page.username = Field::kept(opening.login_hint);
    page.notice = if query == "notice=password-changed" {
        Some("Your password is changed. Sign in with the new one.".into())
    } else if query.contains("request=") && opening.product.is_none() {
        Some(TOO_LATE.into())
    } else {
        None
    };
    show(&site, &browser, StatusCode::OK, page)
}

async fn opening(site: &Site, browser: &Browser, request: Option<PlainToken>) -> Result<Opening, Failure> {
    let Some(request) = request else { return Ok(Opening::default()) };
    let (act, read) = (site.act(browser), request.clone());
    let named = site.read(move |tx| pending::named(tx, &act, &read)).await?;
    Ok(named.map_or_else(Opening::default, |named| Opening {
        product: Some(named.product),
        request: Some(request.expose().to_owned()),
        login_hint: named.login_hint.unwrap_or_default(),
    }))
}

fn blank(site: &Site, browser: &Browser, opening: &Opening) -> PasswordPage {
    PasswordPage {
        frame: site.frame("Sign in", browser),
        form_token: String::new(),
        product: opening.product.clone(),
        request: opening.request.clone(),
        username: Field::empty(),
        password: Field::empty(),
        problem: None,
        notice: None,
        wait: None,
    }
}

/// Shows the page, bound to the browser's guest cookie; a browser without one gets one.
fn show(site: &Site, browser: &Browser, status: StatusCode, page: PasswordPage) -> Answer {
    reply(site, browser, status, page)?.done()
}

fn reply(site: &Site, browser: &Browser, status: StatusCode, mut page: PasswordPage) -> Result<Reply, Failure> {
    let (guest, is_new) = guest(browser);
    page.form_token = site.form_token(&guest);
    let reply = Reply::page(status, &page)?.retry_after(page.wait.as_ref());
    Ok(if is_new { reply.with(site, Cookie::Guest, &[guest]) } else { reply })
}

/// The same page where a sign-in that had begun is over: the password again, for the same product. What was to be confirmed in a
/// session that goes on begins again there.
pub async fn over(site: &Site, browser: &Browser) -> Answer {
    if let Some(attempt) = browser.token(Cookie::Attempt) {
        let act = site.act(browser);
        let confirmed = site.read(move |tx| aim::confirmation_of(tx, &act, &attempt)).await?;
        if let Some(confirmation) = confirmed.filter(|_| browser.token(Cookie::Session).is_some()) {
            return confirm_again(&confirmation)?.without(site, &[Cookie::Attempt]).done();
        }
    }
    let request = match browser.token(Cookie::Attempt) {
        Some(attempt) => {
            let act = site.act(browser);
            site.read(move |tx| aim::request_of(tx, &act, &attempt)).await?
        }
        None => None,
    };
    let mut page = blank(site, browser, &opening(site, browser, request).await?);
    page.frame = page.frame.failed();
    page.problem = Some(OVER.into());
    reply(site, browser, StatusCode::GONE, page)?.without(site, &[Cookie::Attempt]).done()
}

fn confirm_again(confirmation: &Confirmation) -> Result<Reply, Failure> {
    match confirmation.subject {
        Subject::Changes => account::unconfirmed(confirmation.return_to.as_str()),
        Subject::Reset(_) | Subject::Device(_) => Reply::away(confirmation.return_to.as_str()),
    }
}

/// The browser's guest token, and whether it is new.
pub fn guest(browser: &Browser) -> (PlainToken, bool) {
    match browser.token(Cookie::Guest) {
        Some(guest) => (guest, false),
        None => (PlainToken::new(TokenKind::Guest, &mut Seed::new(draw()).dice()), true),
    }
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    form_token: String,
    username: String,
    password: SecretText,
    request: Option<String>,
}

impl SignIn {
    fn request(&self) -> Option<PlainToken> {
        PlainToken::parse(TokenKind::Request, self.request.as_deref()?)
    }
}

/// Takes the pair.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<SignIn>) -> Answer {
    let bound = browser.token(Cookie::Guest).is_some_and(|guest| form::is_bound(&site, &guest, &form.form_token));
    if !bound {
        return refuse(&site, &browser, &form, NO_COOKIE).await;
    }
    if let Some(until) = browser.address.and_then(|address| site.addresses.take(address, browser.now).err()) {
        return slow_down(&site, &browser, &form, until).await;
    }
    let typed = Typed {
        name: account_name::typed(&form.username),
        known_browsers: browser.known_browsers(),
        request: form.request(),
        within: None,
    };
    let check = match begin(&site, &browser, typed).await? {
        Begun::Check(check) => check,
        Begun::Wait(until) => return slow_down(&site, &browser, &form, until).await,
    };
    match compare(&site, &browser, check, &form.password).await? {
        Settled::Wrong => refuse(&site, &browser, &form, WRONG).await,
        Settled::Blocked => refuse(&site, &browser, &form, BLOCKED).await,
        Settled::Right(token, has_mfa) => {
            if let Some(address) = browser.address {
                site.addresses.give_back(address);
            }
            let next = if has_mfa { "/sign-in/passcode" } else { "/sign-in/set-up" };
            Reply::to(next).with(&site, Cookie::Attempt, &[token]).done()
        }
    }
}

/// Takes the try in the queue of its account.
pub async fn begin(site: &Site, browser: &Browser, typed: Typed) -> Result<Begun, Failure> {
    let (act, named) = (site.act(browser), typed.name.clone());
    let account = site.read(move |tx| password::account_of(tx, named.as_deref())).await?;
    // A name that no account has queues as one that has: a full queue must not tell them apart.
    let queue = account.map_or_else(|| typed.name.clone().unwrap_or_default(), |id| id.as_str().to_owned());
    let _turn = site.load.turn(&queue).await?;
    site.write(move |tx| password::begin(tx, &act, &typed)).await
}

/// Argon2 stands between two transactions. A password that is too long to be one costs the same as a wrong one.
pub async fn compare(site: &Site, browser: &Browser, check: Check, typed: &SecretText) -> Result<Settled, Failure> {
    let password = rules::typed(typed.expose());
    let hash = check.hash.clone().filter(|_| password.is_some());
    let password = password.unwrap_or_default();
    let verified = site.verify(password.clone(), hash).await?;
    let verdict = PasswordProof::from_verdict(verified.matches, browser.now);
    let rehashed = match verdict {
        Some(_) if verified.outdated => Some(site.hash_one(password).await?),
        _ => None,
    };
    let act = site.act(browser);
    site.write(move |tx| password::settle(tx, &act, &check, verdict, rehashed.as_ref())).await
}

async fn refuse(site: &Site, browser: &Browser, form: &SignIn, problem: &str) -> Answer {
    let page = failed(site, browser, form, problem).await?;
    show(site, browser, StatusCode::UNPROCESSABLE_ENTITY, page)
}

async fn slow_down(site: &Site, browser: &Browser, form: &SignIn, until: Timestamp) -> Answer {
    let mut page = failed(site, browser, form, "Too many tries.").await?;
    page.wait = Some(site.wait(until, browser.now));
    show(site, browser, StatusCode::TOO_MANY_REQUESTS, page)
}

async fn failed(site: &Site, browser: &Browser, form: &SignIn, problem: &str) -> Result<PasswordPage, Failure> {
    let mut page = blank(site, browser, &opening(site, browser, form.request()).await?);
    page.frame = page.frame.failed();
    page.username = Field::kept(form.username.clone());
    page.problem = Some(problem.into());
    Ok(page)
}
