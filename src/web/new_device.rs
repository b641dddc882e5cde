//! The pages behind the new-device link: who it is, and then the steps of set-up ([`super::set_up`]), which they share.

pub mod identity;
pub mod questions;
pub mod recovery_code;
pub mod support;

use super::browser::Browser;
use super::error::Failure;
use super::page::Wait;
use super::reply::{Reply, gone};
use super::set_up::{Here, here};
use super::site::Site;
use crate::flow::new_device::ways::{self, Ways};
use crate::flow::set_up::standing::{Journey, Step};
use crate::model::rescue::Gate;

const JOURNEY: Journey = Journey::NewDevice;

/// Where the journey stands here before anyone has proved who it is, and the ways to prove it; `Err` is the answer when it stands
/// elsewhere.
async fn before_proof(site: &Site, browser: &Browser) -> Result<Result<(Here, Ways), Reply>, Failure> {
    let here = match here(site, browser, JOURNEY).await? {
        Ok(here) => here,
        Err(gone) => return Ok(Err(gone)),
    };
    if here.standing.step != Step::Begin {
        return Ok(Err(Reply::to(here.path(site))));
    }
    let (act, holder) = (site.act(browser), here.holder.clone());
    match site.read(move |tx| ways::behind(tx, &act, &holder)).await? {
        Ok(ways) => Ok(Ok((here, ways))),
        Err(why) => Ok(Err(gone(site, browser, why, JOURNEY.words())?)),
    }
}

/// What a shut gate says, and until when.
fn shut(site: &Site, browser: &Browser, gate: Gate, words: &'static str) -> (Option<&'static str>, Option<Wait>) {
    let until = gate.shut_until();
    (until.map(|_| words), until.map(|until| site.wait(until, browser.now)))
}
