//! Support for tests of invoices: orders with a price, and the checks that all invoices must pass.

use std::sync::{Arc, Mutex};

use sqlx::{AssertSqlSafe, Executor, Row};
use staka_core::model::{CommandeId, Role, UserId};
use staka_core::verify::{self, Severity};
use staka_core::{Clock, Session, Staka, Timestamp};

use crate::orders_support::{order, signed_in};
use crate::support::{Server, TestDb};

/// A time in the middle of a year.
pub const NOON: &str = "2026-06-15T12:00:00.000Z";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A clock that tests set, also backwards.
#[derive(Debug)]
pub struct SetClock(Mutex<Timestamp>);

impl SetClock {
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap() = now;
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A database of its own, with a clock that the test sets.
pub struct Shop {
    pub db: TestDb,
    pub staka: Staka,
    pub clock: Arc<SetClock>,
    /// An author.
    pub author: (UserId, Session),
    /// An administrator.
    pub admin: (UserId, Session),
}

impl Shop {
    pub async fn at(server: &'static Server, now: &str) -> Self {
        let db = server.migrated().await;
        let clock = Arc::new(SetClock(Mutex::new(at(now))));
        let staka = db.builder().clock(clock.clone()).connect().await.unwrap();
        let author = signed_in(&staka, Role::User).await;
        let admin = signed_in(&staka, Role::Admin).await;
        Self { db, staka, clock, author, admin }
    }

    /// Creates an order of the author with this price in centimes.
    pub async fn order(&self, price: i64) -> CommandeId {
        let id = order(&self.author.1, "Les Marées").await.id;
        self.admin.1.billing().set_price(&id, price, None).await.unwrap();
        id
    }

    /// Runs SQL as another program would.
    pub async fn sql(&self, text: &str) {
        self.db.connect().await.execute(AssertSqlSafe(text.to_owned())).await.unwrap();
    }

    /// Returns the first column of a query's rows, as text.
    pub async fn texts(&self, text: &str) -> Vec<String> {
        let rows = self.db.connect().await.fetch_all(AssertSqlSafe(text.to_owned())).await.unwrap();
        rows.iter().map(|row| row.try_get_unchecked::<String, _>(0).unwrap()).collect()
    }

    /// Inserts a CANCELLED invoice as another program would.
    pub async fn external_invoice(&self, commande: &CommandeId, number: &str) {
        self.sql(&format!(
            "INSERT INTO invoices (id, commandeId, number, amount, taxAmount, pdfUrl, status, createdAt, updatedAt) \
             VALUES (UUID(), '{commande}', '{number}', 46800, 0, 'x.pdf', 'CANCELLED', '2026-06-01', '2026-06-01')"
        ))
        .await;
    }
}

/// Returns the errors that the checks of invoices find; warnings are left out.
pub async fn errors(staka: &Staka) -> Vec<String> {
    let mut conn = staka.acquire().await.unwrap();
    let mut found = Vec::new();
    for check in verify::checks().into_iter().filter(|check| check.name.starts_with("invoices.")) {
        let checked = verify::check(&mut conn, check).await.unwrap();
        assert_eq!(checked.skipped, None, "{}", check.name);
        if checked.severity == Severity::Error {
            found.extend(checked.findings.iter().map(|one| format!("{}: {} {}", check.name, one.subject, one.problem)));
        }
    }
    found
}

/// Returns the names of the checks of invoices that find something.
pub async fn finding(staka: &Staka) -> Vec<&'static str> {
    let mut conn = staka.acquire().await.unwrap();
    let mut found = Vec::new();
    for check in verify::checks().into_iter().filter(|check| check.name.starts_with("invoices.")) {
        if verify::check(&mut conn, check).await.unwrap().found > 0 {
            found.push(check.name);
        }
    }
    found
}
