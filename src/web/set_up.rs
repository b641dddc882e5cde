//! The pages behind the setup link, and the steps that the new-device link shares with it. What they hold is in two cookies: the link,
//! and this browser's progress behind it.

pub mod app;
pub mod done;
mod journey;
pub mod qr_code;
pub mod questions;
pub mod recovery_code;
pub mod start;

use axum::extract::State;

use crate::flow::link::Gone;
use crate::flow::set_up::standing::{self, Holder, Journey, Standing, Step};
use crate::flow::set_up::steps::Done;
use crate::web::browser::Browser;
use crate::web::cookies::Cookie;
use crate::web::error::Failure;
use crate::web::form;
use crate::web::load::Turn;
use crate::web::reply::{Answer, Reply, gone};
use crate::web::site::Site;

/// A set-up that can go on in this browser.
pub(super) struct Here {
    /// Where it stands.
    pub standing: Standing,
    /// What the browser holds.
    pub holder: Holder,
}

impl Here {
    /// The address of the step that comes next.
    pub fn path(&self, site: &Site) -> &'static str {
        self.holder.journey.path(site, self.standing.step)
    }
}

/// Where the set-up stands here; `Err` is the answer when the link leads nowhere.
pub(super) async fn here(site: &Site, browser: &Browser, journey: Journey) -> Result<Result<Here, Reply>, Failure> {
    let Some(link) = browser.token(journey.link_cookie()) else {
        return Ok(Err(gone(site, browser, Gone::Unknown, journey.words())?));
    };
    let holder = Holder { journey, link, visit: browser.token(journey.visit_cookie()) };
    let (act, read) = (site.act(browser), holder.clone());
    match site.read(move |tx| standing::of(tx, &act, &read)).await? {
        Ok(standing) => Ok(Ok(Here { standing, holder })),
        Err(why) => Ok(Err(gone(site, browser, why, journey.words())?)),
    }
}

/// The address `/set-up`: the step that comes next.
pub async fn pending(State(site): State<Site>, browser: Browser) -> Answer {
    match here(&site, &browser, Journey::SetUp).await? {
        Ok(here) => Reply::to(here.path(&site)).done(),
        Err(gone) => gone.done(),
    }
}

/// What a POST begins with: the form is ours, the set-up can go on, and the account has a turn.
pub(super) async fn begin_post(
    site: &Site,
    browser: &Browser,
    journey: Journey,
    form_token: &str,
) -> Result<Result<(Here, Turn), Reply>, Failure> {
    let here = match here(site, browser, journey).await? {
        Ok(here) => here,
        Err(gone) => return Ok(Err(gone)),
    };
    form::check(site, &here.holder.link, form_token)?;
    let turn = site.load.turn(here.standing.account.as_str()).await?;
    Ok(Ok((here, turn)))
}

/// What a step that is done leads to.
pub(super) fn after(site: &Site, browser: &Browser, journey: Journey, done: Done, next: &'static str) -> Answer {
    match done {
        Done::Next(Some(visit)) => Reply::to(next).with(site, journey.visit_cookie(), &[visit]).done(),
        Done::Next(None) => Reply::to(next).done(),
        Done::Known(known) => {
            let known: Vec<_> = [known].into_iter().chain(browser.known_browsers()).take(4).collect();
            Reply::to(next).with(site, Cookie::KnownBrowsers, &known).done()
        }
        Done::NotNow(step) => Reply::to(journey.path(site, step)).done(),
        Done::Gone(why) => gone(site, browser, why, journey.words())?.done(),
        Done::WrongPasscode => Reply::to(journey.path(site, Step::App)).done(),
    }
}
