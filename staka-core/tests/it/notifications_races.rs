//! Concurrency tests of notifications and the audit log: nothing is created twice, nothing is lost, and the badge is
//! exact.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use staka_core::base::NewRow;
use staka_core::model::{
    AuditLogInsert, AuditTargetType, Notification, NotificationId, NotificationInsert, NotificationPriority,
};
use staka_core::{
    Direction, ErrorKind, ExportFormat, NewAuditLog, NewNotification, NotificationFilter, NotificationSort,
    NotificationSortKey, PageRequest, Patch, Staka, repo,
};
use tokio::task::JoinSet;

use crate::counters_support::assert_exact;
use crate::notifying_support::{Site, all_pages};
use crate::support::{delete_row, on_both};

const TASKS: usize = 64;
const DAY: Duration = Duration::from_secs(86_400);

/// Connects several handles, each with its own pool.
async fn pools(site: &Site) -> Vec<Staka> {
    let mut pools = Vec::new();
    for _ in 0..4 {
        pools.push(site.db.builder().clock(Arc::clone(&site.clock) as _).max_connections(8).connect().await.unwrap());
    }
    pools
}

async fn all_of<T: Send + 'static>(mut tasks: JoinSet<T>) -> Vec<T> {
    let mut done = Vec::new();
    while let Some(one) = tasks.join_next().await {
        done.push(one.unwrap());
    }
    done
}

/// Checks that the badge matches the rows, both by counters and by counting rows.
async fn assert_badge(site: &Site) {
    let now = site.now();
    let rows = site.notifications().await;
    let unread = rows
        .iter()
        .filter(|row| row.user_id == site.client && !row.is_read && !row.is_deleted)
        .filter(|row| row.expires_at.is_none_or(|at| at > now))
        .count() as u64;
    assert_eq!(site.unread().await, unread);
    let counting = site.db.builder().clock(Arc::clone(&site.clock) as _).counters(false).connect().await.unwrap();
    assert_eq!(counting.as_system().notifications().unread_count(&site.client).await.unwrap(), unread);
    assert_exact(&mut site.db.connect().await, "after concurrent changes").await;
}

