//! The status changes of invoices: a table owned by Staka whose rows are added and read.

use std::sync::LazyLock;

use super::table::{self, add_statement, insert, insert_statement, part};
use crate::base::{Args, Result};
use crate::db::{Access, Conn, Statement};
use crate::model::view::InvoiceTransition;
use crate::model::{InvoiceId, InvoiceTransitionRow};

static ADD: LazyLock<Statement> = LazyLock::new(|| insert_statement::<InvoiceTransitionRow>("invoice_transitions.add"));

/// Inserts a transition.
pub async fn add(conn: &mut Conn, transition: &InvoiceTransitionRow) -> Result<()> {
    insert(conn, &ADD, transition).await.map(drop)
}

static ADD_MANY: LazyLock<Statement> =
    LazyLock::new(|| add_statement::<InvoiceTransitionRow>("invoice_transitions.add_many"));

/// Inserts transitions, several per statement.
pub async fn add_many(conn: &mut Conn, transitions: &[InvoiceTransitionRow]) -> Result<()> {
    table::add(conn, &ADD_MANY, transitions).await
}

static OF_INVOICE: LazyLock<Statement> = LazyLock::new(|| {
    let access = &[Access::Index { table: "t", keys: &["staka_invoice_transitions_invoice"] }];
    Statement::fixed("invoice_transitions.of_invoice", "", access).with_text(format!(
        "SELECT {columns} FROM staka_invoice_transitions t WHERE t.invoiceId = ? \
         ORDER BY FIELD(t.toStatus, 'GENERATED', 'SENT', 'OVERDUE', 'PAID', 'CANCELLED'), t.at, t.id",
        columns = part::<InvoiceTransition>("t")
    ))
});

/// Returns the transitions of an invoice, oldest first. Each status occurs once, so their order does not depend on
/// clocks.
pub async fn of_invoice(conn: &mut Conn, invoice: &InvoiceId) -> Result<Vec<InvoiceTransition>> {
    conn.all(&OF_INVOICE, Args::new().with(invoice)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&*ADD, &*ADD_MANY, &*OF_INVOICE]
}
