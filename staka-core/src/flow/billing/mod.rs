//! Billing: by which settings, invoices, credit notes, payments.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::model::Role;
//! use staka_core::{CommandeDraft, Ctx, InvoiceOptions};
//!
//! let zoe = staka_examples::person(&staka, "Zoé", Role::User, 0).await?;
//! let agathe = staka_examples::person(&staka, "Agathe", Role::Admin, 0).await?;
//! let author = staka.as_actor(Ctx::user(zoe.id, Role::User));
//! let team = staka.as_actor(Ctx::user(agathe.id, Role::Admin));
//! let draft = CommandeDraft { titre: "Les Marées".into(), ..CommandeDraft::default() };
//! let order = author.commandes().create(draft, None).await?;
//! team.billing().set_price(&order.id, 46_800, None).await?;
//! let invoice = team.invoices().issue(&order.id, InvoiceOptions::default()).await?;
//! assert!(invoice.number.starts_with("FACT-"));
//! // Nothing of it ever changes; what was wrong is taken back.
//! let note = team.invoices().cancel(&invoice.id, "mauvais destinataire".to_owned()).await?;
//! assert_eq!((note.invoice_number, note.total), (invoice.number, 46_800));
//! // Is a number missing?
//! let series = team.invoices().numbering(note.year).await?;
//! assert!(series.iter().all(|series| series.missing.is_empty()));
//! # Ok(()) }
//! ```

pub mod invoices;
pub mod payments;
mod price;
mod settings;

pub use price::set_price;
pub use settings::{BillingChange, set};
