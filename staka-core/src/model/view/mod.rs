//! The results of queries over several tables, or over part of one.

mod audit_log;
mod billing;
mod chunk;
mod claim;
mod cms_page;
mod commande;
mod consultation;
mod content;
mod faq;
mod figures;
mod file;
mod invoice;
mod message;
mod notification;
mod payment;
mod payment_method;
mod privacy;
mod stats;
mod tarif;
mod ticket;
mod user;

pub use audit_log::{
    AuditLogEntry, AuditLogPurge, AuditLogStats, AuditLogsByAction, AuditLogsByDay, AuditLogsBySeverity,
};
pub use billing::{
    BillingDocument, BillingSettings, ExternalInvoiceNumber, InvoiceNumberRange, InvoiceNumbering, LedgerEntry,
    SkippedInvoiceNumber, VatLine,
};
pub use chunk::TextChunk;
pub use claim::Claim;
pub use cms_page::{
    CmsPageDetail, CmsPageItem, CmsPageState, CmsPageStats, CmsPageText, CmsPagesByStatus, VisibleCmsPage,
};
pub use commande::{
    ClientBrief, CommandeDetail, CommandeWithClient, CommandeWithInvoices, DeletedCommande, DeletedFile, InvoiceBrief,
    Project, ProjectCounts,
};
pub use consultation::{
    Consultation, ConsultationReceipt, ConsultationRequest, ConsultationSlot, ConsultationSlotState, ConsultationStatus,
};
pub use content::{FaqCount, PublishedCmsPage, TarifOffer};
pub use faq::PublicFaq;
pub use figures::{
    AgentLoad, AnnualFigures, AnnualMonth, CompletionTimes, Conversion, Figures, InvoicedByPeriod, MessagesOfType,
    MessagingLoad, MetricChange, PeriodComparison, PeriodFigures, TarifSales, TicketLoad, TicketsOfKind, TopClient,
};
pub use file::{FileDetail, FileItem, PublicFile};
pub use invoice::{
    InvoiceDetail, InvoiceStats, InvoiceTransition, InvoiceView, InvoiceWithClient, InvoicesByStatus, InvoicesOverdue,
};
pub use message::{
    Attachment, AttachmentFile, Conversation, ConversationMessage, InboxThread, MessageDraft, MessageItem,
    NewestMessage, SenderBrief, UserBrief, VisitorReceipt,
};
pub use notification::{NotificationItem, NotificationPurge, NotificationsSent};
pub use payment::{
    AmountDue, PaymentEvent, PaymentEventDetail, PaymentEventReceipt, PaymentItem, ReplayEntry, ReplayReport,
};
pub use payment_method::{
    Card, CardView, DeactivatedCard, DefaultCardConflict, DefaultCardConflicts, DefaultCardRepair, RepairedDefaultCard,
};
pub use privacy::{
    ErasedMentions, ErasedTable, ErasurePlan, ErasureRecord, ErasureReplay, ErasureResult, PersonalDataSummary,
    PersonalDataTable, PlannedColumn, PlannedTable, PrivacyCheck, PrivacyFinding, PrivacyMention, PrivacyMentions,
    RetentionPurge, RetentionRule, StoredFile,
};
pub use stats::{
    CommandesByStatut, Dashboard, MessageRecord, MessagesByTypeAndStatut, PaymentsByStatus, Revenue, UsersByRole,
};
pub use tarif::{PublicTarif, StripeSyncAction, StripeSyncPlan, StripeSyncStep, TarifStats, TarifsOfType};
pub use ticket::{
    QueuedTicket, Ticket, TicketDetail, TicketHistoryEvent, TicketStats, TicketTag, TicketWithClient,
    TicketsByCategory, TicketsByPriority, TicketsByStatus,
};
pub use user::{
    AccountStats, DeletedUser, Preferences, Profile, ResetRecipient, ResetRequest, UserDetail, UserItem, UserStats,
};
