//! Why a command failed, and the exit code of the process.

use std::process::ExitCode;

use serde_json::{Value, json};
use staka_core::{Error, ErrorKind};

use crate::output;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line is wrong; exit code 2.
    Usage(Error),
    /// The command failed; exit code 1.
    Failed(Error),
    /// A signal stopped the command; exit code 1.
    Interrupted,
    /// The printed document already shows the problem; exit code 1.
    Reported,
}

impl Failure {
    /// Turns an error of the core into wrong usage of an option.
    pub(crate) fn in_usage(option: &str, error: &Error) -> Self {
        let problem =
            error.fields().first().map_or_else(|| error.message().to_owned(), |field| field.problem.to_string());
        Self::Usage(Error::invalid(option.to_owned(), problem))
    }

    /// Prints the error and returns the exit code.
    pub(crate) fn report(&self, json: bool) -> ExitCode {
        let cancelled = Error::new(ErrorKind::Cancelled, "stopped by a signal before the command was done");
        let (error, code) = match self {
            Self::Reported => return ExitCode::FAILURE,
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

    /// Returns what the user can do, where the message does not say it.
    fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Usage(_) => Some("Run `staka --help`, or the command with `--help`, for the options."),
            Self::Failed(error) => match error.kind() {
                ErrorKind::Unavailable => {
                    Some("Check that the server runs, and the URL in --database-url or DATABASE_URL.")
                }
                ErrorKind::Contention | ErrorKind::Timeout => Some("Nothing was damaged. Try again later."),
                // A missing table or column is an internal error.
                ErrorKind::Internal => Some("If the schema is not up to date, run `staka migrate`."),
                _ => None,
            },
            Self::Interrupted | Self::Reported => None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// A private server that cannot be started is `Unavailable`; the message says what to install or to set.
impl From<staka_local::Error> for Failure {
    fn from(error: staka_local::Error) -> Self {
        Self::Failed(Error::new(ErrorKind::Unavailable, error.to_string()).with_source(error))
    }
}

fn document(error: &Error) -> Value {
    let fields: Vec<Value> =
        error.fields().iter().map(|error| json!({ "field": error.field, "problem": error.problem })).collect();
    json!({ "error": {
        "code": error.code(),
        "message": error.message(),
        "fields": fields,
        "operation": error.operation(),
    }})
}
