//! The 16 queries of the specification, through Staka's operations and with the same SQL through a driver.
//!
//! To add one, add a `queries!` entry. Its SQL is found in the catalogue by name and number of values; a test of
//! staka-core reads both here and looks for them.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::NaiveDateTime;
use staka_core::base::{Args, Table};
use staka_core::db::Statement;
use staka_core::model::Notification;
use staka_core::{Operations, PageRequest, Staka, UserNotificationFilter};
use staka_demo::Target;

use crate::bed::{Given, naive};
use crate::peer::Value::{Moment, Null, Number, Text};
use crate::peer::{Peer, sql};
use crate::rows;

/// A query. All peers return the same number of rows, or the same number.
pub trait Query: 'static {
    const NAME: &'static str;
    /// Whether the query writes; then it runs in a transaction that is rolled back.
    const WRITES: bool = false;

    /// Returns the class: the time in milliseconds below which the median must be.
    fn class_ms() -> u32 {
        Target::of(Self::NAME).expect("the specification has a class for it").class_ms
    }

    /// Returns the name, with the number in the specification if there is one.
    fn title() -> String {
        match Target::of(Self::NAME).and_then(|target| target.number) {
            Some(number) => format!("{number}. {}", Self::NAME),
            None => Self::NAME.to_owned(),
        }
    }

    /// Calls the operation on the handle.
    fn staka(staka: &Staka, given: &Given) -> impl Future<Output = usize> + Send {
        async { Self::session(&staka.as_system(), given).await }
    }

    /// Calls only the operation's function.
    fn session(db: &Operations, given: &Given) -> impl Future<Output = usize> + Send;

    /// Runs the same SQL through a driver.
    fn peer(peer: &mut impl Peer, given: &Given) -> impl Future<Output = usize> + Send;
}

/// Code that runs for every query.
pub trait Visit {
    fn visit<Q: Query>(&mut self);
}

macro_rules! queries {
    ($($query:ident = $name:literal $(, $writes:ident)?:
        |$db:ident, $given:ident| $staka:expr;
        |$peer:ident| $theirs:expr;)+
    ) => {
        $(
            pub struct $query;

            impl Query for $query {
                const NAME: &'static str = $name;
                $(const WRITES: bool = { stringify!($writes); true };)?

                async fn session($db: &Operations, $given: &Given) -> usize {
                    let _: &Given = $given;
                    $staka
                }

                async fn peer($peer: &mut impl Peer, $given: &Given) -> usize {
                    let _: &Given = $given;
                    $theirs
                }
            }
        )+

        /// Visits the queries in the order of the specification; the dashboard combines numbers 7 to 9.
        pub fn each(visit: &mut impl Visit) {
            $(visit.visit::<$query>();)+
        }
    };
}

/// The SQL of this name and number of values, which is looked up once.
macro_rules! sql {
    ($name:literal, $values:literal) => {{
        static TEXT: LazyLock<&str> = LazyLock::new(|| sql($name, $values));
        *TEXT
    }};
}

macro_rules! count_rows {
    ($peer:ident, $row:ident, $sql:expr, $values:expr) => {
        $peer.rows::<rows::$row>($sql, $values).await.len()
    };
}

