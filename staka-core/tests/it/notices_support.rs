//! A small site for the tests of notifications and of the audit log: some accounts, and a clock that stands still.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use staka_core::base::NewRow;
use staka_core::model::{NewUser, Notification, Role, User, UserId};
use staka_core::{Ctx, ManualClock, NotificationDraft, Page, Secret, Session, Staka, Timestamp, repo};

use crate::support::{Server, TestDb};

/// The moment at which the site's clock stands.
pub const NOW: &str = "2026-06-15T12:00:00.000Z";

pub struct Site {
    pub db: TestDb,
    pub staka: Staka,
    pub clock: Arc<ManualClock>,
    pub admin: UserId,
    pub second_admin: UserId,
    /// An administrator who may not sign in any more.
    pub former_admin: UserId,
    pub corrector: UserId,
    pub client: UserId,
    pub stranger: UserId,
}

impl Server {
    /// A database with some accounts and nothing else.
    pub async fn site(&'static self) -> Site {
        let (db, _) = self.staka().await;
        let clock = Arc::new(ManualClock::new(NOW.parse().unwrap()));
        let staka = db.builder().clock(Arc::clone(&clock) as _).connect().await.unwrap();
        let user = |name: &str, role: Role, is_active: bool| User {
            role,
            is_active,
            ..NewUser::new(name, "Petit", format!("{name}@exemple.fr"), Secret::new("x")).into_row(&*clock).unwrap()
        };
        let users = [
            user("admin", Role::Admin, true),
            user("second", Role::Admin, true),
            user("former", Role::Admin, false),
            user("corrector", Role::Corrector, true),
            user("client", Role::User, true),
            user("stranger", Role::User, true),
        ];
        let mut conn = staka.acquire().await.unwrap();
        repo::users::add(&mut conn, &users).await.unwrap();
        drop(conn);
        let [admin, second_admin, former_admin, corrector, client, stranger] = users.map(|user| user.id);
        Site { db, staka, clock, admin, second_admin, former_admin, corrector, client, stranger }
    }
}

impl Site {
    pub fn system(&self) -> Session {
        self.staka.as_system()
    }

    pub fn admin(&self) -> Session {
        self.staka.as_actor(Ctx::user(self.admin.clone(), Role::Admin))
    }

    pub fn client(&self) -> Session {
        self.staka.as_actor(Ctx::user(self.client.clone(), Role::User))
    }

    pub fn stranger(&self) -> Session {
        self.staka.as_actor(Ctx::user(self.stranger.clone(), Role::User))
    }

    /// Those who are no administrators, by name.
    pub fn others(&self) -> [(&'static str, Session); 4] {
        [
            ("anonymous", self.staka.as_actor(Ctx::new(staka_core::Actor::Anonymous))),
            ("user", self.client()),
            ("corrector", self.staka.as_actor(Ctx::user(self.corrector.clone(), Role::Corrector))),
            ("other user", self.stranger()),
        ]
    }

    pub fn now(&self) -> Timestamp {
        use staka_core::Clock;
        self.clock.now()
    }

    /// How many statements `work` sends.
    pub async fn statements<T>(&self, work: impl Future<Output = T>) -> (T, u64) {
        let count = || self.staka.counters().statements.load(Ordering::Relaxed);
        let before = count();
        let done = work.await;
        (done, count() - before)
    }

    /// All notifications, by id.
    pub async fn notifications(&self) -> Vec<Notification> {
        let mut conn = self.staka.acquire().await.unwrap();
        let mut all: Vec<Notification> = crate::seeded::table(&mut conn).await;
        all.sort_by(|one, other| one.id.cmp(&other.id));
        all
    }

    /// The client's notifications with these titles.
    pub async fn notify(&self, titles: &[&str]) -> Vec<Notification> {
        let mut made = Vec::new();
        for title in titles {
            let draft = NotificationDraft::new(*title, "texte");
            made.push(self.system().notifications().create(&self.client, draft, None).await.unwrap());
        }
        made
    }

    pub async fn unread(&self) -> u64 {
        self.system().notifications().unread_count(&self.client).await.unwrap()
    }
}

/// All of a list, page by page.
pub async fn walked<T>(limit: u32, mut fetch: impl AsyncFnMut(Page) -> staka_core::Listing<T>) -> Vec<T> {
    let (mut all, mut page) = (Vec::new(), Page::of(limit));
    loop {
        let listing = fetch(page).await;
        assert!(listing.items.len() <= limit as usize);
        all.extend(listing.items);
        match listing.next {
            Some(next) => page = Page::of(limit).after(next),
            None => return all,
        }
    }
}

/// The names of the faulty fields, sorted.
pub fn fields(error: &staka_core::Error) -> Vec<&str> {
    assert_eq!(error.kind(), staka_core::ErrorKind::Invalid, "{error:?}");
    let mut fields: Vec<&str> = error.fields().iter().map(|fault| fault.field.as_ref()).collect();
    fields.sort_unstable();
    fields
}
