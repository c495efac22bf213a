//! The migration history in `staka_migrations`, and the lock that allows one migrator at a time.

use std::time::{Duration, Instant};

use sqlx::MySqlConnection;

use super::files::Migration;
use super::report::{MigrationState, Progress};
use crate::base::{Error, ErrorKind, Result, Timestamp, fnv1a};
use crate::db::error::from_sqlx;

/// The history's table.
pub(super) const TABLE: &str = "staka_migrations";

/// Creates the table. An adopted baseline has the state `adopted` from the start, so that a killed run is recognised; a
/// baseline that Staka creates is `started` until it is `applied`.
pub(super) const CREATE: &str = "CREATE TABLE `staka_migrations` (
    `version` INTEGER NOT NULL,
    `name` VARCHAR(191) NOT NULL,
    `checksum` VARCHAR(64) NOT NULL,
    `state` ENUM('started', 'applied', 'adopted') NOT NULL,
    `started_at` DATETIME(3) NOT NULL,
    `finished_at` DATETIME(3) NULL,
    `staka_version` VARCHAR(50) NOT NULL,
    PRIMARY KEY (`version`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci";

/// A recorded migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) version: u32,
    pub(super) name: String,
    pub(super) checksum: String,
    pub(super) progress: Progress,
    pub(super) started_at: Timestamp,
    pub(super) finished_at: Option<Timestamp>,
    pub(super) staka_version: String,
}

impl Entry {
    pub(super) fn is_finished(&self) -> bool {
        self.finished_at.is_some()
    }

    pub(super) fn state(&self, changed: bool) -> MigrationState {
        MigrationState {
            version: self.version,
            name: self.name.clone(),
            state: self.progress,
            changed,
            started_at: Some(self.started_at),
            finished_at: self.finished_at,
            staka_version: Some(self.staka_version.clone()),
        }
    }
}

type Row = (i64, String, String, String, Timestamp, Option<Timestamp>, String);

/// Reads the history; its table must exist.
pub(super) async fn entries(conn: &mut MySqlConnection) -> Result<Vec<Entry>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT CAST(`version` AS SIGNED), `name`, `checksum`, CAST(`state` AS CHAR), `started_at`, `finished_at`, \
         `staka_version` FROM `staka_migrations` ORDER BY `version`",
    )
    .fetch_all(conn)
    .await
    .map_err(from_sqlx)?;
    let read = rows.into_iter().map(|(version, name, checksum, state, started_at, finished_at, staka_version)| {
        let version = u32::try_from(version).map_err(|source| {
            let message = format!("`{TABLE}`.`version` is {version}, which is not a valid version");
            Error::new(ErrorKind::CorruptRow, message).with_source(source)
        })?;
        let progress = match (state.as_str(), finished_at) {
            ("adopted", _) => Progress::Adopted,
            (_, Some(_)) => Progress::Applied,
            (_, None) => Progress::Started,
        };
        Ok(Entry { version, name, checksum, progress, started_at, finished_at, staka_version })
    });
    read.collect()
}

/// Returns the statement that records the start of a migration, with the state `started` or `adopted`.
pub(super) fn begin(migration: &Migration, known: bool, progress: Progress) -> String {
    record(migration, known, if progress == Progress::Adopted { "adopted" } else { "started" }, "NULL")
}

/// Returns the statement that records the end of a migration.
pub(super) fn finish(migration: &Migration, known: bool, progress: Progress) -> String {
    let state = if progress == Progress::Adopted { "adopted" } else { "applied" };
    if known {
        let version = migration.version;
        return format!(
            "UPDATE `{TABLE}` SET `state` = '{state}', `finished_at` = UTC_TIMESTAMP(3) WHERE `version` = {version}"
        );
    }
    record(migration, false, state, "UTC_TIMESTAMP(3)")
}

// Names, checksums and versions are constants of the library, so they are part of the text that the plan shows.
fn record(migration: &Migration, known: bool, state: &str, finished_at: &str) -> String {
    let Migration { version, name, checksum, .. } = migration;
    let staka = env!("CARGO_PKG_VERSION");
    if known {
        return format!(
            "UPDATE `{TABLE}` SET `state` = '{state}', `started_at` = UTC_TIMESTAMP(3), \
             `finished_at` = {finished_at}, `staka_version` = '{staka}' WHERE `version` = {version}"
        );
    }
    format!(
        "INSERT INTO `{TABLE}` (`version`, `name`, `checksum`, `state`, `started_at`, `finished_at`, `staka_version`) \
         VALUES ({version}, '{name}', '{checksum}', '{state}', UTC_TIMESTAMP(3), {finished_at}, '{staka}')"
    )
}

/// Returns the lock's name. Locks are global to the server and their names have at most 64 characters, so the name
/// contains a hash of the database's name, in lower case because some servers accept either case.
pub(super) fn lock_name(database: &str) -> String {
    format!("staka_migrate_{:016x}", fnv1a(database.to_lowercase().as_bytes()))
}

/// Waits for the lock one second at a time, so that no statement timeout of the session ends the wait.
pub(super) async fn lock(conn: &mut MySqlConnection, name: &str, wait: Duration) -> Result<()> {
    let deadline = Instant::now() + wait;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let turn = i64::from(!left.is_zero());
        let taken: Option<i64> = sqlx::query_scalar("SELECT CAST(GET_LOCK(?, ?) AS SIGNED)")
            .bind(name)
            .bind(turn)
            .fetch_one(&mut *conn)
            .await
            .map_err(from_sqlx)?;
        if taken == Some(1) {
            return Ok(());
        }
        if left.is_zero() {
            let message = format!("another migration of this database is still running after {} s", wait.as_secs());
            return Err(Error::new(ErrorKind::Contention, message).with_retry_after(Duration::from_secs(5)));
        }
    }
}

/// Releases the lock. If the connection was lost, the server has done so already.
pub(super) async fn unlock(conn: &mut MySqlConnection, name: &str) {
    let freed = sqlx::query("DO RELEASE_LOCK(?)").bind(name).execute(conn).await;
    if let Err(error) = freed {
        tracing::debug!(%error, "the migration lock was released with its connection");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_names_are_short_and_differ() {
        let long = "d".repeat(64);
        assert!(lock_name(&long).len() <= 64);
        assert_ne!(lock_name("a"), lock_name("b"));
    }
}
