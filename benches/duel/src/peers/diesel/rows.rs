//! What Diesel loads: entities where rows come with relations, chosen columns elsewhere.

use chrono::NaiveDateTime;
use diesel::mysql::Mysql;
use diesel::{Associations, Identifiable, Queryable, Selectable};
use serde::Serialize;

use super::schema::{
    audit_logs, commandes, files, invoices, message_attachments, messages, notifications, pages, payment_methods,
    tarifs, users,
};

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = notifications, check_for_backend(Mysql))]
#[serde(rename_all = "camelCase")]
pub(super) struct Notification {
    id: String,
    title: String,
    message: String,
    #[serde(rename = "type")]
    kind: String,
    priority: String,
    is_read: bool,
    action_url: Option<String>,
    created_at: NaiveDateTime,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = payment_methods, check_for_backend(Mysql))]
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

#[derive(Queryable, Selectable, Identifiable, Serialize)]
#[diesel(table_name = commandes, check_for_backend(Mysql))]
#[serde(rename_all = "camelCase")]
pub(super) struct Commande {
    id: String,
    user_id: String,
    titre: String,
    description: Option<String>,
    fichier_url: Option<String>,
    statut: String,
    note_client: Option<String>,
    note_correcteur: Option<String>,
    priorite: String,
    date_echeance: Option<NaiveDateTime>,
    date_finition: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
    payment_status: Option<String>,
    stripe_session_id: Option<String>,
    amount: Option<i32>,
}

#[derive(Queryable, Selectable, Identifiable, Associations, Serialize)]
#[diesel(table_name = invoices, belongs_to(Commande), check_for_backend(Mysql))]
#[serde(rename_all = "camelCase")]
pub(super) struct Invoice {
    id: String,
    commande_id: String,
    number: String,
    amount: i32,
    status: String,
    pdf_url: String,
}

#[derive(Serialize)]
pub(super) struct WithInvoices {
    #[serde(flatten)]
    pub(super) commande: Commande,
    pub(super) invoices: Vec<Invoice>,
}

#[derive(Queryable, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payments {
    payment_status: Option<String>,
    amount: Option<i64>,
    count: i64,
}

#[derive(Queryable, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Role {
    role: String,
    is_active: bool,
    count: i64,
}

#[derive(Queryable, Serialize)]
pub(super) struct Statut {
    statut: String,
    count: i64,
}

#[derive(Queryable, Serialize)]
pub(super) struct Revenue {
    sum: Option<i64>,
    average: Option<f64>,
    count: i64,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = audit_logs, check_for_backend(Mysql))]
#[serde(rename_all = "camelCase")]
pub(super) struct Audit {
    id: String,
    timestamp: NaiveDateTime,
    admin_email: String,
    action: String,
    target_type: String,
    severity: String,
}

#[derive(Queryable, Selectable, Identifiable, Serialize)]
#[diesel(table_name = messages, check_for_backend(Mysql))]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    pub(super) id: String,
    conversation_id: String,
    sender_id: Option<String>,
    receiver_id: Option<String>,
    visitor_email: Option<String>,
    visitor_name: Option<String>,
    is_from_visitor: bool,
    subject: Option<String>,
    content: String,
    #[serde(rename = "type")]
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
    metadata: Option<serde_json::Value>,
    status: Option<String>,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = users, check_for_backend(Mysql))]
pub(super) struct Sender {
    prenom: String,
    nom: String,
    avatar: Option<String>,
    role: String,
}

#[derive(Queryable, Serialize)]
pub(super) struct Brief {
    id: String,
    prenom: String,
    nom: String,
    avatar: Option<String>,
    role: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Conversation {
    pub(super) message_count: i64,
    pub(super) unread_count: i64,
    #[serde(flatten)]
    pub(super) message: Message,
    pub(super) sender: Option<Brief>,
    pub(super) receiver: Option<Brief>,
}

#[derive(Queryable, Selectable, Identifiable, Associations, Serialize)]
#[diesel(table_name = message_attachments, belongs_to(Message), check_for_backend(Mysql))]
#[serde(rename_all = "camelCase")]
pub(super) struct Attachment {
    id: String,
    message_id: String,
    file_id: String,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = files, check_for_backend(Mysql))]
#[serde(rename_all = "camelCase")]
pub(super) struct File {
    id: String,
    filename: String,
    mime_type: String,
    size: i32,
    url: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Serialize)]
pub(super) struct WithFile {
    #[serde(flatten)]
    pub(super) attachment: Attachment,
    pub(super) file: File,
}

#[derive(Serialize)]
pub(super) struct WithAttachments {
    #[serde(flatten)]
    pub(super) message: Message,
    pub(super) sender: Option<Sender>,
    pub(super) attachments: Vec<WithFile>,
}

#[derive(Queryable, Serialize)]
pub(super) struct MessageStat {
    #[serde(rename = "type")]
    kind: String,
    statut: String,
    count: i64,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = pages, check_for_backend(Mysql))]
#[serde(rename_all = "camelCase")]
pub(super) struct CmsPage {
    id: String,
    title: String,
    slug: String,
    excerpt: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    meta_title: Option<String>,
    meta_description: Option<String>,
    published_at: Option<NaiveDateTime>,
}

#[derive(Queryable, Serialize)]
pub(super) struct Categorie {
    categorie: String,
    count: i64,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = tarifs, check_for_backend(Mysql))]
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
