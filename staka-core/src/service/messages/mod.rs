//! Messages between clients, staff and visitors: sending, drafts, statuses, reads, claims, consultations.
//!
//! - Every operation writes its message, attachments and notifications in one transaction.
//! - A visitor's thread remains the visitor's: every message in it keeps the e-mail address by which inboxes find it.
//! - Reading a message does not mark it as read.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::model::Role;
//! use staka_core::{ClientMessage, Caller, Reply};
//!
//! let zoe = staka_examples::create_user(&staka, "Zoé", Role::User, 0).await?;
//! let agathe = staka_examples::create_user(&staka, "Agathe", Role::Admin, 0).await?;
//! let author = staka.as_caller(Caller::user(zoe.id.clone(), Role::User));
//! let team = staka.as_caller(Caller::user(agathe.id.clone(), Role::Admin));
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
mod forms;
mod input;
mod reads;
mod reply;
mod send;
mod status;

pub use claims::{claim, unclaim};
pub use consultations::{
    ConsultationBooking, ConsultationDecision, NewConsultationSlots, book, cancel, create_slots, decide, delete_slot,
    list_requests, set_slot_open,
};
pub use drafts::{create_draft, delete_draft, send_draft, update_draft};
pub use forms::{ContactForm, FreeSample, request_free_sample, submit_contact_form};
pub use input::{
    ClientMessage, MessageDraftUpdate, NewMessageDraft, Reply, StaffMessage, SystemMessage, VisitorMessage,
};
pub use reads::{count, get, list, list_by_conversation, list_drafts, list_inbox, list_replies, list_thread};
pub use reply::reply;
pub use send::{send, send_as_visitor, send_system, send_to, send_welcome};
pub use status::{mark_delivered, mark_read, set_pinned, soft_delete_thread};
