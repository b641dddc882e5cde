//! What a campaign counts, and what chance explains.

use std::fmt;

/// Wrong passcodes that a budget is worth.
pub const CEILING: u32 = 50;
/// With one app: those of three minutes with a step of drift on either side, and the one that was mailed.
pub const LIVE_CODES: u32 = 10;

#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Passcodes that attackers had compared.
    pub compared: u64,
    /// What these were worth: the sum of their chances.
    pub expected: f64,
    pub takeovers: u32,
    /// Passwords that attackers came to know.
    pub leaks: u32,
    /// Budgets that attackers could spend, since they knew the password while these were open: the first one of each account, and
    /// those that the owner opened.
    pub budgets: u32,
    /// The most that an attacker had compared in one budget.
    pub most_in_budget: u32,
    /// Accounts with more compared in a budget than it is worth.
    pub over_ceiling: u32,
    pub visits: u64,
    pub visits_by_mail: u64,
    /// Owners who were not let in, in the browser that they use.
    pub kept_out_known: u32,
    /// Owners who were not let in, in a new browser with their mailbox and what else they have kept.
    pub kept_out_new: u32,
    /// Those who came in a new browser while the budget was spent.
    pub closed_to_new: u32,
    /// Those of them who proved who they are by their answers, and by their recovery code.
    pub ways_back: [u32; 2],
    /// How many steps the longest way back had, from the closed page to being signed in.
    pub most_steps: u32,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.compared += other.compared;
        self.expected += other.expected;
        self.takeovers += other.takeovers;
        self.leaks += other.leaks;
        self.budgets += other.budgets;
        self.most_in_budget = self.most_in_budget.max(other.most_in_budget);
        self.over_ceiling += other.over_ceiling;
        self.visits += other.visits;
        self.visits_by_mail += other.visits_by_mail;
        self.kept_out_known += other.kept_out_known;
        self.kept_out_new += other.kept_out_new;
        self.closed_to_new += other.closed_to_new;
        self.ways_back = [0, 1].map(|way| self.ways_back[way] + other.ways_back[way]);
        self.most_steps = self.most_steps.max(other.most_steps);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { compared, expected, takeovers, leaks, budgets, visits, visits_by_mail, most_steps, .. } = self;
        let [by_answers, by_code] = self.ways_back;
        write!(
            f,
            "{leaks} passwords leaked, {budgets} budgets to spend, {compared} passcodes compared (at most {} in a budget, {} accounts \
             over), {takeovers} takeovers ({expected:.2} expected); {visits} visits of owners ({visits_by_mail} past a lock by mail), {} \
             kept out of their browser, {} of a new one; {} met a spent budget in a new one and came back by recovery code \
             ({by_code}) or answers ({by_answers}), in {most_steps} steps at most",
            self.most_in_budget, self.over_ceiling, self.kept_out_known, self.kept_out_new, self.closed_to_new
        )
    }
}

/// The smallest number that a Poisson count of this mean exceeds with a probability below one in a million.
pub fn most_by_chance(mean: f64) -> u32 {
    let (mut count, mut term, mut below) = (0, (-mean).exp(), (-mean).exp());
    while 1.0 - below >= 1e-6 {
        count += 1;
        term *= mean / f64::from(count);
        below += term;
    }
    count
}

#[test]
fn the_tail_is_that_of_the_tables() {
    // P(X > 9) is 1.1e-7 at a mean of 1, P(X > 8) is 1.1e-6.
    assert_eq!([most_by_chance(1.0), most_by_chance(0.0), most_by_chance(10.0)], [9, 0, 28]);
}
