//! Invoices.

mod lists;

use std::sync::LazyLock;

use staka_macros::Record;

use crate::base::{Args, Result, Table, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::InvoiceBrief;
use crate::model::{CommandeId, Invoice, InvoiceId, InvoiceStatus, UserId};
use crate::repo::ids;
use crate::repo::table::{columns, verbs};

pub use lists::{
    InvoiceFilter, InvoiceSort, InvoiceSortKey, UserInvoiceFilter, count, figures, list, list_by_commande, list_by_user,
};

verbs!(Invoice, InvoiceId, "invoices": lookup, add, update);

const BY_COMMANDE: &[Access] = &[Access::Index { table: "i", keys: &["invoices_commandeId_idx"] }];

static OF_COMMANDE: Statement = Statement::fixed(
    "invoices.of_commande",
    "SELECT i.id, i.number, i.amount, i.status, i.pdfUrl FROM invoices i WHERE i.commandeId = ? \
     ORDER BY i.createdAt, i.id LIMIT 100",
    BY_COMMANDE,
);

/// Returns the invoices of an order, oldest first, at most 100.
pub async fn of_commande(conn: &mut Conn, commande: &CommandeId) -> Result<Vec<InvoiceBrief>> {
    conn.all(&OF_COMMANDE, Args::new().with(commande)).await
}

static ANY_OF_COMMANDE: Statement = Statement::fixed(
    "invoices.any_of_commande",
    "SELECT EXISTS (SELECT 1 FROM invoices i WHERE i.commandeId = ?)",
    BY_COMMANDE,
);

/// Returns whether an order has invoices.
pub async fn any_of_commande(conn: &mut Conn, commande: &CommandeId) -> Result<bool> {
    Ok(conn.one::<i64>(&ANY_OF_COMMANDE, Args::new().with(commande)).await? != 0)
}

const BY_KEY: &[Access] = &[Access::Index { table: "i", keys: &["PRIMARY"] }];

static LOCKED: LazyLock<Statement> = LazyLock::new(|| {
    let columns = columns("i", Invoice::COLUMNS);
    Statement::fixed("invoices.locked", "", BY_KEY)
        .with_text(format!("SELECT {columns} FROM invoices i WHERE i.id = ? FOR UPDATE"))
});

/// Returns an invoice and locks it.
pub async fn locked(conn: &mut Conn, id: &InvoiceId) -> Result<Option<Invoice>> {
    conn.optional(&LOCKED, Args::new().with(id)).await
}

static UNCANCELLED: LazyLock<Statement> = LazyLock::new(|| {
    let columns = columns("i", Invoice::COLUMNS);
    Statement::fixed("invoices.uncancelled_of", "", BY_COMMANDE).with_text(format!(
        "SELECT {columns} FROM invoices i WHERE i.commandeId = ? AND i.status <> 'CANCELLED' \
         ORDER BY i.status = 'PAID', i.createdAt DESC, i.id DESC LIMIT 1 FOR UPDATE"
    ))
});

/// Locks and returns an invoice of the order that is not CANCELLED, in its latest state; if another program created
/// several, the newest that is not paid, else the newest.
pub async fn uncancelled_of(conn: &mut Conn, commande: &CommandeId) -> Result<Option<Invoice>> {
    conn.optional(&UNCANCELLED, Args::new().with(commande)).await
}

/// An invoice and its number.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct NumberedInvoice {
    /// The invoice's id.
    pub id: InvoiceId,
    /// Number of the invoice.
    pub number: String,
    /// Time when the row was created, UTC.
    pub created_at: Timestamp,
    /// 1 if Staka issued it, 0 otherwise.
    pub owned: i64,
}

static WITH_NUMBER_PREFIX: Statement = Statement::fixed(
    "invoices.with_number_prefix",
    "SELECT i.id, i.number, i.createdAt, EXISTS (SELECT 1 FROM staka_billing_documents d \
     WHERE d.id = CONVERT(i.id USING utf8mb4) COLLATE utf8mb4_unicode_ci) \
     FROM invoices i FORCE INDEX (invoices_number_key) WHERE i.number LIKE ? ORDER BY i.number",
    &[Access::Index { table: "i", keys: &["invoices_number_key"] }, Access::Index { table: "d", keys: &["PRIMARY"] }],
);

/// Returns all invoices whose number begins with `start`, by number; `start` contains no wildcard.
pub async fn with_number_prefix(conn: &mut Conn, start: &str) -> Result<Vec<NumberedInvoice>> {
    conn.all(&WITH_NUMBER_PREFIX, Args::new().with(format!("{start}%"))).await
}

static BY_NUMBER: Statement = Statement::fixed(
    "invoices.by_number",
    "SELECT i.id, i.number, i.createdAt, 0 FROM invoices i WHERE i.number = ? LOCK IN SHARE MODE",
    &[Access::Index { table: "i", keys: &["invoices_number_key", "invoices_number_idx"] }],
);

