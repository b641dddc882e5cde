//! The analysts of a walk: who they are, and what they do with its cases.

use vestibule::flow::session;
use vestibule::flow::set_up::install::{SetUp, install_known};
use vestibule::flow::sign_in::confirm;
use vestibule::flow::sign_in::finish::Browser;
use vestibule::flow::sign_in::passcode::{self, Submitted};
use vestibule::flow::sign_in::password::{self, Begun, Settled, Typed};
use vestibule::flow::support::analyst::Analyst;
use vestibule::flow::support::conversation::{self, Said};
use vestibule::flow::support::decide::{self, Approved, Approving, Ended, Reset};
use vestibule::flow::support::open;
use vestibule::model::confirmation::{Confirmation, Subject};
use vestibule::model::dice::Dice;
use vestibule::model::passcode::Passcode;
use vestibule::model::proof::PasswordProof;
use vestibule::model::recovery_code::RecoveryCode;
use vestibule::model::return_path::ReturnPath;
use vestibule::model::support_case::words::Words;
use vestibule::model::token::PlainToken;
use vestibule::model::totp::{self, Secret, Step};

use super::people::OWNER;
use super::rules::{CaseState, HOUR, MINUTE, Role};
use super::rules_cases as rules;
use super::walk::{self, Walk};
use crate::support::House;

type Who = (usize, usize);

/// An analyst, with an app of their own.
pub struct Desk {
    pub username: String,
    pub secret: Secret,
    /// The session, and when it began.
    pub session: Option<(PlainToken, u64)>,
    pub last_step: u64,
    /// The case whose reset was confirmed, and when.
    pub confirmed: Option<(usize, u64)>,
}

