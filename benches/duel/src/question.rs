//! The queries in the order of the specification, and the users whose rows they read.

use chrono::{Days, NaiveDateTime};
use serde_json::{Value, json};
use staka_core::model::{ConversationId, UserId};
use staka_core::{Result, Timestamp};
use staka_demo::subjects;

use crate::data::{ANCHOR, LONG_THREAD};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Query {
    UnreadCount,
    Notifications,
    MarkAllRead,
    Cards,
    Commandes,
    PaymentsByStatus,
    UsersByRole,
    CommandesByStatut,
    Revenue,
    RecentAudit,
    Conversations,
    Conversation,
    MessageStats,
    Pages,
    Faqs,
    Tarifs,
}

/// The write is the last query, because the server's purge after it would slow down the others.
pub(crate) const ALL: [Query; 16] = [
    Query::UnreadCount,
    Query::Notifications,
    Query::Cards,
    Query::Commandes,
    Query::PaymentsByStatus,
    Query::UsersByRole,
    Query::CommandesByStatut,
    Query::Revenue,
    Query::RecentAudit,
    Query::Conversations,
    Query::Conversation,
    Query::MessageStats,
    Query::Pages,
    Query::Faqs,
    Query::Tarifs,
    Query::MarkAllRead,
];

impl Query {
    /// The number in the specification.
    pub(crate) const fn number(self) -> u8 {
        self as u8 + 1
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::UnreadCount => "notifications.unread_count",
            Self::Notifications => "notifications.list_by_user",
            Self::MarkAllRead => "notifications.mark_all_read",
            Self::Cards => "payment_methods.list_active",
            Self::Commandes => "commandes.list_with_invoices",
            Self::PaymentsByStatus => "stats.payments_by_status",
            Self::UsersByRole => "stats.users_by_role",
            Self::CommandesByStatut => "stats.commandes_by_statut",
            Self::Revenue => "stats.revenue",
            Self::RecentAudit => "audit_logs.list_recent",
            Self::Conversations => "messages.list_conversations",
            Self::Conversation => "messages.list_by_conversation",
            Self::MessageStats => "stats.messages_by_type_and_statut",
            Self::Pages => "pages.list_published",
            Self::Faqs => "faqs.count_by_categorie",
            Self::Tarifs => "tarifs.list_active",
        }
    }

    /// The users for whom the query is measured; one if the result does not depend on the user.
    pub(crate) const fn subjects(self) -> &'static [Who] {
        match self {
            Self::UnreadCount | Self::Notifications | Self::MarkAllRead | Self::Conversations => {
                &[Who::Heavy, Who::Admin, Who::Light]
            }
            Self::Cards | Self::Commandes | Self::Conversation => &[Who::Heavy, Who::Light],
            _ => &[Who::All],
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Who {
    Heavy,
    Admin,
    Light,
    All,
}

impl Who {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Heavy => "heavy",
            Self::Admin => "admin",
            Self::Light => "light",
            Self::All => "all",
        }
    }
}

/// The parameters of one user.
pub(crate) struct Of {
    pub(crate) user: UserId,
    pub(crate) conversation: ConversationId,
    pub(crate) now: Timestamp,
    /// Thirty days before the present.
    pub(crate) since: Timestamp,
}

impl Of {
    /// `conversation` is a conversation of the light user; the heavy one has the long thread.
    pub(crate) fn new(who: Who, conversation: &ConversationId) -> Result<Self> {
        let users = subjects();
        let user = match who {
            Who::Heavy | Who::All => users.heavy,
            Who::Admin => users.admin,
            Who::Light => users.light,
        };
        let conversation = if who == Who::Light { conversation.clone() } else { LONG_THREAD.parse()? };
        let now: Timestamp = ANCHOR.parse()?;
        Ok(Self { user, conversation, now, since: Timestamp::from(now.to_chrono() - Days::new(30)) })
    }

    pub(crate) fn naive_now(&self) -> NaiveDateTime {
        self.now.to_chrono().naive_utc()
    }

    pub(crate) fn naive_since(&self) -> NaiveDateTime {
        self.since.to_chrono().naive_utc()
    }

    /// Formats a parameter as the players of other languages expect it.
    pub(crate) fn json(&self) -> Value {
        json!({ "user": self.user, "conversation": self.conversation, "now": self.now, "since": self.since })
    }
}
