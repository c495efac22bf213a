//! The rows, read by position, which is the fastest way of each driver.

use chrono::NaiveDateTime;
use serde::Serialize;
use serde_json::Value;
use sqlx::Row;
use sqlx::mysql::MySqlRow;

/// A value that is read from the columns of a row, beginning at an index.
pub(in crate::peers) trait Read: Sized + Send + Unpin {
    fn sqlx(row: &MySqlRow, at: usize) -> sqlx::Result<Self>;
    fn mysql_async(row: &mut mysql_async::Row, at: usize) -> Option<Self>;
}

impl Read for i64 {
    fn sqlx(row: &MySqlRow, at: usize) -> sqlx::Result<Self> {
        row.try_get(at)
    }

    fn mysql_async(row: &mut mysql_async::Row, at: usize) -> Option<Self> {
        row.take_opt(at)?.ok()
    }
}

macro_rules! row {
    ($(struct $name:ident { $($field:ident: $type:ty),+ $(,)? })+) => { $(
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        pub(super) struct $name {
            $(pub(super) $field: $type,)+
        }

        impl Read for $name {
            fn sqlx(row: &MySqlRow, at: usize) -> sqlx::Result<Self> {
                let mut columns = at..;
                let mut next = || columns.next().unwrap_or_default();
                Ok(Self { $($field: row.try_get::<$type, usize>(next())?,)+ })
            }

            fn mysql_async(row: &mut mysql_async::Row, at: usize) -> Option<Self> {
                let mut columns = at..;
                let mut next = || columns.next().unwrap_or_default();
                Some(Self { $($field: row.take_opt::<$type, usize>(next())?.ok()?,)+ })
            }
        }

        impl $name {
            #[allow(dead_code, reason = "not every row has another one after it")]
            const COLUMNS: usize = [$(stringify!($field)),+].len();
        }
    )+ };
}

