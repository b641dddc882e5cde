//! **Send me a passcode**.

use axum::extract::State;
use serde::Deserialize;

use super::passcode::{Said, show, turn};
use super::password::over;
use crate::flow::sign_in::emailed::{self, Asked};
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::form::{self, Form};
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

const NOT_BY_EMAIL: &str =
    "Passcodes can't be sent by email for this sign-in. Use the passcode that your authenticator app shows.";

/// The form's fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Send {
    form_token: String,
}

/// Mails a fresh passcode for this sign-in.
pub async fn post(State(site): State<Site>, browser: Browser, Form(form): Form<Send>) -> Answer {
    let Some(token) = browser.token(Cookie::Attempt) else { return over(&site, &browser).await };
    form::check(&site, &token, &form.form_token)?;
    let _turn = turn(&site, &browser, &token).await?;
    let (act, asked) = (site.act(&browser), token.clone());
    match site.write(move |tx| emailed::send(tx, &act, &asked)).await? {
        Asked::Sent => Reply::to("/sign-in/passcode").done(),
        Asked::Wait(until) => {
            let wait = site.wait(until, browser.now);
            let problem = format!(
                "Several passcodes have been sent to you already. You can ask for another one in {}; until then the newest \
                 email and your app's passcode still count.",
                wait.left_words
            );
            show(&site, &browser, &token, Said { problem: Some(problem), at_field: None, mail_wait: Some(wait) }).await
        }
        Asked::Shut(_) => show(&site, &browser, &token, Said::default()).await,
        Asked::NotByEmail => {
            let said = Said { problem: Some(NOT_BY_EMAIL.into()), at_field: None, mail_wait: None };
            show(&site, &browser, &token, said).await
        }
        Asked::Over => over(&site, &browser).await,
    }
}
