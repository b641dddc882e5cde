//! How many wrong passcodes an account bears, and for how long it then waits.
//!
//! Two buckets: a *known browser* (a device cookie that this account got at a whole sign-in) and *everything else* together.
//! A try is charged as if it were wrong before anything is compared, with all that follows from a wrong one; a right one puts
//! the bucket back. So what is lost between (a crash, an error) counts as wrong, never as free.
//!
//! The worst case over any time, for a password that leaked: (ceiling + 10 a stolen device cookie) × 16 live codes / 10^6.

use std::time::Duration;

use super::time::Timestamp;

const HOUR: u64 = 3_600;
/// What the fourth and later locks of a day last.
const LADDER: [Duration; 4] = [
    Duration::from_secs(HOUR / 4),
    Duration::from_secs(HOUR),
    Duration::from_secs(4 * HOUR),
    Duration::from_secs(24 * HOUR),
];
const SHORT_LOCKS: u32 = 3;
const DAY: Duration = Duration::from_secs(24 * HOUR);

/// The numbers that an installation sets.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Wrong tries in a row that lock a bucket.
    pub tries: u32,
    /// How long the first locks last.
    pub lock: Duration,
    /// Wrong tries that *everything else* bears in all, until the owner opens a new budget.
    pub ceiling: u32,
    /// Wrong tries that end a known browser.
    pub known_browser_tries: u32,
}

/// Whether a bucket may try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Tries are compared.
    Open,
    /// Nothing is compared until then.
    Locked(Timestamp),
    /// The budget is spent: nothing is compared until the owner opens a new one.
    Closed,
}

/// The bucket *everything else*, as the account's row holds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rest {
    /// Wrong tries since the last right one or lock.
    pub wrong_in_a_row: u32,
    /// The end of the last lock.
    pub locked_until: Option<Timestamp>,
    /// When the first lock of the current day of locks began.
    pub ladder_began_at: Option<Timestamp>,
    /// Locks of that day.
    pub ladder: u32,
    /// Wrong tries of the current budget; success does not give them back.
    pub spent: u32,
}

impl Rest {
    /// Whether a try may be compared at `now`.
    pub fn gate(&self, rules: &Rules, now: Timestamp) -> Gate {
        if self.spent >= rules.ceiling {
            return Gate::Closed;
        }
        self.locked_until.filter(|&until| until > now).map_or(Gate::Open, Gate::Locked)
    }

    /// Takes a try, with all that follows if it is wrong.
    #[must_use]
    pub fn charged(mut self, rules: &Rules, now: Timestamp) -> Self {
        self.spent = self.spent.saturating_add(1);
        self.wrong_in_a_row += 1;
        if self.wrong_in_a_row >= rules.tries {
            self.lock(rules, now);
        }
        self
    }

    /// Takes a try that counts against the budget alone: one that was given elsewhere, with a lock of its own.
    #[must_use]
    pub fn with_one_spent(mut self) -> Self {
        self.spent = self.spent.saturating_add(1);
        self
    }

    /// What a right try leaves of the bucket as it was before its charge.
    #[must_use]
    pub fn after_right(mut self) -> Self {
        self.wrong_in_a_row = 0;
        self
    }

    /// A new budget; the ladder of locks stands.
    #[must_use]
    pub fn with_new_budget(mut self) -> Self {
        self.spent = 0;
        self
    }

    /// Whether the owner is to be told that someone knows the password: a fifth of the budget is spent.
    pub fn deserves_notice(&self, rules: &Rules) -> bool {
        self.spent * 5 >= rules.ceiling
    }

    /// Whether the password must change before a right passcode goes on: half of the budget is spent.
    pub fn demands_new_password(&self, rules: &Rules) -> bool {
        self.spent * 2 >= rules.ceiling
    }

    fn lock(&mut self, rules: &Rules, now: Timestamp) {
        if self.ladder_began_at.is_none_or(|began| now.since(began) >= DAY) {
            self.ladder_began_at = Some(now);
            self.ladder = 0;
        }
        self.ladder += 1;
        self.wrong_in_a_row = 0;
        self.locked_until = Some(now.plus(lock_length(self.ladder, rules.lock)));
    }
}

/// How long the `nth` lock of a day lasts, counted from one.
fn lock_length(nth: u32, short: Duration) -> Duration {
    if nth <= SHORT_LOCKS {
        return short;
    }
    let step = usize::try_from(nth - SHORT_LOCKS - 1).unwrap_or(usize::MAX);
    LADDER.get(step).or(LADDER.last()).copied().unwrap_or(DAY).max(short)
}

/// The bucket of one known browser, as its own row holds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Wrong tries since the last right one or lock.
    pub wrong_in_a_row: u32,
    /// Wrong tries over its whole life.
    pub wrong_total: u32,
    /// The end of its last lock.
    pub locked_until: Option<Timestamp>,
    /// Whether its tries charge the account's budget too: it was made by a password that was set through an emailed link.
    pub charges_budget: bool,
}

impl Known {
    /// Whether this browser still counts as known; a dead one belongs to *everything else*.
    pub fn is_alive(&self, rules: &Rules) -> bool {
        self.wrong_total < rules.known_browser_tries
    }

    /// Whether a try may be compared at `now`.
    pub fn gate(&self, rest: &Rest, rules: &Rules, now: Timestamp) -> Gate {
        if self.charges_budget && rest.spent >= rules.ceiling {
            return Gate::Closed;
        }
        self.locked_until.filter(|&until| until > now).map_or(Gate::Open, Gate::Locked)
    }