queries! {
    UnreadCount = "notifications.unread_count":
        |db, given| db.notifications().unread_count(&given.user).await.expect("Staka reads") as usize;
        |peer| {
            let (user, now) = (Text(given.user.as_str()), Moment(naive(given.now)));
            peer.number(sql!("notifications.unread_count", 5), &[user, now, user, now, now]).await
        };
    Inbox = "notifications.list_by_user":
        |db, given| {
            let page = db.notifications().list_by_user(&given.user, UserNotificationFilter::default(), PageRequest::default()).await;
            page.expect("Staka reads").items.len()
        };
        |peer| {
            // One row more than the page shows whether there is a next page.
            let values = [Text(given.user.as_str()), Number(21), Number(0)];
            let mut rows = peer.rows::<rows::Item>(sql!("notifications.list_by_user", 3), &values).await;
            rows.truncate(20);
            rows.len()
        };
    MarkAllRead = "notifications.mark_all_read", writes:
        |db, given| db.notifications().mark_all_read(&given.user).await.expect("Staka writes") as usize;
        |peer| {
            let now = Moment(naive(given.now));
            peer.execute(sql!("notifications.mark_all_read", 3), &[now, now, Text(given.user.as_str())]).await
        };
    Cards = "payment_methods.list_active":
        |db, given| db.payment_methods().list_active(&given.user).await.expect("Staka reads").len();
        |peer| count_rows!(peer, Card, sql!("payment_methods.list_active", 1), &[Text(given.user.as_str())]);
    WithInvoices = "commandes.list_with_invoices":
        |db, given| {
            let page = db.commandes().list_with_invoices(&given.user, PageRequest::default()).await.expect("Staka reads");
            page.items.iter().map(|item| 1 + item.invoices.len()).sum()
        };
        |peer| {
            let user = given.user.as_str();
            let values = [Text(user), Number(101), Number(0)];
            let rows: Vec<rows::Commande> = peer.rows(sql!("commandes.list_with_invoices", 3), &values).await;
            let (oldest, newest) = span(rows.iter().map(|row| row.created_at));
            let values = [Text(user), Moment(oldest), Moment(newest)];
            let invoices = peer.rows(sql!("commandes.list_with_invoices/invoices", 3), &values).await;
            let items = nested(rows, |row| &row.id, invoices, |invoice: &rows::Invoice| &invoice.commande_id);
            items.iter().map(|(_, invoices)| 1 + invoices.len()).sum()
        };
    PaymentsByStatus = "stats.payments_by_status":
        |db, given| db.stats().payments_by_status(given.days_ago(30), given.now).await.expect("Staka reads").len();
        |peer| {
            let values = [Moment(naive(given.days_ago(30))), Moment(naive(given.now))];
            count_rows!(peer, Payments, sql!("stats.payments_by_status", 2), &values)
        };
    UsersByRole = "stats.users_by_role":
        |db, given| db.stats().users_by_role().await.expect("Staka reads").len();
        |peer| count_rows!(peer, RoleCount, sql!("stats.users_by_role", 0), &[]);
    ByStatut = "stats.commandes_by_statut":
        |db, given| db.stats().commandes_by_statut(given.days_ago(30)).await.expect("Staka reads").len();
        |peer| {
            let values = [Moment(naive(given.days_ago(30)))];
            count_rows!(peer, WordCount, sql!("stats.commandes_by_statut", 1), &values)
        };
    Revenue = "stats.revenue":
        |db, given| db.stats().revenue(given.days_ago(30)).await.expect("Staka reads").count as usize;
        |peer| {
            let values = [Moment(naive(given.days_ago(30)))];
            peer.rows::<rows::Revenue>(sql!("stats.revenue", 1), &values).await[0].count as usize
        };
    Dashboard = "stats.dashboard":
        |db, given| {
            let dashboard = db.stats().dashboard(given.days_ago(30)).await.expect("Staka reads");
            dashboard.users_by_role.len() + dashboard.commandes_by_statut.len() + dashboard.revenue.count as usize
        };
        |peer| {
            UsersByRole::peer(peer, given).await + ByStatut::peer(peer, given).await + Revenue::peer(peer, given).await
        };
    Recent = "audit_logs.list_recent":
        |db, given| db.audit_logs().list_recent(Vec::new(), None).await.expect("Staka reads").len();
        |peer| {
            let values = [Text("HIGH"), Number(10), Text("CRITICAL"), Number(10), Number(10)];
            count_rows!(peer, Entry, sql!("audit_logs.list_recent", 5), &values)
        };
    Conversations = "messages.list_conversations":
        |db, given| {
            let page = db.messages().list_conversations(&given.user, PageRequest::default()).await;
            page.expect("Staka reads").items.len()
        };
        |peer| {
            let values = [Text(given.user.as_str()), Number(51), Number(0)];
            count_rows!(peer, Conversation, sql!("messages.list_conversations", 3), &values)
        };
    Thread = "messages.list_by_conversation":
        |db, given| {
            let page = db.messages().list_by_conversation(&given.conversation, PageRequest::default()).await.expect("Staka reads");
            page.items.iter().map(|item| 1 + item.attachments.len()).sum()
        };
        |peer| {
            let id = Text(given.conversation.as_str());
            // As the system: no sender's drafts, but those of all.
            let values = [id, id, Null, Number(1), Number(1001), Number(0)];
            let rows: Vec<rows::ThreadMessage> = peer.rows(sql!("messages.list_by_conversation", 6), &values).await;
            let (oldest, newest) = span(rows.iter().map(|row| row.created_at));
            let values = [id, Moment(oldest), Moment(newest)];
            let attachments = peer.rows(sql!("messages.list_by_conversation/attachments", 3), &values).await;
            let items = nested(rows, |row| &row.id, attachments, |it: &rows::Attachment| &it.message_id);
            items.iter().map(|(_, attachments)| 1 + attachments.len()).sum()
        };
    ByType = "stats.messages_by_type_and_statut":
        |db, given| db.stats().messages_by_type_and_statut(given.days_ago(7)).await.expect("Staka reads").len();
        |peer| {
            let values = [Moment(naive(given.days_ago(7)))];
            count_rows!(peer, TypeCount, sql!("stats.messages_by_type_and_statut", 1), &values)
        };
    Published = "pages.list_published":
        |db, given| db.pages().list_published().await.expect("Staka reads").len();
        |peer| count_rows!(peer, CmsPage, sql!("pages.list_published", 1), &[Moment(naive(given.now))]);
    ByCategorie = "faqs.count_by_categorie":
        |db, given| db.faqs().count_by_categorie().await.expect("Staka reads").len();
        |peer| count_rows!(peer, WordCount, sql!("faqs.count_by_categorie", 0), &[]);
    Tarifs = "tarifs.list_active":
        |db, given| db.tarifs().list_active().await.expect("Staka reads").len();
        |peer| count_rows!(peer, Offer, sql!("tarifs.list_active", 0), &[]);
}

