//! A transaction as a closure sees it: three ways to run a statement, and the savepoint after a charge.

use super::postgres::Session;
use super::row::Row;
use super::sqlite;
use super::value::Value;
use crate::store::Error;

/// The transaction that a closure runs in. Once a statement has failed every further one fails likewise, and the closure's
/// outcome is that error even where the closure hides it: neither engine commits half of what was meant.
pub struct Tx<'a> {
    connection: Connection<'a>,
    charged: bool,
    failure: Option<Error>,
}

enum Connection<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut Session),
}

impl<'a> Tx<'a> {
    pub(super) fn sqlite(connection: &'a rusqlite::Connection) -> Self {
        Self::new(Connection::Sqlite(connection))
    }

    pub(super) fn postgres(session: &'a mut Session) -> Self {
        Self::new(Connection::Postgres(session))
    }

    fn new(connection: Connection<'a>) -> Self {
        Self { connection, charged: false, failure: None }
    }

    /// Runs a statement that gives no rows; the number of rows that it inserted, updated or deleted.
    ///
    /// `sql` has the placeholders `$1`, `$2`, … and `params` exactly as many values.
    pub fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, Error> {
        self.fuse(|connection| match connection {
            Connection::Sqlite(connection) => sqlite::execute(connection, sql, params),
            Connection::Postgres(session) => session.execute(sql, params),
        })
    }

    /// Runs a statement that gives at most one row; more are a bug.
    pub fn query_opt(&mut self, sql: &'static str, params: &[Value]) -> Result<Option<Row>, Error> {
        let mut rows = self.query(sql, params)?;
        if rows.len() > 1 {
            return self.fuse(|_| Err(Error::Bug(format!("more than one row from: {sql}"))));
        }
        Ok(rows.pop())
    }

    /// Runs a statement and collects its rows.
    pub fn query(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, Error> {
        self.fuse(|connection| match connection {
            Connection::Sqlite(connection) => sqlite::query(connection, sql, params),
            Connection::Postgres(session) => session.query(sql, params),
        })
    }

    /// What was written so far stands whatever follows: where the closure fails or panics after this call, it is rolled back
    /// to here only and the rest is committed, while its caller still gets the error. Called again, it moves the point.
    pub fn charged(&mut self) -> Result<(), Error> {
        self.execute("SAVEPOINT charge", &[])?;
        self.charged = true;
        Ok(())
    }

    pub(super) fn is_charged(&self) -> bool {
        self.charged
    }

    /// The first error of a statement, if there was one.
    pub(super) fn failure(&self) -> Option<Error> {
        self.failure.clone()
    }

    fn fuse<T>(&mut self, statement: impl FnOnce(&mut Connection<'a>) -> Result<T, Error>) -> Result<T, Error> {
        if let Some(error) = &self.failure {
            return Err(error.clone());
        }
        let outcome = statement(&mut self.connection);
        self.failure = outcome.as_ref().err().cloned();
        outcome
    }
}
