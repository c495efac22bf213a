//! Conditions of `WHERE` clauses, composed from filters.

use std::borrow::Cow;

use super::{Args, Between, Length, ListBounds, Match, Result, Validate, Violations};

/// An input that selects rows. Lists, counts and bulk changes use the same SQL for it.
pub trait Filter: Send + Sync {
    /// Adds the filter's conditions to a predicate.
    fn conditions(&self, to: &mut Predicate);
}

/// Conditions of a `WHERE` clause, joined by `AND`, with their values.
#[derive(Clone, Debug)]
pub struct Predicate {
    sql: String,
    args: Args,
    violations: Violations,
    fields: Vec<&'static str>,
    range: Option<Range>,
}

/// A half-open range on a column.
#[derive(Clone, Debug)]
struct Range {
    field: &'static str,
    column: &'static str,
    sql: String,
    args: Args,
}

/// The maximum number of characters of a search text.
const MAX_SEARCH_CHARS: u32 = 255;

/// The maximum number of values in one field of a filter.
const MAX_VALUES: u32 = 1_000;

/// The bounds of a list of values in one field of a filter.
pub const MATCH_LIST_BOUNDS: ListBounds = ListBounds { min_items: None, max_items: Some(MAX_VALUES) };

impl Default for Predicate {
    fn default() -> Self {
        Self {
            sql: "TRUE".to_owned(),
            args: Args::new(),
            violations: Violations::default(),
            fields: Vec::new(),
            range: None,
        }
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
        self.matches_as(column_name(column), column, filter);
    }

    /// Adds an equality for a field whose name is not the column's.
    pub fn matches_as<'a, T>(&mut self, field: &'static str, column: &'static str, filter: &'a Match<T>)
    where
        &'a T: sqlx::Encode<'a, sqlx::MySql> + sqlx::Type<sqlx::MySql>,
    {
        if !matches!(filter, Match::Any) {
            self.fields.push(field);
        }
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

    /// Adds a half-open range on a quoted column, whose name is the field's name.
    pub fn between<'a, T>(&mut self, column: &'static str, range: &'a Between<T>)
    where
        &'a T: sqlx::Encode<'a, sqlx::MySql> + sqlx::Type<sqlx::MySql>,
    {
        self.between_as(column_name(column), column, range);
    }

    /// Adds a half-open range for a field whose name is not the column's.
    pub fn between_as<'a, T>(&mut self, field: &'static str, column: &'static str, range: &'a Between<T>)
    where
        &'a T: sqlx::Encode<'a, sqlx::MySql> + sqlx::Type<sqlx::MySql>,
    {
        let mut own = Range { field, column, sql: String::new(), args: Args::new() };
        for (operator, bound) in [(">=", &range.from), ("<", &range.to)] {
            if let Some(bound) = bound {
                own.sql.push_str(&format!(" AND {column} {operator} ?"));
                own.args.push(bound);
                self.args.push(bound);
            }
        }
        if !own.args.is_empty() {
            self.sql.push_str(&own.sql);
            self.fields.push(field);
            self.range = Some(own);
        }
    }

    /// Adds a condition, which must be a constant; its values are pushed onto the returned arguments.
    pub fn and(&mut self, sql: &str) -> &mut Args {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        &mut self.args
    }

    /// Adds the condition of a field, which must be a constant; its values are pushed onto the returned arguments.
    pub fn and_for(&mut self, field: &'static str, sql: &str) -> &mut Args {
        self.fields.push(field);
        self.and(sql)
    }

    /// Requires that one of the columns contains `text`, compared by the column's collation (ignoring case and
    /// accents). A blank or absent text adds no condition. `%` and `_` are matched literally.
    pub fn contains(&mut self, columns: &[&str], text: Option<&str>) {
        self.contains_as("search", columns, text);
    }

    /// Requires the same for a field that is not called `search`.
    pub fn contains_as(&mut self, field: &'static str, columns: &[&str], text: Option<&str>) {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return };
        if let Some(problem) = text.problem(Length::Chars(MAX_SEARCH_CHARS)) {
            self.violations.add(field, problem);
            return;
        }
        self.fields.push(field);
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

    /// Returns the names of the given fields that restrict the rows.
    pub fn fields(&self) -> &[&'static str] {
        &self.fields
    }

    /// Returns the last range alone, with the names of its field and its column; none if there is no range.
    pub fn range(&self) -> Option<(&'static str, &'static str, Self)> {
        let range = self.range.as_ref()?;
        let alone = Self { sql: format!("TRUE{}", range.sql), args: range.args.clone(), ..Self::default() };
        Some((range.field, range.column, alone))
    }

    /// Returns the text after `WHERE` and its values. Fails with `Invalid` if a field is invalid.
    pub fn into_parts(self) -> Result<(String, Args)> {
        self.violations.into_result()?;
        Ok((self.sql, self.args))
    }
}

/// Returns the name of a column without its table and quotes.
fn column_name(column: &'static str) -> &'static str {
    column.rsplit('.').next().unwrap_or(column).trim_matches('`')
}
