//! Diesel on diesel-async, whose MySQL is pure Rust, as its guides write queries: `Selectable`, `belonging_to` and
//! `grouped_by`, aliases for two joins to one table. The deadpool pool does not check a connection before its use.

mod rows;
mod schema;

use std::collections::HashMap;

use diesel::dsl::{count_star, sql, sum};
use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Double, Nullable, Text};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, AsyncMysqlConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::FutureExt;

use self::rows::{
    Attachment, Audit, Brief, Card, Categorie, CmsPage, Commande, Conversation, File, Invoice, Message, MessageStat,
    Notification, Payments, Revenue, Role, Sender, Statut, Tarif, WithAttachments, WithFile, WithInvoices,
};
use self::schema::{
    audit_logs, commandes, faqs, files, invoices, messages, notifications, pages, payment_methods, tarifs, users,
};
use super::{Asked, ISOLATION, Look, timed};
use crate::Result;
use crate::question::{Of, Query};

pub(super) struct Asker(Pool<AsyncMysqlConnection>);

impl Asker {
    pub(super) async fn open(url: String) -> Result<Self> {
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|url| {
            // Otherwise the driver changes from TCP to the socket.
            let url = format!("{url}?prefer_socket=false");
            async move {
                let mut conn = AsyncMysqlConnection::establish(&url).await?;
                conn.batch_execute(ISOLATION).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(conn)
            }
            .boxed()
        });
        let manager = AsyncDieselConnectionManager::<AsyncMysqlConnection>::new_with_config(url, config);
        Ok(Self(Pool::builder(manager).max_size(10).build()?))
    }

    pub(super) async fn ask(&mut self, query: Query, of: &Of, look: Look) -> Result<Asked> {
        if query == Query::MarkAllRead {
            let mut conn = self.0.get().await?;
            conn.batch_execute("BEGIN").await?;
            let asked = timed(look, mark_all_read(&mut conn, of)).await;
            conn.batch_execute("ROLLBACK").await?;
            return asked;
        }
        let pool = &self.0;
        match query {
            Query::UnreadCount => timed(look, unread_count(pool, of)).await,
            Query::Notifications => timed(look, notifications(pool, of)).await,
            Query::MarkAllRead => unreachable!("done above"),
            Query::Cards => timed(look, cards(pool, of)).await,
            Query::Commandes => timed(look, commandes(pool, of)).await,
            Query::PaymentsByStatus => timed(look, payments(pool, of)).await,
            Query::UsersByRole => timed(look, users_by_role(pool)).await,
            Query::CommandesByStatut => timed(look, commandes_by_statut(pool, of)).await,
            Query::Revenue => timed(look, revenue(pool, of)).await,
            Query::RecentAudit => timed(look, recent(pool)).await,
            Query::Conversations => timed(look, conversations(pool, of)).await,
            Query::Conversation => timed(look, conversation(pool, of)).await,
            Query::MessageStats => timed(look, message_stats(pool, of)).await,
            Query::Pages => timed(look, pages(pool, of)).await,
            Query::Faqs => timed(look, faqs(pool)).await,
            Query::Tarifs => timed(look, tarifs(pool)).await,
        }
    }
}

type Connections = Pool<AsyncMysqlConnection>;

async fn unread_count(pool: &Connections, of: &Of) -> Result<i64> {
    use notifications::dsl::{expires_at, is_deleted, is_read, user_id};
    let mut db = pool.get().await?;
    let count = notifications::table
        .filter(user_id.eq(of.user.as_str()))
        .filter(is_read.eq(false))
        .filter(is_deleted.eq(false))
        .filter(expires_at.is_null().or(expires_at.gt(of.naive_now())))
        .count();
    Ok(count.get_result(&mut db).await?)
}

async fn notifications(pool: &Connections, of: &Of) -> Result<Vec<Notification>> {
    use notifications::dsl::{created_at, id, is_deleted, priority, user_id};
    let mut db = pool.get().await?;
    let page = notifications::table
        .filter(user_id.eq(of.user.as_str()))
        .filter(is_deleted.eq(false))
        .order((priority.desc(), created_at.desc(), id.desc()))
        .limit(20);
    Ok(page.select(Notification::as_select()).load(&mut db).await?)
}

