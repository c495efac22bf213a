//! The tables owned by Staka (`staka_*`), collected from the declarations of their rows.

use serde::Serialize;

use super::view::{BillingDocument, BillingSettings, ErasureRecord};
use super::{
    Checkout, ClaimRow, ClaimedMessage, ConsultationBooking, ConsultationSlotRow, ConversationCount,
    CorrespondentCount, FilledCounter, InvoiceSeries, InvoiceSkip, InvoiceTransitionRow, MessageHour,
    NotificationCount, NotificationKey, Payment, PaymentEventRow, RecordedMigration, Setting, TarifsLock, TicketEvent,
    TicketSlaTargetsRow, UserCount,
};
use crate::base::{Column, Table};

/// A row of a table owned by Staka. Implemented by `#[table("staka_…", owned)]`.
pub trait OwnedRow: Table {
    /// How rows lead to the person they are about; none if they are about nobody.
    const LINKS: &'static [Link];
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

/// A table owned by Staka.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnedTable {
    /// Name of the table.
    pub name: &'static str,
    /// How its rows lead to the person they are about; none if they are about nobody.
    pub links: &'static [Link],
    /// Its columns, in the order of its migration.
    pub columns: &'static [Column],
}

impl OwnedTable {
    const fn of<T: OwnedRow>() -> Self {
        Self { name: T::NAME, links: T::LINKS, columns: T::COLUMNS }
    }
}

/// All tables owned by Staka.
pub const OWNED_TABLES: &[OwnedTable] = &[
    OwnedTable::of::<ClaimRow>(),
    OwnedTable::of::<BillingSettings>(),
    OwnedTable::of::<InvoiceSeries>(),
    OwnedTable::of::<InvoiceSkip>(),
    OwnedTable::of::<BillingDocument>(),
    OwnedTable::of::<InvoiceTransitionRow>(),
    OwnedTable::of::<TicketEvent>(),
    OwnedTable::of::<TicketSlaTargetsRow>(),
    OwnedTable::of::<Checkout>(),
    OwnedTable::of::<Payment>(),
    OwnedTable::of::<PaymentEventRow>(),
    OwnedTable::of::<ClaimedMessage>(),
    OwnedTable::of::<ConsultationSlotRow>(),
    OwnedTable::of::<ConsultationBooking>(),
    OwnedTable::of::<NotificationKey>(),
    OwnedTable::of::<NotificationCount>(),
    OwnedTable::of::<ConversationCount>(),
    OwnedTable::of::<CorrespondentCount>(),
    OwnedTable::of::<MessageHour>(),
    OwnedTable::of::<UserCount>(),
    OwnedTable::of::<FilledCounter>(),
    OwnedTable::of::<RecordedMigration>(),
    OwnedTable::of::<Setting>(),
    OwnedTable::of::<TarifsLock>(),
    OwnedTable::of::<ErasureRecord>(),
];
