//! Messages between clients, staff and visitors: sending, drafts, statuses, reads, claims, consultations.
//!
//! - Every operation writes its message, attachments and notifications in one transaction.
//! - A visitor's thread remains the visitor's: every message in it keeps the e-mail address by which inboxes find it.
//! - Reading a message does not mark it as read.

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