/// Returns the invoice with this number, in its latest state.
pub async fn by_number(conn: &mut Conn, number: &str) -> Result<Option<NumberedInvoice>> {
    conn.optional(&BY_NUMBER, Args::new().with(number)).await
}

/// The buyer's name and address, as the account has them now.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Buyer {
    /// First name.
    pub prenom: String,
    /// Family name.
    pub nom: String,
    /// E-mail address.
    pub email: String,
    /// Postal address.
    pub adresse: Option<String>,
}

static BUYER: Statement = Statement::fixed(
    "invoices.buyer",
    "SELECT u.prenom, u.nom, u.email, u.adresse FROM users u WHERE u.id = ?",
    &[Access::Index { table: "u", keys: &["PRIMARY"] }],
);

/// Returns the buyer's name and address.
pub async fn buyer(conn: &mut Conn, user: &UserId) -> Result<Option<Buyer>> {
    conn.optional(&BUYER, Args::new().with(user)).await
}

static IS_OWNER: Statement = Statement::fixed(
    "invoices.is_owner",
    "SELECT EXISTS (SELECT 1 FROM invoices i JOIN commandes c ON c.id = i.commandeId WHERE i.id = ? AND c.userId = ?)",
    &[Access::Index { table: "i", keys: &["PRIMARY"] }, Access::Index { table: "c", keys: &["PRIMARY"] }],
);

/// Returns whether the invoice is for an order of the user.
pub async fn is_owner(conn: &mut Conn, id: &InvoiceId, user: &UserId) -> Result<bool> {
    Ok(conn.one::<i64>(&IS_OWNER, Args::new().with(id).with(user)).await? != 0)
}

static LATE: Statement = Statement::fixed(
    "invoices.late",
    "(SELECT i.id FROM invoices i FORCE INDEX (staka_invoices_due) \
     WHERE i.status = 'GENERATED' AND i.dueAt < ? ORDER BY i.dueAt, i.id LIMIT ?) UNION ALL \
     (SELECT i.id FROM invoices i FORCE INDEX (staka_invoices_due) \
     WHERE i.status = 'SENT' AND i.dueAt < ? ORDER BY i.dueAt, i.id LIMIT ?)",
    &[Access::Index { table: "i", keys: &["staka_invoices_due"] }],
);

#[derive(Record)]
struct Late {
    id: InvoiceId,
}

/// Returns up to `limit` invoices of each status, GENERATED and SENT, that were due before `now`.
pub async fn late(conn: &mut Conn, now: Timestamp, limit: u64) -> Result<Vec<InvoiceId>> {
    let found: Vec<Late> = conn.all(&LATE, Args::new().with(now).with(limit).with(now).with(limit)).await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// Returns those of `ids` that are GENERATED or SENT and were due before `now`, by id, with their status, and locks them.
/// Takes 1 to 1,000 ids.
pub async fn lock_late(conn: &mut Conn, ids: &[InvoiceId], now: Timestamp) -> Result<Vec<LateInvoice>> {
    let (statement, args) = ids::bind(&LOCK_LATE, ids, Args::new().with(now));
    conn.all(statement, args).await
}

/// A late invoice.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct LateInvoice {
    /// The invoice's id.
    pub id: InvoiceId,
    /// Status of the invoice.
    pub status: InvoiceStatus,
}

static LOCK_LATE: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    ids::statements("invoices.mark_overdue/lock", BY_KEY, |places| {
        // In the order of the ids, so that two such statements never deadlock.
        format!(
            "SELECT i.id, i.status FROM invoices i FORCE INDEX (PRIMARY) WHERE i.dueAt < ? \
             AND i.status IN ('GENERATED', 'SENT') AND i.id IN ({places}) ORDER BY i.id FOR UPDATE"
        )
    })
});

static MARK_OVERDUE: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    ids::statements("invoices.mark_overdue", BY_KEY, |places| {
        format!(
            "UPDATE invoices i FORCE INDEX (PRIMARY) SET i.status = 'OVERDUE', \
             i.updatedAt = GREATEST(?, i.updatedAt + INTERVAL 1000 MICROSECOND) WHERE i.id IN ({places})"
        )
    })
});

/// Sets the status of invoices that the transaction has locked to OVERDUE. Takes 1 to 1,000 ids.
pub async fn mark_overdue(conn: &mut Conn, ids: &[InvoiceId], now: Timestamp) -> Result<()> {
    let (statement, args) = ids::bind(&MARK_OVERDUE, ids, Args::new().with(now));
    conn.execute(statement, args).await.map(|_| ())
}

pub(super) use lists::lists;

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([
        &OF_COMMANDE,
        &ANY_OF_COMMANDE,
        &*LOCKED,
        &*UNCANCELLED,
        &WITH_NUMBER_PREFIX,
        &BY_NUMBER,
        &BUYER,
        &IS_OWNER,
        &LATE,
    ]);
    all.extend(LOCK_LATE.iter().chain(MARK_OVERDUE.iter()));
    all.extend(lists::statements());
    all
}
