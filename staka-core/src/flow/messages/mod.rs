//! Messages between clients, staff and visitors: writing, drafts, marks, reading, claims, consultations.
//!
//! - Every act writes its message, its files and the notifications of those who must know in one transaction.
//! - A visitor's thread stays the visitor's: every message in it keeps the address, so that each inbox finds it by that.
//! - Reading marks nothing.

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
