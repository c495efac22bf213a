//! The inbox of messages: the heaviest text for the server, wide rows with much that is null.

use std::sync::LazyLock;

use chrono::NaiveDateTime;
use mysql_async::prelude::Queryable;
use serde_json::Value;
use sqlx::MySqlConnection;
use staka_core::db::Conn;
use staka_core::repo::messages;
use staka_core::{Page, Staka};

use crate::bed::Light;
use crate::peers::{Query, sql};
use crate::table::row;

static LIST: LazyLock<&str> = LazyLock::new(|| sql("messages.conversations"));
const LIMIT: u32 = 50;

row! {
    struct Conversation {
        messages: i64,
        unread: i64,
        id: String,
        conversation_id: String,
        sender_id: Option<String>,
        receiver_id: Option<String>,
        visitor_email: Option<String>,
        visitor_name: Option<String>,
        is_from_visitor: bool,
        subject: Option<String>,
        content: String,
        kind: String,
        statut: String,
        is_read: bool,
        is_archived: bool,
        is_pinned: bool,
        deleted_by_admin: bool,
        parent_id: Option<String>,
        display_first_name: Option<String>,
        display_last_name: Option<String>,
        display_role: Option<String>,
        metadata: Option<Value>,
        status: Option<String>,
        created_at: NaiveDateTime,
        updated_at: NaiveDateTime,
        sender: Option<String>,
        sender_prenom: Option<String>,
        sender_nom: Option<String>,
        sender_avatar: Option<String>,
        sender_role: Option<String>,
        receiver: Option<String>,
        receiver_prenom: Option<String>,
        receiver_nom: Option<String>,
        receiver_avatar: Option<String>,
        receiver_role: Option<String>,
    }
}

pub(crate) struct Conversations;

impl Query for Conversations {
    async fn staka(&self, staka: &Staka, light: &Light) -> usize {
        let listing = staka.as_system().messages().conversations(&light.user, Page::default()).await;
        listing.expect("Staka reads").items.len()
    }

    async fn conn(&self, conn: &mut Conn, light: &Light) -> usize {
        let listing = messages::conversations(conn, &light.user, &Page::default()).await;
        listing.expect("Staka reads").items.len()
    }

    async fn sqlx(&self, conn: &mut MySqlConnection, light: &Light) -> usize {
        let user = light.user.as_str();
        let list = sqlx::query_as::<_, Conversation>(*LIST).bind(user).bind(user).bind(LIMIT + 1).bind(0_u64);
        list.fetch_all(conn).await.expect("sqlx reads").len()
    }

    async fn mysql_async(&self, conn: &mut mysql_async::Conn, light: &Light) -> usize {
        let user = light.user.as_str();
        let list = conn.exec::<Conversation, _, _>(*LIST, (user, user, LIMIT + 1, 0_u64)).await;
        list.expect("mysql_async reads").len()
    }
}
