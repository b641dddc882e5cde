//! The pages behind the setup link. What they hold is in two cookies: the link, and this browser's progress behind it.

pub mod app;
pub mod done;
pub mod qr_code;
pub mod questions;
pub mod recovery_code;
pub mod start;

use axum::extract::State;

use crate::config::Profile;
use crate::flow::link::Gone;
use crate::flow::set_up::standing::{self, Holder, Standing, Step};
use crate::flow::set_up::steps::Done;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::form;
use crate::web::load::Turn;
use crate::web::reply::{Answer, LinkWords, Reply, gone};
use crate::web::site::Site;

const WORDS: LinkWords = LinkWords {
    next: "To set up MFA, sign in with your password and choose Send me a setup email. If you have finished set-up, just sign in.",
    label: "Go to the sign-in page",
    href: "/sign-in",
};

/// A set-up that can go on in this browser.
struct Here {
    standing: Standing,
    holder: Holder,
}

/// Where the set-up stands here; `Err` is the answer when the link leads nowhere.
async fn here(site: &Site, browser: &Browser) -> Result<Result<Here, Reply>, Failure> {
    let Some(link) = browser.token(Cookie::SetUpLink) else {
        return Ok(Err(gone(site, browser, Gone::Unknown, WORDS)?));
    };
    let holder = Holder { link, visit: browser.token(Cookie::SetUpVisit) };
    let (act, read) = (site.act(browser), holder.clone());
    match site.read(move |tx| standing::of(tx, &act, &read)).await? {
        Ok(standing) => Ok(Ok(Here { standing, holder })),
        Err(why) => Ok(Err(gone(site, browser, why, WORDS)?)),
    }
}

/// The address of the step that comes next.
fn path(site: &Site, step: Step) -> &'static str {
    match step {
        Step::Begin if site.app.settings.profile == Profile::Strict => "/set-up/start",
        Step::Begin => "/set-up/questions",
        Step::App => "/set-up/app",
        Step::RecoveryCode => "/set-up/recovery-code",
    }
}

/// Which step this is, of how many. Profile strict asks no questions.
fn numbered(site: &Site, step: u8) -> (u8, u8) {
    match site.app.settings.profile {
        Profile::Standard => (step, 3),
        Profile::Strict => (step - 1, 2),
    }
}

/// The address `/set-up`: the step that comes next.
pub async fn pending(State(site): State<Site>, browser: Browser) -> Answer {
    match here(&site, &browser).await? {
        Ok(here) => Reply::to(path(&site, here.standing.step)).done(),
        Err(gone) => gone.done(),
    }
}

/// What a POST begins with: the form is ours, the set-up can go on, and the account has a turn.
async fn begin_post(site: &Site, browser: &Browser, form_token: &str) -> Result<Result<(Here, Turn), Reply>, Failure> {
    let here = match here(site, browser).await? {
        Ok(here) => here,
        Err(gone) => return Ok(Err(gone)),
    };
    form::check(site, &here.holder.link, form_token)?;
    let turn = site.load.turn(here.standing.account.as_str()).await?;
    Ok(Ok((here, turn)))
}

/// What a step that is done leads to.
fn after(site: &Site, browser: &Browser, done: Done, next: &'static str) -> Answer {
    match done {
        Done::Next(Some(visit)) => Reply::to(next).with(site, Cookie::SetUpVisit, &[visit]).done(),
        Done::Next(None) => Reply::to(next).done(),
        Done::NotNow(step) => Reply::to(path(site, step)).done(),
        Done::Gone(why) => gone(site, browser, why, WORDS)?.done(),
        Done::WrongPasscode => Reply::to("/set-up/app").done(),
    }
}
