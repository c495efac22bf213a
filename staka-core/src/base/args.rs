//! The values bound to a statement: always bound, never pasted into SQL text.

use sqlx::mysql::MySqlArguments;
use sqlx::{Arguments, Encode, MySql, Type};

use super::{Error, ErrorKind};

/// The arguments of one statement, in order. What cannot be written (an unrecognised enum value) is kept
/// as an error, that running the statement reports: nothing is sent then.
///
/// ```
/// use staka_core::base::Args;
/// let args = Args::new().with("a text").with(42_i64).with(None::<String>);
/// assert_eq!(args.len(), 3);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Args {
    values: MySqlArguments,
    fault: Option<String>,
}

impl Args {
    /// No arguments yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value, and gives the list back.
    #[must_use]
    pub fn with<'a, T: Encode<'a, MySql> + Type<MySql>>(mut self, value: T) -> Self {
        self.push(value);
        self
    }

    /// Adds a value.
    pub fn push<'a, T: Encode<'a, MySql> + Type<MySql>>(&mut self, value: T) {
        if self.values.len() == 0 {
            // Room for the usual few, at once.
            self.values.reserve(4, 96);
        }
        if let Err(fault) = self.values.add(value) {
            self.fault.get_or_insert(fault.to_string());
        }
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.len() == 0
    }

    pub(crate) fn into_values(self) -> Result<MySqlArguments, Error> {
        match self.fault {
            None => Ok(self.values),
            Some(fault) => Err(Error::new(ErrorKind::Invalid, fault)),
        }
    }
}
