//! Acts over several tables or steps, each one decision of the platform.

mod act;
mod actor;

pub mod identity;
pub mod journal;
pub mod messages;
pub mod notices;
pub mod passwords;

pub use act::Act;
pub use actor::{Actor, Ctx};
