//! The second step of a sign-in: the passcode.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::flow::post;
use crate::flow::sign_in::finish::SignedIn;
use crate::flow::sign_in::passcode::{self, ForProduct, Standing, Submitted, View};
use crate::model::confirmation::{Confirmation, Subject};
use crate::model::passcode::Passcode;
use crate::model::secret::SecretText;
use crate::model::throttle::Gate;
use crate::model::token::PlainToken;
use crate::model::words;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::form::{self, Form};
use crate::web::load::Turn;
use crate::web::oidc::address::{onward_address, source};
use crate::web::page::{Field, Frame, Wait};
use crate::web::reply::{Answer, Reply};
use crate::web::sign_in::password::over;
use crate::web::site::Site;

const CLOSED: &str = "Too many wrong passcodes have been tried for this account, so passcodes are closed. \
    The support team can open them again once it has checked that it is you.";

/// The passcode page.
#[derive(Template)]
#[template(path = "sign_in/passcode.html")]
pub struct PasscodePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whose passcode it is.
    pub username: String,
    /// Kept only where the problem is about something else.
    pub passcode: Field,
    /// Whether the account has an authenticator app.
    pub has_app: bool,
    /// Whether **Send me a passcode** is offered.
    pub can_email: bool,
    /// Masked address to which a passcode of this sign-in went.
    pub emailed_to: Option<String>,
    /// Whether mail is slow at the moment.
    pub mail_delayed: bool,
    /// Whether emailed passcodes wait for another proof, since a password was set through an emailed link.
    pub email_paused: bool,
    /// Whether **Set up a new device** is offered; a lock of passcodes does not matter.
    pub new_device: bool,
    /// The budget of wrong passcodes is spent: no form is shown.
    pub closed: bool,
    /// What did not succeed.
    pub problem: Option<String>,
    /// Good news.
    pub notice: Option<String>,
    /// While set, no form is shown.
    pub wait: Option<Wait>,
    /// The product that is opened.
    pub product: Option<ProductWords>,
    /// What is confirmed in a live session.
    pub confirms: Option<ConfirmWords>,
}

/// What the page says of something that is confirmed.
#[derive(Clone, Debug)]
pub struct ConfirmWords {
    /// What the passcode is for, after "Enter a passcode".
    pub purpose: String,
    /// Only an app's does.
    pub app_only: bool,
    /// The page that leads back.
    pub back: String,
}

/// What the page says of the product that is opened.
#[derive(Clone, Debug)]
pub struct ProductWords {
    /// Its name.
    pub name: String,
    /// The person is signed in, and it asks for a passcode of its own.
    pub in_session: bool,
    /// It takes passcodes of an app only.
    pub app_only: bool,
    /// Where the sign-in for it begins.
    pub sign_in: String,
}

impl PasscodePage {
    /// What the page is about: something to enter, or why there is nothing.
    fn heading(&self) -> &'static str {
        match (&self.wait, self.closed, self.can_be_proved()) {
            (Some(_), ..) => "Please wait a little",
            (None, true, _) => "Passcodes are closed",
            (None, false, false) if self.needs_app() => "An authenticator app is needed",
            (None, false, false) => "Emailed passcodes are paused",
            (None, false, true) => "Enter your passcode",
        }
    }

    /// Whether the email must be asked for before there is anything to type.
    fn email_comes_first(&self) -> bool {
        self.can_email && !self.has_app && self.emailed_to.is_none()
    }

    /// Whether there is any way to come by a passcode.
    fn can_be_proved(&self) -> bool {
        self.has_app || !self.email_paused && !self.needs_app()
    }

    /// Whether the product takes passcodes of an app only, and there is none.
    fn needs_app(&self) -> bool {
        !self.has_app && self.product.as_ref().is_some_and(|product| product.app_only)
    }

    /// Whether the person is signed in already.
    fn is_in_session(&self) -> bool {
        self.confirms.is_some() || self.product.as_ref().is_some_and(|product| product.in_session)
    }

    /// Where someone else signs in.
    fn sign_in(&self) -> &str {
        self.product.as_ref().map_or("/sign-in", |product| &product.sign_in)
    }
}

