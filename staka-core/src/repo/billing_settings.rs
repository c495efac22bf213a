//! The billing settings: a table owned by Staka with one row.

use std::sync::LazyLock;

use super::table::{columns, insert, insert_or_statement, replace_statement};
use crate::base::{Args, Result, Table, Timestamp};
use crate::db::{Access, Conn, Optional, Statement};
use crate::model::view::BillingSettings;

const TABLE: Optional = Optional::tables(&["staka_billing_settings"], "invoices have the default settings");

const BY_KEY: &[Access] = &[Access::Index { table: "s", keys: &["PRIMARY"] }];

fn by_key(name: &'static str, lock: &str) -> Statement {
    let columns = columns("s", BillingSettings::COLUMNS);
    let text = format!("SELECT {columns} FROM staka_billing_settings s WHERE s.name = ?{lock}");
    Statement::fixed(name, "", BY_KEY).with_text(text)
}

static CURRENT: LazyLock<Statement> = LazyLock::new(|| by_key("billing_settings.current", ""));

/// Returns the settings in force: those that were set, else the defaults.
pub async fn current(conn: &mut Conn) -> Result<BillingSettings> {
    let unset = BillingSettings::default();
    let found = TABLE.or_none(conn.optional(&CURRENT, Args::new().with(&unset.name)).await)?;
    Ok(found.flatten().unwrap_or(unset))
}

static LOCKED: LazyLock<Statement> = LazyLock::new(|| by_key("billing_settings.locked", " FOR UPDATE"));

static SET: LazyLock<Statement> =
    LazyLock::new(|| replace_statement::<BillingSettings>("billing_settings.set", "name"));

/// Inserts the row unless it exists, and locks it.
static ENSURE: LazyLock<Statement> = LazyLock::new(|| {
    let existing = "ON DUPLICATE KEY UPDATE `name` = VALUES(`name`)";
    insert_or_statement::<BillingSettings>("billing_settings.ensure", "INSERT", existing)
});

/// Returns the settings in force and locks them.
pub async fn locked(conn: &mut Conn) -> Result<BillingSettings> {
    let unset = BillingSettings::default();
    insert(conn, &ENSURE, &unset).await?;
    conn.one(&LOCKED, Args::new().with(&unset.name)).await
}

/// Writes all settings.
pub async fn set(conn: &mut Conn, settings: &BillingSettings, now: Timestamp) -> Result<()> {
    let stamped = BillingSettings { updated_at: Some(now), ..settings.clone() };
    insert(conn, &SET, &stamped).await.map(drop)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&*CURRENT, &*LOCKED, &*SET, &*ENSURE]
}
