//! Service functions: the rules of the platform, each over several tables or steps.

mod caller;
mod context;

pub mod accounts;
pub mod audit;
pub mod audit_trail;
pub mod billing;
pub mod commandes;
pub mod faqs;
pub mod files;
pub mod identity;
pub mod messages;
pub mod notifications;
pub mod notify;
pub mod pages;
pub mod password_resets;
pub mod passwords;
pub mod payment_methods;
pub mod privacy;
pub mod settings;
pub mod stripe;
pub mod tarifs;
pub mod tickets;

pub use caller::{Actor, Caller, PasswordStamp};
pub use context::OpContext;
