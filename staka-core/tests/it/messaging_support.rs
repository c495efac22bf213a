//! A small platform for the tests of messages: two administrators, a corrector, two clients, and a manual clock.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use staka_core::base::{Args, NewRow, Table};
use staka_core::db::{Conn, Statement};
use staka_core::model::view::ConversationMessage;
use staka_core::model::{
    ConversationId, FileId, FileInsert, FileType, Message, MessageId, Notification, Role, UserId, UserInsert,
};
use staka_core::{
    Caller, ClientMessage, Clock, Error, ErrorKind, ManualClock, PageRequest, Reply, Result, Secret, Session, Staka,
    VisitorMessage, repo,
};

use crate::counters_support::assert_exact;
use crate::support::{Server, TestDb};

pub struct Platform {
    pub db: TestDb,
    pub staka: Staka,
    pub clock: Arc<ManualClock>,
    /// The oldest administrator account, the default receiver.
    pub admin: UserId,
    pub second: UserId,
    pub corrector: UserId,
    pub client: UserId,
    pub other: UserId,
}

pub const VISITOR: &str = "zoé@visite.fr";

impl Platform {
    pub async fn new(server: &'static Server) -> Self {
        let db = server.migrated().await;
        let clock = Arc::new(ManualClock::new("2026-06-15T12:00:00Z".parse().unwrap()));
        let staka = db.builder().clock(Arc::<ManualClock>::clone(&clock)).connect().await.unwrap();
        let mut ids = Vec::new();
        let people = [
            ("admin", Role::Admin),
            ("second", Role::Admin),
            ("corrector", Role::Corrector),
            ("client", Role::User),
            ("other", Role::User),
        ];
        for (name, role) in people {
            clock.advance(Duration::from_secs(60));
            ids.push(add_user(&staka, &*clock, name, role).await);
        }
        let [admin, second, corrector, client, other] = ids.try_into().unwrap();
        Self { db, staka, clock, admin, second, corrector, client, other }
    }

    pub async fn add_user(&self, name: &str, role: Role) -> UserId {
        add_user(&self.staka, &*self.clock, name, role).await
    }

    pub fn later(&self) {
        self.clock.advance(Duration::from_secs(1));
    }

    pub fn as_user(&self, id: &UserId) -> Session {
        let role = match id {
            id if *id == self.admin || *id == self.second => Role::Admin,
            id if *id == self.corrector => Role::Corrector,
            _ => Role::User,
        };
        self.staka.as_caller(Caller::user(id.clone(), role))
    }

    pub fn admin(&self) -> Session {
        self.as_user(&self.admin)
    }

    pub fn client(&self) -> Session {
        self.as_user(&self.client)
    }

    pub fn system(&self) -> Session {
        self.staka.as_system()
    }

    pub fn nobody(&self) -> Session {
        self.staka.as_caller(Caller::new(staka_core::Actor::Anonymous))
    }

    /// Sends a client's message to the staff.
    pub async fn first(&self, client: &UserId, content: &str) -> ConversationMessage {
        self.later();
        let message = ClientMessage::new(content.to_owned());
        self.as_user(client).messages().send(message).await.unwrap()
    }

    /// Sends a reply.
    pub async fn answer(&self, from: &UserId, conversation: &ConversationId, content: &str) -> ConversationMessage {
        self.later();
        let message = Reply::new(content.to_owned());
        self.as_user(from).messages().reply(conversation, message).await.unwrap()
    }

    /// Sends a visitor's message.
    pub async fn visit(&self, email: &str, conversation: Option<&ConversationId>) -> (MessageId, ConversationId) {
        self.later();
        let receipt = self.nobody().messages().send_as_visitor(visit(email, conversation)).await.unwrap();
        (receipt.id, receipt.conversation_id)
    }

    pub async fn file(&self, owner: &UserId, kind: FileType, size: i64) -> FileId {
        let new = FileInsert {
            r#type: kind,
            ..FileInsert::new("a.pdf", "s.pdf", "application/pdf", size, "/f", owner.clone())
        };
        let row = new.into_row(&*self.clock).unwrap();
        repo::files::add(&mut self.conn().await, std::slice::from_ref(&row)).await.unwrap();
        row.id
    }

