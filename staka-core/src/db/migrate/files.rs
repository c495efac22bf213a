//! The list of migration files, which are embedded in the library.

use std::sync::LazyLock;

use super::parse::parse;
use super::schema::{Creates, ForeignKey, Table};
use super::syntax::{head_comment, statements};
use crate::base::fnv1a;

macro_rules! files {
    ($($stem:literal),+ $(,)?) => {
        const FILES: &[(&str, &str)] = &[$(($stem, include_str!(concat!("../../../migrations/", $stem, ".sql")))),+];
    };
}

// In the order in which they are applied; a file's version is its position in this list, from 1.
files![
    "0001_prisma_schema",
    "0002_staka_notifications_unread",
    "0003_staka_notifications_inbox",
    "0004_staka_commandes_recent",
    "0005_staka_commandes_period",
    "0006_staka_users_role",
    "0007_staka_audit_logs_severity",
    "0008_staka_messages_sent",
    "0009_staka_messages_received",
    "0010_staka_messages_thread",
    "0011_staka_messages_period",
    "0012_staka_pages_published",
    "0013_staka_faqs_visible",
    "0014_staka_tarifs_active",
    "0015_staka_payment_methods_active",
    "0016_staka_counter_status",
    "0017_staka_notification_counts",
    "0018_staka_notifications_insert",
    "0019_staka_notifications_update",
    "0020_staka_notifications_delete",
    "0021_staka_conversations",
    "0022_staka_messages_insert",
    "0023_staka_messages_update",
    "0024_staka_messages_delete",
    "0025_staka_users_messages",
    "0026_staka_user_counts",
    "0027_staka_users_insert",
    "0028_staka_users_update",
    "0029_staka_users_delete",
    "0030_staka_notifications_expiry",
    "0031_staka_users_replaced",
    "0032_staka_settings",
    "0033_staka_users_recent",
    "0034_staka_correspondents",
    "0035_staka_correspondents_renamed",
    "0036_staka_claims",
    "0037_staka_claimed_messages",
    "0038_staka_consultation_slots",
    "0039_staka_consultation_bookings",
    "0040_staka_notification_keys",
    "0041_staka_audit_logs_target",
    "0042_staka_commandes_statut",
    "0043_staka_commandes_session",
    "0044_staka_files_commande",
    "0045_staka_files_uploaded",
    "0046_staka_tarifs_lock",
    "0047_staka_tarifs_nom",
    "0048_staka_tarifs_public",
    "0049_staka_pages_visible",
    "0050_staka_faqs_public",
    "0051_staka_billing_settings",
    "0052_staka_invoice_series",
    "0053_staka_invoice_skips",
    "0054_staka_billing_documents",
    "0055_staka_invoice_transitions",
    "0056_staka_invoices_due",
    "0057_staka_invoices_issued",
    "0058_staka_checkouts",
    "0059_staka_payments",
    "0060_staka_payment_events",
    "0061_staka_ticket_events",
    "0062_staka_ticket_sla_targets",
    "0063_staka_tickets_queue",
    "0064_staka_erasures",
    "0065_staka_commandes_finished",
    "0066_staka_commandes_outcome",
    "0067_staka_users_period",
    "0068_staka_tickets_load",
    "0069_staka_tickets_resolved",
    "0070_staka_message_hours",
    "0071_staka_message_hours_insert",
    "0072_staka_message_hours_update",
    "0073_staka_message_hours_delete",
    "0074_staka_message_hours_users",
    "0075_staka_message_hours_replaced",
    "0076_staka_correspondents_insert",
    "0077_staka_correspondents_update",
    "0078_staka_correspondents_delete",
    "0079_staka_correspondents_users",
    "0080_staka_correspondents_replaced",
    "0081_staka_notifications_user_expiry",
];

/// The version of the file that contains Prisma's schema.
pub(super) const BASELINE: u32 = 1;

/// A statement of a file, and what it creates.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) creates: Creates,
}

/// A migration file.
#[derive(Clone, Debug)]
pub(super) struct Migration {
    pub(super) version: u32,
    pub(super) name: &'static str,
    /// The query that it serves: the comment at its head.
    pub(super) reason: String,
    /// The checksum of the statements without comments, so that rewording a comment does not change it.
    pub(super) checksum: String,
    pub(super) statements: Vec<Statement>,
}

