//! The case itself: where it stands, and the conversation with support. Works without script, by reloading; where there is script
//! the page listens at the address in `data-live`.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;

use super::WORDS;
use crate::flow::link::Gone;
use crate::flow::support::conversation::{self, Said};
use crate::flow::support::person::{self, Standing};
use crate::model::support_case::State as Stands;
use crate::model::support_case::words::Words;
use crate::model::token::PlainToken;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::form::{self, Form};
use crate::web::page::{Field, Frame, Wait};
use crate::web::reply::{Answer, Reply, gone};
use crate::web::site::Site;
use crate::web::support::said::{self, SaidWords};

/// The page.
#[derive(Template)]
#[template(path = "case/conversation.html")]
pub struct ConversationPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Value of the hidden field `form_token`.
    pub form_token: String,
    /// The case's number.
    pub number: String,
    /// Whose account it is about.
    pub username: String,
    /// Where it stands, in one or two words.
    pub state: &'static str,
    /// What that means for the person, as sentences.
    pub meaning: &'static str,
    /// Whether the next thing to do is to sign in.
    pub sign_in: bool,
    /// Whether something can still be said.
    pub open: bool,
    /// Whether other browsers take part.
    pub others: bool,
    /// What was said.
    pub messages: Vec<SaidWords>,
    /// Where the script listens.
    pub live: Option<&'static str>,
    /// The number of the newest message.
    pub newest: i64,
    /// What is being written; kept after an error, also of a case that was closed meanwhile.
    pub message: Field,
    /// What did not succeed.
    pub problem: Option<String>,
    /// While set, nothing more is taken.
    pub wait: Option<Wait>,
}

const NOT_SENT: &str = "Support has closed this case in the meantime: your message was not sent.";

impl ConversationPage {
    fn unread(&self) -> usize {
        said::unread(&self.messages)
    }
}

/// What a state means for the person, as sentences.
pub const fn meaning(state: Stands) -> &'static str {
    match state {
        Stands::Open => {
            "Support has opened this case and waits for you: sign in with your password, choose Set up a new device, then Contact Support and Send My Info Now."
        }
        Stands::InfoReceived => {
            "Support has your information and is looking at it. You'll get an email once your account is reset."
        }
        Stands::Approved => "Your account is reset. Sign in with your password: you set MFA up again then.",
        Stands::Declined => {
            "Support has not reset your account. If you still cannot sign in, call or chat with support."
        }
        Stands::Closed => "This case is closed. Nothing more can be written here.",
    }
}

/// Shows it, and notes what was shown.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let (token, standing) = match here(&site, &browser).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    if standing.newest > standing.read {
        let (act, token, newest) = (site.act(&browser), token.clone(), standing.newest);
        site.write(move |tx| person::read(tx, &act, &token, newest)).await?;
    }
    show(&site, &browser, (&token, standing), (Field::empty(), None))
}

async fn here(site: &Site, browser: &Browser) -> Result<Result<(PlainToken, Standing), Reply>, Failure> {
    let Some(token) = browser.token(Cookie::Case) else {
        return Ok(Err(gone(site, browser, Gone::Unknown, WORDS)?));
    };
    let (act, read) = (site.act(browser), token.clone());
    match site.read(move |tx| person::standing(tx, &act, &read)).await? {
        Some(standing) => Ok(Ok((token, standing))),
        None => Ok(Err(gone(site, browser, Gone::Unknown, WORDS)?.without(site, &[Cookie::Case]))),
    }
}

fn show(
    site: &Site,
    browser: &Browser,
    (token, standing): (&PlainToken, Standing),
    (message, wait): (Field, Option<Wait>),
) -> Answer {
    let problem = match &wait {
        Some(_) => Some("You have written many messages in a short time.".to_owned()),
        None => message.error.clone(),
    };
    let status = match (&wait, &problem) {
        (Some(_), _) => StatusCode::TOO_MANY_REQUESTS,
        (None, Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, None) => StatusCode::OK,
    };
    let frame = site.frame(&format!("Support case {}", standing.number), browser);
    let page = ConversationPage {
        frame: if problem.is_some() { frame.failed() } else { frame },
        form_token: site.form_token(token),
        number: standing.number.as_str().to_owned(),
        username: standing.username,
        state: standing.state.words(),
        meaning: meaning(standing.state),
        sign_in: standing.state == Stands::Approved,
        open: standing.state != Stands::Closed,
        others: standing.others,
        messages: standing.messages.iter().map(|message| said::words(site, message, (standing.read, false))).collect(),
        live: (standing.state != Stands::Closed).then_some("/case/live"),
        newest: standing.newest,
        message,
        problem,
        wait,
    };
    Reply::page(status, &page)?.retry_after(page.wait.as_ref()).connecting().done()
}

/// The fields of **Send message**.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Say {
    form_token: String,
    message: String,
}

/// Says something.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Say>) -> Answer {
    let (token, standing) = match here(&site, &browser).await? {
        Ok(here) => here,
        Err(reply) => return reply.done(),
    };
    if !form::is_bound(&site, &token, &form.form_token) {
        return show(
            &site,
            &browser,
            (&token, standing),
            (Field::wrong(form.message, form::too_old("Send message")), None),
        )
        .map(|page| (StatusCode::FORBIDDEN, page).into_response());
    }
    let message = match Words::message(&form.message) {
        Ok(message) => message,
        Err(problem) => {
            let field = Field::wrong(form.message, problem.words());
            return show(&site, &browser, (&token, standing), (field, None));
        }
    };
    let _turn = site.load.turn(&standing.account).await?;
    let (act, holder) = (site.act(&browser), token.clone());
    match site.write(move |tx| conversation::by_person(tx, &act, &holder, &message)).await? {
        Said::Done(_) => Reply::to("/case").done(),
        Said::Over => match here(&site, &browser).await? {
            Ok((token, standing)) => {
                show(&site, &browser, (&token, standing), (Field::wrong(form.message, NOT_SENT), None))
            }
            Err(reply) => reply.done(),
        },
        Said::Wait(until) => {
            let wait = site.wait(until, browser.now);
            show(&site, &browser, (&token, standing), (Field::kept(form.message), Some(wait)))
        }
    }
}
