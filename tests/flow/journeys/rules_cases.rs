//! The rules of support cases: who may open, join and decide them, and what a reset leaves.

use super::rules::*;

/// What **Send My Info Now** must lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Info {
    /// Whether the browser has joined just now.
    Received(bool),
    Wait,
    Stopped,
    Full,
}

/// What an analyst's opening must lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    New,
    There,
    Stopped,
    NotForSupport,
}

/// How a reset must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    Done,
    SecondNeeded,
    NotApproved,
    Refused,
}

impl Account {
    fn undecided(&self) -> Option<usize> {
        self.cases.iter().position(|case| matches!(case.state, CaseState::Open | CaseState::Info))
    }

    fn open_case(&mut self, state: CaseState, by_support: bool) -> usize {
        self.cases.push(Case { state, opened: self.now, by_support, joined: 0, approvals: Default::default() });
        self.cases.len() - 1
    }

    /// A browser joins: its seat.
    fn take_seat(&mut self, case: usize) -> usize {
        self.cases[case].joined += 1;
        self.seats.push(Seat { case, epoch: self.epoch });
        self.seats.len() - 1
    }

    /// Whether a browser takes part in this case.
    fn has_seat(&self, held: Option<usize>, case: usize) -> bool {
        held.is_some_and(|seat| self.seats[seat].case == case && self.seats[seat].epoch == self.epoch)
    }

    /// The person sends their information, from a browser that holds this seat or none.
    pub fn send_info(&mut self, held: Option<usize>) -> Info {
        if self.not_me {
            return Info::Stopped;
        }
        let Some(case) = self.undecided() else {
            let today = self.cases.iter().filter(|case| !case.by_support && self.now - case.opened < DAY).count();
            if today >= 3 {
                return Info::Wait;
            }
            let case = self.open_case(CaseState::Info, false);
            self.take_seat(case);
            return Info::Received(true);
        };
        let joins = !self.has_seat(held, case);
        if joins && self.cases[case].joined >= 5 {
            return Info::Full;
        }
        if joins {
            self.take_seat(case);
        }
        self.cases[case].state = CaseState::Info;
        Info::Received(joins)
    }

    /// An analyst opens one for somebody on the telephone.
    pub fn open_by_phone(&mut self) -> Opened {
        if self.role == Role::Administrator {
            return Opened::NotForSupport;
        }
        if self.not_me {
            return Opened::Stopped;
        }
        if self.undecided().is_some() {
            return Opened::There;
        }
        self.open_case(CaseState::Open, true);
        Opened::New
    }

    /// The case that a mailed link leads to.
    pub fn case_behind(&self, link: usize) -> Option<usize> {
        let newest = self.cases.len().checked_sub(1)?;
        (self.is_good(link) && self.cases[newest].state != CaseState::Closed).then_some(newest)
    }

    /// A browser joins behind it: whether it is in, and whether that is new.
    pub fn join_case(&mut self, link: usize, held: Option<usize>) -> (bool, bool) {
        let Some(case) = self.case_behind(link) else { return (false, false) };
        if self.has_seat(held, case) {
            return (true, false);
        }
        if self.cases[case].joined >= 5 {
            return (false, false);
        }
        self.links[link].ended = true;
        self.take_seat(case);
        (true, true)
    }

    /// How many analysts must approve; none where nobody may.
    fn needed(&self, case: usize) -> Option<usize> {
        let Case { state, joined, .. } = &self.cases[case];
        let may = *state == CaseState::Info && !self.not_me && self.role != Role::Administrator;
        may.then_some(if *joined > 1 || self.role == Role::Analyst || self.paused { 2 } else { 1 })
    }

    /// Whether this analyst has approved ten other resets in a day.
    pub fn has_had_ten(&self, case: usize, analyst: usize) -> bool {
        let others = self.cases.iter().enumerate().filter(|(number, _)| *number != case);
        let times = others.filter_map(|(_, other)| other.approvals.get(&analyst));
        times.filter(|at| self.now - **at < DAY).count() >= 10
    }

    /// Whether this analyst may approve a reset now, with a passcode given for it.
    pub fn takes_approval(&self, case: usize, analyst: usize) -> bool {
        let Some(needed) = self.needed(case) else { return false };
        // With enough of them the reset broke off: anybody's passcode finishes it.
        let approvals = &self.cases[case].approvals;
        let is_second_time = approvals.len() < needed && approvals.contains_key(&analyst);
        !is_second_time && !self.has_had_ten(case, analyst)
    }

    /// What the reset, asked for by this analyst, comes to.
    pub fn reset(&mut self, case: usize, analyst: usize) -> Reset {
        let Some(needed) = self.needed(case) else { return Reset::Refused };
        let approvals = &self.cases[case].approvals;
        if !approvals.contains_key(&analyst) {
            return Reset::NotApproved;
        }
        if approvals.len() < needed {
            return Reset::SecondNeeded;
        }
        self.cases[case].state = CaseState::Approved;
        let before = self.epoch;
        self.take_mfa();
        (self.not_me, self.undone, self.reset_by_support) = (false, false, Some(self.now));
        for seat in self.seats.iter_mut().filter(|seat| seat.case == case && seat.epoch == before) {
            seat.epoch = self.epoch;
        }
        Reset::Done
    }

    fn take_mfa(&mut self) {
        (self.apps, self.removed, self.code, self.answers) = Default::default();
        (self.rescue, self.wrong_answers, self.spent) = Default::default();
        (self.has_mfa, self.paused) = (false, false);
        self.end_everything();
    }

    /// It is decided otherwise: whether that is still possible.
    pub fn end_case(&mut self, case: usize, how: CaseState) -> bool {
        let state = self.cases[case].state;
        let may = match how {
            CaseState::Declined => matches!(state, CaseState::Open | CaseState::Info),
            _ => state != CaseState::Closed,
        };
        if may {
            self.cases[case].state = how;
        }
        may
    }

    /// The owner says that a case was not theirs.
    pub fn disown_case(&mut self, link: usize) {
        self.links[link].ended = true;
        self.cases.iter_mut().for_each(|case| case.state = CaseState::Closed);
        self.not_me = true;
        // What was set up after support's reset may be anybody's.
        if self.has_mfa && self.reset_by_support.is_some_and(|at| at >= self.links[link].made) {
            self.take_mfa();
        }
        let has_mfa = self.has_mfa;
        for visit in self.visits.iter_mut().filter(|visit| !has_mfa || visit.proof == Some(Proof::Answers)) {
            visit.gone = true;
        }
        // After a reset the owner has no device that things could go on with: everything that is under way is over.
        if !self.has_mfa {
            (self.apps, self.removed) = Default::default();
            self.end_everything();
        }
        // Nothing else leads out of a blocked password.
        if !self.blocked {
            self.end_links(&[Purpose::Reset]);
        }
    }
}
