//! The small demo data, seeded once per server, with all its rows in memory to compute expected answers from.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Executor};
use staka_cases::ANCHOR;
use staka_core::base::{Args, Table};
use staka_core::db::{Conn, Statement};
use staka_core::model::{
    AuditLog, CmsPage, Commande, Faq, File, Invoice, Message, MessageAttachment, Notification, PaymentMethod, Tarif,
    User,
};
use staka_core::{ManualClock, Staka, StakaBuilder, Timestamp};
use staka_demo::{Scale, SeedOptions, Subjects, seed};
use staka_local::Engine;
use tokio::sync::{Mutex, OnceCell};

use crate::support::{Server, TestDb, long_tests};

pub struct Seeded {
    pub world: World,
    pub rows: Rows,
}

impl std::ops::Deref for Seeded {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

/// A database with demo data.
pub struct World {
    db: TestDb,
    pub anchor: Timestamp,
    pub subjects: Subjects,
    /// Locked by tests that write in a transaction, as concurrent ones may deadlock.
    pub writing: Mutex<()>,
}

impl Server {
    /// Returns the seeded database. Tests may change it only in transactions that are rolled back.
    pub async fn seeded(&'static self) -> &'static Seeded {
        static MARIADB: OnceCell<Seeded> = OnceCell::const_new();
        static MYSQL: OnceCell<Seeded> = OnceCell::const_new();
        let cell = if self.engine == Engine::MariaDb { &MARIADB } else { &MYSQL };
        cell.get_or_init(|| async {
            let (db, staka) = self.staka().await;
            let anchor = ANCHOR.parse().unwrap();
            let options = SeedOptions { anchor, ..SeedOptions::new(anchor) };
            let report = seed(staka.pool(), &options, &mut |_| {}).await.unwrap();
            let rows = Rows::read(&staka).await;
            staka.close().await;
            let world = World { db, anchor, subjects: report.subjects, writing: Mutex::new(()) };
            Seeded { world, rows }
        })
        .await
    }

    /// Creates a database with 600,000 rows, or two million with `STAKA_LONG_TESTS=1`. The rows are inserted before the
    /// indexes, which takes a third of the time, so the database is an adopted one.
    pub async fn seeded_large(&'static self) -> World {
        let db = self.database().await;
        let mut conn = db.connect().await;
        let schema = include_str!("../../migrations/0001_prisma_schema.sql");
        let (tables, keys) = schema.split_at(schema.find("ALTER TABLE").unwrap());
        let plain: Vec<&str> = tables
            .lines()
            .filter(|line| !line.trim_start().starts_with("INDEX ") && !line.contains("UNIQUE INDEX"))
            .collect();
        conn.execute(AssertSqlSafe(plain.join("\n"))).await.unwrap();
        let anchor = ANCHOR.parse().unwrap();
        let options = SeedOptions {
            anchor,
            scale: if long_tests() { Scale::Medium } else { Scale::Times(3) },
            ..SeedOptions::new(anchor)
        };
        let staka = db.builder().connect().await.unwrap();
        let report = seed(staka.pool(), &options, &mut |_| {}).await.unwrap();
        staka.close().await;
        // Foreign keys need their indexes, and triggers the foreign keys.
        db.migrate().await;
        conn.execute(AssertSqlSafe(format!("SET foreign_key_checks = 0;\n{keys}"))).await.unwrap();
        db.migrate().await;
        World { db, anchor, subjects: report.subjects, writing: Mutex::new(()) }
    }
}

impl World {
    /// Copies the database.
    pub async fn copy(&self) -> TestDb {
        self.db.copy().await
    }

    /// Returns a builder for a handle whose clock is set to the anchor.
    pub fn builder(&self) -> StakaBuilder {
        self.db.builder().clock(Arc::new(ManualClock::new(self.anchor)))
    }

    pub async fn staka(&self) -> Staka {
        self.builder().connect().await.unwrap()
    }
}

/// All rows of the tables read by the 16 queries.
pub struct Rows {
    pub users: Vec<User>,
    pub commandes: Vec<Commande>,
    pub invoices: Vec<Invoice>,
    pub files: Vec<File>,
    pub messages: Vec<Message>,
    pub attachments: Vec<MessageAttachment>,
    pub cards: Vec<PaymentMethod>,
    pub notifications: Vec<Notification>,
    pub pages: Vec<CmsPage>,
    pub faqs: Vec<Faq>,
    pub tarifs: Vec<Tarif>,
    pub audit: Vec<AuditLog>,
}

pub async fn table<T: Table>(conn: &mut Conn) -> Vec<T> {
    let text = format!("SELECT {} FROM `{}`", T::SELECT, T::NAME);
    conn.all(&Statement::fixed("test.table", "", &[]).with_text(text), Args::new()).await.unwrap()
}

/// Returns any row of a table.
pub async fn any_row<T: Table>(conn: &mut Conn) -> T {
    let text = format!("SELECT {} FROM `{}` LIMIT 1", T::SELECT, T::NAME);
    conn.one(&Statement::fixed("test.any_row", "", &[]).with_text(text), Args::new()).await.unwrap()
}

impl Rows {
    async fn read(staka: &Staka) -> Self {
        let mut conn = staka.acquire().await.unwrap();
        Self {
            users: table(&mut conn).await,
            commandes: table(&mut conn).await,
            invoices: table(&mut conn).await,
            files: table(&mut conn).await,
            messages: table(&mut conn).await,
            attachments: table(&mut conn).await,
            cards: table(&mut conn).await,
            notifications: table(&mut conn).await,
            pages: table(&mut conn).await,
            faqs: table(&mut conn).await,
            tarifs: table(&mut conn).await,
            audit: table(&mut conn).await,
        }
    }
}
