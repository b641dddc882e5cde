//! Thirty days of one account: its attacker and its owner come by turns, each at a time of their own choosing.

use std::sync::Arc;
use std::time::Duration;

use vestibule::flow::act::{Act, Origin};
use vestibule::flow::sign_in::passcode::{self, Standing};
use vestibule::flow::sign_in::password::{self, Begun, Settled, Typed};
use vestibule::mail::outgoing::Outgoing;
use vestibule::model::dice::{Dice, Seed};
use vestibule::model::id::{AccountId, MailId};
use vestibule::model::passcode::Passcode;
use vestibule::model::proof::PasswordProof;
use vestibule::model::recovery_code::RecoveryCode;
use vestibule::model::secret::SecretText;
use vestibule::model::throttle::Gate;
use vestibule::model::time::Timestamp;
use vestibule::model::token::{PlainToken, TokenKind};
use vestibule::model::totp::{self, Secret, Step};
use vestibule::store::db::Tx;
use vestibule::store::error::Error;

use super::attacker::Attacker;
use super::owner::Owner;
use super::tally::{CEILING, Tally};
use super::{DAY, Plan};
use crate::support::House;

/// An account and its app.
pub struct Person {
    pub account: AccountId,
    pub username: String,
    pub secret: Arc<Secret>,
    pub recovery_code: RecoveryCode,
    /// The hash of whichever password it has: nothing is hashed here.
    pub phc: SecretText,
}

/// Chance of its own for this account and use.
pub fn seeded(number: u32, what: u8) -> Dice {
    let mut seed = [what; 32];
    seed[..4].copy_from_slice(&number.to_be_bytes());
    Seed::new(seed).dice()
}

/// An act at `now` from the attacker's network.
pub fn act_of(house: &House, dice: &mut Dice, now: Timestamp) -> Act {
    let origin = Origin {
        address: Some("203.0.113.66".parse().unwrap()),
        user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0".into(),
        request_id: "campaign".into(),
        actor: None,
    };
    Act::new(Arc::clone(&house.app.settings), house.app.keys.clone(), now, Seed::new(dice.bytes()), origin)
}

/// What both share: the account, the time, and what has happened to it.
pub struct World<'a> {
    pub house: &'a House,
    pub person: Person,
    pub plan: &'a Plan,
    pub now: Timestamp,
    pub dice: Dice,
    /// Which password it is by now.
    pub password: u32,
    /// The newest step of which a code was accepted.
    pub used: u64,
    /// The owner has just opened a new budget.
    pub budget_opened: bool,
    /// Whether the attacker may spend of the budget that is open now.
    budget_counts: bool,
    /// What the attacker had compared in it.
    pub compared_in_budget: u32,
    pub tally: Tally,
}

impl World<'_> {
    pub fn write<T: Send + 'static>(
        &mut self,
        act: impl Fn(&mut Tx<'_>, &Act) -> Result<T, Error> + Send + 'static,
    ) -> T {
        let surroundings = act_of(self.house, &mut self.dice, self.now);
        self.house.app.db.write(move |tx| act(tx, &surroundings)).unwrap()
    }

    /// The account's password of this number, from a browser that holds these tokens: the attempt's token where it is right.
    pub fn give_password(&mut self, number: u32, known_browsers: &[PlainToken]) -> Option<PlainToken> {
        let name = Some(self.person.username.clone());
        let typed = Typed { name, known_browsers: known_browsers.to_vec(), request: None, within: None };
        let Begun::Check(check) = self.write(move |tx, act| password::begin(tx, act, &typed)) else { return None };
        let verdict = PasswordProof::from_verdict(number == self.password, self.now);
        match self.write(move |tx, act| password::settle(tx, act, &check, verdict, None)) {
            Settled::Right(token, has_mfa) => has_mfa.then_some(token),
            Settled::Wrong | Settled::Blocked => None,
        }
    }

    /// Opens the passcode page, which begins entry.
    pub fn gate(&mut self, attempt: &PlainToken) -> Option<Gate> {
        let attempt = attempt.clone();
        match self.write(move |tx, act| passcode::view(tx, act, &attempt)) {
            Standing::Passcode(view) => Some(view.gate),
            _ => None,
        }
    }

    /// Does what mails a link, and takes it from the mail; `None` where it was not sent.
    pub fn mailed_link(
        &mut self,
        ask: impl Fn(&mut Tx<'_>, &Act) -> Result<bool, Error> + Send + 'static,
    ) -> Option<PlainToken> {
        let mailed = self.write(move |tx, act| {
            tx.execute("DELETE FROM outbox", &[])?;
            if !ask(tx, act)? {
                return Ok(None);
            }
            let row = tx.query_opt("SELECT id, body FROM outbox", &[])?.unwrap();
            let mail = Outgoing::open(&act.keys, &MailId::new(row.text(0)?), &row.bytes(1)?).unwrap();
            Ok(Some(mail.text.expose().to_owned()))
        })?;
        let link = mailed.split_whitespace().find_map(|word| {
            word.rsplit_once('/').and_then(|(_, last)| PlainToken::parse(TokenKind::Link, last.trim_start_matches("#")))
        });
        Some(link.expect("a link in the mail"))
    }

    pub fn code(&self, step: u64) -> Passcode {
        totp::code_at(&self.person.secret, Step(step))
    }

    pub fn wait(&mut self, span: Duration) {
        self.now = self.now.plus(span);
    }

    /// A number of seconds below the span's.
    pub fn some_of(&mut self, span: Duration) -> Duration {
        let seconds = u32::try_from(span.as_secs()).unwrap();
        Duration::from_secs(u64::from(self.dice.below(seconds)))
    }
}

