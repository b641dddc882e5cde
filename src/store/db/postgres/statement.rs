//! Statements on PostgreSQL: prepared once a connection, with the types of the values that are given.

use postgres::types::{ToSql, Type};
use postgres::{Column, Statement};

use super::super::row::{Cell, Row};
use super::super::value::Value;
use super::session::Session;
use crate::store::Error;

impl Session {
    /// Runs a statement; the number of rows changed.
    pub(in crate::store::db) fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, Error> {
        let statement = self.prepare(sql, params)?;
        self.client.execute(&statement, &borrowed(params)).map_err(|error| self.fail(&error))
    }

    /// Runs a statement and collects its rows.
    pub(in crate::store::db) fn query(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, Error> {
        let statement = self.prepare(sql, params)?;
        let rows = self.client.query(&statement, &borrowed(params)).map_err(|error| self.fail(&error))?;
        rows.iter().map(row).collect()
    }

    fn prepare(&mut self, sql: &'static str, params: &[Value]) -> Result<Statement, Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let types: Vec<_> = params.iter().map(Value::postgres_type).collect();
        let statement = self.client.prepare_typed(sql, &types).map_err(|error| self.fail(&error))?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }
}

fn borrowed(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(Value::as_postgres).collect()
}

impl Value {
    fn postgres_type(&self) -> Type {
        match self {
            Self::Text(_) | Self::NullText => Type::TEXT,
            Self::Int(_) | Self::NullInt => Type::INT8,
            Self::Bytes(_) | Self::NullBytes => Type::BYTEA,
        }
    }

    fn as_postgres(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Text(text) => text,
            Self::Int(number) => number,
            Self::Bytes(bytes) => bytes,
            Self::NullText => &None::<&str>,
            Self::NullInt => &None::<i64>,
            Self::NullBytes => &None::<&[u8]>,
        }
    }
}

fn row(row: &postgres::Row) -> Result<Row, Error> {
    let cells = row.columns().iter().enumerate().map(|(index, column)| cell(row, index, column));
    cells.collect::<Result<_, _>>().map(Row::new)
}

/// Integers of every width and booleans are integers, as they are on SQLite.
fn cell(row: &postgres::Row, index: usize, column: &Column) -> Result<Cell, Error> {
    let cell = match *column.type_() {
        Type::TEXT | Type::VARCHAR | Type::NAME => {
            row.try_get::<_, Option<String>>(index).map(|text| text.map(Cell::Text))
        }
        Type::INT8 => row.try_get::<_, Option<i64>>(index).map(|number| number.map(Cell::Int)),
        Type::INT4 => row.try_get::<_, Option<i32>>(index).map(|number| number.map(|number| Cell::Int(number.into()))),
        Type::BOOL => row.try_get::<_, Option<bool>>(index).map(|flag| flag.map(|flag| Cell::Int(flag.into()))),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index).map(|bytes| bytes.map(Cell::Bytes)),
        ref other => {
            return Err(Error::Bug(format!("column {index} has the type {other}, which the store does not use")));
        }
    };
    cell.map(|cell| cell.unwrap_or(Cell::Null)).map_err(|error| Error::Bug(error.to_string()))
}
