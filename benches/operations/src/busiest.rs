//! The values that make operations busiest: the ids with the most rows, and the most common texts.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use staka_core::base::{Args, Reader, Record, Shape};
use staka_core::db::Statement;
use staka_core::{Actor, Caller, Result, Staka, Timestamp};

use crate::data;

/// Where the values of a type of ids come from.
const IDS: &[(&str, &[&str])] = &[
    // After the heavy user and the administrator.
    ("UserId", &["SELECT userId FROM commandes GROUP BY userId ORDER BY COUNT(*) DESC, userId LIMIT 1"]),
    (
        "CommandeId",
        &[
            "SELECT commandeId FROM files WHERE commandeId IS NOT NULL \
             GROUP BY commandeId ORDER BY COUNT(*) DESC, commandeId LIMIT 1",
            "SELECT commandeId FROM invoices GROUP BY commandeId ORDER BY COUNT(*) DESC, commandeId LIMIT 1",
            "SELECT commandeId FROM staka_payments ORDER BY paidAt DESC LIMIT 1",
        ],
    ),
    (
        "ConversationId",
        &["SELECT conversationId FROM messages GROUP BY conversationId ORDER BY COUNT(*) DESC, conversationId LIMIT 1"],
    ),
    (
        "MessageId",
        &[
            "SELECT parentId FROM messages WHERE parentId IS NOT NULL \
             GROUP BY parentId ORDER BY COUNT(*) DESC, parentId LIMIT 1",
            "SELECT messageId FROM message_attachments GROUP BY messageId ORDER BY COUNT(*) DESC, messageId LIMIT 1",
        ],
    ),
    ("InvoiceId", &["SELECT invoiceId FROM staka_payments WHERE invoiceId IS NOT NULL ORDER BY paidAt DESC LIMIT 1"]),
    (
        "FileId",
        &[
            "SELECT fileId FROM message_attachments GROUP BY fileId ORDER BY COUNT(*) DESC, fileId LIMIT 1",
            "SELECT id FROM files WHERE isPublic ORDER BY createdAt DESC LIMIT 1",
        ],
    ),
    ("NotificationId", &["SELECT id FROM notifications WHERE userId = '{heavy}' ORDER BY createdAt DESC LIMIT 1"]),
    ("AuditLogId", &["SELECT id FROM audit_logs ORDER BY timestamp DESC LIMIT 1"]),
    ("CmsPageId", &["SELECT id FROM pages ORDER BY LENGTH(content) DESC LIMIT 1"]),
    ("FaqId", &["SELECT id FROM faqs ORDER BY LENGTH(answer) DESC LIMIT 1"]),
    ("TarifId", &["SELECT tarifId FROM staka_payments GROUP BY tarifId ORDER BY COUNT(*) DESC LIMIT 1"]),
    (
        "SupportRequestId",
        &["SELECT ticketId FROM staka_ticket_events GROUP BY ticketId ORDER BY COUNT(*) DESC LIMIT 1"],
    ),
    ("PaymentEventId", &["SELECT id FROM staka_payment_events ORDER BY receivedAt DESC LIMIT 1"]),
    ("ConsultationSlotId", &["SELECT id FROM staka_consultation_slots WHERE isOpen ORDER BY startsAt DESC LIMIT 1"]),
    ("ClaimId", &["SELECT id FROM staka_claims ORDER BY claimedAt DESC LIMIT 1"]),
];

