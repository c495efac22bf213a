//! Support tickets: creation, assignment, replies, status changes, reopening, SLA times and statistics.
//!
//! - Every change locks the ticket's row, adds its events, and derives `firstResponseAt`, `resolvedAt` and `closedAt`
//!   from the events ([`crate::model::Timeline`]); these columns are never set in another way.
//! - For a ticket that another program created or changed, the missing events are first derived from its row.
//! - The user who asked for help is the client of the ticket; everybody else who may work on it belongs to the team.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::model::{Role, SupportRequestStatus};
//! use staka_core::{Caller, NewTicket};
//!
//! let zoe = staka_examples::create_user(&staka, "Zoé", Role::User, 0).await?;
//! let agathe = staka_examples::create_user(&staka, "Agathe", Role::Admin, 0).await?;
//! let client = staka.as_caller(Caller::user(zoe.id, Role::User));
//! let team = staka.as_caller(Caller::user(agathe.id.clone(), Role::Admin));
//! let draft = NewTicket { title: "Ma facture".into(), description: "Elle est vide.".into(), ..NewTicket::default() };
//! let ticket = client.tickets().create(draft, None).await?;
//! team.tickets().assign(&ticket.id, &agathe.id, None).await?;
//! // The ticket waits for its client: the resolution clock is paused.
//! let waiting = Some(SupportRequestStatus::EnAttente);
//! let asked = team.tickets().reply(&ticket.id, "Laquelle ?".to_owned(), waiting, None).await?;
//! assert!(asked.first_response_at.is_some());
//! let answered = client.tickets().reply(&ticket.id, "Celle de mai.".to_owned(), None, None).await?;
//! assert_eq!(answered.status, SupportRequestStatus::EnCours);
//! let solved = team.tickets().set_status(&ticket.id, SupportRequestStatus::Resolu, None).await?;
//! assert!(solved.resolved_at.is_some());
//! let reopened = client.tickets().reopen(&ticket.id, None).await?;
//! assert_eq!((reopened.resolved_at, reopened.first_response_at), (None, asked.first_response_at));
//! # Ok(()) }
//! ```

mod attributes;
mod conversation;
mod creation;
mod locked;
mod reads;
mod stats;
mod transitions;

pub use attributes::{set_category, set_priority, set_tags};
pub use conversation::{add_note, reply};
pub use creation::{NewTicket, create};
pub use reads::{get, get_sla, list_events, list_queue};
pub use stats::{list_sla_targets, set_sla_targets, stats};
pub use transitions::{assign, reopen, set_status, unassign};
