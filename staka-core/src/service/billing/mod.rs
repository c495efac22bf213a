//! Billing: settings, prices, invoices, credit notes and payments.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::model::Role;
//! use staka_core::{NewCommande, Caller, NewInvoice};
//!
//! let zoe = staka_examples::create_user(&staka, "Zoé", Role::User, 0).await?;
//! let agathe = staka_examples::create_user(&staka, "Agathe", Role::Admin, 0).await?;
//! let author = staka.as_caller(Caller::user(zoe.id, Role::User));
//! let team = staka.as_caller(Caller::user(agathe.id, Role::Admin));
//! let draft = NewCommande { titre: "Les Marées".into(), ..NewCommande::default() };
//! let order = author.commandes().create(draft, None).await?;
//! team.billing().set_price(&order.id, 46_800, None).await?;
//! let invoice = team.invoices().issue(&order.id, NewInvoice::default()).await?;
//! assert!(invoice.number.starts_with("FACT-"));
//! // An invoice never changes; a credit note corrects it.
//! let note = team.invoices().cancel(&invoice.id, "mauvais destinataire".to_owned()).await?;
//! assert_eq!((note.invoice_number, note.total), (invoice.number, 46_800));
//! // No number is missing.
//! let series = team.invoices().get_numbering(note.year).await?;
//! assert!(series.iter().all(|series| series.missing.is_empty()));
//! # Ok(()) }
//! ```

pub mod invoices;
pub mod payments;
mod price;
mod settings;

pub use price::set_price;
pub use settings::{BillingSettingsUpdate, update_settings};
