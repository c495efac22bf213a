//! Orders.

use std::collections::HashMap;
use std::sync::LazyLock;

use staka_macros::Record;

use super::table::{columns, verbs};
use crate::base::{Args, Cursor, Error, Listing, Page, Result, Table, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{CommandeWithInvoices, InvoiceBrief};
use crate::model::{Commande, CommandeFilter, CommandeId, UserId};

verbs!(Commande, CommandeId, CommandeFilter, "commandes");

/// From the start, and behind a cursor.
static LIST_OF_USER: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|after| {
        let behind = if after { " AND c.createdAt <= ? AND (c.createdAt < ? OR c.id < ?)" } else { "" };
        Statement::fixed("commandes.list_with_invoices", "", &[Access::Index { table: "c", keys: &["staka_commandes_recent"] }]).with_text(format!(
            "SELECT {} FROM commandes c WHERE c.userId = ?{behind} ORDER BY c.createdAt DESC, c.id DESC LIMIT ? OFFSET ?",
            columns("c", Commande::COLUMNS)
        ))
    })
});

static INVOICES_OF_LIST: Statement = Statement::fixed(
    "commandes.list_with_invoices/invoices",
    "SELECT i.commandeId, i.id, i.number, i.amount, i.status, i.pdfUrl FROM commandes c JOIN invoices i ON i.commandeId = c.id \
     WHERE c.userId = ? AND c.createdAt BETWEEN ? AND ? ORDER BY i.createdAt, i.id",
    &[
        Access::Index { table: "c", keys: &["staka_commandes_recent"] },
        Access::Index { table: "i", keys: &["invoices_commandeId_idx"] },
    ],
);

#[derive(Record)]
struct InvoiceOf {
    commande_id: CommandeId,
    #[record(nested)]
    invoice: InvoiceBrief,
}

/// A user's orders, the newest first, each with its invoices; two statements whatever their number.
pub async fn list_with_invoices(conn: &mut Conn, user: &UserId, page: &Page) -> Result<Listing<CommandeWithInvoices>> {
    let window = page.window(100, 500)?;
    let mut args = Args::new().with(user);
    if let Some(after) = &page.after {
        let [created_at, id] = after.keys::<2>("commandes.list_with_invoices")?;
        let created_at: Timestamp =
            created_at.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))?;
        args = args.with(created_at).with(created_at).with(id);
    }
    args = args.with(window.limit + 1).with(window.offset);
    let rows: Vec<CommandeWithInvoices> = conn.all(&LIST_OF_USER[usize::from(page.after.is_some())], args).await?;
    let mut listing = Listing::from_overfull(rows, window.limit, |last: &CommandeWithInvoices| {
        Cursor::behind(
            "commandes.list_with_invoices",
            &[&last.commande.created_at.to_string(), last.commande.id.as_str()],
        )
    });
    let (Some(newest), Some(oldest)) = (listing.items.first(), listing.items.last()) else { return Ok(listing) };
    let args = Args::new().with(user).with(oldest.commande.created_at).with(newest.commande.created_at);
    let places: HashMap<CommandeId, usize> =
        listing.items.iter().enumerate().map(|(place, item)| (item.commande.id.clone(), place)).collect();
    let items = &mut listing.items;
    conn.each(&INVOICES_OF_LIST, args, |row: InvoiceOf| {
        if let Some(place) = places.get(&row.commande_id) {
            items[*place].invoices.push(row.invoice);
        }
    })
    .await?;
    Ok(listing)
}

static IS_OWNER: Statement = Statement::fixed(
    "commandes.is_owner",
    "SELECT EXISTS (SELECT 1 FROM commandes c WHERE c.id = ? AND c.userId = ?)",
    &[Access::Index { table: "c", keys: &["PRIMARY"] }],
);

/// Whether the order is the user's.
pub async fn is_owner(conn: &mut Conn, id: &CommandeId, user: &UserId) -> Result<bool> {
    Ok(conn.one::<i64>(&IS_OWNER, Args::new().with(id).with(user)).await? != 0)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend(LIST_OF_USER.iter());
    all.extend([&INVOICES_OF_LIST, &IS_OWNER]);
    all
}
