//! Tests of invalid requests: the response names every invalid field.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::support::{on_both, send};

on_both! {
    async fn invalid_fields_are_named(service: &Service) {
        let (zoe, admin) = (service.zoe(), service.admin());
        for (uri, who, operation, fields) in [
            ("/v1/users/me/notifications?limit=0", &zoe, "notifications.list_by_user", &["limit"][..]),
            ("/v1/users/me/notifications?limit=1000", &zoe, "notifications.list_by_user", &["limit"]),
            ("/v1/users/me/notifications?limit=ten&page=x&unread=1", &zoe, "notifications.list_by_user", &["unread", "limit", "page"]),
            ("/v1/users/me/notifications?limit=1&limit=1", &zoe, "notifications.list_by_user", &["limit"]),
            ("/v1/users/me/notifications?user=x", &zoe, "notifications.list_by_user", &["user"]),
            ("/v1/users/me/notifications?after=xyz", &zoe, "notifications.list_by_user", &["after"]),
            ("/v1/users/me/commandes/with-invoices?page=1&after=xyz", &zoe, "commandes.list_with_invoices", &["after"]),
            ("/v1/users/a%00b/commandes/with-invoices", &admin, "commandes.list_with_invoices", &["user"]),
            ("/v1/stats/payments-by-status", &admin, "stats.payments_by_status", &["from", "to"]),
            ("/v1/stats/payments-by-status?from=2026-02-01&to=2026-01-01", &admin, "stats.payments_by_status", &["to"]),
            ("/v1/stats/dashboard?since=", &admin, "stats.dashboard", &["since"]),
            ("/v1/audit-logs/recent?severities=HIGH,GRAVE&limit=-1", &admin, "audit_logs.list_recent", &["severities[1]", "limit"]),
            ("/v1/audit-logs/recent?limit=101", &admin, "audit_logs.list_recent", &["limit"]),
            ("/v1/tarifs?x=1", &zoe, "tarifs.list_active", &["x"]),
        ] {
            let problem = service.get(uri, Some(who)).await.problem(422, "INVALID");
            let named: Vec<_> = problem["fields"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
            assert_eq!((named.as_slice(), problem["operation"].as_str()), (fields, Some(operation)), "{uri}: {problem}");
        }
        let many = format!("/v1/tarifs?{}", "a&".repeat(201));
        assert_eq!(service.get(&many, None).await.problem(422, "INVALID")["fields"][0]["field"], "query");
        service.get("/v1/users/%ff/commandes/with-invoices", Some(&zoe)).await.problem(422, "INVALID");
    }

    async fn an_error_is_a_problem_document(service: &Service) {
        let request = Request::get("/v1/users/me/notifications?color=red").header("x-request-id", "abc-123").header("authorization", format!("Bearer {}", service.zoe()));
        let answer = send(&service.router, request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.header("x-request-id"), "abc-123");
        assert_eq!(
            answer.problem(422, "INVALID"),
            json!({
                "type": "about:blank", "title": "Unprocessable Entity", "status": 422, "code": "INVALID",
                "detail": "color: is not a parameter of this operation; parameters are unreadOnly, limit, page, after, total",
                "fields": [{"field": "color", "problem": "is not a parameter of this operation; parameters are unreadOnly, limit, page, after, total"}],
                "operation": "notifications.list_by_user", "requestId": "abc-123",
            })
        );
        service.get("/v1/nothing", None).await.problem(404, "NOT_FOUND");
        service.get("/", None).await.problem(404, "NOT_FOUND");
        let answer = service.request("DELETE", "/v1/tarifs", None).await;
        answer.problem(405, "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header("allow"), "GET,HEAD");
        let answer = service.get("/v1/users/me/notifications/read-all", Some(&service.zoe())).await;
        answer.problem(405, "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header("allow"), "PATCH");
        let one = service.get("/health", None).await;
        let two = service.get("/health", None).await;
        assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
    }

    async fn writes_take_a_body_and_no_query(service: &Service) {
        let ask = |uri: &str, kind: &str, body: &'static str| {
            let request = Request::patch(uri).header("authorization", format!("Bearer {}", service.zoe()));
            send(&service.router, request.header("content-type", kind).body(Body::from(body)).unwrap())
        };
        let (uri, json) = ("/v1/users/me/notifications/read-all", "application/json");
        for (uri, body, fields) in [
            (uri, r#"{"colour": 1, "user": "x", "colour": 2}"#, json!(["colour", "user"])),
            ("/v1/users/me/notifications/read-all?colour=1", "{}", json!(["colour"])),
            (uri, "[1]", json!(["body"])),
        ] {
            let problem = ask(uri, json, body).await.problem(422, "INVALID");
            let named: Vec<_> = problem["fields"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
            assert_eq!((json!(named), &problem["operation"]), (fields, &json!("notifications.mark_all_read")), "{body}");
        }
        assert_eq!(ask(uri, json, "{").await.problem(400, "MALFORMED")["fields"], json!([]));
        ask(uri, "text/plain", "{}").await.problem(415, "UNSUPPORTED_MEDIA_TYPE");
        let answer = ask(uri, json, "{}").await;
        assert_eq!((answer.json(), answer.header("cache-control")), (json!(3), "no-store"));
        assert_eq!(service.get("/v1/tarifs", None).await.header("cache-control"), "");
    }

    async fn a_large_body_is_refused_and_a_head_response_has_no_body(service: &Service) {
        let large = Request::patch("/v1/users/me/notifications/read-all").body(Body::from(vec![0; 1024 * 1024 + 1]));
        send(&service.router, large.unwrap()).await.problem(413, "PAYLOAD_TOO_LARGE");
        let head = service.request("HEAD", "/v1/tarifs", None).await;
        assert_eq!((head.status.as_u16(), head.bytes.len()), (200, 0));
        let head = service.request("HEAD", "/v1/nothing", None).await;
        assert_eq!((head.status.as_u16(), head.bytes.len()), (404, 0));
    }
}
