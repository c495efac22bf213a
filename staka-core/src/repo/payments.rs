//! Payments: a table owned by Staka with a row for each checkout session that was paid.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::Described;

use super::select::{self, By, List, Path, SortColumn, UNINDEXED};
use crate::base::{Args, Between, Match, Page, PageRequest, Predicate, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::PaymentItem;
use crate::model::{CommandeId, InvoiceId, Payment, PaymentStatus, TarifId, UserId};

/// The columns in the order of the model.
macro_rules! payment {
    () => {
        "p.sessionId, p.commandeId, p.userId, p.tarifId, p.paymentIntent, p.amount, p.currency, p.status, p.paidAt, \
         p.refunded, p.invoiceId, p.updatedAt"
    };
}

const BY_SESSION: &[Access] = &[Access::Index { table: "p", keys: &["PRIMARY"] }];
const BY_INTENT: &[Access] = &[Access::Index { table: "p", keys: &["staka_payments_paymentIntent"] }];

static LOCKED: Statement = Statement::fixed(
    "payments.locked",
    concat!("SELECT ", payment!(), " FROM staka_payments p WHERE p.sessionId = ? FOR UPDATE"),
    BY_SESSION,
);

/// Returns the session's payment and locks it.
pub async fn locked(conn: &mut Conn, session: &str) -> Result<Option<Payment>> {
    conn.optional(&LOCKED, Args::new().with(session)).await
}

static OF_INTENT: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    ["", " FOR UPDATE"].map(|lock| {
        Statement::fixed("payments.of_intent", "", BY_INTENT).with_text(format!(
            concat!(
                "SELECT ",
                payment!(),
                " FROM staka_payments p FORCE INDEX (staka_payments_paymentIntent) WHERE p.paymentIntent = ? \
                 ORDER BY p.sessionId LIMIT 1{}"
            ),
            lock
        ))
    })
});

/// Returns the payment with this payment id of Stripe. With `lock`, it waits for one that is being inserted and locks
/// it.
pub async fn of_intent(conn: &mut Conn, intent: &str, lock: bool) -> Result<Option<Payment>> {
    conn.optional(&OF_INTENT[usize::from(lock)], Args::new().with(intent)).await
}

const BY_COMMANDE: &[Access] = &[Access::Index { table: "p", keys: &["staka_payments_commandeId"] }];

static UNREFUNDED: Statement = Statement::fixed(
    "payments.unrefunded",
    concat!(
        "SELECT ",
        payment!(),
        " FROM staka_payments p FORCE INDEX (staka_payments_commandeId) WHERE p.commandeId = ? AND p.status <> 'refunded' \
         ORDER BY p.paidAt, p.sessionId LIMIT 1 FOR UPDATE"
    ),
    BY_COMMANDE,
);

/// Locks and returns the payment by which an order is paid: one that is not fully refunded.
pub async fn unrefunded(conn: &mut Conn, commande: &CommandeId) -> Result<Option<Payment>> {
    conn.optional(&UNREFUNDED, Args::new().with(commande)).await
}

static ADD: Statement = Statement::fixed(
    "payments.add",
    "INSERT INTO staka_payments (`sessionId`, `commandeId`, `userId`, `tarifId`, `paymentIntent`, `amount`, `currency`, \
     `status`, `paidAt`, `refunded`, `invoiceId`, `updatedAt`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    &[],
);

/// Inserts a payment. Fails with `Conflict` if the session has one.
pub async fn add(conn: &mut Conn, payment: &Payment) -> Result<()> {
    let args = Args::new()
        .with(&payment.session_id)
        .with(&payment.commande_id)
        .with(&payment.user_id)
        .with(&payment.tarif_id)
        .with(&payment.payment_intent)
        .with(payment.amount)
        .with(&payment.currency)
        .with(&payment.status)
        .with(payment.paid_at)
        .with(payment.refunded)
        .with(&payment.invoice_id)
        .with(payment.updated_at);
    conn.execute(&ADD, args).await.map(drop)
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

/// The columns of [`PaymentItem`].
const SHOWN: &str = "t.`commandeId`, t.`userId`, t.`tarifId`, t.`amount`, t.`currency`, t.`status`, t.`paidAt`, \
                     t.`refunded`, t.`invoiceId`";

static LIST_BY_COMMANDE: LazyLock<Statement> = LazyLock::new(|| {
    let access = &[Access::Index { table: "t", keys: &["staka_payments_commandeId"] }];
    Statement::fixed("payments.list_by_commande", "", access).with_text(format!(
        "SELECT {SHOWN} FROM staka_payments t FORCE INDEX (staka_payments_commandeId) WHERE t.commandeId = ? \
         ORDER BY t.paidAt, t.sessionId LIMIT 100"
    ))
});

/// Returns the payments of an order, oldest first, at most 100.
pub async fn list_by_commande(conn: &mut Conn, commande: &CommandeId) -> Result<Vec<PaymentItem>> {
    conn.all(&LIST_BY_COMMANDE, Args::new().with(commande)).await
}

/// Which payments to return: every given field must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
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
    columns: SHOWN,
    from: "staka_payments t",
    id: "t.`sessionId`",
    joined: &[],
    paths: &[
        Path::index(By::Default, "t", &["staka_payments_paidAt"]),
        Path::scan(By::Filter(&["status", "tarif", "invoice"]), "t", UNINDEXED),
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

pub(super) static LISTS: &[&List] = &[&LIST];

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&LOCKED, &UNREFUNDED, &ADD, &REFUND, &*LIST_BY_COMMANDE];
    all.extend(OF_INTENT.iter());
    all
}
