//! The way back where the budget is spent and the browser is new, **Set up a new device**: the link by mail, the recovery code or the
//! three answers, a new app and its first code, the new recovery code. The sign-in that follows is the owner's own.

use std::sync::Arc;

use vestibule::flow::new_device::answers::{self, Begun};
use vestibule::flow::new_device::recovery_code::{self, Submitted};
use vestibule::flow::new_device::request::{self, Asked};
use vestibule::flow::set_up::finish::finish;
use vestibule::flow::set_up::standing::{self, Holder, Journey};
use vestibule::flow::set_up::steps::{self, Done};
use vestibule::model::token::PlainToken;
use vestibule::model::totp::{self, Secret, Step};

use super::life::World;

/// How far the owner has come.
pub struct WayBack {
    next: Next,
    /// What the owner has done for it until now: each page with something to press or to type is one.
    pub steps: u32,
}

pub enum Next {
    Prove(Holder),
    AddApp(Holder),
    /// The way is at its end, and this browser is known by this.
    SignIn(PlainToken),
}

impl WayBack {
    /// Asks for the link, from the page that says that no passcode is looked at.
    pub fn begin(world: &mut World<'_>, attempt: &PlainToken) -> Option<Self> {
        let attempt = attempt.clone();
        let link = world.mailed_link(move |tx, act| Ok(matches!(request::send(tx, act, &attempt)?, Asked::Sent)))?;
        let holder = Holder { journey: Journey::NewDevice, link, visit: None };
        Some(Self { next: Next::Prove(holder), steps: 1 })
    }

    pub fn is_at_its_end(&self) -> Option<&PlainToken> {
        match &self.next {
            Next::SignIn(known) => Some(known),
            Next::Prove(_) | Next::AddApp(_) => None,
        }
    }

    /// The next stretch; `None` where it does not lead on.
    pub fn go_on(mut self, world: &mut World<'_>) -> Option<Self> {
        self.next = match self.next {
            Next::Prove(holder) => {
                // The link's own page, then the code or the answers.
                self.steps += 2;
                Next::AddApp(prove(world, holder)?)
            }
            Next::AddApp(holder) => {
                // The app's first code, then the recovery code that is written down.
                self.steps += 2;
                Next::SignIn(add_app(world, &holder)?)
            }
            Next::SignIn(_) => return None,
        };
        Some(self)
    }
}

/// Half of the owners have kept their recovery code, the others remember their answers.
fn prove(world: &mut World<'_>, holder: Holder) -> Option<Holder> {
    let by_code = world.dice.below(2) == 0;
    let submitted = if by_code { give_code(world, &holder)? } else { give_answers(world, &holder)? };
    let Submitted::Proved(visit) = submitted else { return None };
    world.budget_opened = true;
    world.tally.ways_back[usize::from(by_code)] += 1;
    Some(Holder { visit: Some(visit), ..holder })
}

fn give_code(world: &mut World<'_>, holder: &Holder) -> Option<Submitted> {
    let (holder, code) = (holder.clone(), world.person.recovery_code.clone());
    world.write(move |tx, act| recovery_code::submit(tx, act, &holder, &code)).ok()
}

fn give_answers(world: &mut World<'_>, holder: &Holder) -> Option<Submitted> {
    let begun = {
        let holder = holder.clone();
        world.write(move |tx, act| answers::begin(tx, act, &holder)).ok()?
    };
    let Begun::Check(check) = begun else { return None };
    let holder = holder.clone();
    world.write(move |tx, act| answers::settle(tx, act, &holder, (&check, true))).ok()
}

fn add_app(world: &mut World<'_>, holder: &Holder) -> Option<PlainToken> {
    let secret = shown_secret(world, holder)?;
    let step = Step(world.now.seconds() / 30);
    let (typed, held) = (totp::code_at(&secret, step), holder.clone());
    let Done::Next(None) = world.write(move |tx, act| steps::prove_app(tx, act, &held, &typed)) else { return None };
    let held = holder.clone();
    let recovery_code = world.write(move |tx, act| {
        let visit = standing::of(tx, act, &held)?.ok().and_then(|standing| standing.visit);
        visit.map(|visit| standing::recovery_code(act, &visit)).transpose()
    })?;
    let held = holder.clone();
    let Done::Known(known) = world.write(move |tx, act| finish(tx, act, &held)) else { return None };
    (world.person.secret, world.person.recovery_code, world.used) = (Arc::new(secret), recovery_code, step.0);
    Some(known)
}

/// The key on the page with the QR code.
fn shown_secret(world: &mut World<'_>, holder: &Holder) -> Option<Secret> {
    let held = holder.clone();
    world.write(move |tx, act| {
        let visit = standing::of(tx, act, &held)?.ok().and_then(|standing| standing.visit);
        visit.map(|visit| standing::secret(act, &visit)).transpose()
    })
}
