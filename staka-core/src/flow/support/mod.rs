//! Support tickets: opened, assigned, answered, moved, taken up again; their times and figures.
//!
//! - Every act holds the ticket's row, adds what happens to its events, and writes the row's times as these events give
//!   them ([`crate::model::Timeline`]): `firstResponseAt`, `resolvedAt` and `closedAt` are never anything else.
//! - A ticket that others made, or changed since, is caught up with first: its history begins with what its row says.
//! - Who asked for help is the client of the ticket; everybody else who may act on it is of the team.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::model::{Role, SupportRequestStatus};
//! use staka_core::{Ctx, TicketDraft};
//!
//! let zoe = staka_examples::person(&staka, "Zoé", Role::User, 0).await?;
//! let agathe = staka_examples::person(&staka, "Agathe", Role::Admin, 0).await?;
//! let client = staka.as_actor(Ctx::user(zoe.id, Role::User));
//! let team = staka.as_actor(Ctx::user(agathe.id.clone(), Role::Admin));
//! let draft = TicketDraft { title: "Ma facture".into(), description: "Elle est vide.".into(), ..TicketDraft::default() };
//! let ticket = client.support().open(draft, None).await?;
//! team.support().assign(&ticket.id, &agathe.id, None).await?;
//! // The client is waited for: the clock of the solution stands still.
//! let asked = team.support().reply(&ticket.id, "Laquelle ?".to_owned(), Some(SupportRequestStatus::EnAttente), None).await?;
//! assert!(asked.first_response_at.is_some());
//! let told = client.support().reply(&ticket.id, "Celle de mai.".to_owned(), None, None).await?;
//! assert_eq!(told.status, SupportRequestStatus::EnCours);
//! let solved = team.support().change_status(&ticket.id, SupportRequestStatus::Resolu, None).await?;
//! assert!(solved.resolved_at.is_some());
//! let back = client.support().reopen(&ticket.id, None).await?;
//! assert_eq!((back.resolved_at, back.first_response_at), (None, asked.first_response_at));
//! # Ok(()) }
//! ```

mod figures;
mod held;
mod marks;
mod moves;
mod opening;
mod reading;
mod talk;

pub use figures::{policy, set_targets, stats};
pub use marks::{set_category, set_priority, set_tags};
pub use moves::{assign, change_status, reopen, unassign};
pub use opening::{TicketDraft, open};
pub use reading::{get, history, queue, sla};
pub use talk::{note, reply};
