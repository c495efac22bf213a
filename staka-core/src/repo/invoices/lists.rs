//! Lists and figures of invoices.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::{Described, Record};

use crate::base::{Args, Between, Match, Page, PageRequest, Predicate, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{InvoiceView, InvoiceWithClient};
use crate::model::{CommandeId, InvoiceStatus, UserId};
use crate::repo::select::{self, By, List, Path, SEARCHED, SortColumn, UNINDEXED, UNSORTED};
use crate::repo::sort::sort_order;

/// The columns in the order of the view.
macro_rules! row {
    () => {
        "i.`id`, i.`commandeId`, i.`number`, i.`amount`, i.`taxAmount`, NULLIF(i.`pdfUrl`, ''), i.`status`, i.`issuedAt`, \
         i.`dueAt`, i.`paidAt`, i.`createdAt`, i.`updatedAt`"
    };
}

/// Which of a user's invoices to return.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct UserInvoiceFilter {
    /// Status of the invoices; all by default.
    pub status: Match<InvoiceStatus>,
}

static LIST_BY_USER: List = List {
    name: "invoices.list_by_user",
    columns: row!(),
    from: "commandes c STRAIGHT_JOIN invoices i ON i.`commandeId` = c.`id`",
    id: "i.`id`",
    joined: &[Access::Index { table: "i", keys: &["invoices_commandeId_idx"] }],
    paths: &[
        Path::index(By::Default, "c", &["staka_commandes_recent", "commandes_userId_idx"]),
        Path::index(By::Filter(&["status"]), "c", &["staka_commandes_recent", "commandes_userId_idx"]),
    ],
};

/// Returns the invoices of a user's orders, newest first; 10 per page by default, at most 100.
pub async fn list_by_user(
    conn: &mut Conn,
    user: &UserId,
    filter: &UserInvoiceFilter,
    page: &PageRequest,
) -> Result<Page<InvoiceView>> {
    let mut predicate = Predicate::default();
    predicate.and("c.`userId` = ?").push(user);
    predicate.matches("i.`status`", &filter.status);
    select::page(conn, &LIST_BY_USER, predicate, &[SortColumn::desc("i.`createdAt`")], page, 10, 100).await
}

static LIST_BY_COMMANDE: List = List {
    name: "invoices.list_by_commande",
    columns: row!(),
    from: "invoices i",
    id: "i.`id`",
    joined: &[],
    paths: &[Path::index(By::Default, "i", &["invoices_commandeId_idx"])],
};

/// Returns the invoices of an order, oldest first; 20 per page by default, at most 100.
pub async fn list_by_commande(conn: &mut Conn, commande: &CommandeId, page: &PageRequest) -> Result<Page<InvoiceView>> {
    let mut predicate = Predicate::default();
    predicate.and("i.`commandeId` = ?").push(commande);
    select::page(conn, &LIST_BY_COMMANDE, predicate, &[SortColumn::asc("i.`createdAt`")], page, 20, 100).await
}

/// Which invoices to return: every given field must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct InvoiceFilter {
    /// Text that the number, the order's title, or the client's e-mail address, first or family name contains, ignoring
    /// case and accents.
    #[described(bounds = Bounds::chars(0, 255).trimmed())]
    pub search: Option<String>,
    /// Status of the invoices; all by default.
    pub status: Match<InvoiceStatus>,
    /// Time of issue, or of creation if it is not known, UTC: `from ≤ time < to`.
    pub issued: Between<Timestamp>,
    /// Id of the client whose orders are invoiced.
    pub client_id: Match<UserId>,
    /// True for invoices that another program created, which have no document; false for those issued by Staka; both by
    /// default.
    pub external: Option<bool>,
}

sort_order! {
    /// How invoices are sorted.
    pub struct InvoiceSort by
    /// The column by which invoices are sorted.
    InvoiceSortKey {
        /// Time when the row was created.
        CreatedAt = "createdAt" => SortColumn::desc("i.`createdAt`"),
        /// Number, as text.
        Number = "number" => SortColumn::desc("i.`number`"),
        /// Amount before tax.
        Amount = "amount" => SortColumn::desc("i.`amount`"),
        /// Status, in the order of the Prisma schema.
        Status = "status" => SortColumn::desc("i.`status`").enum_ordinal(),
        /// Time of issue.
        IssuedAt = "issuedAt" => SortColumn::desc("i.`issuedAt`").nullable(),
        /// Time by which they are due.
        DueAt = "dueAt" => SortColumn::desc("i.`dueAt`").nullable(),
        /// Time of the payment.
        PaidAt = "paidAt" => SortColumn::desc("i.`paidAt`").nullable(),
    }
}

/// Builds the conditions of both list and count, so that they never differ.
fn predicate(filter: &InvoiceFilter) -> Predicate {
    let mut predicate = Predicate::default();
    predicate.matches("i.`status`", &filter.status);
    predicate.between_as("issued", "COALESCE(i.`issuedAt`, i.`createdAt`)", &filter.issued);
    predicate.matches_as("clientId", "c.`userId`", &filter.client_id);
    if let Some(external) = filter.external {
        let not = if external { "NOT " } else { "" };
        predicate.and_for(
            "external",
            &format!("{not}EXISTS (SELECT 1 FROM staka_billing_documents d WHERE d.`id` = i.`id`)"),
        );
    }
    let columns = ["i.`number`", "c.`titre`", "u.`email`", "u.`prenom`", "u.`nom`"];
    predicate.contains(&columns, filter.search.as_deref());
    predicate
}