/// An account with the two who come to it.
pub struct Life<'a> {
    world: World<'a>,
    attacker: Attacker,
    owner: Owner,
    end: Timestamp,
}

impl<'a> Life<'a> {
    pub fn new(house: &'a House, person: Person, plan: &'a Plan, number: u32) -> Self {
        let (now, dice) = (house.now(), seeded(number, 2));
        let mut world = World {
            house,
            person,
            plan,
            now,
            dice,
            password: 0,
            used: 0,
            budget_opened: false,
            budget_counts: true,
            compared_in_budget: 0,
            tally: Tally { leaks: 1, budgets: 1, ..Tally::default() },
        };
        let mut owner = Owner::new(now);
        owner.first_sign_in(&mut world);
        owner.next = world.now.plus(world.some_of(DAY * 11));
        let first = world.now.plus(world.some_of(DAY));
        let attacker = Attacker::new(first, plan.is_leaky(number), plan.is_patient(number));
        Self { end: world.now.plus(DAY * plan.days), world, attacker, owner }
    }

    pub fn live(mut self) -> Tally {
        loop {
            let next = self.attacker.next.unwrap_or(self.end).min(self.owner.next);
            if next >= self.end {
                break;
            }
            self.world.now = self.world.now.max(next);
            if self.attacker.next.is_some_and(|own| own <= self.owner.next) {
                let locked = self.attacker.act(&mut self.world);
                // Half of the owners come just when a lock stands.
                if locked && self.world.dice.below(8) == 0 {
                    self.owner.next = self.world.now.plus(Duration::from_secs(60));
                }
            } else {
                self.owner_acts();
            }
        }
        while self.owner.is_on_the_way() {
            self.world.now = self.world.now.max(self.owner.next);
            self.owner_acts();
        }
        self.close()
    }

    fn owner_acts(&mut self) {
        let before = self.world.password;
        self.owner.act(&mut self.world);
        if self.world.password != before && self.attacker.learns {
            self.attacker.knows = self.world.password;
            self.world.tally.leaks += 1;
        }
        self.count_budget();
        // On the way back there are minutes between two pages, which the attacker may use.
        let pause = match self.owner.is_on_the_way() {
            true => Duration::from_secs(60) + self.world.some_of(Duration::from_secs(600)),
            false => self.world.some_of(DAY * 11),
        };
        self.owner.next = self.world.now.plus(pause);
    }

    /// A budget counts from when the attacker knows the password that is right in it: one that opens with a password that he never sees
    /// is none of his.
    fn count_budget(&mut self) {
        let knows = self.attacker.knows == self.world.password;
        if std::mem::take(&mut self.world.budget_opened) {
            (self.world.budget_counts, self.world.compared_in_budget) = (false, 0);
            if knows {
                self.attacker.come_at_once(self.world.now);
            }
        }
        if knows && !self.world.budget_counts {
            self.world.budget_counts = true;
            self.world.tally.budgets += 1;
        }
    }

    /// What the trail says was compared is held against what the rules allow.
    fn close(mut self) -> Tally {
        let row = {
            let id = self.world.person.account.clone();
            self.world.write(move |tx, _| vestibule::store::account::load(tx, &id)).unwrap()
        };
        let wrong = {
            let id = self.world.person.account.clone();
            self.world.write(move |tx, _| {
                const SQL: &str = "SELECT COUNT(*) FROM audit_event WHERE account_id = $1 AND act = 'passcode' \
                    AND outcome = 'wrong'";
                tx.query_opt(SQL, &[(&id).into()])?.unwrap().int(0)
            })
        };
        let tally = &mut self.world.tally;
        let wrong = u64::try_from(wrong).unwrap();
        assert_eq!(tally.compared, wrong + u64::from(tally.takeovers), "the trail has every try that was compared");
        tally.over_ceiling = u32::from(tally.most_in_budget > CEILING || row.rest.spent > CEILING);
        self.world.tally
    }
}
