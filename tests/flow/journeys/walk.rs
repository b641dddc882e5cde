//! One walk: the two people, what each holds, and what must hold after each step.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use vestibule::flow::account::{self, Added, FirstPassword, NewAccount};
use vestibule::flow::act::{Act, Origin};
use vestibule::flow::product::{self, NewProduct};
use vestibule::flow::session;
use vestibule::mail::outgoing::Outgoing;
use vestibule::model::account::Role;
use vestibule::model::account_name::Username;
use vestibule::model::dice::{Dice, Seed};
use vestibule::model::email_address::EmailAddress;
use vestibule::model::id::{AccountId, MailId};
use vestibule::model::passcode::Passcode;
use vestibule::model::product::{Kind, Policy, ProductId};
use vestibule::model::proof::{Level, level};
use vestibule::model::recovery_code::RecoveryCode;
use vestibule::model::secret::SecretText;
use vestibule::model::time::Timestamp;
use vestibule::model::token::{PlainToken, TokenKind};
use vestibule::model::totp::{self, Secret, Step};
use vestibule::store::db::Tx;
use vestibule::store::error::Error;

use super::rules::{self, Purpose};
use crate::support::House;

pub const OWNER: usize = 0;
pub const ATTACKER: usize = 1;

/// What the attacker has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    Password,
    Mailbox,
    /// The owner's session cookie, taken now and then.
    Cookie,
    PasswordAndMailbox,
}

impl Profile {
    pub const ALL: [Self; 4] = [Self::Password, Self::Mailbox, Self::Cookie, Self::PasswordAndMailbox];
}

/// What a browser holds: numbers of the model. A session comes with its token's version.
#[derive(Clone, Debug, Default)]
pub struct Web {
    pub session: Option<(usize, u32, PlainToken)>,
    pub attempt: Option<usize>,
    pub known: Vec<usize>,
    pub link: Option<(usize, Option<usize>)>,
    pub request: Option<usize>,
}

/// Somebody, with what they know.
#[derive(Clone, Debug, Default)]
pub struct Person {
    pub passwords: BTreeSet<usize>,
    pub mailbox: bool,
    pub apps: BTreeSet<usize>,
    pub codes: BTreeSet<usize>,
    pub webs: [Web; 2],
}

pub struct Walk<'a> {
    pub house: &'a House,
    pub profile: Profile,
    pub rules: rules::Account,
    pub dice: Dice,
    pub id: AccountId,
    pub username: String,
    pub people: [Person; 2],
    /// Whose answers the account has.
    pub answers: Option<usize>,
    pub answers_of: BTreeMap<usize, usize>,
    pub attempts: Vec<PlainToken>,
    pub known: Vec<PlainToken>,
    pub links: Vec<PlainToken>,
    /// Who asked for each.
    pub askers: Vec<usize>,
    pub acting: usize,
    pub visits: Vec<PlainToken>,
    pub makers: Vec<usize>,
    pub secrets: Vec<Secret>,
    pub codes: Vec<Option<RecoveryCode>>,
    pub requests: Vec<PlainToken>,
    pub passcodes: Vec<Passcode>,
    pub passwords: usize,
    pub arrived: Vec<Outgoing>,
    pub done: BTreeMap<&'static str, u32>,
    pub trace: Vec<String>,
}

impl<'a> Walk<'a> {
    pub fn new(house: &'a House, profile: Profile, number: u32) -> Self {
        let mut seed = [7; 32];
        seed[..4].copy_from_slice(&number.to_be_bytes());
        let mut dice = Seed::new(seed).dice();
        let rules = rules::Account { now: house.now().seconds(), epoch: 1, ..rules::Account::default() };
        let username = format!("walker-{number}");
        let id = make(house, &username, &mut dice);
        let mut people = [Person::default(), Person::default()];
        people[OWNER].passwords.insert(0);
        people[OWNER].mailbox = true;
        people[ATTACKER].mailbox = matches!(profile, Profile::Mailbox | Profile::PasswordAndMailbox);
        if matches!(profile, Profile::Password | Profile::PasswordAndMailbox) {
            people[ATTACKER].passwords.insert(0);
        }
        let mut walk = Self {
            house,
            profile,
            rules,
            dice,
            id,
            username,
            people,
            answers: None,
            answers_of: BTreeMap::new(),
            attempts: Vec::new(),
            known: Vec::new(),
            links: Vec::new(),
            askers: Vec::new(),
            acting: OWNER,
            visits: Vec::new(),
            makers: Vec::new(),
            secrets: Vec::new(),
            codes: Vec::new(),
            requests: Vec::new(),
            passcodes: Vec::new(),
            passwords: 0,
            arrived: Vec::new(),
            done: BTreeMap::new(),
            trace: Vec::new(),
        };
        walk.set_up_by_the_owner();
        walk
    }

