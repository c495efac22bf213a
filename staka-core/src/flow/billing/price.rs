//! What an order costs.

use serde_json::json;

use crate::base::{Error, ErrorKind, Patch, Result, Timestamp};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::model::{Commande, CommandeId, CommandePatch};
use crate::repo::{commandes, invoices};

/// Sets the price of an order in centimes; for administrators. `Invalid` unless it is above zero and fits its column,
/// `NotFound`, `Precondition` when the order is not at `expected` any more, `Conflict` when it is paid or has an invoice that
/// is not CANCELLED.
pub async fn set_price(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &CommandeId,
    amount: i64,
    expected: Option<Timestamp>,
) -> Result<Commande> {
    if !(1..=i64::from(i32::MAX)).contains(&amount) {
        return Err(Error::invalid("amount", format!("must be between 1 and {}", i32::MAX)));
    }
    let absent = || Error::new(ErrorKind::NotFound, format!("commandes {id} is not there"));
    let row = commandes::locked(conn, id).await?.ok_or_else(absent)?;
    if expected.is_some_and(|expected| expected != row.updated_at) {
        return Err(Error::new(ErrorKind::Precondition, format!("commandes {id} was changed meanwhile")));
    }
    if let Some(payment @ ("paid" | "pending")) = row.payment_status.as_deref() {
        return Err(Error::new(ErrorKind::Conflict, format!("the order's payment is {payment}: its price stays")));
    }
    if let Some(living) = invoices::living_of(conn, id).await? {
        let message =
            format!("the order has the invoice {}, which is {}: its price stays", living.number, living.status);
        return Err(Error::new(ErrorKind::Conflict, message));
    }
    let details = json!({"client": row.user_id.as_str(), "fields": ["amount"], "from": row.amount, "to": amount});
    journal::write(conn, act, Action::CommandeUpdated, Some(id.as_str()), details).await?;
    let patch = CommandePatch { amount: Patch::Set(Some(amount)), ..CommandePatch::default() };
    commandes::update(conn, id, &patch, None, act.now).await?;
    commandes::lookup(conn, id).await?.ok_or_else(absent)
}
