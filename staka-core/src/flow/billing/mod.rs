//! Billing: by which settings, invoices, credit notes, payments.

pub mod invoices;
pub mod payments;
mod price;
mod settings;

pub use price::set_price;
pub use settings::{BillingChange, set};
