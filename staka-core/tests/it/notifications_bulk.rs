//! Writes to many rows at once: few statements, and exact counters whatever happens meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use staka_core::base::NewRow;
use staka_core::model::{Notification, NotificationInsert};
use staka_core::{ErrorKind, NewNotification, Session, Staka, repo};
use tokio::task::JoinSet;

use crate::counters_support::{assert_exact, attempt};
use crate::migrate_support::{script, texts};
use crate::notifying_support::Site;
use crate::support::on_both;

const DAY: Duration = Duration::from_secs(86_400);
/// A trigger that refuses to change the row with this title.
const REFUSES: &str = "CREATE TRIGGER refuses BEFORE UPDATE ON notifications FOR EACH ROW \
    IF OLD.title = 'refused' THEN SIGNAL SQLSTATE '45000'; END IF";

/// Gives the client this many unread notifications, which expire never, in the past and on many days. The first returned
/// has the title `refused` and one of the lower ids, so that it is not among the first to be marked.
async fn unread(site: &Site, count: usize) -> Vec<Notification> {
    let mut rows: Vec<Notification> = (0..count)
        .map(|place| {
            let mut row = NotificationInsert::new(site.client.clone(), "t", "m").into_row(&*site.clock).unwrap();
            row.expires_at = match place % 4 {
                0 => None,
                1 => Some(site.now().minus(DAY * (place as u32 % 50))),
                _ => Some(site.now().plus(DAY * (1 + place as u32 % 30))),
            };
            row
        })
        .collect();
    rows.sort_by(|one, other| one.id.cmp(&other.id));
    rows.swap(0, count / 13);
    rows[0].title = "refused".to_owned();
    let mut conn = site.staka.acquire().await.unwrap();
    repo::notifications::add(&mut conn, &rows).await.unwrap();
    rows
}

async fn still_unread(site: &Site) -> u64 {
    let rows = site.notifications().await;
    rows.iter().filter(|row| row.user_id == site.client && !row.is_read && !row.is_deleted).count() as u64
}

async fn one_connection(site: &Site, limit: Option<Duration>) -> Staka {
    let builder = site.db.builder().clock(Arc::clone(&site.clock) as _).max_connections(1);
    let builder = match limit {
        Some(limit) => builder.statement_timeout(limit),
        None => builder,
    };
    builder.connect().await.unwrap()
}

