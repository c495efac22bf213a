//! Support of the tests of accounts: separate databases, accounts in them, and access to the stored rows.

use std::sync::Arc;

use staka_core::base::{Args, Reader, Record};
use staka_core::db::Statement;
use staka_core::model::{AuditLog, Role, User, UserId};
use staka_core::{
    Caller, ManualClock, NewUser, Password, PasswordSettings, Registration, Result, Session, Staka, repo,
};

use crate::seeded::table;
use crate::support::{Server, TestDb};

/// A password that the policy accepts.
pub const RIGHT: &str = "correct horse battery";
/// Another accepted password.
pub const OTHER: &str = "Tr0ub4dor&3";

/// The time at which the clock of these tests stands.
pub const NOW: &str = "2026-03-01T10:00:00.000Z";

/// A row with a single text column.
pub struct Text(pub Option<String>);

impl Record for Text {
    const WIDTH: usize = 1;

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        reader.column().map(Self)
    }
}

pub struct Accounts {
    pub db: TestDb,
    pub staka: Staka,
    pub clock: Arc<ManualClock>,
}

impl Server {
    /// Creates a migrated database without rows, and a handle with the cheapest hashing.
    pub async fn accounts(&'static self) -> Accounts {
        let db = self.migrated().await;
        Accounts::over(db).await
    }
}

impl Accounts {
    pub async fn over(db: TestDb) -> Self {
        Self::with(db, PasswordSettings::cheapest(), 16).await
    }

    pub async fn with(db: TestDb, settings: PasswordSettings, connections: usize) -> Self {
        let clock = Arc::new(ManualClock::new(NOW.parse().unwrap()));
        let builder = db.builder().clock(clock.clone()).passwords(settings).max_connections(connections);
        let staka = builder.connect().await.unwrap();
        Self { db, staka, clock }
    }

    pub fn system(&self) -> Session {
        self.staka.as_system()
    }

    pub fn anonymous(&self) -> Session {
        self.staka.as_caller(Caller::new(staka_core::Actor::Anonymous))
    }

    pub fn as_user(&self, id: &UserId) -> Session {
        self.staka.as_caller(Caller::user(id.clone(), Role::User))
    }

    pub fn as_admin(&self, id: &UserId) -> Session {
        self.staka.as_caller(Caller::user(id.clone(), Role::Admin))
    }

    /// Creates an account with the password [`RIGHT`].
    pub async fn account(&self, email: &str, role: Role) -> UserId {
        let new = new_account(email).role(role);
        self.system().users().create(new).await.unwrap().id
    }

    pub async fn author(&self, email: &str) -> UserId {
        self.account(email, Role::User).await
    }

    pub async fn row(&self, id: &UserId) -> User {
        let mut conn = self.staka.acquire().await.unwrap();
        repo::users::lookup(&mut conn, id).await.unwrap().unwrap()
    }

    /// Returns the stored password hash.
    pub async fn hash(&self, id: &UserId) -> String {
        self.row(id).await.password.expose().to_owned()
    }

    /// Replaces the stored password hash.
    pub async fn store(&self, id: &UserId, hash: &str) {
        self.run("UPDATE users SET password = ? WHERE id = ?", Args::new().with(hash).with(id.as_str())).await;
    }

    pub async fn run(&self, sql: &'static str, args: Args) -> u64 {
        let mut conn = self.staka.acquire().await.unwrap();
        conn.execute(&Statement::fixed("test.run", sql, &[]), args).await.unwrap()
    }

    pub async fn number(&self, sql: &'static str) -> i64 {
        let mut conn = self.staka.acquire().await.unwrap();
        conn.one(&Statement::fixed("test.number", sql, &[]), Args::new()).await.unwrap()
    }

    pub async fn text(&self, sql: &'static str) -> Option<String> {
        let mut conn = self.staka.acquire().await.unwrap();
        conn.one::<Text>(&Statement::fixed("test.text", sql, &[]), Args::new()).await.unwrap().0
    }

    /// Returns the audit log, oldest entry first.
    pub async fn audit_trail(&self) -> Vec<AuditLog> {
        let mut conn = self.staka.acquire().await.unwrap();
        let mut all = table::<AuditLog>(&mut conn).await;
        all.sort_by(|one, other| (one.timestamp, one.id.as_str()).cmp(&(other.timestamp, other.id.as_str())));
        all
    }

    /// Counts the audit entries of an action.
    pub async fn entries(&self, action: &str) -> usize {
        self.audit_trail().await.iter().filter(|entry| entry.action == action).count()
    }

    pub fn statements(&self) -> u64 {
        self.staka.metrics().statements.load(std::sync::atomic::Ordering::Relaxed)
    }
}

pub fn password(text: &str) -> Password {
    Password::new(text)
}

pub fn registration(email: &str) -> Registration {
    Registration::new("Zoé", "Ünal 🖋", email, password(RIGHT))
}

pub fn new_account(email: &str) -> NewUser {
    NewUser::new("Zoé", "Ünal 🖋", email, password(RIGHT))
}

/// Returns the names of the invalid fields of an error.
pub fn fields(error: &staka_core::Error) -> Vec<&str> {
    error.fields().iter().map(|it| it.field.as_ref()).collect()
}