row! {
    struct Notification {
        id: String, title: String, message: String, r#type: String, priority: String, is_read: bool,
        action_url: Option<String>, created_at: NaiveDateTime,
    }
    struct Card {
        id: String, stripe_payment_method_id: String, brand: String, last4: String, exp_month: i64, exp_year: i64,
        is_default: bool,
    }
    struct Commande {
        id: String, user_id: String, titre: String, description: Option<String>, fichier_url: Option<String>,
        statut: String, note_client: Option<String>, note_correcteur: Option<String>, priorite: String,
        date_echeance: Option<NaiveDateTime>, date_finition: Option<NaiveDateTime>, created_at: NaiveDateTime,
        updated_at: NaiveDateTime, payment_status: Option<String>, stripe_session_id: Option<String>,
        amount: Option<i64>,
    }
    struct Invoice {
        commande_id: String, id: String, number: String, amount: i64, status: String, pdf_url: String,
    }
    struct Payments { payment_status: Option<String>, amount: i64, count: i64 }
    struct Role { role: String, is_active: bool, count: i64 }
    struct Statut { statut: String, count: i64 }
    struct Sums { sum: Option<i64>, with_amount: i64, count: i64 }
    struct Audit {
        id: String, timestamp: NaiveDateTime, admin_email: String, action: String, target_type: String,
        severity: String,
    }
    struct Message {
        id: String, conversation_id: String, sender_id: Option<String>, receiver_id: Option<String>,
        visitor_email: Option<String>, visitor_name: Option<String>, is_from_visitor: bool, subject: Option<String>,
        content: String, r#type: String, statut: String, is_read: bool, is_archived: bool, is_pinned: bool,
        deleted_by_admin: bool, parent_id: Option<String>, display_first_name: Option<String>,
        display_last_name: Option<String>, display_role: Option<String>, metadata: Option<Value>,
        status: Option<String>, created_at: NaiveDateTime, updated_at: NaiveDateTime,
    }
    struct Brief { id: String, prenom: String, nom: String, avatar: Option<String>, role: String }
    struct Sender { prenom: String, nom: String, avatar: Option<String>, role: String }
    struct Counts { message_count: i64, unread_count: i64 }
    struct Keys { id: String, message_id: String, file_id: String }
    struct File { id: String, filename: String, mime_type: String, size: i64, url: String, r#type: String }
    struct MessageStat { r#type: String, statut: String, count: i64 }
    struct CmsPage {
        id: String, title: String, slug: String, excerpt: Option<String>, r#type: String, meta_title: Option<String>,
        meta_description: Option<String>, published_at: Option<NaiveDateTime>,
    }
    struct Categorie { categorie: String, count: i64 }
    struct Tarif {
        id: String, nom: String, description: String, prix: i64, prix_formate: String, duree_estimee: Option<String>,
        stripe_price_id: Option<String>, stripe_product_id: Option<String>,
    }
}

#[derive(Serialize)]
pub(super) struct WithInvoices {
    #[serde(flatten)]
    pub(super) commande: Commande,
    pub(super) invoices: Vec<Invoice>,
}

#[derive(Serialize)]
pub(super) struct Revenue {
    sum: Option<i64>,
    average: Option<f64>,
    count: i64,
}

impl Revenue {
    /// With four decimals, like the server's AVG.
    fn of(Sums { sum, with_amount, count }: Sums) -> Self {
        let average = sum.map(|sum| (sum as f64 / with_amount as f64 * 1e4).round() / 1e4);
        Self { sum, average, count }
    }
}

impl Read for Revenue {
    fn sqlx(row: &MySqlRow, at: usize) -> sqlx::Result<Self> {
        Sums::sqlx(row, at).map(Self::of)
    }

    fn mysql_async(row: &mut mysql_async::Row, at: usize) -> Option<Self> {
        Sums::mysql_async(row, at).map(Self::of)
    }
}

/// A row of a LEFT JOIN; the column `null` shows whether there is one.
fn sqlx_or_none<T: Read>(row: &MySqlRow, at: usize, null: usize) -> sqlx::Result<Option<T>> {
    use sqlx::ValueRef;
    if row.try_get_raw(null)?.is_null() { Ok(None) } else { T::sqlx(row, at).map(Some) }
}

fn mysql_async_or_none<T: Read>(row: &mut mysql_async::Row, at: usize, null: usize) -> Option<Option<T>> {
    if *row.as_ref(null)? == mysql_async::Value::NULL { Some(None) } else { T::mysql_async(row, at).map(Some) }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Conversation {
    #[serde(flatten)]
    counts: Counts,
    #[serde(flatten)]
    message: Message,
    sender: Option<Brief>,
    receiver: Option<Brief>,
}

impl Read for Conversation {
    fn sqlx(row: &MySqlRow, at: usize) -> sqlx::Result<Self> {
        let message = at + Counts::COLUMNS;
        let sender = message + Message::COLUMNS;
        let receiver = sender + Brief::COLUMNS;
        Ok(Self {
            counts: Counts::sqlx(row, at)?,
            message: Message::sqlx(row, message)?,
            sender: sqlx_or_none(row, sender, sender)?,
            receiver: sqlx_or_none(row, receiver, receiver)?,
        })
    }

    fn mysql_async(row: &mut mysql_async::Row, at: usize) -> Option<Self> {
        let message = at + Counts::COLUMNS;
        let sender = message + Message::COLUMNS;
        let receiver = sender + Brief::COLUMNS;
        Some(Self {
            counts: Counts::mysql_async(row, at)?,
            message: Message::mysql_async(row, message)?,
            sender: mysql_async_or_none(row, sender, sender)?,
            receiver: mysql_async_or_none(row, receiver, receiver)?,
        })
    }
}

#[derive(Serialize)]
pub(super) struct Thread {
    #[serde(flatten)]
    pub(super) message: Message,
    sender: Option<Sender>,
}

impl Read for Thread {
    fn sqlx(row: &MySqlRow, at: usize) -> sqlx::Result<Self> {
        let sender = at + Message::COLUMNS;
        let role = sender + Sender::COLUMNS - 1;
        Ok(Self { message: Message::sqlx(row, at)?, sender: sqlx_or_none(row, sender, role)? })
    }

    fn mysql_async(row: &mut mysql_async::Row, at: usize) -> Option<Self> {
        let sender = at + Message::COLUMNS;
        let role = sender + Sender::COLUMNS - 1;
        Some(Self { message: Message::mysql_async(row, at)?, sender: mysql_async_or_none(row, sender, role)? })
    }
}

#[derive(Serialize)]
pub(super) struct WithAttachments {
    #[serde(flatten)]
    pub(super) thread: Thread,
    pub(super) attachments: Vec<Attachment>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attachment {
    id: String,
    pub(super) message_id: String,
    file_id: String,
    file: File,
}

impl Attachment {
    fn of(Keys { id, message_id, file_id }: Keys, file: File) -> Self {
        Self { id, message_id, file_id, file }
    }
}

impl Read for Attachment {
    fn sqlx(row: &MySqlRow, at: usize) -> sqlx::Result<Self> {
        Ok(Self::of(Keys::sqlx(row, at)?, File::sqlx(row, at + Keys::COLUMNS)?))
    }

    fn mysql_async(row: &mut mysql_async::Row, at: usize) -> Option<Self> {
        Some(Self::of(Keys::mysql_async(row, at)?, File::mysql_async(row, at + Keys::COLUMNS)?))
    }
}
