//! The values bound to a statement. Values are always bound, never written into SQL text.

use sqlx::mysql::MySqlArguments;
use sqlx::{Arguments, Encode, MySql, Type};

use super::{Error, ErrorKind};

/// The arguments of a statement, in order. A value that cannot be encoded (an unrecognised enum value) is kept as an
/// error: running the statement then fails without sending anything.
///
/// ```
/// use staka_core::base::Args;
/// let args = Args::new().with("a text").with(42_i64).with(None::<String>);
/// assert_eq!(args.len(), 3);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Args {
    values: MySqlArguments,
    error: Option<String>,
}

impl Args {
    /// Creates an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value and returns the list.
    #[must_use]
    pub fn with<'a, T: Encode<'a, MySql> + Type<MySql>>(mut self, value: T) -> Self {
        self.push(value);
        self
    }

    /// Adds a value.
    pub fn push<'a, T: Encode<'a, MySql> + Type<MySql>>(&mut self, value: T) {
        if self.values.len() == 0 {
            // Most statements have at most four arguments: one allocation for all of them.
            self.values.reserve(4, 96);
        }
        if let Err(error) = self.values.add(value) {
            self.error.get_or_insert(error.to_string());
        }
    }

    /// Returns the number of values.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Returns whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.values.len() == 0
    }

    pub(crate) fn into_values(self) -> Result<MySqlArguments, Error> {
        match self.error {
            None => Ok(self.values),
            Some(error) => Err(Error::new(ErrorKind::Invalid, error)),
        }
    }
}
