//! What the server means to do with a statement: EXPLAIN, read the same on both servers.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use sqlx::mysql::{MySqlArguments, MySqlConnection, MySqlRow};
use sqlx::{AssertSqlSafe, Row};

use super::{Flavour, Statement, error};
use crate::base::Result;

/// The plan of one statement with one set of values.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The statement's name.
    pub statement: &'static str,
    /// The statement's text.
    pub text: String,
    /// One row for each table, in the order in which they are read.
    pub rows: Vec<PlanRow>,
}

/// How one table is read.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanRow {
    /// The table's alias; `<derived2>` and the like for what the statement makes itself.
    pub table: Option<String>,
    /// `const`, `ref`, `range`, `index`, `ALL`, …
    pub access: Option<String>,
    /// The index used.
    pub key: Option<String>,
    /// How many rows the server expects to read.
    pub rows: Option<u64>,
    /// The server's remarks.
    pub extra: Option<String>,
}

/// Collects plans; give it to the builder to have every statement explained before it runs.
#[derive(Debug, Default)]
pub struct PlanLog(Mutex<Vec<Plan>>);

impl PlanLog {
    pub(super) fn add(&self, plan: Plan) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(plan);
    }

    /// Takes what was collected so far.
    pub fn take(&self) -> Vec<Plan> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The plan for a statement; none for what has no plan to speak of (INSERT of values).
pub(super) async fn explain(
    mysql: &mut MySqlConnection,
    flavour: Flavour,
    statement: &Statement,
    values: MySqlArguments,
) -> Result<Option<Plan>> {
    if statement.text().starts_with("INSERT") {
        return Ok(None);
    }
    let explain = match flavour {
        Flavour::MySql => "EXPLAIN FORMAT=TRADITIONAL",
        Flavour::MariaDb => "EXPLAIN",
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
    // A number on MySQL; on MariaDB a text, `5 (1%)` where a filter helps.
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
