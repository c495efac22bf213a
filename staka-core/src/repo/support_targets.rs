//! What is promised for support tickets: a table of ours.

use staka_macros::Record;

use crate::base::{Args, Error, ErrorKind, Result, Timestamp};
use crate::db::error::lacks_a_table;
use crate::db::{Access, Conn, Statement};
use crate::model::{SupportPolicy, SupportPriority, SupportTargets};

static ALL: Statement = Statement::fixed(
    "support_targets.all",
    "SELECT s.priority, s.firstResponse, s.resolution FROM staka_support_targets s",
    &[Access::Scan { table: "s", reason: "a row for each priority, five at the most" }],
);

#[derive(Record)]
struct Line {
    priority: SupportPriority,
    first_response: i64,
    resolution: i64,
}

/// What is promised: what was set, and the program's own for the rest. Where our table is not there (`prisma db push`
/// drops it), the program's own.
pub async fn policy(conn: &mut Conn) -> Result<SupportPolicy> {
    let lines: Vec<Line> = match conn.all(&ALL, Args::new()).await {
        Err(lost) if lacks_a_table(&lost) => Vec::new(),
        lines => lines?,
    };
    Ok(lines.into_iter().fold(SupportPolicy::default(), |policy, Line { priority, first_response, resolution }| {
        policy.with(SupportTargets { priority, first_response, resolution })
    }))
}

static SET: Statement = Statement::fixed(
    "support_targets.set",
    "INSERT INTO staka_support_targets (`priority`, `firstResponse`, `resolution`, `updatedAt`) VALUES (?, ?, ?, ?) \
     ON DUPLICATE KEY UPDATE `firstResponse` = VALUES(`firstResponse`), `resolution` = VALUES(`resolution`), \
     `updatedAt` = VALUES(`updatedAt`)",
    &[],
);

/// Sets what is promised for a priority. `Conflict` where our table is not there.
pub async fn set(conn: &mut Conn, targets: &SupportTargets, now: Timestamp) -> Result<()> {
    let SupportTargets { priority, first_response, resolution } = targets;
    match conn.execute(&SET, Args::new().with(priority).with(*first_response).with(*resolution).with(now)).await {
        Err(lost) if lacks_a_table(&lost) => {
            let message = "staka_support_targets is not there: run `staka migrate`";
            Err(Error::new(ErrorKind::Conflict, message).with_source(lost))
        }
        done => done.map(drop),
    }
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&ALL, &SET]
}