/// The smallest query, which measures the cost of a round trip.
pub struct Ping;

const PING: &str = "SELECT 1";

impl Query for Ping {
    const NAME: &'static str = "SELECT 1";

    fn class_ms() -> u32 {
        5
    }

    async fn staka(staka: &Staka, _: &Given) -> usize {
        static STATEMENT: Statement = Statement::fixed("bench.ping", PING, &[]);
        let mut conn = staka.acquire().await.expect("a connection is free");
        conn.one::<i64>(&STATEMENT, Args::new()).await.expect("Staka reads") as usize
    }

    async fn session(_: &Operations, _: &Given) -> usize {
        unreachable!("no operation asks so little")
    }

    async fn peer(peer: &mut impl Peer, _: &Given) -> usize {
        peer.number(PING, &[]).await
    }
}

/// A thousand rows of a table, which mostly measures decoding.
pub struct Thousand;

static THOUSAND: LazyLock<&str> =
    LazyLock::new(|| format!("SELECT {} FROM notifications ORDER BY id LIMIT 1000", Notification::SELECT).leak());

impl Query for Thousand {
    const NAME: &'static str = "1,000 notifications, whole";

    fn class_ms() -> u32 {
        50
    }

    async fn staka(staka: &Staka, _: &Given) -> usize {
        static STATEMENT: LazyLock<Statement> = LazyLock::new(|| Statement::fixed("bench.thousand", *THOUSAND, &[]));
        let mut conn = staka.acquire().await.expect("a connection is free");
        conn.all::<Notification>(&STATEMENT, Args::new()).await.expect("Staka reads").len()
    }

    async fn session(_: &Operations, _: &Given) -> usize {
        unreachable!("no operation reads whole notifications")
    }

    async fn peer(peer: &mut impl Peer, _: &Given) -> usize {
        peer.rows::<rows::Notification>(*THOUSAND, &[]).await.len()
    }
}

/// The mix of a busy site, by weight: the unread count on every page, lists on some pages, the rest rarely.
pub struct Mixed;

macro_rules! mixed {
    ($($times:literal $query:ident,)+) => {
        impl Query for Mixed {
                    const NAME: &'static str = "mixed load of 20";

            /// The sum of the classes of all requests.
            fn class_ms() -> u32 {
                0 $(+ $times * $query::class_ms())+
            }

            async fn session(db: &Operations, given: &Given) -> usize {
                let mut sum = 0;
                $(for _ in 0..$times {
                    sum += $query::session(db, given).await;
                })+
                sum
            }

            async fn peer(peer: &mut impl Peer, given: &Given) -> usize {
                let mut sum = 0;
                $(for _ in 0..$times {
                    sum += $query::peer(peer, given).await;
                })+
                sum
            }
        }
    };
}

mixed! {
    8 UnreadCount,
    4 Inbox,
    2 Conversations,
    1 Thread,
    1 WithInvoices,
    1 Cards,
    1 Tarifs,
    1 Published,
    1 ByCategorie,
}

fn span(moments: impl Iterator<Item = NaiveDateTime> + Clone) -> (NaiveDateTime, NaiveDateTime) {
    (moments.clone().min().expect("the light user has some"), moments.max().expect("and so a newest"))
}

/// Assigns children to their parents.
fn nested<P, C>(
    parents: Vec<P>,
    id: impl Fn(&P) -> &String,
    children: Vec<C>,
    parent: impl Fn(&C) -> &String,
) -> Vec<(P, Vec<C>)> {
    let places: HashMap<String, usize> =
        parents.iter().enumerate().map(|(place, row)| (id(row).clone(), place)).collect();
    let mut items: Vec<(P, Vec<C>)> = parents.into_iter().map(|row| (row, Vec::new())).collect();
    for child in children {
        if let Some(place) = places.get(parent(&child)) {
            items[*place].1.push(child);
        }
    }
    items
}
