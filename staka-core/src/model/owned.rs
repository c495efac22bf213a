//! What the tables owned by Staka (`staka_*`) hold about persons, column by column, as the models declare it for the
//! tables of the Prisma schema. Export, erasure and retention rely on both.

use serde::Serialize;

use crate::base::{Erasure, Purpose, Retention, Sensitivity};

/// A table owned by Staka.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnedTable {
    /// Name of the table or column.
    pub name: &'static str,
    /// How its rows lead to the person they are about; none if they are about nobody.
    pub links: &'static [Link],
    /// Its columns, in the order of its migration.
    pub columns: &'static [OwnedColumn],
}

/// How a row leads to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Link {
    /// This column holds the account's id.
    User(&'static str),
    /// This column holds an e-mail address, which may be the account's.
    Email(&'static str),
    /// This column holds the id of a row of this table, whose person it is.
    Of(&'static str, &'static str),
}

/// A column of a table owned by Staka.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnedColumn {
    /// Name of the table or column.
    pub name: &'static str,
    /// Why the value is stored.
    pub purpose: Purpose,
    /// How long the value is stored.
    pub retention: Retention,
    /// What an erasure of the person does to it.
    pub erasure: Erasure,
    /// Who may see the value.
    pub sensitivity: Sensitivity,
    /// Whether a person's export contains it.
    pub exportable: bool,
}

macro_rules! exported {
    (export) => {
        true
    };
    (private) => {
        false
    };
}

/// `staka_name of [Link…] { column: Purpose, Retention, Erasure, Sensitivity, export | private; }`; a column that leaves one
/// of these out does not compile.
macro_rules! owned {
    ($($table:ident of [$($link:expr),*] {
        $($column:ident: $purpose:ident, $retention:expr, $erasure:expr, $sensitivity:ident, $exported:ident;)+
    })+) => {
        /// All tables owned by Staka.
        pub const OWNED_TABLES: &[OwnedTable] = {
            use Erasure::*;
            use Link::*;
            use Retention::*;
            &[$(OwnedTable {
                name: stringify!($table),
                links: &[$($link),*],
                columns: &[$(OwnedColumn {
                    name: stringify!($column),
                    purpose: Purpose::$purpose,
                    retention: $retention,
                    erasure: $erasure,
                    sensitivity: Sensitivity::$sensitivity,
                    exportable: exported!($exported),
                }),+],
            }),+]
        };
    };
}