async fn mark_all_read(db: &mut Object<AsyncMysqlConnection>, of: &Of) -> QueryResult<usize> {
    use notifications::dsl::{is_deleted, is_read, read_at, updated_at, user_id};
    let now = of.naive_now();
    let mine = notifications::table
        .filter(user_id.eq(of.user.as_str()))
        .filter(is_read.eq(false))
        .filter(is_deleted.eq(false));
    diesel::update(mine).set((is_read.eq(true), read_at.eq(now), updated_at.eq(now))).execute(db).await
}

async fn cards(pool: &Connections, of: &Of) -> Result<Vec<Card>> {
    use payment_methods::dsl::{created_at, id, is_active, is_default, user_id};
    let mut db = pool.get().await?;
    let cards = payment_methods::table.filter(user_id.eq(of.user.as_str())).filter(is_active.eq(true)).order((
        is_default.desc(),
        created_at.desc(),
        id.desc(),
    ));
    Ok(cards.select(Card::as_select()).load(&mut db).await?)
}

async fn commandes(pool: &Connections, of: &Of) -> Result<Vec<WithInvoices>> {
    use commandes::dsl::{created_at, id, user_id};
    let mut db = pool.get().await?;
    let page = commandes::table.filter(user_id.eq(of.user.as_str())).order((created_at.desc(), id.desc())).limit(100);
    let orders: Vec<Commande> = page.select(Commande::as_select()).load(&mut db).await?;
    let invoices: Vec<Invoice> = Invoice::belonging_to(&orders)
        .order((invoices::created_at, invoices::id))
        .select(Invoice::as_select())
        .load(&mut db)
        .await?;
    let grouped = invoices.grouped_by(&orders);
    Ok(orders.into_iter().zip(grouped).map(|(commande, invoices)| WithInvoices { commande, invoices }).collect())
}

async fn payments(pool: &Connections, of: &Of) -> Result<Vec<Payments>> {
    use commandes::dsl::{amount, created_at, payment_status};
    let mut db = pool.get().await?;
    let groups = commandes::table
        .filter(created_at.ge(of.naive_since()))
        .filter(created_at.lt(of.naive_now()))
        .filter(amount.gt(0))
        .group_by(payment_status)
        .order(payment_status);
    Ok(groups.select((payment_status, sum(amount), count_star())).load(&mut db).await?)
}

async fn users_by_role(pool: &Connections) -> Result<Vec<Role>> {
    use users::dsl::{is_active, role};
    let mut db = pool.get().await?;
    let groups = users::table.group_by((role, is_active)).order((role, is_active));
    Ok(groups.select((role, is_active, count_star())).load(&mut db).await?)
}

async fn commandes_by_statut(pool: &Connections, of: &Of) -> Result<Vec<Statut>> {
    use commandes::dsl::{created_at, statut};
    let mut db = pool.get().await?;
    let groups = commandes::table.filter(created_at.ge(of.naive_since())).group_by(statut).order(statut);
    Ok(groups.select((statut, count_star())).load(&mut db).await?)
}

async fn revenue(pool: &Connections, of: &Of) -> Result<Revenue> {
    use commandes::dsl::{amount, created_at, payment_status};
    let mut db = pool.get().await?;
    // Diesel's `avg` is a decimal of another crate.
    let average = sql::<Nullable<Double>>("CAST(AVG(amount) AS DOUBLE)");
    let paid = commandes::table.filter(payment_status.eq("paid")).filter(created_at.ge(of.naive_since()));
    Ok(paid.select((sum(amount), average, count_star())).first(&mut db).await?)
}

async fn recent(pool: &Connections) -> Result<Vec<Audit>> {
    use audit_logs::dsl::{id, severity, timestamp};
    let mut db = pool.get().await?;
    let entries = audit_logs::table
        .filter(severity.eq("HIGH").or(severity.eq("CRITICAL")))
        .order((timestamp.desc(), id.desc()))
        .limit(10);
    Ok(entries.select(Audit::as_select()).load(&mut db).await?)
}

diesel::alias!(users as senders: Senders, users as receivers: Receivers);

