//! Statistics about accounts.

use std::time::Duration;

use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Counter, Statement};
use crate::model::Role;
use crate::model::view::{UserStats, UsersByRole};

/// Counts kept by the triggers: some dozen rows.
static COUNTED: Statement = Statement::fixed(
    "stats.users_by_role",
    "SELECT k.role, k.isActive, CAST(SUM(k.users) AS SIGNED) FROM staka_user_counts k \
     WHERE EXISTS (SELECT 1 FROM staka_counter_status d WHERE d.name = 'staka_user_counts') \
     GROUP BY k.role, k.isActive HAVING SUM(k.users) > 0",
    &[
        Access::Scan {
            table: "k",
            reason: "holds a row for each role, state and slot: some dozen, whatever the number of accounts",
        },
        Access::Index { table: "d", keys: &["PRIMARY"] },
    ],
);

/// Counts of all accounts, used if no trigger counts.
static BY_ROLE: Statement = Statement::fixed(
    "stats.users_by_role/one_by_one",
    "SELECT u.role, u.isActive, COUNT(*) FROM users u GROUP BY u.role, u.isActive",
    &[Access::Scan { table: "u", reason: "counts every account; reads only the index on role and state" }],
);

/// Counts the accounts of each role that can sign in and that cannot. Roles come in the order of the Prisma schema,
/// whatever the order of the column's declaration.
pub async fn by_role(conn: &mut Conn) -> Result<Vec<UsersByRole>> {
    let mut all: Vec<UsersByRole> = match conn.counters(Counter::UserCounts, &COUNTED, Args::new).await? {
        Some(counted) => counted,
        None => conn.all(&BY_ROLE, Args::new()).await?,
    };
    all.sort_by(|one, other| (&one.role, one.is_active).cmp(&(&other.role, other.is_active)));
    Ok(all)
}

static RECENT: Statement = Statement::fixed(
    "users.stats",
    "SELECT COUNT(*) FROM users u FORCE INDEX (staka_users_recent) WHERE u.createdAt >= ?",
    &[Access::Index { table: "u", keys: &["staka_users_recent"] }],
);

/// The age up to which an account is recent: 30 days.
const RECENT_AGE: Duration = Duration::from_secs(30 * 86_400);

/// Counts the accounts in total, by kind, and the recent ones. A role that the Prisma schema does not know counts in
/// the total only.
pub async fn accounts(conn: &mut Conn, now: Timestamp) -> Result<UserStats> {
    let mut stats = UserStats::default();
    for UsersByRole { role, is_active, count } in by_role(conn).await? {
        stats.total += count;
        *(if is_active { &mut stats.actifs } else { &mut stats.inactifs }) += count;
        match role {
            Role::Admin => stats.admin += count,
            Role::Corrector => stats.correctors += count,
            Role::User => stats.users += count,
            Role::Unrecognised(_) => {}
        }
    }
    stats.recents = conn.one(&RECENT, Args::new().with(now.minus(RECENT_AGE))).await?;
    Ok(stats)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&COUNTED, &BY_ROLE, &RECENT]
}
