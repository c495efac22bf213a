//! Messages between clients, staff and visitors: writing, drafts, marks, reading, claims, consultations.
//!
//! - Every act writes its message, its files and the notifications of those who must know in one transaction.
//! - A visitor's thread stays the visitor's: every message in it keeps the address, so that each inbox finds it by that.
//! - Reading marks nothing.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::model::Role;
//! use staka_core::{ClientMessage, Ctx, Reply};
//!
//! let zoe = staka_examples::person(&staka, "Zoé", Role::User, 0).await?;
//! let agathe = staka_examples::person(&staka, "Agathe", Role::Admin, 0).await?;
//! let author = staka.as_actor(Ctx::user(zoe.id.clone(), Role::User));
//! let team = staka.as_actor(Ctx::user(agathe.id.clone(), Role::Admin));
//! let sent = author.messages().send(ClientMessage::new("Bonjour, où en est mon manuscrit ?")).await?;
//! let conversation = sent.message.conversation_id;
//! assert_eq!(team.messages().unread_count(&agathe.id).await?, 1);
//! team.messages().mark_read(&conversation).await?;
//! team.messages().reply(&conversation, Reply::new("Il avance bien.")).await?;
//! assert_eq!(author.messages().unread_count(&zoe.id).await?, 1);
//! # Ok(()) }
//! ```

mod claims;
mod consultations;
mod deliver;
mod drafts;
mod input;
mod intake;
mod marks;
mod reading;
mod reply;
mod send;

pub use claims::{claim, unclaim};
pub use consultations::{
    ConsultationAnswer, ConsultationBooking, NewConsultationSlots, book, cancel, create_slots, process, remove_slot,
    requests, set_slot,
};
pub use drafts::{remove as remove_draft, save as save_draft, send_draft, update as update_draft};
pub use input::{ClientMessage, DraftChange, NewDraft, Reply, StaffMessage, SystemMessage, VisitorMessage};
pub use intake::{ContactForm, FreeSample, contact, free_sample};
pub use marks::{DELIVERY, mark_delivered, mark_read, pin, remove_thread};
pub use reading::{conversation, count, drafts, get, inbox, replies, search, thread};
pub use reply::reply;
pub use send::{send, send_as_visitor, send_system, send_to, welcome};
