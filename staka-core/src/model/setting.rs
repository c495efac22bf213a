//! Tables about the database itself: settings, migrations and a lock.

use staka_macros::{Record, table};

use crate::base::{Timestamp, string_enum, string_enum_column};

string_enum! {
    /// State of a migration, as the migrator records it.
    pub enum RecordedMigrationState {
        /// It was begun, and did not end yet.
        Started = "started",
        /// It was applied.
        Applied = "applied",
        /// The tables existed, and were adopted.
        Adopted = "adopted",
    }
}

string_enum_column!(RecordedMigrationState);

/// A setting of the database.
#[table("staka_settings", owned)]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Setting {
    /// Name of the setting.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private, chars = 64)]
    pub name: String,
    /// Its value.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private, chars = 191)]
    pub value: String,
    /// Time of the last change, UTC.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private)]
    pub updated_at: Timestamp,
}

/// The row that a transaction locks before it gives a tarif a name.
#[table("staka_tarifs_lock", owned)]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct TarifsLock {
    /// Name of the lock.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private, chars = 64)]
    pub name: String,
}

/// A migration, as the migrator records it.
#[table("staka_migrations", owned)]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct RecordedMigration {
    /// Version of the migration.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private)]
    pub version: i64,
    /// Its name.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private, chars = 191)]
    pub name: String,
    /// SHA-256 of its file, in hexadecimal digits.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private, chars = 64)]
    pub checksum: String,
    /// State of the migration.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private)]
    pub state: RecordedMigrationState,
    /// Time when it was started, UTC.
    #[column(name = "started_at", purpose = Record, keep = Content, erase = Keep, see = Internal, private)]
    pub started_at: Timestamp,
    /// Time when it was finished, UTC; none before.
    #[column(name = "finished_at", purpose = Record, keep = Content, erase = Keep, see = Internal, private)]
    pub finished_at: Option<Timestamp>,
    /// Version of Staka that ran it.
    #[column(name = "staka_version", purpose = Record, keep = Content, erase = Keep, see = Internal, private, chars = 50)]
    pub staka_version: String,
}
