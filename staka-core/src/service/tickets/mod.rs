//! Support tickets: creation, assignment, replies, status changes, reopening, SLA times and statistics.
//!
//! - Every change locks the ticket's row, adds its events, and derives `firstResponseAt`, `resolvedAt` and `closedAt`
//!   from the events ([`crate::model::Timeline`]); these columns are never set in another way.
//! - For a ticket that another program created or changed, the missing events are first derived from its row.
//! - The user who asked for help is the client of the ticket; everybody else who may work on it belongs to the team.

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
