//! SLA targets of support tickets: a table owned by Staka.

use staka_macros::Record;

use crate::base::{Args, Error, ErrorKind, Result, Timestamp};
use crate::db::error::is_missing_table;
use crate::db::{Access, Conn, Statement};
use crate::model::{SupportPriority, TicketSlaPolicy, TicketSlaTargets};

static ALL: Statement = Statement::fixed(
    "ticket_sla_targets.all",
    "SELECT s.priority, s.firstResponse, s.resolution FROM staka_ticket_sla_targets s",
    &[Access::Scan { table: "s", reason: "a row for each priority, five at most" }],
);

#[derive(Record)]
struct TargetsRow {
    priority: SupportPriority,
    first_response: i64,
    resolution: i64,
}

/// Returns the targets of all priorities: those that were set, the built-in ones for the rest. Returns the built-in
/// ones if the table does not exist (`prisma db push` drops it).
pub async fn policy(conn: &mut Conn) -> Result<TicketSlaPolicy> {
    let rows: Vec<TargetsRow> = match conn.all(&ALL, Args::new()).await {
        Err(error) if is_missing_table(&error) => Vec::new(),
        rows => rows?,
    };
    Ok(rows.into_iter().fold(TicketSlaPolicy::default(), |policy, row| {
        let TargetsRow { priority, first_response, resolution } = row;
        policy.with(TicketSlaTargets { priority, first_response, resolution })
    }))
}

static SET: Statement = Statement::fixed(
    "ticket_sla_targets.set",
    "INSERT INTO staka_ticket_sla_targets (`priority`, `firstResponse`, `resolution`, `updatedAt`) VALUES (?, ?, ?, ?) \
     ON DUPLICATE KEY UPDATE `firstResponse` = VALUES(`firstResponse`), `resolution` = VALUES(`resolution`), \
     `updatedAt` = VALUES(`updatedAt`)",
    &[],
);

/// Sets the targets of a priority. Fails with `Conflict` if the table does not exist.
pub async fn set(conn: &mut Conn, targets: &TicketSlaTargets, now: Timestamp) -> Result<()> {
    let TicketSlaTargets { priority, first_response, resolution } = targets;
    match conn.execute(&SET, Args::new().with(priority).with(*first_response).with(*resolution).with(now)).await {
        Err(error) if is_missing_table(&error) => {
            let message = "the table staka_ticket_sla_targets is missing: run `staka migrate`";
            Err(Error::new(ErrorKind::Conflict, message).with_source(error))
        }
        done => done.map(drop),
    }
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&ALL, &SET]
}
