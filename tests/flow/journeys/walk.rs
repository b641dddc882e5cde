//! One walk: the two people, and what reaches them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use vestibule::flow::account::{self, Added, FirstPassword, NewAccount};
use vestibule::flow::act::{Act, Origin};
use vestibule::flow::product::{self, NewProduct};
use vestibule::mail::outgoing::Outgoing;
use vestibule::model::account as account_model;
use vestibule::model::account_name::Username;
use vestibule::model::dice::{Dice, Seed};
use vestibule::model::email_address::EmailAddress;
use vestibule::model::id::{AccountId, MailId};
use vestibule::model::passcode::Passcode;
use vestibule::model::product::{Kind, Policy, ProductId};
use vestibule::model::recovery_code::RecoveryCode;
use vestibule::model::secret::SecretText;
use vestibule::model::support_case::CaseNumber;
use vestibule::model::time::Timestamp;
use vestibule::model::token::{PlainToken, TokenKind};
use vestibule::model::totp::{self, Secret, Step};
use vestibule::store::db::Tx;
use vestibule::store::error::Error;

use super::desk::{self, Desk};
use super::people::{self, ATTACKER, OWNER, Person, Profile, Web};
use super::rules::{self, Purpose, Role};
use crate::support::House;

/// What a walk knows about its steps, and neither the program nor the model does.
#[derive(Debug, Default)]
pub struct Ghost {
    /// The owner types into the attacker's page.
    pub phishing: bool,
    /// What is typed is mostly right.
    pub means_well: bool,
    /// The attacker was given more than the profile says, by way of a session in which changes were confirmed; until an undone change
    /// of the address has taken it back.
    pub breach: bool,
    /// The same, but for what an undone change leaves.
    pub breached: bool,
    /// Which ways back were stopped before this step.
    pub stopped: (bool, bool),
    /// Whose proof, if anybody's, has opened stopped ways back in this step.
    pub lifted_by: Option<usize>,
}

pub struct Walk<'a> {
    pub house: &'a House,
    pub profile: Profile,
    /// Whether the owner has an authenticator app, or gets passcodes by email alone.
    pub with_app: bool,
    pub rules: rules::Account,
    pub dice: Dice,
    pub id: AccountId,
    pub username: String,
    pub people: [Person; 2],
    pub attempts: Vec<PlainToken>,
    pub known: Vec<PlainToken>,
    pub links: Vec<PlainToken>,
    /// Who asked for each.
    pub askers: Vec<usize>,
    pub acting: usize,
    pub visits: Vec<PlainToken>,
    /// The keys of apps, and who saw each first; so with recovery codes and answers.
    pub secrets: Vec<(Secret, usize)>,
    pub codes: Vec<(RecoveryCode, usize)>,
    pub answers: Vec<usize>,
    /// Apps that are being added, by their session.
    pub drafts: BTreeMap<(usize, u32), usize>,
    pub requests: Vec<PlainToken>,
    pub passcodes: Vec<Passcode>,
    pub passwords: usize,
    /// Support cases, and whether the owner is behind each; browsers that joined; the analysts.
    pub cases: Vec<CaseNumber>,
    pub vouched: Vec<bool>,
    pub seats: Vec<PlainToken>,
    pub desks: Vec<Desk>,
    pub ghost: Ghost,
    pub steps: u32,
    pub arrived: Vec<Outgoing>,
    pub done: BTreeMap<&'static str, u32>,
    pub trace: Vec<String>,
}