/// Where the values of a text come from, by the name of its field.
const TEXTS: &[(&str, &[&str])] = &[
    ("paymentStatus", &["SELECT paymentStatus FROM commandes GROUP BY paymentStatus ORDER BY COUNT(*) DESC LIMIT 1"]),
    (
        "visitorEmail",
        &["SELECT visitorEmail FROM messages WHERE visitorEmail IS NOT NULL \
           GROUP BY visitorEmail ORDER BY COUNT(*) DESC, visitorEmail LIMIT 1"],
    ),
    ("categorie", &["SELECT categorie FROM faqs GROUP BY categorie ORDER BY COUNT(*) DESC, categorie LIMIT 1"]),
    ("category", &["SELECT category FROM pages GROUP BY category ORDER BY COUNT(*) DESC, category LIMIT 1"]),
    ("typeService", &["SELECT typeService FROM tarifs GROUP BY typeService ORDER BY COUNT(*) DESC LIMIT 1"]),
    ("slug", &["SELECT slug FROM pages WHERE status = 'PUBLISHED' AND isPublic ORDER BY LENGTH(content) DESC LIMIT 1"]),
    ("action", &["SELECT action FROM audit_logs GROUP BY action ORDER BY COUNT(*) DESC, action LIMIT 1"]),
    ("adminEmail", &["SELECT adminEmail FROM audit_logs GROUP BY adminEmail ORDER BY COUNT(*) DESC LIMIT 1"]),
    (
        "targetId",
        &[
            "SELECT targetId FROM audit_logs WHERE targetId IS NOT NULL GROUP BY targetId ORDER BY COUNT(*) DESC LIMIT 1",
        ],
    ),
    ("type", &["SELECT type FROM staka_payment_events GROUP BY type ORDER BY COUNT(*) DESC LIMIT 1"]),
    ("session", &["SELECT sessionId FROM staka_payments ORDER BY paidAt DESC LIMIT 1"]),
    // What separates `list_thread` from another: a user, or the e-mail address of a visitor.
    (
        "key",
        &["SELECT visitorEmail FROM messages WHERE visitorEmail IS NOT NULL \
           GROUP BY visitorEmail ORDER BY COUNT(*) DESC, visitorEmail LIMIT 1"],
    ),
];

/// Texts searched for: in most rows, in some, and in none, so that no row ends the search early.
const SEARCHED: [&str; 3] = ["e", "an", "zqzq"];

/// Ids for operations on many rows, in the writes.
const LISTS: &[(&str, &str)] = &[
    (
        "own_conversation",
        "SELECT conversationId FROM messages WHERE receiverId = '{heavy}' \
         GROUP BY conversationId ORDER BY COUNT(*) DESC, conversationId LIMIT 1",
    ),
    ("unread", "SELECT id FROM notifications WHERE userId = '{heavy}' AND NOT isRead AND NOT isDeleted LIMIT 100"),
    ("users", "SELECT id FROM users WHERE isActive ORDER BY id LIMIT 500"),
];

pub(crate) struct Busiest {
    ids: BTreeMap<&'static str, Vec<String>>,
    texts: BTreeMap<&'static str, Vec<String>>,
    lists: BTreeMap<&'static str, Vec<String>>,
    /// The names of the rules by which rows are purged.
    pub(crate) rules: Vec<String>,
}

impl Busiest {
    pub(crate) async fn find(staka: &Staka) -> crate::Result<Self> {
        let system = staka.as_system();
        let listed = async |operation: &str| -> crate::Result<Vec<Value>> {
            Ok(serde_json::from_slice(&system.call(operation, "{}").await?)?)
        };
        let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
        let rules = listed("privacy.list_retention_rules").await?;
        let purges = |rule: &&Value| !text(rule, "effect").starts_with("only reported");
        let rules = rules.iter().filter(purges).map(|rule| text(rule, "rule")).collect();
        let tags = listed("tickets.list_tags").await?;
        let subjects = staka_demo::subjects();
        let mut found = Self { ids: BTreeMap::new(), texts: BTreeMap::new(), lists: BTreeMap::new(), rules };
        for (name, queries) in IDS {
            found.ids.insert(name, all(staka, queries).await?);
        }
        let named = [subjects.heavy.to_string(), subjects.admin.to_string()];
        let users = found.ids.entry("UserId").or_default();
        users.splice(0..0, named.clone());
        users.dedup();
        for (name, queries) in TEXTS {
            found.texts.insert(name, all(staka, queries).await?);
        }
        found.texts.entry("key").or_default().extend(named);
        found.texts.insert("tag", tags.iter().take(1).map(|tag| text(tag, "tag")).collect());
        found.texts.insert("search", SEARCHED.map(str::to_owned).into());
        for (name, query) in LISTS {
            found.lists.insert(name, all(staka, &[query]).await?);
        }
        Ok(found)
    }