impl Walk<'_> {
    fn any_desk(&mut self) -> usize {
        usize::try_from(self.dice.below(2)).unwrap()
    }

    fn any_case(&mut self) -> Option<usize> {
        let all = 0..self.cases.len();
        self.one_of(all)
    }

    /// The analyst in a live session: the one that is there, or a new one.
    fn analyst(&mut self, desk: usize) -> Analyst {
        if let Some((token, began)) = self.desks[desk].session.clone()
            && self.rules.now - began < 11 * HOUR
        {
            let live = self.act(move |tx, act| match session::live(tx, act, &token)? {
                Some(live) => session::touch(tx, act, &live).map(|()| Some(live)),
                None => Ok(None),
            });
            if let Some(live) = live {
                return Analyst::of(&live).expect("an analyst");
            }
        }
        let code = self.desk_code(desk);
        let name = Some(self.desks[desk].username.clone());
        let given = Typed { name, known_browsers: Vec::new(), request: None, within: None };
        let token = self.act(move |tx, act| {
            let Begun::Check(check) = password::begin(tx, act, &given)? else { panic!("no try is left") };
            let proof = PasswordProof::from_verdict(true, act.now);
            let settled = password::settle(tx, act, &check, proof, None)?;
            let Settled::Right(attempt, true) = settled else { panic!("{settled:?}") };
            match passcode::submit(tx, act, &attempt, &code, &Browser::default())? {
                Submitted::SignedIn(signed_in) => Ok(signed_in.session),
                other => panic!("{other:?}"),
            }
        });
        (self.desks[desk].session, self.desks[desk].confirmed) = (Some((token, self.rules.now)), None);
        self.analyst(desk)
    }

    /// A passcode that was not used before.
    fn desk_code(&mut self, desk: usize) -> Passcode {
        if self.rules.now / 30 <= self.desks[desk].last_step {
            self.rules.now += 31;
        }
        self.desks[desk].last_step = self.rules.now / 30;
        totp::code_at(&self.desks[desk].secret, Step(self.rules.now / 30))
    }

    /// The passcode that a reset asks for.
    fn confirm_reset(&mut self, desk: usize, case: usize) {
        self.analyst(desk);
        let code = self.desk_code(desk);
        let (session, began) = self.desks[desk].session.clone().unzip();
        let browser = Browser { session, known_browsers: Vec::new() };
        let subject = Subject::Reset(self.cases[case].as_str().to_owned());
        let asked = Confirmation { subject, return_to: ReturnPath::parse("/support").unwrap() };
        let given = self.act(move |tx, act| {
            let attempt = confirm::begin(tx, act, &asked, (&browser, None))?.expect("a live session");
            passcode::submit(tx, act, &attempt, &code, &browser)
        });
        let Submitted::Confirmed(_, token) = given else { panic!("{given:?}") };
        (self.desks[desk].session, self.desks[desk].confirmed) = (Some(token).zip(began), Some((case, self.rules.now)));
    }

    pub fn open_by_phone(&mut self, who: Who) {
        let desk = self.any_desk();
        let (analyst, typed) = (self.analyst(desk), self.username.clone());
        let opened = self.act(move |tx, act| open::by_analyst(tx, act, &analyst, &typed));
        self.note(who, &format!("analyst {desk} opens a case: {opened:?}"));
        let real = match &opened {
            open::Opened::New(_) => rules::Opened::New,
            open::Opened::There(_) => rules::Opened::There,
            open::Opened::Stopped => rules::Opened::Stopped,
            open::Opened::NotForSupport => rules::Opened::NotForSupport,
            open::Opened::NoAccount => panic!("{:#?}", self.last()),
        };
        assert_eq!(real, self.rules.open_by_phone(), "{:#?}", self.last());
        if let open::Opened::New(number) = opened {
            // It was the owner who called.
            self.cases.push(number);
            self.vouched.push(true);
            self.count("case by telephone");
        }
    }

    /// An answer, which is mailed as a link that lets another browser join.
    pub fn answer_case(&mut self, who: Who) {
        let Some(case) = self.any_case() else { return };
        let desk = self.any_desk();
        let (analyst, number, words) =
            (self.analyst(desk), self.cases[case].clone(), Words::message("Hello.").unwrap());
        let said = self.act(move |tx, act| conversation::by_analyst(tx, act, &analyst, &number, &words));
        self.note(who, &format!("analyst {desk} answers in case {case}: {said:?}"));
        let is_open = self.rules.cases[case].state != CaseState::Closed;
        assert_eq!(matches!(said, Said::Over), !is_open, "{:#?}", self.last());
    }

    /// An analyst is not fooled: only a case of the owner's is approved.
    pub fn approve(&mut self, who: Who) {
        if let Some(case) = self.any_case().filter(|&case| self.vouched[case]) {
            let desk = self.any_desk();
            self.approve_at(who, (desk, case));
        }
    }

    fn approve_at(&mut self, who: Who, (desk, case): (usize, usize)) {
        if self.dice.below(5) > 0 {
            self.confirm_reset(desk, case);
        }
        let (analyst, number, checked) = (self.analyst(desk), self.cases[case].clone(), self.dice.below(8) > 0);
        let approving = Approving { reason: Words::reason("Called back.").unwrap(), checked };
        let approved = self.act(move |tx, act| decide::approve(tx, act, &analyst, &number, &approving));
        self.note(who, &format!("analyst {desk} approves case {case} {:?}: {approved:?}", self.rules.cases[case]));
        let is_fresh = |&(of, at): &(usize, u64)| of == case && self.rules.now - at < 5 * MINUTE;
        let is_confirmed = self.desks[desk].confirmed.as_ref().is_some_and(is_fresh);
        let expected = checked && is_confirmed && self.rules.takes_approval(case, desk);
        assert_eq!(approved == Approved::Noted, expected, "{:#?}", self.last());
        if expected {
            self.desks[desk].confirmed = None;
            let now = self.rules.now;
            self.rules.cases[case].approvals.insert(desk, now);
            self.count("approved");
        }
        if matches!(approved, Approved::Wait(_)) {
            assert!(self.rules.has_had_ten(case, desk), "{:#?}", self.last());
            self.count("ten a day");
        }
    }

    pub fn reset(&mut self, who: Who) {
        if let Some(case) = self.any_case() {
            let desk = self.any_desk();
            self.reset_at(who, (desk, case));
        }
    }

    fn reset_at(&mut self, who: Who, (desk, case): (usize, usize)) {
        let (analyst, number) = (self.analyst(desk), self.cases[case].clone());
        let reset = self.act(move |tx, act| decide::reset(tx, act, &analyst, &number));
        self.note(who, &format!("analyst {desk} resets by case {case} {:?}: {reset:?}", self.rules.cases[case]));
        let real = match reset {
            Reset::Done => rules::Reset::Done,
            Reset::SecondNeeded => rules::Reset::SecondNeeded,
            Reset::NotApproved => rules::Reset::NotApproved,
            Reset::Refused(_) => rules::Reset::Refused,
            Reset::NoCase => panic!("{:#?}", self.last()),
        };
        assert_eq!(real, self.rules.reset(case, desk), "{:#?}", self.last());
        match real {
            rules::Reset::Done => {
                self.ghost.lifted_by = Some(OWNER);
                self.receive();
                self.count("reset");
                self.set_up_again();
            }
            rules::Reset::SecondNeeded => self.count("second analyst needed"),
            _ => {}
        }
    }

    /// One analyst after the other approves and resets the newest case.
    pub fn decide_together(&mut self, who: Who) {
        let Some(case) = self.cases.len().checked_sub(1).filter(|&case| self.vouched[case]) else { return };
        for desk in [0, 1] {
            self.approve_at(who, (desk, case));
            self.reset_at(who, (desk, case));
            if !self.rules.has_mfa || self.dice.below(4) == 0 {
                return;
            }
        }
    }

    /// An analyst who approves one case after the other, which are closed before anything comes of it.
    pub fn busy_day(&mut self, who: Who) {
        self.in_order(who, &[Self::give_password, Self::ask_for_new_device, Self::take_link]);
        for _ in 0..18 {
            self.in_order(who, &[Self::open_by_phone, Self::send_info]);
            let Some(case) = self.cases.len().checked_sub(1).filter(|&case| self.vouched[case]) else { return };
            self.approve_at(who, (0, case));
            self.end_case(who, (1, case), CaseState::Closed);
        }
    }

    pub fn decline_or_close(&mut self, who: Who) {
        let Some(case) = self.any_case() else { return };
        let how = if self.dice.below(2) == 0 { CaseState::Declined } else { CaseState::Closed };
        let desk = self.any_desk();
        self.end_case(who, (desk, case), how);
    }

    fn end_case(&mut self, who: Who, (desk, case): (usize, usize), how: CaseState) {
        let (analyst, number) = (self.analyst(desk), self.cases[case].clone());
        let reason = Words::reason("Not the person.").unwrap();
        let ended = self.act(move |tx, act| match how {
            CaseState::Declined => decide::decline(tx, act, &analyst, &number, (&reason, None)),
            _ => decide::close(tx, act, &analyst, &number),
        });
        self.note(who, &format!("analyst {desk}, case {case}, {how:?}: {ended:?}"));
        assert_eq!(ended == Ended::Done, self.rules.end_case(case, how), "{:#?}", self.last());
        if ended == Ended::Done {
            self.count(if how == CaseState::Declined { "declined" } else { "closed" });
        }
    }

    /// Whoever works in support decides nothing about themselves.
    pub fn decide_own(&mut self, who: Who) {
        let Some((_, _, token)) = self.web(who).session.clone().filter(|_| self.rules.role != Role::User) else {
            return;
        };
        let Some(case) = self.any_case() else { return };
        let Some(live) = self.act(move |tx, act| session::live(tx, act, &token)) else { return };
        let (analyst, number) = (Analyst::of(&live).expect("works in support"), self.cases[case].clone());
        let approving = Approving { reason: Words::reason("It is me.").unwrap(), checked: true };
        let (approved, reset, closed) = self.act(move |tx, act| {
            let approved = decide::approve(tx, act, &analyst, &number, &approving)?;
            let reset = decide::reset(tx, act, &analyst, &number)?;
            Ok((approved, reset, decide::close(tx, act, &analyst, &number)?))
        });
        self.note(who, &format!("decides case {case} of their own: {approved:?} {reset:?} {closed:?}"));
        assert!(matches!(approved, Approved::Refused(_)) && matches!(reset, Reset::Refused(_)), "{:#?}", self.last());
        assert_eq!(closed, Ended::OwnAccount, "{:#?}", self.last());
        self.count("own case");
    }
}

/// An analyst with MFA set up.
pub fn make(house: &House, username: &str, dice: &mut Dice) -> Desk {
    let id = walk::make(house, (username, Role::Analyst), dice);
    let (secret, act) = (Secret::new(dice), house.act());
    let app = Some((secret.clone(), Step(0)));
    let set_up = SetUp { answers: Vec::new(), app, recovery_code: RecoveryCode::new(dice) };
    let installed = house.app.db.write(move |tx| install_known(tx, (&act, &mut act.dice()), &id, &set_up));
    assert!(installed.unwrap());
    Desk { username: username.to_owned(), secret, session: None, last_step: 0, confirmed: None }
}
