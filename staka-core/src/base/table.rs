//! The interface of a table of the Prisma schema to generic code: columns, inserts, patches and filters.

use std::borrow::Cow;

use super::error::MAX_VIOLATIONS;
use super::{Args, Between, Clock, Column, Error, FieldError, Length, ListBounds, Match, Patch, Record, Result};

/// A table whose columns are declared. Implemented by `#[staka_macros::table]`.
pub trait Table: Record + Send + Sync + 'static {
    /// The table's name in the database.
    const NAME: &'static str;
    /// The columns in the database's order, in which rows are read and written.
    const COLUMNS: &'static [Column];
    /// The columns, quoted and joined by commas.
    const SELECT: &'static str;

    /// Binds the values of all columns in order.
    fn bind(&self, args: &mut Args);

    /// Adds a violation for every value that does not fit its column.
    fn check(&self, violations: &mut Violations);
}

/// A table whose rows can be changed by a patch.
pub trait PatchedTable: Table {
    /// The input that changes a row.
    type Patch: RowPatch;

    /// Whether rows have an `updatedAt`, which serves as their version.
    const VERSIONED: bool;
}

/// An input that creates a row.
pub trait NewRow: Send + Sync {
    /// The created row's type.
    type Row;

    /// Completes the row: a missing id and missing times come from the clock. Fails with `Invalid`, naming every
    /// invalid field.
    fn into_row(self, clock: &dyn Clock) -> Result<Self::Row>;
}

/// An input that changes a row.
pub trait RowPatch: Send + Sync {
    /// `` `column` = IF(?, ?, `column`) `` for each column, so that a table has one UPDATE text whatever is set.
    const SET: &'static str;

    /// Binds two values for each column: whether it is set, and the value.
    fn bind(&self, args: &mut Args);

    /// Returns whether nothing is set.
    fn is_empty(&self) -> bool;

    /// Adds a violation for every value that does not fit its column.
    fn check(&self, violations: &mut Violations);
}

/// An input that selects rows. Lists, counts and bulk changes use the same SQL for it.
pub trait Filter: Send + Sync {
    /// Adds the filter's conditions to a predicate.
    fn conditions(&self, to: &mut Predicate);
}

/// The invalid fields of an input, collected to be reported together.
#[derive(Clone, Debug, Default)]
pub struct Violations(Vec<FieldError>);

impl Violations {
    /// Adds an invalid field, unless 50 were added already.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, problem: impl Into<Cow<'static, str>>) {
        if !self.is_full() {
            self.0.push(FieldError { field: field.into(), problem: problem.into() });
        }
    }

    /// Adds a field if it has a problem.
    pub fn add_problem(&mut self, field: &str, problem: Option<String>) {
        if let Some(problem) = problem {
            self.add(field.to_owned(), problem);
        }
    }

    /// Adds the errors of fields that have none yet.
    pub fn merge(&mut self, others: impl IntoIterator<Item = FieldError>) {
        for FieldError { field, problem } in others {
            if !self.names(&field) {
                self.add(field, problem);
            }
        }
    }

    /// Returns whether the field has an error.
    pub fn names(&self, field: &str) -> bool {
        self.0.iter().any(|error| error.field == field)
    }

    /// Returns whether no field is invalid.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether further fields would not be reported.
    pub fn is_full(&self) -> bool {
        self.0.len() >= MAX_VIOLATIONS
    }

    /// Returns the invalid fields.
    pub fn into_fields(self) -> Vec<FieldError> {
        self.0
    }

    /// Checks a value against its column.
    pub fn check<T: Validate + ?Sized>(&mut self, column: &'static Column, value: &T) {
        if let Some(problem) = value.problem(column.length) {
            self.add(column.name, problem);
        }
    }

    /// Fails with `Invalid` and all invalid fields, if there are any.
    pub fn into_result(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::invalid_fields(self.0)) }
    }
}

/// A value that can be checked against a column's length.
pub trait Validate {
    /// Returns why the value does not fit a column of this length, if it does not.
    fn problem(&self, length: Length) -> Option<String>;
}

impl Validate for str {
    fn problem(&self, length: Length) -> Option<String> {
        if self.contains('\0') {
            return Some("must not contain NUL".into());
        }
        match length {
            // The server limits a VARCHAR in characters and a TEXT in bytes.
            Length::Chars(max) if self.chars().nth(max as usize).is_some() => {
                Some(format!("must be at most {max} characters"))
            }
            Length::Bytes(max) if self.len() > max as usize => Some(format!("must be at most {max} bytes of UTF-8")),
            _ => None,
        }
    }
}

impl Validate for String {
    fn problem(&self, length: Length) -> Option<String> {
        self.as_str().problem(length)
    }
}

impl Validate for super::Secret {
    fn problem(&self, length: Length) -> Option<String> {
        self.expose().problem(length)
    }
}

impl Validate for super::JsonText {
    fn problem(&self, length: Length) -> Option<String> {
        match (self.column_text(), length) {
            (text, Length::Bytes(max)) if text.len() > max as usize => {
                Some(format!("must be at most {max} bytes of JSON text"))
            }
            _ => None,
        }
    }
}

impl<T: Validate> Validate for Option<T> {
    fn problem(&self, length: Length) -> Option<String> {
        self.as_ref().and_then(|value| value.problem(length))
    }
}

