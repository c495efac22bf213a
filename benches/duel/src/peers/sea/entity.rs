//! The tables as SeaORM 2 declares them, as far as the queries need them. Words of enums are text.

#![expect(unreachable_pub, reason = "the macro wants `pub`")]

pub(super) mod user {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
    #[sea_orm(table_name = "users", rename_all = "camelCase")]
    #[serde(rename_all = "camelCase")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub prenom: String,
        pub nom: String,
        pub avatar: Option<String>,
        pub role: String,
        pub is_active: bool,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod commande {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
    #[sea_orm(table_name = "commandes", rename_all = "camelCase")]
    #[serde(rename_all = "camelCase")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub user_id: String,
        pub titre: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub description: Option<String>,
        pub fichier_url: Option<String>,
        pub statut: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub note_client: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub note_correcteur: Option<String>,
        pub priorite: String,
        pub date_echeance: Option<DateTime>,
        pub date_finition: Option<DateTime>,
        pub created_at: DateTime,
        pub updated_at: DateTime,
        pub payment_status: Option<String>,
        pub stripe_session_id: Option<String>,
        pub amount: Option<i32>,
        #[sea_orm(has_many)]
        pub invoices: HasMany<super::invoice::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod invoice {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
    #[sea_orm(table_name = "invoices", rename_all = "camelCase")]
    #[serde(rename_all = "camelCase")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub commande_id: String,
        pub number: String,
        pub amount: i32,
        pub pdf_url: String,
        pub status: String,
        #[sea_orm(belongs_to, from = "commande_id", to = "id")]
        pub commande: BelongsTo<super::commande::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod message {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
    #[sea_orm(table_name = "messages", rename_all = "camelCase")]
    #[serde(rename_all = "camelCase")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub conversation_id: String,
        pub sender_id: Option<String>,
        pub receiver_id: Option<String>,
        pub visitor_email: Option<String>,
        pub visitor_name: Option<String>,
        pub is_from_visitor: bool,
        pub subject: Option<String>,
        #[sea_orm(column_type = "Text")]
        pub content: String,
        #[sea_orm(column_name = "type")]
        pub r#type: String,
        pub statut: String,
        pub is_read: bool,
        pub is_archived: bool,
        pub is_pinned: bool,
        pub deleted_by_admin: bool,
        pub parent_id: Option<String>,
        pub display_first_name: Option<String>,
        pub display_last_name: Option<String>,
        pub display_role: Option<String>,
        pub metadata: Option<Json>,
        pub status: Option<String>,
        pub created_at: DateTime,
        pub updated_at: DateTime,
        #[sea_orm(belongs_to, relation_enum = "Sender", from = "sender_id", to = "id")]
        pub sender: BelongsTo<Option<super::user::Entity>>,
        #[sea_orm(belongs_to, relation_enum = "Receiver", from = "receiver_id", to = "id")]
        pub receiver: BelongsTo<Option<super::user::Entity>>,
        #[sea_orm(has_many)]
        pub attachments: HasMany<super::attachment::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod attachment {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
    #[sea_orm(table_name = "message_attachments", rename_all = "camelCase")]
    #[serde(rename_all = "camelCase")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub message_id: String,
        pub file_id: String,
        #[sea_orm(belongs_to, from = "message_id", to = "id")]
        pub message: BelongsTo<super::message::Entity>,
        #[sea_orm(belongs_to, from = "file_id", to = "id")]
        pub file: BelongsTo<super::file::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod file {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
    #[sea_orm(table_name = "files", rename_all = "camelCase")]
    #[serde(rename_all = "camelCase")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub filename: String,
        pub mime_type: String,
        pub size: i32,
        pub url: String,
        #[sea_orm(column_name = "type")]
        pub r#type: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod notification {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notifications", rename_all = "camelCase")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub user_id: String,
        pub title: String,
        #[sea_orm(column_type = "Text")]
        pub message: String,
        #[sea_orm(column_name = "type")]
        pub r#type: String,
        pub priority: String,
        pub action_url: Option<String>,
        pub is_read: bool,
        pub is_deleted: bool,
        pub read_at: Option<DateTime>,
        pub expires_at: Option<DateTime>,
        pub created_at: DateTime,
        pub updated_at: DateTime,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod card {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "payment_methods", rename_all = "camelCase")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub user_id: String,
        pub stripe_payment_method_id: String,
        pub brand: String,
        pub last4: String,
        pub exp_month: i32,
        pub exp_year: i32,
        pub is_default: bool,
        pub is_active: bool,
        pub created_at: DateTime,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod page {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "pages", rename_all = "camelCase")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub title: String,
        pub slug: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub excerpt: Option<String>,
        #[sea_orm(column_name = "type")]
        pub r#type: String,
        pub status: String,
        pub meta_title: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub meta_description: Option<String>,
        pub sort_order: i32,
        pub is_public: bool,
        pub published_at: Option<DateTime>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod faq {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "faqs", rename_all = "camelCase")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub visible: bool,
        pub categorie: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod tarif {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "tarifs", rename_all = "camelCase")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub nom: String,
        #[sea_orm(column_type = "Text")]
        pub description: String,
        pub prix: i32,
        pub prix_formate: String,
        pub duree_estimee: Option<String>,
        pub actif: bool,
        pub ordre: i32,
        pub stripe_price_id: Option<String>,
        pub stripe_product_id: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod audit_log {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_logs", rename_all = "camelCase")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub timestamp: DateTime,
        pub admin_email: String,
        pub action: String,
        pub target_type: String,
        pub severity: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
