//! SLA targets of support tickets: a table owned by Staka.

use std::sync::LazyLock;

use super::table::{columns, insert, replace_statement};
use crate::base::{Args, Result, Table, Timestamp};
use crate::db::{Access, Conn, Optional, Statement};
use crate::model::{TicketSlaPolicy, TicketSlaTargets, TicketSlaTargetsRow};

const TABLE: Optional = Optional::tables(&["staka_ticket_sla_targets"], "the built-in targets apply");

static ALL: LazyLock<Statement> = LazyLock::new(|| {
    let columns = columns("s", TicketSlaTargetsRow::COLUMNS);
    let access = &[Access::Scan { table: "s", reason: "a row for each priority, five at most" }];
    let text = format!("SELECT {columns} FROM staka_ticket_sla_targets s");
    Statement::fixed("ticket_sla_targets.all", "", access).with_text(text)
});

/// Returns the targets of all priorities: those that were set, the built-in ones for the rest. Returns the built-in
/// ones if the table does not exist (`prisma db push` drops it).
pub async fn policy(conn: &mut Conn) -> Result<TicketSlaPolicy> {
    let rows: Vec<TicketSlaTargetsRow> = TABLE.or_none(conn.all(&ALL, Args::new()).await)?.unwrap_or_default();
    Ok(rows.into_iter().fold(TicketSlaPolicy::default(), |policy, row| {
        let TicketSlaTargetsRow { priority, first_response, resolution, .. } = row;
        policy.with(TicketSlaTargets { priority, first_response, resolution })
    }))
}

static SET: LazyLock<Statement> =
    LazyLock::new(|| replace_statement::<TicketSlaTargetsRow>("ticket_sla_targets.set", "priority"));

/// Sets the targets of a priority. Fails with `Conflict` if the table does not exist.
pub async fn set(conn: &mut Conn, targets: &TicketSlaTargets, now: Timestamp) -> Result<()> {
    let TicketSlaTargets { priority, first_response, resolution } = targets.clone();
    let row = TicketSlaTargetsRow { priority, first_response, resolution, updated_at: now };
    TABLE.required(insert(conn, &SET, &row).await).map(drop)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&*ALL, &*SET]
}
