//! What is asked for by mail, and what is done behind the links.

use vestibule::flow::new_device::answers::{self, Begun};
use vestibule::flow::new_device::recovery_code::{self, Submitted};
use vestibule::flow::new_device::request as new_device;
use vestibule::flow::password_reset;
use vestibule::flow::set_up::finish;
use vestibule::flow::set_up::request as set_up;
use vestibule::flow::set_up::standing::{self, Holder, Journey};
use vestibule::flow::set_up::steps::{self, Answered, Done};
use vestibule::model::email_address::EmailAddress;
use vestibule::model::recovery_code::RecoveryCode;
use vestibule::model::secret::SecretText;

use super::rules::Purpose;
use super::walk::{OWNER, Walk};

type Who = (usize, usize);

impl Walk<'_> {
    pub fn forget_password(&mut self, who: Who) {
        let email = EmailAddress::parse(&format!("{}@example.org", self.username)).unwrap();
        let asked = self.act(move |tx, act| password_reset::request(tx, act, &email));
        self.note(who, &format!("forgot the password: {asked:?}"));
    }

    pub fn links_of(&self, purpose: Purpose) -> Vec<usize> {
        (0..self.links.len()).filter(|&link| self.rules.links[link].purpose == purpose).collect()
    }

    /// Opens the newest link of a kind, or an older one.
    pub fn take_link(&mut self, who: Who) {
        if !self.people[who.0].mailbox {
            return;
        }
        let purpose = if self.rules.has_mfa { Purpose::NewDevice } else { Purpose::SetUp };
        // The owner follows no link that somebody else asked for, as the mails say.
        let asked = |link: &usize| who.0 != OWNER || self.askers[*link] == OWNER;
        let links: Vec<_> = self.links_of(purpose).into_iter().filter(asked).collect();
        if let Some(link) = self.one_of(links) {
            self.web(who).link = Some((link, None));
        }
    }

    pub fn set_password_by_mail(&mut self, who: Who) {
        let links = self.links_of(Purpose::Reset);
        let Some(link) = self.one_of(links).filter(|_| self.people[who.0].mailbox) else { return };
        let (token, new) = (self.links[link].clone(), self.passwords + 1);
        if self.dice.below(2) == 0 {
            let token = token.clone();
            self.act(move |tx, act| password_reset::hold(tx, act, &token));
            self.rules.links[link].opened |= self.rules.is_good(link);
            return;
        }
        let phc = SecretText::new(new.to_string());
        let changed = self.act(move |tx, act| password_reset::change(tx, act, &token, &phc));
        self.note(who, &format!("link {link}: password {new}: {changed:?}"));
        assert_eq!(changed.is_ok(), self.rules.is_good(link), "{:#?}", self.last());
        let Ok(token) = changed else { return };
        self.rules.links[link].ended = true;
        self.new_password(who, new);
        self.rules.paused = self.rules.has_mfa;
        let known = self.rules.make_known(true);
        self.known.push(token);
        self.web(who).known.insert(0, known);
        self.count("password by mail");
    }

    pub fn ask_for_set_up(&mut self, who: Who) {
        let Some(attempt) = self.web(who).attempt else { return };
        let (token, allowed) = (self.attempts[attempt].clone(), self.rules.mails_set_up(attempt));
        let asked = self.act(move |tx, act| set_up::send(tx, act, &token));
        self.note(who, &format!("a setup link for {attempt}: {asked:?}"));
        let sent = matches!(asked, set_up::Asked::Sent | set_up::Asked::Wait(_));
        assert_eq!(sent, allowed, "{:#?}", self.last());
    }

    pub fn ask_for_new_device(&mut self, who: Who) {
        let Some(attempt) = self.web(who).attempt else { return };
        let (token, allowed) = (self.attempts[attempt].clone(), self.rules.mails_new_device(attempt));
        let asked = self.act(move |tx, act| new_device::send(tx, act, &token));
        self.note(who, &format!("a link to a new device for {attempt}: {asked:?}"));
        assert_eq!(!matches!(asked, new_device::Asked::Over), allowed, "{:#?}", self.last());
    }

    fn holder(&mut self, who: Who) -> Option<(usize, Option<usize>, Holder)> {
        let (link, visit) = self.web(who).link?;
        let journey = match self.rules.links[link].purpose {
            Purpose::NewDevice => Journey::NewDevice,
            _ => Journey::SetUp,
        };
        let visit_token = visit.map(|visit| self.visits[visit].clone());
        Some((link, visit, Holder { journey, link: self.links[link].clone(), visit: visit_token }))
    }

    fn is_new_device(&self, link: usize) -> bool {
        self.rules.links[link].purpose == Purpose::NewDevice
    }

    /// A browser's progress has begun: it sees a key of its own.
    fn begin_visit(&mut self, who: Who, link: usize, token: vestibule::model::token::PlainToken) {
        let visit = self.rules.begin_visit(link);
        self.visits.push(token);
        self.makers.push(who.0);
        self.codes.push(None);
        self.web(who).link = Some((link, Some(visit)));
        let (_, _, holder) = self.holder(who).unwrap();
        let secret = self.act(move |tx, act| {
            let standing = standing::of(tx, act, &holder)?.expect("a visit that has begun");
            standing::secret(act, &standing.visit.expect("a visit"))
        });
        self.secrets.push(secret);
        self.people[who.0].apps.insert(visit);
    }

    pub fn begin_set_up(&mut self, who: Who) {
        let Some((link, visit, holder)) = self.holder(who) else { return };
        let phc = SecretText::new(format!("answer of {}", who.0));
        let answers: Vec<_> =
            (0..3).map(|number| Answered { question: format!("Question {number}?"), phc: phc.clone() }).collect();
        let done = self.act(move |tx, act| steps::begin(tx, act, &holder, &answers));
        self.note(who, &format!("link {link}, visit {visit:?}: begins: {done:?}"));
        let allowed = self.rules.goes_on(link, visit) && !self.is_new_device(link);
        match done {
            Done::Next(token) => {
                assert!(allowed && token.is_some() == visit.is_none(), "{:#?}", self.last());
                if let Some(token) = token {
                    self.begin_visit(who, link, token);
                }
                let visit = self.web(who).link.and_then(|(_, visit)| visit).unwrap();
                self.answers_of.insert(visit, who.0);
            }
            _ => assert!(!allowed, "{:#?}", self.last()),
        }
    }

    pub fn prove_app(&mut self, who: Who) {
        let Some((link, visit, holder)) = self.holder(who) else { return };
        let (step, is_right) = (self.rules.now / 30, visit.is_some() && self.dice.below(6) > 0);
        let typed = match visit.filter(|_| is_right) {
            Some(visit) => self.code_of(visit, step),
            None => self.wrong_code(),
        };
        let done = self.act(move |tx, act| steps::prove_app(tx, act, &holder, &typed));
        self.note(who, &format!("link {link}, visit {visit:?}: an app's passcode: {done:?}"));
        let allowed = self.rules.goes_on(link, visit) && is_right;
        assert_eq!(matches!(done, Done::Next(None)), allowed, "{:#?}", self.last());
        if let Some(visit) = visit.filter(|_| allowed) {
            (self.rules.visits[visit].step, self.rules.visits[visit].without_app) = (Some(step), false);
            self.see_code(who);
        }
    }

    /// The owner keeps the app, so that most walks are about accounts with one.
    pub fn go_without_app(&mut self, who: Who) {
        if who.0 == OWNER {
            return;
        }
        let Some((link, visit, holder)) = self.holder(who) else { return };
        let done = self.act(move |tx, act| steps::go_without_app(tx, act, &holder));
        self.note(who, &format!("link {link}, visit {visit:?}: without an app: {done:?}"));
        let allowed = self.rules.goes_on(link, visit) && visit.is_some();
        assert_eq!(matches!(done, Done::Next(None)), allowed, "{:#?}", self.last());
        if let Some(visit) = visit.filter(|_| allowed) {
            (self.rules.visits[visit].step, self.rules.visits[visit].without_app) = (None, true);
            self.see_code(who);
        }
    }

    fn see_code(&mut self, who: Who) {
        let Some((_, Some(visit), holder)) = self.holder(who) else { return };
        let code = self.act(move |tx, act| {
            let standing = standing::of(tx, act, &holder)?.expect("a visit that goes on");
            standing::recovery_code(act, &standing.visit.expect("a visit"))
        });
        self.codes[visit] = Some(code);
        self.people[who.0].codes.insert(visit);
    }

    pub fn finish(&mut self, who: Who) {
        let Some((link, visit, holder)) = self.holder(who) else { return };
        let done = self.act(move |tx, act| finish::finish(tx, act, &holder));
        self.note(who, &format!("link {link}, visit {visit:?}: finishes: {done:?}"));
        let is_ready = |visit: usize| self.rules.visits[visit].step.is_some() || self.rules.visits[visit].without_app;
        let ready = visit.filter(|&visit| self.rules.goes_on(link, Some(visit)) && is_ready(visit));
        let is_done = matches!(done, Done::Next(None) | Done::Known(_));
        assert_eq!(is_done, ready.is_some(), "{:#?}", self.last());
        let Some(visit) = ready else { return };
        let new_device = self.rules.finish(visit);
        assert_eq!(matches!(done, Done::Known(_)), new_device, "{:#?}", self.last());
        if let Done::Known(token) = done {
            let known = self.rules.make_known(true);
            self.known.push(token);
            self.web(who).known.insert(0, known);
            self.count("new device");
        } else {
            self.answers = self.answers_of.get(&visit).copied();
            self.count("set up");
        }
        self.web(who).link = None;
    }

    pub fn give_recovery_code(&mut self, who: Who) {
        let Some((link, visit, holder)) = self.holder(who) else { return };
        let known: Vec<_> = self.people[who.0].codes.iter().copied().collect();
        let number = self.one_of(known).filter(|_| self.dice.below(5) > 0);
        let typed = match number {
            Some(number) => self.codes[number].clone().unwrap(),
            None => RecoveryCode::new(&mut self.dice),
        };
        let submitted = self.act(move |tx, act| recovery_code::submit(tx, act, &holder, &typed));
        self.note(who, &format!("link {link}, visit {visit:?}: recovery code {number:?}: {submitted:?}"));
        let open = self.may_prove(link, visit, 0);
        let spent = self.rules.links[link].spent_code;
        let is_right = number.is_some_and(|number| self.rules.code == Some(number) || spent == Some(number));
        match submitted {
            Ok(Submitted::Proved(token)) => {
                assert!(open && is_right, "{:#?}", self.last());
                self.rules.rescue_was_right(0);
                if self.rules.code == number {
                    self.rules.links[link].spent_code = self.rules.code.take();
                }
                self.begin_visit(who, link, token);
                self.count("recovery code");
            }
            Ok(Submitted::Wrong) => {
                assert!(open && !is_right, "{:#?}", self.last());
                self.rules.rescue_was_wrong(0);
            }
            Ok(Submitted::Shut(_)) if open => {
                assert!(!is_right, "{:#?}", self.last());
                self.rules.rescue_was_wrong(0);
                assert!(self.rules.is_rescue_shut(0), "{:#?}", self.last());
            }
            // Without any code none is looked at.
            Ok(Submitted::NotOffered) => {
                assert!(self.rules.code.is_none() && spent.is_none(), "{:#?}", self.last());
            }
            _ => assert!(!open, "{:#?}", self.last()),
        }
    }

    /// Whether a proof of this kind is looked at behind the link.
    fn may_prove(&self, link: usize, visit: Option<usize>, kind: usize) -> bool {
        self.rules.goes_on(link, visit)
            && visit.is_none()
            && self.is_new_device(link)
            && !self.rules.is_rescue_shut(kind)
    }

    pub fn give_answers(&mut self, who: Who) {
        let Some((link, visit, holder)) = self.holder(who) else { return };
        let is_typo = self.dice.below(4) == 0;
        let typed = format!("answer of {}", if is_typo { 7 } else { who.0 });
        let submitted = self.act(move |tx, act| {
            let check = match answers::begin(tx, act, &holder)? {
                Ok(Begun::Check(check)) => check,
                Ok(Begun::Not(submitted)) => return Ok(Ok(submitted)),
                Err(gone) => return Ok(Err(gone)),
            };
            let all_match = check.hashes.len() == 3 && check.hashes.iter().all(|hash| hash.expose() == typed);
            answers::settle(tx, act, &holder, (&check, all_match))
        });
        self.note(who, &format!("link {link}, visit {visit:?}: answers, typo {is_typo}: {submitted:?}"));
        let (open, is_right) = (self.may_prove(link, visit, 1), !is_typo && self.answers == Some(who.0));
        match submitted {
            Ok(Submitted::Proved(token)) => {
                assert!(open && is_right, "{:#?}", self.last());
                self.rules.rescue_was_right(1);
                self.begin_visit(who, link, token);
                self.count("answers");
            }
            Ok(Submitted::Wrong) | Ok(Submitted::Shut(_)) if open => {
                assert!(!is_right, "{:#?}", self.last());
                self.rules.rescue_was_wrong(1);
            }
            _ => assert!(!open, "{:#?}", self.last()),
        }
    }
}
