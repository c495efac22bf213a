//! Orders with their invoices: two statements, and rows that are put together.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::NaiveDateTime;
use mysql_async::prelude::Queryable;
use sqlx::MySqlConnection;
use staka_core::db::Conn;
use staka_core::model::view::CommandeWithInvoices;
use staka_core::repo::commandes;
use staka_core::{Page, Staka};

use crate::bed::Light;
use crate::peers::{Query, sql};
use crate::table::row;

static LIST: LazyLock<&str> = LazyLock::new(|| sql("commandes.list_with_invoices"));
static INVOICES: LazyLock<&str> = LazyLock::new(|| sql("commandes.list_with_invoices/invoices"));
const LIMIT: u32 = 100;

row! {
    struct Commande {
        id: String,
        user_id: String,
        titre: String,
        description: Option<String>,
        fichier_url: Option<String>,
        statut: String,
        note_client: Option<String>,
        note_correcteur: Option<String>,
        priorite: String,
        date_echeance: Option<NaiveDateTime>,
        date_finition: Option<NaiveDateTime>,
        created_at: NaiveDateTime,
        updated_at: NaiveDateTime,
        payment_status: Option<String>,
        stripe_session_id: Option<String>,
        amount: Option<i64>,
    }
}

row! {
    struct Invoice {
        commande_id: String,
        id: String,
        number: String,
        amount: i64,
        status: String,
        pdf_url: String,
    }
}

pub(crate) struct WithInvoices;

impl Query for WithInvoices {
    async fn staka(&self, staka: &Staka, light: &Light) -> usize {
        let listing = staka.as_system().commandes().list_with_invoices(&light.user, Page::default()).await;
        invoices(&listing.expect("Staka reads").items)
    }

    async fn conn(&self, conn: &mut Conn, light: &Light) -> usize {
        let listing = commandes::list_with_invoices(conn, &light.user, &Page::default()).await;
        invoices(&listing.expect("Staka reads").items)
    }

    async fn sqlx(&self, conn: &mut MySqlConnection, light: &Light) -> usize {
        let user = light.user.as_str();
        let list = sqlx::query_as::<_, Commande>(*LIST).bind(user).bind(LIMIT + 1).bind(0_u64);
        let rows = list.fetch_all(&mut *conn).await.expect("sqlx reads");
        let (oldest, newest) = span(&rows);
        let list = sqlx::query_as::<_, Invoice>(*INVOICES).bind(user).bind(oldest).bind(newest);
        put_together(rows, list.fetch_all(conn).await.expect("sqlx reads"))
    }

    async fn mysql_async(&self, conn: &mut mysql_async::Conn, light: &Light) -> usize {
        let user = light.user.as_str();
        let list = conn.exec::<Commande, _, _>(*LIST, (user, LIMIT + 1, 0_u64)).await;
        let rows = list.expect("mysql_async reads");
        let (oldest, newest) = span(&rows);
        let list = conn.exec::<Invoice, _, _>(*INVOICES, (user, oldest, newest)).await;
        put_together(rows, list.expect("mysql_async reads"))
    }
}

fn span(rows: &[Commande]) -> (NaiveDateTime, NaiveDateTime) {
    let (newest, oldest) = (rows.first().expect("the author has orders"), rows.last().expect("and so a last one"));
    (oldest.created_at, newest.created_at)
}

fn put_together(rows: Vec<Commande>, invoices: Vec<Invoice>) -> usize {
    let places: HashMap<String, usize> = rows.iter().enumerate().map(|(place, row)| (row.id.clone(), place)).collect();
    let mut items: Vec<(Commande, Vec<Invoice>)> = rows.into_iter().map(|row| (row, Vec::new())).collect();
    for invoice in invoices {
        if let Some(place) = places.get(&invoice.commande_id) {
            items[*place].1.push(invoice);
        }
    }
    items.iter().map(|(_, invoices)| 1 + invoices.len()).sum()
}

fn invoices(items: &[CommandeWithInvoices]) -> usize {
    items.iter().map(|item| 1 + item.invoices.len()).sum()
}
