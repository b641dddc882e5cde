//! Who the account belongs to: comes every few days, mostly in the browser that it is used in, sometimes in a new one.

use vestibule::flow::password_reset::{self, Asked};
use vestibule::flow::sign_in::finish::Browser;
use vestibule::flow::sign_in::new_password::{self, Changed};
use vestibule::flow::sign_in::passcode::{self, Submitted};
use vestibule::model::email_address::EmailAddress;
use vestibule::model::throttle::Gate;
use vestibule::model::time::Timestamp;
use vestibule::model::token::PlainToken;

use super::life::World;
use super::way_back::WayBack;

pub struct Owner {
    pub next: Timestamp,
    known: Vec<PlainToken>,
    way_back: Option<WayBack>,
}

impl Owner {
    pub fn new(next: Timestamp) -> Self {
        Self { next, known: Vec::new(), way_back: None }
    }

    pub fn first_sign_in(&mut self, world: &mut World<'_>) {
        assert!(self.sign_in(world, &[]), "the first sign-in");
    }

    pub fn act(&mut self, world: &mut World<'_>) {
        // The code of the step that was used last is not taken again.
        if world.now.seconds() / 30 <= world.used {
            world.wait(std::time::Duration::from_secs(31));
        }
        if let Some(way) = self.way_back.take() {
            return self.go_on(world, way);
        }
        world.tally.visits += 1;
        if world.dice.below(4) == 0 {
            self.in_a_new_browser(world);
        } else {
            let known = self.known.clone();
            world.tally.kept_out_known += u32::from(!self.sign_in(world, &known));
        }
    }

    /// On the way back from a spent budget, which is not done at once.
    pub fn is_on_the_way(&self) -> bool {
        self.way_back.is_some()
    }

    fn go_on(&mut self, world: &mut World<'_>, way: WayBack) {
        if let Some(known) = way.is_at_its_end() {
            let (password, known) = (world.password, [known.clone()]);
            self.known.clear();
            let is_in = self.sign_in(world, &known);
            // The password and the passcode, and the new password where it is due.
            let steps = way.steps + 2 + u32::from(world.password != password);
            world.tally.most_steps = world.tally.most_steps.max(steps);
            world.tally.kept_out_new += u32::from(!is_in);
            return;
        }
        self.way_back = way.go_on(world);
        world.tally.kept_out_new += u32::from(self.way_back.is_none());
    }

    /// Past a lock that the attacker made, through a new password by mail; past a spent budget, by the way back for a lost device.
    fn in_a_new_browser(&mut self, world: &mut World<'_>) {
        let password = world.password;
        let Some(attempt) = world.give_password(password, &[]) else {
            world.tally.kept_out_new += 1;
            return;
        };
        match world.gate(&attempt) {
            Some(Gate::Open) => world.tally.kept_out_new += u32::from(!self.give_passcode(world, &attempt)),
            Some(Gate::Locked(_)) => {
                world.tally.visits_by_mail += 1;
                let by_mail = self.set_password_by_mail(world);
                let known: Vec<_> = by_mail.into_iter().collect();
                world.tally.kept_out_new += u32::from(known.is_empty() || !self.sign_in(world, &known));
            }
            Some(Gate::Closed) => {
                world.tally.closed_to_new += 1;
                self.way_back = WayBack::begin(world, &attempt);
                world.tally.kept_out_new += u32::from(self.way_back.is_none());
            }
            None => world.tally.kept_out_new += 1,
        }
    }

    fn sign_in(&mut self, world: &mut World<'_>, known: &[PlainToken]) -> bool {
        let password = world.password;
        let Some(attempt) = world.give_password(password, known) else { return false };
        world.gate(&attempt) == Some(Gate::Open) && self.give_passcode(world, &attempt)
    }

    fn give_passcode(&mut self, world: &mut World<'_>, attempt: &PlainToken) -> bool {
        let step = world.now.seconds() / 30;
        let (token, typed, browser) = (attempt.clone(), world.code(step), self.browser());
        let mut answer = world.write(move |tx, act| passcode::submit(tx, act, &token, &typed, &browser));
        world.used = step;
        if matches!(answer, Submitted::NewPasswordFirst) {
            let (token, phc, browser) = (attempt.clone(), world.person.phc.clone(), self.browser());
            let changed = world.write(move |tx, act| new_password::change(tx, act, &token, &phc, &browser));
            let Changed::SignedIn(signed_in) = changed else { return false };
            world.password += 1;
            world.budget_opened = true;
            answer = Submitted::SignedIn(signed_in);
        }
        let Submitted::SignedIn(signed_in) = answer else { return false };
        self.known = signed_in.known_browsers;
        true
    }

    fn browser(&self) -> Browser {
        Browser { session: None, known_browsers: self.known.clone() }
    }

    /// **Forgot password?**, in a browser that is known by it afterwards.
    fn set_password_by_mail(&mut self, world: &mut World<'_>) -> Option<PlainToken> {
        let email = EmailAddress::parse(&format!("{}@example.org", world.person.username)).unwrap();
        let link =
            world.mailed_link(move |tx, act| Ok(matches!(password_reset::request(tx, act, &email)?, Asked::Sent)))?;
        let phc = world.person.phc.clone();
        let known = world.write(move |tx, act| password_reset::change(tx, act, &link, &phc)).ok()?;
        world.password += 1;
        self.known.clear();
        Some(known)
    }
}
