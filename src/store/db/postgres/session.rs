//! One connection: transactions, and what their end is known to be.

use std::collections::HashMap;

use postgres::{Client, Statement};

use super::super::job::{Access, Job, Kept};
use super::super::tx::Tx;
use super::fault::{self, Trouble};
use crate::store::Error;

/// How a closure's transaction ended.
pub(super) enum End {
    /// As the closure's outcome asked.
    Settled,
    /// Certainly rolled back, and worth another run.
    RolledBack(Error),
    /// Rolled back for good, or nobody knows.
    Refused(Error),
}

/// Bounds on what a statement may wait and take; a charge or a lock lasts milliseconds. Durability is not the server's choice:
/// a commit that is answered is on its disk, and on the standby's where there is one.
const SET_UP: &str = "SET lock_timeout = '10s'; SET statement_timeout = '30s'; \
    SET idle_in_transaction_session_timeout = '60s'; \
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')";

/// A connection with its prepared statements.
pub(in crate::store::db) struct Session {
    pub(super) client: Client,
    pub(super) statements: HashMap<&'static str, Statement>,
    pub(super) access: Access,
    trouble: Option<Trouble>,
}

impl Session {
    /// Takes a new connection over.
    pub(super) fn new(client: Client) -> Result<Self, Error> {
        let mut session = Self { client, statements: HashMap::new(), access: Access::Read, trouble: None };
        session.step(SET_UP)?;
        Ok(session)
    }

    /// Refuses a server that answers a commit before a standby has it.
    pub(super) fn demand_synchronous_standby(&mut self) -> Result<(), Error> {
        let names = self.query("SELECT current_setting('synchronous_standby_names')", &[])?;
        if names.first().map(|row| row.text(0)).transpose()?.is_some_and(|names| !names.is_empty()) {
            return Ok(());
        }
        let why = "the URL names several hosts, but the server has no synchronous_standby_names: a failover would lose what was \
            acknowledged; set it on the server, or allow_lossy_failover = true to accept that";
        Err(Error::Unavailable(why.into()))
    }

    /// Whether the connection is of no more use.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self.trouble, Some(Trouble::Lost)) || self.client.is_closed()
    }

    /// Runs the job as one transaction. On the `last` run a conflict is an error like any other, so that a charge is kept.
    pub(super) fn transact(&mut self, job: &mut Job, last: bool) -> End {
        self.trouble = None;
        self.access = job.access();
        let begin = match self.access {
            Access::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Access::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        };
        if let Err(error) = self.step(begin) {
            return match self.trouble {
                Some(_) => End::RolledBack(error),
                None => End::Refused(error),
            };
        }
        let mut tx = Tx::postgres(self);
        let kept = job.run(&mut tx);
        match (tx.failure(), self.trouble) {
            (Some(error), Some(Trouble::Lost)) => End::RolledBack(error),
            (Some(error), Some(Trouble::Again)) if !last => {
                // Where the connection is lost by now, the next run finds that out.
                let _ = self.step("ROLLBACK");
                End::RolledBack(error)
            }
            _ => self.settle(kept),
        }
    }

    fn settle(&mut self, kept: Kept) -> End {
        let rolled_back = match kept {
            Kept::All => Ok(()),
            Kept::Charge => self.step("ROLLBACK TO charge"),
            Kept::Nothing => {
                // What is not committed is gone with the connection too.
                let _ = self.step("ROLLBACK");
                return End::Settled;
            }
        };
        if let Err(error) = rolled_back {
            let _ = self.step("ROLLBACK");
            return End::RolledBack(error);
        }
        match (self.step("COMMIT"), self.trouble) {
            (Ok(()), _) => End::Settled,
            (Err(error), Some(Trouble::Again)) => End::RolledBack(error),
            (Err(error), None) => End::Refused(error),
            (Err(error), Some(Trouble::Lost)) => {
                let why = format!("the answer to COMMIT was lost, so the transaction may have been kept ({error})");
                End::Refused(Error::Unavailable(why))
            }
        }
    }

    /// Runs statements without parameters, as one message.
    fn step(&mut self, sql: &str) -> Result<(), Error> {
        self.client.batch_execute(sql).map_err(|error| self.fail(&error))
    }

    /// Sorts an error of the driver and remembers what it means for the transaction.
    pub(super) fn fail(&mut self, error: &postgres::Error) -> Error {
        let (error, trouble) = fault::sort(error, self.access, self.client.is_closed());
        // What was prepared may not fit the tables any more, when another node has migrated them.
        if trouble == Some(Trouble::Again) {
            self.statements.clear();
        }
        self.trouble = trouble.or(self.trouble);
        error
    }
}
