//! The rows of the tables: the 14 models and 16 enums of the Prisma schema, and in [`view`] the results of queries.
//!
//! Each column is declared once, with its purpose, retention, erasure, sensitivity, exportability and length;
//! `*Insert` and `*Patch` are generated from that.
//!
//! ```
//! use staka_core::model::{NotificationInsert, NotificationPriority, UserId};
//! let user: UserId = "3f1c…".parse()?;
//! let new = NotificationInsert {
//!     priority: NotificationPriority::Haute,
//!     ..NotificationInsert::new(user, "Paiement reçu", "Votre commande est confirmée.")
//! };
//! assert_eq!(new.is_read, false);
//! # Ok::<(), staka_core::Error>(())
//! ```

mod audit_log;
mod billing;
mod cms_page;
mod cms_page_text;
mod commande;
mod faq;
mod file;
mod id;
mod invoice;
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
mod support_request;
mod tarif;
mod ticket_event;
mod ticket_sla;
mod user;
pub mod view;

pub use audit_log::{AuditLog, AuditLogInsert, AuditSeverity, AuditTargetType};
pub use billing::{BillingKind, BillingSeries};
pub use cms_page::{CmsPage, CmsPageInsert, CmsPagePatch, PageStatus, PageType};
pub use cms_page_text::{Tags, slug_of};
pub use commande::{Commande, CommandeInsert, CommandePatch, Priorite, ProjectStatus, StatutCommande};
pub use faq::{Faq, FaqInsert, FaqPatch};
pub use file::{CORRECTED, File, FileInsert, FilePatch, FileType, MIME_TYPES, allowed_mime};
pub use id::*;
pub use invoice::{Invoice, InvoiceInsert, InvoicePatch, InvoiceStatus};
pub use labels::vat_label;
pub use message::{Message, MessageInsert, MessagePatch, MessageStatut, MessageType};
pub use message_attachment::{MessageAttachment, MessageAttachmentInsert};
pub use notification::{Notification, NotificationInsert, NotificationPriority, NotificationType};
pub use owned::{Link, OWNED_TABLES, OwnedColumn, OwnedTable};
pub use password_reset::{PasswordReset, PasswordResetInsert};
pub use password_scheme::PasswordScheme;
pub use payment::{Checkout, Payment, PaymentOutcome, PaymentStatus};
pub use payment_method::{PaymentMethod, PaymentMethodInsert, PaymentMethodPatch};
pub use person::{PersonPath, PersonTable, Reach, personal_data_tables};
pub use support_request::{
    SupportCategory, SupportPriority, SupportRequest, SupportRequestInsert, SupportRequestPatch, SupportRequestStatus,
};
pub use tarif::{Tarif, TarifInsert, TarifPatch, prix_formate};
pub use ticket_event::{TicketEvent, TicketEventKind, TicketFact};
pub use ticket_sla::{Percentiles, TicketSla, TicketSlaPolicy, TicketSlaTargets, Timeline, caught_up};
pub use user::{Role, User, UserInsert, UserPatch};
