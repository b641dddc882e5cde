//! The bounded queue between callers and the threads that own connections.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::job::{Job, closed};
use crate::store::Error;

/// Jobs in the order in which they came; any number of threads may put and take.
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    capacity: usize,
}

struct State {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl Queue {
    /// At most `capacity` jobs wait.
    pub(super) fn new(capacity: usize) -> Self {
        let state = State { jobs: VecDeque::new(), closed: false };
        Self { state: Mutex::new(state), changed: Condvar::new(), capacity }
    }

    /// Puts a job at the end, or refuses it at once: [`Error::Overloaded`] when the queue is full.
    pub(super) fn put(&self, job: Job) {
        let mut state = self.lock();
        let refusal = match state.closed {
            true => closed(),
            false if state.jobs.len() >= self.capacity => Error::Overloaded,
            false => {
                state.jobs.push_back(job);
                drop(state);
                return self.changed.notify_one();
            }
        };
        drop(state);
        job.refuse(refusal);
    }

    /// Waits for jobs and takes at most `most` of them; none once the queue is closed and empty.
    pub(super) fn take(&self, most: usize) -> Vec<Job> {
        let waiting = |state: &mut State| state.jobs.is_empty() && !state.closed;
        let mut state = self.changed.wait_while(self.lock(), waiting).unwrap_or_else(PoisonError::into_inner);
        let count = most.min(state.jobs.len());
        state.jobs.drain(..count).collect()
    }

    /// Refuses new jobs from now on; those already in are still taken.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