    /// Before MFA is set up, password and mailbox are the account. So that is done first.
    fn set_up_by_the_owner(&mut self) {
        let who = (OWNER, 0);
        // The owner mistypes now and then.
        while self.people[OWNER].webs[0].attempt.is_none() {
            self.give_password(who);
        }
        self.ask_for_set_up(who);
        self.receive();
        self.take_link(who);
        self.begin_set_up(who);
        while self.people[OWNER].codes.is_empty() {
            self.rules.now += 31;
            self.prove_app(who);
        }
        self.finish(who);
        assert!(self.rules.has_mfa && self.rules.apps.len() == 1, "{:?}", self.trace);
    }

    pub fn step(&mut self, number: u32) {
        self.pass_time();
        let person = usize::from(self.dice.below(3) == 0);
        let who = (person, usize::try_from(self.dice.below(2)).unwrap());
        self.acting = person;
        self.do_something(who);
        self.receive();
        self.check(who, number);
    }

    fn pass_time(&mut self) {
        let seconds = match self.dice.below(200) {
            0 => self.dice.below(40_000),
            1..6 => self.dice.below(2_000),
            6..30 => self.dice.below(200),
            _ => self.dice.below(20),
        };
        self.rules.now += u64::from(seconds) + 1;
    }

    /// Does an act, and takes the mails that it caused.
    pub fn act<T: Send + 'static>(
        &mut self,
        act: impl Fn(&mut Tx<'_>, &Act) -> Result<T, Error> + Send + 'static,
    ) -> T {
        let now = Timestamp::from_millis(i64::try_from(self.rules.now).unwrap() * 1_000);
        let origin = Origin {
            address: Some(format!("203.0.{}.{}", self.dice.below(200), self.dice.below(200)).parse().unwrap()),
            user_agent: String::new(),
            request_id: "walk".into(),
            actor: None,
        };
        let app = &self.house.app;
        let seed = Seed::new(self.dice.bytes());
        let surroundings = Act::new(Arc::clone(&app.settings), app.keys.clone(), now, seed, origin);
        let (done, mails) = app
            .db
            .write(move |tx| {
                let done = act(tx, &surroundings)?;
                let mut mails = Vec::new();
                for row in tx.query("DELETE FROM outbox RETURNING id, body", &[])? {
                    let mail = Outgoing::open(&surroundings.keys, &MailId::new(row.text(0)?), &row.bytes(1)?);
                    mails.push(mail.expect("a mail that opens"));
                }
                Ok((done, mails))
            })
            .unwrap();
        self.arrived.extend(mails);
        done
    }

    /// Mails become links and passcodes of the model, once it knows what the act has done.
    pub fn receive(&mut self) {
        for mail in std::mem::take(&mut self.arrived) {
            let purpose = match mail.kind.as_str() {
                "set_up_link" => Purpose::SetUp,
                "new_device_link" => Purpose::NewDevice,
                "reset_link" => Purpose::Reset,
                "new_browser" => Purpose::NotMe,
                _ => continue,
            };
            let text = mail.text.expose();
            let (_, after) = text.split_once(TokenKind::Link.prefix()).expect("a link in the mail");
            let token = format!("{}{}", TokenKind::Link.prefix(), after.split_whitespace().next().unwrap());
            self.links.push(PlainToken::parse(TokenKind::Link, &token).expect("a whole token"));
            self.askers.push(self.acting);
            self.rules.mailed(purpose);
        }
    }

    /// What must hold whatever was done.
    fn check(&mut self, (person, browser): (usize, usize), number: u32) {
        let id = self.id.clone();
        let row = self.act(move |tx, _| vestibule::store::account::load(tx, &id)).unwrap();
        let rules = &self.rules;
        let told = || {
            format!(
                "step {number} of {} ({:?}): {:#?}",
                self.username,
                self.profile,
                &self.trace[self.trace.len().saturating_sub(12)..]
            )
        };
        let real = (row.rest.spent, row.rest.wrong_in_a_row, row.password_due, row.password_blocked, row.mail_paused);
        assert_eq!(real, (rules.spent, rules.row, rules.due, rules.blocked, rules.paused), "{}", told());
        assert_eq!((row.epoch, row.has_mfa()), (i64::from(rules.epoch), rules.has_mfa), "{}", told());
        assert!(rules.spent <= 60, "{}", told());
        assert!(rules.apps.iter().all(|app| self.makers[app.number] == OWNER), "an app of the attacker's: {}", told());
        let foreign =
            rules.code.is_some_and(|code| self.makers[code] == ATTACKER || self.people[ATTACKER].codes.contains(&code));
        assert!(!foreign && self.answers == Some(OWNER), "{}", told());
        self.check_session((person, browser), number);
        for browser in 0..2 {
            self.check_attacker(browser, number);
        }
    }

