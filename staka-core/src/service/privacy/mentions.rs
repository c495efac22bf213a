//! Finds and replaces the mentions of a person in rows that the system wrote: audit log entries, and notifications to
//! other users.

use std::collections::BTreeSet;

use serde_json::Value;

use super::identity::{Identity, names_one_of};
use crate::base::{Result, Timestamp};
use crate::db::Conn;
use crate::model::{Role, User, UserId};
use crate::repo::privacy::{self, Located, NotificationMention};

/// The change of an audit log entry.
pub(super) struct EntryChange {
    id: String,
    /// Whether the person is the actor of the entry.
    actor: bool,
    /// The new target and details, if one of them changes.
    rewritten: Option<(Option<String>, Option<String>)>,
}

/// The maximum size of an entry's details, in bytes.
const MAX_DETAILS_BYTES: usize = 65_535;

/// Returns the change of every entry that names the person.
pub(super) async fn audit_changes(conn: &mut Conn, user: &UserId, identity: &Identity) -> Result<Vec<EntryChange>> {
    let mut addresses = identity.addresses.clone();
    addresses.push(identity.pseudonym.clone());
    let entries = privacy::audit_entries(conn, user, &addresses, &identity.texts()).await?;
    let change = |entry: privacy::AuditMention| {
        let is_pseudonym = entry.admin_email == identity.pseudonym;
        let by_them = is_pseudonym || identity.is_address(&entry.admin_email);
        let actor = by_them && (!is_pseudonym || entry.has_origin);
        // A password request has no signed-in actor, but its origin is the person's all the same.
        let unnamed = matches!(entry.admin_email.as_str(), "anonymous" | "unknown")
            && entry.target_id.as_deref() == Some(user.as_str())
            && entry.has_origin;
        let actor = actor || unnamed;
        let about = by_them || entry.target_id.as_deref() == Some(user.as_str());
        let targets = entry
            .target_id
            .as_deref()
            .is_some_and(|target| identity.is_address(target) && target != identity.pseudonym);
        let details = entry.details.as_deref().and_then(|details| identity.without_in_json(details, about));
        let rewritten = (targets || details.is_some()).then(|| {
            let target = if targets { Some(identity.pseudonym.clone()) } else { entry.target_id.clone() };
            let details = details.or(entry.details).filter(|details| details.len() <= MAX_DETAILS_BYTES);
            (target, details)
        });
        (actor || rewritten.is_some()).then_some(EntryChange { id: entry.id, actor, rewritten })
    };
    Ok(entries.into_iter().filter_map(change).collect())
}

/// Writes the changes of the audit log.
pub(super) async fn write_audit(conn: &mut Conn, changes: &[EntryChange], pseudonym: &str) -> Result<()> {
    let by_actor: Vec<&str> = changes.iter().filter(|change| change.actor).map(|change| change.id.as_str()).collect();
    privacy::pseudonymise_actor(conn, &by_actor, pseudonym).await?;
    for change in changes {
        if let Some((target, details)) = &change.rewritten {
            privacy::rewrite_entry(conn, &change.id, target.as_deref(), details.as_deref()).await?;
        }
    }
    Ok(())
}

/// The changes of notifications to others.
#[derive(Default)]
pub(super) struct NotificationChanges {
    /// Ids of notifications about the person, which are deleted.
    removed: Vec<String>,
    /// Notifications that only name the person, rewritten.
    rewritten: Vec<NotificationMention>,
}

impl NotificationChanges {
    pub(super) fn count(&self) -> u64 {
        (self.removed.len() + self.rewritten.len()) as u64
    }
}

/// Finds every notification to somebody else that is about the person or names them.
pub(super) async fn notification_changes(
    conn: &mut Conn,
    user: &User,
    found: &[Located<'_>],
    identity: &Identity,
) -> Result<NotificationChanges> {
    let client = user.role == Role::User;
    let of = |table: &str| found.iter().find(|located| located.table.name == table);
    let mut ids: BTreeSet<&str> = BTreeSet::from([user.id.as_str()]);
    // Rows of staff members are about others.
    if client {
        for table in ["commandes", "messages", "support_requests"] {
            let own = of(table).into_iter().flat_map(|located| &located.person_rows).filter(|row| row.own);
            ids.extend(own.filter_map(|row| row.key.first()).map(String::as_str));
        }
        ids.extend(of("messages").into_iter().flat_map(|located| located.values("conversationId", true)));
    }
    let about = |notification: &NotificationMention| {
        let data = notification.data.as_deref().and_then(|data| serde_json::from_str::<Value>(data).ok());
        data.is_some_and(|data| names_one_of(&data, &ids))
            || [Some(&notification.message), Some(&notification.title), notification.data.as_ref()]
                .into_iter()
                .flatten()
                .any(|text| names_address(identity, text))
            || notification
                .action_url
                .as_deref()
                .is_some_and(|link| link.split(['/', '=', '&', '?', '#']).any(|part| ids.contains(part)))
    };
    let keep = |notification: &NotificationMention| {
        about(notification)
            || [Some(&notification.message), Some(&notification.title), notification.data.as_ref()]
                .into_iter()
                .flatten()
                .any(|text| identity.without(text, false).is_some())
    };
    let mut changes = NotificationChanges::default();
    for mut notification in privacy::notifications_to_others(conn, &user.id, client, keep).await? {
        if about(&notification) {
            changes.removed.push(notification.id);
            continue;
        }
        // Only a name or number matches, perhaps a namesake's: the notification is kept without it.
        if let Some(title) = identity.without(&notification.title, false) {
            notification.title = title;
        }
        if let Some(message) = identity.without(&notification.message, false) {
            notification.message = message;
        }
        if let Some(data) = notification.data.as_deref().and_then(|data| identity.without_in_json(data, false)) {
            notification.data = Some(data);
        }
        changes.rewritten.push(notification);
    }
    Ok(changes)
}

fn names_address(identity: &Identity, text: &str) -> bool {
    let lower = text.to_lowercase();
    identity.addresses.iter().any(|address| *address != identity.pseudonym && lower.contains(address.as_str()))
        && identity.without(text, false).is_some()
}

/// Writes the changes; returns how many notifications were deleted and how many rewritten.
pub(super) async fn write_notifications(
    conn: &mut Conn,
    changes: &NotificationChanges,
    now: Timestamp,
) -> Result<(u64, u64)> {
    let ids: Vec<&str> = changes.removed.iter().map(String::as_str).collect();
    let removed = privacy::delete_notifications(conn, &ids).await?;
    for notification in &changes.rewritten {
        privacy::rewrite_notification(conn, notification, now).await?;
    }
    Ok((removed, changes.rewritten.len() as u64))
}
