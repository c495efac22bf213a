//! Finds and replaces the mentions of a person in rows that the system wrote about them: audit log entries, and
//! notifications to other users.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use super::export::iso_datetime;
use super::identity::{Identity, names_one_of};
use crate::base::{Result, Timestamp};
use crate::db::Conn;
use crate::model::PersonTable;
use crate::repo::privacy::{self, NotificationMention, Person, Schema};

/// The change of an audit log entry.
pub(super) struct EntryChange {
    pub(super) id: String,
    /// Whether the person is the actor of the entry.
    pub(super) actor: bool,
    /// The new target and details, if one of them changes.
    pub(super) rewritten: Option<(Option<String>, Option<String>)>,
}

/// The maximum size of an entry's details, in bytes.
pub(super) const MAX_DETAILS_BYTES: usize = 65_535;

/// Returns the change of every entry whose actor or target is the account. Others keep their history, whatever the
/// account's profile says.
pub(super) async fn audit_changes(conn: &mut Conn, person: &Person, identity: &Identity) -> Result<Vec<EntryChange>> {
    let entries = privacy::audit_entries(conn, person, &identity.address).await?;
    let change = |entry: privacy::AuditMention| {
        let target = entry.target_id.as_deref();
        let is_pseudonym = entry.admin_email == identity.pseudonym;
        let by_them = is_pseudonym || identity.is_address(&entry.admin_email);
        let targets = target.is_some_and(|target| identity.is_address(target) && target != identity.pseudonym);
        if !by_them && !targets && target != Some(person.id.as_str()) {
            // The collation considers another address equal.
            return None;
        }
        let actor = by_them && (!is_pseudonym || entry.has_origin);
        // A password request has no signed-in actor, but its origin is the person's all the same.
        let unnamed = matches!(entry.admin_email.as_str(), "anonymous" | "unknown")
            && target == Some(person.id.as_str())
            && entry.has_origin;
        let actor = actor || unnamed;
        let details = entry.details.as_deref().and_then(|details| identity.without_in_json(details, true));
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
    let rewritten: Vec<_> = changes
        .iter()
        .filter_map(|change| {
            let (target, details) = change.rewritten.as_ref()?;
            Some((change.id.as_str(), target.as_deref(), details.as_deref()))
        })
        .collect();
    privacy::rewrite_entries(conn, &rewritten).await
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

/// How long after a row the notifications about it are created, at most: Staka writes them with the row's own time, the
/// existing backend by its next statement.
const DELAY: Duration = Duration::from_secs(2);

/// The tables whose rows the platform notifies others of, each with the column of their time.
const NOTIFYING: [(&str, &str); 7] = [
    ("users", "createdAt"),
    ("commandes", "createdAt"),
    ("messages", "createdAt"),
    ("support_requests", "createdAt"),
    ("staka_ticket_events", "at"),
    ("staka_checkouts", "createdAt"),
    ("staka_payments", "paidAt"),
];

/// What others were notified of: ids of the person's own rows, and the times at which they were written.
#[derive(Default)]
pub(super) struct Subjects {
    ids: BTreeSet<String>,
    times: BTreeSet<Timestamp>,
}

impl Subjects {
    /// Reads the person's own rows of those tables.
    pub(super) async fn of(conn: &mut Conn, schema: &Schema, person: &Person) -> Result<Self> {
        let mut subjects = Self { ids: BTreeSet::from([person.id.to_string()]), times: BTreeSet::new() };
        for (name, time) in NOTIFYING {
            let Some(table) = PersonTable::of(name) else { continue };
            let columns: &[&str] = match name {
                "messages" => &["id", time, "conversationId"],
                "staka_ticket_events" | "staka_checkouts" | "staka_payments" => &[time],
                _ => &["id", time],
            };
            for row in privacy::own_texts(conn, schema, person, table, columns).await? {
                for (column, text) in columns.iter().zip(row) {
                    match text {
                        Some(text) if *column == time => {
                            subjects.times.extend(iso_datetime(&text).parse::<Timestamp>());
                        }
                        Some(text) => drop(subjects.ids.insert(text)),
                        None => {}
                    }
                }
            }
        }
        Ok(subjects)
    }

    /// Returns the periods in which the notifications were created, without overlaps.
    fn periods(&self) -> Vec<(Timestamp, Timestamp)> {
        let mut periods: Vec<(Timestamp, Timestamp)> = Vec::new();
        for from in &self.times {
            let to = from.plus(DELAY);
            match periods.last_mut() {
                Some((_, end)) if *from <= *end => *end = to,
                _ => periods.push((*from, to)),
            }
        }
        periods
    }
}

/// Finds the notifications to others that were created when one of the person's rows was written, and name that row or
/// the account by its id. Those about a client are deleted; in those about what a member of the team did, the name is
/// replaced.
pub(super) async fn notification_changes(
    conn: &mut Conn,
    schema: &Schema,
    person: &Person,
    identity: &Identity,
) -> Result<NotificationChanges> {
    let subjects = Subjects::of(conn, schema, person).await?;
    let names = |notification: &NotificationMention, ids: &BTreeSet<String>| {
        let data = notification.data.as_deref().and_then(|data| serde_json::from_str::<Value>(data).ok());
        let link = notification.action_url.as_deref();
        data.is_some_and(|data| names_one_of(&data, ids))
            || link.is_some_and(|link| link.split(['/', '=', '&', '?', '#']).any(|part| ids.contains(part)))
    };
    let account = BTreeSet::from([person.id.to_string()]);
    // Rows of the team are about others.
    let removes = if person.is_client { &subjects.ids } else { &account };
    let about = |notification: &NotificationMention| {
        names(notification, removes)
            || (person.is_client
                && [Some(&notification.message), Some(&notification.title), notification.data.as_ref()]
                    .into_iter()
                    .flatten()
                    .any(|text| names_address(identity, text)))
    };
    let keep = |notification: &NotificationMention| about(notification) || names(notification, &subjects.ids);
    let (periods, staff_alone) = (subjects.periods(), person.is_client);
    let mut changes = NotificationChanges::default();
    for notification in privacy::notifications_within(conn, &person.id, staff_alone, &periods, keep).await? {
        if about(&notification) {
            changes.removed.push(notification.id);
        } else if let Some(rewritten) = rewritten(identity, &notification, true) {
            changes.rewritten.push(rewritten);
        }
    }
    Ok(changes)
}

/// Returns the notification without the person's identifiers; none if it has none.
pub(super) fn rewritten(
    identity: &Identity,
    notification: &NotificationMention,
    own: bool,
) -> Option<NotificationMention> {
    let NotificationMention { id, title, message, data, action_url } = notification;
    let (new_title, new_message) = (identity.without(title, own), identity.without(message, own));
    let new_data = data.as_deref().and_then(|data| identity.without_in_json(data, own));
    (new_title.is_some() || new_message.is_some() || new_data.is_some()).then(|| NotificationMention {
        id: id.clone(),
        title: new_title.unwrap_or_else(|| title.clone()),
        message: new_message.unwrap_or_else(|| message.clone()),
        data: new_data.or_else(|| data.clone()),
        action_url: action_url.clone(),
    })
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
    privacy::rewrite_notifications(conn, &changes.rewritten, now).await?;
    Ok((removed, changes.rewritten.len() as u64))
}
