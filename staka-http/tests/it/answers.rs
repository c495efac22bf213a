//! The complete responses of some routes. The case suite calls every operation.

use serde_json::{Value, json};

use crate::support::on_both;

/// Removes the fields that differ from run to run.
fn stable(mut value: Value) -> Value {
    match &mut value {
        Value::Array(items) => items.iter_mut().for_each(|item| *item = stable(item.take())),
        Value::Object(fields) => {
            let changing = |name: &str| {
                name == "id"
                    || name.ends_with("Id") && name != "conversationId"
                    || name.ends_with("At")
                    || name == "timestamp"
            };
            fields.retain(|name, value| !value.is_null() && (!changing(name) || name.starts_with("stripe")));
            fields.values_mut().for_each(|field| *field = stable(field.take()));
        }
        _ => {}
    }
    value
}

on_both! {
    async fn routes_return_the_rows_of_their_operations(service: &Service) {
        let order = json!({
            "titre": "Le roman d’Élise", "statut": "EN_ATTENTE", "priorite": "NORMALE", "paymentStatus": "paid", "amount": 46800,
            "invoices": [{"number": "FACT-2026-001", "amount": 46800, "status": "GENERATED", "pdfUrl": "/f.pdf"}],
        });
        let message = json!({
            "conversationId": "thread_1", "content": "Bonjour", "type": "USER_MESSAGE", "statut": "ENVOYE", "isFromVisitor": false,
            "isRead": false, "isArchived": false, "isPinned": false, "deletedByAdmin": false,
        });
        let with = |more: Value| {
            let mut fields = message.as_object().unwrap().clone();
            fields.extend(more.as_object().unwrap().clone());
            Value::Object(fields)
        };
        let brief = |name: &str, role: &str| json!({"prenom": name, "nom": "Ångström", "role": role});
        let item = |title: &str, priority: &str| json!({"title": title, "message": "…", "type": "INFO", "priority": priority, "isRead": false});
        let revenue = json!({"sum": 46800, "average": 46800.0, "count": 1});
        let by_statut = json!([{"statut": "EN_ATTENTE", "count": 1}]);
        let by_role = json!([
            {"role": "USER", "isActive": false, "count": 1}, {"role": "USER", "isActive": true, "count": 2},
            {"role": "ADMIN", "isActive": true, "count": 1},
        ]);
        let (zoe, admin) = (service.zoe(), service.admin());
        for (operation, who, uri, rows) in [
            ("notifications.unread_count", &zoe, "/v1/users/me/notifications/unread-count", json!(3)),
            (
                "notifications.list_by_user", &zoe, "/v1/users/me/notifications?unreadOnly=true&limit=20",
                json!({"items": [item("b", "URGENTE"), item("c", "NORMALE"), item("a", "FAIBLE")]}),
            ),
            (
                "payment_methods.list_active", &zoe, "/v1/users/me/payment-methods",
                json!([{"stripePaymentMethodId": "pm_1", "brand": "visa", "last4": "4242", "expMonth": 12, "expYear": 2030, "isDefault": true}]),
            ),
            ("commandes.list_with_invoices", &zoe, "/v1/users/me/commandes/with-invoices", json!({"items": [order]})),
            (
                "messages.list_conversations", &zoe, "/v1/users/me/conversations",
                json!({"items": [with(json!({"messageCount": 1, "unreadCount": 0, "sender": brief("zoe", "USER"), "receiver": brief("ada", "ADMIN")}))]}),
            ),
            (
                "messages.list_by_conversation", &zoe, "/v1/conversations/thread_1/messages",
                json!({"items": [with(json!({"sender": brief("zoe", "USER"), "attachments": []}))]}),
            ),
            (
                "stats.payments_by_status", &admin, "/v1/stats/payments-by-status?from=2020-01-01&to=9999-01-01T00:00:00%2B02:00",
                json!([{"paymentStatus": "paid", "amount": 46800, "count": 1}]),
            ),
            (
                "stats.dashboard", &admin, "/v1/stats/dashboard?since=2020-01-01",
                json!({"usersByRole": by_role, "commandesByStatut": by_statut, "revenue": revenue}),
            ),
            ("stats.users_by_role", &admin, "/v1/stats/users-by-role", by_role),
            ("stats.commandes_by_statut", &admin, "/v1/stats/commandes-by-statut?since=2020-01-01", by_statut),
            ("stats.revenue", &admin, "/v1/stats/revenue?since=2020-01-01", revenue),
            (
                "stats.messages_by_type_and_statut", &admin, "/v1/stats/messages-by-type-and-statut?since=2020-01-01",
                json!([{"type": "USER_MESSAGE", "statut": "ENVOYE", "count": 1}]),
            ),
            (
                "stats.message_records", &admin, "/v1/stats/message-records?from=2020-01-01&to=9999-01-01",
                json!({"items": [{"type": "USER_MESSAGE", "statut": "ENVOYE", "isRead": false, "conversationId": "thread_1"}]}),
            ),
            (
                "audit_logs.list_recent", &admin, "/v1/audit-logs/recent?severities=CRITICAL,HIGH&limit=5",
                json!([{"adminEmail": "ada@example.org", "action": "USER_DELETED", "targetType": "user", "severity": "CRITICAL"}]),
            ),
            ("pages.list_published", &String::new(), "/v1/pages", json!([{"title": "CGV", "slug": "cgv", "type": "PAGE"}])),
            ("faqs.count_by_categorie", &String::new(), "/v1/faqs/count-by-categorie", json!([{"categorie": "Tarifs", "count": 1}])),
            (
                "tarifs.list_active", &String::new(), "/v1/tarifs",
                json!([{"nom": "Intégral", "description": "…", "prix": 200, "prixFormate": "2€", "stripeProductId": "prod_1"}]),
            ),
        ] {
            let answer = service.get(uri, Some(who.as_str()).filter(|who| !who.is_empty())).await;
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"), "{operation}: {answer:?}");
            assert_eq!(stable(answer.json()), rows, "{operation}");
        }

        let read_all = service.request("PATCH", "/v1/users/me/notifications/read-all", Some(&zoe)).await;
        assert_eq!(read_all.json(), 3);
        assert_eq!(service.get("/v1/users/me/notifications/unread-count", Some(&zoe)).await.json(), 0);
    }

    async fn a_list_continues_after_its_cursor(service: &Service) {
        let (zoe, mut titles, mut after) = (service.zoe(), Vec::new(), String::new());
        loop {
            let page = service.get(&format!("/v1/users/me/notifications?limit=1{after}"), Some(&zoe)).await.json();
            titles.push(page["items"][0]["title"].as_str().unwrap().to_owned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(titles, ["b", "c", "a"]);
        let second = service.get("/v1/users/me/notifications?limit=1&page=2", Some(&zoe)).await.json();
        assert_eq!(second["items"][0]["title"], "c");
    }
}
