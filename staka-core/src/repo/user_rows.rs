//! Statements on an account's rows in other tables, which are deleted with it.

use staka_macros::Record;

use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::UserId;

static LOCK_COMMANDES: Statement = Statement::fixed(
    "user_rows.lock_commandes",
    "SELECT COUNT(*) FROM (SELECT c.id FROM commandes c FORCE INDEX (commandes_userId_idx) WHERE c.userId = ? ORDER BY c.id FOR UPDATE) locked",
    &[Access::Index { table: "c", keys: &["commandes_userId_idx", "staka_commandes_recent"] }],
);

/// Locks the user's orders, so that no invoice is added to one of them, and returns how many there are.
pub async fn lock_commandes(conn: &mut Conn, user: &UserId) -> Result<i64> {
    conn.one(&LOCK_COMMANDES, Args::new().with(user)).await
}

static INVOICES: Statement = Statement::fixed(
    "user_rows.count_invoices",
    "SELECT COUNT(*) FROM commandes c FORCE INDEX (commandes_userId_idx) \
     STRAIGHT_JOIN invoices i FORCE INDEX (invoices_commandeId_idx) ON i.commandeId = c.id WHERE c.userId = ? LOCK IN SHARE MODE",
    &[
        Access::Index { table: "c", keys: &["commandes_userId_idx", "staka_commandes_recent"] },
        Access::Index { table: "i", keys: &["invoices_commandeId_idx"] },
    ],
);

/// Counts the invoices of the user's orders in their latest version, whatever the transaction's snapshot is.
pub async fn count_invoices(conn: &mut Conn, user: &UserId) -> Result<i64> {
    conn.one(&INVOICES, Args::new().with(user)).await
}

static STORED_NAMES: Statement = Statement::fixed(
    "user_rows.stored_names",
    "SELECT f.storedName FROM files f FORCE INDEX (files_uploadedById_idx) WHERE f.uploadedById = ? \
     UNION SELECT g.storedName FROM commandes c FORCE INDEX (commandes_userId_idx) \
     STRAIGHT_JOIN files g FORCE INDEX (files_commandeId_idx) ON g.commandeId = c.id WHERE c.userId = ?",
    &[
        Access::Index { table: "f", keys: &["files_uploadedById_idx"] },
        Access::Index { table: "c", keys: &["commandes_userId_idx", "staka_commandes_recent"] },
        Access::Index { table: "g", keys: &["files_commandeId_idx"] },
    ],
);

#[derive(Record)]
struct StoredName {
    stored_name: String,
}

/// Returns the `storedName` of each file that is deleted with the account: the user's uploads and all files of the
/// user's orders.
pub async fn stored_names(conn: &mut Conn, user: &UserId) -> Result<Vec<String>> {
    let names: Vec<StoredName> = conn.all(&STORED_NAMES, Args::new().with(user).with(user)).await?;
    Ok(names.into_iter().map(|row| row.stored_name).collect())
}

/// Replies to the user's messages are kept without a parent, because the foreign key prevents the deletion of a message
/// that has replies.
macro_rules! clear_parent {
    ($index:literal, $column:literal) => {
        concat!(
            "UPDATE (SELECT DISTINCT a.id FROM messages m FORCE INDEX (",
            $index,
            ") STRAIGHT_JOIN messages a FORCE INDEX (messages_parentId_fkey) ON a.parentId = m.id WHERE m.",
            $column,
            " = ?) replies STRAIGHT_JOIN messages r FORCE INDEX (PRIMARY) ON r.id = replies.id \
             SET r.parentId = NULL, r.updatedAt = GREATEST(?, r.updatedAt + INTERVAL 1000 MICROSECOND)"
        )
    };
}

static CLEAR_PARENT_SENT: Statement = Statement::fixed(
    "user_rows.clear_parent_sent",
    clear_parent!("messages_senderId_idx", "senderId"),
    &[
        Access::Index { table: "m", keys: &["messages_senderId_idx", "staka_messages_sent"] },
        Access::Index { table: "a", keys: &["messages_parentId_fkey"] },
        Access::Index { table: "r", keys: &["PRIMARY"] },
    ],
);

static CLEAR_PARENT_RECEIVED: Statement = Statement::fixed(
    "user_rows.clear_parent_received",
    clear_parent!("messages_receiverId_idx", "receiverId"),
    &[
        Access::Index { table: "m", keys: &["messages_receiverId_idx", "staka_messages_received"] },
        Access::Index { table: "a", keys: &["messages_parentId_fkey"] },
        Access::Index { table: "r", keys: &["PRIMARY"] },
    ],
);

macro_rules! deletes {
    ($($name:ident = $statement:literal, $alias:literal, $table:literal, $index:literal, $column:literal;)+) => {$(
        static $name: Statement = Statement::fixed(
            $statement,
            concat!("DELETE ", $alias, " FROM ", $table, " ", $alias, " FORCE INDEX (", $index, ") WHERE ", $alias, ".", $column, " = ?"),
            &[Access::Index { table: $alias, keys: &[$index] }],
        );
    )+};
}
deletes! {
    FILES = "user_rows.delete_files", "f", "files", "files_uploadedById_idx", "uploadedById";
    NOTIFICATIONS = "user_rows.delete_notifications", "n", "notifications", "notifications_userId_idx", "userId";
    SENT = "user_rows.delete_sent", "m", "messages", "messages_senderId_idx", "senderId";
    RECEIVED = "user_rows.delete_received", "m", "messages", "messages_receiverId_idx", "receiverId";
    COMMANDES = "user_rows.delete_commandes", "c", "commandes", "commandes_userId_idx", "userId";
    CARDS = "user_rows.delete_cards", "p", "payment_methods", "payment_methods_userId_idx", "userId";
    TICKETS = "user_rows.delete_tickets", "s", "support_requests", "support_requests_userId_idx", "userId";
}

/// The numbers of rows deleted with an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeletedRows {
    /// Number of files uploaded by the user.
    pub files: u64,
    /// Number of messages sent or received by the user.
    pub messages: u64,
    /// Number of orders, which are deleted with their files.
    pub commandes: u64,
}

/// Deletes all rows of the user in the order of their dependencies. Rows that foreign keys would delete by cascade are
/// deleted by statements too, because triggers do not run for cascades.
pub async fn delete(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<DeletedRows> {
    let args = || Args::new().with(user);
    let files = conn.execute(&FILES, args()).await?;
    conn.execute(&NOTIFICATIONS, args()).await?;
    conn.execute(&CLEAR_PARENT_SENT, args().with(now)).await?;
    conn.execute(&CLEAR_PARENT_RECEIVED, args().with(now)).await?;
    let messages = conn.execute(&SENT, args()).await? + conn.execute(&RECEIVED, args()).await?;
    let commandes = conn.execute(&COMMANDES, args()).await?;
    conn.execute(&CARDS, args()).await?;
    conn.execute(&TICKETS, args()).await?;
    Ok(DeletedRows { files, messages, commandes })
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![
        &LOCK_COMMANDES,
        &INVOICES,
        &STORED_NAMES,
        &CLEAR_PARENT_SENT,
        &CLEAR_PARENT_RECEIVED,
        &FILES,
        &NOTIFICATIONS,
        &SENT,
        &RECEIVED,
        &COMMANDES,
        &CARDS,
        &TICKETS,
    ]
}
