//! Uploaded files. Only their rows are managed here; their bytes are stored elsewhere, and deleting a row returns
//! where.

mod access;
mod changes;
mod corrected;
mod creation;
mod input;
mod removal;

pub use changes::{attach_to_commande, detach_from_commande, update};
pub use creation::create;
pub use input::{FileUpdate, NewFile};
pub use removal::delete;
