//! The databases. They are filled before their indexes are created, which is several times faster, and then indexed as
//! users have them (`guide_…`: exactly migration 0001) and as Staka does (`ours_…`: its migrator adopts the tables).

mod schema;

use std::time::Instant;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, OptsBuilder};
use staka_core::migrate::{MigrateOptions, Step};
use staka_core::{Config, ErrorKind, Migrator, Staka, Timestamp};
use staka_demo::{Scale, SeedOptions, seed, subjects};

use crate::Result;
use server::Server;

/// The time that counts as the present, so that the same rows are expired in every run.
pub(crate) const ANCHOR: &str = "2026-06-15T12:00:00.000Z";
/// A conversation that is added to the demo data: 650 messages of the heavy user, every third with a file.
pub(crate) const LONG_THREAD: &str = "thread_bench";
/// The marker that is written when a database is complete.
const READY: &str = "bench_ready";

/// The database with only the Prisma schema's indexes; none at the large scale, where only Staka is measured.
pub(crate) fn guide_of(scale: Scale) -> Option<String> {
    (scale != Scale::Large).then(|| format!("guide_{scale}"))
}

/// The database with the indexes of the Prisma schema and of Staka.
pub(crate) fn ours_of(scale: Scale) -> String {
    format!("ours_{scale}")
}

