//! Acts over several tables or steps, each one decision of the platform.

mod act;
mod actor;

pub mod commandes;
pub mod files;
pub mod faqs;
pub mod identity;
pub mod journal;
pub mod notices;
pub mod pages;
pub mod audit;
pub mod identity;
pub mod journal;
pub mod notices;
pub mod notifications;
pub mod passwords;
pub mod stripe;
pub mod tarifs;
pub mod accounts;
pub mod identity;
pub mod journal;
pub mod notices;
pub mod password_resets;
pub mod passwords;
pub mod settings;

pub use act::Act;
pub use actor::{Actor, Ctx};
