//! Payments: a table owned by Staka with a row for each checkout session that was paid.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::Described;

use super::select::{self, By, List, Path, SortColumn, UNINDEXED};
use super::table::{columns, insert, insert_statement};
use crate::base::{Args, Between, Match, Page, PageRequest, PartialRow, Predicate, Result, Table, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::PaymentItem;
use crate::model::{CommandeId, InvoiceId, Payment, PaymentStatus, TarifId, UserId};

const BY_SESSION: &[Access] = &[Access::Index { table: "p", keys: &["PRIMARY"] }];
const BY_INTENT: &[Access] = &[Access::Index { table: "p", keys: &["staka_payments_paymentIntent"] }];

static LOCKED: LazyLock<Statement> = LazyLock::new(|| {
    let columns = columns("p", Payment::COLUMNS);
    let text = format!("SELECT {columns} FROM staka_payments p WHERE p.sessionId = ? FOR UPDATE");
    Statement::fixed("payments.locked", "", BY_SESSION).with_text(text)
});

/// Returns the session's payment and locks it.
pub async fn locked(conn: &mut Conn, session: &str) -> Result<Option<Payment>> {
    conn.optional(&LOCKED, Args::new().with(session)).await
}

static OF_INTENT: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    let columns = columns("p", Payment::COLUMNS);
    ["", " FOR UPDATE"].map(|lock| {
        Statement::fixed("payments.of_intent", "", BY_INTENT).with_text(format!(
            "SELECT {columns} FROM staka_payments p FORCE INDEX (staka_payments_paymentIntent) WHERE p.paymentIntent = ? \
             ORDER BY p.sessionId LIMIT 1{lock}"
        ))
    })
});

/// Returns the payment with this payment id of Stripe. With `lock`, it waits for one that is being inserted and locks
/// it.
pub async fn of_intent(conn: &mut Conn, intent: &str, lock: bool) -> Result<Option<Payment>> {
    conn.optional(&OF_INTENT[usize::from(lock)], Args::new().with(intent)).await
}

const BY_COMMANDE: &[Access] = &[Access::Index { table: "p", keys: &["staka_payments_commandeId"] }];

static UNREFUNDED: LazyLock<Statement> = LazyLock::new(|| {
    let columns = columns("p", Payment::COLUMNS);
    Statement::fixed("payments.unrefunded", "", BY_COMMANDE).with_text(format!(
        "SELECT {columns} FROM staka_payments p FORCE INDEX (staka_payments_commandeId) \
         WHERE p.commandeId = ? AND p.status <> 'refunded' ORDER BY p.paidAt, p.sessionId LIMIT 1 FOR UPDATE"
    ))
});

/// Locks and returns the payment by which an order is paid: one that is not fully refunded.
pub async fn unrefunded(conn: &mut Conn, commande: &CommandeId) -> Result<Option<Payment>> {
    conn.optional(&UNREFUNDED, Args::new().with(commande)).await
}

static ADD: LazyLock<Statement> = LazyLock::new(|| insert_statement::<Payment>("payments.add"));

/// Inserts a payment. Fails with `Conflict` if the session has one.
pub async fn add(conn: &mut Conn, payment: &Payment) -> Result<()> {
    insert(conn, &ADD, payment).await.map(drop)
}

static REFUND: Statement = Statement::fixed(
    "payments.refund",
    "UPDATE staka_payments p SET p.refunded = ?, p.status = ?, p.updatedAt = ? WHERE p.sessionId = ? AND p.refunded < ?",
    BY_SESSION,
);

/// Records that `refunded` centimes in total were refunded.
pub async fn refund(
    conn: &mut Conn,
    session: &str,
    refunded: i64,
    status: &PaymentStatus,
    now: Timestamp,
) -> Result<()> {
    let args = Args::new().with(refunded).with(status).with(now).with(session).with(refunded);
    conn.execute(&REFUND, args).await.map(drop)
}

static LIST_BY_COMMANDE: LazyLock<Statement> = LazyLock::new(|| {
    let access = &[Access::Index { table: "t", keys: &["staka_payments_commandeId"] }];
    Statement::fixed("payments.list_by_commande", "", access).with_text(format!(
        "SELECT {columns} FROM staka_payments t FORCE INDEX (staka_payments_commandeId) WHERE t.commandeId = ? \
         ORDER BY t.paidAt, t.sessionId LIMIT 100",
        columns = PaymentItem::SELECT
    ))
});

/// Returns the payments of an order, oldest first, at most 100.
pub async fn list_by_commande(conn: &mut Conn, commande: &CommandeId) -> Result<Vec<PaymentItem>> {
    conn.all(&LIST_BY_COMMANDE, Args::new().with(commande)).await
}

/// Which payments to return: every given field must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct PaymentFilter {
    /// Status of the payment.
    pub status: Match<PaymentStatus>,
    /// Id of the order's client.
    pub user: Match<UserId>,
    /// Id of the tarif by which the order was sold.
    pub tarif: Match<TarifId>,
    /// Id of the payment's invoice.
    pub invoice: Match<InvoiceId>,
    /// Time of the payment, UTC: `from ≤ time < to`.
    pub paid_at: Between<Timestamp>,
}

static LIST: List = List {
    name: "payments.list",
    columns: PaymentItem::SELECT,
    from: "staka_payments t",
    id: "t.`sessionId`",
    joined: &[],
    paths: &[
        Path::index(By::Default, "t", &["staka_payments_paidAt"]),
        Path::scan(By::Filter(&["status", "tarif"]), "t", UNINDEXED),
        Path::index(By::Filter(&["invoice"]), "t", &["staka_payments_invoiceId"]),
        Path::index(By::Filter(&["user"]), "t", &["staka_payments_userId"]),
        Path::index(By::Filter(&["paidAt"]), "t", &["staka_payments_paidAt"]),
    ],
};

/// Returns the payments that match the filter, newest first; 20 per page by default, at most 100.
pub async fn list(conn: &mut Conn, filter: &PaymentFilter, page: &PageRequest) -> Result<Page<PaymentItem>> {
    let mut predicate = Predicate::default();
    predicate.matches("t.`status`", &filter.status);
    predicate.matches_as("user", "t.`userId`", &filter.user);
    predicate.matches_as("tarif", "t.`tarifId`", &filter.tarif);
    predicate.matches_as("invoice", "t.`invoiceId`", &filter.invoice);
    predicate.between("t.`paidAt`", &filter.paid_at);
    select::page(conn, &LIST, predicate, &[SortColumn::desc("t.`paidAt`")], page, 20, 100).await
}

/// Returns the lists of this module.
pub(super) fn lists() -> Vec<&'static List> {
    vec![&LIST]
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&*LOCKED, &*UNREFUNDED, &*ADD, &REFUND, &*LIST_BY_COMMANDE];
    all.extend(OF_INTENT.iter());
    all
}
