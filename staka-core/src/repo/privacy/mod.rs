//! What the tables hold about a person: found, read and erased by the declarations alone. No statement here names a
//! column of its own accord, and a table that this database does not have is skipped.
//!
//! Rows are found by one statement for each table, through the tables they depend on, and written by their keys. Where
//! two tables are joined, the collation is named, because it may differ between tables of an adopted database.

mod erase;
mod mentions;
mod paths;
mod retention;
mod schema;
mod search;
mod survey;

pub use erase::{Erased, apply};
pub use mentions::{
    AuditMention, NotificationMention, address_since, audit_entries, delete_notifications, entries_by_id,
    notifications_by_id, notifications_within, pseudonymise_actor, rewrite_entries, rewrite_notifications,
};
pub use paths::Rows;
pub use retention::{Purged, due, purge, rule, rules};
pub use schema::{Kind, Schema, SchemaColumn, schema};
pub use search::{Hit, search};
pub use survey::{
    Located, Person, PersonRow, Tally, addresses, locate, locate_among, own_texts, read, tables_here, tally,
};

use crate::db::Statement;

/// The statements whose text does not depend on the declarations.
pub(super) fn statements() -> Vec<&'static Statement> {
    [mentions::statements(), survey::statements()].concat()
}
