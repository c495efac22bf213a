//! One id type for each table, and the conversation's.

use crate::base::text_id;

text_id! {
    /// Names a user.
    UserId;
    /// Names a commande.
    CommandeId;
    /// Names a file.
    FileId;
    /// Names a message.
    MessageId;
    /// Names a conversation: a UUID, or `thread_<a>_<b>` for two users. It has no table of its own.
    ConversationId;
    /// Names an attachment.
    MessageAttachmentId;
    /// Names a card.
    PaymentMethodId;
    /// Names an invoice.
    InvoiceId;
    /// Names an invoice or a credit note as it was issued; an invoice's is that of its row.
    BillingDocumentId;
    /// Names a notification.
    NotificationId;
    /// Names a page.
    PageId;
    /// Names a question of the FAQ.
    FaqId;
    /// Names a tarif.
    TarifId;
    /// Names a support ticket.
    SupportRequestId;
    /// Names an audit entry.
    AuditLogId;
    /// Names a password reset.
    PasswordResetId;
    /// Names a claim of a visitor's conversations.
    ClaimId;
    /// Names an event of Stripe's, `evt_…`.
    PaymentEventId;
    /// Names a slot of consultations.
    ConsultationSlotId;
}
