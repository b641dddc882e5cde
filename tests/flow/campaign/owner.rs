//! Who the account belongs to: comes every few days, mostly in the browser that it is used in, sometimes in a new one.

use vestibule::flow::password_reset::{self, Asked};
use vestibule::flow::sign_in::finish::Browser;
use vestibule::flow::sign_in::new_password::{self, Changed};
use vestibule::flow::sign_in::passcode::{self, Submitted};
use vestibule::mail::outgoing::Outgoing;
use vestibule::model::email_address::EmailAddress;
use vestibule::model::id::MailId;
use vestibule::model::throttle::Gate;
use vestibule::model::time::Timestamp;
use vestibule::model::token::{PlainToken, TokenKind};

use super::life::World;

pub struct Owner {
    pub next: Timestamp,
    known: Vec<PlainToken>,
}

impl Owner {
    pub fn new(next: Timestamp) -> Self {
        Self { next, known: Vec::new() }
    }

    pub fn first_sign_in(&mut self, world: &mut World<'_>) {
        assert!(self.sign_in(world, &[]), "the first sign-in");
    }

    pub fn act(&mut self, world: &mut World<'_>) {
        world.tally.visits += 1;
        // The code of the step that was used last is not taken again.
        if world.now.seconds() / 30 <= world.used {
            world.wait(std::time::Duration::from_secs(31));
        }
        if world.dice.below(4) == 0 {
            self.in_a_new_browser(world);
        } else {
            let known = self.known.clone();
            world.tally.kept_out_known += u32::from(!self.sign_in(world, &known));
        }
    }

    /// Past a lock that the attacker made, through a new password by mail; past a spent budget not: there the known browser or the way
    /// back for a lost device is left.
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
            Some(Gate::Closed) => world.tally.closed_to_new += 1,
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
        let mailed = world.write(move |tx, act| {
            tx.execute("DELETE FROM outbox", &[])?;
            let Asked::Sent = password_reset::request(tx, act, &email)? else { return Ok(None) };
            let row = tx.query_opt("SELECT id, body FROM outbox", &[])?.unwrap();
            let mail = Outgoing::open(&act.keys, &MailId::new(row.text(0)?), &row.bytes(1)?).unwrap();
            Ok(Some(mail.text.expose().to_owned()))
        })?;
        let link = mailed.split_whitespace().find_map(|word| {
            word.rsplit_once('/').and_then(|(_, last)| PlainToken::parse(TokenKind::Link, last.trim_start_matches("#")))
        });
        let (link, phc) = (link.expect("a link in the mail"), world.person.phc.clone());
        let known = world.write(move |tx, act| password_reset::change(tx, act, &link, &phc)).ok()?;
        world.password += 1;
        self.known.clear();
        Some(known)
    }
}
