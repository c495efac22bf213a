//! The SQL: one module per table, with the functions that every table has, then the queries of that table.
//!
//! A query with joins belongs to the module of the table in its `FROM`. The connection is the first parameter, the
//! caller owns the transaction, and the current time is an argument.

mod ids;
mod select;
mod sort;
mod table;

pub mod audit_logs;
pub mod billing_documents;
pub mod billing_settings;
pub mod checkouts;
pub mod claims;
pub mod commandes;
pub mod consultations;
pub mod erasures;
pub mod faqs;
pub mod files;
pub mod invoice_series;
pub mod invoice_transitions;
pub mod invoices;
pub mod message_attachments;
pub mod messages;
pub mod notification_keys;
pub mod notifications;
pub mod pages;
pub mod password_resets;
pub mod payment_events;
pub mod payment_methods;
pub mod payments;
pub mod privacy;
pub mod settings;
pub mod support_requests;
pub mod tarifs;
pub mod ticket_events;
pub mod ticket_sla_targets;
pub mod user_rows;
pub mod users;

use crate::db::Statement;

pub use select::List;
#[cfg(feature = "unstable-internals")]
pub use select::{By, Path};

/// Returns every statement of this module, except those whose text depends on a caller's filter, which [`lists`] has.
pub fn catalogue() -> Vec<&'static Statement> {
    [
        audit_logs::statements(),
        checkouts::statements(),
        billing_documents::statements(),
        billing_settings::statements(),
        claims::statements(),
        commandes::statements(),
        consultations::statements(),
        faqs::statements(),
        files::statements(),
        invoice_series::statements(),
        invoice_transitions::statements(),
        invoices::statements(),
        message_attachments::statements(),
        messages::statements(),
        notification_keys::statements(),
        notifications::statements(),
        pages::statements(),
        password_resets::statements(),
        payment_events::statements(),
        payment_methods::statements(),
        payments::statements(),
        privacy::statements(),
        settings::statements(),
        ticket_events::statements(),
        support_requests::statements(),
        ticket_sla_targets::statements(),
        tarifs::statements(),
        erasures::statements(),
        user_rows::statements(),
        users::statements(),
    ]
    .concat()
}

/// Returns every list whose text depends on a caller's filter and sort order, and the counts of these.
pub fn lists() -> Vec<&'static List> {
    [
        audit_logs::lists(),
        billing_documents::lists(),
        claims::lists(),
        commandes::lists(),
        consultations::lists(),
        erasures::lists(),
        faqs::lists(),
        files::lists(),
        invoices::lists(),
        messages::lists(),
        notifications::lists(),
        pages::lists(),
        payment_events::lists(),
        payments::lists(),
        support_requests::lists(),
        tarifs::lists(),
        users::lists(),
    ]
    .concat()
}

// The tests run every statement and check its plan.
const _: fn() -> Vec<&'static Statement> = catalogue;
const _: fn() -> Vec<&'static List> = lists;
const _: () = _ = (List::name, List::joined, List::paths);
