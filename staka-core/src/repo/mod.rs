//! SQL: one table, one file, the same verbs in the same order; then the queries of that table.
//!
//! A query that joins stands with the table of its `FROM`. The connection is the first parameter, the caller owns
//! the transaction, the time is an argument.

mod ids;
mod select;
mod table;

pub mod audit_logs;
pub mod claims;
pub mod commandes;
pub mod consultations;
pub mod faqs;
pub mod files;
pub mod invoices;
pub mod message_attachments;
pub mod messages;
pub mod notification_keys;
pub mod notifications;
pub mod pages;
pub mod password_resets;
pub mod payment_methods;
pub mod privacy;
pub mod settings;
pub mod support_requests;
pub mod tarifs;
pub mod tombstones;
pub mod user_rows;
pub mod users;

use crate::db::Statement;

/// Every statement of this room, but those whose text a caller's filter decides.
pub fn catalogue() -> Vec<&'static Statement> {
    [
        audit_logs::statements(),
        claims::statements(),
        commandes::statements(),
        consultations::statements(),
        faqs::statements(),
        files::statements(),
        invoices::statements(),
        message_attachments::statements(),
        messages::statements(),
        notification_keys::statements(),
        notifications::statements(),
        pages::statements(),
        password_resets::statements(),
        payment_methods::statements(),
        privacy::statements(),
        settings::statements(),
        support_requests::statements(),
        tarifs::statements(),
        tombstones::statements(),
        user_rows::statements(),
        users::statements(),
    ]
    .concat()
}