/// What the page has to say besides where the sign-in stands.
#[derive(Debug, Default)]
pub struct Said {
    /// What did not succeed.
    pub problem: Option<String>,
    /// What is wrong with the passcode.
    pub at_field: Option<String>,
    /// How long until a passcode can be mailed again; the form stays.
    pub mail_wait: Option<Wait>,
}

/// Shows it; entry begins.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let Some(token) = browser.token(Cookie::Attempt) else { return Reply::to("/sign-in").done() };
    show(&site, &browser, &token, Said::default()).await
}

/// Shows the page as the sign-in stands now, or leads to what it stands at.
pub async fn show(site: &Site, browser: &Browser, token: &PlainToken, said: Said) -> Answer {
    let (act, read) = (site.act(browser), token.clone());
    let (standing, delayed) =
        site.write(move |tx| Ok((passcode::view(tx, &act, &read)?, post::is_delayed(tx, &act)?))).await?;
    match standing {
        Standing::Over => over(site, browser).await,
        Standing::SetUp(_) => Reply::to("/sign-in/set-up").done(),
        Standing::NewPassword(_) => Reply::to("/sign-in/new-password").done(),
        Standing::Passcode(view) => {
            let mail_wait = said.mail_wait.clone();
            let mut page = page(site, browser, (token, &view), said);
            page.mail_delayed = delayed && view.emailed_to.is_some();
            let wait = page.wait.as_ref().or(mail_wait.as_ref());
            let reply = Reply::page(status(&page, &view, wait), &page)?.retry_after(wait);
            for_product(reply, view.product.as_ref()).done()
        }
    }
}

fn status(page: &PasscodePage, view: &View, wait: Option<&Wait>) -> StatusCode {
    match view.gate {
        Gate::Open if wait.is_some() => StatusCode::TOO_MANY_REQUESTS,
        Gate::Open if page.frame.error => StatusCode::UNPROCESSABLE_ENTITY,
        Gate::Open => StatusCode::OK,
        Gate::Locked(_) | Gate::Closed => StatusCode::TOO_MANY_REQUESTS,
    }
}

fn page(site: &Site, browser: &Browser, (token, view): (&PlainToken, &View), said: Said) -> PasscodePage {
    let (problem, wait) = match view.gate {
        Gate::Locked(until) => (Some("Too many wrong passcodes.".to_owned()), Some(site.wait(until, browser.now))),
        Gate::Closed => (Some(CLOSED.to_owned()), None),
        Gate::Open => (said.problem, None),
    };
    let frame = site.frame("Passcode", browser);
    PasscodePage {
        frame: if problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(token),
        username: view.username.clone(),
        passcode: Field { value: String::new(), error: said.at_field },
        has_app: view.has_app,
        can_email: view.can_email,
        emailed_to: view.emailed_to.clone(),
        mail_delayed: false,
        email_paused: view.email_paused,
        new_device: view.new_device,
        closed: view.gate == Gate::Closed,
        problem,
        notice: None,
        wait,
        product: view.product.as_ref().map(words_of),
        confirms: view.confirms.as_ref().map(|confirms| confirm_words(confirms, view.app_only)),
    }
}

fn words_of(product: &ForProduct) -> ProductWords {
    ProductWords {
        name: product.name.clone(),
        in_session: product.in_session,
        app_only: product.app_only,
        sign_in: format!("/sign-in?request={}", product.request.expose()),
    }
}

fn confirm_words(confirms: &Confirmation, app_only: bool) -> ConfirmWords {
    let (purpose, back) = match &confirms.subject {
        Subject::Changes => ("to change your account's security".to_owned(), "/account".to_owned()),
        Subject::Reset(case) => (format!("to reset the account of case {case}"), format!("/support/cases/{case}")),
        Subject::Device(id) => ("to approve the sign-in of another device".to_owned(), format!("/oauth2/device/{id}")),
    };
    ConfirmWords { purpose, app_only, back }
}