owned! {
    staka_claims of [User("userId"), Email("visitorEmail")] {
        id: Key, Account, Keep, Internal, export;
        visitorEmail: Contact, Account, Row, Personal, export;
        openEmail: Contact, Account, Row, Personal, private;
        userId: Key, Account, Row, Internal, export;
        claimedById: Key, Account, Keep, Internal, export;
        claimedAt: Record, Account, Keep, Internal, export;
        undoneById: Key, Account, Keep, Internal, export;
        undoneAt: Record, Account, Keep, Internal, export;
    }
    staka_billing_settings of [] {
        name: Key, Accounting, Keep, Internal, private;
        sellerName: Billing, Accounting, Keep, Public, private;
        sellerAddress: Billing, Accounting, Keep, Public, private;
        siret: Billing, Accounting, Keep, Public, private;
        vatNumber: Billing, Accounting, Keep, Public, private;
        legalMention: Billing, Accounting, Keep, Public, private;
        regime: Billing, Accounting, Keep, Public, private;
        rate: Billing, Accounting, Keep, Public, private;
        paymentDays: Billing, Accounting, Keep, Public, private;
        updatedAt: Record, Accounting, Keep, Internal, private;
    }
    staka_invoice_series of [] {
        series: Key, Accounting, Keep, Internal, private;
        year: Key, Accounting, Keep, Internal, private;
        id: Key, Accounting, Keep, Internal, private;
        first: Billing, Accounting, Keep, Internal, private;
        next: Billing, Accounting, Keep, Internal, private;
        lastIssuedAt: Billing, Accounting, Keep, Internal, private;
        openedAt: Record, Accounting, Keep, Internal, private;
    }
    staka_invoice_skips of [Of("invoiceId", "invoices")] {
        series: Key, Accounting, Keep, Internal, export;
        year: Key, Accounting, Keep, Internal, export;
        sequence: Billing, Accounting, Keep, Internal, export;
        invoiceId: Key, Accounting, Keep, Internal, export;
        skippedAt: Record, Accounting, Keep, Internal, export;
    }
    staka_billing_documents of [User("userId")] {
        id: Key, Accounting, Keep, Internal, export;
        kind: Billing, Accounting, Keep, Internal, export;
        series: Billing, Accounting, Keep, Internal, export;
        year: Billing, Accounting, Keep, Internal, export;
        sequence: Billing, Accounting, Keep, Internal, export;
        number: Billing, Accounting, Keep, Internal, export;
        invoiceId: Key, Accounting, Keep, Internal, export;
        invoiceNumber: Billing, Accounting, Keep, Internal, export;
        commandeId: Key, Accounting, Keep, Internal, export;
        userId: Key, Accounting, Keep, Internal, export;
        title: Billing, Accounting, Keep, Personal, export;
        buyerName: Billing, Accounting, Keep, Personal, export;
        buyerEmail: Billing, Accounting, Keep, Personal, export;
        buyerAddress: Billing, Accounting, Keep, Personal, export;
        buyerLegalId: Billing, Accounting, Keep, Personal, export;
        sellerName: Billing, Accounting, Keep, Internal, export;
        sellerAddress: Billing, Accounting, Keep, Internal, export;
        sellerSiret: Billing, Accounting, Keep, Internal, export;
        sellerVatNumber: Billing, Accounting, Keep, Internal, export;
        sellerMention: Billing, Accounting, Keep, Internal, export;
        regime: Billing, Accounting, Keep, Internal, export;
        rate: Billing, Accounting, Keep, Internal, export;
        taxMention: Billing, Accounting, Keep, Internal, export;
        amount: Billing, Accounting, Keep, Internal, export;
        taxAmount: Billing, Accounting, Keep, Internal, export;
        total: Billing, Accounting, Keep, Internal, export;
        reason: Billing, Accounting, Keep, Personal, export;
        issuedAt: Billing, Accounting, Keep, Internal, export;
        dueAt: Billing, Accounting, Keep, Internal, export;
        digest: Billing, Accounting, Keep, Internal, export;
    }
    staka_invoice_transitions of [Of("invoiceId", "invoices")] {
        id: Key, Accounting, Keep, Internal, export;
        invoiceId: Key, Accounting, Keep, Internal, export;
        fromStatus: Billing, Accounting, Keep, Internal, export;
        toStatus: Billing, Accounting, Keep, Internal, export;
        at: Record, Accounting, Keep, Internal, export;
        actorId: Key, Accounting, Keep, Internal, export;
    }
    staka_ticket_events of [Of("ticketId", "support_requests")] {
        ticketId: Key, Account, Keep, Internal, export;
        place: Key, Account, Keep, Internal, export;
        kind: Support, Account, Keep, Internal, export;
        at: Record, Account, Keep, Internal, export;
        actorId: Key, Account, Keep, Internal, export;
        fromClient: Support, Account, Keep, Internal, export;
        before: Support, Account, Keep, Internal, export;
        after: Support, Account, Keep, Internal, export;
        body: Support, Account, Null, Personal, export;
    }
    staka_ticket_sla_targets of [] {
        priority: Support, Content, Keep, Internal, private;
        firstResponse: Support, Content, Keep, Internal, private;
        resolution: Support, Content, Keep, Internal, private;
        updatedAt: Record, Content, Keep, Internal, private;
    }
    staka_checkouts of [User("userId")] {
        sessionId: Payment, Accounting, Keep, Internal, private;
        commandeId: Key, Accounting, Keep, Internal, export;
        userId: Key, Accounting, Keep, Internal, export;
        tarifId: Payment, Accounting, Keep, Internal, export;
        amount: Payment, Accounting, Keep, Internal, export;
        currency: Payment, Accounting, Keep, Internal, export;
        createdAt: Record, Accounting, Keep, Internal, export;
    }
    staka_payments of [User("userId")] {
        sessionId: Payment, Accounting, Keep, Internal, private;
        commandeId: Key, Accounting, Keep, Internal, export;
        userId: Key, Accounting, Keep, Internal, export;
        tarifId: Payment, Accounting, Keep, Internal, export;
        paymentIntent: Payment, Accounting, Keep, Internal, private;
        amount: Payment, Accounting, Keep, Internal, export;
        currency: Payment, Accounting, Keep, Internal, export;
        status: Payment, Accounting, Keep, Internal, export;
        paidAt: Payment, Accounting, Keep, Internal, export;
        refunded: Payment, Accounting, Keep, Internal, export;
        invoiceId: Key, Accounting, Keep, Internal, export;
        updatedAt: Record, Accounting, Keep, Internal, export;
    }
    staka_payment_events of [User("userId")] {
        id: Key, Accounting, Keep, Internal, private;
        type: Payment, Accounting, Keep, Internal, private;
        sessionId: Payment, Accounting, Keep, Internal, private;
        paymentIntent: Payment, Accounting, Keep, Internal, private;
        commandeId: Key, Accounting, Keep, Internal, private;
        userId: Key, Accounting, Keep, Internal, private;
        payload: Payment, Days(396), Replace(""), Personal, private;
        occurredAt: Record, Accounting, Keep, Internal, private;
        receivedAt: Record, Accounting, Keep, Internal, private;
        deliveries: Record, Accounting, Keep, Internal, private;
        outcome: Payment, Accounting, Keep, Internal, private;
        detail: Payment, Accounting, Keep, Internal, private;
        processedAt: Record, Accounting, Keep, Internal, private;
    }
    staka_claimed_messages of [Of("claimId", "staka_claims")] {
        claimId: Key, Account, Row, Internal, export;
        messageId: Key, Account, Row, Internal, export;
        asSender: Record, Account, Row, Internal, export;
    }
    staka_consultation_slots of [] {
        id: Key, Content, Keep, Public, private;
        startsAt: Service, Content, Keep, Public, private;
        minutes: Service, Content, Keep, Public, private;
        isOpen: Service, Content, Keep, Public, private;
        createdAt: Record, Content, Keep, Internal, private;
        updatedAt: Record, Content, Keep, Internal, private;
    }
    staka_consultation_bookings of [Of("messageId", "messages")] {
        slotId: Key, Account, Row, Internal, export;
        messageId: Key, Account, Row, Internal, export;
        bookedAt: Record, Account, Row, Internal, export;
    }
    staka_notification_keys of [Of("notificationId", "notifications")] {
        key: Record, Expiry, Row, Internal, private;
        notificationId: Key, Expiry, Row, Internal, export;
        createdAt: Record, Expiry, Row, Internal, export;
    }
    staka_notification_counts of [User("userId")] {
        userId: Key, Account, Keep, Internal, export;
        expiresOn: Information, Account, Keep, Internal, export;
        slot: Record, Account, Keep, Internal, private;
        unread: Information, Account, Keep, Internal, export;
    }
    staka_conversations of [User("userId")] {
        userId: Key, Account, Keep, Internal, export;
        conversationId: Key, Account, Keep, Internal, export;
        messages: Messaging, Account, Keep, Internal, export;
        unread: Messaging, Account, Keep, Internal, export;
        newestAt: Messaging, Account, Keep, Internal, export;
        newestId: Key, Account, Keep, Internal, export;
    }
    staka_message_hours of [] {
        hour: Record, Content, Keep, Internal, private;
        slot: Record, Content, Keep, Internal, private;
        messages: Record, Content, Keep, Internal, private;
    }
    staka_user_counts of [] {
        role: Record, Content, Keep, Internal, private;
        isActive: Record, Content, Keep, Internal, private;
        slot: Record, Content, Keep, Internal, private;
        users: Record, Content, Keep, Internal, private;
    }
    staka_counter_status of [] {
        name: Record, Content, Keep, Internal, private;
        filledAt: Record, Content, Keep, Internal, private;
    }
    staka_migrations of [] {
        version: Record, Content, Keep, Internal, private;
        name: Record, Content, Keep, Internal, private;
        checksum: Record, Content, Keep, Internal, private;
        state: Record, Content, Keep, Internal, private;
        started_at: Record, Content, Keep, Internal, private;
        finished_at: Record, Content, Keep, Internal, private;
        staka_version: Record, Content, Keep, Internal, private;
    }
    staka_settings of [] {
        name: Record, Content, Keep, Internal, private;
        value: Record, Content, Keep, Internal, private;
        updatedAt: Record, Content, Keep, Internal, private;
    }
    staka_tarifs_lock of [] {
        name: Record, Content, Keep, Internal, private;
    }
    staka_erasures of [User("userId")] {
        userId: Key, Accounting, Keep, Internal, export;
        erasedAt: Record, Accounting, Keep, Internal, export;
        reason: Record, Accounting, Keep, Internal, export;
    }
}
