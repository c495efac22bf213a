//! The table `staka_seed`: tells demo data from anybody else's, which is never touched.

use staka_macros::Record;

use super::options::{Scale, SeedOptions};
use super::tables::names;
use crate::base::{Args, Error, ErrorKind, Result, Timestamp};
use crate::db::{Conn, Statement};

static CREATE: Statement = Statement::fixed(
    "seed.marker.create",
    "CREATE TABLE IF NOT EXISTS `staka_seed` (\
       `id` TINYINT NOT NULL PRIMARY KEY, \
       `scale` VARCHAR(16) NOT NULL, \
       `seed` BIGINT UNSIGNED NOT NULL, \
       `anchor` DATETIME(3) NOT NULL, \
       `started_at` DATETIME(3) NOT NULL, \
       `finished_at` DATETIME(3) NULL\
     ) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
    &[],
);
static EXISTS: Statement = Statement::fixed(
    "seed.marker.exists",
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'staka_seed'",
    &[],
);
static LOOKUP: Statement = Statement::fixed(
    "seed.marker.lookup",
    "SELECT `scale`, `seed`, `anchor`, `finished_at` FROM `staka_seed` WHERE `id` = 1",
    &[],
);
static START: Statement = Statement::fixed(
    "seed.marker.start",
    "INSERT INTO `staka_seed` (`id`, `scale`, `seed`, `anchor`, `started_at`) VALUES (1, ?, ?, ?, UTC_TIMESTAMP(3))",
    &[],
);
static RESTART: Statement = Statement::fixed(
    "seed.marker.restart",
    "UPDATE `staka_seed` SET `scale` = ?, `seed` = ?, `anchor` = ?, `started_at` = UTC_TIMESTAMP(3), `finished_at` = NULL WHERE `id` = 1",
    &[],
);
static FINISH: Statement = Statement::fixed(
    "seed.marker.finish",
    "UPDATE `staka_seed` SET `finished_at` = UTC_TIMESTAMP(3) WHERE `id` = 1",
    &[],
);
static MAINTAINS: Statement = Statement::fixed(
    "seed.maintains",
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'staka_maintained'",
    &[],
);
static DISBELIEVE: Statement = Statement::fixed("seed.disbelieve", "DELETE FROM `staka_maintained`", &[]);
static KEYS_OFF: Statement = Statement::fixed("seed.keys_off", "SET SESSION foreign_key_checks = 0", &[]);
static KEYS_ON: Statement = Statement::fixed("seed.keys_on", "SET SESSION foreign_key_checks = 1", &[]);

/// An earlier seed of this database.
#[derive(Record)]
pub(super) struct Marker {
    scale: String,
    seed: u64,
    anchor: Timestamp,
    finished_at: Option<Timestamp>,
}

impl Marker {
    /// The whole seed that it tells of, if that came to its end.
    pub(super) fn finished(&self) -> Option<SeedOptions> {
        self.finished_at?;
        let scale: Scale = self.scale.parse().ok()?;
        Some(SeedOptions { scale, seed: self.seed, ..SeedOptions::new(self.anchor) })
    }

    /// The marker, if this database has one.
    pub(super) async fn find(conn: &mut Conn) -> Result<Option<Self>> {
        let tables: i64 = conn.one(&EXISTS, Args::new()).await?;
        if tables == 0 { Ok(None) } else { conn.optional(&LOOKUP, Args::new()).await }
    }

    /// Says that a seed has begun. `Conflict` when another one did so at the same time.
    pub(super) async fn start(conn: &mut Conn, options: &SeedOptions) -> Result<()> {
        conn.execute(&CREATE, Args::new()).await?;
        let values = Args::new().with(options.scale.to_string()).with(options.seed).with(options.anchor);
        conn.execute(&START, values).await.map(drop)
    }

    /// Says that another seed has begun in the place of the earlier one.
    pub(super) async fn restart(conn: &mut Conn, options: &SeedOptions) -> Result<()> {
        let values = Args::new().with(options.scale.to_string()).with(options.seed).with(options.anchor);
        conn.execute(&RESTART, values).await.map(drop)
    }

    /// Says that it came to its end.
    pub(super) async fn finish(conn: &mut Conn) -> Result<()> {
        conn.execute(&FINISH, Args::new()).await.map(drop)
    }
}

/// `Conflict` when a table holds a row: without a marker it is not ours.
pub(super) async fn must_be_empty(conn: &mut Conn) -> Result<()> {
    for table in names() {
        let any = format!("SELECT COUNT(*) FROM (SELECT 1 FROM `{table}` LIMIT 1) t");
        let rows: i64 = conn.one(&Statement::fixed("seed.any", "", &[]).with_text(any), Args::new()).await?;
        if rows > 0 {
            let message = format!("the table {table} holds rows that no seed made: only an empty database is seeded");
            return Err(Error::new(ErrorKind::Conflict, message));
        }
    }
    Ok(())
}

/// Says that the tables which triggers maintain are not true: what comes now goes past the triggers.
pub(super) async fn disbelieve(conn: &mut Conn) -> Result<()> {
    let tables: i64 = conn.one(&MAINTAINS, Args::new()).await?;
    if tables > 0 {
        conn.execute(&DISBELIEVE, Args::new()).await?;
    }
    Ok(())
}

/// Empties tables that an earlier seed filled, the children first.
pub(super) async fn empty(conn: &mut Conn, tables: &[&'static str]) -> Result<()> {
    conn.execute(&KEYS_OFF, Args::new()).await?;
    let emptied = truncate(conn, tables).await;
    conn.execute(&KEYS_ON, Args::new()).await?;
    emptied
}

async fn truncate(conn: &mut Conn, tables: &[&'static str]) -> Result<()> {
    for table in tables.iter().rev() {
        let text = format!("TRUNCATE TABLE `{table}`");
        conn.execute(&Statement::fixed("seed.empty", "", &[]).with_text(text), Args::new()).await?;
    }
    Ok(())
}

/// Lets the server count what is there, so that it plans with true numbers.
pub(super) async fn analyze(conn: &mut Conn, tables: &[&'static str]) -> Result<()> {
    for table in tables {
        let text = format!("ANALYZE TABLE `{table}`");
        conn.execute(&Statement::fixed("seed.analyze", "", &[]).with_text(text), Args::new()).await?;
    }
    Ok(())
}
