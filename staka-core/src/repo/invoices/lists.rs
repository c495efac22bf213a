//! Invoices as people look for them, and in figures.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::{Described, Record};

use crate::base::{Args, Between, Direction, Listing, Match, Page, Result, Timestamp, Where, choice};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{InvoiceView, InvoiceWithClient};
use crate::model::{CommandeId, InvoiceStatus, UserId};
use crate::repo::select::{self, By, List};

/// The columns, as the view reads them.
macro_rules! row {
    () => {
        "i.`id`, i.`commandeId`, i.`number`, i.`amount`, i.`taxAmount`, NULLIF(i.`pdfUrl`, ''), i.`status`, i.`issuedAt`, \
         i.`dueAt`, i.`paidAt`, i.`createdAt`, i.`updatedAt`"
    };
}

/// Which of a user's invoices.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct InvoiceList {
    /// Where they stand.
    pub status: Match<InvoiceStatus>,
}

static MINE: List = List {
    name: "invoices.list_mine",
    columns: row!(),
    from: "commandes c STRAIGHT_JOIN invoices i ON i.`commandeId` = c.`id`",
    id: "i.`id`",
};

/// The invoices of a user's orders, the newest first. 10 a page, 100 at the most.
pub async fn of_user(
    conn: &mut Conn,
    user: &UserId,
    options: &InvoiceList,
    page: &Page,
) -> Result<Listing<InvoiceView>> {
    let mut wanted = Where::default();
    wanted.and("c.`userId` = ?").push(user);
    wanted.matches("i.`status`", &options.status);
    select::page(conn, &MINE, wanted, &[By::desc("i.`createdAt`")], page, 10, 100).await
}

static OF_ORDER: List = List { name: "invoices.list_by_commande", columns: row!(), from: "invoices i", id: "i.`id`" };

/// The invoices of an order, the oldest first. 20 a page, 100 at the most.
pub async fn list_of_commande(conn: &mut Conn, commande: &CommandeId, page: &Page) -> Result<Listing<InvoiceView>> {
    let mut wanted = Where::default();
    wanted.and("i.`commandeId` = ?").push(commande);
    select::page(conn, &OF_ORDER, wanted, &[By::asc("i.`createdAt`")], page, 20, 100).await
}

/// Which invoices administrators look for: every field that is given must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct InvoiceSearch {
    /// What the number, the order's title, or the client's e-mail address, first or family name contains, without regard
    /// to case and accents; 255 characters at the most.
    pub search: Option<String>,
    /// Where they stand.
    pub status: Match<InvoiceStatus>,
    /// When they were issued; made, where that was not said: `from ≤ moment < to`.
    pub issued: Between<Timestamp>,
    /// Whose orders they bill.
    pub client_id: Match<UserId>,
    /// True for those that another program wrote, of which there is no document; false for ours.
    pub foreign: Option<bool>,
}

choice! {
    /// By what administrators sort invoices.
    pub enum InvoiceSort {
        /// When they were made.
        CreatedAt = "createdAt",
        /// Number, as text.
        Number = "number",
        /// Amount before tax.
        Amount = "amount",
        /// Where they stand, in the guide's order.
        Status = "status",
        /// When they were issued.
        IssuedAt = "issuedAt",
        /// When they are due.
        DueAt = "dueAt",
        /// When they were paid.
        PaidAt = "paidAt",
    }
}

/// In which order administrators want invoices.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct InvoiceOrder {
    /// By what; ids decide among the same.
    pub sort: InvoiceSort,
    /// Which end comes first; `desc` unless said otherwise.
    pub direction: Option<Direction>,
}

impl InvoiceOrder {
    fn by(&self) -> By {
        let towards = match self.direction {
            Some(Direction::Asc) => By::asc,
            Some(Direction::Desc) | None => By::desc,
        };
        match self.sort {
            InvoiceSort::CreatedAt => towards("i.`createdAt`"),
            InvoiceSort::Number => towards("i.`number`"),
            InvoiceSort::Amount => towards("i.`amount`"),
            InvoiceSort::Status => towards("i.`status`").word(),
            InvoiceSort::IssuedAt => towards("i.`issuedAt`").nullable(),
            InvoiceSort::DueAt => towards("i.`dueAt`").nullable(),
            InvoiceSort::PaidAt => towards("i.`paidAt`").nullable(),
        }
    }
}

