//! Statements on SQLite. `$1` is a *named* parameter here: its slot is the order in which it first appears, so the value is
//! found by its name.

use rusqlite::types::{Null, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql};

use super::super::row::{Cell, Row};
use super::super::value::Value;
use super::fault::fault;
use crate::store::Error;

/// Runs a statement without rows; the number of rows changed.
pub(in crate::store::db) fn execute(connection: &Connection, sql: &str, params: &[Value]) -> Result<u64, Error> {
    let mut statement = prepare(connection, sql, params)?;
    let changed = statement.raw_execute().map_err(|error| fault(connection, &error))?;
    u64::try_from(changed).map_err(|error| Error::Bug(error.to_string()))
}

/// Runs a statement to its end and collects its rows.
pub(in crate::store::db) fn query(connection: &Connection, sql: &str, params: &[Value]) -> Result<Vec<Row>, Error> {
    let mut statement = prepare(connection, sql, params)?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut collected = Vec::new();
    while let Some(row) = rows.next().map_err(|error| fault(connection, &error))? {
        let cells = (0..columns).map(|index| cell(row.get_ref(index))).collect::<Result<_, _>>()?;
        collected.push(Row::new(cells));
    }
    Ok(collected)
}

/// Runs a statement that has neither parameters nor rows.
pub(super) fn step(connection: &Connection, sql: &str) -> Result<(), Error> {
    execute(connection, sql, &[]).map(drop)
}

fn prepare<'c>(connection: &'c Connection, sql: &str, params: &[Value]) -> Result<CachedStatement<'c>, Error> {
    let mut statement = connection.prepare_cached(sql).map_err(|error| fault(connection, &error))?;
    let slots = statement.parameter_count();
    if slots != params.len() {
        return Err(Error::Bug(format!("{} values for {slots} parameters of: {sql}", params.len())));
    }
    for slot in 1..=slots {
        let value = statement.parameter_name(slot).and_then(|name| named(name, params));
        let value = value.ok_or_else(|| Error::Bug(format!("placeholders are not $1 to ${slots} in: {sql}")))?;
        statement.raw_bind_parameter(slot, value).map_err(|error| fault(connection, &error))?;
    }
    Ok(statement)
}

fn named<'v>(name: &str, params: &'v [Value]) -> Option<&'v Value> {
    let number: usize = name.strip_prefix('$')?.parse().ok()?;
    params.get(number.checked_sub(1)?)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Text(text) => text.to_sql(),
            Self::Int(number) => number.to_sql(),
            Self::Bytes(bytes) => bytes.to_sql(),
            Self::NullText | Self::NullInt | Self::NullBytes => Null.to_sql(),
        }
    }
}

fn cell(value: rusqlite::Result<ValueRef<'_>>) -> Result<Cell, Error> {
    match value.map_err(|error| Error::Bug(error.to_string()))? {
        ValueRef::Null => Ok(Cell::Null),
        ValueRef::Integer(number) => Ok(Cell::Int(number)),
        ValueRef::Blob(bytes) => Ok(Cell::Bytes(bytes.to_vec())),
        ValueRef::Text(bytes) => {
            let text =
                std::str::from_utf8(bytes).map_err(|error| Error::Bug(format!("a text is no UTF-8: {error}")))?;
            Ok(Cell::Text(text.to_owned()))
        }
        ValueRef::Real(_) => Err(Error::Bug("a column is a floating-point number".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_takes_its_own_value_in_any_order_and_twice() {
        let connection = Connection::open_in_memory().unwrap();
        let params = [Value::from("one"), Value::from("two")];
        let rows = query(&connection, "SELECT $2, $1, $2", &params).unwrap();
        let texts: Vec<_> = (0..3).map(|index| rows[0].text(index).unwrap()).collect();
        assert_eq!(texts, ["two", "one", "two"]);
    }

    #[test]
    fn a_wrong_number_of_values_is_a_bug() {
        let connection = Connection::open_in_memory().unwrap();
        for (sql, params) in
            [("SELECT $1", vec![]), ("SELECT $1", vec![1, 2]), ("SELECT $2", vec![1]), ("SELECT ?1", vec![1])]
        {
            let params: Vec<_> = params.into_iter().map(Value::Int).collect();
            assert!(matches!(query(&connection, sql, &params), Err(Error::Bug(_))), "{sql}");
        }
    }
}
