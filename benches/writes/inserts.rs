//! The same rows with an index or a trigger, and without.

use std::time::Instant;

use sqlx::{AssertSqlSafe, MySqlConnection, Row};

use crate::bed::{Bed, run};
use crate::figures::{cell, median};

/// Rows of one measurement.
const ROWS: usize = 2_000;
/// Pairs of measurements; one in a smoke test.
const PAIRS: usize = 15;

/// The tables with indexes that Staka adds.
const TABLES: [&str; 9] =
    ["notifications", "messages", "commandes", "audit_logs", "users", "payment_methods", "pages", "faqs", "tarifs"];
/// Unique columns besides the id.
const UNIQUE: [(&str, &str); 3] = [("users", "email"), ("payment_methods", "stripePaymentMethodId"), ("pages", "slug")];

pub(crate) async fn indexes(bed: &Bed) -> String {
    let mut conn = bed.connect().await;
    let mut out = String::from("| index | on | µs an inserted row | of the insert |\n| --- | --- | --- | --- |\n");
    for table in TABLES {
        copy(&mut conn, table).await;
        for (index, create) in owned(&mut conn, table).await.into_iter().take(bed.times(usize::MAX)) {
            let drop = format!("DROP INDEX `{index}` ON `{table}`");
            let (mut costs, mut wholes) = (Vec::new(), Vec::new());
            for _ in 0..bed.times(PAIRS) {
                let with = insert(&mut conn, table).await;
                run(&mut conn, drop.clone()).await;
                let without = insert(&mut conn, table).await;
                run(&mut conn, create.clone()).await;
                costs.push(with - without);
                wholes.push(with);
            }
            let share = median(&costs).0 / median(&wholes).0 * 100.0;
            out.push_str(&format!("| `{index}` | `{table}` | {} | {share:.0} % |\n", cell(median(&costs))));
        }
    }
    out
}

/// Measures triggers with and without the session variable that disables them.
pub(crate) async fn triggers(bed: &Bed) -> String {
    let mut conn = bed.connect().await;
    let pairs = bed.times(PAIRS);
    let mut out = String::from("| what | µs a row | of the statement |\n| --- | --- | --- |\n");
    for table in ["notifications", "messages", "users"] {
        copy(&mut conn, table).await;
        let costs = paired(&mut conn, pairs, async |conn: &mut MySqlConnection| insert(conn, table).await).await;
        out.push_str(&format!("| inserting into `{table}` | {costs} |\n"));
    }
    let read = "UPDATE notifications SET isRead = NOT isRead WHERE id IN (SELECT id FROM copy_of_notifications)";
    let costs =
        paired(&mut conn, pairs, async |conn: &mut MySqlConnection| timed(conn, "notifications", read).await).await;
    out.push_str(&format!("| marking `notifications` as read, or unread | {costs} |\n"));
    let read = "UPDATE messages SET isRead = NOT isRead WHERE id IN (SELECT id FROM copy_of_messages)";
    let costs = paired(&mut conn, pairs, async |conn: &mut MySqlConnection| timed(conn, "messages", read).await).await;
    out.push_str(&format!("| marking `messages` as read, or unread | {costs} |\n"));
    out
}

async fn paired(
    conn: &mut MySqlConnection,
    pairs: usize,
    measure: impl AsyncFn(&mut MySqlConnection) -> f64,
) -> String {
    let (mut costs, mut wholes) = (Vec::new(), Vec::new());
    for _ in 0..pairs {
        run(conn, "SET @staka_counters_off = NULL").await;
        let with = measure(conn).await;
        run(conn, "SET @staka_counters_off = 1").await;
        let without = measure(conn).await;
        costs.push(with - without);
        wholes.push(with);
    }
    run(conn, "SET @staka_counters_off = NULL").await;
    let share = median(&costs).0 / median(&wholes).0 * 100.0;
    format!("{} | {share:.0} %", cell(median(&costs)))
}

/// Returns rows of all ages with new ids.
async fn copy(conn: &mut MySqlConnection, table: &str) {
    run(conn, format!("DROP TEMPORARY TABLE IF EXISTS copy_of_{table}, new_{table}")).await;
    // Chosen once, so that every measurement writes the same rows.
    run(conn, format!("CREATE TEMPORARY TABLE copy_of_{table} (PRIMARY KEY (id)) AS SELECT * FROM {table} ORDER BY SHA2(id, 256) LIMIT {ROWS}")).await;
    run(conn, format!("CREATE TEMPORARY TABLE new_{table} (PRIMARY KEY (id)) AS SELECT * FROM copy_of_{table}")).await;
    run(conn, format!("UPDATE new_{table} SET id = CONCAT('w', SUBSTRING(id, 2))")).await;
    for (_, column) in UNIQUE.iter().filter(|(of, _)| *of == table) {
        run(conn, format!("UPDATE new_{table} SET {column} = CONCAT('w', {column})")).await;
    }
    if table == "messages" {
        // New messages are unread and no replies.
        run(conn, "UPDATE new_messages SET parentId = NULL, isRead = FALSE").await;
    }
    if table == "notifications" {
        run(conn, "UPDATE new_notifications SET isRead = FALSE, isDeleted = FALSE").await;
    }
}

async fn insert(conn: &mut MySqlConnection, table: &str) -> f64 {
    timed(conn, table, &format!("INSERT INTO {table} SELECT * FROM new_{table}")).await
}

/// Returns the microseconds for each row of one statement, which is rolled back.
async fn timed(conn: &mut MySqlConnection, table: &str, sql: &str) -> f64 {
    let rows = sqlx::query(AssertSqlSafe(format!("SELECT COUNT(*) FROM copy_of_{table}"))).fetch_one(&mut *conn).await;
    let rows: i64 = rows.expect("it was made").get(0);
    run(conn, "START TRANSACTION").await;
    let begun = Instant::now();
    run(conn, sql).await;
    let took = begun.elapsed();
    run(conn, "ROLLBACK").await;
    took.as_secs_f64() * 1e6 / rows as f64
}

/// Returns Staka's indexes of a table, with the statement that creates each.
async fn owned(conn: &mut MySqlConnection, table: &str) -> Vec<(String, String)> {
    let sql = format!(
        "SELECT CAST(INDEX_NAME AS CHAR), CAST(GROUP_CONCAT(CONCAT('`', COLUMN_NAME, '`', IF(COLLATION = 'D', ' DESC', '')) \
           ORDER BY SEQ_IN_INDEX) AS CHAR) FROM information_schema.STATISTICS \
         WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '{table}' AND INDEX_NAME LIKE 'staka\\_%' GROUP BY INDEX_NAME ORDER BY 1"
    );
    let rows: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(conn).await.expect("a catalogue");
    rows.into_iter()
        .map(|(name, columns)| (name.clone(), format!("CREATE INDEX `{name}` ON `{table}` ({columns})")))
        .collect()
}
