//! Tests of the audit log: permissions, lists, statistics, entries by hand and retention.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::TryStreamExt;
use serde_json::{Value, json};
use staka_core::base::{NewRow, TextEnum};
use staka_core::model::{AuditLog, AuditLogId, AuditLogInsert, AuditSeverity, AuditTargetType, Role};
use staka_core::{
    AuditLogFilter, AuditLogSort, AuditLogSortKey, Between, Caller, Direction, ErrorKind, ExportFormat, Match,
    NewAuditLog, PageRequest, Timestamp, repo,
};

use crate::notifying_support::{Site, all_pages, fields};
use crate::support::on_both;

const DAY: Duration = Duration::from_secs(86_400);

fn draft(action: &str) -> NewAuditLog {
    NewAuditLog::new(action, AuditTargetType::System)
}

/// Adds entries as if another program had written them.
pub async fn entries(site: &Site, count: usize, change: impl Fn(usize, &mut AuditLog)) -> Vec<AuditLog> {
    let rows: Vec<AuditLog> = (0..count)
        .map(|place| {
            let new = AuditLogInsert::new("unknown", "LOGIN", AuditTargetType::Auth);
            let mut row = new.into_row(&*site.clock).unwrap();
            change(place, &mut row);
            row
        })
        .collect();
    let mut conn = site.staka.acquire().await.unwrap();
    repo::audit_logs::add(&mut conn, &rows).await.unwrap();
    rows
}

async fn all(site: &Site) -> Vec<AuditLog> {
    let mut conn = site.staka.acquire().await.unwrap();
    crate::seeded::table(&mut conn).await
}

