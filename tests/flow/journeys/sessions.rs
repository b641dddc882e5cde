//! What is done in a session, and to all of them.

use vestibule::flow::account::{self, Change};
use vestibule::flow::not_me;
use vestibule::flow::own_account;
use vestibule::flow::session;
use vestibule::flow::sign_in::finish::SignedIn;
use vestibule::model::confirmation::{Confirmation, Subject};
use vestibule::model::return_path::ReturnPath;
use vestibule::model::secret::SecretText;

use super::people::OWNER;
use super::rules::{Aim, Purpose};
use super::walk::Walk;

type Who = (usize, usize);

impl Walk<'_> {
    pub fn look_at_portal(&mut self, who: Who) {
        let Some((_, _, token)) = self.web(who).session.clone() else { return };
        let live = self.act(move |tx, act| match session::live(tx, act, &token)? {
            Some(live) => session::touch(tx, act, &live).map(|()| true),
            None => Ok(false),
        });
        let expected = self.session_of(who).filter(|&session| self.rules.is_live(session));
        assert_eq!(live, expected.is_some(), "{:#?}", self.last());
        if let Some(session) = expected {
            self.rules.sessions[session].seen = self.rules.now;
        }
    }

    /// The password, to change something in a session.
    pub fn begin_to_confirm(&mut self, who: Who) {
        let Some((_, _, token)) = self.web(who).session.clone() else { return };
        let Some(live) = self.act(move |tx, act| session::live(tx, act, &token)) else { return };
        let session = self.session_of(who).expect("a live session is one of the model's");
        let asked = Confirmation { subject: Subject::Changes, return_to: ReturnPath::parse("/account").unwrap() };
        let passwords: Vec<_> = self.people[who.0].passwords.iter().copied().collect();
        let typed = self.one_of(passwords).unwrap_or(9_999);
        let aim = Aim::Changes(session, self.rules.sessions[session].id);
        self.password(who, (typed, aim), Some(Box::new((live.session.id, asked))));
    }

    pub fn set_password_in_session(&mut self, who: Who) {
        let Some((_, _, token)) = self.web(who).session.clone() else { return };
        let (new, browser) = (self.passwords + 1, self.browser(who));
        let phc = SecretText::new(new.to_string());
        let set = self.act(move |tx, act| own_account::password::set(tx, act, &token, &phc, &browser));
        self.note(who, &format!("password {new} in a session: {set:?}"));
        let allowed = self.may_change(who);
        assert_eq!(set.is_some(), allowed.is_some(), "{:#?}", self.last());
        let Some((signed_in, session)) = set.zip(allowed) else { return };
        let tokens = self.web(who).known.clone();
        self.new_password(who, new);
        if self.rules.sessions[session].confirmed.is_some_and(|(_, by_app)| by_app) {
            self.rules.spent = 0;
        }
        self.stay(who, session, &tokens, signed_in);
        self.count("password in a session");
    }

    /// This session goes on where everything else has ended.
    pub fn stay(&mut self, who: Who, session: usize, tokens: &[usize], signed_in: SignedIn) {
        let known = self.rules.keep_session(session);
        let request = self.web(who).request;
        self.keep(who, (session, known), tokens, signed_in);
        self.web(who).request = request;
    }

    /// The session in which this browser may change the account now.
    pub fn may_change(&self, who: Who) -> Option<usize> {
        self.session_of(who).filter(|&session| self.rules.is_live(session) && self.rules.is_confirmed(session))
    }

    pub fn sign_out(&mut self, who: Who) {
        let Some((_, _, token)) = self.web(who).session.clone() else { return };
        let session = self.session_of(who);
        self.act(move |tx, act| session::sign_out(tx, act, &token));
        self.note(who, "signs out");
        if let Some(session) = session {
            self.rules.sessions[session].ended = true;
        }
        self.web(who).session = None;
    }

    pub fn say_not_me(&mut self, who: Who) {
        let links = self.links_of(who.0, Purpose::NotMe);
        let Some(link) = self.one_of(links) else { return };
        let token = self.links[link].clone();
        let said = self.act(move |tx, act| not_me::confirm(tx, act, &token));
        self.note(who, &format!("link {link}: this was not me: {said:?}"));
        assert_eq!(said.is_ok(), self.rules.is_good(link), "{:#?}", self.last());
        if said.is_ok() {
            self.rules.links[link].ended = true;
            self.rules.end_everything();
            // Where no link could set the password anew, it is to be replaced once its owner is in.
            match self.rules.mails_reset() {
                true => self.rules.blocked = true,
                false => self.rules.due = true,
            }
            self.count("not me");
        }
    }

    /// What an administrator does now and then.
    pub fn unlock(&mut self, who: Who) {
        let was_shut = self.rules.not_me && !self.rules.has_mfa;
        self.lift(who);
        if was_shut {
            self.receive();
            self.set_up_again();
        }
    }

    /// What was stopped is open again.
    pub fn lift(&mut self, who: Who) {
        let id = self.id.clone();
        self.act(move |tx, act| account::change(tx, act, &id, Change::Unlock)).unwrap();
        self.note(who, "asks to be unlocked");
        self.rules.unlock();
        self.ghost.lifted_by = Some(OWNER);
    }
}
