//! What every table holds about persons. The tables of the Prisma schema and those owned by Staka are described alike,
//! each with the paths from its rows to the person they are about. Export, erasure and the search for remaining data
//! rely on nothing else.

use std::sync::LazyLock;

use super::owned::{Link, OWNED_TABLES};
use super::{
    AuditLog, CmsPage, Commande, Faq, File, Invoice, Message, MessageAttachment, Notification, PasswordReset,
    PaymentMethod, SupportRequest, Tarif, User,
};
use crate::base::{Column, Table};

/// A table and the paths from its rows to persons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonTable {
    /// Name of the table.
    pub name: &'static str,
    /// Paths from its rows to a person, the closest first; none if its rows are about nobody.
    pub paths: Vec<PersonPath>,
    /// Its columns, in the order of the database.
    pub columns: &'static [Column],
}

/// A path from a row to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonPath {
    /// The column that identifies the person.
    pub link: Link,
    /// An SQL condition over `t` that limits the path to some rows; empty for all.
    pub condition: &'static str,
    /// Which part of the row belongs to the person.
    pub reach: Reach,
    /// Columns about somebody else, which the person's export leaves out.
    pub withheld: &'static [&'static str],
    /// Whether it leads to clients only: what clients wrote to the team is theirs, and not the receiving member's.
    pub clients_only: bool,
}

/// Which part of a row belongs to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The whole row: an erasure does what each column declares.
    Own,
    /// The row belongs to somebody else: an erasure changes these columns only.
    Part(&'static [&'static str]),
}

const fn own(link: Link) -> PersonPath {
    PersonPath { link, condition: "", reach: Reach::Own, withheld: &[], clients_only: false }
}

const fn own_when(link: Link, condition: &'static str) -> PersonPath {
    PersonPath { link, condition, reach: Reach::Own, withheld: &[], clients_only: false }
}

const fn part(link: Link, columns: &'static [&'static str]) -> PersonPath {
    PersonPath { link, condition: "", reach: Reach::Part(columns), withheld: &[], clients_only: false }
}

use Link::{Email, Of, User as Account};

/// The tables of the Prisma schema. Tables that are missing here are about nobody: CMS pages, FAQs, tarifs.
const PATHS: &[(&str, &[PersonPath])] = &[
    (User::NAME, &[own(Account("id"))]),
    (Commande::NAME, &[own(Account("userId"))]),
    (
        File::NAME,
        &[
            own(Of("commandeId", "commandes")),
            // A file that staff added to somebody's order belongs to that client.
            own_when(Account("uploadedById"), "t.commandeId IS NULL"),
            part(Account("uploadedById"), &[]),
        ],
    ),
    (
        Message::NAME,
        &[
            own(Account("senderId")),
            // Messages that the system wrote name the person.
            own_when(Account("receiverId"), "t.senderId IS NULL AND t.isFromVisitor = FALSE"),
            own_when(Email("visitorEmail"), "t.isFromVisitor = TRUE AND t.senderId IS NULL"),
            part(Email("visitorEmail"), &["visitorEmail", "visitorName"]),
            PersonPath { clients_only: true, ..part(Account("receiverId"), &[]) },
        ],
    ),
    (MessageAttachment::NAME, &[own(Of("fileId", "files")), own(Of("messageId", "messages"))]),
    (PaymentMethod::NAME, &[own(Account("userId"))]),
    (Invoice::NAME, &[own(Of("commandeId", "commandes"))]),
    (Notification::NAME, &[own(Account("userId"))]),
    (SupportRequest::NAME, &[own(Account("userId"))]),
    (
        AuditLog::NAME,
        &[
            own(Email("adminEmail")),
            PersonPath {
                link: Account("targetId"),
                condition: "t.targetType = 'user'",
                reach: Reach::Part(&["details"]),
                withheld: &["adminEmail", "ipAddress", "userAgent"],
                clients_only: false,
            },
        ],
    ),
    (PasswordReset::NAME, &[own(Account("userId"))]),
];

fn prisma_table(name: &'static str, columns: &'static [Column]) -> PersonTable {
    let paths = PATHS.iter().find(|(table, _)| *table == name).map_or(&[][..], |(_, paths)| paths);
    PersonTable { name, paths: paths.to_vec(), columns }
}

