//! Figures. Sums are exact, in centimes; means have four decimals.

use staka_macros::{Output, Record};

use crate::base::{Average, Timestamp};
use crate::model::{ConversationId, MessageId, MessageStatut, MessageType, Role, StatutCommande, UserId};

/// Orders of one payment status within a window.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct PaymentsByStatus {
    /// Stripe's word; null for orders without any payment, a group of its own.
    pub payment_status: Option<String>,
    /// Sum of the amounts in centimes.
    pub amount: i64,
    /// How many orders.
    pub count: i64,
}

/// Accounts of one role.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct UsersByRole {
    /// The role.
    pub role: Role,
    /// Whether the accounts may sign in.
    pub is_active: bool,
    /// How many.
    pub count: i64,
}

/// Orders of one statut.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct CommandesByStatut {
    /// The statut.
    pub statut: StatutCommande,
    /// How many.
    pub count: i64,
}

/// What paid orders brought in.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct Revenue {
    /// Sum of the amounts in centimes; null without any amount.
    pub sum: Option<i64>,
    /// Their mean in centimes, four decimals; null without any amount.
    pub average: Option<Average>,
    /// How many orders, those without an amount too.
    pub count: i64,
}

/// What an administrator sees first.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct Dashboard {
    /// Accounts by role and state.
    pub users_by_role: Vec<UsersByRole>,
    /// Orders made since, by statut.
    pub commandes_by_statut: Vec<CommandesByStatut>,
    /// What the paid ones among them brought in.
    pub revenue: Revenue,
}

/// Messages of one type and statut.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct MessagesByTypeAndStatut {
    /// The type.
    pub r#type: MessageType,
    /// The statut.
    pub statut: MessageStatut,
    /// How many.
    pub count: i64,
}

/// A message without what was written: who, to whom, when.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct MessageRecord {
    /// The key.
    pub id: MessageId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Who wrote it; null for visitors and the platform.
    pub sender_id: Option<UserId>,
    /// To whom; null where nobody in particular is meant.
    pub receiver_id: Option<UserId>,
    /// The type.
    pub r#type: MessageType,
    /// The statut.
    pub statut: MessageStatut,
    /// Whether it was read.
    pub is_read: bool,
    /// When it was written, UTC.
    pub created_at: Timestamp,
}
