//! Query plans of statements by EXPLAIN, in the same form for both servers.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use sqlx::mysql::{MySqlArguments, MySqlConnection, MySqlRow};
use sqlx::{AssertSqlSafe, Row};

use super::{ServerKind, Statement, error};
use crate::base::Result;

/// The plan of a statement with its values.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The statement's name.
    pub statement: &'static str,
    /// The statement's text.
    pub text: String,
    /// One row for each table, in the order in which the tables are read.
    pub rows: Vec<PlanRow>,
}

/// How a table is read.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanRow {
    /// The table's alias; `<derived2>` and the like for derived tables.
    pub table: Option<String>,
    /// The access type: `const`, `ref`, `range`, `index`, `ALL`, …
    pub access: Option<String>,
    /// The index used.
    pub key: Option<String>,
    /// The number of rows that the server expects to read.
    pub rows: Option<u64>,
    /// The server's `Extra` column.
    pub extra: Option<String>,
}

/// Collects plans. Passed to the builder, it makes every statement be explained before it runs.
#[derive(Debug, Default)]
pub struct PlanLog {
    plans: Mutex<Vec<Plan>>,
    /// The names of statements that do not run.
    explained_only: Vec<&'static str>,
}

/// Answers in place of a count that does not run.
static NONE_COUNTED: Statement =
    Statement::fixed("plans.none_counted", "SELECT COUNT(*) FROM (SELECT 1 AS x) nothing WHERE x = 0", &[]);

impl PlanLog {
    /// Creates a log with which the lists of these names are explained and do not run: they have no rows.
    #[cfg(feature = "unstable-internals")]
    pub fn explaining_only(lists: Vec<&'static str>) -> Self {
        Self { explained_only: lists, ..Self::default() }
    }

    /// Returns whether a statement runs, or what runs in its place.
    pub(super) fn runs(&self, statement: &Statement) -> Runs {
        if !self.explained_only.contains(&statement.name) {
            Runs::Itself
        } else if statement.text().starts_with("SELECT COUNT(*) FROM ") {
            Runs::Instead(&NONE_COUNTED)
        } else {
            Runs::Nothing
        }
    }

    pub(super) fn add(&self, plan: Plan) {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).push(plan);
    }

    /// Removes and returns the plans collected so far.
    pub fn take(&self) -> Vec<Plan> {
        std::mem::take(&mut self.plans.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What runs after a statement was explained.
pub(super) enum Runs {
    Itself,
    Instead(&'static Statement),
    Nothing,
}

/// Returns the plan of a statement; `None` for an INSERT of values, which has none.
pub(super) async fn explain(
    mysql: &mut MySqlConnection,
    kind: ServerKind,
    statement: &Statement,
    values: MySqlArguments,
) -> Result<Option<Plan>> {
    if statement.text().starts_with("INSERT") {
        return Ok(None);
    }
    let explain = match kind {
        ServerKind::MySql => "EXPLAIN FORMAT=TRADITIONAL",
        ServerKind::MariaDb => "EXPLAIN",
    };
    let text = format!("{explain} {}", statement.text());
    let rows = sqlx::query_with(AssertSqlSafe(text), values).fetch_all(mysql).await.map_err(error::from_sqlx)?;
    Ok(Some(Plan {
        statement: statement.name,
        text: statement.text().to_owned(),
        rows: rows.iter().map(plan_row).collect(),
    }))
}

fn plan_row(row: &MySqlRow) -> PlanRow {
    let text = |name| row.try_get_unchecked::<Option<String>, _>(name).ok().flatten();
    // A number on MySQL; on MariaDB a text such as `5 (1%)`.
    let counted = row.try_get::<Option<u64>, _>("rows").ok().flatten();
    let written = || text("rows").and_then(|text| text.split([' ', '|']).next()?.parse().ok());
    PlanRow {
        table: text("table"),
        access: text("type"),
        key: text("key"),
        rows: counted.or_else(written),
        extra: text("Extra"),
    }
}
