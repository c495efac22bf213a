//! The data for tests of statistics: the demo data, rows at times at which calendars go wrong, and payments; and what
//! plain Rust counts in it, row by row, with dates computed by chrono and not by the library.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use sqlx::{AssertSqlSafe, Executor};
use staka_cases::ANCHOR;
use staka_core::base::{NewRow, TextId};
use staka_core::model::*;
use staka_core::{ManualClock, PeriodUnit, Secret, Staka, StakaBuilder, SystemClock, Timestamp, Zone, repo};
use staka_local::Engine;
use tokio::sync::OnceCell;

use crate::seeded::table;
use crate::support::{Server, TestDb};

/// Times next to the boundaries of days, weeks, months and years in Paris, and within the hours that its clocks repeat
/// and skip.
pub const EDGES: &[&str] = &[
    "2025-03-30T00:59:59.999Z",
    "2025-10-25T21:59:59.999Z",
    "2025-10-25T22:00:00.000Z",
    "2025-10-26T00:30:00.000Z",
    "2025-10-26T01:30:00.000Z",
    "2025-10-26T22:59:59.999Z",
    "2025-10-26T23:00:00.000Z",
    "2025-12-31T22:59:59.999Z",
    "2025-12-31T23:00:00.000Z",
    "2025-12-31T23:30:00.000Z",
    "2026-01-01T00:00:00.000Z",
    "2026-01-31T22:59:59.999Z",
    "2026-01-31T23:00:00.000Z",
    "2026-02-28T22:59:59.999Z",
    "2026-02-28T23:00:00.000Z",
    "2026-03-28T22:59:59.999Z",
    "2026-03-28T23:00:00.000Z",
    "2026-03-29T00:59:59.999Z",
    "2026-03-29T01:00:00.000Z",
    "2026-03-29T21:59:59.999Z",
    "2026-03-29T22:00:00.000Z",
    "2026-10-24T22:00:00.000Z",
    "2026-10-25T00:59:59.999Z",
    "2026-10-25T22:59:59.999Z",
    "2026-10-25T23:00:00.000Z",
    "2026-12-27T23:00:00.000Z",
    "2026-12-31T23:00:00.000Z",
    "2027-01-03T22:59:59.999Z",
    "2027-01-03T23:00:00.000Z",
];

/// A recorded payment.
pub struct Payment {
    pub session: String,
    pub commande: CommandeId,
    pub tarif: Option<String>,
    pub paid_at: Timestamp,
}

pub struct World {
    pub db: TestDb,
    pub users: Vec<User>,
    pub commandes: Vec<Commande>,
    pub messages: Vec<Message>,
    pub tickets: Vec<SupportRequest>,
    pub invoices: Vec<Invoice>,
    pub tarifs: Vec<Tarif>,
    pub payments: Vec<Payment>,
}

