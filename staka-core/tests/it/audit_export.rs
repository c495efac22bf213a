//! Tests of the audit log's export: complete in chunks of any size, and safe in a spreadsheet.

use std::time::Duration;

use futures_util::TryStreamExt;
use serde_json::{Value, json};
use staka_core::model::{AuditLog, AuditSeverity};
use staka_core::{AuditLogFilter, AuditLogSort, Cursor, Direction, ExportFormat, PageRequest, Session};

use crate::audit::entries;
use crate::notifying_support::{all_pages, fields};
use crate::support::on_both;

async fn listed(session: &Session, filter: &AuditLogFilter) -> Vec<AuditLog> {
    all_pages(100, async |page| session.audit_logs().list(filter, AuditLogSort::default(), page).await.unwrap()).await
}

/// Exports the log in chunks of `limit` entries, and returns the joined text and the number of chunks.
async fn exported(
    session: &Session,
    format: ExportFormat,
    direction: Option<Direction>,
    limit: u32,
) -> (String, usize) {
    let (mut text, mut after, mut chunks) = (String::new(), None::<Cursor>, 0);
    loop {
        let chunk = session
            .audit_logs()
            .export(AuditLogFilter::default(), format, direction, after, Some(limit))
            .await
            .unwrap();
        text.push_str(&chunk.text);
        chunks += 1;
        match chunk.next {
            None => return (text, chunks),
            next => after = next,
        }
    }
}

/// Parses CSV according to RFC 4180.
fn parse_csv(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut letters = text.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match (letter, quoted) {
            ('"', true) if letters.peek() == Some(&'"') => cell.push(letters.next().unwrap()),
            ('"', _) => quoted = !quoted,
            (',', false) => line.push(std::mem::take(&mut cell)),
            ('\r', false) => {
                assert_eq!(letters.next(), Some('\n'));
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            (letter, _) => cell.push(letter),
        }
    }
    assert!(line.is_empty() && cell.is_empty() && !quoted, "the text ends with a complete line");
    lines
}

