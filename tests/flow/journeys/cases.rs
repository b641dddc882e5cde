//! What the two do with support cases: asking, joining, looking, and **This wasn't me**.

use vestibule::flow::support::not_me;
use vestibule::flow::support::open::{self, Brought};
use vestibule::flow::support::person::{self, Joined};
use vestibule::model::support_case::State;
use vestibule::model::token::PlainToken;

use super::people::OWNER;
use super::rules::{CaseState, Purpose};
use super::rules_cases::Info;
use super::walk::Walk;

type Who = (usize, usize);

impl Walk<'_> {
    /// Behind the new-device link.
    pub fn send_info(&mut self, who: Who) {
        let Some((link, visit, holder)) = self.holder(who) else { return };
        if !self.is_new_device(link) {
            return;
        }
        let held = self.web(who).seat;
        let token = held.map(|seat| self.seats[seat].clone());
        let sent =
            self.act(move |tx, act| open::by_person(tx, act, &holder, &Brought { held: token.clone(), drawn: None }));
        self.note(who, &format!("link {link}: sends their information: {sent:?}"));
        let Ok(sent) = sent else {
            return assert!(!self.rules.goes_on(link, visit), "{:#?}", self.last());
        };
        assert!(self.rules.goes_on(link, visit), "{:#?}", self.last());
        let cases = self.rules.cases.len();
        let expected = self.rules.send_info(held);
        let real = match &sent {
            open::Sent::Received(_, token) => Info::Received(token.is_some()),
            open::Sent::Wait(_) => Info::Wait,
            open::Sent::Stopped => Info::Stopped,
            open::Sent::Full => Info::Full,
        };
        assert_eq!(real, expected, "{:#?}", self.last());
        let open::Sent::Received(number, token) = sent else { return };
        if self.rules.cases.len() > cases {
            self.cases.push(number);
            self.vouched.push(false);
            self.count("case");
        }
        if let Some(token) = token {
            self.sit_down(who, token);
        }
    }

    /// The browser has joined the newest case.
    fn sit_down(&mut self, who: Who, token: PlainToken) {
        self.seats.push(token);
        self.web(who).seat = Some(self.seats.len() - 1);
        let case = self.rules.seats.last().unwrap().case;
        self.vouched[case] |= who.0 == OWNER;
        if self.rules.cases[case].joined == 2 {
            self.count("case joined");
        }
    }

    /// Behind the link that an answer was mailed with.
    pub fn join_case(&mut self, who: Who) {
        let links = self.links_of(who.0, Purpose::Case);
        let Some(link) = self.one_of(links) else { return };
        let held = self.web(who).seat;
        let (token, own) = (self.links[link].clone(), held.map(|seat| self.seats[seat].clone()));
        let joined =
            self.act(move |tx, act| person::join(tx, act, &token, &Brought { held: own.clone(), drawn: None }));
        self.note(who, &format!("link {link}: joins the case: {joined:?}"));
        let expected = self.rules.join_case(link, held);
        let real = match &joined {
            Joined::Here(token) => (true, token.is_some()),
            Joined::Full | Joined::Gone(_) => (false, false),
        };
        assert_eq!(real, expected, "{:#?}", self.last());
        if let Joined::Here(Some(token)) = joined {
            self.sit_down(who, token);
        }
    }

    /// What a browser sees of its case: that one, and only while nothing has ended its part in it.
    pub fn look_at_case(&mut self, who: Who) {
        let Some(seat) = self.web(who).seat else { return };
        let token = self.seats[seat].clone();
        let seen = self.act(move |tx, act| person::standing(tx, act, &token));
        let seat = self.rules.seats[seat];
        assert_eq!(seen.is_some(), seat.epoch == self.rules.epoch, "{:#?}", self.last());
        if let Some(seen) = seen {
            let state = match self.rules.cases[seat.case].state {
                CaseState::Open => State::Open,
                CaseState::Info => State::InfoReceived,
                CaseState::Approved => State::Approved,
                CaseState::Declined => State::Declined,
                CaseState::Closed => State::Closed,
            };
            assert_eq!((&seen.number, seen.state), (&self.cases[seat.case], state), "{:#?}", self.last());
        }
    }

    pub fn disown_case(&mut self, who: Who) {
        let links = self.links_of(who.0, Purpose::CaseNotMe);
        let Some(link) = self.one_of(links) else { return };
        let token = self.links[link].clone();
        let said = self.act(move |tx, act| not_me::confirm(tx, act, &token));
        self.note(who, &format!("link {link}: the case was not mine: {said:?}"));
        assert_eq!(said.is_ok(), self.rules.is_good(link), "{:#?}", self.last());
        if said.is_ok() {
            self.rules.disown_case(link);
            self.count("case disowned");
        }
    }
}
