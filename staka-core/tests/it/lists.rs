//! Tests of every list: the number of statements does not grow with the rows, pages by number and by cursor contain the
//! same rows once each, and the total is the number of rows.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use staka_core::base::{Args, Shape};
use staka_core::model::{Role, SupportRequest, SupportRequestStatus};
use staka_core::{Caller, Operation, Session, Staka};

use crate::support::{on_both, rows_where};

/// Each list with its input, without the page. Lists with fewer rows in the demo data than a page are read all the same.
pub const LISTS: &[(&str, &str)] = &[
    ("notifications.list_by_user", r#"{"user": "{heavy}"}"#),
    ("notifications.list_by_user", r#"{"user": "{light}", "filter": {"unreadOnly": true}}"#),
    ("notifications.list", "{}"),
    ("notifications.list", r#"{"filter": {"user": "{heavy}", "isRead": false}, "sort": {"sort": "expiresAt"}}"#),
    ("users.list", "{}"),
    ("users.list", r#"{"filter": {"search": "e"}, "sort": {"sort": "nom", "direction": "asc"}}"#),
    ("commandes.list_by_user", r#"{"user": "{heavy}"}"#),
    ("commandes.list_with_invoices", r#"{"user": "{heavy}"}"#),
    ("commandes.list_projects", r#"{"user": "{heavy}"}"#),
    ("commandes.list", "{}"),
    ("commandes.list", r#"{"filter": {"statut": ["EN_ATTENTE", "TERMINE"]}, "sort": {"sort": "statut"}}"#),
    ("invoices.list_by_user", r#"{"user": "{heavy}"}"#),
    ("invoices.list_by_commande", r#"{"commande": "{order}"}"#),
    ("invoices.list", "{}"),
    ("invoices.list", r#"{"filter": {"status": ["PAID", "OVERDUE"], "external": true}, "sort": {"sort": "paidAt"}}"#),
    ("invoices.ledger", r#"{"from": "{anchor-30d}", "to": "{anchor}"}"#),
    ("files.list_by_user", r#"{"user": "{heavy}"}"#),
    ("files.list_by_commande", r#"{"commande": "{order}"}"#),
    ("files.list", "{}"),
    ("messages.list_conversations", r#"{"user": "{heavy}"}"#),
    ("messages.list_archived_conversations", r#"{"user": "{heavy}"}"#),
    ("messages.list_by_conversation", r#"{"id": "{conversation}"}"#),
    ("messages.list_replies", r#"{"id": "{message}"}"#),
    ("messages.list_inbox", "{}"),
    ("messages.list_inbox", r#"{"filter": {"administrator": "{admin}", "unreadOnly": true}}"#),
    ("messages.list_thread", r#"{"key": "{heavy}"}"#),
    ("messages.list", "{}"),
    ("messages.list_drafts", "{}"),
    ("messages.list_claims_by_user", r#"{"user": "{heavy}"}"#),
    ("messages.list_claims", "{}"),
    ("consultations.list_available_slots", "{}"),
    ("consultations.list_slots", "{}"),
    ("consultations.list_requests", "{}"),
    ("payments.list", "{}"),
    ("payments.list_events", "{}"),
    ("pages.list_public", "{}"),
    ("pages.list", "{}"),
    ("faqs.list_public", "{}"),
    ("faqs.list", "{}"),
    ("tarifs.list", "{}"),
    ("audit_logs.list", "{}"),
    ("tickets.list_by_user", r#"{"user": "{heavy}"}"#),
    ("tickets.list", "{}"),
    ("tickets.list", r#"{"filter": {"status": ["OUVERT", "RESOLU", "FERME"]}, "sort": {"sort": "resolvedAt"}}"#),
    ("tickets.list_events", r#"{"id": "{ticket}"}"#),
    ("privacy.list_erasures", "{}"),
    ("stats.message_records", r#"{"from": "{anchor-30d}", "to": "{anchor}"}"#),
];

struct List<'s> {
    staka: &'s Staka,
    session: Session,
    operation: &'static str,
    input: Value,
}

impl List<'_> {
    async fn page(&self, page: Value) -> Result<Value, staka_core::Error> {
        let mut input = self.input.clone();
        if input["page"].is_null() {
            input["page"] = json!({});
        }
        for (name, value) in page.as_object().unwrap() {
            input["page"][name] = value.clone();
        }
        Ok(serde_json::from_slice(&self.session.call(self.operation, &input.to_string()).await?).unwrap())
    }

    /// Returns the number of statements of a page with a warm cache, and the number of its rows.
    async fn statements(&self, limit: u32) -> (u64, usize) {
        self.page(json!({"limit": limit})).await.unwrap();
        let before = self.staka.metrics().statements.load(Ordering::Relaxed);
        let rows = self.page(json!({"limit": limit})).await.unwrap()["items"].as_array().unwrap().len();
        (self.staka.metrics().statements.load(Ordering::Relaxed) - before, rows)
    }

    /// Returns a text of each row, which is unique in the list.
    fn keys(page: &Value) -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(Value::to_string).collect()
    }

    /// Returns the rows of the first pages, by cursor and by number, and whether the list ended within them.
    async fn read_pages(&self, pages: u64, limit: u64) -> (Vec<String>, Vec<String>, bool) {
        let (mut by_cursor, mut by_number, mut after) = (Vec::new(), Vec::new(), Value::Null);
        for page in 1..=pages {
            by_number.extend(Self::keys(&self.page(json!({"limit": limit, "page": page})).await.unwrap()));
            let next = self.page(if after.is_null() {
                json!({"limit": limit})
            } else {
                json!({"limit": limit, "after": after})
            });
            let next = next.await.unwrap();
            by_cursor.extend(Self::keys(&next));
            after = next["next"].clone();
            if after.is_null() {
                return (by_cursor, by_number, true);
            }
        }
        (by_cursor, by_number, false)
    }
}

on_both! {
    async fn every_list_takes_as_many_statements_for_one_row_as_for_many(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.builder().max_connections(1).connect().await.unwrap();
        // A closed ticket, which has a history.
        let mut conn = staka.acquire().await.unwrap();
        let closed = Args::new().with(SupportRequestStatus::Ferme);
        let ticket = rows_where::<SupportRequest>(&mut conn, "`status` = ?", closed).await.remove(0).id;
        drop(conn);
        let fill = |text: &str| {
            let order = &seeded.rows.files.iter().find(|file| file.commande_id.is_some()).unwrap().commande_id;
            let newest = seeded.rows.messages.iter().max_by_key(|message| message.created_at).unwrap();
            let parent = seeded.rows.messages.iter().find_map(|message| message.parent_id.clone()).unwrap();
            [
                ("{heavy}", seeded.subjects.heavy.as_str()),
                ("{light}", seeded.subjects.light.as_str()),
                ("{admin}", seeded.subjects.admin.as_str()),
                ("{anchor}", staka_cases::ANCHOR),
                ("{anchor-30d}", "2026-05-16T12:00:00.000Z"),
                ("{order}", order.as_ref().unwrap().as_str()),
                ("{conversation}", newest.conversation_id.as_str()),
                ("{message}", parent.as_str()),
                ("{ticket}", ticket.as_str()),
            ]
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
        };
        let mut failures = Vec::new();
        for (name, input) in LISTS {
            let input = serde_json::from_str(&fill(input)).unwrap();
            let admin = staka.as_caller(Caller::user(seeded.subjects.admin.clone(), Role::Admin));
            let list = List { staka: &staka, session: admin, operation: name, input };
            let ((one, _), (many, rows)) = (list.statements(1).await, list.statements(50).await);
            if one > 4 || (many != one && rows > 0) {
                failures.push(format!("{name}: {one} statements for a row, {many} for {rows}"));
            }
            let (by_cursor, by_number, ended) = list.read_pages(6, 3).await;
            let different: BTreeSet<&String> = by_cursor.iter().collect();
            if by_cursor != by_number || different.len() != by_cursor.len() {
                failures.push(format!("{name}: by cursor {}, {} of them different, by number {}", by_cursor.len(), different.len(), by_number.len()));
            }
            match list.page(json!({"limit": 3, "total": true})).await {
                Ok(page) => match page["total"].as_u64() {
                    Some(total) if ended && total != by_cursor.len() as u64 => {
                        failures.push(format!("{name}: a total of {total}, and {} rows", by_cursor.len()));
                    }
                    Some(total) if total < by_cursor.len() as u64 => failures.push(format!("{name}: a total of {total}")),
                    Some(_) => {}
                    None => failures.push(format!("{name}: no total")),
                },
                Err(error) => failures.push(format!("{name}: {error:?}")),
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }
}

#[test]
fn no_list_is_left_out() {
    let listed: BTreeSet<&str> = LISTS.iter().map(|(name, _)| *name).collect();
    for operation in Operation::all() {
        let is_list = matches!(operation.describe().output, Shape::Page(_));
        assert_eq!(is_list, listed.contains(operation.name), "{}", operation.name);
    }
}
