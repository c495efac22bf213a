//! The price of an order.

use serde_json::json;

use crate::base::{Error, ErrorKind, Patch, Result, Timestamp};
use crate::db::Conn;
use crate::model::{Commande, CommandeId, CommandePatch};
use crate::repo::{commandes, invoices};
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

/// Sets the price of an order, in centimes. Fails with `Invalid` unless it is above zero and fits its column, with
/// `NotFound`, with `Precondition` if the order's `updatedAt` is not `expected`, and with `Conflict` if the order's
/// payment is paid or pending or it has an invoice that is not CANCELLED.
pub async fn set_price(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &CommandeId,
    amount: i64,
    expected: Option<Timestamp>,
) -> Result<Commande> {
    if !(1..=i64::from(i32::MAX)).contains(&amount) {
        return Err(Error::invalid("amount", format!("must be between 1 and {}", i32::MAX)));
    }
    let not_found = || Error::new(ErrorKind::NotFound, format!("order {id} not found"));
    let row = commandes::lock(conn, id).await?.ok_or_else(not_found)?;
    if expected.is_some_and(|expected| expected != row.updated_at) {
        return Err(Error::new(ErrorKind::Precondition, format!("order {id} was changed meanwhile")));
    }
    if let Some(payment @ ("paid" | "pending")) = row.payment_status.as_deref() {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("the order's payment is {payment}: its price cannot change"),
        ));
    }
    if let Some(existing) = invoices::uncancelled_of(conn, id).await? {
        let message = format!(
            "the order has the invoice {}, which is {}: its price cannot change",
            existing.number, existing.status
        );
        return Err(Error::new(ErrorKind::Conflict, message));
    }
    let details = json!({"client": row.user_id.as_str(), "fields": ["amount"], "from": row.amount, "to": amount});
    audit_trail::write(conn, ctx, Action::CommandeUpdated, Some(id.as_str()), details).await?;
    let patch = CommandePatch { amount: Patch::Set(Some(amount)), ..CommandePatch::default() };
    commandes::update(conn, id, &patch, None, ctx.now).await?;
    commandes::lookup(conn, id).await?.ok_or_else(not_found)
}