/// Reads the ids of the newest messages, then these messages with both users.
async fn conversations(pool: &Connections, of: &Of) -> Result<Vec<Conversation>> {
    use messages::dsl::{conversation_id, id, receiver_id, sender_id};
    let mut db = pool.get().await?;
    let user = of.user.as_str();
    let unread = sql::<BigInt>("COUNT(CASE WHEN receiverId = ")
        .bind::<Text, _>(user)
        .sql(" AND isRead = FALSE AND deletedByAdmin = FALSE THEN 1 END)");
    let newest: Vec<(String, i64, i64)> = messages::table
        .filter(sender_id.eq(user).or(receiver_id.eq(user)))
        .group_by(conversation_id)
        .select((sql::<Text>("MAX(CONCAT(createdAt, id)) AS newest"), count_star(), unread))
        .order(sql::<Text>("newest DESC"))
        .limit(50)
        .load(&mut db)
        .await?;
    let brief = (users::id, users::prenom, users::nom, users::avatar, users::role);
    let loaded: Vec<(Message, Option<Brief>, Option<Brief>)> = messages::table
        .left_join(senders.on(sender_id.eq(senders.field(users::id).nullable())))
        .left_join(receivers.on(receiver_id.eq(receivers.field(users::id).nullable())))
        .filter(id.eq_any(newest.iter().map(|row| row.0.get(23..).unwrap_or_default())))
        .select((Message::as_select(), senders.fields(brief).nullable(), receivers.fields(brief).nullable()))
        .load(&mut db)
        .await?;
    let mut by_id: HashMap<String, _> = loaded.into_iter().map(|row| (row.0.id.clone(), row)).collect();
    let with = |(newest, message_count, unread_count): (String, i64, i64)| {
        let (message, sender, receiver) = by_id.remove(newest.get(23..)?)?;
        Some(Conversation { message_count, unread_count, message, sender, receiver })
    };
    Ok(newest.into_iter().filter_map(with).collect())
}

async fn conversation(pool: &Connections, of: &Of) -> Result<Vec<WithAttachments>> {
    use messages::dsl::{conversation_id, created_at, id};
    let mut db = pool.get().await?;
    let thread: Vec<(Message, Option<Sender>)> = messages::table
        .left_join(users::table)
        .filter(conversation_id.eq(of.conversation.as_str()))
        .order((created_at, id))
        .limit(1000)
        .select((Message::as_select(), Option::<Sender>::as_select()))
        .load(&mut db)
        .await?;
    let (thread, authors): (Vec<Message>, Vec<Option<Sender>>) = thread.into_iter().unzip();
    let attached: Vec<(Attachment, File)> = Attachment::belonging_to(&thread)
        .inner_join(files::table)
        .select((Attachment::as_select(), File::as_select()))
        .load(&mut db)
        .await?;
    let grouped = attached.grouped_by(&thread);
    let rows = thread.into_iter().zip(authors).zip(grouped).map(|((message, sender), attached)| WithAttachments {
        message,
        sender,
        attachments: attached.into_iter().map(|(attachment, file)| WithFile { attachment, file }).collect(),
    });
    Ok(rows.collect())
}

async fn message_stats(pool: &Connections, of: &Of) -> Result<Vec<MessageStat>> {
    use messages::dsl::{created_at, kind, statut};
    let mut db = pool.get().await?;
    let groups = messages::table.filter(created_at.ge(of.naive_since())).group_by((kind, statut)).order((kind, statut));
    Ok(groups.select((kind, statut, count_star())).load(&mut db).await?)
}

async fn pages(pool: &Connections, of: &Of) -> Result<Vec<CmsPage>> {
    use pages::dsl::{is_public, kind, published_at, slug, sort_order, status};
    let mut db = pool.get().await?;
    let published = pages::table
        .filter(status.eq("PUBLISHED"))
        .filter(is_public.eq(true))
        .filter(published_at.le(of.naive_now()))
        .order((kind, sort_order, slug));
    Ok(published.select(CmsPage::as_select()).load(&mut db).await?)
}

async fn faqs(pool: &Connections) -> Result<Vec<Categorie>> {
    use faqs::dsl::{categorie, visible};
    let mut db = pool.get().await?;
    let groups = faqs::table.filter(visible.eq(true)).group_by(categorie).order(categorie);
    Ok(groups.select((categorie, count_star())).load(&mut db).await?)
}

async fn tarifs(pool: &Connections) -> Result<Vec<Tarif>> {
    use tarifs::dsl::{actif, id, ordre, prix, stripe_product_id};
    let mut db = pool.get().await?;
    let active = tarifs::table.filter(actif.eq(true)).filter(stripe_product_id.is_not_null()).order((ordre, prix, id));
    Ok(active.select(Tarif::as_select()).load(&mut db).await?)
}