on_both! {
    async fn nobody_but_an_administrator_reads_exports_writes_or_deletes_the_audit_log(server: &Server) {
        let site = server.site().await;
        let made = entries(&site, 3, |_, row| row.timestamp = row.timestamp.minus(400 * DAY)).await;
        for (who, session) in site.others() {
            let log = session.audit_logs();
            let refused = [
                log.list_recent(Vec::new(), None).await.unwrap_err(),
                log.list(AuditLogFilter::default(), AuditLogSort::default(), PageRequest::default()).await.unwrap_err(),
                log.get(&made[0].id).await.unwrap_err(),
                log.get("not there".parse::<AuditLogId>().unwrap()).await.unwrap_err(),
                log.stats().await.unwrap_err(),
                log.create(draft("A")).await.unwrap_err(),
                log.export(AuditLogFilter::default(), ExportFormat::Csv, None, None, None).await.unwrap_err(),
                log.purge(None, None).await.unwrap_err(),
                std::pin::pin!(session.audit_export(AuditLogFilter::default(), ExportFormat::Csv))
                    .try_next()
                    .await
                    .unwrap_err(),
            ];
            let expected = if who == "anonymous" { ErrorKind::Unauthenticated } else { ErrorKind::Denied };
            assert!(refused.iter().all(|error| error.kind() == expected), "{who}: {refused:?}");
        }
        // The role ADMIN in a token does not suffice to export, purge or write the log.
        for (user, expected) in [(&site.former_admin, ErrorKind::Unauthenticated), (&site.client, ErrorKind::Denied)] {
            let session = site.staka.as_caller(Caller::user(user.clone(), Role::Admin));
            let refused = [
                session.audit_logs().create(draft("A")).await.unwrap_err(),
                session
                    .audit_logs()
                    .export(AuditLogFilter::default(), ExportFormat::Csv, None, None, None)
                    .await
                    .unwrap_err(),
                session.audit_logs().purge(None, None).await.unwrap_err(),
            ];
            assert!(refused.iter().all(|error| error.kind() == expected), "{refused:?}");
        }
        assert_eq!(all(&site).await.len(), made.len());
    }

    async fn invalid_arguments_of_a_purge_never_delete_anything(server: &Server) {
        let site = server.site().await;
        entries(&site, 5, |place, row| row.timestamp = row.timestamp.minus(place as u32 * 20 * DAY)).await;
        for days in ["-1", "0", "29", "36501", "1e3", "\"90\"", "4294967296", "-9223372036854775808"] {
            let error = site.admin().call("audit_logs.purge", &format!(r#"{{"days":{days}}}"#)).await.unwrap_err();
            assert_eq!(fields(&error), ["days"], "{days}");
        }
        for limit in ["0", "-1", "50001"] {
            let error = site.admin().call("audit_logs.purge", &format!(r#"{{"limit":{limit}}}"#)).await.unwrap_err();
            assert_eq!(fields(&error), ["limit"], "{limit}");
        }
        assert_eq!(all(&site).await.len(), 5);
    }

    async fn a_purge_deletes_no_younger_entry_and_records_itself(server: &Server) {
        let site = server.site().await;
        let edge = site.now().minus(90 * DAY);
        let made = entries(&site, 2_600, |place, row| {
            row.timestamp = match place {
                0 => edge,
                1 => edge.minus(Duration::from_millis(1)),
                _ if place % 2 == 0 => edge.plus(Duration::from_secs(place as u64)),
                // Ten rows share each time, so that batches end between equal ones.
                _ => edge.minus(Duration::from_secs(1 + place as u64 / 20)),
            };
        })
        .await;
        let old = made.iter().filter(|row| row.timestamp < edge).count() as u64;
        let first = site.admin().audit_logs().purge(None, Some(1_200)).await.unwrap();
        assert_eq!((first.removed, first.before, first.more), (1_200, edge, true));
        let second = site.admin().audit_logs().purge(None, None).await.unwrap();
        assert_eq!((second.removed, second.more), (old - 1_200, false));
        let third = site.system().audit_logs().purge(Some(30), None).await.unwrap();
        let younger: Vec<_> = made.iter().filter(|row| row.timestamp >= edge).collect();
        assert_eq!((third.removed, third.before), (younger.len() as u64, site.now().minus(30 * DAY)));
        // Only the entries of the purges themselves are left.
        let left = all(&site).await;
        assert_eq!(left.len(), 3);
        for entry in &left {
            assert_eq!((entry.action.as_str(), &entry.severity), ("AUDIT_LOGS_CLEANUP", &AuditSeverity::High));
        }
        let actors: BTreeSet<&str> = left.iter().map(|entry| entry.admin_email.as_str()).collect();
        assert_eq!(actors, BTreeSet::from(["admin@exemple.fr", "system"]));
        let removed: Vec<Value> =
            left.iter().map(|entry| entry.details.as_ref().unwrap().to_value()["removed"].clone()).collect();
        assert!(removed.contains(&json!(1_200)));
    }

    async fn a_purge_is_exact_to_the_millisecond(server: &Server) {
        let site = server.site().await;
        let edge = site.now().minus(90 * DAY);
        let made = entries(&site, 3, |place, row| {
            row.timestamp = [edge.minus(Duration::from_millis(1)), edge, edge.plus(Duration::from_millis(1))][place];
        })
        .await;
        assert_eq!(site.system().audit_logs().purge(None, None).await.unwrap().removed, 1);
        let left: BTreeSet<_> = all(&site).await.into_iter().map(|row| row.id).collect();
        assert!(!left.contains(&made[0].id) && left.contains(&made[1].id) && left.contains(&made[2].id));
    }

    async fn a_list_returns_the_matching_rows_in_every_order(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let session = staka.as_system();
        let rows = &seeded.rows.audit;
        let target = rows.iter().find_map(|row| row.target_id.clone()).unwrap();
        let since = seeded.anchor.minus(20 * DAY);
        type Matches = Box<dyn Fn(&AuditLog) -> bool>;
        let filters: [(AuditLogFilter, Matches); 6] = [
            (
                AuditLogFilter::default().action("password").timestamp(Between { from: Some(since), to: None }),
                Box::new(move |row: &AuditLog| row.action.contains("PASSWORD") && row.timestamp >= since),
            ),
            (
                AuditLogFilter::default().admin_email("SYSTEM").severity(AuditSeverity::High),
                Box::new(|row: &AuditLog| row.admin_email.contains("system") && row.severity == AuditSeverity::High),
            ),
            (
                AuditLogFilter::default().target_type(Match::In(vec![AuditTargetType::File, AuditTargetType::Invoice])).severity(Match::In(vec![AuditSeverity::Medium, AuditSeverity::Critical])),
                Box::new(|row: &AuditLog| {
                    row.target_type == AuditTargetType::Invoice && row.severity == AuditSeverity::Medium
                }),
            ),
            (
                AuditLogFilter::default().target_id(target.clone()),
                Box::new(move |row: &AuditLog| row.target_id.as_ref() == Some(&target)),
            ),
            // `_` and `%` have no special meaning.
            (AuditLogFilter::default().action("USER%"), Box::new(|_: &AuditLog| false)),
            (
                AuditLogFilter::default().timestamp(Between { from: Some(since), to: Some(seeded.anchor) }),
                Box::new({
                    let anchor = seeded.anchor;
                    move |row: &AuditLog| row.timestamp >= since && row.timestamp < anchor
                }),
            ),
        ];
        for (filter, matches) in &filters {
            let expected: Vec<&AuditLog> = rows.iter().filter(|row| matches(row)).collect();
            for sort in [AuditLogSortKey::Timestamp, AuditLogSortKey::Severity, AuditLogSortKey::Action, AuditLogSortKey::AdminEmail] {
                for direction in [Direction::Asc, Direction::Desc] {
                    let found = all_pages(100, async |page| {
                        session.audit_logs().list(filter, AuditLogSort { sort, direction: Some(direction) }, page).await.unwrap()
                    })
                    .await;
                    let mut sorted = expected.clone();
                    sorted.sort_by(|one, other| {
                        let by = match sort {
                            AuditLogSortKey::Timestamp => one.timestamp.cmp(&other.timestamp),
                            AuditLogSortKey::Severity => one.severity.cmp(&other.severity),
                            // As the collation sorts: `_` before letters, and without regard to case.
                            AuditLogSortKey::Action => weights(&one.action).cmp(&weights(&other.action)),
                            AuditLogSortKey::AdminEmail => std::cmp::Ordering::Equal,
                        };
                        by.then_with(|| one.id.cmp(&other.id))
                    });
                    if direction == Direction::Desc {
                        sorted.reverse();
                    }
                    if sort == AuditLogSortKey::AdminEmail {
                        let key = |row: &&AuditLog| row.id.clone();
                        assert_eq!(
                            found.iter().map(|row| key(&row)).collect::<BTreeSet<_>>(),
                            sorted.iter().map(key).collect()
                        );
                        assert_eq!(found.len(), sorted.len());
                    } else {
                        assert!(found.iter().eq(sorted), "{filter:?} {sort} {direction}");
                    }
                }
            }
        }
        let page = PageRequest::of(1).total(true);
        let first = session.audit_logs().list(AuditLogFilter::default(), AuditLogSort::default(), page).await.unwrap();
        assert_eq!((first.items.len(), first.total), (1, Some(rows.len() as u64)));
        let some = &rows[7];
        assert_eq!(session.audit_logs().get(&some.id).await.unwrap().as_ref(), Some(some));
        assert_eq!(session.audit_logs().get("x".parse::<AuditLogId>().unwrap()).await.unwrap(), None);
    }

    async fn faulty_arguments_of_a_list_are_named(server: &Server) {
        let site = server.site().await;
        let bad = AuditLogFilter::default().action("x".repeat(101)).admin_email("\0").target_id("x".repeat(192));
        let error = site.admin().audit_logs().list(bad, AuditLogSort::default(), PageRequest::default()).await.unwrap_err();
        assert_eq!(fields(&error), ["action", "adminEmail", "targetId"]);
        for (input, field) in [
            (r#"{"sort":{"sort":"details; DROP TABLE users"}}"#, "sort"),
            (r#"{"sort":{"direction":"up"}}"#, "direction"),
            (r#"{"page":{"limit":101}}"#, "limit"),
            (r#"{"page":{"limit":-1}}"#, "limit"),
            (r#"{"filter":{"severity":"GRAVE"}}"#, "severity"),
            (r#"{"filter":{"userAgent":"x"}}"#, "userAgent"),
            (r#"{"page":{"after":"eA"}}"#, "after"),
        ] {
            let error = site.admin().call("audit_logs.list", input).await.unwrap_err();
            assert_eq!(fields(&error), [field], "{input}");
        }
    }

    async fn a_list_takes_one_statement_and_statistics_take_three(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let session = staka.as_system();
        let count = || staka.metrics().statements.load(std::sync::atomic::Ordering::Relaxed);
        for (limit, total, expected) in [(1, false, 1), (100, false, 1), (100, true, 2)] {
            let before = count();
            session
                .audit_logs()
                .list(AuditLogFilter::default(), AuditLogSort::by(AuditLogSortKey::Action), PageRequest::of(limit).total(total))
                .await
                .unwrap();
            assert_eq!(count() - before, expected);
        }
        let before = count();
        session.audit_logs().stats().await.unwrap();
        assert_eq!(count() - before, 3);
    }

    async fn statistics_match_the_rows(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let stats = staka.as_system().audit_logs().stats().await.unwrap();
        let rows = &seeded.rows.audit;
        let since =
            |days: u32| rows.iter().filter(|row| row.timestamp >= seeded.anchor.minus(days * DAY)).count() as i64;
        assert_eq!(
            (stats.total, stats.last_24_hours, stats.last_7_days, stats.last_30_days),
            (rows.len() as i64, since(1), since(7), since(30))
        );
        let severities: Vec<&str> = stats.by_severity.iter().map(|it| it.severity.as_str()).collect();
        assert_eq!(severities, AuditSeverity::VALUES);
        for it in &stats.by_severity {
            assert_eq!(it.count, rows.iter().filter(|row| row.severity == it.severity).count() as i64);
        }
        let mut actions: BTreeMap<&str, i64> = BTreeMap::new();
        for row in rows {
            *actions.entry(&row.action).or_default() += 1;
        }
        let mut top: Vec<i64> = actions.values().copied().collect();
        top.sort_unstable_by(|one, other| other.cmp(one));
        assert_eq!(stats.top_actions.iter().map(|it| it.count).collect::<Vec<_>>(), top[..10]);
        assert!(stats.top_actions.iter().all(|it| actions[it.action.as_str()] == it.count));
        // The clock stands at 2026-06-15 12:00 UTC; midnight in Paris is at 22:00 UTC.
        let midnight: Timestamp = "2026-06-08T22:00:00Z".parse().unwrap();
        for (place, it) in stats.daily.iter().enumerate() {
            let from = midnight.plus(place as u32 * DAY);
            let within =
                rows.iter().filter(|row| row.timestamp >= from && row.timestamp < from.plus(DAY)).count() as i64;
            assert_eq!((it.day.as_str(), it.count), (format!("2026-06-{:02}", 9 + place).as_str(), within));
        }
        assert_eq!(stats.daily.len(), 7);
    }

    async fn days_follow_the_time_zone_and_empty_ones_are_included(server: &Server) {
        let site = server.site().await;
        let clock = std::sync::Arc::new(staka_core::ManualClock::new("2026-03-31T10:00:00Z".parse().unwrap()));
        let staka = site.db.builder().clock(clock as _).connect().await.unwrap();
        // In Paris, the 29th lasts from 23:00 UTC of the day before to 22:00 UTC.
        let at = [
            "2026-03-28T22:59:59.999Z",
            "2026-03-28T23:00:00Z",
            "2026-03-29T21:59:59.999Z",
            "2026-03-29T22:00:00Z",
            "2026-03-31T21:59:59Z",
            "2026-03-31T22:00:00Z",
            "2026-03-24T22:59:59Z",
        ];
        entries(&site, at.len(), |place, row| row.timestamp = at[place].parse().unwrap()).await;
        let stats = staka.as_system().audit_logs().stats().await.unwrap();
        let daily: Vec<(&str, i64)> = stats.daily.iter().map(|it| (it.day.as_str(), it.count)).collect();
        assert_eq!(
            daily,
            [
                ("2026-03-25", 0),
                ("2026-03-26", 0),
                ("2026-03-27", 0),
                ("2026-03-28", 1),
                ("2026-03-29", 2),
                ("2026-03-30", 1),
                ("2026-03-31", 1)
            ]
        );
        let empty = server.site().await.system().audit_logs().stats().await.unwrap();
        assert_eq!(
            (empty.total, empty.daily.iter().map(|it| it.count).sum::<i64>(), empty.by_severity.len()),
            (0, 0, 4)
        );
    }

    async fn an_entry_by_hand_records_its_author_and_origin(server: &Server) {
        let site = server.site().await;
        let mut caller = Caller::user(site.admin.clone(), Role::Admin);
        caller.ip = Some("2001:db8::1".into());
        caller.user_agent = Some("curl/8".into());
        let full = draft("USER_DELETED").target_id("cible 📖").details(json!({"raison": "à la main", "n": 1}));
        let made = site.staka.as_caller(caller).audit_logs().create(full.clone()).await.unwrap();
        assert_eq!(
            (made.admin_email.as_str(), made.ip_address.as_deref(), made.user_agent.as_deref()),
            ("admin@exemple.fr", Some("2001:db8::1"), Some("curl/8"))
        );
        assert_eq!((&made.target_id, &made.details), (&full.target_id, &full.details));
        assert_eq!((made.timestamp, made.created_at), (site.now(), site.now()));
        assert_eq!(made.severity, AuditSeverity::High, "the severity of the known action");
        assert_eq!(site.admin().audit_logs().get(&made.id).await.unwrap(), Some(made));
        let other = site.system().audit_logs().create(draft("SOMETHING_OF_MINE")).await.unwrap();
        assert_eq!((other.severity, other.admin_email.as_str()), (AuditSeverity::Medium, "system"));
        let grave = draft("USER_DELETED").severity(AuditSeverity::Critical);
        assert_eq!(site.system().audit_logs().create(grave).await.unwrap().severity, AuditSeverity::Critical);

        let bad = draft("drop table").target_id("x".repeat(192)).details(json!("x".repeat(65_534)));
        assert_eq!(
            fields(&site.system().audit_logs().create(bad).await.unwrap_err()),
            ["action", "details", "targetId"]
        );
        for action in ["", "a", "É", "A-B", &"A".repeat(101)] {
            assert_eq!(fields(&site.system().audit_logs().create(draft(action)).await.unwrap_err()), ["action"]);
        }
        // The caller cannot set author, time and origin.
        for field in ["adminEmail", "timestamp", "ipAddress", "userAgent", "id", "createdAt"] {
            let input = json!({"entry": {"action": "A", "targetType": "system", field: "x"}}).to_string();
            assert_eq!(fields(&site.system().call("audit_logs.create", &input).await.unwrap_err()), [field]);
        }
        assert_eq!(all(&site).await.len(), 3);
    }

    async fn a_rolled_back_operation_leaves_no_entry(server: &Server) {
        let site = server.site().await;
        let tx = site.admin().begin().await.unwrap();
        tx.audit_logs().create(draft("A")).await.unwrap();
        tx.audit_logs().export(AuditLogFilter::default(), ExportFormat::Csv, None, None, Some(0)).await.unwrap_err();
        tx.audit_logs().purge(Some(1), None).await.unwrap_err();
        tx.rollback().await.unwrap();
        assert!(all(&site).await.is_empty());
    }
}

/// Returns a key that sorts texts as the server does: signs before letters.
fn weights(text: &str) -> Vec<(bool, char)> {
    text.chars().map(|letter| (letter.is_alphanumeric(), letter)).collect()
}

#[test]
fn only_an_erasure_changes_an_entry() {
    let statements = repo::catalogue().into_iter().filter(|statement| {
        let words: Vec<&str> = statement.text().split_whitespace().take(2).collect();
        words[0] == "UPDATE" && words[1].trim_matches('`') == "audit_logs"
    });
    let names: BTreeSet<&str> = statements.map(|statement| statement.name).collect();
    assert_eq!(names, BTreeSet::from(["privacy.rewrite_entries"]));
}
