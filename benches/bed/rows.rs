//! Rows as users of a driver declare them: the columns of Staka's rows, in the drivers' types.

use chrono::NaiveDateTime;
use mysql_async::prelude::FromValue;
use serde_json::Value;
use sqlx::error::BoxDynError;
use sqlx::mysql::{MySql, MySqlTypeInfo, MySqlValueRef};
use sqlx::{Decode, Type};

/// JSON in a TEXT column, parsed as Staka does: text that is not JSON stays text.
#[expect(dead_code, reason = "read in order to be measured")]
pub(crate) enum Data {
    Json(Value),
    Text(String),
}

impl From<String> for Data {
    fn from(text: String) -> Self {
        match serde_json::from_str(&text) {
            Ok(value) => Self::Json(value),
            Err(_) => Self::Text(text),
        }
    }
}

impl Type<MySql> for Data {
    fn type_info() -> MySqlTypeInfo {
        <str as Type<MySql>>::type_info()
    }

    fn compatible(ty: &MySqlTypeInfo) -> bool {
        <str as Type<MySql>>::compatible(ty)
    }
}

impl Decode<'_, MySql> for Data {
    fn decode(value: MySqlValueRef<'_>) -> Result<Self, BoxDynError> {
        <String as Decode<MySql>>::decode(value).map(Self::from)
    }
}

impl FromValue for Data {
    type Intermediate = String;
}

/// Declares the struct of a row, which sqlx and mysql_async read by position.
macro_rules! row {
    ($(#[$meta:meta])* struct $name:ident { $($field:ident: $type:ty),+ $(,)? }) => {
        $(#[$meta])*
        #[expect(dead_code, reason = "read in order to be measured; only some fields are looked at")]
        pub(crate) struct $name {
            $(pub(crate) $field: $type,)+
        }

        impl crate::peer::Row for $name {}

        impl<'r> sqlx::FromRow<'r, sqlx::mysql::MySqlRow> for $name {
            fn from_row(row: &'r sqlx::mysql::MySqlRow) -> sqlx::Result<Self> {
                let mut columns = 0..;
                let mut next = || columns.next().unwrap_or_default();
                Ok(Self { $($field: sqlx::Row::try_get::<$type, usize>(row, next())?,)+ })
            }
        }

        impl mysql_async::prelude::FromRow for $name {
            fn from_row_opt(mut row: mysql_async::Row) -> Result<Self, mysql_async::FromRowError> {
                let mut columns = 0..;
                let mut next = || columns.next().unwrap_or_default();
                Ok(Self {
                    $($field: match row.take_opt::<$type, usize>(next()) {
                        Some(Ok(value)) => value,
                        _ => return Err(mysql_async::FromRowError(row)),
                    },)+
                })
            }
        }
    };
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

row! {
    struct Card {
        id: String,
        stripe_payment_method_id: String,
        brand: String,
        last4: String,
        exp_month: i64,
        exp_year: i64,
        is_default: bool,
    }
}

row! {
    struct Commande {
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
        amount: Option<i64>,
    }
}

row! {
    struct Invoice {
        commande_id: String,
        id: String,
        number: String,
        amount: i64,
        status: String,
        pdf_url: String,
    }
}

row! {
    struct Payments {
        status: Option<String>,
        amount: i64,
        count: i64,
    }
}

row! {
    struct RoleCount {
        role: String,
        is_active: bool,
        count: i64,
    }
}

row! {
    struct WordCount {
        word: String,
        count: i64,
    }
}

row! {
    struct Revenue {
        sum: Option<i64>,
        with_amount: i64,
        count: i64,
    }
}

row! {
    struct Entry {
        id: String,
        timestamp: NaiveDateTime,
        admin_email: String,
        action: String,
        target_type: String,
        severity: String,
    }
}

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

row! {
    struct ThreadMessage {
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
        sender_prenom: Option<String>,
        sender_nom: Option<String>,
        sender_avatar: Option<String>,
        sender_role: Option<String>,
    }
}

row! {
    struct Attachment {
        id: String,
        message_id: String,
        file_id: String,
        file: String,
        filename: String,
        mime_type: String,
        size: i64,
        url: String,
        kind: String,
    }
}

row! {
    struct TypeCount {
        kind: String,
        statut: String,
        count: i64,
    }
}

row! {
    struct CmsPage {
        id: String,
        title: String,
        slug: String,
        excerpt: Option<String>,
        kind: String,
        meta_title: Option<String>,
        meta_description: Option<String>,
        published_at: Option<NaiveDateTime>,
    }
}

row! {
    struct Offer {
        id: String,
        nom: String,
        description: String,
        prix: i64,
        prix_formate: String,
        duree_estimee: Option<String>,
        stripe_price_id: Option<String>,
        stripe_product_id: Option<String>,
    }
}

row! {
    struct Notification {
        id: String,
        user_id: String,
        title: String,
        message: String,
        kind: String,
        priority: String,
        data: Option<Data>,
        action_url: Option<String>,
        is_read: bool,
        is_deleted: bool,
        read_at: Option<NaiveDateTime>,
        expires_at: Option<NaiveDateTime>,
        created_at: NaiveDateTime,
        updated_at: NaiveDateTime,
    }
}
