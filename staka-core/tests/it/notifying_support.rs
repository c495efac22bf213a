//! Support of the tests of notifications and of the audit log: a small site with some accounts and a fixed clock.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use staka_core::base::NewRow;
use staka_core::model::{Notification, Role, User, UserId, UserInsert};
use staka_core::{Caller, ManualClock, NewNotification, PageRequest, Secret, Session, Staka, Timestamp, repo};

use crate::support::{Server, TestDb};

/// The time at which the site's clock stands.
pub const NOW: &str = "2026-06-15T12:00:00.000Z";

pub struct Site {
    pub db: TestDb,
    pub staka: Staka,
    pub clock: Arc<ManualClock>,
    pub admin: UserId,
    pub second_admin: UserId,
    /// A deactivated administrator.
    pub former_admin: UserId,
    pub corrector: UserId,
    pub client: UserId,
    pub other_user: UserId,
}

impl Server {
    /// Creates a database with some accounts and nothing else.
    pub async fn site(&'static self) -> Site {
        let (db, _) = self.staka().await;
        let clock = Arc::new(ManualClock::new(NOW.parse().unwrap()));
        let staka = db.builder().clock(Arc::clone(&clock) as _).connect().await.unwrap();
        let user = |name: &str, role: Role, is_active: bool| User {
            role,
            is_active,
            ..UserInsert::new(name, "Petit", format!("{name}@exemple.fr"), Secret::new("x")).into_row(&*clock).unwrap()
        };
        let users = [
            user("admin", Role::Admin, true),
            user("second", Role::Admin, true),
            user("former", Role::Admin, false),
            user("corrector", Role::Corrector, true),
            user("client", Role::User, true),
            user("other", Role::User, true),
        ];
        let mut conn = staka.acquire().await.unwrap();
        repo::users::add(&mut conn, &users).await.unwrap();
        drop(conn);
        let [admin, second_admin, former_admin, corrector, client, other_user] = users.map(|user| user.id);
        Site { db, staka, clock, admin, second_admin, former_admin, corrector, client, other_user }
    }
}

impl Site {
    pub fn system(&self) -> Session {
        self.staka.as_system()
    }

    pub fn admin(&self) -> Session {
        self.staka.as_caller(Caller::user(self.admin.clone(), Role::Admin))
    }

    pub fn client(&self) -> Session {
        self.staka.as_caller(Caller::user(self.client.clone(), Role::User))
    }

    pub fn other_user(&self) -> Session {
        self.staka.as_caller(Caller::user(self.other_user.clone(), Role::User))
    }

    /// Returns sessions of all callers who are no administrators, with a description of each.
    pub fn others(&self) -> [(&'static str, Session); 4] {
        [
            ("anonymous", self.staka.as_caller(Caller::new(staka_core::Actor::Anonymous))),
            ("user", self.client()),
            ("corrector", self.staka.as_caller(Caller::user(self.corrector.clone(), Role::Corrector))),
            ("other user", self.other_user()),
        ]
    }

    pub fn now(&self) -> Timestamp {
        use staka_core::Clock;
        self.clock.now()
    }

    /// Runs `work` and counts the statements that it sends.
    pub async fn statements<T>(&self, work: impl Future<Output = T>) -> (T, u64) {
        let count = || self.staka.metrics().statements.load(Ordering::Relaxed);
        let before = count();
        let done = work.await;
        (done, count() - before)
    }

    /// Returns all notifications, by id.
    pub async fn notifications(&self) -> Vec<Notification> {
        let mut conn = self.staka.acquire().await.unwrap();
        let mut all: Vec<Notification> = crate::seeded::table(&mut conn).await;
        all.sort_by(|one, other| one.id.cmp(&other.id));
        all
    }

    /// Creates notifications with these titles for the client.
    pub async fn notify(&self, titles: &[&str]) -> Vec<Notification> {
        let mut made = Vec::new();
        for title in titles {
            let draft = NewNotification::new(*title, "texte");
            made.push(self.system().notifications().create(&self.client, draft, None).await.unwrap());
        }
        made
    }

    pub async fn unread(&self) -> u64 {
        self.system().notifications().unread_count(&self.client).await.unwrap()
    }
}

/// Returns all items of a list, page by page.
pub async fn all_pages<T>(limit: u32, mut fetch: impl AsyncFnMut(PageRequest) -> staka_core::Page<T>) -> Vec<T> {
    let (mut all, mut page) = (Vec::new(), PageRequest::of(limit));
    loop {
        let fetched = fetch(page).await;
        assert!(fetched.items.len() <= limit as usize);
        all.extend(fetched.items);
        match fetched.next {
            Some(next) => page = PageRequest::of(limit).after(next),
            None => return all,
        }
    }
}

/// Returns the names of the invalid fields of an error, sorted.
pub fn fields(error: &staka_core::Error) -> Vec<&str> {
    assert_eq!(error.kind(), staka_core::ErrorKind::Invalid, "{error:?}");
    let mut fields: Vec<&str> = error.fields().iter().map(|it| it.field.as_ref()).collect();
    fields.sort_unstable();
    fields
}
