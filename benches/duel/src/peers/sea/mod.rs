//! SeaORM 2 as its documentation writes queries: the entity loader where rows come with relations, partial models where
//! columns are named. Its pool does not ping at acquire and does not log.

mod entity;
mod rows;

use std::collections::HashMap;
use std::time::Duration;

use futures_util::FutureExt;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{
    ColumnTrait, Condition, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, EntityLoaderTrait,
    EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, TransactionTrait,
};

use self::entity::{
    attachment, audit_log, card, commande, faq, file, invoice, message, notification, page, tarif, user,
};
use self::rows::{
    Audit, Card, Categorie, CmsPage, Conversation, MessageStat, Newest, Notification, Payments, Revenue, Role, Statut,
    Tarif,
};
use super::{Asked, ISOLATION, Look, STATEMENTS, timed};
use crate::Result;
use crate::question::{Of, Query};

pub(super) struct Asker(DatabaseConnection);

impl Asker {
    pub(super) async fn open(url: String) -> Result<Self> {
        let mut options = ConnectOptions::new(url);
        options
            .sqlx_logging(false)
            .test_before_acquire(false)
            // One call at a time needs two, as one is pinged meanwhile; each more would prepare every text for itself.
            .max_connections(2)
            .map_sqlx_mysql_opts(|options| {
                options
                    .ssl_mode(sqlx::mysql::MySqlSslMode::Disabled)
                    .collation("utf8mb4_unicode_ci")
                    .statement_cache_capacity(STATEMENTS)
            })
            .after_connect(|db| async move { db.execute_unprepared(ISOLATION).await.map(drop) }.boxed());
        Ok(Self(Database::connect(options).await?))
    }

    pub(super) async fn ask(&mut self, query: Query, of: &Of, look: Look) -> Result<Asked> {
        let db = &self.0;
        match query {
            Query::UnreadCount => timed(look, unread_count(db, of)).await,
            Query::Notifications => timed(look, notifications(db, of)).await,
            Query::MarkAllRead => {
                let tx = db.begin().await?;
                let asked = timed(look, mark_all_read(&tx, of)).await;
                tx.rollback().await?;
                asked
            }
            Query::Cards => timed(look, cards(db, of)).await,
            Query::Commandes => timed(look, commandes(db, of)).await,
            Query::PaymentsByStatus => timed(look, payments(db, of)).await,
            Query::UsersByRole => timed(look, users_by_role(db)).await,
            Query::CommandesByStatut => timed(look, commandes_by_statut(db, of)).await,
            Query::Revenue => timed(look, revenue(db, of)).await,
            Query::RecentAudit => timed(look, recent(db)).await,
            Query::Conversations => timed(look, conversations(db, of)).await,
            Query::Conversation => timed(look, conversation(db, of)).await,
            Query::MessageStats => timed(look, message_stats(db, of)).await,
            Query::Pages => timed(look, pages(db, of)).await,
            Query::Faqs => timed(look, faqs(db)).await,
            Query::Tarifs => timed(look, tarifs(db)).await,
        }
    }

