//! What a table of the guide offers to the generic verbs: its columns, its new rows, patches and filters.

use std::borrow::Cow;

use super::{Args, Between, Clock, Column, Error, FieldFault, Length, Match, Patch, Record, Result, TextId};

/// A table of the guide. Implemented by `#[staka_macros::table]`, which also makes `New`, `Patch` and `Filter`.
pub trait Table: Record + Send + Sync + 'static {
    /// The id's type.
    type Id: TextId + Send + Sync;
    /// What a caller gives to make a row.
    type New: NewRow<Row = Self>;
    /// What a caller gives to change one.
    type Patch: RowPatch;
    /// What a caller gives to look for some.
    type Filter: Filter;

    /// The table's name.
    const NAME: &'static str;
    /// The columns in the guide's order, which is the order in which rows are read and written.
    const COLUMNS: &'static [Column];
    /// The columns, quoted and joined by commas.
    const SELECT: &'static str;
    /// Whether the row has an `updatedAt`, which serves as its version.
    const VERSIONED: bool;

    /// The row's id.
    fn id(&self) -> &Self::Id;

    /// Binds all columns in order.
    fn bind(&self, args: &mut Args);

    /// Names every value that its column cannot hold.
    fn check(&self, faults: &mut Faults);
}

/// What a caller gives to make a row.
pub trait NewRow: Send + Sync {
    /// The row it makes.
    type Row;

    /// The whole row: id and times from the clock where they were not given. `Invalid` names every faulty field.
    fn into_row(self, clock: &dyn Clock) -> Result<Self::Row>;
}

/// What a caller gives to change a row.
pub trait RowPatch: Send + Sync {
    /// `` `column` = IF(?, ?, `column`) `` for each column: one text a table, whatever is set.
    const SET: &'static str;

    /// Binds a flag and a value for each column.
    fn bind(&self, args: &mut Args);

    /// Whether nothing is set.
    fn is_empty(&self) -> bool;

    /// Names every value that its column cannot hold.
    fn check(&self, faults: &mut Faults);
}

/// What a caller gives to look for rows; turned into SQL in one place, for list, count and bulk alike.
pub trait Filter: Send + Sync {
    /// Adds its conditions.
    fn conditions(&self, to: &mut Where);
}

/// The faulty fields of an input, collected before any is reported.
#[derive(Clone, Debug, Default)]
pub struct Faults(Vec<FieldFault>);

impl Faults {
    /// Names a faulty field.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, problem: impl Into<Cow<'static, str>>) {
        self.0.push(FieldFault { field: field.into(), problem: problem.into() });
    }

    /// Checks a value against its column.
    pub fn check<T: Fits + ?Sized>(&mut self, column: &'static Column, value: &T) {
        if let Some(problem) = value.fault(column.length) {
            self.add(column.name, problem);
        }
    }

    /// `Invalid` with all of them, if there are any.
    pub fn into_result(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::invalid_fields(self.0)) }
    }
}

/// A value that can say why a column of some length cannot hold it.
pub trait Fits {
    /// What is wrong, if anything.
    fn fault(&self, length: Length) -> Option<String>;
}

impl Fits for str {
    fn fault(&self, length: Length) -> Option<String> {
        if self.contains('\0') {
            return Some("must not contain NUL".into());
        }
        match length {
            // The server counts characters of a VARCHAR, bytes of a TEXT.
            Length::Chars(max) if self.chars().nth(max as usize).is_some() => {
                Some(format!("must be at most {max} characters"))
            }
            Length::Bytes(max) if self.len() > max as usize => Some(format!("must be at most {max} bytes of UTF-8")),
            _ => None,
        }
    }
}

impl Fits for String {
    fn fault(&self, length: Length) -> Option<String> {
        self.as_str().fault(length)
    }
}

impl Fits for super::Secret {
    fn fault(&self, length: Length) -> Option<String> {
        self.expose().fault(length)
    }
}

impl Fits for super::JsonText {
    fn fault(&self, length: Length) -> Option<String> {
        match (self.column_text(), length) {
            (text, Length::Bytes(max)) if text.len() > max as usize => {
                Some(format!("must be at most {max} bytes of JSON text"))
            }
            _ => None,
        }
    }
}

impl<T: Fits> Fits for Option<T> {
    fn fault(&self, length: Length) -> Option<String> {
        self.as_ref().and_then(|value| value.fault(length))
    }
}

impl<T: Fits> Fits for Patch<T> {
    fn fault(&self, length: Length) -> Option<String> {
        self.as_set().and_then(|value| value.fault(length))
    }
}

macro_rules! always_fits {
    ($($type:ty),+) => {$(
        impl Fits for $type {
            fn fault(&self, _: Length) -> Option<String> {
                None
            }
        }
    )+};
}
always_fits!(bool, super::Timestamp, serde_json::Value);

/// Every whole number of the guide is an INT.
impl Fits for i64 {
    fn fault(&self, _: Length) -> Option<String> {
        i32::try_from(*self).is_err().then(|| format!("must be between {} and {}", i32::MIN, i32::MAX))
    }
}

/// Conditions of a `WHERE`, joined by `AND`, with their values.
#[derive(Clone, Debug)]
pub struct Where {
    sql: String,
    args: Args,
    faults: Faults,
}

/// The most characters of a search.
const MOST_SEARCHED: u32 = 255;

/// The most values that one field of a filter may name.
const MOST_VALUES: usize = 1_000;

impl Default for Where {
    fn default() -> Self {
        Self { sql: "TRUE".to_owned(), args: Args::new(), faults: Faults::default() }
    }
}

impl Where {
    /// The rows that `filter` wants.
    pub fn of(filter: &impl Filter) -> Self {
        let mut conditions = Self::default();
        filter.conditions(&mut conditions);
        conditions
    }

    /// An equality on a quoted column. Lists are padded to powers of two, so that few texts are prepared.
    pub fn matches<'a, T>(&mut self, column: &'static str, wanted: &'a Match<T>)
    where
        &'a T: sqlx::Encode<'a, sqlx::MySql> + sqlx::Type<sqlx::MySql>,
    {
        match wanted {
            Match::Any => {}
            Match::Null => self.sql.push_str(&format!(" AND {column} IS NULL")),
            Match::Is(value) => {
                self.sql.push_str(&format!(" AND {column} = ?"));
                self.args.push(value);
            }
            Match::In(values) if values.is_empty() => self.sql.push_str(" AND FALSE"),
            Match::In(values) if values.len() > MOST_VALUES => {
                self.faults.add(column.trim_matches('`'), format!("must name at most {MOST_VALUES} values"));
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

    /// A half-open range on a quoted column.
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

    /// A condition, a constant of the caller's; its values are pushed onto what comes back.
    pub fn and(&mut self, sql: &str) -> &mut Args {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        &mut self.args
    }

    /// That one of the columns contains `text`, as its collation compares (without regard to case and accents). A
    /// text that is blank, or none, wants nothing. `%` and `_` stand for themselves.
    pub fn contains(&mut self, columns: &[&str], text: Option<&str>) {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return };
        if let Some(problem) = text.fault(Length::Chars(MOST_SEARCHED)) {
            self.faults.add("search", problem);
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

    /// Names a field that is faulty.
    pub fn fault(&mut self, field: &'static str, problem: impl Into<Cow<'static, str>>) {
        self.faults.add(field, problem);
    }

    /// The text behind `WHERE`, and its values.
    /// `Invalid` when a field names too many values.
    pub fn into_parts(self) -> Result<(String, Args)> {
        self.faults.into_result()?;
        Ok((self.sql, self.args))
    }
}