/// One place for list and count, so that they never speak of different rows.
fn wanted(filter: &InvoiceSearch) -> Where {
    let mut wanted = Where::default();
    wanted.matches("i.`status`", &filter.status);
    wanted.between("COALESCE(i.`issuedAt`, i.`createdAt`)", &filter.issued);
    wanted.matches("c.`userId`", &filter.client_id);
    if let Some(foreign) = filter.foreign {
        let not = if foreign { "NOT " } else { "" };
        wanted.and(&format!("{not}EXISTS (SELECT 1 FROM staka_billing_documents d WHERE d.`id` = i.`id`)"));
    }
    let sought = ["i.`number`", "c.`titre`", "u.`email`", "u.`prenom`", "u.`nom`"];
    wanted.contains(&sought, filter.search.as_deref());
    wanted
}

/// The order of the tables is kept: a server that began with the users would sort all invoices for one page.
static SEARCH: List = List {
    name: "invoices.search",
    columns: concat!(row!(), ", c.`titre`, u.`id`, u.`prenom`, u.`nom`, u.`email`, u.`isActive`"),
    from: "invoices i STRAIGHT_JOIN commandes c ON c.`id` = i.`commandeId` STRAIGHT_JOIN users u ON u.`id` = c.`userId`",
    id: "i.`id`",
};

/// The invoices that administrators look for, each with its order's title and its client: the newest first unless said
/// otherwise, 10 a page, 100 at the most.
pub async fn search(
    conn: &mut Conn,
    filter: &InvoiceSearch,
    order: &InvoiceOrder,
    page: &Page,
) -> Result<Listing<InvoiceWithClient>> {
    select::page(conn, &SEARCH, wanted(filter), &[order.by()], page, 10, 100).await
}

/// How many invoices there are of those that administrators look for.
pub async fn matching(conn: &mut Conn, filter: &InvoiceSearch) -> Result<u64> {
    select::count(conn, &SEARCH, wanted(filter)).await
}

/// Invoices of one status, in figures; centimes.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct StatusFigures {
    /// Where they stand.
    pub status: InvoiceStatus,
    /// How many.
    pub count: i64,
    /// Their sum before tax.
    pub amount: i64,
    /// Their tax.
    pub tax_amount: i64,
    /// How many of them are late.
    pub late: i64,
    /// What these come to, tax included.
    pub late_total: i64,
}

/// By the date of issue, and by that of the row where there is none: two ranges of one index.
static FIGURES: LazyLock<Statement> = LazyLock::new(|| {
    let late = "(i.status = 'OVERDUE' OR (i.status IN ('GENERATED', 'SENT') AND i.dueAt < ?))";
    let part = |range: &str| {
        format!(
            "SELECT i.status, COUNT(*), CAST(SUM(i.amount) AS SIGNED), CAST(SUM(i.taxAmount) AS SIGNED), \
             CAST(SUM(IF({late}, 1, 0)) AS SIGNED), CAST(SUM(IF({late}, i.amount + i.taxAmount, 0)) AS SIGNED) \
             FROM invoices i FORCE INDEX (staka_invoices_issued) WHERE {range} GROUP BY i.status"
        )
    };
    Statement::fixed("invoices.figures", "", &[Access::Index { table: "i", keys: &["staka_invoices_issued"] }])
        .with_text(format!(
            "{} UNION ALL {}",
            part("i.issuedAt >= ? AND i.issuedAt < ?"),
            part("i.issuedAt IS NULL AND i.createdAt >= ? AND i.createdAt < ?")
        ))
});

/// The invoices issued in `from ≤ moment < to` by status, a status up to twice; late are those unpaid that were due
/// before `now`.
pub async fn figures(conn: &mut Conn, from: Timestamp, to: Timestamp, now: Timestamp) -> Result<Vec<StatusFigures>> {
    let mut args = Args::new();
    for _ in 0..2 {
        args = args.with(now).with(now).with(from).with(to);
    }
    conn.all(&FIGURES, args).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&*FIGURES]
}