macro_rules! prisma_tables {
    ($($row:ty),+ $(,)?) => {
        vec![$(prisma_table(<$row>::NAME, <$row>::COLUMNS)),+]
    };
}

static TABLES: LazyLock<Vec<PersonTable>> = LazyLock::new(|| {
    let mut tables = prisma_tables![
        User,
        Commande,
        File,
        Message,
        MessageAttachment,
        PaymentMethod,
        Invoice,
        Notification,
        CmsPage,
        Faq,
        Tarif,
        SupportRequest,
        AuditLog,
        PasswordReset,
    ];
    tables.extend(OWNED_TABLES.iter().map(|table| PersonTable {
        name: table.name,
        paths: table.links.iter().map(|link| own(*link)).collect(),
        columns: table.columns,
    }));
    let depths: Vec<usize> = tables.iter().map(|table| depth(&tables, table.name, 0)).collect();
    let mut sorted: Vec<(usize, PersonTable)> = depths.into_iter().zip(tables).collect();
    sorted.sort_by_key(|(depth, _)| *depth);
    sorted.into_iter().map(|(_, table)| table).collect()
});

/// Returns the number of steps between a table and the account. A table comes after those through which its rows lead
/// to the person.
fn depth(tables: &[PersonTable], name: &str, steps: usize) -> usize {
    assert!(steps <= tables.len(), "the paths of {name} to a person form a cycle");
    let paths = tables.iter().find(|table| table.name == name).map_or(&[][..], |table| &table.paths);
    let depths = paths.iter().filter_map(|path| match path.link {
        Of(_, parent) => Some(1 + depth(tables, parent, steps + 1)),
        Account(_) | Email(_) => None,
    });
    depths.max().unwrap_or(0)
}

/// Returns all tables; a table whose rows lead to a person through another table comes after that one.
pub fn personal_data_tables() -> &'static [PersonTable] {
    &TABLES
}

impl PersonTable {
    /// Returns the table with this name.
    pub fn of(name: &str) -> Option<&'static Self> {
        TABLES.iter().find(|table| table.name == name)
    }

    /// Returns the column that another table's `column` refers to: `id`, or else the column of the same name.
    pub fn key_for(&self, column: &str) -> &'static str {
        let find = |name: &str| self.columns.iter().find(|known| known.name == name).map(|known| known.name);
        find("id").or_else(|| find(column)).unwrap_or(self.columns[0].name)
    }

    /// Returns the declaration of a column.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::base::{Erasure, Sensitivity};

    #[test]
    fn every_path_to_a_person_exists() {
        let mut seen = BTreeSet::new();
        for table in personal_data_tables() {
            let known = |name: &str| table.column(name).is_some();
            for path in &table.paths {
                let column = match path.link {
                    Account(column) | Email(column) => column,
                    Of(column, parent) => {
                        assert!(seen.contains(parent), "{} comes before {parent}", table.name);
                        column
                    }
                };
                assert!(known(column), "{}.{column}", table.name);
                assert!(path.withheld.iter().all(|column| known(column)), "{}", table.name);
                if let Reach::Part(columns) = path.reach {
                    assert!(columns.iter().all(|column| known(column)), "{}", table.name);
                }
            }
            assert!(seen.insert(table.name), "{} twice", table.name);
        }
        assert!(PATHS.iter().all(|(name, _)| seen.contains(name)));
    }

    #[test]
    fn personal_columns_are_not_kept_without_a_legal_reason() {
        // Triggers write it from the messages, so it changes when an erasure changes these.
        let derived = ("staka_correspondents", "correspondent");
        for table in personal_data_tables().iter().filter(|table| !table.paths.is_empty()) {
            for column in table.columns {
                let kept = column.erasure == Erasure::Keep && column.sensitivity >= Sensitivity::Personal;
                let by_law = column.retention == crate::base::Retention::Accounting;
                let is_derived = (table.name, column.name) == derived;
                assert!(!kept || by_law || is_derived, "{}.{} is personal and would be kept", table.name, column.name);
                assert!(
                    column.sensitivity != Sensitivity::Secret || !column.exportable,
                    "{}.{}",
                    table.name,
                    column.name
                );
            }
        }
    }
}