    /// sqlx's pool pings at release, in a task: that shall not be in the next peer's time.
    pub(super) async fn settle(&self) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn unread(of: &Of) -> Condition {
    use notification::Column;
    let mine = Condition::all().add(Column::UserId.eq(of.user.as_str()));
    mine.add(Column::IsRead.eq(false)).add(Column::IsDeleted.eq(false))
}

async fn unread_count(db: &DatabaseConnection, of: &Of) -> Result<i64, DbErr> {
    use notification::Column;
    let alive = Condition::any().add(Column::ExpiresAt.is_null()).add(Column::ExpiresAt.gt(of.naive_now()));
    let count = notification::Entity::find().select_only().column_as(Column::Id.count(), "count");
    let count: Option<i64> = count.filter(unread(of)).filter(alive).into_tuple().one(db).await?;
    Ok(count.unwrap_or(0))
}

async fn notifications(db: &DatabaseConnection, of: &Of) -> Result<Vec<Notification>, DbErr> {
    use notification::Column;
    notification::Entity::find()
        .filter(Column::UserId.eq(of.user.as_str()))
        .filter(Column::IsDeleted.eq(false))
        .order_by_desc(Column::Priority)
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(20)
        .into_partial_model()
        .all(db)
        .await
}

async fn mark_all_read(db: &impl ConnectionTrait, of: &Of) -> Result<u64, DbErr> {
    use notification::Column;
    let now = of.naive_now();
    let update = notification::Entity::update_many()
        .col_expr(Column::IsRead, Expr::value(true))
        .col_expr(Column::ReadAt, Expr::value(now))
        .col_expr(Column::UpdatedAt, Expr::value(now));
    Ok(update.filter(unread(of)).exec(db).await?.rows_affected)
}

async fn cards(db: &DatabaseConnection, of: &Of) -> Result<Vec<Card>, DbErr> {
    use card::Column;
    card::Entity::find()
        .filter(Column::UserId.eq(of.user.as_str()))
        .filter(Column::IsActive.eq(true))
        .order_by_desc(Column::IsDefault)
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .into_partial_model()
        .all(db)
        .await
}

async fn commandes(db: &DatabaseConnection, of: &Of) -> Result<Vec<commande::ModelEx>, DbErr> {
    use commande::Column;
    // The loader has no limit but that of a page.
    commande::Entity::load()
        .filter(Column::UserId.eq(of.user.as_str()))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .with(invoice::Entity)
        .paginate(db, 100)
        .fetch_page(0)
        .await
}

async fn payments(db: &DatabaseConnection, of: &Of) -> Result<Vec<Payments>, DbErr> {
    use commande::Column;
    commande::Entity::find()
        .select_only()
        .column(Column::PaymentStatus)
        .column_as(Column::Amount.sum().cast_as("SIGNED"), "amount")
        .column_as(Column::Id.count(), "count")
        .filter(Column::CreatedAt.gte(of.naive_since()))
        .filter(Column::CreatedAt.lt(of.naive_now()))
        .filter(Column::Amount.gt(0))
        .group_by(Column::PaymentStatus)
        .order_by_asc(Column::PaymentStatus)
        .into_model()
        .all(db)
        .await
}

async fn users_by_role(db: &DatabaseConnection) -> Result<Vec<Role>, DbErr> {
    use user::Column;
    user::Entity::find()
        .select_only()
        .columns([Column::Role, Column::IsActive])
        .column_as(Column::Id.count(), "count")
        .group_by(Column::Role)
        .group_by(Column::IsActive)
        .order_by_asc(Column::Role)
        .order_by_asc(Column::IsActive)
        .into_model()
        .all(db)
        .await
}

async fn commandes_by_statut(db: &DatabaseConnection, of: &Of) -> Result<Vec<Statut>, DbErr> {
    use commande::Column;
    commande::Entity::find()
        .select_only()
        .column(Column::Statut)
        .column_as(Column::Id.count(), "count")
        .filter(Column::CreatedAt.gte(of.naive_since()))
        .group_by(Column::Statut)
        .order_by_asc(Column::Statut)
        .into_model()
        .all(db)
        .await
}

async fn revenue(db: &DatabaseConnection, of: &Of) -> Result<Option<Revenue>, DbErr> {
    use commande::Column;
    commande::Entity::find()
        .select_only()
        .column_as(Column::Amount.sum().cast_as("SIGNED"), "sum")
        .column_as(Expr::expr(Func::avg(Expr::col(Column::Amount))).cast_as("DOUBLE"), "average")
        .column_as(Column::Id.count(), "count")
        .filter(Column::PaymentStatus.eq("paid"))
        .filter(Column::CreatedAt.gte(of.naive_since()))
        .into_model()
        .one(db)
        .await
}

async fn recent(db: &DatabaseConnection) -> Result<Vec<Audit>, DbErr> {
    use audit_log::Column;
    audit_log::Entity::find()
        .filter(Column::Severity.is_in(["HIGH", "CRITICAL"]))
        .order_by_desc(Column::Timestamp)
        .order_by_desc(Column::Id)
        .limit(10)
        .into_partial_model()
        .all(db)
        .await
}

/// Reads the ids of the newest messages, then these messages with both users.
async fn conversations(db: &DatabaseConnection, of: &Of) -> Result<Vec<Conversation>, DbErr> {
    use message::{Column, Relation};
    let user = of.user.as_str();
    let unread = "COUNT(CASE WHEN `receiverId` = ? AND `isRead` = FALSE AND `deletedByAdmin` = FALSE THEN 1 END)";
    let newest: Vec<Newest> = message::Entity::find()
        .select_only()
        .column_as(Expr::cust("MAX(CONCAT(`createdAt`, `id`))"), "newest")
        .column_as(Column::Id.count(), "message_count")
        .column_as(Expr::cust_with_values(unread, [user]), "unread_count")
        .filter(Condition::any().add(Column::SenderId.eq(user)).add(Column::ReceiverId.eq(user)))
        .group_by(Column::ConversationId)
        .order_by(Expr::cust("`newest`"), Order::Desc)
        .limit(50)
        .into_model()
        .all(db)
        .await?;
    let messages = message::Entity::load()
        .filter(Column::Id.is_in(newest.iter().map(Newest::id)))
        .with(Relation::Sender)
        .with(Relation::Receiver)
        .all(db)
        .await?;
    let mut by_id: HashMap<String, message::ModelEx> =
        messages.into_iter().map(|message| (message.id.clone(), message)).collect();
    Ok(newest.into_iter().filter_map(|of| by_id.remove(of.id()).map(|message| of.with(message))).collect())
}

async fn conversation(db: &DatabaseConnection, of: &Of) -> Result<Vec<message::ModelEx>, DbErr> {
    use message::{Column, Relation};
    message::Entity::load()
        .filter(Column::ConversationId.eq(of.conversation.as_str()))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .with(Relation::Sender)
        .with((attachment::Entity, file::Entity))
        .paginate(db, 1000)
        .fetch_page(0)
        .await
}

async fn message_stats(db: &DatabaseConnection, of: &Of) -> Result<Vec<MessageStat>, DbErr> {
    use message::Column;
    message::Entity::find()
        .select_only()
        .columns([Column::Type, Column::Statut])
        .column_as(Column::Id.count(), "count")
        .filter(Column::CreatedAt.gte(of.naive_since()))
        .group_by(Column::Type)
        .group_by(Column::Statut)
        .order_by_asc(Column::Type)
        .order_by_asc(Column::Statut)
        .into_model()
        .all(db)
        .await
}

async fn pages(db: &DatabaseConnection, of: &Of) -> Result<Vec<CmsPage>, DbErr> {
    use page::Column;
    page::Entity::find()
        .filter(Column::Status.eq("PUBLISHED"))
        .filter(Column::IsPublic.eq(true))
        .filter(Column::PublishedAt.lte(of.naive_now()))
        .order_by_asc(Column::Type)
        .order_by_asc(Column::SortOrder)
        .order_by_asc(Column::Slug)
        .into_partial_model()
        .all(db)
        .await
}

async fn faqs(db: &DatabaseConnection) -> Result<Vec<Categorie>, DbErr> {
    use faq::Column;
    faq::Entity::find()
        .select_only()
        .column(Column::Categorie)
        .column_as(Column::Id.count(), "count")
        .filter(Column::Visible.eq(true))
        .group_by(Column::Categorie)
        .order_by_asc(Column::Categorie)
        .into_model()
        .all(db)
        .await
}

async fn tarifs(db: &DatabaseConnection) -> Result<Vec<Tarif>, DbErr> {
    use tarif::Column;
    tarif::Entity::find()
        .filter(Column::Actif.eq(true))
        .filter(Column::StripeProductId.is_not_null())
        .order_by_asc(Column::Ordre)
        .order_by_asc(Column::Prix)
        .order_by_asc(Column::Id)
        .into_partial_model()
        .all(db)
        .await
}
