//! Answers of a server, counted over all browsers: a test strikes after so many of them, not after some time.

use std::sync::{Condvar, Mutex};

use super::process::PATIENCE;

#[derive(Default)]
pub struct Answers {
    count: Mutex<usize>,
    more: Condvar,
}

impl Answers {
    /// One more has come whole.
    pub fn add(&self) {
        *self.count.lock().unwrap() += 1;
        self.more.notify_all();
    }

    /// Waits until so many have come.
    #[track_caller]
    pub fn wait_for(&self, wanted: usize) {
        let waiting = |count: &mut usize| *count < wanted;
        let (count, waited) = self.more.wait_timeout_while(self.count.lock().unwrap(), PATIENCE, waiting).unwrap();
        assert!(!waited.timed_out(), "only {count} of {wanted} answers came");
    }
}
