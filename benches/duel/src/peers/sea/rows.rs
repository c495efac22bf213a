//! Rows that are no entities: chosen columns and groups.

use sea_orm::prelude::DateTime;
use sea_orm::{DerivePartialModel, FromQueryResult};
use serde::Serialize;

use super::entity::{audit_log, card, message, notification, page, tarif};

#[derive(DerivePartialModel, Serialize)]
#[sea_orm(entity = "notification::Entity")]
#[serde(rename_all = "camelCase")]
pub(super) struct Notification {
    id: String,
    title: String,
    message: String,
    r#type: String,
    priority: String,
    is_read: bool,
    action_url: Option<String>,
    created_at: DateTime,
}

#[derive(DerivePartialModel, Serialize)]
#[sea_orm(entity = "card::Entity")]
#[serde(rename_all = "camelCase")]
pub(super) struct Card {
    id: String,
    stripe_payment_method_id: String,
    brand: String,
    last4: String,
    exp_month: i32,
    exp_year: i32,
    is_default: bool,
}

#[derive(DerivePartialModel, Serialize)]
#[sea_orm(entity = "audit_log::Entity")]
#[serde(rename_all = "camelCase")]
pub(super) struct Audit {
    id: String,
    timestamp: DateTime,
    admin_email: String,
    action: String,
    target_type: String,
    severity: String,
}

#[derive(DerivePartialModel, Serialize)]
#[sea_orm(entity = "page::Entity")]
#[serde(rename_all = "camelCase")]
pub(super) struct CmsPage {
    id: String,
    title: String,
    slug: String,
    excerpt: Option<String>,
    r#type: String,
    meta_title: Option<String>,
    meta_description: Option<String>,
    published_at: Option<DateTime>,
}

#[derive(DerivePartialModel, Serialize)]
#[sea_orm(entity = "tarif::Entity")]
#[serde(rename_all = "camelCase")]
pub(super) struct Tarif {
    id: String,
    nom: String,
    description: String,
    prix: i32,
    prix_formate: String,
    duree_estimee: Option<String>,
    stripe_price_id: Option<String>,
    stripe_product_id: Option<String>,
}

#[derive(FromQueryResult, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payments {
    #[sea_orm(from_alias = "paymentStatus")]
    payment_status: Option<String>,
    amount: i64,
    count: i64,
}

#[derive(FromQueryResult, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Role {
    role: String,
    #[sea_orm(from_alias = "isActive")]
    is_active: bool,
    count: i64,
}

#[derive(FromQueryResult, Serialize)]
pub(super) struct Statut {
    statut: String,
    count: i64,
}

#[derive(FromQueryResult, Serialize)]
pub(super) struct Revenue {
    sum: Option<i64>,
    average: Option<f64>,
    count: i64,
}

#[derive(FromQueryResult, Serialize)]
pub(super) struct MessageStat {
    r#type: String,
    statut: String,
    count: i64,
}

#[derive(FromQueryResult, Serialize)]
pub(super) struct Categorie {
    categorie: String,
    count: i64,
}

#[derive(FromQueryResult)]
pub(super) struct Newest {
    newest: String,
    message_count: i64,
    unread_count: i64,
}

impl Newest {
    /// Behind the moment.
    pub(super) fn id(&self) -> &str {
        self.newest.get(23..).unwrap_or_default()
    }

    pub(super) fn with(&self, message: message::ModelEx) -> Conversation {
        Conversation { message_count: self.message_count, unread_count: self.unread_count, message }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Conversation {
    message_count: i64,
    unread_count: i64,
    #[serde(flatten)]
    message: message::ModelEx,
}
