//! Statistics. Sums are exact, in centimes; means have four decimals.

use staka_macros::{Output, Record};

use crate::base::{Average, Timestamp};
use crate::model::{ConversationId, MessageId, MessageStatut, MessageType, Role, StatutCommande, UserId};

/// The orders of one payment status in a time range.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct PaymentsByStatus {
    /// The payment status, e.g. `paid`; null for orders without one, which form a group of their own.
    pub payment_status: Option<String>,
    /// Sum of the amounts, in centimes.
    pub amount: i64,
    /// Number of orders.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// The accounts of one role that can sign in, or that cannot.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct UsersByRole {
    /// Role of the accounts.
    pub role: Role,
    /// Whether the accounts can sign in.
    pub is_active: bool,
    /// Number of them.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// The orders of one statut.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct CommandesByStatut {
    /// The statut of these rows.
    pub statut: StatutCommande,
    /// Number of them.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// Revenue of paid orders.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct Revenue {
    /// Sum of the amounts, in centimes; null if no order has an amount.
    pub sum: Option<i64>,
    /// Mean of the amounts, in centimes with four decimals; null if no order has an amount.
    pub average: Option<Average>,
    /// Number of paid orders, including those without an amount.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// The figures of the administrators' start page.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct Dashboard {
    /// Accounts by role, and by whether they can sign in.
    pub users_by_role: Vec<UsersByRole>,
    /// Orders created since the given time, by statut.
    pub commandes_by_statut: Vec<CommandesByStatut>,
    /// Revenue of the paid orders among them.
    pub revenue: Revenue,
}

/// The messages of one type and statut.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct MessagesByTypeAndStatut {
    /// Type of the messages.
    pub r#type: MessageType,
    /// The statut of these rows.
    pub statut: MessageStatut,
    /// Number of them.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// A message without its text.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct MessageRecord {
    /// The message's id.
    pub id: MessageId,
    /// Id of the conversation.
    pub conversation_id: ConversationId,
    /// Id of the sender; null for visitors and the system.
    pub sender_id: Option<UserId>,
    /// Id of the receiver; null if it is addressed to no one in particular.
    pub receiver_id: Option<UserId>,
    /// Type of the messages.
    pub r#type: MessageType,
    /// The statut of these rows.
    pub statut: MessageStatut,
    /// Whether the message was read.
    pub is_read: bool,
    /// Time when it was written, UTC.
    pub created_at: Timestamp,
}
