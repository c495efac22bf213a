//! Support for the tests of the catalogue: an empty database with a manual clock, an administrator and a reader.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use staka_core::base::NewRow;
use staka_core::model::{AuditLog, Role, User, UserInsert};
use staka_core::{Actor, Caller, Error, ErrorKind, ManualClock, Secret, Session, Staka, SystemClock, Timestamp, repo};

use crate::seeded::table;
use crate::support::{Server, TestDb};

/// The time at which the clock of these tests starts.
pub const NOW: &str = "2026-06-15T12:00:00.000Z";

pub struct Shop {
    pub db: TestDb,
    pub staka: Staka,
    pub clock: Arc<ManualClock>,
    pub admin: User,
    pub reader: User,
}

impl Server {
    /// An empty database with an administrator and a reader.
    pub async fn shop(&'static self) -> Shop {
        let db = self.migrated().await;
        let clock = Arc::new(ManualClock::new(at(NOW)));
        let staka = db.builder().clock(Arc::clone(&clock) as Arc<_>).connect().await.unwrap();
        let user = |email: &str, role| {
            let new = UserInsert { role, ..UserInsert::new("Zoé", "Durand", email, Secret::new("x")) };
            new.into_row(&SystemClock).unwrap()
        };
        let (admin, reader) = (user("admin@example.org", Role::Admin), user("reader@example.org", Role::User));
        let mut conn = staka.acquire().await.unwrap();
        repo::users::add(&mut conn, &[admin.clone(), reader.clone()]).await.unwrap();
        drop(conn);
        Shop { db, staka, clock, admin, reader }
    }
}

impl Shop {
    /// Returns a session of the administrator.
    pub fn admin(&self) -> Session {
        self.staka.as_caller(Caller::user(self.admin.id.clone(), Role::Admin))
    }

    /// Returns a session of a signed-in user.
    pub fn reader(&self) -> Session {
        self.staka.as_caller(Caller::user(self.reader.id.clone(), Role::User))
    }

    /// Returns a session of an anonymous visitor.
    pub fn visitor(&self) -> Session {
        self.staka.as_caller(Caller::new(Actor::Anonymous))
    }

    /// Returns the number of statements sent so far.
    pub fn statements(&self) -> u64 {
        self.staka.metrics().statements.load(Ordering::Relaxed)
    }

    /// Returns the entries of the audit log, oldest first.
    pub async fn audit_trail(&self) -> Vec<AuditLog> {
        let mut conn = self.staka.acquire().await.unwrap();
        let mut entries: Vec<AuditLog> = table(&mut conn).await;
        entries.sort_by(|a, b| a.id.as_str().cmp(b.id.as_str()));
        entries
    }

    /// Returns the number of audit log entries with an action.
    pub async fn audit_count(&self, action: &str) -> usize {
        self.audit_trail().await.iter().filter(|entry| entry.action == action).count()
    }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Returns the fields of an `Invalid` error.
pub fn fields(error: &Error) -> BTreeSet<String> {
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error:?}");
    let named: Vec<String> = error.fields().iter().map(|it| it.field.to_string()).collect();
    let different: BTreeSet<String> = named.iter().cloned().collect();
    assert_eq!(different.len(), named.len(), "each field only once: {named:?}");
    different
}

/// Returns a list of field names as a set.
pub fn words(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