    /// Takes a try, with all that follows if it is wrong. Locks of a known browser never grow: its life is short instead.
    #[must_use]
    pub fn charged(mut self, rules: &Rules, now: Timestamp) -> Self {
        self.wrong_total = self.wrong_total.saturating_add(1);
        self.wrong_in_a_row += 1;
        if self.wrong_in_a_row >= rules.tries {
            self.wrong_in_a_row = 0;
            self.locked_until = Some(now.plus(rules.lock));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RULES: Rules = Rules { tries: 5, lock: Duration::from_secs(180), ceiling: 50, known_browser_tries: 10 };
    const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    #[test]
    fn five_in_a_row_lock_for_three_minutes_and_the_fourth_lock_of_a_day_for_longer() {
        let (mut rest, mut now, mut lengths) = (Rest::default(), START, Vec::new());
        for _ in 0..8 {
            for _ in 0..5 {
                assert_eq!(rest.gate(&Rules { ceiling: 1000, ..RULES }, now), Gate::Open);
                rest = rest.charged(&RULES, now);
            }
            let until = rest.locked_until.unwrap();
            lengths.push(until.since(now).as_secs() / 60);
            now = until;
        }
        assert_eq!(lengths, [3, 3, 3, 15, 60, 240, 1440, 3], "the last one stands a day after the first");
    }

    #[test]
    fn a_right_one_clears_the_row_but_not_the_budget() {
        let rest = (0..4).fold(Rest::default(), |rest, _| rest.charged(&RULES, START)).after_right();
        assert_eq!((rest.wrong_in_a_row, rest.spent), (0, 4));
    }

    #[test]
    fn a_new_budget_lifts_no_lock_and_forgets_none() {
        let rest = (0..6).fold(Rest::default(), |rest, _| rest.charged(&RULES, START));
        assert_eq!(rest.with_new_budget(), Rest { spent: 0, ..rest });
        assert_eq!(rest.with_new_budget().gate(&RULES, START), Gate::Locked(START.plus(RULES.lock)));
    }

    #[test]
    fn the_budget_warns_at_a_fifth_demands_at_half_and_closes_at_the_end() {
        let spent = |spent| Rest { spent, ..Rest::default() };
        assert!(!spent(9).deserves_notice(&RULES) && spent(10).deserves_notice(&RULES));
        assert!(!spent(24).demands_new_password(&RULES) && spent(25).demands_new_password(&RULES));
        assert_eq!(spent(49).gate(&RULES, START), Gate::Open);
        assert_eq!(spent(50).gate(&RULES, START), Gate::Closed);
    }

    #[test]
    fn a_known_browser_dies_after_ten_and_one_made_by_mail_closes_with_the_budget() {
        let known = (0..10).fold(Known::default(), |known, _| known.charged(&RULES, START));
        assert!(!known.is_alive(&RULES));
        let by_mail = Known { charges_budget: true, ..Known::default() };
        let spent = Rest { spent: 50, ..Rest::default() };
        assert_eq!(by_mail.gate(&spent, &RULES, START), Gate::Closed);
        assert_eq!(Known::default().gate(&spent, &RULES, START), Gate::Open);
    }

    #[test]
    fn a_known_browser_locks_for_three_minutes_until_it_is_known_no_more() {
        let (mut known, mut now, rest) = (Known::default(), START, Rest::default());
        for _ in 0..2 {
            for _ in 0..5 {
                assert!(known.is_alive(&RULES));
                assert_eq!(known.gate(&rest, &RULES, now), Gate::Open);
                known = known.charged(&RULES, now);
            }
            assert_eq!(known.gate(&rest, &RULES, now), Gate::Locked(now.plus(RULES.lock)));
            now = now.plus(RULES.lock);
        }
        assert!(!known.is_alive(&RULES));
    }

    #[derive(Clone, Debug)]
    enum Move {
        Wrong,
        Right,
        Wait(u32),
    }

    fn moves() -> impl Strategy<Value = Vec<Move>> {
        let one =
            prop_oneof![4 => Just(Move::Wrong), 1 => Just(Move::Right), 1 => (0u32..100_000).prop_map(Move::Wait)];
        proptest::collection::vec(one, 0..400)
    }

    proptest! {
        /// Whatever an attacker does and however long he waits, no more wrong tries are compared than the ceiling,
        /// and never more than `tries` in any stretch without a lock.
        #[test]
        fn random_walks_never_compare_more_than_the_budget(moves in moves()) {
            let (mut rest, mut now, mut compared, mut row) = (Rest::default(), START, 0u32, 0u32);
            for step in moves {
                match step {
                    Move::Wait(seconds) => now = now.plus(Duration::from_secs(u64::from(seconds))),
                    _ if rest.gate(&RULES, now) != Gate::Open => {}
                    Move::Wrong => {
                        rest = rest.charged(&RULES, now);
                        compared += 1;
                        row += 1;
                        if row == RULES.tries {
                            prop_assert!(rest.spent >= RULES.ceiling || matches!(rest.gate(&RULES, now), Gate::Locked(_)));
                            row = 0;
                        }
                    }
                    Move::Right => {
                        let _charged = rest.charged(&RULES, now);
                        rest = rest.after_right();
                        row = 0;
                    }
                }
            }
            prop_assert!(compared <= RULES.ceiling);
            prop_assert_eq!(compared, rest.spent);
        }
    }
}
