//! The error type of all fallible functions, with its kind.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// The result of every fallible function of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The kind of an [`Error`], by what the caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A row with the given id does not exist.
    NotFound,
    /// A unique or foreign key, or the current state, forbids the change; [`Error::key`] names the key.
    Conflict,
    /// The row was changed since the caller read it.
    Precondition,
    /// The input is invalid; [`Error::fields`] names every invalid field.
    Invalid,
    /// The caller is not signed in, but must be.
    Unauthenticated,
    /// The caller lacks the right to do this.
    Denied,
    /// Too many attempts; [`Error::retry_after`] is the time to wait.
    RateLimited,
    /// Deadlocks or lock timeouts persisted through all retries; try again later.
    Contention,
    /// The statement exceeded its time limit and was stopped on the server.
    Timeout,
    /// The caller cancelled the call before its result was available.
    Cancelled,
    /// The database cannot be reached, or no connection became free in time.
    Unavailable,
    /// A stored row violates the model; the message names table, column and row.
    CorruptRow,
    /// A bug in this library.
    Internal,
}

impl ErrorKind {
    /// Returns the code that the interfaces show, e.g. `NOT_FOUND`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotFound => "NOT_FOUND",
            Self::Conflict => "CONFLICT",
            Self::Precondition => "PRECONDITION",
            Self::Invalid => "INVALID",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Denied => "DENIED",
            Self::RateLimited => "RATE_LIMITED",
            Self::Contention => "CONTENTION",
            Self::Timeout => "TIMEOUT",
            Self::Cancelled => "CANCELLED",
            Self::Unavailable => "UNAVAILABLE",
            Self::CorruptRow => "CORRUPT_ROW",
            Self::Internal => "INTERNAL",
        }
    }
}

/// An invalid field of an input ([`ErrorKind::Invalid`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in camelCase; an item of a list has its index, e.g. `tags[0]`.
    pub field: Cow<'static, str>,
    /// What is wrong with the value, usually as a requirement: `must be between 1 and 100`.
    pub problem: Cow<'static, str>,
}

/// The largest number of invalid fields that an error names, which limits the cost of a hostile input.
pub(crate) const MAX_VIOLATIONS: usize = 50;

/// The reason why an operation failed. A failed operation has changed nothing.
///
/// ```
/// use staka_core::{Error, ErrorKind};
/// let error = Error::invalid("limit", "must be between 1 and 100");
/// assert_eq!(error.kind(), ErrorKind::Invalid);
/// assert_eq!(error.code(), "INVALID");
/// assert_eq!(error.fields()[0].field, "limit");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    fields: Vec<FieldError>,
    key: Option<String>,
    operation: Option<&'static str>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    right: Option<MissingRight>,
}

/// The caller and the right that it lacks. The message is formatted again when the operation's name is known.
struct MissingRight {
    caller: Option<String>,
    required: Cow<'static, str>,
}

impl MissingRight {
    fn message(&self, operation: Option<&str>) -> String {
        let operation = operation.unwrap_or("this operation");
        match &self.caller {
            Some(caller) => format!("{caller} may not call {operation}: it requires {}", self.required),
            None => format!("{operation} requires {}", self.required),
        }
    }
}

impl Error {
    /// Creates an error with a message for developers.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            fields: Vec::new(),
            key: None,
            operation: None,
            retry_after: None,
            source: None,
            right: None,
        }))
    }

    /// Creates an [`ErrorKind::Invalid`] error for one field.
    pub fn invalid(field: impl Into<Cow<'static, str>>, problem: impl Into<Cow<'static, str>>) -> Self {
        Self::invalid_fields(vec![FieldError { field: field.into(), problem: problem.into() }])
    }

    /// Creates an [`ErrorKind::Invalid`] error for several fields, of which the first 50 are kept.
    pub fn invalid_fields(mut fields: Vec<FieldError>) -> Self {
        fields.truncate(MAX_VIOLATIONS);
        let listed: Vec<String> = fields.iter().map(|f| format!("{}: {}", f.field, f.problem)).collect();
        let mut error = Self::new(ErrorKind::Invalid, listed.join("; "));
        error.0.fields = fields;
        error
    }

    /// Creates an [`ErrorKind::Denied`] error with the caller, e.g. `user 3f1c… (USER)`, and who may call the
    /// operation, e.g. `an administrator`.
    pub fn denied(caller: impl fmt::Display, required: impl Into<Cow<'static, str>>) -> Self {
        Self::missing_right(
            ErrorKind::Denied,
            MissingRight { caller: Some(caller.to_string()), required: required.into() },
        )
    }

    /// Creates an [`ErrorKind::Unauthenticated`] error: the operation requires a signed-in user.
    pub fn unauthenticated() -> Self {
        Self::missing_right(
            ErrorKind::Unauthenticated,
            MissingRight { caller: None, required: "a signed-in user".into() },
        )
    }

    fn missing_right(kind: ErrorKind, right: MissingRight) -> Self {
        let mut error = Self::new(kind, right.message(None));
        error.0.right = Some(right);
        error
    }

    /// Creates an [`ErrorKind::Internal`] error: a bug in this library.
    pub fn internal(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// Sets the violated key ([`ErrorKind::Conflict`]).
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.0.key = Some(key.into());
        self
    }

    /// Sets the underlying error.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Sets the time to wait before the next attempt.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Sets the name of the public operation, unless it is set already.
    #[must_use]
    pub fn in_operation(mut self, operation: &'static str) -> Self {
        if self.0.operation.is_none() {
            self.0.operation = Some(operation);
            if let Some(right) = &self.0.right {
                self.0.message = right.message(Some(operation)).into();
            }
        }
        self
    }

    /// Returns the kind.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the [`ErrorKind::code`] of its kind.
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// Returns every invalid field; empty unless the kind is [`ErrorKind::Invalid`].
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// Returns the violated unique or foreign key.
    pub fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }

    /// Returns the public operation that failed, e.g. `notifications.list_by_user`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Returns the time after which another attempt may succeed.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns the message without the operation's name in front of it.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.code())?;
        match &self.0.source {
            Some(source) => write!(f, " ({source})"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|s| s as &(dyn StdError + 'static))
    }
}
