//! Billing: settings, prices, invoices, credit notes and payments.

pub mod invoices;
pub mod payments;
mod price;
mod settings;

pub use price::set_price;
pub use settings::{BillingSettingsUpdate, update_settings};