    /// Returns values for a field of this name and shape; none if there are none in the demo data.
    pub(crate) fn values(&self, name: &str, shape: &Shape) -> Vec<Value> {
        match shape {
            Shape::Optional(inner) | Shape::Patch(inner) => self.values(name, inner),
            Shape::OneOrMany(inner) => {
                let mut values = self.values(name, inner);
                // Several values at once leave an index less to skip.
                if values.len() > 1 {
                    values.push(Value::Array(values.clone()));
                }
                values
            }
            Shape::Id(kind) => self.ids.get(kind).into_iter().flatten().map(|id| json!(id)).collect(),
            Shape::Enum { values, .. } => values.iter().map(|value| json!(value)).collect(),
            Shape::Boolean => vec![json!(true), json!(false)],
            Shape::Integer { max, .. } if name == "limit" => vec![json!(max)],
            Shape::Integer { .. } if name == "year" => vec![json!(2026), json!(2025)],
            Shape::Range(inner) => match **inner {
                Shape::Timestamp => Period::ALL
                    .iter()
                    .map(|period| json!({"from": period.from().to_string(), "to": data::anchor().to_string()}))
                    .collect(),
                _ => vec![json!({"from": 0, "to": 1_000_000})],
            },
            Shape::Text(_) => self.texts.get(name).into_iter().flatten().map(|text| json!(text)).collect(),
            Shape::List(inner, _) => vec![Value::Array(self.values(name, inner))],
            _ => Vec::new(),
        }
    }

    /// Returns what stands for a placeholder of the writes: an id, a time, or a list of ids.
    pub(crate) fn placeholder(&self, name: &str) -> Option<Value> {
        let subjects = staka_demo::subjects();
        let first = |values: Option<&Vec<String>>| values?.first().map(|value| json!(value));
        match name {
            "heavy" => Some(json!(subjects.heavy)),
            "admin" => Some(json!(subjects.admin)),
            "light" => Some(json!(subjects.light)),
            "start" => Some(json!(Period::TwoYears.from().to_string())),
            "anchor" => Some(json!(data::anchor().to_string())),
            "commande" => first(self.ids.get("CommandeId")),
            "conversation" => first(self.ids.get("ConversationId")),
            "own_conversation" => first(self.lists.get("own_conversation")),
            "ticket" => first(self.ids.get("SupportRequestId")),
            "visitor" => first(self.texts.get("visitorEmail")),
            other => match other.strip_prefix("anchor-").and_then(|days| days.strip_suffix('d')?.parse().ok()) {
                Some(days) => Some(json!(days_ago(days).to_string())),
                None => self.lists.get(other).map(|list| json!(list)),
            },
        }
    }

    /// Replaces the placeholders in a value.
    pub(crate) fn filled(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                let name = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
                name.and_then(|name| self.placeholder(name)).unwrap_or_else(|| value.clone())
            }
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| (name.clone(), self.filled(value)));
                Value::Object(fields.collect())
            }
            other => other.clone(),
        }
    }

    /// Returns the caller that the case suite calls `admin:ADMIN`, `light` and so on.
    pub(crate) fn caller(&self, actor: &str) -> crate::Result<Caller> {
        let (name, role) = actor.split_once(':').unwrap_or((actor, "USER"));
        let actor = match name {
            "system" => Actor::System,
            "anonymous" => Actor::Anonymous,
            name => {
                let id = self.placeholder(name).ok_or_else(|| format!("there is no user {name}"))?;
                Actor::User { id: serde_json::from_value(id)?, role: role.parse()? }
            }
        };
        Ok(Caller::new(actor))
    }
}

/// A period of the demo data that ends at its present.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Period {
    /// All of it.
    TwoYears,
    Month,
}

impl Period {
    pub(crate) const ALL: [Self; 2] = [Self::TwoYears, Self::Month];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::TwoYears => "two years",
            Self::Month => "30 days",
        }
    }

    pub(crate) fn from(self) -> Timestamp {
        days_ago(match self {
            Self::TwoYears => 731,
            Self::Month => 30,
        })
    }
}

fn days_ago(days: u64) -> Timestamp {
    data::anchor().minus(std::time::Duration::from_secs(days * 86_400))
}

/// A row of one text.
struct Text(String);

impl Record for Text {
    const WIDTH: usize = 1;

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self(reader.column()?))
    }
}

/// Returns the different results of the queries.
async fn all(staka: &Staka, queries: &[&str]) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    let mut conn = staka.acquire().await?;
    for query in queries {
        let query = query.replace("{heavy}", staka_demo::subjects().heavy.as_str());
        let statement = Statement::fixed("bench.busiest", "", &[]).with_text(query);
        for Text(text) in conn.all(&statement, Args::new()).await? {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    Ok(texts)
}
