//! Queries of the table `commandes`.

mod lists;

use std::collections::HashMap;
use std::sync::LazyLock;

use staka_macros::Record;

use crate::base::{Args, Cursor, Error, Page, PageRequest, Result, Table, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{CommandeDetail, CommandeWithInvoices, InvoiceBrief, UserBrief};
use crate::model::{Commande, CommandeId, UserId};
use crate::repo::table::{columns, part, verbs};

pub use lists::{
    CommandeFilter, CommandeSort, CommandeSortKey, ProjectFilter, UserCommandeFilter, count, count_by_statut,
    count_projects, list, list_by_user, list_projects,
};

verbs!(Commande, CommandeId, "commandes": lookup, add, update, remove);

/// From the start of the list, and after a cursor.
static LIST_WITH_INVOICES: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|after| {
        let condition = if after { " AND c.createdAt <= ? AND (c.createdAt < ? OR c.id < ?)" } else { "" };
        Statement::fixed("commandes.list_with_invoices", "", &[Access::Index { table: "c", keys: &["staka_commandes_recent"] }]).with_text(format!(
            "SELECT {} FROM commandes c WHERE c.userId = ?{condition} ORDER BY c.createdAt DESC, c.id DESC LIMIT ? OFFSET ?",
            columns("c", Commande::COLUMNS)
        ))
    })
});

static INVOICES: Statement = Statement::fixed(
    "commandes.list_with_invoices/invoices",
    "SELECT i.commandeId, i.id, i.number, i.amount, i.status, i.pdfUrl FROM commandes c JOIN invoices i ON i.commandeId = c.id \
     WHERE c.userId = ? AND c.createdAt BETWEEN ? AND ? ORDER BY i.createdAt, i.id",
    &[
        Access::Index { table: "c", keys: &["staka_commandes_recent"] },
        Access::Index { table: "i", keys: &["invoices_commandeId_idx"] },
    ],
);

#[derive(Record)]
struct CommandeInvoice {
    commande_id: CommandeId,
    #[record(nested)]
    invoice: InvoiceBrief,
}

static COUNT_BY_USER: Statement = Statement::fixed(
    "commandes.list_with_invoices/total",
    "SELECT COUNT(*) FROM commandes c FORCE INDEX (staka_commandes_recent) WHERE c.userId = ?",
    &[Access::Index { table: "c", keys: &["staka_commandes_recent"] }],
);

