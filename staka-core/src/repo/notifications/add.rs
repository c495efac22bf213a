//! Insertion of notifications for one or many users in one statement. Users that do not exist are skipped.

use std::sync::LazyLock;

use crate::base::{Args, Result};
use crate::db::{Conn, Statement};
use crate::model::{Notification, UserId};
use crate::repo::ids;

/// Generates a UUIDv7 for each row from its first twelve digits, the time, which are bound.
macro_rules! generated_id {
    () => {
        "LOWER(CONCAT(?, '-7', SUBSTRING(HEX(RANDOM_BYTES(2)), 2), '-a', SUBSTRING(HEX(RANDOM_BYTES(2)), 2), '-', HEX(RANDOM_BYTES(6))))"
    };
}

macro_rules! insert_for_each {
    ($from:literal) => { insert_for_each!(generated_id!(), $from) };
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

static ADD_FOR_USER: Statement =
    Statement::fixed("notifications.add_for_user", insert_for_each!("WHERE u.id = ?"), &[]);

/// Inserts a copy of `row` with a new id for every active administrator, and returns how many.
pub async fn add_for_admins(conn: &mut Conn, row: &Notification) -> Result<u64> {
    conn.execute(&ADD_FOR_ADMINS, copy_args(row)).await
}

/// Inserts a copy of `row` with a new id if its user exists, and returns how many: 1 or 0.
pub async fn add_for_user(conn: &mut Conn, row: &Notification) -> Result<u64> {
    conn.execute(&ADD_FOR_USER, copy_args(row).with(&row.user_id)).await
}

static ADD_IF_USER_EXISTS: Statement =
    Statement::fixed("notifications.add_if_user_exists", insert_for_each!("?", "WHERE u.id = ?"), &[]);

/// Inserts `row` with its own id if its user exists, and returns whether it does.
pub async fn add_if_user_exists(conn: &mut Conn, row: &Notification) -> Result<bool> {
    let args = push_values(Args::new().with(&row.id), row).with(&row.user_id);
    Ok(conn.execute(&ADD_IF_USER_EXISTS, args).await? != 0)
}

static ADD_FOR_MANY: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    ids::statements("notifications.add_for_many", &[], |places| {
        format!("{}({places})", insert_for_each!("FORCE INDEX (PRIMARY) WHERE u.id IN "))
    })
});

/// Inserts a copy of `row` with a new id for each of these users that exists, and returns how many. Takes 1 to 1,000
/// users.
pub async fn add_for_many(conn: &mut Conn, users: &[UserId], row: &Notification) -> Result<u64> {
    let (statement, args) = ids::bind(&ADD_FOR_MANY, users, copy_args(row));
    conn.execute(statement, args).await
}

fn copy_args(row: &Notification) -> Args {
    let time = format!("{:012x}", row.created_at.unix_millis().max(0));
    push_values(Args::new().with(format!("{}-{}", &time[..8], &time[8..])), row)
}

fn push_values(args: Args, row: &Notification) -> Args {
    let args = args.with(&row.title).with(&row.message).with(&row.r#type).with(&row.priority).with(&row.data);
    args.with(&row.action_url).with(row.expires_at).with(row.created_at).with(row.updated_at)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&ADD_FOR_ADMINS, &ADD_FOR_USER, &ADD_IF_USER_EXISTS];
    all.extend(ADD_FOR_MANY.iter());
    all
}
