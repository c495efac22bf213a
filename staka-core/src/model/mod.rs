//! What the tables hold: the guide's 14 models and 16 enums, and in [`view`] what its queries give.
//!
//! Each column is declared once, with its purpose, retention, erasure, sensitivity, exportability and length;
//! `New*`, `*Patch` and `*Filter` are made from that.
//!
//! ```
//! use staka_core::model::{NewNotification, NotificationPriority, UserId};
//! let user: UserId = "3f1c…".parse()?;
//! let new = NewNotification {
//!     priority: NotificationPriority::Haute,
//!     ..NewNotification::new(user, "Paiement reçu", "Votre commande est confirmée.")
//! };
//! assert_eq!(new.is_read, false);
//! # Ok::<(), staka_core::Error>(())
//! ```

mod audit_log;
mod billing;
mod commande;
mod faq;
mod file;
mod id;
mod invoice;
mod message;
mod message_attachment;
mod notification;
mod ours;
mod page;
mod page_text;
mod password_reset;
mod password_scheme;
mod payment;
mod payment_method;
mod person;
mod support_event;
mod support_request;
mod support_sla;
mod tarif;
mod user;
pub mod view;

pub use audit_log::{AuditLog, AuditLogFilter, AuditLogPatch, AuditSeverity, AuditTargetType, NewAuditLog};
pub use billing::{BillingKind, BillingSeries};
pub use commande::{Commande, CommandeFilter, CommandePatch, NewCommande, Priorite, ProjectStatus, StatutCommande};
pub use faq::{Faq, FaqFilter, FaqPatch, NewFaq};
pub use file::{CORRECTED, File, FileFilter, FilePatch, FileType, MIME_TYPES, NewFile, allowed_mime};
pub use id::*;
pub use invoice::{Invoice, InvoiceFilter, InvoicePatch, InvoiceStatus, NewInvoice};
pub use message::{Message, MessageFilter, MessagePatch, MessageStatut, MessageType, NewMessage};
pub use message_attachment::{
    MessageAttachment, MessageAttachmentFilter, MessageAttachmentPatch, NewMessageAttachment,
};
pub use notification::{
    NewNotification, Notification, NotificationFilter, NotificationPatch, NotificationPriority, NotificationType,
};
pub use ours::{Link, OURS, OurColumn, OurTable};
pub use page::{NewPage, Page, PageFilter, PagePatch, PageStatus, PageType};
pub use page_text::{Tags, slug_of};
pub use password_reset::{NewPasswordReset, PasswordReset, PasswordResetFilter, PasswordResetPatch};
pub use password_scheme::PasswordScheme;
pub use payment::{Checkout, Payment, PaymentOutcome, PaymentStatus};
pub use payment_method::{NewPaymentMethod, PaymentMethod, PaymentMethodFilter, PaymentMethodPatch};
pub use person::{PersonTable, Reach, Way, person_tables};
pub use support_event::{SupportEvent, SupportEventKind, SupportFact};
pub use support_request::{
    NewSupportRequest, SupportCategory, SupportPriority, SupportRequest, SupportRequestFilter, SupportRequestPatch,
    SupportRequestStatus,
};
pub use support_sla::{Percentiles, SupportClock, SupportPolicy, SupportTargets, Timeline, caught_up};
pub use tarif::{NewTarif, Tarif, TarifFilter, TarifPatch, prix_formate};
pub use user::{NewUser, Role, User, UserFilter, UserPatch};
