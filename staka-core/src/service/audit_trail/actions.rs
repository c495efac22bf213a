//! The known actions of the audit log, each with its target type and its severity.

use crate::model::{AuditSeverity, AuditTargetType};

macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $name:ident = $value:literal, $target:ident, $severity:ident;)+) => {
        /// An action recorded in the audit log.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Action {
            $($(#[doc = $doc])+ #[doc = concat!("\n\n`", $value, "`, ", stringify!($severity), ".")] $name,)+
        }

        impl Action {
            /// All actions, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Returns the value of the column `action`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $value,)+ }
            }

            /// Returns the type of the action's target.
            pub fn target(self) -> AuditTargetType {
                match self { $(Self::$name => AuditTargetType::$target,)+ }
            }

            /// Returns the severity of the action.
            pub fn severity(self) -> AuditSeverity {
                match self { $(Self::$name => AuditSeverity::$severity,)+ }
            }
        }
    };
}

actions! {
    /// A password reset was requested.
    PasswordResetRequest = "PASSWORD_RESET_REQUEST", Auth, Medium;
    /// A password was reset by a token.
    PasswordResetSuccess = "PASSWORD_RESET_SUCCESS", Auth, Medium;
    /// A password reset token was unknown, used or expired.
    PasswordResetFailed = "PASSWORD_RESET_FAILED", Auth, High;
    /// The scheme by which new passwords are hashed was changed.
    PasswordSchemeChanged = "PASSWORD_SCHEME_CHANGED", System, High;
    /// An administrator created an account.
    UserCreated = "USER_CREATED", User, Medium;
    /// A profile or preferences were changed.
    UserUpdated = "USER_UPDATED", User, Low;
    /// A password was changed.
    UserPasswordChanged = "USER_PASSWORD_CHANGED", User, Medium;
    /// An account was activated.
    UserActivated = "USER_ACTIVATED", User, Medium;
    /// An account was deactivated.
    UserDeactivated = "USER_DEACTIVATED", User, Medium;
    /// An account's role was changed.
    UserRoleChanged = "USER_ROLE_CHANGED", User, High;
    /// An account was deleted or closed.
    UserDeleted = "USER_DELETED", User, High;
    /// A person's data was exported.
    UserDataExported = "USER_DATA_EXPORTED", User, Medium;
    /// A person's data was erased.
    UserErased = "USER_ERASED", User, High;
    /// The tables were searched for remaining data of a person.
    PrivacyChecked = "PRIVACY_CHECKED", User, Medium;
    /// Mentions of a person were erased from rows about others.
    MentionsErased = "MENTIONS_ERASED", User, High;
    /// Rows past their retention were deleted.
    RetentionPurged = "RETENTION_PURGED", System, High;
    /// An administrator created an order for a user.
    CommandeCreated = "COMMANDE_CREATED", Command, Low;
    /// An administrator changed an order.
    CommandeUpdated = "COMMANDE_UPDATED", Command, Low;
    /// An order's statut was changed by a regular transition.
    CommandeStatutChanged = "COMMANDE_STATUT_CHANGED", Command, Medium;
    /// An order's statut was set outside the regular transitions.
    CommandeStatutOverridden = "COMMANDE_STATUT_OVERRIDDEN", Command, High;
    /// An order was deleted.
    CommandeDeleted = "COMMANDE_DELETED", Command, High;
    /// The billing settings were changed.
    BillingSettingsChanged = "BILLING_SETTINGS_CHANGED", System, High;
    /// An invoice was issued.
    InvoiceIssued = "INVOICE_ISSUED", Invoice, Medium;
    /// An invoice was sent or paid.
    InvoiceStatusChanged = "INVOICE_STATUS_CHANGED", Invoice, Medium;
    /// Invoices became overdue.
    InvoicesOverdue = "INVOICES_OVERDUE", Invoice, Low;
    /// A credit note was issued.
    InvoiceCredited = "INVOICE_CREDITED", Invoice, High;
    /// The location of an invoice's PDF was recorded.
    InvoicePdfRecorded = "INVOICE_PDF_RECORDED", Invoice, Low;
    /// A series of invoice numbers was opened.
    InvoiceSeriesOpened = "INVOICE_SERIES_OPENED", Invoice, High;
    /// Invoice numbers used by another program were skipped.
    InvoiceNumberSkipped = "INVOICE_NUMBER_SKIPPED", Invoice, High;
    /// The ledger was exported.
    LedgerExported = "LEDGER_EXPORTED", Invoice, High;
    /// A file was added to another user's order.
    FileAdded = "FILE_ADDED", File, Low;
    /// Another user's file was changed.
    FileUpdated = "FILE_UPDATED", File, Low;
    /// A file was deleted.
    FileDeleted = "FILE_DELETED", File, Medium;
    /// A conversation was deleted from the inbox.
    ConversationDeleted = "CONVERSATION_DELETED", User, Medium;
    /// A visitor's conversations were assigned to an account.
    ConversationsClaimed = "CONVERSATIONS_CLAIMED", User, Medium;
    /// The assignment of a visitor's conversations was undone.
    ConversationsUnclaimed = "CONVERSATIONS_UNCLAIMED", User, Medium;
    /// A client sent a message to the support team.
    UserMessageSupportSent = "USER_MESSAGE_SUPPORT_SENT", User, Medium;
    /// A visitor requested a free sample.
    FreeSampleRequested = "FREE_SAMPLE_REQUESTED", System, Low;
    /// A request for a consultation was answered.
    ConsultationProcessed = "CONSULTATION_PROCESSED", User, Low;
    /// Consultation slots were changed.
    ConsultationSlotsChanged = "CONSULTATION_SLOTS_CHANGED", System, Low;
    /// A notification was sent by hand.
    NotificationSent = "NOTIFICATION_SENT", System, Low;
    /// Expired notifications, or ones soft-deleted long ago, were deleted permanently.
    NotificationsCleanup = "NOTIFICATIONS_CLEANUP", System, Medium;
    /// A price was created.
    TarifCreated = "TARIF_CREATED", System, Medium;
    /// A price was changed.
    TarifUpdated = "TARIF_UPDATED", System, Medium;
    /// A price's Stripe ids were recorded.
    TarifSynced = "TARIF_SYNCED", System, Low;
    /// A price was deleted.
    TarifDeleted = "TARIF_DELETED", System, High;
    /// A CMS page was created.
    PageCreated = "PAGE_CREATED", System, Low;
    /// A CMS page was changed.
    PageUpdated = "PAGE_UPDATED", System, Low;
    /// A CMS page was published, scheduled, withdrawn or archived.
    PageStatusChanged = "PAGE_STATUS_CHANGED", System, Medium;
    /// A CMS page was deleted.
    PageDeleted = "PAGE_DELETED", System, High;
    /// A question of the FAQ was created.
    FaqCreated = "FAQ_CREATED", System, Low;
    /// A question of the FAQ or the order of the questions was changed.
    FaqUpdated = "FAQ_UPDATED", System, Low;
    /// A question of the FAQ was deleted.
    FaqDeleted = "FAQ_DELETED", System, Medium;
    /// An administrator opened a ticket for a user.
    TicketOpened = "TICKET_OPENED", System, Low;
    /// A ticket was assigned to a member of the team.
    TicketAssigned = "TICKET_ASSIGNED", System, Low;
    /// A ticket's assignment was removed.
    TicketUnassigned = "TICKET_UNASSIGNED", System, Low;
    /// The team changed a ticket's status.
    TicketStatusChanged = "TICKET_STATUS_CHANGED", System, Low;
    /// The team changed a ticket's fields.
    TicketUpdated = "TICKET_UPDATED", System, Low;
    /// The service level targets of tickets were changed.
    SupportTargetsChanged = "SUPPORT_TARGETS_CHANGED", System, Medium;
    /// A card was added to another user's account.
    CardAdded = "CARD_ADDED", Payment, Low;
    /// Another user's default card was set.
    CardDefaultSet = "CARD_DEFAULT_SET", Payment, Low;
    /// Another user's card was deleted.
    CardRemoved = "CARD_REMOVED", Payment, Medium;
    /// Accounts with no default card or with several were repaired.
    DefaultCardRepair = "CARDS_MENDED", Payment, Medium;
    /// A checkout session was opened for an order.
    PaymentCreate = "PAYMENT_CREATE", Payment, Medium;
    /// An order was paid.
    PaymentReceived = "PAYMENT_RECEIVED", Payment, Medium;
    /// A payment failed, or its checkout session expired.
    PaymentFailed = "PAYMENT_FAILED", Payment, Low;
    /// A payment was refunded to a client.
    PaymentRefunded = "PAYMENT_REFUNDED", Payment, High;
    /// A payment or refund could not be matched to an order, so that no order was marked as paid.
    PaymentUnclear = "PAYMENT_UNCLEAR", Payment, High;
    /// A Stripe event was processed again.
    PaymentRetried = "PAYMENT_RETRIED", Payment, Medium;
    /// The audit log was exported.
    AuditLogsExported = "AUDIT_LOGS_EXPORTED", System, High;
    /// Old entries of the audit log were deleted.
    AuditLogsCleanup = "AUDIT_LOGS_CLEANUP", System, High;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Action;

    #[test]
    fn names_are_distinct_and_fit_their_column() {
        let names: BTreeSet<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
        assert_eq!(names.len(), Action::ALL.len());
        assert!(
            names.iter().all(|name| name.len() <= 100 && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
        );
    }
}
