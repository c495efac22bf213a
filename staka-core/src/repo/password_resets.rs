//! Statements on pending password resets. The token itself is not stored, only its SHA-256.

use staka_macros::Record;

use super::table::verbs;
use crate::base::{Args, Result, Secret, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::{PasswordReset, PasswordResetId, UserId};

verbs!(PasswordReset, "password_resets": add);

/// Inserts a row only for an active account; for others it does the same work and inserts nothing.
static ISSUE: Statement = Statement::fixed(
    "password_resets.issue",
    "INSERT INTO password_resets (`id`, `userId`, `tokenHash`, `expiresAt`, `createdAt`) \
     SELECT ?, u.id, ?, ?, ? FROM users u WHERE u.id = ? AND u.isActive = TRUE",
    &[],
);

/// Inserts a reset for the account if it is active, and returns whether it is.
pub async fn issue(
    conn: &mut Conn,
    id: &PasswordResetId,
    user: &UserId,
    token_hash: &Secret,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let args = Args::new().with(id).with(token_hash).with(expires_at).with(now).with(user);
    Ok(conn.execute(&ISSUE, args).await? > 0)
}

static FIND: Statement = Statement::fixed(
    "password_resets.find",
    "SELECT u.id FROM password_resets r JOIN users u ON u.id = r.userId WHERE r.tokenHash = ? AND r.expiresAt > ? AND u.isActive = TRUE",
    &[
        Access::Index { table: "r", keys: &["password_resets_tokenHash_key", "password_resets_tokenHash_idx"] },
        Access::Index { table: "u", keys: &["PRIMARY"] },
    ],
);

#[derive(Record)]
struct UserRow {
    user: UserId,
}

/// Returns the id of the user whose password the token can set now, or None.
pub async fn find(conn: &mut Conn, token_hash: &Secret, now: Timestamp) -> Result<Option<UserId>> {
    let row: Option<UserRow> = conn.optional(&FIND, Args::new().with(token_hash).with(now)).await?;
    Ok(row.map(|row| row.user))
}

static CONSUME: Statement = Statement::fixed(
    "password_resets.consume",
    "DELETE r FROM password_resets r WHERE r.tokenHash = ? AND r.userId = ? AND r.expiresAt > ?",
    &[Access::Index {
        table: "r",
        keys: &["password_resets_tokenHash_key", "password_resets_tokenHash_idx", "password_resets_userId_idx"],
    }],
);

/// Deletes the token if it is valid, so that it cannot be used again, and returns whether it was.
pub async fn consume(conn: &mut Conn, token_hash: &Secret, user: &UserId, now: Timestamp) -> Result<bool> {
    Ok(conn.execute(&CONSUME, Args::new().with(token_hash).with(user).with(now)).await? > 0)
}

static VOID: Statement = Statement::fixed(
    "password_resets.void",
    "DELETE r FROM password_resets r FORCE INDEX (password_resets_userId_idx) WHERE r.userId = ?",
    &[Access::Index { table: "r", keys: &["password_resets_userId_idx"] }],
);

/// Deletes all tokens of an account, and returns how many.
pub async fn void(conn: &mut Conn, user: &UserId) -> Result<u64> {
    conn.execute(&VOID, Args::new().with(user)).await
}

static PURGE: Statement = Statement::fixed(
    "password_resets.purge",
    "DELETE r FROM (SELECT p.id FROM password_resets p FORCE INDEX (password_resets_expiresAt_idx) \
       WHERE p.expiresAt <= ? ORDER BY p.expiresAt LIMIT ?) late \
     STRAIGHT_JOIN password_resets r FORCE INDEX (PRIMARY) ON r.id = late.id",
    &[
        Access::Index { table: "p", keys: &["password_resets_expiresAt_idx"] },
        Access::Index { table: "r", keys: &["PRIMARY"] },
    ],
);

/// Deletes at most `limit` expired tokens, oldest first, and returns how many.
pub async fn purge(conn: &mut Conn, now: Timestamp, limit: u32) -> Result<u64> {
    conn.execute(&PURGE, Args::new().with(now).with(limit)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&ISSUE, &FIND, &CONSUME, &VOID, &PURGE]);
    all
}
