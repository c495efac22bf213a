//! Reads rows by column position; an error names the column.

use sqlx::error::BoxDynError;
use sqlx::mysql::MySqlRow;
use sqlx::{Column as _, Decode, MySql, Row, Type, TypeInfo, ValueRef};

use super::{Error, ErrorKind, Result};

/// A type read from a row of a statement. Implemented by `#[derive(Record)]`.
pub trait Record: Sized {
    /// The number of columns that it reads.
    const WIDTH: usize;

    /// Reads the next [`Record::WIDTH`] columns.
    fn read(reader: &mut Reader<'_>) -> Result<Self>;
}

/// Reads the columns of a row from left to right.
pub struct Reader<'r> {
    row: &'r MySqlRow,
    next: usize,
}

impl<'r> Reader<'r> {
    pub(crate) fn new(row: &'r MySqlRow) -> Self {
        Self { row, next: 0 }
    }

    /// Reads the next column.
    ///
    /// A build with debug assertions also checks the column's type. The tests run every statement that way, so an
    /// optimised build does not check it again for each value.
    pub fn column<T: Decode<'r, MySql> + Type<MySql>>(&mut self) -> Result<T> {
        let index = self.next;
        self.next += 1;
        if cfg!(debug_assertions) {
            return self.row.try_get(index).map_err(|e| self.broken(index, e));
        }
        match self.row.try_get_raw(index).map(T::decode) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(cause)) => Err(self.undecoded(index, cause)),
            Err(cause) => Err(self.broken(index, cause)),
        }
    }

    /// Reads the remaining columns.
    pub(crate) fn rest<T: Decode<'r, MySql> + Type<MySql>>(&mut self) -> Result<Vec<T>> {
        (self.next..self.row.columns().len()).map(|_| self.column()).collect()
    }

    /// Reads a nested record.
    pub fn record<T: Record>(&mut self) -> Result<T> {
        T::read(self)
    }

    fn skip_if_null(&mut self, width: usize) -> bool {
        let null = self.row.try_get_raw(self.next).is_ok_and(|value| value.is_null());
        if null {
            self.next += width;
        }
        null
    }

    #[cold]
    fn undecoded(&self, index: usize, source: BoxDynError) -> Error {
        self.broken(index, sqlx::Error::ColumnDecode { index: index.to_string(), source })
    }

    /// Returns an error that names the table, column and row of a value that does not match the model.
    #[cold]
    fn broken(&self, index: usize, cause: sqlx::Error) -> Error {
        let (place, kind) = match self.row.columns().get(index) {
            Some(column) => {
                let table = match column.origin() {
                    sqlx::ColumnOrigin::Table(origin) => origin.table.rsplit('.').next().map(str::to_owned),
                    _ => None,
                };
                (
                    format!("{}.{}", table.as_deref().unwrap_or("result"), column.name()),
                    column.type_info().name().to_owned(),
                )
            }
            None => (format!("column {index}"), "nothing".to_owned()),
        };
        let row: String = self.row.try_get_unchecked(0).unwrap_or_else(|_| "?".to_owned());
        Error::new(ErrorKind::CorruptRow, format!("{place} ({kind}) of row {row} does not match the model: {cause}"))
            .with_source(cause)
    }
}

/// A joined record is `None` if its first column, the key, is NULL.
impl<T: Record> Record for Option<T> {
    const WIDTH: usize = T::WIDTH;

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        if reader.skip_if_null(T::WIDTH) { Ok(None) } else { T::read(reader).map(Some) }
    }
}

/// A row of one number: a count or a sum.
impl Record for i64 {
    const WIDTH: usize = 1;

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        reader.column()
    }
}
