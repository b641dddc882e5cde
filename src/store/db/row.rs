//! The rows that statements give: owned, the same on both engines.

use crate::model::time::Timestamp;
use crate::store::Error;

/// One column of a [`Row`].
#[derive(Clone)]
pub(super) enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// One row of a query's result. Columns are counted from zero in the order of the statement; reading one as a type that it
/// does not have, or that is not there, is [`Error::Bug`].
#[derive(Clone)]
pub struct Row(Vec<Cell>);

impl Row {
    pub(super) fn new(cells: Vec<Cell>) -> Self {
        Self(cells)
    }

    /// A `TEXT` column.
    pub fn text(&self, index: usize) -> Result<String, Error> {
        self.opt_text(index)?.ok_or_else(|| unfit(index, "is null"))
    }

    /// A `TEXT` column, `None` when it is null.
    pub fn opt_text(&self, index: usize) -> Result<Option<String>, Error> {
        match self.cell(index)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text.clone())),
            Cell::Int(_) | Cell::Bytes(_) => Err(unfit(index, "is no text")),
        }
    }

    /// A `BIGINT` column.
    pub fn int(&self, index: usize) -> Result<i64, Error> {
        self.opt_int(index)?.ok_or_else(|| unfit(index, "is null"))
    }

    /// A `BIGINT` column, `None` when it is null.
    pub fn opt_int(&self, index: usize) -> Result<Option<i64>, Error> {
        match self.cell(index)? {
            Cell::Null => Ok(None),
            Cell::Int(number) => Ok(Some(*number)),
            Cell::Text(_) | Cell::Bytes(_) => Err(unfit(index, "is no integer")),
        }
    }

    /// A `BYTEA` column.
    pub fn bytes(&self, index: usize) -> Result<Vec<u8>, Error> {
        self.opt_bytes(index)?.ok_or_else(|| unfit(index, "is null"))
    }

    /// A `BYTEA` column, `None` when it is null.
    pub fn opt_bytes(&self, index: usize) -> Result<Option<Vec<u8>>, Error> {
        match self.cell(index)? {
            Cell::Null => Ok(None),
            Cell::Bytes(bytes) => Ok(Some(bytes.clone())),
            Cell::Text(_) | Cell::Int(_) => Err(unfit(index, "is no bytes")),
        }
    }

    /// A `BIGINT` column that keeps unix milliseconds.
    pub fn time(&self, index: usize) -> Result<Timestamp, Error> {
        self.int(index).map(Timestamp::from_millis)
    }

    /// A `BIGINT` column that keeps unix milliseconds, `None` when it is null.
    pub fn opt_time(&self, index: usize) -> Result<Option<Timestamp>, Error> {
        Ok(self.opt_int(index)?.map(Timestamp::from_millis))
    }

    /// A count: never negative, and far below what 32 bits hold.
    pub fn count(&self, index: usize) -> Result<u32, Error> {
        let count = self.int(index)?;
        u32::try_from(count).map_err(|_| Error::Bug(format!("column {index} holds {count}, which is no count")))
    }

    /// A `BIGINT` column that keeps 0 or 1; anything else is a bug.
    pub fn flag(&self, index: usize) -> Result<bool, Error> {
        match self.int(index)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(unfit(index, "is neither 0 nor 1")),
        }
    }

    fn cell(&self, index: usize) -> Result<&Cell, Error> {
        self.0.get(index).ok_or_else(|| unfit(index, "is not there"))
    }
}

fn unfit(index: usize, how: &str) -> Error {
    Error::Bug(format!("column {index} of a row {how}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_reads_as_its_own_type_only() {
        let row =
            Row::new(vec![Cell::Text("one".into()), Cell::Int(1), Cell::Bytes(vec![1]), Cell::Null, Cell::Int(2)]);
        assert_eq!(row.text(0).unwrap(), "one");
        assert_eq!((row.int(1).unwrap(), row.flag(1).unwrap()), (1, true));
        assert_eq!(row.time(1).unwrap(), Timestamp::from_millis(1));
        assert_eq!(row.bytes(2).unwrap(), [1]);
        assert_eq!((row.opt_text(3).unwrap(), row.opt_int(3).unwrap(), row.opt_bytes(3).unwrap()), (None, None, None));
        for refused in [row.int(0).err(), row.text(1).err(), row.text(2).err(), row.int(3).err(), row.text(5).err()] {
            assert!(matches!(refused, Some(Error::Bug(_))), "{refused:?}");
        }
        assert!(row.flag(4).is_err());
    }
}
