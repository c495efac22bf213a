//! Figures about accounts.

use std::time::Duration;

use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Maintained, Statement};
use crate::model::Role;
use crate::model::view::{UserStats, UsersByRole};

/// As the triggers counted them: some dozen rows.
static KEPT: Statement = Statement::fixed(
    "stats.users_by_role",
    "SELECT k.role, k.isActive, CAST(SUM(k.users) AS SIGNED) FROM staka_user_counts k \
     WHERE EXISTS (SELECT 1 FROM staka_maintained d WHERE d.name = 'staka_user_counts') \
     GROUP BY k.role, k.isActive HAVING SUM(k.users) > 0",
    &[
        Access::Scan {
            table: "k",
            reason: "holds a row for each role, state and slot: some dozen, whatever the number of accounts",
        },
        Access::Index { table: "d", keys: &["PRIMARY"] },
    ],
);

/// All of them one by one, where no trigger counts.
static BY_ROLE: Statement = Statement::fixed(
    "stats.users_by_role/one_by_one",
    "SELECT u.role, u.isActive, COUNT(*) FROM users u GROUP BY u.role, u.isActive",
    &[Access::Scan { table: "u", reason: "counts every account; reads only the index on role and state" }],
);

/// How many accounts of each role may sign in, and how many may not. Roles come in the guide's order, whatever that of
/// the column's declaration.
pub async fn by_role(conn: &mut Conn) -> Result<Vec<UsersByRole>> {
    let mut all: Vec<UsersByRole> = match conn.maintained(Maintained::UserCounts, &KEPT, Args::new).await? {
        Some(kept) => kept,
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

/// For how long an account is a recent one: 30 days.
const RECENTLY: Duration = Duration::from_secs(30 * 86_400);

/// How many accounts there are, of which kind, and how many are recent. A role that the guide does not know counts in
/// the total alone.
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
    stats.recents = conn.one(&RECENT, Args::new().with(now.minus(RECENTLY))).await?;
    Ok(stats)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&KEPT, &BY_ROLE, &RECENT]
}
