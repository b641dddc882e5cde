//! What is changed of the account in a session in which changes are confirmed, and undone from the mailbox.

use vestibule::flow::email_change::confirm::{self, Confirmed};
use vestibule::flow::email_change::request::{self, Asked};
use vestibule::flow::email_change::undo;
use vestibule::flow::own_account::apps::{self, Added, Named, Removed};
use vestibule::flow::own_account::{questions, recovery_code};
use vestibule::flow::session;
use vestibule::model::own_app::AppName;

use super::links::answered;
use super::people::{ATTACKER, FIRST, OWNER, SECOND, THIEFS};
use super::rules::{App, HOUR, Purpose};
use super::walk::Walk;

type Who = (usize, usize);

impl Walk<'_> {
    pub fn add_app(&mut self, who: Who) {
        let Some((_, _, token)) = self.web(who).session.clone() else { return };
        let name = AppName::parse(&format!("App {}", self.secrets.len())).unwrap();
        let (begun, draft) = self.act({
            let token = token.clone();
            move |tx, act| {
                let begun = apps::begin(tx, act, &token, &name)?;
                let live = session::live(tx, act, &token)?;
                Ok((begun, live.map(|live| apps::begun(tx, act, &live)).transpose()?.flatten()))
            }
        });
        self.note(who, &format!("begins to add an app: {begun:?}"));
        let allowed = self.may_change(who);
        let expected = allowed.map(|_| if self.rules.apps.len() < 3 { Named::Done } else { Named::TooMany });
        assert_eq!(begun, expected, "{:#?}", self.last());
        let Some(session) = allowed.filter(|_| begun == Some(Named::Done)) else { return };
        let place = (session, self.rules.sessions[session].id);
        let app = self.drafts.get(&place).copied().unwrap_or_else(|| {
            self.secrets.push((draft.expect("the app that is being added").1, who.0));
            self.secrets.len() - 1
        });
        self.drafts.insert(place, app);
        self.people[who.0].apps.insert(app);
        let (step, is_right) = (self.rules.now / 30, self.dice.below(5) > 0);
        let typed = if is_right { self.code_of(app, step) } else { self.wrong_code() };
        let browser = self.browser(who);
        let added = self.act(move |tx, act| apps::add(tx, act, &token, &typed, &browser));
        self.note(who, &format!("adds app {app}, rightly {is_right}: {added:?}"));
        let Some(Added::Done(signed_in)) = added else {
            return assert!(!is_right && matches!(added, Some(Added::WrongPasscode)), "{:#?}", self.last());
        };
        assert!(is_right, "{:#?}", self.last());
        let (now, tokens) = (self.rules.now, self.web(who).known.clone());
        self.rules.apps.push(App { number: app, since: now, last_step: step, used_at: now });
        self.rules.end_everything();
        self.stay(who, session, &tokens, signed_in);
        self.count("app added");
    }

    pub fn remove_app(&mut self, who: Who) {
        let Some((_, _, token)) = self.web(who).session.clone() else { return };
        // Where passcodes by email would give the attacker everything, the owner keeps an app.
        let keeps = who.0 == OWNER && !self.profile.bears_email() && self.rules.apps.len() < 2;
        let held: Vec<_> = (0..self.rules.apps.len()).collect();
        let Some(place) = self.one_of(held).filter(|_| !keeps) else { return };
        let (id, browser) = (self.id.clone(), self.browser(who));
        let removed = self.act(move |tx, act| {
            let app = apps::list(tx, &id)?[place].id.clone();
            apps::remove(tx, act, &token, &app, &browser)
        });
        self.note(who, &format!("removes app {}: {removed:?}", self.rules.apps[place].number));
        let allowed = self.may_change(who);
        let may_go = self.rules.apps.len() > 1 || !self.rules.paused;
        match (removed, allowed) {
            (None, None) => {}
            (Some(Removed::Refused), Some(_)) => assert!(!may_go, "{:#?}", self.last()),
            (Some(Removed::Done(signed_in)), Some(session)) => {
                assert!(may_go, "{:#?}", self.last());
                let tokens = self.web(who).known.clone();
                let app = self.rules.apps.remove(place);
                self.rules.removed.push(app);
                self.rules.end_everything();
                self.stay(who, session, &tokens, signed_in);
                self.count("app removed");
            }
            (removed, allowed) => panic!("{removed:?} {allowed:?}: {:#?}", self.last()),
        }
    }

    pub fn change_answers(&mut self, who: Who) {
        let Some((_, _, token)) = self.web(who).session.clone() else { return };
        let answers = answered(self.answers.len());
        let set = self.act(move |tx, act| questions::set(tx, act, &token, &answers));
        self.note(who, &format!("new answers: {set:?}"));
        assert_eq!(set.is_some(), self.may_change(who).is_some(), "{:#?}", self.last());
        if set.is_some() {
            self.rules.answers = Some(self.learn_answers(who.0));
            self.rules.end_links(&[Purpose::NewDevice]);
            self.count("new answers");
        }
    }

    pub fn change_recovery_code(&mut self, who: Who) {
        let Some((_, _, token)) = self.web(who).session.clone() else { return };
        let code = self.act(move |tx, act| {
            let made = recovery_code::make(tx, act, &token)?;
            let live = session::live(tx, act, &token)?;
            let code = live.map(|live| recovery_code::made(tx, act, &live)).transpose()?.flatten();
            let saved = recovery_code::save(tx, act, &token)?;
            Ok(code.filter(|_| made.is_some() && saved == Some(true)))
        });
        self.note(who, &format!("a new recovery code: {}", code.is_some()));
        assert_eq!(code.is_some(), self.may_change(who).is_some(), "{:#?}", self.last());
        if let Some(code) = code {
            self.rules.code = Some(self.learn_code(who.0, code));
            self.rules.end_links(&[Purpose::NewDevice]);
            self.count("new recovery code");
        }
    }

    pub fn ask_for_email(&mut self, who: Who) {
        let Some((_, _, token)) = self.web(who).session.clone() else { return };
        let new = if who.0 == OWNER { FIRST + SECOND - self.rules.email.min(SECOND) } else { THIEFS };
        let email = self.address(new);
        let asked = self.act(move |tx, act| request::request(tx, act, &token, &email));
        self.note(who, &format!("asks for address {new}: {asked:?}"));
        assert_eq!(asked.is_some(), self.may_change(who).is_some(), "{:#?}", self.last());
        match asked {
            None => {}
            Some(Asked::NotBefore(_)) => assert!(self.rules.pending().is_some(), "{:#?}", self.last()),
            Some(Asked::Same) => assert_eq!(self.rules.email, new, "{:#?}", self.last()),
            Some(Asked::Sent | Asked::Wait(_)) => assert!(self.rules.pending().is_none(), "{:#?}", self.last()),
        }
    }

    pub fn confirm_email(&mut self, who: Who) {
        let links = self.links_of(who.0, Purpose::EmailConfirm);
        let Some(link) = self.one_of(links) else { return };
        let token = self.links[link].clone();
        let confirmed = self.act(move |tx, act| confirm::confirm(tx, act, &token));
        self.note(who, &format!("link {link}: confirms the address: {confirmed:?}"));
        assert_eq!(matches!(confirmed, Confirmed::Done), self.rules.is_good(link), "{:#?}", self.last());
        if matches!(confirmed, Confirmed::Done) {
            let new = *self.rules.links[link].to.first().unwrap();
            self.rules.change_email(link, new);
            self.count(if who.0 == OWNER { "address changed" } else { "address stolen" });
        }
    }

    pub fn undo_email(&mut self, who: Who) {
        let links = self.links_of(who.0, Purpose::EmailUndo);
        let Some(link) = self.one_of(links) else { return };
        let token = self.links[link].clone();
        let undone = self.act(move |tx, act| undo::undo(tx, act, &token));
        self.note(who, &format!("link {link}: undoes the change: {undone:?}"));
        assert_eq!(undone.is_ok(), self.rules.is_good(link), "{:#?}", self.last());
        if undone.is_err() {
            return;
        }
        let at = self.rules.change.as_ref().unwrap().at;
        self.rules.undo_email();
        // What the attacker has put in is gone, but for an app that the owner let be for three days.
        let stays = |app: &App| self.secrets[app.number].1 == ATTACKER && app.since + 72 * HOUR < at;
        self.ghost.breach &= self.rules.apps.iter().any(stays);
        for browser in 0..2 {
            let session = self.people[ATTACKER].webs[browser].session.clone();
            let Some((_, _, token)) = session else { continue };
            assert!(self.act(move |tx, act| session::live(tx, act, &token)).is_none(), "{:#?}", self.last());
        }
        self.count("address undone");
    }

    /// An owner reads the mail about a stolen address before it is too late.
    pub fn take_back(&mut self) {
        let late = self.rules.pending().is_some_and(|change| {
            self.people[OWNER].reads.contains(&change.before)
                && !self.people[OWNER].reads.contains(&self.rules.email)
                && self.rules.now > change.at + 12 * HOUR
        });
        if late {
            self.undo_email((OWNER, 0));
        }
    }

    /// The owner types into the attacker's page.
    pub fn phish(&mut self, who: Who) {
        self.ghost.phishing = true;
        let changes =
            [Self::add_app, Self::add_app, Self::remove_app, Self::change_answers, Self::change_recovery_code];
        let change = changes[usize::try_from(self.dice.below(5)).unwrap()];
        let enter = [Self::give_password, Self::show_passcode_page, Self::type_passcode];
        let confirm = [Self::begin_to_confirm, Self::show_passcode_page, Self::type_passcode];
        let take = [change, Self::ask_for_email, Self::confirm_email];
        self.in_order(who, &[&enter[..], &confirm, &take].concat());
        self.ghost.phishing = false;
        self.count("phished");
    }
}
