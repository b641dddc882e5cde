//! The bounded queue between callers and the threads that own connections.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::job::{Job, closed};
use crate::store::Error;

/// Jobs in the order in which they came; any number of threads may put and take.
pub(super) struct Queue {
    state: Mutex<State>,
    /// Told of each job, so only those who take one may wait for it.
    changed: Condvar,
    ended: Condvar,
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
        Self { state: Mutex::new(state), changed: Condvar::new(), ended: Condvar::new(), capacity }
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

    /// Waits for a job and takes it; `None` once the queue is closed and empty.
    pub(super) fn take_one(&self) -> Option<Job> {
        self.take(1).pop()
    }

    /// Like [`Self::take_one`], but waits for `time` at most.
    pub(super) fn take_within(&self, time: Duration) -> Option<Job> {
        let waiting = |state: &mut State| state.jobs.is_empty() && !state.closed;
        let waited = self.changed.wait_timeout_while(self.lock(), time, waiting);
        waited.unwrap_or_else(PoisonError::into_inner).0.jobs.pop_front()
    }

    /// Whether the queue is closed and empty.
    pub(super) fn is_over(&self) -> bool {
        let state = self.lock();
        state.closed && state.jobs.is_empty()
    }

    /// Waits for `time` without taking anything; `false` once the queue is closed.
    pub(super) fn sleep(&self, time: Duration) -> bool {
        let waited = self.ended.wait_timeout_while(self.lock(), time, |state| !state.closed);
        !waited.unwrap_or_else(PoisonError::into_inner).0.closed
    }

    /// Refuses new jobs from now on; those already in are still taken.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
        self.ended.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::super::job::Access;
    use super::*;

    fn job(answers: &mpsc::Sender<Result<(), Error>>) -> Job {
        let answers = answers.clone();
        Job::new(Access::Write, |_| Ok(()), move |answer| answers.send(answer).unwrap())
    }

    #[test]
    fn what_does_not_fit_is_refused_and_what_is_left_behind_is_answered() {
        let (sender, answers) = mpsc::channel();
        let queue = Queue::new(2);
        (0..3).for_each(|_| queue.put(job(&sender)));
        assert_eq!(answers.try_recv().unwrap(), Err(Error::Overloaded));
        assert_eq!(queue.take(1).len(), 1);
        assert_eq!(answers.try_recv().unwrap(), Err(closed()));
        queue.close();
        queue.put(job(&sender));
        assert_eq!(answers.try_recv().unwrap(), Err(closed()));
        assert!(!queue.is_over());
        drop(queue);
        assert_eq!(answers.try_recv().unwrap(), Err(closed()));
    }

    #[test]
    fn a_closed_queue_keeps_nobody_waiting() {
        let queue = Queue::new(2);
        assert!(queue.take_within(Duration::ZERO).is_none());
        queue.close();
        assert!(queue.take(64).is_empty() && queue.is_over() && !queue.sleep(Duration::MAX));
    }
}
