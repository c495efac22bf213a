//! Mentions of a person in rows about others, which an administrator sees before they are rewritten. What identifies a
//! person is what their profile says, and may be anybody's; so nothing here happens without somebody having looked.

use std::collections::BTreeSet;

use serde_json::json;

use super::check::identifiers;
use super::identity::Identity;
use super::mentions::{EntryChange, MAX_DETAILS_BYTES, rewritten, write_audit};
use super::scan::{MAX_ROWS, Place};
use crate::base::{Cursor, Error, Result};
use crate::db::Conn;
use crate::model::view::{ErasedMentions, PrivacyMention, PrivacyMentions};
use crate::model::{AuditLogId, NotificationId, PersonTable, UserId};
use crate::repo::privacy::{self, AuditMention, NotificationMention, Person, Schema};
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

/// The name of the list that its cursors belong to.
const CURSOR: &str = "privacy.list_mentions";

/// The tables in which the platform writes about persons, in the order of the search.
const TABLES: [&str; 2] = ["audit_logs", "notifications"];

/// Returns the mentions in a part of the rows about others.
pub async fn list_mentions(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    user: &UserId,
    given: &[String],
    after: Option<&Cursor>,
) -> Result<PrivacyMentions> {
    let place = after.map(|cursor| Place::read(CURSOR, cursor)).transpose()?;
    if place.as_ref().is_some_and(|place| !TABLES.contains(&&*place.table)) {
        return Err(Error::invalid("after", "is not a cursor of this list"));
    }
    let (person, texts) = identifiers(conn, user, given, ctx.now).await?;
    let identity = Identity::named(user, &texts);
    let schema = privacy::schema(conn).await?;
    let (mut left, mut items, mut next) = (MAX_ROWS / texts.len(), Vec::new(), None);
    for table in TABLES {
        let key = match &place {
            Some(place) if *table < *place.table => continue,
            Some(place) if *table == place.table => place.key.as_slice(),
            _ => &[],
        };
        if left == 0 {
            next = Some(Place::cursor(CURSOR, table, key));
            break;
        }
        let searched = privacy::search(conn, &schema, table, &texts, key, left).await?;
        left = left.saturating_sub(searched.rows);
        let ids: BTreeSet<&str> = searched.hits.iter().filter_map(|hit| hit.key.first()).map(String::as_str).collect();
        let ids: Vec<&str> = ids.into_iter().collect();
        if table == TABLES[0] {
            for (entry, change) in entry_changes(conn, &schema, &person, &identity, &ids).await? {
                items.extend(shown_entry(&entry, &change, &identity.pseudonym));
            }
        } else {
            for (notification, change) in notification_changes(conn, user, &identity, &ids).await? {
                items.extend(shown_notification(&notification, &change));
            }
        }
        if let Some(last) = searched.last {
            next = Some(Place::cursor(CURSOR, table, &last));
            break;
        }
    }
    if place.is_none() {
        let details = json!({"identifiers": texts.len()});
        audit_trail::write(conn, ctx, Action::PrivacyChecked, Some(user.as_str()), details).await?;
    }
    Ok(PrivacyMentions { items, next })
}

/// Rewrites the mentions in these rows.
pub async fn erase_mentions(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    user: &UserId,
    given: &[String],
    entries: &[AuditLogId],
    notifications: &[NotificationId],
) -> Result<ErasedMentions> {
    let (person, texts) = identifiers(conn, user, given, ctx.now).await?;
    let identity = Identity::named(user, &texts);
    let schema = privacy::schema(conn).await?;
    let ids: Vec<&str> = entries.iter().map(AuditLogId::as_str).collect();
    let entries = entry_changes(conn, &schema, &person, &identity, &ids).await?;
    let entries: Vec<EntryChange> = entries.into_iter().map(|(_, change)| change).collect();
    write_audit(conn, &entries, &identity.pseudonym).await?;
    let ids: Vec<&str> = notifications.iter().map(NotificationId::as_str).collect();
    let notifications = notification_changes(conn, user, &identity, &ids).await?;
    let notifications: Vec<NotificationMention> = notifications.into_iter().map(|(_, change)| change).collect();
    privacy::rewrite_notifications(conn, &notifications, ctx.now).await?;
    let done = ErasedMentions { audit_entries: entries.len() as u64, notifications: notifications.len() as u64 };
    if done.audit_entries + done.notifications > 0 {
        let details = json!({"auditEntries": done.audit_entries, "notifications": done.notifications});
        audit_trail::write(conn, ctx, Action::MentionsErased, Some(user.as_str()), details).await?;
    }
    Ok(done)
}

