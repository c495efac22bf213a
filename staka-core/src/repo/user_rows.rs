//! What hangs on an account, in other tables, and goes with it.

use staka_macros::Record;

use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::UserId;

static LOCK_COMMANDES: Statement = Statement::fixed(
    "user_rows.lock_commandes",
    "SELECT COUNT(*) FROM (SELECT c.id FROM commandes c FORCE INDEX (commandes_userId_idx) WHERE c.userId = ? ORDER BY c.id FOR UPDATE) locked",
    &[Access::Index { table: "c", keys: &["commandes_userId_idx", "staka_commandes_recent"] }],
);

/// Locks the user's orders, so that nobody adds an invoice to one of them; returns how many they are.
pub async fn lock_commandes(conn: &mut Conn, user: &UserId) -> Result<i64> {
    conn.one(&LOCK_COMMANDES, Args::new().with(user)).await
}

static INVOICES: Statement = Statement::fixed(
    "user_rows.invoices",
    "SELECT COUNT(*) FROM commandes c FORCE INDEX (commandes_userId_idx) \
     STRAIGHT_JOIN invoices i FORCE INDEX (invoices_commandeId_idx) ON i.commandeId = c.id WHERE c.userId = ? LOCK IN SHARE MODE",
    &[
        Access::Index { table: "c", keys: &["commandes_userId_idx", "staka_commandes_recent"] },
        Access::Index { table: "i", keys: &["invoices_commandeId_idx"] },
    ],
);

/// How many invoices the user's orders have, as they are now whatever the transaction has seen before.
pub async fn invoices(conn: &mut Conn, user: &UserId) -> Result<i64> {
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

/// Under which names the files lie that go with the account: those that the user uploaded, and all of the user's orders.
pub async fn stored_names(conn: &mut Conn, user: &UserId) -> Result<Vec<String>> {
    let names: Vec<StoredName> = conn.all(&STORED_NAMES, Args::new().with(user).with(user)).await?;
    Ok(names.into_iter().map(|row| row.stored_name).collect())
}

/// Replies to the user's messages stay, and are replies to nothing: their key does not let a message go before them.
macro_rules! unparent {
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

static UNPARENT_SENT: Statement = Statement::fixed(
    "user_rows.unparent_sent",
    unparent!("messages_senderId_idx", "senderId"),
    &[
        Access::Index { table: "m", keys: &["messages_senderId_idx", "staka_messages_sent"] },
        Access::Index { table: "a", keys: &["messages_parentId_fkey"] },
        Access::Index { table: "r", keys: &["PRIMARY"] },
    ],
);

static UNPARENT_RECEIVED: Statement = Statement::fixed(
    "user_rows.unparent_received",
    unparent!("messages_receiverId_idx", "receiverId"),
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

/// How many rows went with an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Files that the user uploaded.
    pub files: u64,
    /// Messages that the user sent or received.
    pub messages: u64,
    /// Orders, with their files.
    pub commandes: u64,
}

/// Removes them all, in the order in which they depend on each other. What the foreign keys would remove by themselves goes
/// by a statement of its own too: triggers do not run for what a key removes.
pub async fn remove(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<Removed> {
    let one = || Args::new().with(user);
    let files = conn.execute(&FILES, one()).await?;
    conn.execute(&NOTIFICATIONS, one()).await?;
    conn.execute(&UNPARENT_SENT, one().with(now)).await?;
    conn.execute(&UNPARENT_RECEIVED, one().with(now)).await?;
    let messages = conn.execute(&SENT, one()).await? + conn.execute(&RECEIVED, one()).await?;
    let commandes = conn.execute(&COMMANDES, one()).await?;
    conn.execute(&CARDS, one()).await?;
    conn.execute(&TICKETS, one()).await?;
    Ok(Removed { files, messages, commandes })
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![
        &LOCK_COMMANDES,
        &INVOICES,
        &STORED_NAMES,
        &UNPARENT_SENT,
        &UNPARENT_RECEIVED,
        &FILES,
        &NOTIFICATIONS,
        &SENT,
        &RECEIVED,
        &COMMANDES,
        &CARDS,
        &TICKETS,
    ]
}
