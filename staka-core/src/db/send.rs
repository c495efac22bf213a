//! Sends one statement over the driver.

use std::future::Future;
use std::pin::pin;
use std::time::Instant;

use futures_util::TryStreamExt;
use sqlx::mysql::{MySqlArguments, MySqlRow};
use sqlx::{Either, Executor};
use tracing::Instrument;

use super::Statement;
use super::connect::Raw;
use crate::base::{Error, Result};

/// Why a statement failed.
pub(super) enum SendError {
    /// A hint names an index that does not exist; the statement can run without it.
    MissingIndex,
    Other(Error),
}

impl SendError {
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::MissingIndex => Error::internal("the server misses an index that the statement does not name"),
            Self::Other(error) => error,
        }
    }
}

/// Runs within a tracing span named after the statement, if tracing is enabled.
pub(super) async fn traced<F: Future>(name: &'static str, running: F) -> F::Output {
    let running = pin!(running);
    let span = tracing::debug_span!("staka.statement", name, db.system = "mysql");
    if span.is_disabled() { running.await } else { running.instrument(span).await }
}

/// Runs a prepared statement and returns the number of changed rows.
pub(super) async fn run(
    raw: &mut Raw,
    statement: &Statement,
    values: MySqlArguments,
    on_row: &mut (impl FnMut(&MySqlRow) + Send),
) -> Result<u64, sqlx::Error> {
    let mut changed = 0;
    // A pair of text and arguments is the cheapest form that the driver runs as a prepared statement.
    let mut answer = raw.mysql.fetch_many((statement.to_sql(), Some(values)));
    while let Some(step) = answer.try_next().await? {
        match step {
            Either::Left(end) => changed += end.rows_affected(),
            Either::Right(row) => on_row(&row),
        }
    }
    drop(answer);
    raw.last_used = Instant::now();
    Ok(changed)
}
