//! How someone whose device is lost proves who they are, behind an emailed link that was asked for after the right password: with the
//! three security answers, or with the recovery code. How many wrong tries each bears.
//!
//! Each kind has a lock of its own: what an attacker does to passcodes, or to the other kind, does not shut it. Every try also counts
//! against the budget of passcodes ([`super::throttle::Rest::spent`]), which does not shut it either. A try is charged as wrong before
//! anything is compared.

use std::time::Duration;

use super::throttle::Rules;
use super::time::Timestamp;

/// So many wrong sets of answers in [`WINDOW`] close them.
pub const MOST_WRONG_ANSWERS: usize = 10;
/// See [`MOST_WRONG_ANSWERS`].
pub const WINDOW: Duration = Duration::from_secs(30 * 24 * 3_600);

/// What proves a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// All three security answers.
    Answers,
    /// The recovery code.
    RecoveryCode,
}

impl Identity {
    /// As columns and audit lines keep it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::RecoveryCode => "recovery-code",
        }
    }

    /// The reverse of [`Identity::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Answers, Self::RecoveryCode].into_iter().find(|identity| identity.as_str() == text)
    }
}

/// A person who has proved who they are. It opens the set-up of a new device and nothing else; it signs nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdentityProof(Identity);

impl IdentityProof {
    /// `Some` only when everything matched.
    pub fn from_verdict(identity: Identity, matches: bool) -> Option<Self> {
        matches.then_some(Self(identity))
    }

    /// What proved it.
    pub fn identity(self) -> Identity {
        self.0
    }
}

/// Whether a try may be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// It is compared.
    Open,
    /// Nothing of this kind is compared until then.
    Locked(Timestamp),
    /// Too many wrong sets of answers: none is compared until the oldest of them is so old that it counts no more.
    Closed(Timestamp),
}

impl Gate {
    /// When it opens again, where it does not stand open.
    pub const fn shut_until(self) -> Option<Timestamp> {
        match self {
            Self::Open => None,
            Self::Locked(until) | Self::Closed(until) => Some(until),
        }
    }
}

/// The lock of one kind, as its row holds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// Wrong tries since the last right one or lock.
    pub wrong_in_a_row: u32,
    /// The end of the last lock.
    pub locked_until: Option<Timestamp>,
}

impl Lock {
    /// Whether a try may be compared at `now`.
    pub fn gate(&self, now: Timestamp) -> Gate {
        self.locked_until.filter(|&until| until > now).map_or(Gate::Open, Gate::Locked)
    }

    /// Takes a try, with all that follows if it is wrong. A right one leaves the default.
    #[must_use]
    pub fn charged(mut self, rules: &Rules, now: Timestamp) -> Self {
        self.wrong_in_a_row += 1;
        if self.wrong_in_a_row >= rules.tries {
            self.wrong_in_a_row = 0;
            self.locked_until = Some(now.plus(rules.lock));
        }
        self
    }
}

/// The same for answers, which have a count of their own besides: when wrong sets were given, newest first.
pub fn answers_gate(lock: &Lock, wrong_at: &[Timestamp], now: Timestamp) -> Gate {
    let oldest = wrong_at.get(MOST_WRONG_ANSWERS - 1).map(|at| at.plus(WINDOW));
    oldest.filter(|&until| until > now).map_or_else(|| lock.gate(now), Gate::Closed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RULES: Rules = Rules { tries: 5, lock: Duration::from_secs(180), ceiling: 50, known_browser_tries: 10 };
    const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    #[test]
    fn an_identity_is_read_from_its_word_and_proved_by_a_verdict_only() {
        for identity in [Identity::Answers, Identity::RecoveryCode] {
            assert_eq!(Identity::parse(identity.as_str()), Some(identity));
            assert_eq!(IdentityProof::from_verdict(identity, false), None);
            assert_eq!(IdentityProof::from_verdict(identity, true).map(IdentityProof::identity), Some(identity));
        }
        assert_eq!(Identity::parse("support"), None);
    }

    #[test]
    fn five_wrong_in_a_row_lock_for_three_minutes_every_time() {
        let (mut lock, mut now) = (Lock::default(), START);
        for _ in 0..8 {
            for _ in 0..5 {
                assert_eq!(lock.gate(now), Gate::Open);
                lock = lock.charged(&RULES, now);
            }
            assert_eq!(lock.gate(now), Gate::Locked(now.plus(RULES.lock)));
            now = now.plus(RULES.lock);
        }
    }

    #[test]
    fn ten_wrong_sets_in_thirty_days_close_the_answers_until_the_oldest_is_older() {
        let day = Duration::from_secs(24 * 3_600);
        let mut wrong_at: Vec<_> = (0..10).map(|number| START.plus(day * number)).collect();
        wrong_at.reverse();
        let now = START.plus(day * 9);
        assert_eq!(answers_gate(&Lock::default(), &wrong_at[1..], now), Gate::Open, "nine");
        assert_eq!(answers_gate(&Lock::default(), &wrong_at, now), Gate::Closed(START.plus(WINDOW)));
        assert_eq!(answers_gate(&Lock::default(), &wrong_at, START.plus(WINDOW)), Gate::Open);
    }

    #[derive(Clone, Debug)]
    enum Move {
        Wrong,
        Right,
        Wait(u32),
    }

    fn moves() -> impl Strategy<Value = Vec<Move>> {
        let one = prop_oneof![
            5 => Just(Move::Wrong),
            1 => Just(Move::Right),
            2 => (0u32..4_000).prop_map(Move::Wait),
            1 => (0u32..2_000_000).prop_map(Move::Wait)
        ];
        proptest::collection::vec(one, 0..400)
    }

    proptest! {
        /// However long someone waits: never more than `tries` wrong ones without a lock of three minutes after them, and never more
        /// than ten wrong sets of answers in any thirty days. A right one takes its own charge back and nobody else's.
        #[test]
        fn random_walks_never_compare_more_than_the_rule(moves in moves()) {
            let (mut lock, mut now, mut row) = (Lock::default(), START, 0);
            let mut wrong_at: Vec<Timestamp> = Vec::new();
            for step in moves {
                match step {
                    Move::Wait(seconds) => now = now.plus(Duration::from_secs(u64::from(seconds))),
                    _ if answers_gate(&lock, &wrong_at, now) != Gate::Open => {}
                    Move::Wrong => {
                        lock = lock.charged(&RULES, now);
                        wrong_at.insert(0, now);
                        row += 1;
                        if row == RULES.tries {
                            prop_assert_eq!(lock.gate(now), Gate::Locked(now.plus(RULES.lock)));
                            row = 0;
                        }
                    }
                    Move::Right => {
                        lock = Lock::default();
                        row = 0;
                    }
                }
                prop_assert!(row < RULES.tries);
                for window in wrong_at.windows(MOST_WRONG_ANSWERS + 1) {
                    let (newest, oldest) = (window[0], window[MOST_WRONG_ANSWERS]);
                    prop_assert!(newest.since(oldest) >= WINDOW, "eleven in less than thirty days");
                }
            }
        }
    }
}