/// The last form of a sign-in leads back to the product, by redirects that browsers hold to the page's policy.
pub fn for_product(reply: Reply, product: Option<&ForProduct>) -> Reply {
    match product.and_then(|product| source(&product.redirect_uri)) {
        Some(source) => reply.forms_to(&format!("'self' {source}")),
        None => reply,
    }
}

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    form_token: String,
    passcode: SecretText,
}

/// Takes a passcode.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Verify>) -> Answer {
    let Some(token) = browser.token(Cookie::Attempt) else { return over(&site, &browser).await };
    form::check(&site, &token, &form.form_token)?;
    let Some(typed) = Passcode::parse(form.passcode.expose()) else {
        let said =
            "A passcode is six digits. Type the six digits that your app shows now, or those in the newest email.";
        return refuse(&site, &browser, &token, said.into()).await;
    };
    let _turn = turn(&site, &browser, &token).await?;
    let (act, submitted, holdings) = (site.act(&browser), token.clone(), browser.holdings());
    match site.write(move |tx| passcode::submit(tx, &act, &submitted, &typed, &holdings)).await? {
        Submitted::SignedIn(signed_in) => signed_in_to(&site, &browser, signed_in),
        Submitted::Given(request) => Reply::away(&onward_address(&request))?.without(&site, &[Cookie::Attempt]).done(),
        Submitted::Confirmed(page, session) => {
            let reply = Reply::away(page.as_str())?.with(&site, Cookie::Session, &[session]);
            reply.without(&site, &[Cookie::Attempt]).done()
        }
        Submitted::NewPasswordFirst => Reply::to("/sign-in/new-password").done(),
        Submitted::Wrong => {
            let said = wrong(&site, &browser, &token).await?;
            refuse(&site, &browser, &token, said).await
        }
        Submitted::AlreadyUsed(next) => {
            let said = format!("That passcode was already used. The next one comes in {}.", words::span(next));
            refuse(&site, &browser, &token, said).await
        }
        Submitted::Shut(_) => show(&site, &browser, &token, Said::default()).await,
        Submitted::WrongAndOver | Submitted::Over => over(&site, &browser).await,
        Submitted::Remote(..) => Err(Failure::Bug("a browser's sign-in ended like a remote app's".into())),
    }
}

/// A place in the queue of the attempt's account.
pub async fn turn(site: &Site, browser: &Browser, token: &PlainToken) -> Result<Option<Turn>, Failure> {
    let (act, read) = (site.act(browser), token.clone());
    match site.read(move |tx| passcode::account_of(tx, &act, &read)).await? {
        Some(account) => site.load.turn(&account).await.map(Some),
        None => Ok(None),
    }
}

/// The session, the browser known from now on, and where the person was going.
pub fn signed_in_to(site: &Site, browser: &Browser, signed_in: SignedIn) -> Answer {
    let reply = match (&signed_in.request, browser.onward()) {
        (Some(request), _) => Reply::away(&onward_address(request))?,
        (None, Some(page)) => Reply::away(page.as_str())?.without_onward(site),
        (None, None) => Reply::to("/"),
    };
    reply
        .with(site, Cookie::Session, &[signed_in.session])
        .with(site, Cookie::KnownBrowsers, &signed_in.known_browsers)
        .without(site, &[Cookie::Attempt, Cookie::Guest])
        .done()
}

async fn wrong(site: &Site, browser: &Browser, token: &PlainToken) -> Result<String, Failure> {
    let (act, read) = (site.act(browser), token.clone());
    let username = site
        .read(move |tx| passcode::person_of(tx, &act, &read))
        .await?
        .map(|person| person.username)
        .unwrap_or_default();
    let name = &site.app.settings.branding.name;
    Ok(format!(
        "That passcode isn't right. Check that it matches the six digits that your app shows now for {username} at {name}, \
         or those in the newest email."
    ))
}

async fn refuse(site: &Site, browser: &Browser, token: &PlainToken, said: String) -> Answer {
    let said = Said { problem: Some(said.clone()), at_field: Some(said), mail_wait: None };
    show(site, browser, token, said).await
}