impl<'a> Walk<'a> {
    pub fn new(house: &'a House, number: u32) -> Self {
        let profile = Profile::ALL[usize::try_from(number).unwrap() % Profile::ALL.len()];
        let mut dice = dice(number);
        let role = role(number);
        let username = format!("walker-{number}");
        let mut walk = Self {
            house,
            profile,
            with_app: !(profile.bears_email() && number / 6 % 3 == 2),
            rules: rules::Account { now: house.now().seconds(), epoch: 1, role, ..rules::Account::default() },
            id: make(house, (&username, role), &mut dice),
            desks: (0..2).map(|desk| desk::make(house, &format!("analyst-{desk}-{number}"), &mut dice)).collect(),
            dice,
            username,
            people: people::of(profile),
            attempts: Vec::new(),
            known: Vec::new(),
            links: Vec::new(),
            askers: Vec::new(),
            acting: OWNER,
            visits: Vec::new(),
            secrets: Vec::new(),
            codes: Vec::new(),
            answers: Vec::new(),
            drafts: BTreeMap::new(),
            requests: Vec::new(),
            passcodes: Vec::new(),
            passwords: 0,
            cases: Vec::new(),
            vouched: Vec::new(),
            seats: Vec::new(),
            ghost: Ghost::default(),
            steps: 0,
            arrived: Vec::new(),
            done: BTreeMap::new(),
            trace: Vec::new(),
        };
        // Before MFA is set up, password and mailbox are the account. So that is done first.
        walk.set_up_by_the_owner();
        walk
    }

    /// Password and mailbox are the account from here on; where the attacker may get both, the owner is there first.
    pub fn set_up_again(&mut self) {
        if !self.profile.bears_email() || self.profile == Profile::Mailbox || self.dice.below(2) == 0 {
            self.set_up_by_the_owner();
        }
    }

    /// The owner sets MFA up, however long it takes.
    pub fn set_up_by_the_owner(&mut self) {
        let who = (OWNER, 0);
        self.acting = OWNER;
        for _ in 0..400 {
            if self.rules.has_mfa {
                return;
            }
            self.rules.now += 400;
            if self.rules.not_me {
                // Support knows this person, and an administrator lifts what was stopped.
                self.lift(who);
            }
            if !self.people[OWNER].passwords.contains(&self.rules.password) || self.rules.blocked {
                self.forget_password(who);
                self.receive();
                self.set_password_by_mail(who);
                continue;
            }
            for act in [Self::give_password, Self::ask_for_set_up, Self::take_link, Self::begin_set_up, Self::prove_app]
            {
                act(self, who);
                self.receive();
            }
            self.finish(who);
            self.receive();
        }
        panic!("no set-up: {:#?}", self.last());
    }

    /// Time passes, and one of the two does something, or several things that belong together.
    pub fn go_on(&mut self) {
        self.pass_time();
        let person = usize::from(self.dice.below(3) == 0);
        let who = (person, usize::try_from(self.dice.below(2)).unwrap());
        self.acting = person;
        self.do_something(who);
        self.settle(who);
        self.take_back();
        self.settle(who);
    }

