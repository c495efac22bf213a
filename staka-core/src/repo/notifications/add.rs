//! New notifications, for one user or for many in one statement: for those that there are, each with an id of its own.

use std::sync::LazyLock;

use crate::base::{Args, Result};
use crate::db::{Conn, Statement};
use crate::model::{Notification, UserId};
use crate::repo::ids;

/// A UUIDv7 for each row, behind the twelve digits of the moment that are bound.
macro_rules! each_its_id {
    () => {
        "LOWER(CONCAT(?, '-7', SUBSTRING(HEX(RANDOM_BYTES(2)), 2), '-a', SUBSTRING(HEX(RANDOM_BYTES(2)), 2), '-', HEX(RANDOM_BYTES(6))))"
    };
}

macro_rules! insert_for_each {
    ($from:literal) => { insert_for_each!(each_its_id!(), $from) };
    ($id:expr, $from:literal) => {
        concat!(
            "INSERT INTO notifications (`id`, `userId`, `title`, `message`, `type`, `priority`, `data`, `actionUrl`, `isRead`, `isDeleted`, `readAt`, `expiresAt`, `createdAt`, `updatedAt`) \
             SELECT ", $id, ", u.id, ?, ?, ?, ?, ?, ?, FALSE, FALSE, NULL, ?, ?, ? FROM users u ", $from
        )
    };
}

static ADD_FOR_ADMINS: Statement = Statement::fixed(
    "notifications.add_for_admins",
    insert_for_each!("WHERE u.role = 'ADMIN' AND u.isActive = TRUE"),
    &[],
);

static ADD_FOR_ONE: Statement = Statement::fixed("notifications.add_for_one", insert_for_each!("WHERE u.id = ?"), &[]);

/// Adds a notification like `row` for every administrator who may sign in, in one statement; each has an id of its
/// own. Returns how many.
pub async fn add_for_admins(conn: &mut Conn, row: &Notification) -> Result<u64> {
    conn.execute(&ADD_FOR_ADMINS, alike(row)).await
}

/// Adds a notification like `row` for its user, if there is such a user. Returns how many: one or none.
pub async fn add_for_one(conn: &mut Conn, row: &Notification) -> Result<u64> {
    conn.execute(&ADD_FOR_ONE, alike(row).with(&row.user_id)).await
}

static ADD_ITSELF: Statement =
    Statement::fixed("notifications.add_itself", insert_for_each!("?", "WHERE u.id = ?"), &[]);

/// Adds this row, id and all, if there is such a user. Returns whether there is.
pub async fn add_itself(conn: &mut Conn, row: &Notification) -> Result<bool> {
    let args = behind_id(Args::new().with(&row.id), row).with(&row.user_id);
    Ok(conn.execute(&ADD_ITSELF, args).await? != 0)
}

static ADD_FOR_MANY: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    ids::statements("notifications.add_for_many", &[], |places| {
        format!("{}({places})", insert_for_each!("FORCE INDEX (PRIMARY) WHERE u.id IN "))
    })
});

/// Adds a notification like `row` for each of these users that there is, in one statement; each has an id of its own.
/// Returns how many. At most 1,000 users, at least one.
pub async fn add_for_many(conn: &mut Conn, users: &[UserId], row: &Notification) -> Result<u64> {
    let (statement, args) = ids::bound(&ADD_FOR_MANY, users, alike(row));
    conn.execute(statement, args).await
}

fn alike(row: &Notification) -> Args {
    let moment = format!("{:012x}", row.created_at.unix_millis().max(0));
    behind_id(Args::new().with(format!("{}-{}", &moment[..8], &moment[8..])), row)
}

fn behind_id(args: Args, row: &Notification) -> Args {
    let args = args.with(&row.title).with(&row.message).with(&row.r#type).with(&row.priority).with(&row.data);
    args.with(&row.action_url).with(row.expires_at).with(row.created_at).with(row.updated_at)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&ADD_FOR_ADMINS, &ADD_FOR_ONE, &ADD_ITSELF];
    all.extend(ADD_FOR_MANY.iter());
    all
}
