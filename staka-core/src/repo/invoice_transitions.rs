//! The status changes of invoices: a table owned by Staka whose rows are added and read.

use crate::base::{Args, Result, TextId};
use crate::db::{Access, Conn, Statement};
use crate::model::InvoiceId;
use crate::model::view::InvoiceTransition;

static ADD: Statement = Statement::fixed(
    "invoice_transitions.add",
    "INSERT INTO staka_invoice_transitions (`id`, `invoiceId`, `fromStatus`, `toStatus`, `at`, `actorId`) \
     VALUES (?, ?, ?, ?, ?, ?)",
    &[],
);

/// Inserts a transition.
pub async fn add(conn: &mut Conn, id: &str, invoice: &InvoiceId, transition: &InvoiceTransition) -> Result<()> {
    let args = Args::new()
        .with(id)
        .with(invoice)
        .with(&transition.from_status)
        .with(&transition.to_status)
        .with(transition.at);
    conn.execute(&ADD, args.with(transition.actor_id.as_ref().map(TextId::as_str))).await.map(drop)
}

static OF_INVOICE: Statement = Statement::fixed(
    "invoice_transitions.of_invoice",
    "SELECT t.fromStatus, t.toStatus, t.at, t.actorId FROM staka_invoice_transitions t WHERE t.invoiceId = ? \
     ORDER BY FIELD(t.toStatus, 'GENERATED', 'SENT', 'OVERDUE', 'PAID', 'CANCELLED'), t.at, t.id",
    &[Access::Index { table: "t", keys: &["staka_invoice_transitions_invoice"] }],
);

/// Returns the transitions of an invoice, oldest first. Each status occurs once, so their order does not depend on
/// clocks.
pub async fn of_invoice(conn: &mut Conn, invoice: &InvoiceId) -> Result<Vec<InvoiceTransition>> {
    conn.all(&OF_INVOICE, Args::new().with(invoice)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&ADD, &OF_INVOICE]
}
