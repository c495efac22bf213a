//! Acts over several tables or steps, each one decision of the platform.

mod act;
mod actor;

pub mod accounts;
pub mod audit;
pub mod billing;
pub mod commandes;
pub mod faqs;
pub mod files;
pub mod identity;
pub mod journal;
pub mod messages;
pub mod notices;
pub mod notifications;
pub mod pages;
pub mod password_resets;
pub mod passwords;
pub mod payment_methods;
pub mod privacy;
pub mod settings;
pub mod stripe;
pub mod support;
pub mod tarifs;

pub use act::Act;
pub use actor::{Actor, Ctx};
