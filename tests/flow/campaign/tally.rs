//! What a campaign counts, and what chance explains.

use std::fmt;

/// Wrong passcodes that a leaked password is worth.
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
    /// Accounts with more compared than their leaks are worth.
    pub over_ceiling: u32,
    pub visits: u64,
    pub visits_by_mail: u64,
    /// Owners who were not let in, in the browser that they use.
    pub kept_out_known: u32,
    /// Owners who were not let in, in a new browser with their mailbox.
    pub kept_out_new: u32,
    /// Those who came in a new browser while the budget was spent.
    pub closed_to_new: u32,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.compared += other.compared;
        self.expected += other.expected;
        self.takeovers += other.takeovers;
        self.leaks += other.leaks;
        self.over_ceiling += other.over_ceiling;
        self.visits += other.visits;
        self.visits_by_mail += other.visits_by_mail;
        self.kept_out_known += other.kept_out_known;
        self.kept_out_new += other.kept_out_new;
        self.closed_to_new += other.closed_to_new;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { compared, expected, takeovers, leaks, visits, visits_by_mail, .. } = self;
        write!(
            f,
            "{leaks} passwords leaked, {compared} passcodes compared, {takeovers} takeovers ({expected:.2} expected); {visits} visits of \
             owners ({visits_by_mail} past a lock by mail), {} kept out of their browser, {} of a new one, {} met a spent budget in a \
             new one",
            self.kept_out_known, self.kept_out_new, self.closed_to_new
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
