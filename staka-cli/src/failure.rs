//! Why a command did not do what it was asked, and how the process ends.

use std::process::ExitCode;

use serde_json::{Value, json};
use staka_core::{Error, ErrorKind};

use crate::output;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was written on the command line is wrong.
    Usage(Error),
    /// It went wrong.
    Failed(Error),
    /// A signal asked us to stop.
    Interrupted,
    /// What was printed says it already.
    Said,
}

impl Failure {
    /// Wrong usage for a reason that the core found, in the words of the command line.
    pub(crate) fn in_usage(option: &str, error: &Error) -> Self {
        let problem =
            error.fields().first().map_or_else(|| error.message().to_owned(), |fault| fault.problem.to_string());
        Self::Usage(Error::invalid(option.to_owned(), problem))
    }

    /// Says what happened and gives the exit code.
    pub(crate) fn report(&self, json: bool) -> ExitCode {
        let cancelled = Error::new(ErrorKind::Cancelled, "stopped by a signal before it was done");
        let (error, code) = match self {
            Self::Said => return ExitCode::FAILURE,
            Self::Usage(error) => (error, 2),
            Self::Failed(error) => (error, 1),
            Self::Interrupted => (&cancelled, 1),
        };
        if json {
            output::json(&document(error));
        } else {
            eprintln!("staka: {error}");
            if let Some(advice) = self.advice() {
                eprintln!("{advice}");
            }
        }
        ExitCode::from(code)
    }

    /// What to do, where the message does not say it.
    fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Usage(_) => Some("See `staka --help`, and `--help` after each command."),
            Self::Failed(error) => match error.kind() {
                ErrorKind::Unavailable => {
                    Some("Check that the server runs, and what --database-url or DATABASE_URL says.")
                }
                ErrorKind::Busy | ErrorKind::Timeout => Some("Nothing is broken: try again in a while."),
                // What a table or a column that is not there comes to.
                ErrorKind::Internal => Some("If the schema is not up to date: `staka migrate`."),
                _ => None,
            },
            Self::Interrupted | Self::Said => None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// No server, which is what `Unavailable` means; the message says what to install or to set.
impl From<staka_local::Error> for Failure {
    fn from(error: staka_local::Error) -> Self {
        Self::Failed(Error::new(ErrorKind::Unavailable, error.to_string()).with_source(error))
    }
}

fn document(error: &Error) -> Value {
    let fields: Vec<Value> =
        error.fields().iter().map(|fault| json!({ "field": fault.field, "problem": fault.problem })).collect();
    json!({ "error": {
        "code": error.code(),
        "message": error.message(),
        "fields": fields,
        "operation": error.operation(),
    }})
}
