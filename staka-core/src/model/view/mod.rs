//! What a query over several tables, or over part of one, gives back.

mod audit_log;
mod chunk;
mod commande;
mod content;
mod message;
mod notification;
mod payment_method;
mod stats;

pub use audit_log::{AuditLogEntry, AuditPurge, AuditStats, AuditsByAction, AuditsByDay, AuditsBySeverity};
pub use chunk::TextChunk;
pub use commande::{CommandeWithInvoices, InvoiceBrief};
pub use content::{FaqCount, PublishedPage, TarifOffer};
pub use message::{Attachment, AttachmentFile, Conversation, ConversationMessage, SenderBrief, UserBrief};
pub use notification::{NotificationItem, NotificationPurge, NotificationsSent};
pub use payment_method::Card;
pub use stats::{
    CommandesByStatut, Dashboard, MessageRecord, MessagesByTypeAndStatut, PaymentsByStatus, Revenue, UsersByRole,
};