    /// The end of a step: what must hold is looked at.
    pub fn settle(&mut self, who: (usize, usize)) {
        self.receive();
        self.check(who);
        self.steps += 1;
        (self.ghost.stopped, self.ghost.lifted_by) = ((self.rules.not_me, self.rules.undone), None);
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

    /// An address of one of the two.
    pub fn address(&self, number: usize) -> EmailAddress {
        let host = ["example.org", "second.example.org", "thief.example.org"][number];
        EmailAddress::parse(&format!("{}@{host}", self.username)).unwrap()
    }

    fn number_of(&self, address: &str) -> Option<usize> {
        (0..3).find(|&number| self.address(number).as_str() == address)
    }

    pub fn reads(&self, person: usize, to: &BTreeSet<usize>) -> bool {
        !self.people[person].reads.is_disjoint(to)
    }

    /// Mails become links of the model, once it knows what the act has done; each goes where it must.
    pub fn receive(&mut self) {
        let mut links: Vec<(Purpose, PlainToken, BTreeSet<usize>)> = Vec::new();
        for mail in std::mem::take(&mut self.arrived) {
            let purpose = match mail.kind.as_str() {
                "set_up_link" => Purpose::SetUp,
                "new_device_link" => Purpose::NewDevice,
                "reset_link" => Purpose::Reset,
                "new_browser" => Purpose::NotMe,
                "email_confirm" => Purpose::EmailConfirm,
                "email_changed" => Purpose::EmailUndo,
                "case_answer" => Purpose::Case,
                "case_opened" => Purpose::CaseNotMe,
                _ => continue,
            };
            let Some(to) = self.number_of(&mail.to) else { continue };
            let text = mail.text.expose();
            let (_, after) = text.split_once(TokenKind::Link.prefix()).expect("a link in the mail");
            let token = format!("{}{}", TokenKind::Link.prefix(), after.split_whitespace().next().unwrap());
            let token = PlainToken::parse(TokenKind::Link, &token).expect("a whole token");
            match links.iter_mut().find(|(_, known, _)| *known == token) {
                Some((_, _, all)) => drop(all.insert(to)),
                None => links.push((purpose, token, [to].into())),
            }
        }
        for (purpose, token, to) in links {
            let must = self.rules.mailed_to(purpose);
            assert!(must.is_none_or(|must| must == to), "{purpose:?} went to {to:?}: {:#?}", self.last());
            self.links.push(token);
            self.askers.push(self.acting);
            self.rules.mailed(purpose, to);
        }
    }

    /// Where the walk is, and what was done last.
    pub fn last(&self) -> Vec<String> {
        let place = format!("step {} of {} ({:?})", self.steps, self.username, self.profile);
        let done = self.trace[self.trace.len().saturating_sub(14)..].iter().cloned();
        [place].into_iter().chain(done).collect()
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
        totp::code_at(&self.secrets[app].0, Step(step))
    }

    /// One that no app shows now or lately, and no email had.
    pub fn wrong_code(&mut self) -> Passcode {
        let now = self.rules.now / 30;
        // Older keys are of apps that are gone: a code of theirs is as wrong as any.
        let alive: Vec<_> = self.rules.apps.iter().map(|app| app.number).chain(self.newest_secrets()).collect();
        loop {
            let code = Passcode::parse(&format!("{:06}", self.dice.below(1_000_000))).unwrap();
            let shown = alive.iter().any(|&app| (now - 12..now + 3).any(|step| self.code_of(app, step) == code));
            if !shown && !self.passcodes.contains(&code) {
                return code;
            }
        }
    }

    fn newest_secrets(&self) -> std::ops::Range<usize> {
        self.secrets.len().saturating_sub(4)..self.secrets.len()
    }

    /// A recovery code is shown to this person.
    pub fn learn_code(&mut self, person: usize, code: RecoveryCode) -> usize {
        self.codes.push((code, person));
        let number = self.codes.len() - 1;
        self.people[person].codes.insert(number);
        if self.profile == Profile::PasswordAndRescue {
            self.people[ATTACKER].codes.insert(number);
        }
        number
    }

    /// This person chooses answers: their number, and what is typed.
    pub fn learn_answers(&mut self, person: usize) -> usize {
        self.answers.push(person);
        let number = self.answers.len() - 1;
        self.people[person].answers.insert(number);
        if self.profile == Profile::PasswordAndRescue {
            self.people[ATTACKER].answers.insert(number);
        }
        number
    }
}

/// The chance of the walk with this number.
fn dice(number: u32) -> Dice {
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&number.to_be_bytes());
    Seed::new(seed).dice()
}

fn role(number: u32) -> Role {
    match number % 11 {
        2 | 7 => Role::Analyst,
        9 => Role::Administrator,
        _ => Role::User,
    }
}

/// An account with password 0.
pub fn make(house: &House, (username, role): (&str, Role), dice: &mut Dice) -> AccountId {
    let role = match role {
        Role::User => account_model::Role::User,
        Role::Analyst => account_model::Role::Analyst,
        Role::Administrator => account_model::Role::Administrator,
    };
    let new = NewAccount {
        username: Username::parse(username).unwrap(),
        email: EmailAddress::parse(&format!("{username}@example.org")).unwrap(),
        name: None,
        organization: None,
        role,
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
