//! The table `staka_seed`, which marks demo data. Other data is never touched.

use staka_core::base::{Args, Reader, Record};
use staka_core::db::{Conn, Statement};
use staka_core::{Error, ErrorKind, Result, Timestamp};

use crate::options::{Scale, SeedOptions};
use crate::tables::names;

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
static HAS_COUNTERS: Statement = Statement::fixed(
    "seed.has_counters",
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'staka_counter_status'",
    &[],
);
static MARK_UNFILLED: Statement = Statement::fixed("seed.mark_unfilled", "DELETE FROM `staka_counter_status`", &[]);
static KEYS_OFF: Statement = Statement::fixed("seed.keys_off", "SET SESSION foreign_key_checks = 0", &[]);
static KEYS_ON: Statement = Statement::fixed("seed.keys_on", "SET SESSION foreign_key_checks = 1", &[]);

/// The record of an earlier seed of this database.
pub(crate) struct Marker {
    scale: String,
    seed: u64,
    anchor: Timestamp,
    finished_at: Option<Timestamp>,
}

impl Record for Marker {
    const WIDTH: usize = 4;

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let (scale, seed) = (reader.column()?, reader.column()?);
        Ok(Self { scale, seed, anchor: reader.column()?, finished_at: reader.column()? })
    }
}

impl Marker {
    /// Returns the options of the seed, if it was completed.
    pub(crate) fn finished(&self) -> Option<SeedOptions> {
        self.finished_at?;
        let scale: Scale = self.scale.parse().ok()?;
        Some(SeedOptions { scale, seed: self.seed, ..SeedOptions::new(self.anchor) })
    }

    /// Returns the marker, if this database has one.
    pub(crate) async fn find(conn: &mut Conn) -> Result<Option<Self>> {
        let tables: i64 = conn.one(&EXISTS, Args::new()).await?;
        if tables == 0 { Ok(None) } else { conn.optional(&LOOKUP, Args::new()).await }
    }

    /// Records the start of a seed. Fails with `Conflict` if another one started at the same time.
    pub(crate) async fn start(conn: &mut Conn, options: &SeedOptions) -> Result<()> {
        conn.execute(&CREATE, Args::new()).await?;
        let values = Args::new().with(options.scale.to_string()).with(options.seed).with(options.anchor);
        conn.execute(&START, values).await.map(drop)
    }

    /// Records the start of a seed that replaces an earlier one.
    pub(crate) async fn restart(conn: &mut Conn, options: &SeedOptions) -> Result<()> {
        let values = Args::new().with(options.scale.to_string()).with(options.seed).with(options.anchor);
        conn.execute(&RESTART, values).await.map(drop)
    }

    /// Records the end of the seed.
    pub(crate) async fn finish(conn: &mut Conn) -> Result<()> {
        conn.execute(&FINISH, Args::new()).await.map(drop)
    }
}

/// Fails with `Conflict` if a table has rows, which without a marker are not demo data.
pub(crate) async fn must_be_empty(conn: &mut Conn) -> Result<()> {
    for table in names() {
        let any = format!("SELECT COUNT(*) FROM (SELECT 1 FROM `{table}` LIMIT 1) t");
        let rows: i64 = conn.one(&Statement::fixed("seed.any", "", &[]).with_text(any), Args::new()).await?;
        if rows > 0 {
            let message =
                format!("the table {table} contains rows that are not demo data: only an empty database can be seeded");
            return Err(Error::new(ErrorKind::Conflict, message));
        }
    }
    Ok(())
}

/// Marks the counter tables as unfilled, because the seed writes without their triggers.
pub(crate) async fn mark_counters_unfilled(conn: &mut Conn) -> Result<()> {
    let tables: i64 = conn.one(&HAS_COUNTERS, Args::new()).await?;
    if tables > 0 {
        conn.execute(&MARK_UNFILLED, Args::new()).await?;
    }
    Ok(())
}

/// Empties tables that an earlier seed filled, referring tables first.
pub(crate) async fn empty(conn: &mut Conn, tables: &[&'static str]) -> Result<()> {
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

/// Updates the server's statistics, so that query plans are based on the actual data.
pub(crate) async fn analyze(conn: &mut Conn, tables: &[&'static str]) -> Result<()> {
    for table in tables {
        let text = format!("ANALYZE TABLE `{table}`");
        conn.execute(&Statement::fixed("seed.analyze", "", &[]).with_text(text), Args::new()).await?;
    }
    Ok(())
}
