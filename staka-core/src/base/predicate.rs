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