/// Returns a user's orders, newest first, each with its invoices, by two statements whatever their number.
pub async fn list_with_invoices(
    conn: &mut Conn,
    user: &UserId,
    page: &PageRequest,
) -> Result<Page<CommandeWithInvoices>> {
    let window = page.window(100, 500)?;
    let total = match page.total {
        true => Some(conn.one::<i64>(&COUNT_BY_USER, Args::new().with(user)).await?.unsigned_abs()),
        false => None,
    };
    let mut args = Args::new().with(user);
    if let Some(after) = &page.after {
        let [created_at, id] = after.keys::<2>("commandes.list_with_invoices")?;
        let created_at: Timestamp =
            created_at.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))?;
        args = args.with(created_at).with(created_at).with(id);
    }
    args = args.with(window.limit + 1).with(window.offset);
    let rows: Vec<CommandeWithInvoices> =
        conn.all(&LIST_WITH_INVOICES[usize::from(page.after.is_some())], args).await?;
    let mut listing = Page::from_extra_row(rows, window.limit, |last: &CommandeWithInvoices| {
        Cursor::after_row(
            "commandes.list_with_invoices",
            &[&last.commande.created_at.to_string(), last.commande.id.as_str()],
        )
    })
    .with_total(total);
    let (Some(newest), Some(oldest)) = (listing.items.first(), listing.items.last()) else { return Ok(listing) };
    let args = Args::new().with(user).with(oldest.commande.created_at).with(newest.commande.created_at);
    let places: HashMap<CommandeId, usize> =
        listing.items.iter().enumerate().map(|(place, item)| (item.commande.id.clone(), place)).collect();
    let items = &mut listing.items;
    conn.each(&INVOICES, args, |row: CommandeInvoice| {
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

/// Returns whether the order belongs to the user.
pub async fn is_owner(conn: &mut Conn, id: &CommandeId, user: &UserId) -> Result<bool> {
    Ok(conn.one::<i64>(&IS_OWNER, Args::new().with(id).with(user)).await? != 0)
}

const BY_KEY: &[Access] = &[Access::Index { table: "c", keys: &["PRIMARY"] }];

static LOCK: LazyLock<Statement> = LazyLock::new(|| {
    let columns = columns("c", Commande::COLUMNS);
    Statement::fixed("commandes.locked", "", BY_KEY)
        .with_text(format!("SELECT {columns} FROM commandes c WHERE c.id = ? FOR UPDATE"))
});

/// Locks the order's row until the transaction ends and returns it. Transactions that add a file or an invoice to the
/// order wait too, because their foreign keys read the row.
pub async fn lock(conn: &mut Conn, id: &CommandeId) -> Result<Option<Commande>> {
    conn.optional(&LOCK, Args::new().with(id)).await
}

static OWNER: Statement =
    Statement::fixed("commandes.owner", "SELECT c.userId FROM commandes c WHERE c.id = ?", BY_KEY);

#[derive(Record)]
struct Owner {
    id: UserId,
}

/// Returns the id of the order's owner, if the order exists.
pub async fn owner(conn: &mut Conn, id: &CommandeId) -> Result<Option<UserId>> {
    let owner: Option<Owner> = conn.optional(&OWNER, Args::new().with(id)).await?;
    Ok(owner.map(|owner| owner.id))
}

static GET: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed(
        "commandes.get",
        "",
        &[
            Access::Index { table: "c", keys: &["PRIMARY"] },
            Access::Index { table: "u", keys: &["PRIMARY"] },
            Access::Index { table: "f", keys: &["staka_files_commande", "files_commandeId_idx"] },
            Access::Index { table: "i", keys: &["invoices_commandeId_idx"] },
        ],
    )
    .with_text(format!(
        "SELECT {}, {}, \
         (SELECT COUNT(*) FROM files f WHERE f.commandeId = c.id), \
         (SELECT COUNT(*) FROM invoices i WHERE i.commandeId = c.id) \
         FROM commandes c JOIN users u ON u.id = c.userId WHERE c.id = ?",
        columns("c", Commande::COLUMNS),
        part::<UserBrief>("u")
    ))
});

/// Returns the order with its client and the numbers of its files and invoices; the lists of these are left empty.
pub async fn get(conn: &mut Conn, id: &CommandeId) -> Result<Option<CommandeDetail>> {
    conn.optional(&GET, Args::new().with(id)).await
}

static BY_SESSION: LazyLock<Statement> = LazyLock::new(|| {
    let access = &[Access::Index { table: "c", keys: &["staka_commandes_session"] }];
    Statement::fixed("commandes.by_stripe_session", "", access).with_text(format!(
        "SELECT {} FROM commandes c FORCE INDEX (staka_commandes_session) WHERE c.stripeSessionId = ? ORDER BY c.id LIMIT 10",
        columns("c", Commande::COLUMNS)
    ))
});

/// Returns the orders with the Stripe checkout session, ignoring case: one, unless another program wrote a duplicate;
/// at most 10.
pub async fn by_stripe_session(conn: &mut Conn, session: &str) -> Result<Vec<Commande>> {
    conn.all(&BY_SESSION, Args::new().with(session)).await
}

pub(super) use lists::lists;

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend(LIST_WITH_INVOICES.iter());
    all.extend([&COUNT_BY_USER, &INVOICES, &IS_OWNER, &*LOCK, &OWNER, &*GET, &*BY_SESSION]);
    all.extend(lists::statements());
    all
}
