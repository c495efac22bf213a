//! The erasure of a person, in one transaction.

use serde_json::json;

use super::mentions::{audit_changes, notification_changes, write_audit, write_notifications};
use super::plan::stored_files;
use super::{not_found, person};
use crate::base::{Error, ErrorKind, Result, string_enum};
use crate::db::Conn;
use crate::model::view::{ErasedTable, ErasureResult};
use crate::model::{Role, User, UserId};
use crate::repo::{erasures, privacy, user_rows, users};
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

string_enum! {
    /// The reason for an erasure: a fixed value, so that an erasure record holds nothing personal.
    pub enum ErasureReason {
        /// The person asked for it.
        Request = "request",
        /// The account was inactive for years.
        Inactivity = "inactivity",
        /// A backup restored a person who had been erased.
        Restored = "restored",
        /// Any other reason.
        Other = "other",
    }
}

/// Locks the account. An administrator is refused unless another active administrator remains.
async fn lock_account(conn: &mut Conn, id: &UserId) -> Result<User> {
    let user = users::locked(conn, id).await?.ok_or_else(|| not_found(id))?;
    if user.is_active && user.role == Role::Admin && !users::has_other_admin(conn, id).await? {
        let message = "the last active administrator cannot be erased: appoint another one first";
        return Err(Error::new(ErrorKind::Conflict, message));
    }
    Ok(user)
}

/// Erases a person: every column does what it declares, the account can no longer sign in, the audit log's entries and
/// the notifications about the person lose the name, and an erasure record is written. Called again, it erases what was
/// added since.
pub async fn erase(conn: &mut Conn, ctx: &OpContext<'_>, id: &UserId, reason: ErasureReason) -> Result<ErasureResult> {
    // No row that refers to the account can be inserted while it is locked: its foreign key waits.
    let user = lock_account(conn, id).await?;
    user_rows::lock_commandes(conn, &user.id).await?;
    let schema = privacy::schema(conn).await?;
    let (person, identity) = person(conn, &user).await?;
    let (here, absent) = privacy::tables_here(&schema);
    // All rows are found before the first is written: some lead to others.
    let mut found = Vec::new();
    for table in here {
        found.extend(privacy::locate(conn, &schema, &person, table, privacy::Rows::Written).await?);
    }
    let files = stored_files(conn, &schema, &person).await?;
    let notifications = notification_changes(conn, &schema, &person, &identity).await?;
    let mut tables = Vec::new();
    // Dependent rows are erased before the rows they depend on.
    for located in found.iter().rev().filter(|located| located.table.name != "audit_logs") {
        let privacy::Erased { removed, changed } = privacy::apply(conn, located, &identity.pseudonym, ctx.now).await?;
        if removed + changed > 0 {
            tables.push(ErasedTable { table: located.table.name.to_owned(), removed, changed });
        }
    }
    let (removed, changed) = write_notifications(conn, &notifications, ctx.now).await?;
    if removed + changed > 0 {
        tables.push(ErasedTable { table: "notifications".to_owned(), removed, changed });
    }
    // None if erasures cannot be recorded.
    let first = erasures::keep(conn, &user.id, ctx.now, reason.as_str()).await?;
    let erased_at = match first {
        Some(_) => erasures::lookup(conn, &user.id).await?.map_or(ctx.now, |erasure| erasure.erased_at),
        None => ctx.now,
    };
    if first == Some(true) || !tables.is_empty() {
        let details = json!({"reason": reason.as_str(), "tables": tables.len()});
        audit_trail::write(conn, ctx, Action::UserErased, Some(user.id.as_str()), details).await?;
    }
    // Last, so that the entry of a person who erases their own account loses the address too.
    let changes = audit_changes(conn, &person, &identity).await?;
    write_audit(conn, &changes, &identity.pseudonym).await?;
    if !changes.is_empty() {
        tables.push(ErasedTable { table: "audit_logs".to_owned(), removed: 0, changed: changes.len() as u64 });
    }
    tables.sort_by(|one, other| one.table.cmp(&other.table));
    tables.dedup_by(|next, kept| {
        let same = next.table == kept.table;
        if same {
            kept.removed += next.removed;
            kept.changed += next.changed;
        }
        same
    });
    Ok(ErasureResult {
        user_id: user.id,
        pseudonym: identity.pseudonym,
        erased_at,
        already_erased: first == Some(false),
        tables,
        stored_files: files,
        absent: absent.into_iter().map(str::to_owned).collect(),
    })
}