on_both! {
    async fn many_notifications_are_marked_by_few_statements(server: &Server) {
        let site = server.site().await;
        unread(&site, 499).await;
        let (marked, statements) = site.statements(site.client().notifications().mark_all_read(&site.client)).await;
        assert_eq!((marked.unwrap(), statements), (499, 1));
        let mut conn = site.db.connect().await;
        assert_exact(&mut conn, "one statement").await;
        unread(&site, 1_300).await;
        let (marked, statements) = site.statements(site.client().notifications().mark_all_read(&site.client)).await;
        // Some, then BEGIN, mark, count, COMMIT.
        assert_eq!((marked.unwrap(), statements), (1_300, 5));
        assert_eq!((still_unread(&site).await, site.unread().await), (0, 0));
        assert_exact(&mut conn, "a transaction").await;
        let (deleted, statements) =
            site.statements(site.client().notifications().soft_delete_all_read(&site.client)).await;
        assert_eq!((deleted.unwrap(), statements), (1_799, 1));
        assert_exact(&mut conn, "soft-deleted").await;
    }

    async fn many_are_marked_within_a_transaction_or_not_at_all(server: &Server) {
        let site = server.site().await;
        unread(&site, 1_300).await;
        let mut conn = site.db.connect().await;
        for session in [site.client(), site.admin(), site.system()] {
            let tx = session.begin().await.unwrap();
            assert_eq!(tx.notifications().mark_all_read(&site.client).await.unwrap(), 1_300);
            assert_eq!(tx.notifications().unread_count(&site.client).await.unwrap(), 0);
            tx.rollback().await.unwrap();
            assert_eq!(still_unread(&site).await, 1_300);
            assert_exact(&mut conn, "rolled back").await;
        }
        let tx = site.admin().begin().await.unwrap();
        assert_eq!(tx.notifications().mark_all_read(&site.client).await.unwrap(), 1_300);
        tx.notifications().create(&site.client, NewNotification::new("t", "m"), None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((still_unread(&site).await, site.unread().await), (1, 1));
        assert_exact(&mut conn, "committed").await;
    }

    /// After an error the same connection counts again, in and outside of a transaction.
    async fn a_connection_counts_again_after_an_error(server: &Server) {
        let site = server.site().await;
        let rows = unread(&site, 1_300).await;
        let mut conn = site.db.connect().await;
        script(&mut conn, REFUSES).await;
        let staka = one_connection(&site, None).await;
        let session = staka.as_system();
        let error = session.notifications().mark_all_read(&site.client).await.unwrap_err();
        assert_ne!(error.kind(), ErrorKind::Contention);
        assert_eq!(still_unread(&site).await, 800, "the first were marked, the rest rolled back");
        assert_exact(&mut conn, "refused").await;
        let tx = session.begin().await.unwrap();
        tx.notifications().mark_all_read(&site.client).await.unwrap_err();
        // The first of this call are marked and counted, as by any single statement.
        let kept = &rows[0];
        tx.notifications().soft_delete(&kept.id).await.unwrap_err();
        tx.notifications().create(&site.client, NewNotification::new("t", "m"), None).await.unwrap();
        tx.commit().await.unwrap();
        assert_exact(&mut conn, "refused in a transaction").await;
        script(&mut conn, "DROP TRIGGER refuses").await;
        assert!(session.notifications().mark_read(&kept.id).await.unwrap());
        assert_exact(&mut conn, "the next write of the connection").await;
        let left = still_unread(&site).await;
        assert_eq!(session.notifications().mark_all_read(&site.client).await.unwrap(), left);
        assert_exact(&mut conn, "marked at last").await;
    }

    async fn counters_are_exact_after_kills_and_time_outs(server: &Server) {
        let site = server.site().await;
        unread(&site, 4_000).await;
        let mut conn = site.db.connect().await;
        let (mut cut, mut done) = (0, 0);
        for round in 0..18_u64 {
            // Every third is not killed but late.
            let limit = (round % 3 == 0).then(|| Duration::from_millis(40 + round));
            let staka = one_connection(&site, limit).await;
            let (session, user) = (staka.as_system(), site.client.clone());
            let marking = tokio::spawn(async move { session.notifications().mark_all_read(&user).await });
            if limit.is_none() {
                tokio::time::sleep(Duration::from_millis(round * 4)).await;
                let running = "SELECT CAST(ID AS CHAR) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID() \
                    AND INFO LIKE '%notifications%'";
                for id in texts(&mut conn, running).await {
                    let kill = if round % 2 == 0 { "KILL" } else { "KILL QUERY" };
                    // It may have ended meanwhile.
                    _ = attempt(&mut conn, &format!("{kill} {id}")).await;
                }
            }
            match marking.await.unwrap() {
                Ok(_) => done += 1,
                Err(_) => cut += 1,
            }
            assert_exact(&mut conn, "cut off").await;
            let session = staka.as_system();
            // The limit may be too short for it.
            drop(session.notifications().create(&site.client, NewNotification::new("t", "m"), None).await);
            assert_exact(&mut conn, "the next call").await;
            while let Err(number) = attempt(&mut conn, "UPDATE notifications SET isRead = FALSE").await {
                assert!([1064, 1205, 1213].contains(&number), "{number}");
                script(&mut conn, "FLUSH TABLES notifications").await;
            }
        }
        println!("{cut} were cut off, {done} were not");
        assert!(cut >= 5, "{cut}");
        assert_exact(&mut conn, "at last").await;
    }

    async fn counters_are_exact_while_others_write_and_mark_as_unread(server: &Server) {
        let site = server.site().await;
        let rows = unread(&site, 1_500).await;
        let (done, marked, created) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let mut others = JoinSet::new();
        for place in 0..3_u64 {
            let (session, user, done, created) =
                (site.system(), site.client.clone(), Arc::clone(&done), Arc::clone(&created));
            let some = rows[place as usize * 20].id.clone();
            others.spawn(async move {
                while !done.load(Ordering::Relaxed) {
                    session.notifications().create(&user, NewNotification::new("t", "m"), None).await.unwrap();
                    created.fetch_add(1, Ordering::Relaxed);
                    session.notifications().mark_read(&some).await.unwrap();
                    session.notifications().unread_count(&user).await.unwrap();
                }
            });
        }
        // Another program marks notifications as unread.
        let (stop, mut prisma) = (Arc::clone(&done), site.db.connect().await);
        others.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let unread = "UPDATE notifications SET isRead = FALSE WHERE isRead = TRUE LIMIT 300";
                match attempt(&mut prisma, unread).await {
                    Ok(()) | Err(1205 | 1213 | 1020) => {}
                    Err(number) => panic!("{number}"),
                }
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
        });
        let mut markers = JoinSet::new();
        for session in [site.client(), site.admin(), site.system()] {
            let (user, marked): (_, Arc<AtomicU64>) = (site.client.clone(), Arc::clone(&marked));
            markers.spawn(async move {
                for round in 0..8 {
                    let count = if round % 2 == 0 {
                        session.notifications().mark_all_read(&user).await.unwrap()
                    } else {
                        within(&session, &user).await
                    };
                    marked.fetch_add(count, Ordering::Relaxed);
                }
            });
        }
        while let Some(one) = markers.join_next().await {
            one.unwrap();
        }
        done.store(true, Ordering::Relaxed);
        while let Some(one) = others.join_next().await {
            one.unwrap();
        }
        println!("marked {marked:?}, created {created:?}");
        assert!(marked.load(Ordering::Relaxed) > 1_500 && created.load(Ordering::Relaxed) > 20);
        assert_exact(&mut site.db.connect().await, "after the race").await;
    }
}

/// Marks all as read within a transaction, which is repeated after a deadlock.
async fn within(session: &Session, user: &staka_core::model::UserId) -> u64 {
    let user = user.clone();
    session
        .transaction(move |tx| {
            let user = user.clone();
            async move { tx.notifications().mark_all_read(&user).await }
        })
        .await
        .unwrap()
}
