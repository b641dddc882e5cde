//! A transaction on its way: the closure, its outcome, and whoever waits for it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::tx::Tx;
use crate::store::Error;

/// What may be done on the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// How much of a closure's work is to be committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// It succeeded: all of it.
    All,
    /// It failed after [`Tx::charged`]: what it did before that call.
    Charge,
    /// It failed: nothing.
    Nothing,
}

/// A closure and its waiting caller. Dropped without an answer, it answers that the store is closed, so that no caller waits
/// for ever.
pub(super) struct Job {
    access: Access,
    call: Box<dyn Call>,
}

impl Job {
    pub(super) fn new<T, F, D>(access: Access, closure: F, done: D) -> Self
    where
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        D: FnOnce(Result<T, Error>) + Send + 'static,
        T: Send + 'static,
    {
        Self { access, call: Box::new(Pending { closure, done: Some(done), outcome: None }) }
    }

    pub(super) fn access(&self) -> Access {
        self.access
    }

    /// Runs the closure in `tx` and remembers its outcome. May be called again when the transaction was rolled back.
    pub(super) fn run(&mut self, tx: &mut Tx<'_>) -> Kept {
        self.call.run(tx)
    }

    /// The transaction ended as [`Self::run`] asked: the caller gets the closure's outcome.
    pub(super) fn answer(mut self) {
        self.call.answer(None);
    }

    /// The transaction did not happen: the caller gets `error`, whatever the closure said.
    pub(super) fn refuse(mut self, error: Error) {
        self.call.answer(Some(error));
    }
}

/// Hides the type of the outcome, so that closures of all kinds stand in one queue.
trait Call: Send {
    fn run(&mut self, tx: &mut Tx<'_>) -> Kept;
    fn answer(&mut self, refusal: Option<Error>);
}

struct Pending<T, F, D: FnOnce(Result<T, Error>)> {
    closure: F,
    done: Option<D>,
    outcome: Option<Result<T, Error>>,
}

impl<T, F, D> Call for Pending<T, F, D>
where
    F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send,
    D: FnOnce(Result<T, Error>) + Send,
    T: Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Kept {
        let outcome = match catch_unwind(AssertUnwindSafe(|| (self.closure)(tx))) {
            Ok(returned) => returned.and_then(|value| tx.failure().map_or(Ok(value), Err)),
            Err(payload) => Err(Error::Bug(format!("a transaction panicked: {}", words(&*payload)))),
        };
        let kept = match &outcome {
            Ok(_) => Kept::All,
            Err(_) if tx.is_charged() => Kept::Charge,
            Err(_) => Kept::Nothing,
        };
        self.outcome = Some(outcome);
        kept
    }

    fn answer(&mut self, refusal: Option<Error>) {
        let Some(done) = self.done.take() else { return };
        let outcome = match (refusal, self.outcome.take()) {
            (Some(error), _) => Err(error),
            (None, Some(outcome)) => outcome,
            (None, None) => Err(closed()),
        };
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| done(outcome))) {
            tracing::error!("what waited for a transaction panicked: {}", words(&*payload));
        }
    }
}

impl<T, F, D: FnOnce(Result<T, Error>)> Drop for Pending<T, F, D> {
    fn drop(&mut self) {
        if let Some(done) = self.done.take() {
            done(Err(closed()));
        }
    }
}

pub(super) fn closed() -> Error {
    Error::Unavailable("the store is closed".into())
}

fn words(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message")
}
