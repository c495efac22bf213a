//! Billing: by which settings, invoices, credit notes.

pub mod invoices;
mod price;
mod settings;

pub use price::set_price;
pub use settings::{BillingChange, set};
