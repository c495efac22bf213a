//! What the tables hold about a person, found, read and erased by the declarations alone: no statement here names a
//! column of its own accord, and a table that this database does not have is passed over.
//!
//! Rows are found table by table, each over the rows of those that it hangs on, and written by their keys: no statement
//! joins two tables, whose collations may differ in a database that was adopted.

mod erase;
mod mentions;
mod retention;
mod schema;
mod search;
mod survey;

pub use erase::{Done, apply, stored};
pub use mentions::{
    AuditMention, NoticeMention, audit_entries, notices_to_others, pseudonymise_actor, remove_notices, rewrite_entry,
    rewrite_notice,
};
pub use retention::{Purged, Rule, due, purge, rule, rules};
pub use schema::{Kind, Schema, SchemaColumn, schema};
pub use search::{Hit, search};
pub use survey::{Located, Person, Spot, addresses, survey};
pub use survey::{Texts, read};

use crate::db::Statement;

/// Those whose text the declarations do not decide.
pub(super) fn statements() -> Vec<&'static Statement> {
    [mentions::statements(), survey::statements()].concat()
}
