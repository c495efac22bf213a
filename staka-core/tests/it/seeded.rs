//! The demo data at scale small, seeded once a server, and all its rows in memory to compute answers from.

use std::sync::Arc;

use staka_cases::ANCHOR;
use staka_core::base::{Args, Table};
use staka_core::db::{Conn, Statement};
use staka_core::maintenance::seed::{SeedOptions, Subjects, seed};
use staka_core::model::{
    AuditLog, Commande, Faq, File, Invoice, Message, MessageAttachment, Notification, Page, PaymentMethod, Tarif, User,
};
use staka_core::{ManualClock, Staka, StakaBuilder, Timestamp};
use staka_local::Engine;
use tokio::sync::{Mutex, OnceCell};

use crate::support::{Server, TestDb};

pub struct Seeded {
    db: TestDb,
    pub anchor: Timestamp,
    pub subjects: Subjects,
    pub rows: Rows,
    /// Held by whoever writes in a transaction: two at once may meet a deadlock.
    pub writing: Mutex<()>,
}

impl Server {
    /// The seeded database: read it, never change it but in a transaction that is rolled back.
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
            Seeded { db, anchor, subjects: report.subjects, rows, writing: Mutex::new(()) }
        })
        .await
    }
}

impl Seeded {
    /// A builder for a handle whose clock stands at the anchor.
    pub fn builder(&self) -> StakaBuilder {
        self.db.builder().clock(Arc::new(ManualClock::new(self.anchor)))
    }

    pub async fn staka(&self) -> Staka {
        self.builder().connect().await.unwrap()
    }
}

/// All rows of the tables that the 16 queries read.
pub struct Rows {
    pub users: Vec<User>,
    pub commandes: Vec<Commande>,
    pub invoices: Vec<Invoice>,
    pub files: Vec<File>,
    pub messages: Vec<Message>,
    pub attachments: Vec<MessageAttachment>,
    pub cards: Vec<PaymentMethod>,
    pub notifications: Vec<Notification>,
    pub pages: Vec<Page>,
    pub faqs: Vec<Faq>,
    pub tarifs: Vec<Tarif>,
    pub audit: Vec<AuditLog>,
}

pub async fn table<T: Table>(conn: &mut Conn) -> Vec<T> {
    let text = format!("SELECT {} FROM `{}`", T::SELECT, T::NAME);
    conn.all(&Statement::fixed("test.table", "", &[]).with_text(text), Args::new()).await.unwrap()
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