/// The join order is fixed: a server that began with the users would sort all invoices for one page.
static LIST: List = List {
    name: "invoices.list",
    columns: concat!(row!(), ", c.`titre`, u.`id`, u.`prenom`, u.`nom`, u.`email`, u.`isActive`"),
    from: "invoices i STRAIGHT_JOIN commandes c ON c.`id` = i.`commandeId` STRAIGHT_JOIN users u ON u.`id` = c.`userId`",
    id: "i.`id`",
    joined: &[
        Access::Index { table: "c", keys: &["PRIMARY"] },
        Access::Index { table: "u", keys: &["PRIMARY"] },
        Access::Index { table: "d", keys: &["PRIMARY"] },
    ],
    paths: &[
        Path::index(By::Default, "i", &["invoices_createdAt_idx"]),
        Path::scan(By::Filter(&["search"]), "i", SEARCHED),
        Path::index(
            By::Filter(&["status"]),
            "i",
            &["invoices_status_idx", "staka_invoices_due", "invoices_createdAt_idx"],
        ),
        Path::scan(By::Filter(&["issued"]), "i", "the time is that of issue or of creation, which no index has"),
        Path::scan(By::Filter(&["external"]), "i", UNINDEXED),
        Path::index(By::Sort(&["createdAt"]), "i", &["invoices_createdAt_idx"]),
        Path::index(By::Sort(&["number"]), "i", &["invoices_number_key", "invoices_number_idx"]),
        Path::index(By::Sort(&["status"]), "i", &["invoices_status_idx"]),
        Path::scan(By::Sort(&["amount", "issuedAt", "dueAt", "paidAt"]), "i", UNSORTED),
    ],
};

/// The invoices of few clients are found by their orders.
static LIST_OF_CLIENTS: List = List {
    name: "invoices.list/of_clients",
    from: "commandes c STRAIGHT_JOIN invoices i ON i.`commandeId` = c.`id` STRAIGHT_JOIN users u ON u.`id` = c.`userId`",
    joined: &[
        Access::Index { table: "i", keys: &["invoices_commandeId_idx"] },
        Access::Index { table: "u", keys: &["PRIMARY"] },
        Access::Index { table: "d", keys: &["PRIMARY"] },
    ],
    paths: &[Path::index(By::Filter(&["clientId"]), "c", &["staka_commandes_recent", "commandes_userId_idx"])],
    ..LIST
};

static COUNT: List = List { name: "invoices.count", ..LIST };

static COUNT_OF_CLIENTS: List = List { name: "invoices.count/of_clients", ..LIST_OF_CLIENTS };

/// Returns the invoices that match the filter, each with its order's title and its client: newest first and 10 per page
/// by default, at most 100.
pub async fn list(
    conn: &mut Conn,
    filter: &InvoiceFilter,
    sort: InvoiceSort,
    page: &PageRequest,
) -> Result<Page<InvoiceWithClient>> {
    let list = if filter.client_id == Match::Any { &LIST } else { &LIST_OF_CLIENTS };
    select::page(conn, list, predicate(filter), &[sort.column()], page, 10, 100).await
}

/// Counts the invoices that match the filter.
pub async fn count(conn: &mut Conn, filter: &InvoiceFilter) -> Result<u64> {
    let list = if filter.client_id == Match::Any { &COUNT } else { &COUNT_OF_CLIENTS };
    select::count(conn, list, predicate(filter)).await
}

/// Figures of the invoices of one status.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct StatusFigures {
    /// Status of the invoices.
    pub status: InvoiceStatus,
    /// Number of invoices.
    pub count: i64,
    /// Sum of the amounts before tax, in centimes.
    pub amount: i64,
    /// Sum of the VAT, in centimes.
    pub tax_amount: i64,
    /// Number of late invoices among them.
    pub late: i64,
    /// Sum of the late invoices including tax, in centimes.
    pub late_total: i64,
}

/// By the date of issue, or by that of the row without one: two ranges of one index.
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

/// Returns figures of the invoices issued in `from ≤ time < to` by status; a status occurs up to twice. Late are unpaid
/// invoices that were due before `now`.
pub async fn figures(conn: &mut Conn, from: Timestamp, to: Timestamp, now: Timestamp) -> Result<Vec<StatusFigures>> {
    let mut args = Args::new();
    for _ in 0..2 {
        args = args.with(now).with(now).with(from).with(to);
    }
    conn.all(&FIGURES, args).await
}

/// Returns the lists of this module.
pub(in crate::repo) fn lists() -> Vec<&'static List> {
    vec![&LIST_BY_USER, &LIST_BY_COMMANDE, &LIST, &LIST_OF_CLIENTS, &COUNT, &COUNT_OF_CLIENTS]
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&*FIGURES]
}
