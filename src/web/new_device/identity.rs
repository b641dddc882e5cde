//! **Verify your identity**: the ways that this account has.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use super::{JOURNEY, before_proof};
use crate::web::browser::Browser;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// The page that offers them.
#[derive(Template)]
#[template(path = "new_device/identity.html")]
pub struct IdentityPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Whose device it is.
    pub username: String,
    /// Which step this is.
    pub step: u8,
    /// How many there are.
    pub steps: u8,
    /// Whether **Answer your security questions** is offered.
    pub questions: bool,
    /// Whether **Enter your recovery code** is offered.
    pub recovery_code: bool,
}

/// The address `/new-device`: the ways, or the step that comes next once one of them is done.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let (here, ways) = match before_proof(&site, &browser).await? {
        Ok(before) => before,
        Err(reply) => return reply.done(),
    };
    let (step, steps) = JOURNEY.numbered(&site, 1);
    let page = IdentityPage {
        frame: site.frame("Verify your identity", &browser),
        username: here.standing.username,
        step,
        steps,
        questions: ways.answers.is_some(),
        recovery_code: ways.recovery_code.is_some(),
    };
    Reply::page(StatusCode::OK, &page)?.done()
}
