//! The checks of values against their columns, and the invalid fields that they find.

use std::borrow::Cow;

use super::error::MAX_VIOLATIONS;
use super::{Column, Error, FieldError, Length, Patch, Result};

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
