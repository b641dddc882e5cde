//! The first password of an invited person, and the first administrator's account.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::flow::invitation::{self, Accepted, Standing};
use crate::flow::link::Gone;
use crate::model::account_name::Username;
use crate::model::email_address::EmailAddress;
use crate::model::secret::SecretText;
use crate::model::token::PlainToken;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::form::{self, Form};
use crate::web::new_password::{About, Fields, check};
use crate::web::page::{Field, Frame};
use crate::web::reply::{Answer, LinkWords, Reply, gone};
use crate::web::site::Site;

const WORDS: LinkWords = LinkWords {
    next: "Ask whoever invited you for a new invitation. If you have set your password already, just sign in.",
    label: "Go to the sign-in page",
    href: "/sign-in",
};
const TAKEN: &str = "Another account has this name already. Choose another one.";

/// The page that asks for it. An invited person's username and email are fixed; the first administrator types them.
#[derive(Template)]
#[template(path = "invitation/password.html")]
pub struct PasswordPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// Whether this makes the first administrator.
    pub first_administrator: bool,
    /// Username; kept after an error.
    pub username: Field,
    /// Email address; kept after an error.
    pub email: Field,
    /// Least number of characters.
    pub min_length: usize,
    /// Never printed back.
    pub new_password: Field,
    /// Never printed back.
    pub repeat: Field,
    /// What did not succeed.
    pub problem: Option<String>,
}

impl PasswordPage {
    /// Name of the input that gets the focus: the first that is wrong, else the first.
    fn focus(&self) -> &'static str {
        let wrong = [
            ("username", &self.username),
            ("email", &self.email),
            ("new_password", &self.new_password),
            ("repeat_new_password", &self.repeat),
        ];
        match wrong.iter().find(|(_, field)| field.is_wrong()) {
            Some((name, _)) => name,
            None if self.first_administrator => "username",
            None => "new_password",
        }
    }
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    match here(&site, &browser).await? {
        Ok((token, standing)) => show(&site, &browser, (&token, &standing), Tried::default()),
        Err(gone) => gone.done(),
    }
}

async fn here(site: &Site, browser: &Browser) -> Result<Result<(PlainToken, Standing), Reply>, Failure> {
    let Some(token) = browser.token(Cookie::InvitationLink) else {
        return Ok(Err(gone(site, browser, Gone::Unknown, WORDS)?));
    };
    let (act, read) = (site.act(browser), token.clone());
    match site.read(move |tx| invitation::standing(tx, &act, &read)).await? {
        Ok(standing) => Ok(Ok((token, standing))),
        Err(why) => Ok(Err(gone(site, browser, why, WORDS)?)),
    }
}

/// What was typed, and what was wrong with it.
#[derive(Default)]
struct Tried {
    username: Field,
    email: Field,
    passwords: Fields,
}

impl Tried {
    fn problem(&self) -> Option<String> {
        let names = self.username.error.clone().or_else(|| self.email.error.clone());
        names.or_else(|| self.passwords.problem())
    }
}

fn show(site: &Site, browser: &Browser, (token, standing): (&PlainToken, &Standing), tried: Tried) -> Answer {
    let problem = tried.problem();
    let (first_administrator, username, email) = match standing {
        Standing::FirstAdministrator => (true, tried.username, tried.email),
        Standing::Account { username, email, .. } => (false, Field::kept(username.clone()), Field::kept(email.clone())),
    };
    let frame = site.frame("Choose your password", browser);
    let page = PasswordPage {
        frame: if problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(token),
        first_administrator,
        username,
        email,
        min_length: usize::try_from(site.app.settings.passwords.min_length).unwrap_or(8),
        new_password: tried.passwords.new_password,
        repeat: tried.passwords.repeat,
        problem,
    };
    let status = if page.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Reply::page(status, &page)?.done()
}

/// The form's fields; the names are the first administrator's only.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    form_token: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    email: String,
    new_password: SecretText,
    repeat_new_password: SecretText,
}

/// Sets the first password and goes on to set-up.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Accept>) -> Answer {
    let (token, standing) = match here(&site, &browser).await? {
        Ok(here) => here,
        Err(gone) => return gone.done(),
    };
    form::check(&site, &token, &form.form_token)?;
    let checked = match &standing {
        Standing::FirstAdministrator => names(&form).map(Some),
        Standing::Account { .. } => Ok(None),
    };
    let passwords =
        check(&site, form.new_password.expose(), form.repeat_new_password.expose(), &about(&standing, &form));
    let (names, new) = match (checked, passwords) {
        (Ok(names), Ok(new)) => (names, new),
        (names, passwords) => {
            let mut tried = names.err().map_or_else(|| kept(&form), |tried| *tried);
            tried.passwords = passwords.err().unwrap_or_default();
            return show(&site, &browser, (&token, &standing), tried);
        }
    };
    let phc = site.hash_one(new.canonical().clone()).await?;
    let (act, used) = (site.act(&browser), token.clone());
    let accepted = site
        .write(move |tx| match &names {
            Some((username, email)) => invitation::make_first_administrator(tx, &act, &used, (username, email), &phc),
            None => invitation::accept(tx, &act, &used, &phc),
        })
        .await?;
    let taken = |tried: Tried| show(&site, &browser, (&token, &standing), tried);
    match accepted {
        Accepted::SetUp(link) => {
            let reply = Reply::to("/set-up").with(&site, Cookie::SetUpLink, &[link]);
            reply.without(&site, &[Cookie::InvitationLink, Cookie::SetUpVisit]).done()
        }
        Accepted::SignIn => Reply::to("/sign-in?notice=password-changed").done(),
        Accepted::UsernameTaken => taken(Tried { username: Field::wrong(form.username.clone(), TAKEN), ..kept(&form) }),
        Accepted::EmailTaken => taken(Tried { email: Field::wrong(form.email.clone(), TAKEN), ..kept(&form) }),
        Accepted::Gone(why) => gone(&site, &browser, why, WORDS)?.done(),
    }
}

fn about(standing: &Standing, form: &Accept) -> About {
    match standing {
        Standing::FirstAdministrator => {
            About { username: form.username.clone(), email: form.email.clone(), name: None }
        }
        Standing::Account { username, email, name, .. } => {
            About { username: username.clone(), email: email.clone(), name: name.clone() }
        }
    }
}

fn kept(form: &Accept) -> Tried {
    let (username, email) = (Field::kept(form.username.clone()), Field::kept(form.email.clone()));
    Tried { username, email, passwords: Fields::default() }
}

fn names(form: &Accept) -> Result<(Username, EmailAddress), Box<Tried>> {
    match (Username::parse(&form.username), EmailAddress::parse(&form.email)) {
        (Ok(username), Ok(email)) => Ok((username, email)),
        (username, email) => {
            let mut tried = kept(form);
            tried.username.error = username.err().map(|problem| problem.to_string());
            tried.email.error = email.err().map(|problem| problem.to_string());
            Err(Box::new(tried))
        }
    }
}
