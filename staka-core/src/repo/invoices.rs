//! Invoices.

use super::table::verbs;
use crate::base::{Args, Result};
use crate::db::{Access, Conn, Statement};
use crate::model::view::InvoiceBrief;
use crate::model::{CommandeId, Invoice, InvoiceFilter, InvoiceId};

verbs!(Invoice, InvoiceId, InvoiceFilter, "invoices");

const OF_ITS_COMMANDE: &[Access] = &[Access::Index { table: "i", keys: &["invoices_commandeId_idx"] }];

static OF_COMMANDE: Statement = Statement::fixed(
    "invoices.of_commande",
    "SELECT i.id, i.number, i.amount, i.status, i.pdfUrl FROM invoices i WHERE i.commandeId = ? \
     ORDER BY i.createdAt, i.id LIMIT 100",
    OF_ITS_COMMANDE,
);

/// The invoices of an order, the oldest first; 100 at the most.
pub async fn of_commande(conn: &mut Conn, commande: &CommandeId) -> Result<Vec<InvoiceBrief>> {
    conn.all(&OF_COMMANDE, Args::new().with(commande)).await
}

static ANY_OF_COMMANDE: Statement = Statement::fixed(
    "invoices.any_of_commande",
    "SELECT EXISTS (SELECT 1 FROM invoices i WHERE i.commandeId = ?)",
    OF_ITS_COMMANDE,
);

/// Whether an order has invoices.
pub async fn any_of_commande(conn: &mut Conn, commande: &CommandeId) -> Result<bool> {
    Ok(conn.one::<i64>(&ANY_OF_COMMANDE, Args::new().with(commande)).await? != 0)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&OF_COMMANDE, &ANY_OF_COMMANDE]);
    all
}
