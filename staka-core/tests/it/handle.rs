//! The handle: round trips, sessions, transactions and closing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use staka_core::base::{Args, NewRow, Predicate, Reader, Record};
use staka_core::db::{Conn, Statement, run_tx};
use staka_core::model::{Notification, NotificationInsert, UserId, UserInsert};
use staka_core::repo::{notifications, users};
use staka_core::{
    ErrorKind, Match, Operations, PageRequest, Result, Secret, Staka, SystemClock, TlsMode, UserNotificationFilter,
};
use staka_local::Engine;
use tokio::sync::Barrier;

use crate::support::{on_both, rows_where};

/// Creates a user with `unread` unread notifications.
pub async fn somebody(staka: &Staka, unread: usize) -> UserId {
    let mut conn = staka.acquire().await.unwrap();
    let email = format!("{:x}@example.org", rand::random::<u64>());
    let user = UserInsert::new("Zoé", "Ångström", email, Secret::new("x")).into_row(&SystemClock).unwrap();
    users::add(&mut conn, std::slice::from_ref(&user)).await.unwrap();
    let rows: Vec<_> = (0..unread)
        .map(|n| NotificationInsert::new(user.id.clone(), format!("n° {n}"), "…").into_row(&SystemClock).unwrap())
        .collect();
    notifications::add(&mut conn, &rows).await.unwrap();
    user.id
}

/// The destination of a tracing subscriber's lines.
struct Lines(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for &Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A row of two texts.
pub struct Pair(pub String, pub String);

impl Record for Pair {
    const WIDTH: usize = 2;

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self(reader.column()?, reader.column()?))
    }
}

/// Returns the server's counts of what this connection has sent so far.
async fn counts(conn: &mut Conn) -> impl Fn(&str) -> i64 + use<> {
    static STATUS: Statement = Statement::fixed(
        "test.status",
        "SHOW SESSION STATUS WHERE Variable_name IN ('Questions', 'Com_stmt_prepare', 'Com_stmt_reprepare', 'Com_stmt_execute', 'Com_stmt_close', 'Com_admin_commands', 'Com_set_option', 'Com_begin')",
        &[],
    );
    let rows: Vec<Pair> = conn.all(&STATUS, Args::new()).await.unwrap();
    move |name| rows.iter().find(|row| row.0 == name).map_or(0, |row| row.1.parse().unwrap())
}

