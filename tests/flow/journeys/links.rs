//! What is asked for by mail, and what is done behind the links.

use vestibule::flow::new_device::answers::{self, Begun};
use vestibule::flow::new_device::recovery_code::{self, Submitted};
use vestibule::flow::new_device::request as new_device;
use vestibule::flow::password_reset;
use vestibule::flow::set_up::finish;
use vestibule::flow::set_up::request as set_up;
use vestibule::flow::set_up::standing::{self, Holder, Journey};
use vestibule::flow::set_up::steps::{self, Answered, Done};
use vestibule::model::recovery_code::RecoveryCode;
use vestibule::model::secret::SecretText;

use super::people::OWNER;
use super::rules::{Proof, Purpose};
use super::walk::Walk;

type Who = (usize, usize);

impl Walk<'_> {
    pub fn forget_password(&mut self, who: Who) {
        let number = if self.dice.below(4) == 0 { usize::from(self.dice.below(2) == 0) } else { self.rules.email };
        let email = self.address(number);
        let asked = self.act(move |tx, act| password_reset::request(tx, act, &email));
        self.note(who, &format!("forgot the password of address {number}: {asked:?}"));
        let is_its = number == self.rules.email || self.rules.pending().is_some_and(|change| change.before == number);
        let mails = self.arrived.iter().filter(|mail| mail.kind == "reset_link").count();
        let sends = matches!(asked, password_reset::Asked::Sent) && is_its && self.rules.mails_reset();
        assert_eq!(mails, usize::from(sends), "{:#?}", self.last());
    }

    /// The links of a kind that this person has in the mail.
    pub fn links_of(&self, person: usize, purpose: Purpose) -> Vec<usize> {
        let is_there =
            |&link: &usize| self.rules.links[link].purpose == purpose && self.reads(person, &self.rules.links[link].to);
        (0..self.links.len()).filter(is_there).collect()
    }

    /// Opens the newest link of a kind, or an older one.
    pub fn take_link(&mut self, who: Who) {
        let purpose = if self.rules.has_mfa { Purpose::NewDevice } else { Purpose::SetUp };
        // The owner follows no link that somebody else asked for, as the mails say.
        let asked = |link: &usize| who.0 != OWNER || self.askers[*link] == OWNER;
        let links: Vec<_> = self.links_of(who.0, purpose).into_iter().filter(asked).collect();
        if let Some(link) = self.one_of(links) {
            self.web(who).link = Some((link, None));
        }
    }

    pub fn set_password_by_mail(&mut self, who: Who) {
        let links = self.links_of(who.0, Purpose::Reset);
        let Some(link) = self.one_of(links) else { return };
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
        if let Some(change) = &mut self.rules.change {
            change.password = new;
        }
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

    pub fn holder(&mut self, who: Who) -> Option<(usize, Option<usize>, Holder)> {
        let (link, visit) = self.web(who).link?;
        let journey = match self.rules.links[link].purpose {
            Purpose::NewDevice => Journey::NewDevice,
            _ => Journey::SetUp,
        };
        let visit_token = visit.map(|visit| self.visits[visit].clone());
        Some((link, self.rules.still(visit), Holder { journey, link: self.links[link].clone(), visit: visit_token }))
    }

    pub fn is_new_device(&self, link: usize) -> bool {
        self.rules.links[link].purpose == Purpose::NewDevice
    }

    /// A browser's progress has begun: it sees a key of its own.
    fn begin_visit(
        &mut self,
        who: Who,
        (link, proof): (usize, Option<Proof>),
        token: vestibule::model::token::PlainToken,
    ) {
        let visit = self.rules.begin_visit(link, self.secrets.len(), proof);
        self.visits.push(token);
        self.web(who).link = Some((link, Some(visit)));
        let (_, _, holder) = self.holder(who).unwrap();
        let secret = self.act(move |tx, act| {
            let standing = standing::of(tx, act, &holder)?.expect("a visit that has begun");
            standing::secret(act, &standing.visit.expect("a visit"))
        });
        self.people[who.0].apps.insert(self.secrets.len());
        self.secrets.push((secret, who.0));
    }

    pub fn begin_set_up(&mut self, who: Who) {
        let Some((link, visit, holder)) = self.holder(who) else { return };
        let number = self.answers.len();
        let answers = answered(number);
        let done = self.act(move |tx, act| steps::begin(tx, act, &holder, &answers));
        self.note(who, &format!("link {link}, visit {visit:?}: begins: {done:?}"));
        let allowed = self.rules.goes_on(link, visit) && !self.is_new_device(link);
        match done {
            Done::Next(token) => {
                assert!(allowed && token.is_some() == visit.is_none(), "{:#?}", self.last());
                if let Some(token) = token {
                    self.begin_visit(who, (link, None), token);
                }
                let visit = self.web(who).link.and_then(|(_, visit)| visit).unwrap();
                self.rules.visits[visit].answers = Some(self.learn_answers(who.0));
            }
            _ => assert!(!allowed, "{:#?}", self.last()),
        }
    }

    pub fn prove_app(&mut self, who: Who) {
        if who.0 == OWNER && !self.with_app {
            return self.go_without_app(who);
        }
        let Some((link, visit, holder)) = self.holder(who) else { return };
        let (step, is_right) = (self.rules.now / 30, visit.is_some() && self.dice.below(6) > 0);
        let typed = match visit.filter(|_| is_right) {
            Some(visit) => self.code_of(self.rules.visits[visit].app, step),
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

    /// An owner who has an app keeps it.
    pub fn go_without_app(&mut self, who: Who) {
        if who.0 == OWNER && self.with_app {
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
        if self.rules.visits[visit].code.is_some() {
            return;
        }
        let code = self.act(move |tx, act| {
            let standing = standing::of(tx, act, &holder)?.expect("a visit that goes on");
            standing::recovery_code(act, &standing.visit.expect("a visit"))
        });
        self.rules.visits[visit].code = Some(self.learn_code(who.0, code));
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
        let (proof, to) = (self.rules.visits[visit].proof, &self.rules.links[link].to);
        assert!(self.reads(who.0, to) && proof.is_some() == self.is_new_device(link), "{:#?}", self.last());
        let new_device = self.rules.finish(visit);
        assert_eq!(matches!(done, Done::Known(_)), new_device, "{:#?}", self.last());
        if let Done::Known(token) = done {
            let known = self.rules.make_known(true);
            self.known.push(token);
            self.web(who).known.insert(0, known);
            self.count("new device");
        } else {
            self.count("set up");
        }
        self.web(who).link = None;
    }

    pub fn give_recovery_code(&mut self, who: Who) {
        let Some((link, visit, holder)) = self.holder(who) else { return };
        let known: Vec<_> = self.people[who.0].codes.iter().copied().collect();
        let number = self.one_of(known).filter(|_| self.dice.below(5) > 0);
        let typed = match number {
            Some(number) => self.codes[number].0.clone(),
            None => RecoveryCode::new(&mut self.dice),
        };
        let submitted = self.act(move |tx, act| recovery_code::submit(tx, act, &holder, &typed));
        self.note(who, &format!("link {link}, visit {visit:?}: recovery code {number:?}: {submitted:?}"));
        let open = self.may_prove(link, visit, Proof::Code);
        let spent = self.rules.links[link].spent_code;
        let is_right = number.is_some_and(|number| self.rules.code == Some(number) || spent == Some(number));
        match submitted {
            Ok(Submitted::Proved(token)) => {
                assert!(open && is_right, "{:#?}", self.last());
                self.rules.rescue_was_right(Proof::Code);
                if self.rules.code == number {
                    self.rules.links[link].spent_code = self.rules.code.take();
                }
                self.begin_visit(who, (link, Some(Proof::Code)), token);
                self.count("recovery code");
            }
            Ok(Submitted::Wrong) => {
                assert!(open && !is_right, "{:#?}", self.last());
                self.rules.rescue_was_wrong(Proof::Code);
            }
            Ok(Submitted::Shut(_)) if open => {
                assert!(!is_right, "{:#?}", self.last());
                self.rules.rescue_was_wrong(Proof::Code);
                assert!(self.rules.is_rescue_shut(Proof::Code), "{:#?}", self.last());
            }
            _ => assert!(!open, "{:#?}", self.last()),
        }
    }

    /// Whether a proof of this kind is looked at behind the link.
    fn may_prove(&self, link: usize, visit: Option<usize>, proof: Proof) -> bool {
        self.rules.goes_on(link, visit)
            && visit.is_none()
            && self.is_new_device(link)
            && self.rules.takes(proof, link)
            && !self.rules.is_rescue_shut(proof)
    }

    pub fn give_answers(&mut self, who: Who) {
        let Some((link, visit, holder)) = self.holder(who) else { return };
        let known: Vec<_> = self.people[who.0].answers.iter().copied().collect();
        let number = self.one_of(known).filter(|_| self.dice.below(4) > 0);
        let typed = number.map(text_of).unwrap_or_default();
        let submitted = self.act(move |tx, act| {
            let check = match answers::begin(tx, act, &holder)? {
                Ok(Begun::Check(check)) => check,
                Ok(Begun::Not(submitted)) => return Ok(Ok(submitted)),
                Err(gone) => return Ok(Err(gone)),
            };
            let all_match = check.hashes.len() == 3 && check.hashes.iter().all(|hash| hash.expose() == typed);
            answers::settle(tx, act, &holder, (&check, all_match))
        });
        self.note(who, &format!("link {link}, visit {visit:?}: answers {number:?}: {submitted:?}"));
        let (open, is_right) =
            (self.may_prove(link, visit, Proof::Answers), number.is_some() && self.rules.answers == number);
        match submitted {
            Ok(Submitted::Proved(token)) => {
                assert!(open && is_right, "{:#?}", self.last());
                self.rules.rescue_was_right(Proof::Answers);
                self.begin_visit(who, (link, Some(Proof::Answers)), token);
                self.count("answers");
            }
            Ok(Submitted::Wrong) | Ok(Submitted::Shut(_)) if open => {
                assert!(!is_right, "{:#?}", self.last());
                self.rules.rescue_was_wrong(Proof::Answers);
            }
            _ => assert!(!open, "{:#?}", self.last()),
        }
    }
}

/// What is typed as each answer of this set.
fn text_of(answers: usize) -> String {
    format!("answers {answers}")
}

/// The set with this number.
pub fn answered(answers: usize) -> Vec<Answered> {
    let phc = SecretText::new(text_of(answers));
    (0..3).map(|number| Answered { question: format!("Question {number}?"), phc: phc.clone() }).collect()
}