/// Returns those of the entries that mention the person, and how they change. The person's own entries are not among
/// them: an erasure changes those.
async fn entry_changes(
    conn: &mut Conn,
    schema: &Schema,
    person: &Person,
    identity: &Identity,
    ids: &[&str],
) -> Result<Vec<(AuditMention, EntryChange)>> {
    let keys: Vec<Vec<String>> = ids.iter().map(|id| vec![(*id).to_owned()]).collect();
    let keys: Vec<&Vec<String>> = keys.iter().collect();
    let own = match PersonTable::of(TABLES[0]) {
        Some(table) => privacy::locate_among(conn, schema, person, table, &keys).await?,
        None => Default::default(),
    };
    let is_address =
        |text: &str| text != identity.pseudonym && identity.addresses.contains(&text.trim().to_lowercase());
    let mut changes = Vec::new();
    for entry in privacy::entries_by_id(conn, ids).await? {
        if own.contains_key(&vec![entry.id.clone()]) {
            continue;
        }
        let actor = is_address(&entry.admin_email);
        let targets = entry.target_id.as_deref().is_some_and(is_address);
        let details = entry.details.as_deref().and_then(|details| identity.without_in_json(details, false));
        let new = (targets || details.is_some()).then(|| {
            let target = if targets { Some(identity.pseudonym.clone()) } else { entry.target_id.clone() };
            let details = details.or_else(|| entry.details.clone());
            (target, details.filter(|details| details.len() <= MAX_DETAILS_BYTES))
        });
        if actor || new.is_some() {
            let change = EntryChange { id: entry.id.clone(), actor, rewritten: new };
            changes.push((entry, change));
        }
    }
    Ok(changes)
}

/// Returns those of the notifications to others that mention the person, and how they change.
async fn notification_changes(
    conn: &mut Conn,
    user: &UserId,
    identity: &Identity,
    ids: &[&str],
) -> Result<Vec<(NotificationMention, NotificationMention)>> {
    let found = privacy::notifications_by_id(conn, user, ids).await?;
    Ok(found.into_iter().filter_map(|old| rewritten(identity, &old, false).map(|new| (old, new))).collect())
}

fn mention(table: &str, id: &str, column: &str, text: &str, replacement: &str) -> Option<PrivacyMention> {
    (text != replacement).then(|| PrivacyMention {
        table: table.to_owned(),
        id: id.to_owned(),
        column: column.to_owned(),
        text: text.to_owned(),
        replacement: replacement.to_owned(),
    })
}

fn shown_entry(entry: &AuditMention, change: &EntryChange, pseudonym: &str) -> Vec<PrivacyMention> {
    let actor = if change.actor { pseudonym } else { &entry.admin_email };
    let mut all = vec![mention(TABLES[0], &entry.id, "adminEmail", &entry.admin_email, actor)];
    if let Some((target, details)) = &change.rewritten {
        for (column, old, new) in [("targetId", &entry.target_id, target), ("details", &entry.details, details)] {
            let (old, new) = (old.as_deref().unwrap_or_default(), new.as_deref().unwrap_or_default());
            all.push(mention(TABLES[0], &entry.id, column, old, new));
        }
    }
    all.into_iter().flatten().collect()
}

fn shown_notification(old: &NotificationMention, new: &NotificationMention) -> Vec<PrivacyMention> {
    let data = |row: &NotificationMention| row.data.clone().unwrap_or_default();
    let columns = [
        ("title", old.title.clone(), new.title.clone()),
        ("message", old.message.clone(), new.message.clone()),
        ("data", data(old), data(new)),
    ];
    columns
        .into_iter()
        .filter_map(|(column, old_text, new_text)| mention(TABLES[1], &old.id, column, &old_text, &new_text))
        .collect()
}
