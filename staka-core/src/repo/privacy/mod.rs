//! What the tables hold about a person: found, read and erased by the declarations alone. No statement here names a
//! column of its own accord, and a table that this database does not have is skipped.
//!
//! Rows are found table by table, through the rows of the tables they depend on, and written by their keys. No
//! statement joins two tables, because their collations may differ in an adopted database.

mod erase;
mod mentions;
mod retention;
mod schema;
mod search;
mod survey;

pub use erase::{Erased, apply, stored};
pub use mentions::{
    AuditMention, NotificationMention, audit_entries, delete_notifications, notifications_to_others,
    pseudonymise_actor, rewrite_entry, rewrite_notification,
};
pub use retention::{Purged, due, purge, rule, rules};
pub use schema::{Kind, Schema, SchemaColumn, schema};
pub use search::{Hit, search};
pub use survey::{Located, Person, PersonRow, addresses, read, survey};

use crate::db::Statement;

/// The statements whose text does not depend on the declarations.
pub(super) fn statements() -> Vec<&'static Statement> {
    [mentions::statements(), survey::statements()].concat()
}