    pub async fn conn(&self) -> Conn {
        self.staka.acquire().await.unwrap()
    }

    /// Returns the message's row.
    pub async fn row(&self, id: &MessageId) -> Message {
        repo::messages::lookup(&mut self.conn().await, id).await.unwrap().unwrap()
    }

    pub async fn rows<T: Table>(&self) -> Vec<T> {
        crate::seeded::table(&mut self.conn().await).await
    }

    /// Returns the title and text of a user's notifications.
    pub async fn notifications_of(&self, user: &UserId) -> Vec<(String, String)> {
        let rows: Vec<Notification> = self.rows().await;
        rows.into_iter().filter(|row| row.user_id == *user).map(|row| (row.title, row.message)).collect()
    }

    pub async fn unread(&self, user: &UserId) -> u64 {
        self.system().messages().unread_count(user).await.unwrap()
    }

    /// Checks that `unread_count`, the list of conversations and the rows agree for every user, and that the counters
    /// are exact.
    pub async fn assert_unread_agrees(&self, when: &str) {
        let mut sql = self.db.connect().await;
        assert_exact(&mut sql, when).await;
        let counting = self.db.builder().counters(false).connect().await.unwrap();
        let rows: Vec<Message> = self.rows().await;
        for user in [&self.admin, &self.second, &self.corrector, &self.client, &self.other] {
            let by_rows = rows
                .iter()
                .filter(|row| row.receiver_id.as_ref() == Some(user) && !row.is_read && !row.deleted_by_admin)
                .count() as u64;
            for staka in [&self.staka, &counting] {
                let session = staka.as_system();
                let listed = session.messages().list_conversations(user, PageRequest::of(100)).await.unwrap();
                let listed: i64 = listed.items.iter().map(|entry| entry.unread_count).sum();
                assert_eq!(session.messages().unread_count(user).await.unwrap(), by_rows, "{when}");
                assert_eq!(listed.unsigned_abs(), by_rows, "{when}");
            }
        }
    }

    /// Runs the work and returns how many statements it took.
    pub async fn statements<T>(&self, work: impl Future<Output = Result<T>>) -> (T, u64) {
        let before = self.staka.metrics().statements.load(Ordering::Relaxed);
        let value = work.await.unwrap();
        (value, self.staka.metrics().statements.load(Ordering::Relaxed) - before)
    }
}

pub fn visit(email: &str, conversation: Option<&ConversationId>) -> VisitorMessage {
    let mut message = VisitorMessage::new(email, "Zoé Visite", "Bonjour");
    message.conversation = conversation.cloned();
    message
}

async fn add_user(staka: &Staka, clock: &dyn Clock, name: &str, role: Role) -> UserId {
    let email = format!("{name}@exemple.fr");
    let new = UserInsert {
        role,
        telephone: Some("0600000000".to_owned()),
        ..UserInsert::new(name, "Petit", email, Secret::new("$2b$12$hachage"))
    };
    let row = new.into_row(clock).unwrap();
    let mut conn = staka.acquire().await.unwrap();
    repo::users::add(&mut conn, std::slice::from_ref(&row)).await.unwrap();
    row.id
}

/// Runs an SQL statement.
pub async fn run(conn: &mut Conn, text: &str, args: Args) -> u64 {
    conn.execute(&Statement::fixed("test", "", &[]).with_text(text.to_owned()), args).await.unwrap()
}

/// Returns the kind of the error.
pub fn kind<T: std::fmt::Debug>(outcome: Result<T>) -> ErrorKind {
    outcome.expect_err("refused").kind()
}

/// Returns the fields of an `Invalid` error.
pub fn fields<T: std::fmt::Debug>(outcome: Result<T>) -> Vec<String> {
    let error: Error = outcome.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    error.fields().iter().map(|error| error.field.to_string()).collect()
}
