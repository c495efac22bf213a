//! What the platform said of a person in others' rows, and what is said instead.

use std::collections::BTreeSet;

use serde_json::Value;

use super::identity::{Identity, names_one_of};
use crate::base::{Result, Timestamp};
use crate::db::Conn;
use crate::model::{Role, User, UserId};
use crate::repo::privacy::{self, Located, NoticeMention};

/// What an entry of the audit log becomes.
pub(super) struct EntryChange {
    id: String,
    /// Whether the person did it.
    actor: bool,
    /// Target and details, where one of them changes.
    said: Option<(Option<String>, Option<String>)>,
}

/// The most bytes of an entry's details.
const DETAILS: usize = 65_535;

/// Every entry that names the person, and what it becomes.
pub(super) async fn audit_changes(conn: &mut Conn, user: &UserId, identity: &Identity) -> Result<Vec<EntryChange>> {
    let mut addresses = identity.addresses.clone();
    addresses.push(identity.pseudonym.clone());
    let entries = privacy::audit_entries(conn, user, &addresses, &identity.texts()).await?;
    let change = |entry: privacy::AuditMention| {
        let is_pseudonym = entry.admin_email == identity.pseudonym;
        let by_them = is_pseudonym || identity.is_address(&entry.admin_email);
        let actor = by_them && (!is_pseudonym || entry.from_somewhere);
        // Nobody was signed in when they asked for a new password; where from is theirs all the same.
        let unnamed = matches!(entry.admin_email.as_str(), "anonymous" | "unknown")
            && entry.target_id.as_deref() == Some(user.as_str())
            && entry.from_somewhere;
        let actor = actor || unnamed;
        let about = by_them || entry.target_id.as_deref() == Some(user.as_str());
        let targets = entry
            .target_id
            .as_deref()
            .is_some_and(|target| identity.is_address(target) && target != identity.pseudonym);
        let details = entry.details.as_deref().and_then(|details| identity.without_in_json(details, about));
        let said = (targets || details.is_some()).then(|| {
            let target = if targets { Some(identity.pseudonym.clone()) } else { entry.target_id.clone() };
            let details = details.or(entry.details).filter(|details| details.len() <= DETAILS);
            (target, details)
        });
        (actor || said.is_some()).then_some(EntryChange { id: entry.id, actor, said })
    };
    Ok(entries.into_iter().filter_map(change).collect())
}

/// Writes them.
pub(super) async fn write_audit(conn: &mut Conn, changes: &[EntryChange], pseudonym: &str) -> Result<()> {
    let acted: Vec<&str> = changes.iter().filter(|change| change.actor).map(|change| change.id.as_str()).collect();
    privacy::pseudonymise_actor(conn, &acted, pseudonym).await?;
    for change in changes {
        if let Some((target, details)) = &change.said {
            privacy::rewrite_entry(conn, &change.id, target.as_deref(), details.as_deref()).await?;
        }
    }
    Ok(())
}

/// What becomes of notifications to others.
#[derive(Default)]
pub(super) struct NoticeChanges {
    /// Those that are about the person.
    removed: Vec<String>,
    /// Those that only name them.
    rewritten: Vec<NoticeMention>,
}

impl NoticeChanges {
    pub(super) fn count(&self) -> u64 {
        (self.removed.len() + self.rewritten.len()) as u64
    }
}

/// Every notification to somebody else that is about the person, or names them.
pub(super) async fn notice_changes(
    conn: &mut Conn,
    user: &User,
    found: &[Located<'_>],
    identity: &Identity,
) -> Result<NoticeChanges> {
    let client = user.role == Role::User;
    let of = |table: &str| found.iter().find(|located| located.table.name == table);
    let mut ids: BTreeSet<&str> = BTreeSet::from([user.id.as_str()]);
    // What staff wrote or ordered is about others.
    if client {
        for table in ["commandes", "messages", "support_requests"] {
            let own = of(table).into_iter().flat_map(|located| &located.spots).filter(|spot| spot.own);
            ids.extend(own.filter_map(|spot| spot.key.first()).map(String::as_str));
        }
        ids.extend(of("messages").into_iter().flat_map(|located| located.values("conversationId", true)));
    }
    let about = |notice: &NoticeMention| {
        let data = notice.data.as_deref().and_then(|data| serde_json::from_str::<Value>(data).ok());
        data.is_some_and(|data| names_one_of(&data, &ids))
            || [Some(&notice.message), Some(&notice.title), notice.data.as_ref()]
                .into_iter()
                .flatten()
                .any(|text| names_address(identity, text))
            || notice
                .action_url
                .as_deref()
                .is_some_and(|link| link.split(['/', '=', '&', '?', '#']).any(|part| ids.contains(part)))
    };
    let keep = |notice: &NoticeMention| {
        about(notice)
            || [Some(&notice.message), Some(&notice.title), notice.data.as_ref()]
                .into_iter()
                .flatten()
                .any(|text| identity.without(text, false).is_some())
    };
    let mut changes = NoticeChanges::default();
    for mut notice in privacy::notices_to_others(conn, &user.id, client, keep).await? {
        if about(&notice) {
            changes.removed.push(notice.id);
            continue;
        }
        // The name alone: it may be somebody else's too, who loses nothing by it.
        if let Some(title) = identity.without(&notice.title, false) {
            notice.title = title;
        }
        if let Some(message) = identity.without(&notice.message, false) {
            notice.message = message;
        }
        if let Some(data) = notice.data.as_deref().and_then(|data| identity.without_in_json(data, false)) {
            notice.data = Some(data);
        }
        changes.rewritten.push(notice);
    }
    Ok(changes)
}

fn names_address(identity: &Identity, text: &str) -> bool {
    let lower = text.to_lowercase();
    identity.addresses.iter().any(|address| *address != identity.pseudonym && lower.contains(address.as_str()))
        && identity.without(text, false).is_some()
}

/// Writes them; returns how many were removed and how many rewritten.
pub(super) async fn write_notices(conn: &mut Conn, changes: &NoticeChanges, now: Timestamp) -> Result<(u64, u64)> {
    let ids: Vec<&str> = changes.removed.iter().map(String::as_str).collect();
    let removed = privacy::remove_notices(conn, &ids).await?;
    for notice in &changes.rewritten {
        privacy::rewrite_notice(conn, notice, now).await?;
    }
    Ok((removed, changes.rewritten.len() as u64))
}
