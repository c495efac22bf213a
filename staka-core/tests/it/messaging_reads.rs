//! A page of messages reads as many rows in a database with ten times as many of them.

use std::fmt::Write as _;

use staka_core::PageRequest;
use staka_core::base::Args;
use staka_core::db::{Conn, ServerKind, Statement};
use staka_core::model::UserId;
use staka_core::repo::claims;
use staka_core::repo::messages::{self, Correspondent, Viewer};

use crate::counters_support::users;
use crate::migrate_support::script;
use crate::support::{Server, TestDb, on_both};

/// Returns how many rows this connection has read so far.
async fn rows_read(conn: &mut Conn) -> u64 {
    static MARIADB: Statement = Statement::fixed(
        "test",
        "SELECT CAST(SUM(VARIABLE_VALUE) AS SIGNED) FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME LIKE 'Handler_read%'",
        &[],
    );
    static MYSQL: Statement = Statement::fixed(
        "test",
        "SELECT CAST(SUM(VARIABLE_VALUE) AS SIGNED) FROM performance_schema.session_status WHERE VARIABLE_NAME LIKE 'Handler_read%'",
        &[],
    );
    let statement = if conn.server().kind == ServerKind::MariaDb { &MARIADB } else { &MYSQL };
    conn.one::<i64>(statement, Args::new()).await.unwrap().unsigned_abs()
}

/// Inserts `correspondents` users and as many visitors who each exchange three messages with the administrator, a
/// conversation of `long` messages, 20 conversations of `long` / 20 messages, and as many claims as correspondents.
async fn fill(db: &TestDb, correspondents: u32, long: u32) {
    let mut conn = db.connect().await;
    users(&mut conn, &["admin", "one", "many"]).await;
    script(&mut conn, "UPDATE `users` SET `role` = 'ADMIN' WHERE `id` = 'admin'").await;
    let (mut people, mut rows, mut claims) = (String::new(), String::new(), String::new());
    let row = |rows: &mut String, n: u32, talk: &str, client: &str, email: &str| {
        let (from, to) = if n % 3 == 2 { ("'admin'", client) } else { (client, "'admin'") };
        let id = rows.len();
        let minutes = n * 7 + u32::try_from(id % 97).unwrap();
        let comma = if rows.is_empty() { "" } else { ", " };
        write!(
            rows,
            "{comma}('m{id}', '{talk}', {from}, {to}, {email}, 'x', {}, '2026-01-01' + INTERVAL {minutes} MINUTE, '2026-01-01')",
            n % 2
        )
        .unwrap();
    };
    for k in 0..correspondents {
        let comma = if k == 0 { "" } else { ", " };
        write!(people, "{comma}('u{k}', 'p', 'n', 'u{k}@exemple.fr', 'x', '2026-01-01')").unwrap();
        write!(claims, "{comma}('c{k}', 'v{k}@visite.fr', 'u{k}', '2026-01-01' + INTERVAL {k} MINUTE)").unwrap();
        for n in 0..3 {
            row(&mut rows, k + n, &format!("tu{k}"), &format!("'u{k}'"), "NULL");
            row(&mut rows, k + n, &format!("tv{k}"), "NULL", &format!("'v{k}@visite.fr'"));
        }
    }
    for n in 0..long {
        row(&mut rows, n, "long", "'one'", "NULL");
        row(&mut rows, n, &format!("part{}", n % 20), "'many'", "NULL");
    }
    script(
        &mut conn,
        &format!("INSERT INTO `users` (`id`, `prenom`, `nom`, `email`, `password`, `updatedAt`) VALUES {people}"),
    )
    .await;
    script(
        &mut conn,
        &format!(
            "INSERT INTO `messages` (`id`, `conversationId`, `senderId`, `receiverId`, `visitorEmail`, `content`, `isRead`, `createdAt`, `updatedAt`) \
             VALUES {rows}"
        ),
    )
    .await;
    script(
        &mut conn,
        &format!("INSERT INTO `staka_claims` (`id`, `visitorEmail`, `userId`, `claimedAt`) VALUES {claims}"),
    )
    .await;
    script(&mut conn, "ANALYZE TABLE `messages`, `staka_correspondents`, `staka_conversations`, `staka_claims`").await;
}

/// Returns the names of the pages and the rows read for each.
async fn costs(server: &'static Server, correspondents: u32, long: u32) -> Vec<(&'static str, u64)> {
    let (db, staka) = server.staka().await;
    fill(&db, correspondents, long).await;
    let mut conn = staka.acquire().await.unwrap();
    let admin: UserId = "admin".parse().unwrap();
    let of = |id: &str| Correspondent::User(id.parse().unwrap());
    let page = || PageRequest::of(20);
    rows_read(&mut conn).await;
    let before = rows_read(&mut conn).await;
    // What the question itself reads.
    let own = rows_read(&mut conn).await - before;
    let mut costs = Vec::new();
    macro_rules! measure {
        ($name:literal, $rows:expr, $call:expr) => {{
            let before = rows_read(&mut conn).await;
            let listing = $call.await.unwrap();
            costs.push(($name, rows_read(&mut conn).await - before - own));
            assert_eq!(listing.items.len(), $rows, $name);
            listing
        }};
    }
    for (all, next, unread_only) in [("inbox", "inbox, after", false), ("inbox, unread", "inbox, unread, after", true)]
    {
        let before = rows_read(&mut conn).await;
        let first = messages::list_inbox(&mut conn, &admin, unread_only, &page()).await.unwrap();
        costs.push((all, rows_read(&mut conn).await - before - own));
        let before = rows_read(&mut conn).await;
        let after = page().after(first.next.unwrap());
        let second = messages::list_inbox(&mut conn, &admin, unread_only, &after).await.unwrap();
        costs.push((next, rows_read(&mut conn).await - before - own));
        assert_eq!((first.items.len(), second.items.len()), (20, 20));
    }
    let one = of("one");
    let first = measure!("thread", 20, messages::list_thread(&mut conn, &admin, &one, Viewer::Nobody, &page()));
    let after = page().after(first.next.unwrap());
    measure!("thread, after", 20, messages::list_thread(&mut conn, &admin, &one, Viewer::Nobody, &after));
    measure!("claims", 20, claims::list(&mut conn, &page()));
    // It has more conversations than are read one by one: the test shows that the pages are right, not what they cost.
    let (mut seen, mut page) = (Vec::new(), PageRequest::of(50));
    loop {
        let listing = messages::list_thread(&mut conn, &admin, &of("many"), Viewer::Nobody, &page).await.unwrap();
        seen.extend(listing.items.into_iter().map(|item| (item.message.created_at, item.message.id)));
        let Some(next) = listing.next else { break };
        page = PageRequest::of(50).after(next);
    }
    assert_eq!(seen.len(), long as usize);
    assert!(seen.is_sorted());
    costs
}

on_both! {
    async fn pages_cost_as_much_among_ten_times_as_many_messages(server: &Server) {
        let small = costs(server, 60, 120).await;
        let large = costs(server, 600, 1_200).await;
        println!("{}: {small:?}, {large:?}", server.engine.title());
        for ((name, few), (_, many)) in small.into_iter().zip(large) {
            assert!(many * 2 < few * 3, "{name}: {few} rows read, then {many}");
            assert!(many <= 20 * 25, "{name}: {many} rows read for 20");
        }
    }
}