on_both! {
    async fn concurrent_calls_with_one_key_create_one_notification(server: &Server) {
        let site = server.site().await;
        let pools = pools(&site).await;
        for round in 0..5 {
            let mut tasks = JoinSet::new();
            for place in 0..TASKS {
                let (session, user) = (pools[place % pools.len()].as_system(), site.client.clone());
                let draft = NewNotification::new(format!("tour {round}, tâche {place}"), "m");
                let key = Some(format!("événement-{round}").replace('é', "e"));
                tasks.spawn(async move { session.notifications().create(user, draft, key).await.unwrap() });
            }
            let made = all_of(tasks).await;
            assert_eq!(made.len(), TASKS);
            let ids: BTreeSet<NotificationId> = made.iter().map(|row| row.id.clone()).collect();
            assert_eq!(ids.len(), 1, "all calls return the same notification");
            assert!(made.iter().all(|row| *row == made[0]));
            assert_eq!(site.notifications().await.len(), round + 1);
        }
        assert_badge(&site).await;
    }

    async fn a_key_is_free_again_after_a_rollback(server: &Server) {
        let site = server.site().await;
        let tx = site.system().begin().await.unwrap();
        tx.notifications().create(&site.client, NewNotification::new("a", "m"), Some("k".to_owned())).await.unwrap();
        let mut tasks = JoinSet::new();
        for place in 0..8 {
            let (session, user) = (site.system(), site.client.clone());
            let draft = NewNotification::new(format!("b{place}"), "m");
            tasks
                .spawn(async move { session.notifications().create(user, draft, Some("k".to_owned())).await.unwrap() });
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(tasks.try_join_next().is_none(), "the calls wait for the transaction that has claimed the key");
        tx.rollback().await.unwrap();
        let ids: BTreeSet<NotificationId> = all_of(tasks).await.into_iter().map(|row| row.id).collect();
        let rows = site.notifications().await;
        assert_eq!(rows.iter().map(|row| row.id.clone()).collect::<BTreeSet<_>>(), ids);
        assert!(rows.len() == 1 && rows[0].title.starts_with('b'));
    }

    async fn the_badge_is_exact_after_concurrent_changes(server: &Server) {
        let site = server.site().await;
        let pools = pools(&site).await;
        let (created, marked, deleted, purged) =
            (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        let counts = Arc::new([created, marked, deleted, purged]);
        let mut tasks = JoinSet::new();
        for place in 0..TASKS {
            let (session, user, counts) =
                (pools[place % pools.len()].as_system(), site.client.clone(), Arc::clone(&counts));
            let now = site.now();
            tasks.spawn(async move {
                let mut random = Pcg64Mcg::seed_from_u64(place as u64);
                let mut mine: Vec<NotificationId> = Vec::new();
                let add = |which: usize, count: u64| counts[which].fetch_add(count, Ordering::Relaxed);
                for _ in 0..30 {
                    let notifications = session.notifications();
                    match random.random_range(0..10) {
                        0..4 => {
                            let expires = [None, Some(now.plus(Duration::from_millis(1))), Some(now.plus(DAY))];
                            let mut draft = NewNotification::new("t", "m");
                            draft.expires_at = Patch::Set(expires[random.random_range(0..3)]);
                            mine.push(notifications.create(&user, draft, None).await.unwrap().id);
                            add(0, 1);
                        }
                        4 => {
                            let sent = notifications
                                .create_for_many(vec![user.clone()], NewNotification::new("t", "m"))
                                .await;
                            add(0, sent.unwrap().created);
                        }
                        5 if !mine.is_empty() => {
                            let which = mine[random.random_range(0..mine.len())].clone();
                            add(1, u64::from(notifications.mark_read(which).await.unwrap()));
                        }
                        6 => {
                            add(1, notifications.mark_many_read(&user, mine.clone()).await.unwrap());
                        }
                        7 if !mine.is_empty() => {
                            let which = mine[random.random_range(0..mine.len())].clone();
                            add(2, u64::from(notifications.soft_delete(which).await.unwrap()));
                        }
                        8 if place % 8 == 0 => {
                            add(1, notifications.mark_all_read(&user).await.unwrap());
                        }
                        9 if place % 8 == 0 => {
                            add(3, notifications.purge_expired(None, Some(100)).await.unwrap().expired);
                        }
                        _ => {
                            notifications.unread_count(&user).await.unwrap();
                        }
                    }
                }
            });
        }
        all_of(tasks).await;
        let rows = site.notifications().await;
        let [created, marked, deleted, purged] = [0, 1, 2, 3].map(|which| counts[which].load(Ordering::Relaxed));
        println!("created {created}, marked {marked}, deleted {deleted}, purged {purged}");
        assert!(created > 500 && marked > 100 && deleted > 50);
        // Each was created, marked and soft-deleted once.
        assert_eq!(rows.len() as u64, created - purged);
        assert_eq!(rows.iter().filter(|row| row.is_read).count() as u64, marked);
        assert_eq!(rows.iter().filter(|row| row.is_deleted).count() as u64, deleted);
        assert_badge(&site).await;
    }

    async fn a_purge_deletes_nothing_that_is_written_meanwhile(server: &Server) {
        let site = server.site().await;
        let past = site.now().minus(DAY);
        let old: Vec<Notification> = (0..4_000)
            .map(|_| {
                let new =
                    NotificationInsert { expires_at: Some(past), ..NotificationInsert::new(site.client.clone(), "t", "m") };
                new.into_row(&*site.clock).unwrap()
            })
            .collect();
        let mut conn = site.staka.acquire().await.unwrap();
        repo::notifications::add(&mut conn, &old).await.unwrap();
        drop(conn);
        let pools = pools(&site).await;
        let done = Arc::new(AtomicBool::new(false));
        let mut writers = JoinSet::new();
        for place in 0..16 {
            let (session, user, done) =
                (pools[place % pools.len()].as_system(), site.client.clone(), Arc::clone(&done));
            writers.spawn(async move {
                let mut made = 0_u64;
                while !done.load(Ordering::Relaxed) || made < 5 {
                    let draft = NewNotification::new("neuf", "m");
                    session.notifications().create(&user, draft, None).await.unwrap();
                    made += 1;
                }
                made
            });
        }
        // Some of the old ones no longer expire: the purge must keep them.
        let kept: Vec<NotificationId> = old.iter().step_by(97).map(|row| row.id.clone()).collect();
        let mut conn = site.db.connect().await;
        for id in &kept {
            sqlx::query("UPDATE notifications SET expiresAt = NULL WHERE id = ?")
                .bind(id.as_str())
                .execute(&mut conn)
                .await
                .unwrap();
        }
        let mut purges = JoinSet::new();
        for pool in &pools {
            let session = pool.as_system();
            purges.spawn(async move {
                let mut removed = 0;
                loop {
                    let purge = session.notifications().purge_expired(None, Some(700)).await.unwrap();
                    removed += purge.expired;
                    if !purge.more {
                        return removed;
                    }
                }
            });
        }
        let removed: u64 = all_of(purges).await.into_iter().sum();
        done.store(true, Ordering::Relaxed);
        let made: u64 = all_of(writers).await.into_iter().sum();
        assert_eq!(removed, (old.len() - kept.len()) as u64, "each is counted by one purge only");
        let rows = site.notifications().await;
        assert_eq!(rows.len() as u64, made + kept.len() as u64);
        assert_badge(&site).await;
    }

    async fn each_row_is_listed_once_while_others_are_added_and_deleted(server: &Server) {
        let site = server.site().await;
        let now = site.now();
        for seed in 0..3_u64 {
            let mut random = Pcg64Mcg::seed_from_u64(seed);
            // Few distinct times, many rows without one: every sort key has ties.
            let rows: Vec<Notification> = (0..150)
                .map(|_| {
                    let mut row = NotificationInsert::new(site.client.clone(), "t", "m").into_row(&*site.clock).unwrap();
                    row.expires_at = [None, None, Some(now), Some(now.plus(DAY))][random.random_range(0..4)];
                    row.priority = [
                        NotificationPriority::Faible,
                        NotificationPriority::Normale,
                        NotificationPriority::Haute,
                        NotificationPriority::Urgente,
                    ][random.random_range(0..4)]
                    .clone();
                    row.created_at = now.minus(random.random_range(0..4) * DAY);
                    row
                })
                .collect();
            let mut conn = site.staka.acquire().await.unwrap();
            repo::notifications::add(&mut conn, &rows).await.unwrap();
            drop(conn);
            let mut deleted_later: Vec<NotificationId> = rows.iter().step_by(3).map(|row| row.id.clone()).collect();
            let lasting: BTreeSet<NotificationId> =
                rows.iter().map(|row| row.id.clone()).filter(|id| !deleted_later.contains(id)).collect();
            let filter = NotificationFilter::default().user(site.client.clone());
            for sort in [NotificationSortKey::ExpiresAt, NotificationSortKey::Priority, NotificationSortKey::CreatedAt] {
                for direction in [Direction::Asc, Direction::Desc] {
                    let limit = random.random_range(1..=20);
                    let seen = all_pages(limit, async |page| {
                        let fetched =
                            site.system().notifications().list(&filter, NotificationSort { sort, direction: Some(direction) }, page).await.unwrap();
                        let mut conn = site.staka.acquire().await.unwrap();
                        if let Some(id) = deleted_later.pop() {
                            assert!(delete_row::<Notification>(&mut conn, id.as_str()).await);
                        }
                        let mut added =
                            NotificationInsert::new(site.client.clone(), "t", "m").into_row(&*site.clock).unwrap();
                        added.expires_at = [None, Some(now), Some(now.plus(2 * DAY))][added.id.as_str().len() % 3];
                        repo::notifications::add(&mut conn, &[added.clone()]).await.unwrap();
                        deleted_later.insert(0, added.id);
                        fetched
                    })
                    .await;
                    let mut times: BTreeMap<NotificationId, usize> = BTreeMap::new();
                    for row in &seen {
                        *times.entry(row.id.clone()).or_default() += 1;
                    }
                    assert!(times.values().all(|times| *times == 1), "{sort} {direction}: no row twice");
                    assert!(lasting.iter().all(|id| times.contains_key(id)), "{sort} {direction}: no row left out");
                    let keys: Vec<_> = seen
                        .iter()
                        .map(|row| match sort {
                            NotificationSortKey::CreatedAt => (Some(row.created_at), None, row.id.clone()),
                            NotificationSortKey::Priority => (None, Some(row.priority.clone()), row.id.clone()),
                            NotificationSortKey::ExpiresAt => (row.expires_at, None, row.id.clone()),
                        })
                        .collect();
                    let sorted = match direction {
                        Direction::Asc => keys.windows(2).all(|two| two[0] < two[1]),
                        Direction::Desc => keys.windows(2).all(|two| two[0] > two[1]),
                    };
                    assert!(sorted, "{sort} {direction}");
                }
            }
            let numbered = site
                .system()
                .notifications()
                .list(&filter, NotificationSort::by(NotificationSortKey::ExpiresAt), PageRequest::of(10).page(2))
                .await
                .unwrap();
            let first = site
                .system()
                .notifications()
                .list(&filter, NotificationSort::by(NotificationSortKey::ExpiresAt), PageRequest::of(10))
                .await
                .unwrap();
            let second = site
                .system()
                .notifications()
                .list(&filter, NotificationSort::by(NotificationSortKey::ExpiresAt), PageRequest::of(10).after(first.next.unwrap()))
                .await
                .unwrap();
            assert_eq!(numbered.items, second.items);
            let error = site
                .system()
                .notifications()
                .list(&filter, NotificationSort::by(NotificationSortKey::Priority), PageRequest::of(10).after(numbered.next.unwrap()))
                .await
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid, "a cursor is valid for its sort key only");
        }
    }

    async fn the_audit_log_loses_nothing_to_concurrent_purges_and_exports(server: &Server) {
        let site = server.site().await;
        let old: Vec<_> = (0..3_000_u64)
            .map(|place| {
                let mut row = AuditLogInsert::new("x", "OLD", AuditTargetType::Auth).into_row(&*site.clock).unwrap();
                row.timestamp = site.now().minus(100 * DAY + Duration::from_millis(place / 7));
                row
            })
            .collect();
        let mut conn = site.staka.acquire().await.unwrap();
        repo::audit_logs::add(&mut conn, &old).await.unwrap();
        drop(conn);
        let pools = pools(&site).await;
        let mut tasks = JoinSet::new();
        for place in 0..TASKS {
            let session = pools[place % pools.len()].as_system();
            tasks.spawn(async move {
                match place % 16 {
                    0 => session.audit_logs().purge(None, Some(500)).await.unwrap().removed,
                    1 => {
                        let chunk = session
                            .audit_logs()
                            .export(staka_core::AuditLogFilter::default(), ExportFormat::Jsonl, None, None, None)
                            .await
                            .unwrap();
                        assert!(chunk.text.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
                        0
                    }
                    _ => {
                        for _ in 0..10 {
                            let draft = NewAuditLog::new("NEW", AuditTargetType::Auth);
                            session.audit_logs().create(draft).await.unwrap();
                        }
                        0
                    }
                }
            });
        }
        let removed: u64 = all_of(tasks).await.into_iter().sum();
        let mut conn = site.staka.acquire().await.unwrap();
        let rows: Vec<staka_core::model::AuditLog> = crate::seeded::table(&mut conn).await;
        let count = |action: &str| rows.iter().filter(|row| row.action == action).count() as u64;
        assert_eq!(count("NEW"), 56 * 10);
        assert_eq!(count("OLD"), 3_000 - removed);
        assert!(removed >= 500);
        assert_eq!((count("AUDIT_LOGS_CLEANUP"), count("AUDIT_LOGS_EXPORTED")), (4, 4));
    }
}