impl<T: Validate> Validate for Patch<T> {
    fn problem(&self, length: Length) -> Option<String> {
        self.as_set().and_then(|value| value.problem(length))
    }
}

macro_rules! always_valid {
    ($($type:ty),+) => {$(
        impl Validate for $type {
            fn problem(&self, _: Length) -> Option<String> {
                None
            }
        }
    )+};
}
always_valid!(bool, super::Timestamp, serde_json::Value);

/// Every whole number of the Prisma schema is an INT.
impl Validate for i64 {
    fn problem(&self, _: Length) -> Option<String> {
        i32::try_from(*self).is_err().then(|| format!("must be between {} and {}", i32::MIN, i32::MAX))
    }
}

/// Conditions of a `WHERE` clause, joined by `AND`, with their values.
#[derive(Clone, Debug)]
pub struct Predicate {
    sql: String,
    args: Args,
    violations: Violations,
}

/// The maximum number of characters of a search text.
const MAX_SEARCH_CHARS: u32 = 255;

/// The maximum number of values in one field of a filter.
const MAX_VALUES: u32 = 1_000;

/// The bounds of a list of values in one field of a filter.
pub const MATCH_LIST_BOUNDS: ListBounds = ListBounds { min_items: None, max_items: Some(MAX_VALUES) };

impl Default for Predicate {
    fn default() -> Self {
        Self { sql: "TRUE".to_owned(), args: Args::new(), violations: Violations::default() }
    }
}

impl Predicate {
    /// Creates the predicate of a filter.
    pub fn of(filter: &impl Filter) -> Self {
        let mut conditions = Self::default();
        filter.conditions(&mut conditions);
        conditions
    }

    /// Adds an equality on a quoted column, whose name is the field's name in errors. Lists are padded to powers of
    /// two, so that few statements are prepared.
    pub fn matches<'a, T>(&mut self, column: &'static str, filter: &'a Match<T>)
    where
        &'a T: sqlx::Encode<'a, sqlx::MySql> + sqlx::Type<sqlx::MySql>,
    {
        let name = column.rsplit('.').next().unwrap_or(column);
        self.matches_as(name.trim_matches('`'), column, filter);
    }

    /// Adds an equality for a field whose name is not the column's.
    pub fn matches_as<'a, T>(&mut self, field: &'static str, column: &'static str, filter: &'a Match<T>)
    where
        &'a T: sqlx::Encode<'a, sqlx::MySql> + sqlx::Type<sqlx::MySql>,
    {
        match filter {
            Match::Any => {}
            Match::Null => self.sql.push_str(&format!(" AND {column} IS NULL")),
            Match::Is(value) => {
                self.sql.push_str(&format!(" AND {column} = ?"));
                self.args.push(value);
            }
            Match::In(values) if values.is_empty() => self.sql.push_str(" AND FALSE"),
            Match::In(values) if values.len() > MAX_VALUES as usize => {
                self.violations.add(field, format!("must have at most {MAX_VALUES} items"));
            }
            Match::In(values) => {
                let padded = values.len().next_power_of_two();
                self.sql.push_str(&format!(" AND {column} IN (?{})", ", ?".repeat(padded - 1)));
                for index in 0..padded {
                    self.args.push(&values[index.min(values.len() - 1)]);
                }
            }
        }
    }

    /// Adds a half-open range on a quoted column.
    pub fn between<'a, T>(&mut self, column: &'static str, range: &'a Between<T>)
    where
        &'a T: sqlx::Encode<'a, sqlx::MySql> + sqlx::Type<sqlx::MySql>,
    {
        for (operator, bound) in [(">=", &range.from), ("<", &range.to)] {
            if let Some(bound) = bound {
                self.sql.push_str(&format!(" AND {column} {operator} ?"));
                self.args.push(bound);
            }
        }
    }

    /// Adds a condition, which must be a constant; its values are pushed onto the returned arguments.
    pub fn and(&mut self, sql: &str) -> &mut Args {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        &mut self.args
    }

    /// Requires that one of the columns contains `text`, compared by the column's collation (ignoring case and
    /// accents). A blank or absent text adds no condition. `%` and `_` are matched literally.
    pub fn contains(&mut self, columns: &[&str], text: Option<&str>) {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return };
        if let Some(problem) = text.problem(Length::Chars(MAX_SEARCH_CHARS)) {
            self.violations.add("search", problem);
            return;
        }
        let mut pattern = String::from("%");
        for letter in text.chars() {
            if matches!(letter, '%' | '_' | '!') {
                pattern.push('!');
            }
            pattern.push(letter);
        }
        pattern.push('%');
        let either: Vec<String> = columns.iter().map(|column| format!("{column} LIKE ? ESCAPE '!'")).collect();
        self.sql.push_str(&format!(" AND ({})", either.join(" OR ")));
        for _ in columns {
            self.args.push(&*pattern);
        }
    }

    /// Adds an invalid field.
    pub fn add_violation(&mut self, field: &'static str, problem: impl Into<Cow<'static, str>>) {
        self.violations.add(field, problem);
    }

    /// Returns the text after `WHERE` and its values. Fails with `Invalid` if a field is invalid.
    pub fn into_parts(self) -> Result<(String, Args)> {
        self.violations.into_result()?;
        Ok((self.sql, self.args))
    }
}
