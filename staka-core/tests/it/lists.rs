//! Every list: its round trips do not grow with its rows, its pages by number and by cursor hold the same rows, each
//! once, and its total is their number.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use staka_core::base::Shape;
use staka_core::model::{Role, SupportRequestFilter, SupportRequestStatus};
use staka_core::repo::support_requests;
use staka_core::{Ctx, Match, Operation, Page, Session, Staka};

use crate::support::on_both;

/// Each list with its input; the page is put into `page`, or into the parameter named behind a slash. A list of which
/// the demo data holds fewer rows than a page is walked all the same.
const LISTS: &[(&str, &str)] = &[
    ("notifications.list/options", r#"{"user": "{heavy}"}"#),
    ("notifications.list/options", r#"{"user": "{light}", "options": {"unreadOnly": true}}"#),
    ("notifications.search", "{}"),
    ("notifications.search", r#"{"filter": {"user": "{heavy}", "isRead": false}, "sort": "expiresAt"}"#),
    ("users.list", "{}"),
    ("users.list", r#"{"filter": {"search": "e"}, "sort": "nom", "direction": "asc"}"#),
    ("commandes.list", r#"{"user": "{heavy}"}"#),
    ("commandes.list_with_invoices", r#"{"user": "{heavy}"}"#),
    ("commandes.projects", r#"{"user": "{heavy}"}"#),
    ("commandes.search", "{}"),
    ("commandes.search", r#"{"filter": {"statut": ["EN_ATTENTE", "TERMINE"]}, "order": {"sort": "statut"}}"#),
    ("invoices.list_mine", r#"{"user": "{heavy}"}"#),
    ("invoices.list_by_commande", r#"{"commande": "{order}"}"#),
    ("invoices.search", "{}"),
    ("invoices.search", r#"{"filter": {"status": ["PAID", "OVERDUE"], "foreign": true}, "order": {"sort": "paidAt"}}"#),
    ("invoices.ledger", r#"{"from": "{anchor-30d}", "to": "{anchor}"}"#),
    ("files.list_mine", r#"{"user": "{heavy}"}"#),
    ("files.list_by_commande", r#"{"commande": "{order}"}"#),
    ("files.search", "{}"),
    ("messages.conversations", r#"{"user": "{heavy}"}"#),
    ("messages.archived", r#"{"user": "{heavy}"}"#),
    ("messages.conversation", r#"{"id": "{conversation}"}"#),
    ("messages.replies", r#"{"id": "{message}"}"#),
    ("messages.inbox", "{}"),
    ("messages.inbox", r#"{"options": {"administrator": "{admin}", "unreadOnly": true}}"#),
    ("messages.thread", r#"{"key": "{heavy}"}"#),
    ("messages.search", "{}"),
    ("messages.drafts", "{}"),
    ("messages.claims", r#"{"user": "{heavy}"}"#),
    ("messages.all_claims", "{}"),
    ("consultations.slots", "{}"),
    ("consultations.all_slots", "{}"),
    ("consultations.requests", "{}"),
    ("payments.list", "{}"),
    ("payments.events", "{}"),
    ("pages.visible", "{}"),
    ("pages.list", "{}"),
    ("faqs.public", "{}"),
    ("faqs.list", "{}"),
    ("tarifs.list", "{}"),
    ("audit_logs.list", "{}"),
    ("support.list_mine", r#"{"user": "{heavy}"}"#),
    ("support.search", "{}"),
    ("support.search", r#"{"filter": {"status": ["OUVERT", "RESOLU", "FERME"]}, "order": {"sort": "resolvedAt"}}"#),
    ("support.history", r#"{"id": "{ticket}"}"#),
    ("privacy.tombstones", "{}"),
    ("stats.messages", r#"{"from": "{anchor-30d}", "to": "{anchor}"}"#),
];

struct List<'s> {
    staka: &'s Staka,
    session: Session,
    operation: &'static str,
    page_in: &'static str,
    input: Value,
}

impl List<'_> {
    async fn page(&self, page: Value) -> Result<Value, staka_core::Error> {
        let mut input = self.input.clone();
        if input[self.page_in].is_null() {
            input[self.page_in] = json!({});
        }
        for (name, value) in page.as_object().unwrap() {
            input[self.page_in][name] = value.clone();
        }
        Ok(serde_json::from_slice(&self.session.call(self.operation, &input.to_string()).await?).unwrap())
    }

    /// How many statements a page of so many rows takes, once warm.
    async fn statements(&self, limit: u32) -> (u64, usize) {
        self.page(json!({"limit": limit})).await.unwrap();
        let before = self.staka.counters().statements.load(Ordering::Relaxed);
        let rows = self.page(json!({"limit": limit})).await.unwrap()["items"].as_array().unwrap().len();
        (self.staka.counters().statements.load(Ordering::Relaxed) - before, rows)
    }

    /// What tells its rows apart.
    fn keys(page: &Value) -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(Value::to_string).collect()
    }

    /// The first pages, by cursor and by number; whether the list ended within.
    async fn walk(&self, pages: u64, limit: u64) -> (Vec<String>, Vec<String>, bool) {
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
        // One with a history, which its row alone tells.
        let closed = SupportRequestFilter { status: Match::Is(SupportRequestStatus::Ferme), ..SupportRequestFilter::default() };
        let mut conn = staka.acquire().await.unwrap();
        let ticket = support_requests::list(&mut conn, &closed, &Page::of(1)).await.unwrap().items.remove(0).id;
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
        let mut wrong = Vec::new();
        for (name, input) in LISTS {
            let (operation, page_in) = name.split_once('/').unwrap_or((name, "page"));
            let input = serde_json::from_str(&fill(input)).unwrap();
            let admin = staka.as_actor(Ctx::user(seeded.subjects.admin.clone(), Role::Admin));
            let list = List { staka: &staka, session: admin, operation, page_in, input };
            let ((one, _), (many, rows)) = (list.statements(1).await, list.statements(50).await);
            if one > 4 || (many != one && rows > 0) {
                wrong.push(format!("{name}: {one} statements for a row, {many} for {rows}"));
            }
            let (by_cursor, by_number, ended) = list.walk(6, 3).await;
            let different: BTreeSet<&String> = by_cursor.iter().collect();
            if by_cursor != by_number || different.len() != by_cursor.len() {
                wrong.push(format!("{name}: by cursor {}, {} of them different, by number {}", by_cursor.len(), different.len(), by_number.len()));
            }
            if page_in != "page" {
                continue;
            }
            match list.page(json!({"limit": 3, "total": true})).await {
                Ok(page) => match page["total"].as_u64() {
                    Some(total) if ended && total != by_cursor.len() as u64 => {
                        wrong.push(format!("{name}: a total of {total}, and {} rows", by_cursor.len()));
                    }
                    Some(total) if total < by_cursor.len() as u64 => wrong.push(format!("{name}: a total of {total}")),
                    Some(_) => {}
                    None => wrong.push(format!("{name}: no total")),
                },
                Err(error) => wrong.push(format!("{name}: {error:?}")),
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

#[test]
fn no_list_is_left_out() {
    let listed: BTreeSet<&str> = LISTS.iter().map(|(name, _)| name.split('/').next().unwrap()).collect();
    for operation in Operation::all() {
        let is_list = matches!(operation.describe().output, Shape::Listing(_));
        assert_eq!(is_list, listed.contains(operation.name), "{}", operation.name);
    }
}