pub async fn world(server: &'static Server) -> &'static World {
    static MARIADB: OnceCell<World> = OnceCell::const_new();
    static MYSQL: OnceCell<World> = OnceCell::const_new();
    let cell = if server.engine == Engine::MariaDb { &MARIADB } else { &MYSQL };
    cell.get_or_init(|| World::made(server)).await
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn sql(moment: Timestamp) -> String {
    moment.to_string().replace('T', " ").replace('Z', "")
}

impl World {
    async fn made(server: &'static Server) -> Self {
        let db = server.seeded().await.copy().await;
        let staka = db.builder().connect().await.unwrap();
        edges(&staka).await;
        payments(&db, &staka).await;
        let mut conn = staka.acquire().await.unwrap();
        let (users, commandes) = (table(&mut conn).await, table(&mut conn).await);
        let (messages, tickets) = (table(&mut conn).await, table(&mut conn).await);
        let (invoices, tarifs) = (table(&mut conn).await, table(&mut conn).await);
        drop(conn);
        let rows: Vec<(String, String, Option<String>, Timestamp)> =
            sqlx::query_as("SELECT CAST(sessionId AS CHAR), commandeId, tarifId, paidAt FROM staka_payments")
                .fetch_all(&mut db.connect().await)
                .await
                .unwrap();
        let payments = rows
            .into_iter()
            .map(|(session, commande, tarif, paid_at)| Payment {
                session,
                commande: commande.parse().unwrap(),
                tarif,
                paid_at,
            })
            .collect();
        staka.close().await;
        Self { db, users, commandes, messages, tickets, invoices, tarifs, payments }
    }

    pub fn builder(&self, zone: Zone) -> StakaBuilder {
        self.db.builder().clock(Arc::new(ManualClock::new(moment(ANCHOR)))).zone(zone)
    }

    pub async fn staka(&self) -> Staka {
        self.builder(Zone::Europe__Paris).connect().await.unwrap()
    }

    /// Returns the first recorded payment of each order.
    pub fn first_payments(&self) -> HashMap<&CommandeId, &Payment> {
        let mut first: HashMap<&CommandeId, &Payment> = HashMap::new();
        for payment in &self.payments {
            let earliest = first.entry(&payment.commande).or_insert(payment);
            if (payment.paid_at, &payment.session) < (earliest.paid_at, &earliest.session) {
                *earliest = payment;
            }
        }
        first
    }

    /// Returns the paid orders, each with the time of its payment and the payment.
    pub fn paid(&self) -> Vec<(&Commande, Timestamp, Option<&Payment>)> {
        let first = self.first_payments();
        let is_paid = |row: &&Commande| row.payment_status.as_ref().is_some_and(|word| word.to_lowercase() == "paid");
        let paid = self.commandes.iter().filter(is_paid);
        paid.map(|row| {
            let payment = first.get(&row.id).copied();
            (row, payment.map_or(row.created_at, |payment| payment.paid_at), payment)
        })
        .collect()
    }

    /// Counts revenue, orders paid, created and finished, accounts, clients, messages, tickets opened and resolved, by
    /// the label of each time that has one.
    pub fn counted(&self, label: impl Fn(Timestamp) -> Option<String>) -> BTreeMap<String, [i64; 9]> {
        let mut all: BTreeMap<String, [i64; 9]> = BTreeMap::new();
        let mut add = |moment: Timestamp, figure: usize, number: i64| {
            if let Some(label) = label(moment) {
                all.entry(label).or_default()[figure] += number;
            }
        };
        for (row, at, _) in self.paid() {
            add(at, 0, row.amount.unwrap_or(0));
            add(at, 1, 1);
        }
        for row in &self.commandes {
            add(row.created_at, 2, 1);
            if let Some(at) = row.date_finition {
                add(at, 3, 1);
            }
        }
        for row in &self.users {
            add(row.created_at, 4, 1);
            if row.role == Role::User {
                add(row.created_at, 5, 1);
            }
        }
        for row in self.messages.iter().filter(|row| row.statut != MessageStatut::Brouillon) {
            add(row.created_at, 6, 1);
        }
        for row in &self.tickets {
            add(row.created_at, 7, 1);
            if let Some(at) = row.resolved_at {
                add(at, 8, 1);
            }
        }
        all
    }
}

/// Returns the date of a time, as chrono computes it.
pub fn date(zone: Zone, at: Timestamp) -> String {
    at.to_chrono().with_timezone(&zone).format("%Y-%m-%d").to_string()
}

/// Returns the label of the period that contains a time, as chrono computes it.
pub fn label_of(zone: Zone, at: Timestamp, unit: PeriodUnit) -> String {
    let local = at.to_chrono().with_timezone(&zone);
    match unit {
        PeriodUnit::Day => local.format("%Y-%m-%d").to_string(),
        PeriodUnit::Week => local.format("%G-W%V").to_string(),
        PeriodUnit::Month => local.format("%Y-%m").to_string(),
        PeriodUnit::Quarter => {
            let month: u32 = local.format("%m").to_string().parse().unwrap();
            format!("{}-Q{}", local.format("%Y"), month.div_ceil(3))
        }
        PeriodUnit::Year => local.format("%Y").to_string(),
    }
}

/// Inserts rows of every kind at each of these times.
async fn edges(staka: &Staka) {
    let mut conn = staka.acquire().await.unwrap();
    for (n, at) in EDGES.iter().enumerate() {
        let at = moment(at);
        let before = at.minus(std::time::Duration::from_secs(9 * 86_400 + 1));
        let mut user = UserInsert::new("Bord", "Instant", format!("bord{n}@example.org"), Secret::new("x"))
            .into_row(&SystemClock)
            .unwrap();
        user.created_at = at;
        repo::users::add(&mut conn, std::slice::from_ref(&user)).await.unwrap();
        let made = |titre: &str, created: Timestamp, amount: Option<i64>, status: Option<&str>| {
            let mut row = CommandeInsert::new(user.id.clone(), titre).into_row(&SystemClock).unwrap();
            (row.created_at, row.amount, row.payment_status) = (created, amount, status.map(str::to_owned));
            row
        };
        let mut finished = made("faite", before, Some(100), Some("failed"));
        finished.date_finition = Some(at);
        let mut backwards = made("à rebours", at, None, None);
        backwards.date_finition = Some(before);
        let orders = [
            made("payée", at, Some(12_345), Some("paid")),
            made("payée sans montant", at, None, Some("PAID")),
            // Its payment is recorded at `at`.
            made("payée plus tard", before, Some(7_777), Some("paid")),
            made("rendue", at, Some(9_999), Some("refunded")),
            finished,
            backwards,
        ];
        repo::commandes::add(&mut conn, &orders).await.unwrap();
        let write = |statut: MessageStatut| {
            let mut row =
                MessageInsert::new(ConversationId::generate(&SystemClock), "bord").into_row(&SystemClock).unwrap();
            (row.created_at, row.statut, row.sender_id) = (at, statut, Some(user.id.clone()));
            row
        };
        repo::messages::add(&mut conn, &[write(MessageStatut::Envoye), write(MessageStatut::Brouillon)]).await.unwrap();
        let mut ticket = SupportRequestInsert::new(user.id.clone(), "bord", "instant").into_row(&SystemClock).unwrap();
        (ticket.created_at, ticket.resolved_at, ticket.closed_at) = (before, Some(at), (n % 2 == 0).then_some(at));
        let mut open = ticket.clone();
        (open.id, open.created_at, open.resolved_at) = (SupportRequestId::generate(&SystemClock), at, None);
        open.status = if n % 3 == 0 { SupportRequestStatus::Annule } else { SupportRequestStatus::Ouvert };
        repo::support_requests::add(&mut conn, &[ticket, open]).await.unwrap();
        let invoice = |issued: Option<Timestamp>, created: Timestamp, status: InvoiceStatus, of: &Commande| {
            let number = format!("BORD-{n}-{}", of.titre);
            let mut row = InvoiceInsert::new(of.id.clone(), number, 10_000, "").into_row(&SystemClock).unwrap();
            (row.issued_at, row.created_at, row.status, row.tax_amount) = (issued, created, status, 2_000);
            row
        };
        let invoices = [
            invoice(Some(at), before, InvoiceStatus::Paid, &orders[0]),
            invoice(None, at, InvoiceStatus::Generated, &orders[1]),
            invoice(Some(at), at, InvoiceStatus::Cancelled, &orders[2]),
        ];
        repo::invoices::add(&mut conn, &invoices).await.unwrap();
    }
}

/// Records a payment for one paid order in three, some twice, some at the same time; and for some orders that are not
/// paid.
async fn payments(db: &TestDb, staka: &Staka) {
    let mut conn = staka.acquire().await.unwrap();
    let mut orders: Vec<Commande> = table(&mut conn).await;
    let tarifs: Vec<Tarif> = table(&mut conn).await;
    drop(conn);
    orders.sort_by(|one, other| one.id.cmp(&other.id));
    let mut random = Pcg64Mcg::seed_from_u64(6);
    let mut rows = Vec::new();
    for order in &orders {
        let later = |seconds: u64| order.created_at.plus(std::time::Duration::from_secs(seconds));
        let times = if order.titre == "payée plus tard" {
            vec![later(9 * 86_400 + 1)]
        } else if order.payment_status.is_some() && random.random_bool(0.33) {
            let first = later(random.random_range(0..40 * 86_400));
            match random.random_range(0..6) {
                0 => vec![first, first],
                1 => vec![later(50 * 86_400), first],
                _ => vec![first],
            }
        } else {
            continue;
        };
        for at in times {
            let tarif = match random.random_range(0..5) {
                0 => "NULL".to_owned(),
                1 => "'removed'".to_owned(),
                n => format!("'{}'", tarifs[n % 3].id),
            };
            let session = format!("cs_{:016x}", random.random::<u64>());
            rows.push(format!(
                "('{session}', '{}', '{}', {tarif}, {}, 'eur', 'paid', '{}', '{}')",
                order.id,
                order.user_id,
                order.amount.unwrap_or(0),
                sql(at),
                sql(at)
            ));
        }
    }
    assert!(rows.len() > 1_000);
    let mut conn = db.connect().await;
    for rows in rows.chunks(500) {
        let text = format!(
            "INSERT INTO staka_payments (sessionId, commandeId, userId, tarifId, amount, currency, status, paidAt, updatedAt) VALUES {}",
            rows.join(", ")
        );
        conn.execute(AssertSqlSafe(text)).await.unwrap();
    }
}
