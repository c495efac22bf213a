//! Invoices.

use super::table::verbs;
use crate::db::Statement;
use crate::model::{Invoice, InvoiceFilter, InvoiceId};

verbs!(Invoice, InvoiceId, InvoiceFilter, "invoices");

pub(super) fn statements() -> Vec<&'static Statement> {
    verb_statements()
}
