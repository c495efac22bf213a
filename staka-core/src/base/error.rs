//! One error type, thirteen kinds; a door matches on the kind once and prints the rest.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What the caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The id named is not there.
    NotFound,
    /// A unique or foreign key refuses, or the state forbids it; [`Error::key`] names the key.
    Conflict,
    /// The row changed since you read it.
    Precondition,
    /// The input is wrong; [`Error::fields`] names every faulty field.
    Invalid,
    /// Nobody is signed in, and somebody must be.
    Unauthenticated,
    /// The actor may not do this.
    Denied,
    /// Too many tries; [`Error::retry_after`] says when to come back.
    RateLimited,
    /// Deadlocks or lock waits went on after every retry: try again later.
    Busy,
    /// The statement's time is up; it was stopped on the server.
    Timeout,
    /// The caller left before the answer came.
    Cancelled,
    /// No database, or no free connection in time.
    Unavailable,
    /// A row breaks the model; the message names table, column and row.
    Data,
    /// A fault of this library.
    Internal,
}

impl ErrorKind {
    /// The word that goes over the wire, e.g. `NOT_FOUND`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotFound => "NOT_FOUND",
            Self::Conflict => "CONFLICT",
            Self::Precondition => "PRECONDITION",
            Self::Invalid => "INVALID",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Denied => "DENIED",
            Self::RateLimited => "RATE_LIMITED",
            Self::Busy => "BUSY",
            Self::Timeout => "TIMEOUT",
            Self::Cancelled => "CANCELLED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Data => "DATA",
            Self::Internal => "INTERNAL",
        }
    }
}

/// One faulty field of an [`ErrorKind::Invalid`] input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field as the caller wrote it (camelCase, dotted when nested).
    pub field: Cow<'static, str>,
    /// What is wrong with it, and what would be right.
    pub problem: Cow<'static, str>,
}

/// Why an operation did not happen. Nothing was half-written.
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
    fields: Vec<FieldFault>,
    key: Option<String>,
    operation: Option<&'static str>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of `kind` whose message is for the person who reads the log.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            fields: Vec::new(),
            key: None,
            operation: None,
            retry_after: None,
            source: None,
        }))
    }

    /// [`ErrorKind::Invalid`] for one field.
    pub fn invalid(field: impl Into<Cow<'static, str>>, problem: impl Into<Cow<'static, str>>) -> Self {
        Self::invalid_fields(vec![FieldFault { field: field.into(), problem: problem.into() }])
    }

    /// [`ErrorKind::Invalid`] for every faulty field at once.
    pub fn invalid_fields(fields: Vec<FieldFault>) -> Self {
        let listed: Vec<String> = fields.iter().map(|f| format!("{}: {}", f.field, f.problem)).collect();
        let mut error = Self::new(ErrorKind::Invalid, listed.join("; "));
        error.0.fields = fields;
        error
    }

    /// [`ErrorKind::Internal`]: a fault of ours.
    pub fn internal(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// Names the key that refused ([`ErrorKind::Conflict`]).
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.0.key = Some(key.into());
        self
    }

    /// Keeps the error underneath.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Says when to come back.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Names the public operation, unless an inner one is named already.
    #[must_use]
    pub fn in_operation(mut self, operation: &'static str) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    /// What the caller can do about it.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// [`ErrorKind::code`] of its kind.
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// Every faulty field; empty unless the kind is [`ErrorKind::Invalid`].
    pub fn fields(&self) -> &[FieldFault] {
        &self.0.fields
    }

    /// The unique or foreign key that refused.
    pub fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }

    /// The public operation that failed, e.g. `notifications.list`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// When a later try may succeed.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The message alone, without the operation's name.
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