on_both! {
    async fn an_export_in_chunks_of_any_size_is_the_complete_log(server: &Server) {
        let site = server.site().await;
        let mut made = entries(&site, 1_237, |place, row| {
            // Many entries share a millisecond.
            row.timestamp = row.timestamp.minus(Duration::from_millis(1 + place as u64 / 40));
            row.details = Some(json!({"n": place, "texte": "a \"b\", c\r\nd 📖"}).into());
            row.target_id = (place % 3 == 0).then(|| format!("cible {place}"));
        })
        .await;
        made.sort_by(|one, other| (other.timestamp, &other.id).cmp(&(one.timestamp, &one.id)));
        let admin = site.admin();
        let mut runs = 0;
        for limit in [10_000, 1_237, 1_000, 100] {
            for direction in [None, Some(Direction::Asc)] {
                // The entries of earlier exports are included.
                let chunks = (made.len() + runs).div_ceil(limit as usize);
                runs += 1;
                let (text, took) = exported(&admin, ExportFormat::Jsonl, direction, limit).await;
                let mut read: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
                assert!(took == chunks || direction.is_some(), "{took} chunks of {limit}");
                if direction.is_some() {
                    // Entries of the exports themselves come last.
                    read.retain(|entry| entry["action"] == "LOGIN");
                    read.reverse();
                } else {
                    read.retain(|entry| entry["action"] == "LOGIN");
                }
                assert!(
                    read.iter().eq(made
                        .iter()
                        .map(|row| serde_json::to_value(row).unwrap())
                        .collect::<Vec<_>>()
                        .iter())
                );
            }
        }
        let filter = AuditLogFilter::default().action("AUDIT_LOGS_EXPORTED");
        let exports = listed(&admin, &filter).await;
        assert_eq!(exports.len(), runs, "one entry for each export, not for each chunk");
        assert!(
            exports.iter().all(|entry| entry.severity == AuditSeverity::High && entry.admin_email == "admin@exemple.fr")
        );
        let details = exports[0].details.as_ref().unwrap().to_value();
        assert_eq!(details["format"], "jsonl");

        // The stream returns the same text.
        let stream: Vec<String> =
            admin.audit_export(AuditLogFilter::default(), ExportFormat::Jsonl).try_collect().await.unwrap();
        assert_eq!(stream.len(), 2);
        let logins = stream.concat().lines().filter(|line| line.contains("\"LOGIN\"")).count();
        assert_eq!(logins, made.len());
        for limit in [0, 10_001] {
            let error = admin
                .audit_logs()
                .export(AuditLogFilter::default(), ExportFormat::Csv, None, None, Some(limit))
                .await
                .unwrap_err();
            assert_eq!(fields(&error), ["limit"]);
        }
        // A cursor of another list is refused.
        let page =
            admin.audit_logs().list(AuditLogFilter::default(), AuditLogSort::default(), PageRequest::of(1)).await.unwrap();
        let error = admin
            .audit_logs()
            .export(AuditLogFilter::default(), ExportFormat::Csv, None, page.next, None)
            .await
            .unwrap_err();
        assert_eq!(fields(&error), ["after"]);
    }

    async fn no_cell_is_a_formula_and_details_are_encoded_once(server: &Server) {
        let site = server.site().await;
        let details = [json!({"a": "x,\"y\"\n"}), json!("=1+1"), json!(-5), json!([1, "é 📖 مرحبا"])];
        let agents = ["=HYPERLINK(\"http://evil\")", "+1", "@SUM(A1)", "Mozilla, \"5.0\"\r\nx"];
        let mut made = entries(&site, 4, |place, row| {
            row.details = Some(details[place].clone().into());
            row.user_agent = Some(agents[place].into());
            row.target_id = Some(["-1", "\tx", "\rx", "a=b"][place].into());
            row.timestamp = row.timestamp.minus(Duration::from_secs(1 + place as u64));
        })
        .await;
        made.sort_by_key(|row| std::cmp::Reverse(row.timestamp));
        let (text, chunks) = exported(&site.system(), ExportFormat::Csv, None, 2).await;
        assert_eq!(chunks, 2);
        let lines = parse_csv(&text);
        assert_eq!(
            lines[0],
            [
                "id",
                "timestamp",
                "adminEmail",
                "action",
                "targetType",
                "targetId",
                "details",
                "ipAddress",
                "userAgent",
                "severity",
                "createdAt"
            ]
        );
        assert_eq!(lines.len(), 5, "there is one header");
        let guard = |cell: &str| {
            if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
        };
        for (line, row) in lines[1..].iter().zip(&made) {
            assert!(line.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])));
            assert_eq!(line[0], row.id.as_str());
            assert_eq!(line[1], row.timestamp.to_string());
            assert_eq!(line[5], guard(row.target_id.as_ref().unwrap()));
            assert_eq!(line[8], guard(row.user_agent.as_ref().unwrap()));
            // Encoded once: the cell is the JSON itself.
            let text = line[6].strip_prefix('\'').unwrap_or(&line[6]);
            assert_eq!(serde_json::from_str::<Value>(text).unwrap(), row.details.as_ref().unwrap().to_value());
        }
        // Details that another program truncated are exported as they are.
        let mut conn = site.db.connect().await;
        sqlx::query("UPDATE audit_logs SET details = '{\"a\":\"cut o' WHERE id = ?")
            .bind(made[0].id.as_str())
            .execute(&mut conn)
            .await
            .unwrap();
        let (text, _) = exported(&site.system(), ExportFormat::Csv, None, 100).await;
        let cut = parse_csv(&text).into_iter().find(|line| line[0] == made[0].id.as_str()).unwrap();
        assert_eq!(cut[6], "{\"a\":\"cut o");
        let (text, _) = exported(&site.system(), ExportFormat::Jsonl, None, 100).await;
        assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    }

    async fn a_chunk_of_long_entries_ends_at_its_maximum_size(server: &Server) {
        let site = server.site().await;
        entries(&site, 1_100, |place, row| {
            row.timestamp = row.timestamp.minus(Duration::from_millis(1 + place as u64));
            row.details = Some(json!("x".repeat(10_000)).into());
        })
        .await;
        let chunk = site
            .system()
            .audit_logs()
            .export(AuditLogFilter::default(), ExportFormat::Csv, None, None, Some(10_000))
            .await
            .unwrap();
        assert!(chunk.next.is_some() && chunk.text.len() < 6 << 20, "{}", chunk.text.len());
        let (text, chunks) = exported(&site.system(), ExportFormat::Csv, None, 10_000).await;
        assert_eq!(chunks, 3);
        assert_eq!(parse_csv(&text).iter().filter(|line| line[3] == "LOGIN").count(), 1_100);
    }
}
