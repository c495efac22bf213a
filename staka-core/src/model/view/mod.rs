//! What a query over several tables, or over part of one, gives back.

mod audit_log;
mod billing;
mod chunk;
mod claim;
mod commande;
mod consultation;
mod content;
mod faq;
mod figures;
mod file;
mod invoice;
mod message;
mod notification;
mod page;
mod payment;
mod payment_method;
mod privacy;
mod stats;
mod support;
mod tarif;
mod user;

pub use audit_log::{AuditLogEntry, AuditPurge, AuditStats, AuditsByAction, AuditsByDay, AuditsBySeverity};
pub use billing::{
    BillingDocument, BillingSettings, LedgerLine, NumberRange, NumberSkip, NumberStranger, Numbering, TaxLine,
};
pub use chunk::TextChunk;
pub use claim::Claim;
pub use commande::{
    ClientBrief, CommandeDetail, CommandeWithClient, CommandeWithInvoices, InvoiceBrief, Project, ProjectCounts,
    RemovedCommande, RemovedFile,
};
pub use consultation::{
    Consultation, ConsultationReceipt, ConsultationRequest, ConsultationSlot, ConsultationSlotState, ConsultationStatus,
};
pub use content::{FaqCount, PublishedPage, TarifOffer};
pub use faq::PublicFaq;
pub use figures::{
    AgentLoad, AnnualFigures, AnnualMonth, CompletionTimes, Conversion, Evolution, FigureChange, Figures, FiguresPart,
    InvoicedPart, MessagesOfType, MessagingLoad, SupportLoad, TarifSales, TicketsOfKind, TopClient,
};
pub use file::{FileDetail, FileItem, PublicFile};
pub use invoice::{
    InvoiceDetail, InvoiceStats, InvoiceTransition, InvoiceView, InvoiceWithClient, InvoicesByStatus, InvoicesOverdue,
};
pub use message::{
    Attachment, AttachmentFile, Conversation, ConversationMessage, Draft, FoundMessage, InboxThread, NewestMessage,
    SenderBrief, UserBrief, VisitorReceipt,
};
pub use notification::{NotificationItem, NotificationPurge, NotificationsSent};
pub use page::{PageDetail, PageItem, PageState, PageStats, PageText, PagesByStatus, VisiblePage};
pub use payment::{EventReceipt, PaymentDue, PaymentEvent, PaymentEventDetail, PaymentItem, ReplayLine, ReplayReport};
pub use payment_method::{Card, CardFault, CardReport, CardShown, CardsMended, MendedCards, RemovedCard};
pub use privacy::{
    Erased, ErasedTable, ErasurePlan, PersonRows, PersonSummary, PlannedColumn, PlannedTable, PrivacyCheck,
    PrivacyFinding, Replayed, RetentionPurge, RetentionRule, StoredFile, Tombstone,
};
pub use stats::{
    CommandesByStatut, Dashboard, MessageRecord, MessagesByTypeAndStatut, PaymentsByStatus, Revenue, UsersByRole,
};
pub use support::{
    QueuedTicket, SupportByCategory, SupportByPriority, SupportByStatus, SupportHistoryEvent, SupportStats, SupportTag,
    SupportTicket, SupportTicketDetail, SupportTicketWithClient,
};
pub use tarif::{PublicTarif, StripeAction, StripePlan, StripeStep, TarifOverview, TarifsOfType};
pub use user::{
    AccountStats, Preferences, Profile, RemovedUser, ResetRecipient, ResetRequest, UserDetail, UserItem, UserStats,
};
