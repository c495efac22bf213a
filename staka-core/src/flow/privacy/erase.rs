//! Erasing a person, in one transaction.

use serde_json::json;

use super::mentions::{audit_changes, notice_changes, write_audit, write_notices};
use super::plan::stored_files;
use super::{gone, person};
use crate::base::{Error, ErrorKind, Result, choice};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::model::view::{Erased, ErasedTable};
use crate::model::{Role, User, UserId};
use crate::repo::{privacy, tombstones, user_rows, users};

choice! {
    /// Why somebody is erased: a word, so that nothing personal stands in a tombstone.
    pub enum ErasureReason {
        /// They asked for it.
        Request = "request",
        /// They did not come back for years.
        Inactivity = "inactivity",
        /// They had been erased, and a backup brought them back.
        Restored = "restored",
        /// Anything else.
        Other = "other",
    }
}

/// Holds the account; an administrator's only where another one is left to administer the platform. Administrators are
/// held first and in the order of their ids, as whatever takes one away does.
async fn held(conn: &mut Conn, id: &UserId) -> Result<User> {
    let administers = |role: &Role, active: bool| active && *role == Role::Admin;
    let before = users::standing(conn, id).await?.ok_or_else(|| gone(id))?;
    let mut admins = None;
    if administers(&before.role, before.is_active) {
        admins = Some(users::lock_admins(conn).await?);
    }
    let user = users::locked(conn, id).await?.ok_or_else(|| gone(id))?;
    if administers(&user.role, user.is_active) {
        let admins = match admins {
            Some(admins) => admins,
            None => users::lock_admins(conn).await?,
        };
        if !admins.iter().any(|admin| *admin != user.id) {
            let message = "it is the last administrator who may sign in: make another one first";
            return Err(Error::new(ErrorKind::Conflict, message));
        }
    }
    Ok(user)
}

/// Erases a person: every column does what it declares, the account lets nobody in any more, the audit log and others'
/// notifications lose the name, a tombstone stays. Done again, it does what came since.
pub async fn erase(conn: &mut Conn, act: &Act<'_>, id: &UserId, reason: ErasureReason) -> Result<Erased> {
    // No row that refers to the account comes in while it is held: its foreign key waits.
    let user = held(conn, id).await?;
    user_rows::lock_commandes(conn, &user.id).await?;
    let schema = privacy::schema(conn).await?;
    let (person, identity) = person(conn, &user).await?;
    let (found, absent) = privacy::survey(conn, &schema, &person).await?;
    let files = stored_files(conn, &found).await?;
    let notices = notice_changes(conn, &user, &found, &identity).await?;
    let mut tables = Vec::new();
    // What hangs on a row is looked at before the row.
    for located in found.iter().rev().filter(|located| located.table.name != "audit_logs") {
        let privacy::Done { removed, changed } = privacy::apply(conn, located, &identity.pseudonym, act.now).await?;
        if removed + changed > 0 {
            tables.push(ErasedTable { table: located.table.name.to_owned(), removed, changed });
        }
    }
    let (removed, changed) = write_notices(conn, &notices, act.now).await?;
    if removed + changed > 0 {
        tables.push(ErasedTable { table: "notifications".to_owned(), removed, changed });
    }
    let buried = schema.contains_key("staka_tombstones");
    if !buried {
        tracing::warn!("the table of tombstones is missing: run `staka migrate`, then erase again");
    }
    let first = buried && tombstones::add(conn, &user.id, act.now, reason.as_str()).await?;
    let erased_at = match buried {
        true => tombstones::lookup(conn, &user.id).await?.map_or(act.now, |tombstone| tombstone.erased_at),
        false => act.now,
    };
    if first || !tables.is_empty() {
        let details = json!({"reason": reason.as_str(), "tables": tables.len()});
        journal::write(conn, act, Action::UserErased, Some(user.id.as_str()), details).await?;
    }
    // Last, so that the entry of who erases himself loses his address too.
    let changes = audit_changes(conn, &user.id, &identity).await?;
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
    Ok(Erased {
        user_id: user.id,
        pseudonym: identity.pseudonym,
        erased_at,
        again: buried && !first,
        tables,
        stored_files: files,
        absent: absent.into_iter().map(str::to_owned).collect(),
    })
}
