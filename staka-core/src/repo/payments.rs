//! Payments: a table of ours, a row for each checkout session whose money came.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::Described;

use super::select::{self, By, List};
use crate::base::{Args, Between, Listing, Match, Page, Result, Timestamp, Where};
use crate::db::{Access, Conn, Statement};
use crate::model::view::PaymentItem;
use crate::model::{CommandeId, InvoiceId, Payment, PaymentStatus, TarifId, UserId};

/// The columns, in the order of the model.
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

/// The session's payment, as nobody else changes it until the transaction ends.
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

/// The payment that Stripe calls so; `held`, it waits for one that is being written, and nobody else changes it then.
pub async fn of_intent(conn: &mut Conn, intent: &str, held: bool) -> Result<Option<Payment>> {
    conn.optional(&OF_INTENT[usize::from(held)], Args::new().with(intent)).await
}

const OF_ITS_COMMANDE: &[Access] = &[Access::Index { table: "p", keys: &["staka_payments_commandeId"] }];

static STANDING: Statement = Statement::fixed(
    "payments.standing",
    concat!(
        "SELECT ",
        payment!(),
        " FROM staka_payments p FORCE INDEX (staka_payments_commandeId) WHERE p.commandeId = ? AND p.status <> 'refunded' \
         ORDER BY p.paidAt, p.sessionId LIMIT 1 FOR UPDATE"
    ),
    OF_ITS_COMMANDE,
);

/// The payment by which an order is paid: one whose money is still here.
pub async fn standing(conn: &mut Conn, commande: &CommandeId) -> Result<Option<Payment>> {
    conn.optional(&STANDING, Args::new().with(commande)).await
}

static ADD: Statement = Statement::fixed(
    "payments.add",
    "INSERT INTO staka_payments (`sessionId`, `commandeId`, `userId`, `tarifId`, `paymentIntent`, `amount`, `currency`, \
     `status`, `paidAt`, `refunded`, `invoiceId`, `updatedAt`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    &[],
);

/// Records a payment. `Conflict` when the session has one.
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

/// Records that `refunded` centimes in all went back.
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

/// The columns of what is shown.
const SHOWN: &str = "t.`commandeId`, t.`userId`, t.`tarifId`, t.`amount`, t.`currency`, t.`status`, t.`paidAt`, \
                     t.`refunded`, t.`invoiceId`";

static OF_COMMANDE: LazyLock<Statement> = LazyLock::new(|| {
    let access = &[Access::Index { table: "t", keys: &["staka_payments_commandeId"] }];
    Statement::fixed("payments.of_commande", "", access).with_text(format!(
        "SELECT {SHOWN} FROM staka_payments t FORCE INDEX (staka_payments_commandeId) WHERE t.commandeId = ? \
         ORDER BY t.paidAt, t.sessionId LIMIT 100"
    ))
});

/// The payments of an order, the oldest first; 100 at the most.
pub async fn of_commande(conn: &mut Conn, commande: &CommandeId) -> Result<Vec<PaymentItem>> {
    conn.all(&OF_COMMANDE, Args::new().with(commande)).await
}

/// Which payments are wanted: every field that is given must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PaymentSearch {
    /// Where it stands.
    pub status: Match<PaymentStatus>,
    /// Whose orders.
    pub user: Match<UserId>,
    /// By which price it was sold.
    pub tarif: Match<TarifId>,
    /// On which invoice it is.
    pub invoice: Match<InvoiceId>,
    /// When it was paid.
    pub paid_at: Between<Timestamp>,
}

static LIST: List = List { name: "payments.list", columns: SHOWN, from: "staka_payments t", id: "t.`sessionId`" };

/// The payments that the filter wants, the newest first; 20 unless the page says otherwise, 100 at the most.
pub async fn search(conn: &mut Conn, filter: &PaymentSearch, page: &Page) -> Result<Listing<PaymentItem>> {
    let mut wanted = Where::default();
    wanted.matches("t.`status`", &filter.status);
    wanted.matches("t.`userId`", &filter.user);
    wanted.matches("t.`tarifId`", &filter.tarif);
    wanted.matches("t.`invoiceId`", &filter.invoice);
    wanted.between("t.`paidAt`", &filter.paid_at);
    select::page(conn, &LIST, wanted, &[By::desc("t.`paidAt`")], page, 20, 100).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&LOCKED, &STANDING, &ADD, &REFUND, &*OF_COMMANDE];
    all.extend(OF_INTENT.iter());
    all
}
