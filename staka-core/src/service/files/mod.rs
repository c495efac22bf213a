//! Uploaded files. Only their rows are managed here; their bytes are stored elsewhere, and deleting a row returns
//! where.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::model::{FileType, Role};
//! use staka_core::{Caller, ErrorKind, NewFile};
//!
//! let zoe = staka_examples::create_user(&staka, "Zoé", Role::User, 0).await?;
//! let author = staka.as_caller(Caller::user(zoe.id, Role::User));
//! let file = NewFile::new("marees.pdf", "application/pdf", 480_000, "https://files.example.org/marees");
//! let file = author.files().create(file, None).await?;
//! assert_eq!(file.r#type, FileType::Document);
//! let other = staka_examples::create_user(&staka, "Ana", Role::User, 0).await?;
//! let denied = staka.as_caller(Caller::user(other.id, Role::User)).files().get(&file.id).await.unwrap_err();
//! assert_eq!(denied.kind(), ErrorKind::Denied);
//! // Deleting the row returns where the bytes are stored.
//! assert_eq!(author.files().delete(&file.id, None).await?.stored_name, file.stored_name);
//! # Ok(()) }
//! ```

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
