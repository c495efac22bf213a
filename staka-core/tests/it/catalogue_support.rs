//! What the tests of the catalogue share: an empty database whose clock stands, an administrator, and who else reads.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use staka_core::base::NewRow;
use staka_core::model::{AuditLog, NewUser, Role, User};
use staka_core::{Actor, Ctx, Error, ErrorKind, ManualClock, Secret, Session, Staka, SystemClock, Timestamp, repo};

use crate::seeded::table;
use crate::support::{Server, TestDb};

/// The moment at which the clock of these tests starts.
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
        let db = self.database().await;
        db.migrate().await;
        let clock = Arc::new(ManualClock::new(at(NOW)));
        let staka = db.builder().clock(Arc::clone(&clock) as Arc<_>).connect().await.unwrap();
        let user = |email: &str, role| {
            let new = NewUser { role, ..NewUser::new("Zoé", "Durand", email, Secret::new("x")) };
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
    /// For the administrator.
    pub fn admin(&self) -> Session {
        self.staka.as_actor(Ctx::user(self.admin.id.clone(), Role::Admin))
    }

    /// For somebody who is signed in.
    pub fn reader(&self) -> Session {
        self.staka.as_actor(Ctx::user(self.reader.id.clone(), Role::User))
    }

    /// For a visitor.
    pub fn visitor(&self) -> Session {
        self.staka.as_actor(Ctx::new(Actor::Anonymous))
    }

    /// Statements sent so far.
    pub fn statements(&self) -> u64 {
        self.staka.counters().statements.load(Ordering::Relaxed)
    }

    /// What the journal says: action, target and author, the oldest first.
    pub async fn journal(&self) -> Vec<AuditLog> {
        let mut conn = self.staka.acquire().await.unwrap();
        let mut entries: Vec<AuditLog> = table(&mut conn).await;
        entries.sort_by(|a, b| a.id.as_str().cmp(b.id.as_str()));
        entries
    }

    /// How often the journal names an action.
    pub async fn journaled(&self, action: &str) -> usize {
        self.journal().await.iter().filter(|entry| entry.action == action).count()
    }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The fields that an error names.
pub fn fields(error: &Error) -> BTreeSet<String> {
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error:?}");
    let named: Vec<String> = error.fields().iter().map(|fault| fault.field.to_string()).collect();
    let different: BTreeSet<String> = named.iter().cloned().collect();
    assert_eq!(different.len(), named.len(), "each once: {named:?}");
    different
}

/// The same from a list of words.
pub fn words(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
