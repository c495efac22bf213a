//! The fourteen tables: their units, and the rows of a range of units.

use std::ops::Range;

use staka_core::base::Result;
use staka_core::db::Conn;
use staka_core::repo;

use crate::plan::{SMALL, World, count};
use crate::{audit, commandes, content, conversations, files, invoices, messages, notifications, people, support};

macro_rules! tables {
    ($($variant:ident $table:ident $row:ident: $rows:path, $per_unit:expr;)+) => {
        /// The rows of a table.
        pub(crate) enum Rows {
            $($variant(Vec<staka_core::model::$row>),)+
        }

        impl Rows {
            /// Generates the rows of some units of a table.
            pub(crate) fn of(world: &World, table: &'static str, units: Range<u64>) -> Self {
                match table {
                    $(stringify!($table) => Self::$variant($rows(world, units)),)+
                    _ => unreachable!("{table} is not a table of the Prisma schema"),
                }
            }

            pub(crate) fn len(&self) -> usize {
                match self {
                    $(Self::$variant(rows) => rows.len(),)+
                }
            }

            pub(crate) async fn add(&self, conn: &mut Conn) -> Result<()> {
                match self {
                    $(Self::$variant(rows) => repo::$table::add(conn, rows).await,)+
                }
            }

            /// Adds a violation for every value that does not fit its column.
            #[cfg(test)]
            pub(crate) fn check(&self, violations: &mut staka_core::base::Violations) {
                match self {
                    $(Self::$variant(rows) => rows.iter().for_each(|row| staka_core::base::Table::check(row, violations)),)+
                }
            }

            #[cfg(test)]
            pub(crate) fn json(&self) -> Vec<serde_json::Value> {
                match self {
                    $(Self::$variant(rows) => rows.iter().map(|row| serde_json::to_value(row).expect("rows are JSON")).collect(),)+
                }
            }
        }

        #[cfg(test)]
        pub(crate) fn columns(table: &str) -> &'static [staka_core::base::Column] {
            match table {
                $(stringify!($table) => <staka_core::model::$row as staka_core::base::Table>::COLUMNS,)+
                _ => unreachable!("{table} is not a table of the Prisma schema"),
            }
        }

        /// Returns the number of rows of a unit.
        pub(crate) fn per_unit(table: &str) -> u64 {
            match table {
                $(stringify!($table) => $per_unit,)+
                _ => unreachable!("{table} is not a table of the Prisma schema"),
            }
        }
    };
}

tables! {
    Users users User: people::users, 1;
    Pages pages CmsPage: content::pages, 1;
    Faqs faqs Faq: content::faqs, 1;
    Tarifs tarifs Tarif: content::tarifs, 1;
    Commandes commandes Commande: commandes::commandes, commandes::IN_BLOCK;
    Invoices invoices Invoice: invoices::invoices, commandes::IN_BLOCK;
    Files files File: files::files, 20;
    Messages messages Message: messages::messages, conversations::IN_BLOCK;
    Attachments message_attachments MessageAttachment: files::attachments, 10;
    Cards payment_methods PaymentMethod: support::cards, support::CARDS_IN_BLOCK;
    Notifications notifications Notification: notifications::notifications, notifications::IN_BLOCK;
    Tickets support_requests SupportRequest: support::tickets, 1;
    Audit audit_logs AuditLog: audit::entries, 1;
    Resets password_resets PasswordReset: support::resets, 1;
}

/// Returns all tables, each before those that refer to it.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    SMALL.iter().map(|(name, _)| *name)
}

/// Returns the units of a table in runs of about `rows` rows.
pub(crate) fn runs(world: &World, table: &'static str, rows: u64) -> Vec<Range<u64>> {
    let units = count(table, world.scale) / per_unit(table);
    let step = (rows / per_unit(table)).max(1);
    (0..units.div_ceil(step)).map(|run| run * step..units.min((run + 1) * step)).collect()
}