/// Returns all migrations in order. Statements that cannot be parsed are left out; the test
/// `every_file_can_be_parsed` finds them.
pub(super) fn migrations() -> &'static [Migration] {
    static READ: LazyLock<Vec<Migration>> =
        LazyLock::new(|| (1..).zip(FILES).map(|(version, (stem, text))| read(version, stem, text)).collect());
    &READ
}

/// Returns the tables of the Prisma schema in the order in which they are created.
pub(super) fn prisma_tables() -> impl Iterator<Item = &'static Table> {
    prisma_statements().filter_map(|statement| match &statement.creates {
        Creates::Table(table) => Some(table),
        _ => None,
    })
}

/// Returns the foreign keys of the Prisma schema.
pub(super) fn prisma_foreign_keys() -> impl Iterator<Item = &'static ForeignKey> {
    prisma_statements().filter_map(|statement| match &statement.creates {
        Creates::ForeignKey(key) => Some(key),
        _ => None,
    })
}

fn prisma_statements() -> impl Iterator<Item = &'static Statement> {
    migrations().iter().take(1).flat_map(|baseline| &baseline.statements)
}

fn read(version: u32, stem: &'static str, text: &str) -> Migration {
    let cut = statements(text);
    let checksum = format!("{:016x}", fnv1a(cut.join(";\n").as_bytes()));
    let made = cut.into_iter().filter_map(|sql| parse(&sql).ok().map(|creates| Statement { sql, creates }));
    let name = stem.split_once('_').map_or(stem, |(_, name)| name);
    Migration { version, name, reason: head_comment(text), checksum, statements: made.collect() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::super::schema::IndexKind;
    use super::*;

    #[test]
    fn the_list_contains_every_file() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let entries = std::fs::read_dir(folder).expect("the folder of the migrations");
        let found: BTreeSet<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        let listed: BTreeSet<String> = FILES.iter().map(|(stem, _)| format!("{stem}.sql")).collect();
        assert_eq!(listed, found);
    }

    #[test]
    fn versions_equal_the_numbers_of_the_files() {
        for (migration, (stem, _)) in migrations().iter().zip(FILES) {
            assert_eq!(format!("{:04}_{}", migration.version, migration.name), *stem);
        }
    }

    #[test]
    fn every_file_can_be_parsed() {
        for (stem, text) in FILES {
            for statement in statements(text) {
                let read = parse(&statement);
                assert!(read.is_ok(), "{stem}: {read:?}");
            }
        }
    }

    #[test]
    fn the_baseline_is_the_prisma_schema() {
        let tables: Vec<&Table> = prisma_tables().collect();
        assert_eq!(tables.len(), 14);
        let indexes: Vec<_> = tables.iter().flat_map(|table| &table.indexes).collect();
        assert_eq!(indexes.len(), 85);
        assert_eq!(indexes.iter().filter(|index| index.kind == IndexKind::Unique).count(), 14 + 6);
        assert_eq!(tables.iter().map(|table| table.columns.len()).sum::<usize>(), 178);
        assert_eq!(prisma_foreign_keys().count(), 14);
    }

    #[test]
    fn later_files_create_one_owned_object_and_name_its_purpose() {
        for migration in &migrations()[1..] {
            assert!(migration.reason.split_whitespace().count() > 3, "{}", migration.name);
            assert_eq!(migration.statements.len(), 1, "{}", migration.name);
            let name = match &migration.statements[0].creates {
                Creates::OwnedTable(name) | Creates::OwnedTrigger { name, .. } => name,
                Creates::OwnedIndex { index, .. } => &index.name,
                other => panic!("{}: {other:?}", migration.name),
            };
            assert!(super::super::is_owned(name), "{name}");
        }
    }

    #[test]
    fn the_checksum_ignores_comments() {
        let sum = |text| read(2, "0002_x", text).checksum;
        assert_eq!(sum("-- a\nSELECT 1;\n"), sum("-- b\r\nSELECT 1;\r\n"));
        assert_ne!(sum("SELECT 1"), sum("SELECT 2"));
    }
}
