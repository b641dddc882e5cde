//! What must hold after each step, whatever was done.

use vestibule::flow::session;
use vestibule::model::proof::{Level, level};
use vestibule::model::recovery_lock::RecoveryLock;
use vestibule::store::{account, security_answer, totp_app};

use super::people::{ATTACKER, OWNER, Profile};
use super::walk::Walk;

impl Walk<'_> {
    pub fn check(&mut self, who: (usize, usize)) {
        self.trace.drain(..self.trace.len().saturating_sub(60));
        self.check_account();
        self.check_what_is_the_owners();
        // Ways that are stopped are opened by the owner's app, or by people who have looked at the person; by an app of the attacker's
        // only where the account has one.
        let is_opened = self.ghost.stopped.0 && !self.rules.not_me || self.ghost.stopped.1 && !self.rules.undone;
        let may_open = self.ghost.lifted_by == Some(OWNER) || self.ghost.lifted_by.is_some() && self.ghost.breach;
        assert!(!is_opened || may_open, "{}", self.told());
        self.check_session(who);
        for browser in 0..2 {
            self.check_attacker(browser);
        }
    }

    fn told(&self) -> String {
        format!("{:#?}", self.last())
    }

    /// The account's rows are what the model says.
    fn check_account(&mut self) {
        let id = self.id.clone();
        let (row, apps, answers) = self.act(move |tx, _| {
            let row = account::load(tx, &id)?.expect("an account");
            Ok((row, totp_app::of(tx, &id)?.len(), security_answer::of(tx, &id)?.len()))
        });
        let rules = &self.rules;
        let real = (row.rest.spent, row.rest.wrong_in_a_row, row.password_due, row.password_blocked, row.mail_paused);
        assert_eq!(real, (rules.spent, rules.row, rules.due, rules.blocked, rules.paused), "{}", self.told());
        let stopped = match row.recovery_lock {
            None => (false, false),
            Some(RecoveryLock::NotMe) => (true, false),
            Some(RecoveryLock::Undone) => (false, true),
            Some(RecoveryLock::Both) => (true, true),
        };
        assert_eq!(stopped, (rules.not_me, rules.undone), "{}", self.told());
        let real = (row.epoch, row.has_mfa(), row.recovery_code.is_some(), apps, answers > 0, row.email.as_str());
        let (epoch, code, answers) = (i64::from(rules.epoch), rules.code.is_some(), rules.answers.is_some());
        let email = self.address(rules.email);
        assert_eq!(real, (epoch, rules.has_mfa, code, rules.apps.len(), answers, email.as_str()), "{}", self.told());
        assert!(rules.spent <= 60, "{}", self.told());
    }

    /// The attacker has put nothing into the account.
    fn check_what_is_the_owners(&self) {
        let rules = &self.rules;
        let is_foreign = rules.apps.iter().any(|app| self.secrets[app.number].1 != OWNER);
        assert!(self.ghost.breach || !is_foreign, "an app of the attacker's: {}", self.told());
        assert!(self.ghost.breach || self.people[OWNER].reads.contains(&rules.email), "{}", self.told());
        if self.ghost.breached {
            return;
        }
        assert!(rules.code.is_none_or(|code| self.codes[code].1 == OWNER), "{}", self.told());
        assert!(rules.answers.is_none_or(|answers| self.answers[answers] == OWNER), "{}", self.told());
    }

    fn check_session(&mut self, (person, browser): (usize, usize)) {
        let Some((session, version, token)) = self.people[person].webs[browser].session.clone() else { return };
        let real = self.act(move |tx, act| session::live(tx, act, &token));
        let is_live = self.rules.is_live(session) && self.rules.sessions[session].token == version;
        let expected =
            is_live.then_some(if self.rules.sessions[session].by_app { Level::Mfa } else { Level::MfaEmail });
        let real = real.map(|live| level(Some(live.session.password), Some(live.session.passcode)));
        assert_eq!(real, expected, "{}", self.told());
    }

    fn check_attacker(&self, browser: usize) {
        let Some((session, version, _)) = self.people[ATTACKER].webs[browser].session else { return };
        if !self.rules.is_live(session) || self.rules.sessions[session].token != version {
            return;
        }
        let may = match self.profile {
            Profile::Password | Profile::Mailbox | Profile::PasswordAndRescue => false,
            // The owner's, and never more than it was.
            Profile::Cookie => true,
            // Password and mailbox are two proofs, and worth no more than an email.
            Profile::PasswordAndMailbox => !self.rules.sessions[session].by_app,
            // What was phished, until it is taken back.
            Profile::Phisher => self.ghost.breach,
        };
        assert!(may, "the attacker is in: {}", self.told());
    }
}
