//! Billing: by which settings, invoices, credit notes.

pub mod invoices;
mod settings;

pub use settings::{BillingChange, set};
