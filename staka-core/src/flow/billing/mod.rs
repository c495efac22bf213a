//! Billing: by which settings, invoices, credit notes, payments.

pub mod invoices;
pub mod payments;
mod settings;

pub use settings::{BillingChange, set};
