//! A fixed number of threads, each with something of its own, and a queue of fixed length before them. A job that panics costs
//! its own answer and nothing else.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A job: given the thread's own thing it does its work; given nothing it says that it was refused.
type Job<Own> = Box<dyn FnOnce(Option<&mut Own>) + Send>;

/// The threads' queue. The threads end when the last clone is gone and the queue is empty.
pub(super) struct Pool<Own> {
    queue: SyncSender<Job<Own>>,
}

impl<Own> Clone for Pool<Own> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone() }
    }
}

impl<Own: 'static> Pool<Own> {
    /// Starts `threads` threads; each makes its own thing with `make` and makes it anew after a panic.
    pub(super) fn start(
        threads: usize,
        waiting: usize,
        make: impl Fn() -> Own + Clone + Send + 'static,
    ) -> io::Result<Self> {
        let (queue, jobs) = sync_channel::<Job<Own>>(waiting);
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..threads {
            let (jobs, make) = (Arc::clone(&jobs), make.clone());
            thread::Builder::new().name(format!("hasher-{number}")).spawn(move || work_off(&jobs, make))?;
        }
        Ok(Self { queue })
    }

    /// Queues `work` and gives its result to `done`: on a thread of the pool, `None` when `work` panicked; on this thread and at
    /// once, `None` when the queue is full.
    pub(super) fn submit<T>(
        &self,
        work: impl FnOnce(&mut Own) -> T + Send + 'static,
        done: impl FnOnce(Option<T>) + Send + 'static,
    ) {
        let job: Job<Own> = Box::new(move |own| {
            let result = own.map(|own| catch_unwind(AssertUnwindSafe(|| work(own))));
            match result {
                Some(Ok(result)) => done(Some(result)),
                Some(Err(panic)) => {
                    done(None);
                    std::panic::resume_unwind(panic);
                }
                None => done(None),
            }
        });
        if let Err(TrySendError::Full(job) | TrySendError::Disconnected(job)) = self.queue.try_send(job) {
            job(None);
        }
    }
}

fn work_off<Own>(jobs: &Mutex<Receiver<Job<Own>>>, make: impl Fn() -> Own) {
    let mut own = make();
    while let Some(job) = next(jobs) {
        if catch_unwind(AssertUnwindSafe(|| job(Some(&mut own)))).is_err() {
            own = make();
        }
    }
}

/// Waits for a job. The lock is held while waiting: the other idle threads wait for it instead of for the queue.
fn next<Own>(jobs: &Mutex<Receiver<Job<Own>>>) -> Option<Job<Own>> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};
    use std::time::Duration;

    use super::*;

    /// An answer that is lost fails a test instead of stopping it for ever.
    fn next_of<T>(answered: &Receiver<T>) -> T {
        answered.recv_timeout(Duration::from_secs(20)).unwrap()
    }

    /// A pool whose one thread is busy until the sender is dropped.
    fn busy(waiting: usize) -> (Pool<u32>, Sender<()>) {
        let pool = Pool::start(1, waiting, || 0).unwrap();
        let (release, released) = channel();
        let (started, has_started) = channel();
        let work = move |_: &mut u32| {
            started.send(()).unwrap();
            released.recv().unwrap_or(())
        };
        pool.submit(work, |_| {});
        has_started.recv().unwrap();
        (pool, release)
    }

    #[test]
    fn what_does_not_fit_into_the_queue_is_refused_at_once() {
        let (pool, release) = busy(2);
        let (answers, answered) = channel();
        for number in 0..3 {
            let answers = answers.clone();
            pool.submit(move |_| number, move |result| answers.send(result).unwrap());
        }
        assert_eq!(next_of(&answered), None, "the third is told while the others wait");
        assert!(answered.try_recv().is_err());
        drop(release);
        assert_eq!([next_of(&answered), next_of(&answered)], [Some(0), Some(1)]);
    }

    #[test]
    fn a_panic_costs_one_answer_and_neither_the_thread_nor_its_memory() {
        let pool = Pool::start(1, 8, || 0).unwrap();
        let (answers, answered) = channel();
        let ask = |work: fn(&mut u32) -> u32| {
            let answers = answers.clone();
            pool.submit(work, move |result| answers.send(result).unwrap());
            next_of(&answered)
        };
        assert_eq!(ask(|own| std::mem::replace(own, 5)), Some(0));
        assert_eq!(ask(|_| panic!("on purpose")), None);
        assert_eq!(ask(|own| *own), Some(0), "the thread's own thing was made anew");
        pool.submit(|_| (), |_| panic!("on purpose, in the answer"));
        assert_eq!(ask(|own| *own), Some(0));
    }

    #[test]
    fn what_was_accepted_is_done_after_the_pool_is_gone() {
        let (pool, release) = busy(4);
        let (answers, answered) = channel();
        for number in 0..4 {
            let answers = answers.clone();
            pool.submit(move |_| number, move |result| answers.send(result).unwrap());
        }
        drop((pool, answers, release));
        assert_eq!(answered.iter().collect::<Vec<_>>(), [Some(0), Some(1), Some(2), Some(3)]);
    }
}
