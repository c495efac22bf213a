//! What every table holds about people: the guide's models and our own tables seen alike, each with the ways on which its
//! rows lead to the person they are about. Export, erasure and the search for what is left are made from this alone.

use std::sync::LazyLock;

use super::ours::{Link, OURS, OurColumn};
use super::{
    AuditLog, Commande, Faq, File, Invoice, Message, MessageAttachment, Notification, Page, PasswordReset,
    PaymentMethod, SupportRequest, Tarif, User,
};
use crate::base::{Column, Table};

/// A table, and how it is about people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonTable {
    /// Its name.
    pub name: &'static str,
    /// How its rows lead to a person, the closest first; none where they are about nobody.
    pub ways: Vec<Way>,
    /// Its columns in the order of the database.
    pub columns: Vec<OurColumn>,
}

/// One way from a row to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// The column that leads there.
    pub link: Link,
    /// Which rows alone, as a condition over `t`; empty for all.
    pub when: &'static str,
    /// What of the row is the person's.
    pub reach: Reach,
    /// Columns that say something of somebody else: the person's export goes without them.
    pub withheld: &'static [&'static str],
}

/// What of a row is a person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All of it: erasing does what each column declares.
    Own,
    /// It concerns the person and is somebody else's: erasing touches these columns only.
    Part(&'static [&'static str]),
}

const fn own(link: Link) -> Way {
    Way { link, when: "", reach: Reach::Own, withheld: &[] }
}

const fn own_when(link: Link, when: &'static str) -> Way {
    Way { link, when, reach: Reach::Own, withheld: &[] }
}

const fn part(link: Link, columns: &'static [&'static str]) -> Way {
    Way { link, when: "", reach: Reach::Part(columns), withheld: &[] }
}

use Link::{Email, Of, User as Account};

/// The guide's tables. What is missing here is about nobody: pages, questions, prices.
const WAYS: &[(&str, &[Way])] = &[
    (User::NAME, &[own(Account("id"))]),
    (Commande::NAME, &[own(Account("userId"))]),
    (
        File::NAME,
        &[
            own(Of("commandeId", "commandes")),
            // What staff added to somebody else's order is that person's.
            own_when(Account("uploadedById"), "t.commandeId IS NULL"),
            part(Account("uploadedById"), &[]),
        ],
    ),
    (
        Message::NAME,
        &[
            own(Account("senderId")),
            // What the platform wrote by itself, by the person's name.
            own_when(Account("receiverId"), "t.senderId IS NULL AND t.isFromVisitor = FALSE"),
            own_when(Email("visitorEmail"), "t.isFromVisitor = TRUE AND t.senderId IS NULL"),
            part(Email("visitorEmail"), &["visitorEmail", "visitorName"]),
            part(Account("receiverId"), &[]),
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
            Way {
                link: Account("targetId"),
                when: "t.targetType = 'user'",
                reach: Reach::Part(&["details"]),
                withheld: &["adminEmail", "ipAddress", "userAgent"],
            },
        ],
    ),
    (PasswordReset::NAME, &[own(Account("userId"))]),
];

fn guides(name: &'static str, columns: &'static [Column]) -> PersonTable {
    let ways = WAYS.iter().find(|(table, _)| *table == name).map_or(&[][..], |(_, ways)| ways);
    let seen = |column: &Column| {
        let Column { name, purpose, retention, erasure, sensitivity, exportable, .. } = *column;
        OurColumn { name, purpose, retention, erasure, sensitivity, exportable }
    };
    PersonTable { name, ways: ways.to_vec(), columns: columns.iter().map(seen).collect() }
}

macro_rules! guides {
    ($($row:ty),+ $(,)?) => {
        vec![$(guides(<$row>::NAME, <$row>::COLUMNS)),+]
    };
}

static TABLES: LazyLock<Vec<PersonTable>> = LazyLock::new(|| {
    let mut tables = guides![
        User,
        Commande,
        File,
        Message,
        MessageAttachment,
        PaymentMethod,
        Invoice,
        Notification,
        Page,
        Faq,
        Tarif,
        SupportRequest,
        AuditLog,
        PasswordReset,
    ];
    tables.extend(OURS.iter().map(|table| PersonTable {
        name: table.name,
        ways: table.links.iter().map(|link| own(*link)).collect(),
        columns: table.columns.to_vec(),
    }));
    let depths: Vec<usize> = tables.iter().map(|table| depth(&tables, table.name, 0)).collect();
    let mut placed: Vec<(usize, PersonTable)> = depths.into_iter().zip(tables).collect();
    placed.sort_by_key(|(depth, _)| *depth);
    placed.into_iter().map(|(_, table)| table).collect()
});

/// How many steps lie between a table and the account: a row comes behind those that it leads to the person over.
fn depth(tables: &[PersonTable], name: &str, steps: usize) -> usize {
    assert!(steps <= tables.len(), "{name} leads to a person in a circle");
    let ways = tables.iter().find(|table| table.name == name).map_or(&[][..], |table| &table.ways);
    let over = ways.iter().filter_map(|way| match way.link {
        Of(_, parent) => Some(1 + depth(tables, parent, steps + 1)),
        Account(_) | Email(_) => None,
    });
    over.max().unwrap_or(0)
}

/// All tables; one whose rows lead to a person over another table's rows stands behind that one.
pub fn person_tables() -> &'static [PersonTable] {
    &TABLES
}

impl PersonTable {
    /// The table of that name.
    pub fn of(name: &str) -> Option<&'static Self> {
        TABLES.iter().find(|table| table.name == name)
    }

    /// The column that another table's `column` leads to: the key, or where there is none of that name the column that is
    /// called alike.
    pub fn key_for(&self, column: &str) -> &'static str {
        let find = |name: &str| self.columns.iter().find(|known| known.name == name).map(|known| known.name);
        find("id").or_else(|| find(column)).unwrap_or(self.columns[0].name)
    }

    /// The declaration of a column.
    pub fn column(&self, name: &str) -> Option<&OurColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::base::{Erasure, Sensitivity};

    #[test]
    fn what_leads_to_a_person_is_there() {
        let mut seen = BTreeSet::new();
        for table in person_tables() {
            let known = |name: &str| table.column(name).is_some();
            for way in &table.ways {
                let column = match way.link {
                    Account(column) | Email(column) => column,
                    Of(column, parent) => {
                        assert!(seen.contains(parent), "{} stands before {parent}", table.name);
                        column
                    }
                };
                assert!(known(column), "{}.{column}", table.name);
                assert!(way.withheld.iter().all(|column| known(column)), "{}", table.name);
                if let Reach::Part(columns) = way.reach {
                    assert!(columns.iter().all(|column| known(column)), "{}", table.name);
                }
            }
            assert!(seen.insert(table.name), "{} twice", table.name);
        }
        assert!(WAYS.iter().all(|(name, _)| seen.contains(name)));
    }

    #[test]
    fn what_is_personal_does_not_stay_without_a_reason() {
        for table in person_tables().iter().filter(|table| !table.ways.is_empty()) {
            for column in &table.columns {
                let kept = column.erasure == Erasure::Keep && column.sensitivity >= Sensitivity::Personal;
                let by_law = column.retention == crate::base::Retention::Accounting;
                assert!(!kept || by_law, "{}.{} is personal and would be kept", table.name, column.name);
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
