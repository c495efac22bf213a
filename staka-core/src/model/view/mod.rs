//! What a query over several tables, or over part of one, gives back.

mod audit_log;
mod claim;
mod commande;
mod consultation;
mod content;
mod message;
mod notification;
mod payment_method;
mod stats;

pub use audit_log::AuditLogEntry;
pub use claim::Claim;
pub use commande::{CommandeWithInvoices, InvoiceBrief};
pub use consultation::{
    Consultation, ConsultationReceipt, ConsultationRequest, ConsultationSlot, ConsultationSlotState, ConsultationStatus,
};
pub use content::{FaqCount, PublishedPage, TarifOffer};
pub use message::{
    Attachment, AttachmentFile, Conversation, ConversationMessage, Draft, FoundMessage, InboxThread, NewestMessage,
    SenderBrief, UserBrief, VisitorReceipt,
};
pub use notification::NotificationItem;
pub use payment_method::Card;
pub use stats::{
    CommandesByStatut, Dashboard, MessageRecord, MessagesByTypeAndStatut, PaymentsByStatus, Revenue, UsersByRole,
};
