//! The rows of the tables: the 14 models and 16 enums of the Prisma schema, the tables owned by Staka ([`OWNED_TABLES`]),
//! and in [`view`] the results of queries.
//!
//! Each column is declared once, with its purpose, retention, erasure, sensitivity, exportability and length. The
//! columns of statements follow from that.
//!
//! ```
//! use staka_core::base::{Erasure, Sensitivity, Table};
//! use staka_core::model::{OWNED_TABLES, User};
//!
//! let email = User::column("email");
//! assert_eq!((email.erasure, email.sensitivity), (Erasure::Pseudonym, Sensitivity::Personal));
//! assert!(email.exportable && !User::column("password").exportable);
//! assert!(OWNED_TABLES.iter().all(|table| table.name.starts_with("staka_")));
//! ```

mod audit_log;
mod billing;
mod claim;
mod cms_page;
mod cms_page_text;
mod commande;
mod consultation;
mod counter;
mod faq;
mod file;
mod id;
mod invoice;
mod invoice_series;
mod invoice_transition;
mod labels;
mod message;
mod message_attachment;
mod notification;
mod owned;
mod password_reset;
mod password_scheme;
mod payment;
mod payment_method;
mod person;
mod setting;
mod support_request;
mod tarif;
mod ticket_event;
mod ticket_sla;
mod user;
pub mod view;

pub use audit_log::{AuditLog, AuditSeverity, AuditTargetType};
pub use billing::{BillingKind, BillingSeries};
pub use claim::{ClaimRow, ClaimedMessage};
pub use cms_page::{CmsPage, PageStatus, PageType};
pub use cms_page_text::{Tags, slug_of};
pub use commande::{Commande, Priorite, ProjectStatus, StatutCommande};
pub use consultation::{ConsultationBooking, ConsultationSlotRow};
pub use counter::{ConversationCount, CorrespondentCount, FilledCounter, MessageHour, NotificationCount, UserCount};
pub use faq::Faq;
pub use file::{CORRECTED, File, FileType, MIME_TYPES, allowed_mime};
pub use id::*;
pub use invoice::{Invoice, InvoiceStatus};
pub use invoice_series::{InvoiceSeries, InvoiceSkip};
pub use invoice_transition::InvoiceTransitionRow;
pub use labels::vat_label;
pub use message::{Message, MessageStatut, MessageType};
pub use message_attachment::MessageAttachment;
pub use notification::{Notification, NotificationKey, NotificationPriority, NotificationType};
pub use owned::{Link, OWNED_TABLES, OwnedRow, OwnedTable};
pub use password_reset::PasswordReset;
pub use password_scheme::PasswordScheme;
pub use payment::{Checkout, Payment, PaymentEventRow, PaymentOutcome, PaymentStatus};
pub use payment_method::PaymentMethod;
pub use person::{PersonPath, PersonTable, Reach, personal_data_tables};
pub use setting::{RecordedMigration, RecordedMigrationState, Setting, TarifsLock};
pub use support_request::{SupportCategory, SupportPriority, SupportRequest, SupportRequestStatus};
pub use tarif::{Tarif, prix_formate};
pub use ticket_event::{TicketEvent, TicketEventKind, TicketFact};
pub use ticket_sla::{
    Percentiles, TicketSla, TicketSlaPolicy, TicketSlaTargets, TicketSlaTargetsRow, Timeline, caught_up,
};
pub use user::{Role, User};

// What the services write. No operation takes them.
#[cfg(not(feature = "unstable-internals"))]
pub(crate) use self::{
    cms_page::CmsPagePatch, commande::CommandePatch, faq::FaqPatch, file::FilePatch, invoice::InvoicePatch,
    message::MessagePatch, payment_method::PaymentMethodPatch, support_request::SupportRequestPatch, tarif::TarifPatch,
    user::UserPatch,
};
#[cfg(feature = "unstable-internals")]
pub use self::{
    cms_page::CmsPagePatch, commande::CommandePatch, faq::FaqPatch, file::FilePatch, invoice::InvoicePatch,
    message::MessagePatch, payment_method::PaymentMethodPatch, support_request::SupportRequestPatch, tarif::TarifPatch,
    user::UserPatch,
};

// What the demo data and the tests make rows from.
#[cfg(feature = "unstable-internals")]
pub use self::{
    audit_log::AuditLogInsert, cms_page::CmsPageInsert, commande::CommandeInsert, faq::FaqInsert, file::FileInsert,
    invoice::InvoiceInsert, message::MessageInsert, message_attachment::MessageAttachmentInsert,
    notification::NotificationInsert, password_reset::PasswordResetInsert, payment_method::PaymentMethodInsert,
    support_request::SupportRequestInsert, tarif::TarifInsert, user::UserInsert,
};
