//! The badge and the inbox of an author with few notifications: what every page of the site asks.

use std::sync::LazyLock;

use chrono::NaiveDateTime;
use mysql_async::prelude::Queryable;
use sqlx::MySqlConnection;
use staka_core::db::Conn;
use staka_core::repo::notifications;
use staka_core::{NotificationList, Staka, Timestamp};

use crate::bed::Light;
use crate::peers::{Query, sql};
use crate::table::row;

static COUNT: LazyLock<&str> = LazyLock::new(|| sql("notifications.unread_count"));
static LIST: LazyLock<&str> = LazyLock::new(|| sql("notifications.list"));
/// One row more than is shown says whether there is another page.
const LIMIT: u32 = 20;

pub(crate) struct UnreadCount;

impl Query for UnreadCount {
    async fn staka(&self, staka: &Staka, light: &Light) -> usize {
        staka.as_system().notifications().unread_count(&light.user).await.expect("Staka reads") as usize
    }

    async fn conn(&self, conn: &mut Conn, light: &Light) -> usize {
        let now = Timestamp::from(light.now.and_utc());
        notifications::unread_count(conn, &light.user, now).await.expect("Staka reads") as usize
    }

    async fn sqlx(&self, conn: &mut MySqlConnection, light: &Light) -> usize {
        let count = sqlx::query_scalar::<_, i64>(*COUNT).bind(light.user.as_str()).bind(light.now);
        count.fetch_one(conn).await.expect("sqlx reads") as usize
    }

    async fn mysql_async(&self, conn: &mut mysql_async::Conn, light: &Light) -> usize {
        let count: Option<i64> =
            conn.exec_first(*COUNT, (light.user.as_str(), light.now)).await.expect("mysql_async reads");
        count.expect("one row") as usize
    }
}

row! {
    struct Item {
        id: String,
        title: String,
        message: String,
        kind: String,
        priority: String,
        is_read: bool,
        action_url: Option<String>,
        created_at: NaiveDateTime,
    }
}

pub(crate) struct Inbox;

impl Query for Inbox {
    async fn staka(&self, staka: &Staka, light: &Light) -> usize {
        let listing = staka.as_system().notifications().list(&light.user, NotificationList::default()).await;
        listing.expect("Staka reads").items.len()
    }

    async fn conn(&self, conn: &mut Conn, light: &Light) -> usize {
        let now = Timestamp::from(light.now.and_utc());
        let listing = notifications::inbox(conn, &light.user, &NotificationList::default(), now).await;
        listing.expect("Staka reads").items.len()
    }

    async fn sqlx(&self, conn: &mut MySqlConnection, light: &Light) -> usize {
        let list = sqlx::query_as::<_, Item>(*LIST).bind(light.user.as_str()).bind(LIMIT + 1).bind(0_u64);
        page(list.fetch_all(conn).await.expect("sqlx reads"))
    }

    async fn mysql_async(&self, conn: &mut mysql_async::Conn, light: &Light) -> usize {
        let list = conn.exec::<Item, _, _>(*LIST, (light.user.as_str(), LIMIT + 1, 0_u64)).await;
        page(list.expect("mysql_async reads"))
    }
}

fn page(mut rows: Vec<Item>) -> usize {
    rows.truncate(LIMIT as usize);
    rows.len()
}
