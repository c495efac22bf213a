//! The acts that the audit log knows, each with what it is done to and how grave it is.

use crate::model::{AuditSeverity, AuditTargetType};

macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal, $target:ident, $severity:ident;)+) => {
        /// An act that the audit log knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Action {
            $($(#[doc = $doc])+ #[doc = concat!("\n\n`", $word, "`, ", stringify!($severity), ".")] $name,)+
        }

        impl Action {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word in the column `action`.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// What it is done to.
            pub fn target(self) -> AuditTargetType {
                match self { $(Self::$name => AuditTargetType::$target,)+ }
            }

            /// How grave it is.
            pub fn severity(self) -> AuditSeverity {
                match self { $(Self::$name => AuditSeverity::$severity,)+ }
            }
        }
    };
}

actions! {
    /// Somebody asked for a new password.
    PasswordResetRequest = "PASSWORD_RESET_REQUEST", Auth, Medium;
    /// Somebody set one by a token.
    PasswordResetSuccess = "PASSWORD_RESET_SUCCESS", Auth, Medium;
    /// A token was wrong, used or late.
    PasswordResetFailed = "PASSWORD_RESET_FAILED", Auth, High;
    /// How new passwords are hashed was changed.
    PasswordSchemeChanged = "PASSWORD_SCHEME_CHANGED", System, High;
    /// An administrator made an account.
    UserCreated = "USER_CREATED", User, Medium;
    /// A profile or preferences were changed.
    UserUpdated = "USER_UPDATED", User, Low;
    /// A password was changed.
    UserPasswordChanged = "USER_PASSWORD_CHANGED", User, Medium;
    /// An account may sign in again.
    UserActivated = "USER_ACTIVATED", User, Medium;
    /// An account may not sign in any more.
    UserDeactivated = "USER_DEACTIVATED", User, Medium;
    /// What an account may do was changed.
    UserRoleChanged = "USER_ROLE_CHANGED", User, High;
    /// An account was removed.
    UserDeleted = "USER_DELETED", User, High;
    /// A person's data was handed out.
    UserDataExported = "USER_DATA_EXPORTED", User, Medium;
    /// A person was erased.
    UserErased = "USER_ERASED", User, High;
    /// Tables were searched for what is left of a person.
    PrivacyChecked = "PRIVACY_CHECKED", User, Medium;
    /// What was past its retention was purged.
    RetentionPurged = "RETENTION_PURGED", System, High;
    /// An administrator made an order for somebody.
    CommandeCreated = "COMMANDE_CREATED", Command, Low;
    /// An administrator changed an order.
    CommandeUpdated = "COMMANDE_UPDATED", Command, Low;
    /// An order went on by the table of transitions.
    CommandeStatutChanged = "COMMANDE_STATUT_CHANGED", Command, Medium;
    /// An order was set where the table does not lead.
    CommandeStatutOverridden = "COMMANDE_STATUT_OVERRIDDEN", Command, High;
    /// An order was removed.
    CommandeDeleted = "COMMANDE_DELETED", Command, High;
    /// By which settings invoices are made was changed.
    BillingSettingsChanged = "BILLING_SETTINGS_CHANGED", System, High;
    /// An invoice was issued.
    InvoiceIssued = "INVOICE_ISSUED", Invoice, Medium;
    /// An invoice was sent or paid.
    InvoiceStatusChanged = "INVOICE_STATUS_CHANGED", Invoice, Medium;
    /// Invoices became overdue.
    InvoicesOverdue = "INVOICES_OVERDUE", Invoice, Low;
    /// A credit note was issued.
    InvoiceCredited = "INVOICE_CREDITED", Invoice, High;
    /// Where an invoice's PDF lies was recorded.
    InvoicePdfRecorded = "INVOICE_PDF_RECORDED", Invoice, Low;
    /// A series of numbers was opened.
    InvoiceSeriesOpened = "INVOICE_SERIES_OPENED", Invoice, High;
    /// Numbers that somebody else had written were passed over.
    InvoiceNumberSkipped = "INVOICE_NUMBER_SKIPPED", Invoice, High;
    /// The ledger was handed out.
    LedgerExported = "LEDGER_EXPORTED", Invoice, High;
    /// A file was added to somebody else's order.
    FileAdded = "FILE_ADDED", File, Low;
    /// Somebody else's file was changed.
    FileUpdated = "FILE_UPDATED", File, Low;
    /// A file was removed.
    FileDeleted = "FILE_DELETED", File, Medium;
    /// A conversation was removed from the inbox.
    ConversationDeleted = "CONVERSATION_DELETED", User, Medium;
    /// A visitor's conversations were given to an account.
    ConversationsClaimed = "CONVERSATIONS_CLAIMED", User, Medium;
    /// And taken back.
    ConversationsUnclaimed = "CONVERSATIONS_UNCLAIMED", User, Medium;
    /// A client wrote to the support.
    UserMessageSupportSent = "USER_MESSAGE_SUPPORT_SENT", User, Medium;
    /// A visitor asked for a free sample.
    FreeSampleRequested = "FREE_SAMPLE_REQUESTED", System, Low;
    /// A request for a consultation was answered.
    ConsultationProcessed = "CONSULTATION_PROCESSED", User, Low;
    /// Slots of consultations were changed.
    ConsultationSlotsChanged = "CONSULTATION_SLOTS_CHANGED", System, Low;
    /// A notification was sent by hand.
    NotificationSent = "NOTIFICATION_SENT", System, Low;
    /// Notifications that had expired, or were put away long ago, were removed for good.
    NotificationsCleanup = "NOTIFICATIONS_CLEANUP", System, Medium;
    /// A price was added.
    TarifCreated = "TARIF_CREATED", System, Medium;
    /// A price was changed.
    TarifUpdated = "TARIF_UPDATED", System, Medium;
    /// What Stripe calls a price was recorded.
    TarifSynced = "TARIF_SYNCED", System, Low;
    /// A price was removed.
    TarifDeleted = "TARIF_DELETED", System, High;
    /// A page was added.
    PageCreated = "PAGE_CREATED", System, Low;
    /// A page was changed.
    PageUpdated = "PAGE_UPDATED", System, Low;
    /// A page was published, scheduled, withdrawn or put away.
    PageStatusChanged = "PAGE_STATUS_CHANGED", System, Medium;
    /// A page was removed.
    PageDeleted = "PAGE_DELETED", System, High;
    /// A question was added.
    FaqCreated = "FAQ_CREATED", System, Low;
    /// A question was changed, or their order.
    FaqUpdated = "FAQ_UPDATED", System, Low;
    /// A question was removed.
    FaqDeleted = "FAQ_DELETED", System, Medium;
    /// An administrator opened a ticket for somebody.
    TicketOpened = "TICKET_OPENED", System, Low;
    /// A ticket was given to somebody of the team.
    TicketAssigned = "TICKET_ASSIGNED", System, Low;
    /// A ticket was taken from who took care of it.
    TicketUnassigned = "TICKET_UNASSIGNED", System, Low;
    /// The team moved a ticket.
    TicketStatusChanged = "TICKET_STATUS_CHANGED", System, Low;
    /// The team changed what is said of a ticket.
    TicketUpdated = "TICKET_UPDATED", System, Low;
    /// What is promised for tickets was changed.
    SupportTargetsChanged = "SUPPORT_TARGETS_CHANGED", System, Medium;
    /// A card was added to somebody else's account.
    CardAdded = "CARD_ADDED", Payment, Low;
    /// Somebody else's default card was chosen.
    CardDefaultSet = "CARD_DEFAULT_SET", Payment, Low;
    /// Somebody else's card was removed.
    CardRemoved = "CARD_REMOVED", Payment, Medium;
    /// Cards without a default, or with several, were mended.
    CardsMended = "CARDS_MENDED", Payment, Medium;
    /// A checkout session was opened for an order.
    PaymentCreate = "PAYMENT_CREATE", Payment, Medium;
    /// An order was paid.
    PaymentReceived = "PAYMENT_RECEIVED", Payment, Medium;
    /// A payment failed, or its session went by.
    PaymentFailed = "PAYMENT_FAILED", Payment, Low;
    /// Money went back to a client.
    PaymentRefunded = "PAYMENT_REFUNDED", Payment, High;
    /// Money came, or went back, that fits no order: nothing was paid by it.
    PaymentUnclear = "PAYMENT_UNCLEAR", Payment, High;
    /// An event of Stripe's was processed again.
    PaymentRetried = "PAYMENT_RETRIED", Payment, Medium;
    /// The audit log was handed out.
    AuditLogsExported = "AUDIT_LOGS_EXPORTED", System, High;
    /// Old entries of the audit log were removed.
    AuditLogsCleanup = "AUDIT_LOGS_CLEANUP", System, High;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Action;

    #[test]
    fn words_are_different_and_fit_their_column() {
        let words: BTreeSet<&str> = Action::ALL.iter().map(|action| action.word()).collect();
        assert_eq!(words.len(), Action::ALL.len());
        assert!(
            words.iter().all(|word| word.len() <= 100 && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
        );
    }
}