/// Creates the missing databases and migrates the existing ones.
pub(crate) async fn prepare(server: &Server, scale: Scale) -> Result {
    let owned = ours_of(scale);
    let begun = Instant::now();
    if !is_ready(server, &owned).await? {
        fill(server, scale, &owned).await?;
        if let Some(guide) = guide_of(scale) {
            copy(server, scale, &owned, &guide).await?;
            index(server, &guide).await?;
            mark(server, &guide).await?;
        }
        index(server, &owned).await?;
    }
    migrate(server, &owned).await?;
    mark(server, &owned).await?;
    eprintln!("==> scale {scale}: data ready after {:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}

pub(crate) async fn connect(server: &Server, database: &str) -> Result<Conn> {
    Ok(Conn::new(options(server, database)?).await?)
}

/// Opens a connection with an initial statement and a number of cached prepared statements.
pub(crate) async fn connect_with(server: &Server, database: &str, init: &str, kept: usize) -> Result<Conn> {
    Ok(Conn::new(options(server, database)?.init(vec![init]).stmt_cache_size(kept)).await?)
}

fn options(server: &Server, database: &str) -> Result<OptsBuilder> {
    let options = mysql_async::Opts::from_url(&server.url(database))?;
    // Otherwise it moves from TCP to the socket by itself.
    Ok(OptsBuilder::from_opts(options).prefer_socket(false))
}

async fn is_ready(server: &Server, database: &str) -> Result<bool> {
    let mut conn = connect(server, "").await?;
    let sql = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = ? AND table_name = ?";
    let found: Option<u64> = conn.exec_first(sql, (database, READY)).await?;
    conn.disconnect().await?;
    Ok(found == Some(1))
}

async fn mark(server: &Server, database: &str) -> Result {
    let mut conn = connect(server, database).await?;
    conn.query_drop(format!("CREATE TABLE IF NOT EXISTS {READY} (id INT PRIMARY KEY)")).await?;
    Ok(conn.disconnect().await?)
}

/// Creates the tables without indexes.
async fn create(server: &Server, scale: Scale, database: &str) -> Result<Conn> {
    let mut conn = connect(server, "").await?;
    conn.query_drop(format!("DROP DATABASE IF EXISTS {database}")).await?;
    conn.query_drop(format!("CREATE DATABASE {database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")).await?;
    conn.query_drop(format!("USE {database}")).await?;
    conn.query_drop("SET SESSION foreign_key_checks = 0, unique_checks = 0").await?;
    if scale == Scale::Large && conn.server_version() >= (10, 0, 0) {
        // MariaDB compresses pages to half their size on the disk, but not in memory. MySQL's version is below.
        conn.query_drop("SET SESSION innodb_compression_default = ON").await?;
    }
    for table in schema::guide().tables {
        conn.query_drop(table.create).await?;
    }
    Ok(conn)
}

async fn fill(server: &Server, scale: Scale, database: &str) -> Result {
    let mut conn = create(server, scale, database).await?;
    let anchor: Timestamp = ANCHOR.parse()?;
    let staka = Staka::connect(&format!("{}?ssl-mode=disabled", server.url(database))).await?;
    let options = SeedOptions { scale, ..SeedOptions::new(anchor) };
    let (begun, mut told) = (Instant::now(), "");
    let mut tell = |progress: &staka_demo::Progress| {
        if progress.table != told {
            told = progress.table;
            eprintln!("{:6.0} s  {database}: {} {}", begun.elapsed().as_secs_f64(), progress.total, progress.table);
        }
    };
    seed(staka.pool(), &options, &mut tell).await?;
    staka.close().await;
    long_thread(&mut conn).await?;
    Ok(conn.disconnect().await?)
}

async fn long_thread(conn: &mut Conn) -> Result {
    let sql = "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() \
               AND table_name = 'messages' AND column_name NOT IN ('id', 'conversationId', 'parentId')";
    let columns = conn.query::<String, _>(sql).await?.join(", ");
    let heavy = subjects().heavy;
    conn.query_drop(format!(
        "INSERT INTO messages (id, conversationId, {columns}) \
         SELECT CONCAT('bench-', LPAD(ROW_NUMBER() OVER (ORDER BY m.id) - 1, 4, '0')), '{LONG_THREAD}', {columns} \
         FROM messages m WHERE m.senderId = '{heavy}' OR m.receiverId = '{heavy}' ORDER BY m.id LIMIT 650"
    ))
    .await?;
    conn.query_drop(
        "INSERT INTO message_attachments (id, messageId, fileId) \
         SELECT m.id, m.id, (SELECT MIN(f.id) FROM files f) FROM messages m \
         WHERE m.id LIKE 'bench-%' AND MOD(SUBSTRING(m.id, 7), 3) = 0",
    )
    .await?;
    Ok(())
}

async fn copy(server: &Server, scale: Scale, from: &str, to: &str) -> Result {
    let mut conn = create(server, scale, to).await?;
    for table in schema::guide().tables {
        conn.query_drop(format!("INSERT INTO `{0}` SELECT * FROM {from}.`{0}`", table.name)).await?;
    }
    eprintln!("          {to}: copied");
    Ok(conn.disconnect().await?)
}

/// Runs the rest of migration 0001, and updates the statistics of the server's planner.
async fn index(server: &Server, database: &str) -> Result {
    let mut conn = connect(server, database).await?;
    let begun = Instant::now();
    conn.query_drop("SET SESSION foreign_key_checks = 0").await?;
    let schema = schema::guide();
    for table in &schema.tables {
        conn.query_drop(table.add_indexes()).await?;
        eprintln!("{:6.0} s  {database}: indexes of {}", begun.elapsed().as_secs_f64(), table.name);
    }
    for foreign_key in schema.foreign_keys {
        conn.query_drop(foreign_key).await?;
    }
    analyze(&mut conn).await?;
    Ok(conn.disconnect().await?)
}

async fn analyze(conn: &mut Conn) -> Result {
    for table in schema::guide().tables {
        conn.query_drop(format!("ANALYZE TABLE `{}`", table.name)).await?;
    }
    Ok(())
}

async fn migrate(server: &Server, database: &str) -> Result {
    let config = Config::from_url(&format!("{}?ssl-mode=disabled", server.url(database)))?;
    let mut migrator = Migrator::connect(&config).await?;
    let already_current = match migrate_with(&mut migrator, database).await {
        // The migrations have changed during development: their objects are dropped, except for slow ones (indexes).
        Err(error) if error.kind() == ErrorKind::Conflict => {
            eprintln!("          {database}: {}", error.message());
            forget(server, database).await?;
            migrate_with(&mut migrator, database).await?
        }
        outcome => outcome?,
    };
    if !already_current {
        let mut conn = connect(server, database).await?;
        analyze(&mut conn).await?;
        conn.disconnect().await?;
    }
    Ok(())
}

async fn migrate_with(migrator: &mut Migrator, database: &str) -> staka_core::Result<bool> {
    let (begun, mut told) = (Instant::now(), String::new());
    let mut tell = |step: &Step| {
        if step.name != told {
            told.clone_from(&step.name);
            eprintln!("{:6.0} s  {database}: {told}", begun.elapsed().as_secs_f64());
        }
    };
    Ok(migrator.migrate(&MigrateOptions::default(), &mut tell).await?.already_current)
}

/// Drops Staka's triggers and tables, including the migrator's records; the next run adopts the rest.
async fn forget(server: &Server, database: &str) -> Result {
    let mut conn = connect(server, database).await?;
    for (kind, names) in [
        (
            "TRIGGER",
            "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name",
        ),
        ("TABLE", "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name"),
    ] {
        for name in conn.query::<String, _>(format!("{names} LIKE 'staka\\_%'")).await? {
            if name != "staka_seed" {
                conn.query_drop(format!("DROP {kind} `{name}`")).await?;
            }
        }
    }
    Ok(conn.disconnect().await?)
}
