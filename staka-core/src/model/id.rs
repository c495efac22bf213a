//! The id types, one for each table and one for conversations.

use crate::base::text_id;

text_id! {
    /// The id of a user.
    UserId;
    /// The id of an order (`commandes`).
    CommandeId;
    /// The id of a file.
    FileId;
    /// The id of a message.
    MessageId;
    /// The id of a conversation: a UUID, or `thread_<a>_<b>` for two users. Conversations have no table of their own.
    ConversationId;
    /// The id of an attachment of a message.
    MessageAttachmentId;
    /// The id of a payment method (card).
    PaymentMethodId;
    /// The id of an invoice.
    InvoiceId;
    /// The id of an issued invoice or credit note; for an invoice, the id of its row.
    BillingDocumentId;
    /// The id of a notification.
    NotificationId;
    /// The id of a CMS page.
    CmsPageId;
    /// The id of a question (`faqs`).
    FaqId;
    /// The id of a tarif.
    TarifId;
    /// The id of a support ticket.
    SupportRequestId;
    /// The id of an audit log entry.
    AuditLogId;
    /// The id of a password reset.
    PasswordResetId;
    /// The id of a claim on a visitor's conversations.
    ClaimId;
    /// The id of a Stripe event, `evt_…`.
    PaymentEventId;
    /// The id of a consultation slot.
    ConsultationSlotId;
}