    fn check_session(&mut self, (person, browser): (usize, usize), number: u32) {
        let Some((session, version, token)) = self.people[person].webs[browser].session.clone() else { return };
        let real = self.act(move |tx, act| session::live(tx, act, &token));
        let is_live = self.rules.is_live(session) && self.rules.sessions[session].token == version;
        let expected =
            is_live.then_some(if self.rules.sessions[session].by_app { Level::Mfa } else { Level::MfaEmail });
        let real = real.map(|live| level(Some(live.session.password), Some(live.session.passcode)));
        assert_eq!(real, expected, "step {number} of {}: {:#?}", self.username, self.last());
    }

    fn check_attacker(&self, browser: usize, number: u32) {
        let Some((session, version, _)) = self.people[ATTACKER].webs[browser].session else { return };
        if !self.rules.is_live(session) || self.rules.sessions[session].token != version {
            return;
        }
        let may = match self.profile {
            Profile::Password | Profile::Mailbox => false,
            // The owner's, and never more than it was.
            Profile::Cookie => true,
            // Password and mailbox are two proofs, and worth no more than an email.
            Profile::PasswordAndMailbox => !self.rules.sessions[session].by_app || self.rules.apps.is_empty(),
        };
        assert!(may, "step {number} of {}: the attacker ({:?}) is in: {:#?}", self.username, self.profile, self.last());
    }

    pub fn last(&self) -> &[String] {
        &self.trace[self.trace.len().saturating_sub(12)..]
    }

    pub fn note(&mut self, (person, browser): (usize, usize), what: &str) {
        let name = ["owner", "attacker"][person];
        self.trace.push(format!("{} {name} {browser}: {what}", self.rules.now));
    }

    pub fn count(&mut self, what: &'static str) {
        *self.done.entry(what).or_default() += 1;
    }

    pub fn web(&mut self, (person, browser): (usize, usize)) -> &mut Web {
        &mut self.people[person].webs[browser]
    }

    /// One of these, the newest more often.
    pub fn one_of(&mut self, of: impl IntoIterator<Item = usize>) -> Option<usize> {
        let all: Vec<_> = of.into_iter().collect();
        let newest = *all.last()?;
        let drawn = usize::try_from(self.dice.below(u32::try_from(all.len()).unwrap())).unwrap();
        Some(if self.dice.below(4) == 0 { all[drawn] } else { newest })
    }

    pub fn code_of(&self, app: usize, step: u64) -> Passcode {
        totp::code_at(&self.secrets[app], Step(step))
    }

    /// One that no app shows now or lately, and no email had.
    pub fn wrong_code(&mut self) -> Passcode {
        let now = self.rules.now / 30;
        loop {
            let code = Passcode::parse(&format!("{:06}", self.dice.below(1_000_000))).unwrap();
            let shown =
                (0..self.secrets.len()).any(|app| (now - 12..now + 3).any(|step| self.code_of(app, step) == code));
            if !shown && !self.passcodes.contains(&code) {
                return code;
            }
        }
    }
}

fn make(house: &House, username: &str, dice: &mut Dice) -> AccountId {
    let new = NewAccount {
        username: Username::parse(username).unwrap(),
        email: EmailAddress::parse(&format!("{username}@example.org")).unwrap(),
        name: None,
        organization: None,
        role: Role::User,
        groups: Vec::new(),
    };
    let (act, first) = (house.act(), FirstPassword::Hash(SecretText::new("0".into())));
    let seed = Seed::new(dice.bytes());
    let made = house.app.db.write(move |tx| account::add(tx, (&act, &mut seed.dice()), &new, &first));
    let Added::Done(id) = made.unwrap() else { panic!("the name is taken") };
    id
}

/// One product of each policy.
pub fn register_products(house: &House) {
    for (name, policy) in [("inherit", Policy::Inherit), ("separate", Policy::Separate(std::time::Duration::ZERO))] {
        let act = house.act();
        let new = NewProduct {
            redirect_uris: vec![format!("https://{name}.example/back")],
            ..NewProduct::new(ProductId::parse(name).unwrap(), name, Kind::Web, policy)
        };
        house.app.db.write(move |tx| product::register(tx, &act, &new)).unwrap().unwrap();
    }
}