on_both! {
    async fn one_query_is_one_round_trip_once_warm(server: &Server) {
        let (db, staka) = server.staka().await;
        let user = somebody(&staka, 30).await;
        let staka = db.builder().max_connections(1).connect().await.unwrap();
        let session = staka.as_system();
        let run = async || {
            session.notifications().unread_count(&user).await.unwrap();
            session.notifications().list_by_user(&user, UserNotificationFilter::default(), PageRequest::default()).await.unwrap();
            session.tarifs().list_active().await.unwrap();
        };
        run().await;
        drop(counts(&mut staka.acquire().await.unwrap()).await);
        let before = counts(&mut staka.acquire().await.unwrap()).await;
        let statements = staka.metrics().statements.load(Ordering::Relaxed);
        for _ in 0..20 {
            run().await;
        }
        assert_eq!(staka.metrics().statements.load(Ordering::Relaxed) - statements, 60);
        let after = counts(&mut staka.acquire().await.unwrap()).await;
        let sent = |name| after(name) - before(name);
        // The query for the counts is one of them.
        assert_eq!(sent("Com_stmt_execute"), 61);
        assert_eq!(sent("Questions"), 61);
        for other in ["Com_stmt_prepare", "Com_stmt_close", "Com_admin_commands", "Com_set_option", "Com_begin"] {
            assert_eq!(sent(other), 0, "{other}");
        }
        assert_eq!(staka.metrics().connects.load(Ordering::Relaxed), 1);
    }

    async fn lists_of_any_length_need_few_texts(server: &Server) {
        let (db, staka) = server.staka().await;
        let user = somebody(&staka, 0).await;
        let staka = db.builder().max_connections(1).connect().await.unwrap();
        let mut conn = staka.acquire().await.unwrap();
        drop(counts(&mut conn).await);
        let before = counts(&mut conn).await;
        for length in 1..=70 {
            let rows: Vec<_> = (0..length).map(|n| NotificationInsert::new(user.clone(), format!("{n}"), "…").into_row(&SystemClock).unwrap()).collect();
            notifications::add(&mut conn, &rows).await.unwrap();
            let mut predicate = Predicate::default();
            predicate.matches("`id`", &Match::In(rows.iter().map(|row| row.id.clone()).collect()));
            let (condition, args) = predicate.into_parts().unwrap();
            assert_eq!(rows_where::<Notification>(&mut conn, &condition, args).await.len(), length);
        }
        let after = counts(&mut conn).await;
        let sent = |name| after(name) - before(name);
        // INSERT: 1, 2, 4 … 64 rows; IN: the same up to 128. MySQL prepares a text again, once, if the types of the
        // first values differ from its guess.
        assert_eq!(sent("Com_stmt_prepare") - sent("Com_stmt_reprepare"), 7 + 8);
    }

    async fn the_session_is_the_same_on_both_servers(server: &Server) {
        let db = server.database().await;
        let staka = db.builder().application_name("l'essai").connect().await.unwrap();
        let mut conn = staka.acquire().await.unwrap();
        let isolation = if server.engine == Engine::MariaDb { "@@tx_isolation" } else { "@@transaction_isolation" };
        for (variable, value) in [
            ("@@session.time_zone", "+00:00"),
            ("@@collation_connection", "utf8mb4_unicode_ci"),
            ("@@character_set_results", "utf8mb4"),
            (isolation, "READ-COMMITTED"),
            ("@staka_application", "l'essai"),
        ] {
            let text = format!("SELECT CAST({variable} AS CHAR), ''");
            let row: Pair = conn.one(&Statement::fixed("test", "", &[]).with_text(text), Args::new()).await.unwrap();
            assert_eq!(row.0, value, "{variable}");
        }
        let strict = Statement::fixed("test", "SELECT CAST(@@sql_mode AS CHAR), ''", &[]);
        let row: Pair = conn.one(&strict, Args::new()).await.unwrap();
        for mode in ["STRICT_TRANS_TABLES", "ONLY_FULL_GROUP_BY", "NO_ZERO_DATE", "ERROR_FOR_DIVISION_BY_ZERO"] {
            assert!(row.0.contains(mode), "{mode}");
        }
    }

    async fn tls_is_used_where_it_is_asked_for(server: &Server) {
        let db = server.database().await;
        let required = Staka::builder(&db.url).unwrap().tls(TlsMode::Required).connect().await;
        // MariaDB 10.11 generates no certificate.
        let Ok(staka) = required else {
            assert_eq!(server.engine, Engine::MariaDb);
            assert_eq!(required.err().unwrap().kind(), ErrorKind::Unavailable);
            return;
        };
        let cipher = Statement::fixed("test", "SHOW SESSION STATUS LIKE 'Ssl_cipher'", &[]);
        let row: Pair = staka.acquire().await.unwrap().one(&cipher, Args::new()).await.unwrap();
        assert!(row.1.contains("TLS"), "{}", row.1);
        let strict = Staka::builder(&db.url).unwrap().tls(TlsMode::Strict).connect().await;
        assert_eq!(strict.err().unwrap().kind(), ErrorKind::Unavailable, "nobody vouches for the server's own certificate");
    }

    async fn a_transaction_is_retried_after_a_deadlock(server: &Server) {
        let (_db, staka) = server.staka().await;
        let users = [somebody(&staka, 1).await, somebody(&staka, 1).await];
        let both_hold_one = Arc::new(Barrier::new(2));
        let attempts = Arc::new(AtomicUsize::new(0));
        let crossing = |first: usize| {
            let (staka, users) = (staka.clone(), users.clone());
            let (both_hold_one, attempts) = (Arc::clone(&both_hold_one), Arc::clone(&attempts));
            tokio::spawn(async move {
                run_tx(staka.pool(), "test.crossing", move |conn| {
                    let (users, both_hold_one) = (users.clone(), Arc::clone(&both_hold_one));
                    let attempt = attempts.fetch_add(1, Ordering::Relaxed);
                    Box::pin(async move {
                        let now = SystemClock.now();
                        notifications::mark_some_read(conn, &users[first], now).await?;
                        if attempt < 2 {
                            both_hold_one.wait().await;
                        }
                        let lock = Statement::fixed("test.lock", "SELECT COUNT(*) FROM notifications WHERE userId = ? FOR UPDATE", &[]);
                        conn.one::<i64>(&lock, Args::new().with(&users[1 - first])).await
                    })
                })
                .await
            })
        };
        use staka_core::Clock;
        let (one, other) = tokio::join!(crossing(0), crossing(1));
        assert_eq!((one.unwrap().unwrap(), other.unwrap().unwrap()), (1, 1));
        assert!(attempts.load(Ordering::Relaxed) >= 3, "no deadlock came about");
        for user in &users {
            assert_eq!(staka.as_system().notifications().unread_count(user).await.unwrap(), 0);
        }
    }

    async fn a_transaction_offers_the_same_operations(server: &Server) {
        let (_db, staka) = server.staka().await;
        let user = somebody(&staka, 3).await;
        let session = staka.as_system();

        let tx = session.begin().await.unwrap();
        assert_eq!(tx.notifications().mark_all_read(&user).await.unwrap(), 3);
        assert_eq!(tx.notifications().unread_count(&user).await.unwrap(), 0);
        assert_eq!(session.notifications().unread_count(&user).await.unwrap(), 3, "nobody else sees it yet");
        tx.rollback().await.unwrap();
        assert_eq!(session.notifications().unread_count(&user).await.unwrap(), 3);

        let marked = session
            .transaction(|tx| {
                let user = user.clone();
                async move { tx.notifications().mark_all_read(user).await }
            })
            .await
            .unwrap();
        assert_eq!((marked, session.notifications().unread_count(&user).await.unwrap()), (3, 0));
    }

    async fn a_transaction_cannot_be_committed_after_a_deadlock(server: &Server) {
        let (_db, staka) = server.staka().await;
        let users = [somebody(&staka, 1).await, somebody(&staka, 1).await];
        let session = staka.as_system();
        let (one, other) = (session.begin().await.unwrap(), session.begin().await.unwrap());
        one.notifications().mark_all_read(&users[0]).await.unwrap();
        other.notifications().mark_all_read(&users[1]).await.unwrap();
        // Each waits for the other's lock: the server rolls one of them back.
        let (first, second) = (one.notifications(), other.notifications());
        let (crossed, back) = tokio::join!(first.mark_all_read(&users[1]), second.mark_all_read(&users[0]));
        let (doomed, kept) = if crossed.is_err() { (one, other) } else { (other, one) };
        assert_eq!(crossed.err().or(back.err()).unwrap().kind(), ErrorKind::Contention);
        assert_eq!(doomed.notifications().unread_count(&users[0]).await.unwrap_err().kind(), ErrorKind::Contention);
        assert_eq!(doomed.commit().await.unwrap_err().kind(), ErrorKind::Contention);
        kept.commit().await.unwrap();
        for user in &users {
            assert_eq!(session.notifications().unread_count(user).await.unwrap(), 0);
        }
    }

    async fn dropping_the_owner_ends_a_shared_transaction(server: &Server) {
        let (_db, staka) = server.staka().await;
        let user = somebody(&staka, 2).await;
        let tx = staka.as_system().begin().await.unwrap();
        tx.notifications().mark_all_read(&user).await.unwrap();
        let shared = Operations::clone(&tx);
        drop(tx);
        assert_eq!(shared.notifications().unread_count(&user).await.unwrap_err().kind(), ErrorKind::Conflict);
        assert_eq!(staka.as_system().notifications().mark_all_read(&user).await.unwrap(), 2);
        let early = staka.as_system().transaction(|tx| async move { tx.commit().await }).await;
        assert_eq!(early.unwrap_err().kind(), ErrorKind::Conflict);
    }

    async fn operations_fail_after_the_end_of_a_transaction(server: &Server) {
        let (_db, staka) = server.staka().await;
        let user = somebody(&staka, 1).await;
        let kept = std::sync::Mutex::new(None);
        staka.as_system().transaction(|tx| { *kept.lock().unwrap() = Some(tx); async { Ok(()) } }).await.unwrap();
        let tx = kept.into_inner().unwrap().unwrap();
        assert_eq!(tx.notifications().unread_count(&user).await.unwrap_err().kind(), ErrorKind::Conflict);
    }

    async fn a_read_survives_the_loss_of_an_idle_connection(server: &Server) {
        let (db, staka) = server.staka().await;
        let user = somebody(&staka, 2).await;
        let staka = { drop(staka); db.builder().max_connections(1).connect().await.unwrap() };
        let id = staka.acquire().await.unwrap().id();
        let other = db.builder().connect().await.unwrap();
        let kill = Statement::fixed("test.kill", "", &[]).with_text(format!("KILL {id}"));
        other.acquire().await.unwrap().execute(&kill, Args::new()).await.unwrap();
        assert_eq!(staka.as_system().notifications().unread_count(&user).await.unwrap(), 2);
        // The same at the start of a request or a transaction.
        let mut others = other.acquire().await.unwrap();
        for round in 0..3 {
            let id = staka.acquire().await.unwrap().id();
            others.execute(&Statement::fixed("test.kill", "", &[]).with_text(format!("KILL {id}")), Args::new()).await.unwrap();
            match round {
                0 => drop(staka.caller_of(&user).await.unwrap()),
                1 => drop(staka.ready().await.unwrap()),
                _ => staka.as_system().begin().await.unwrap().rollback().await.unwrap(),
            }
        }
    }

    async fn a_query_works_without_a_dropped_index(server: &Server) {
        let (_db, staka) = server.staka().await;
        let user = somebody(&staka, 3).await;
        let drop_index = Statement::fixed("test.drop", "DROP INDEX staka_notifications_unread ON notifications", &[]);
        staka.acquire().await.unwrap().execute(&drop_index, Args::new()).await.unwrap();
        let session = staka.as_system();
        let tx = session.begin().await.unwrap();
        assert_eq!(tx.notifications().mark_all_read(&user).await.unwrap(), 3);
        tx.commit().await.unwrap();
        assert_eq!(session.notifications().unread_count(&user).await.unwrap(), 0);
    }

    async fn every_statement_has_a_span_with_its_name(server: &Server) {
        use tracing_subscriber::fmt::format::FmtSpan;
        let (_db, staka) = server.staka().await;
        let lines = Arc::new(std::sync::Mutex::new(Vec::<u8>::new()));
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG)
            .with_span_events(FmtSpan::NEW)
            .with_writer(Arc::new(Lines(Arc::clone(&lines))))
            .finish();
        let guard = tracing::subscriber::set_default(subscriber);
        staka.as_system().tarifs().list_active().await.unwrap();
        drop(guard);
        let written = String::from_utf8(lines.lock().unwrap().clone()).unwrap();
        assert!(written.contains("staka.statement") && written.contains("tarifs.list_active"), "{written}");
    }

    async fn closing_waits_for_running_operations(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (begins, begun) = tokio::sync::oneshot::channel();
        let slow = tokio::spawn({
            let staka = staka.clone();
            async move {
                let mut conn = staka.acquire().await.unwrap();
                begins.send(()).unwrap();
                conn.one::<i64>(&Statement::fixed("test.sleep", "SELECT SLEEP(0.3) + 7", &[]), Args::new()).await
            }
        });
        begun.await.unwrap();
        staka.close().await;
        assert_eq!(slow.await.unwrap().unwrap(), 7, "it came to its end");
        assert_eq!(staka.pool().size(), (0, 0));
        let refused = staka.as_system().tarifs().list_active().await.unwrap_err();
        assert_eq!((refused.kind(), refused.operation()), (ErrorKind::Unavailable, Some("tarifs.list_active")));
    }

    async fn a_full_pool_says_when_to_come_back(server: &Server) {
        let db = server.database().await;
        let staka = db.builder().max_connections(1).acquire_timeout(Duration::from_millis(50)).connect().await.unwrap();
        let held = staka.acquire().await.unwrap();
        let refused = staka.acquire().await.err().unwrap();
        assert_eq!(refused.kind(), ErrorKind::Unavailable);
        assert!(refused.retry_after().is_some());
        drop(held);
        staka.acquire().await.unwrap();
    }

    async fn a_dropped_handle_neither_panics_nor_leaks(server: &Server) {
        let db = server.database().await;
        let url = db.socket_url.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let handle = || runtime.block_on(Staka::connect(&url)).unwrap();
            // Outside of the runtime; with a connection, a transaction and a cancelled statement; after the runtime's
            // end.
            drop(handle());
            let (one, two, three) = (handle(), handle(), handle());
            let held = runtime.block_on(one.acquire()).unwrap();
            drop(one);
            drop(held);
            let tx = runtime.block_on(two.as_system().begin()).unwrap();
            let mut busy = runtime.block_on(three.acquire()).unwrap();
            runtime.block_on(async {
                // Servers look whether a sleeping connection is still open every five seconds, so it sleeps for less.
                let sleep = Statement::fixed("test.sleep", "SELECT SLEEP(2)", &[]);
                tokio::time::timeout(Duration::from_millis(50), busy.execute(&sleep, Args::new())).await.unwrap_err();
            });
            drop(runtime);
            drop((tx, busy, two, three));
        })
        .join()
        .unwrap();
        // The server notices that the sockets are closed.
        let other = db.builder().connect().await.unwrap();
        let mut conn = other.acquire().await.unwrap();
        let owned = Statement::fixed("test.ours", "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID() AND command <> 'Query'", &[]);
        for _ in 0..100 {
            if conn.one::<i64>(&owned, Args::new()).await.unwrap() == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("connections are left behind");
    }

    async fn wrong_urls_fail_with_the_right_kind(server: &Server) {
        let db = server.database().await;
        for (url, kind) in [
            (format!("mysql://nobody:wrong@{}", db.url.rsplit('@').next().unwrap()), ErrorKind::Unavailable),
            (format!("{}_gone", db.url), ErrorKind::Unavailable),
            ("mysql://root@127.0.0.1:1/x".to_owned(), ErrorKind::Unavailable),
            ("mysql://h/d?sslaccept=maybe".to_owned(), ErrorKind::Invalid),
        ] {
            assert_eq!(Staka::connect(&url).await.err().unwrap().kind(), kind, "{url}");
        }
        let page = PageRequest::default().limit(0);
        let error = db.builder().connect().await.unwrap().as_system().commandes().list_with_invoices("u".parse::<UserId>().unwrap(), page).await.unwrap_err();
        assert_eq!((error.kind(), error.fields()[0].field.as_ref()), (ErrorKind::Invalid, "limit"));
    }
}
