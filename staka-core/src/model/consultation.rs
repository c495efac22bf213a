//! Consultation slots and their bookings, as Staka's own tables store them.

use staka_macros::{Record, table};

use super::id::{ConsultationSlotId, MessageId};
use crate::base::Timestamp;

/// A time at which a consultation can take place.
#[table("staka_consultation_slots", owned)]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct ConsultationSlotRow {
    /// The slot's id.
    #[column(purpose = Key, keep = Content, erase = Keep, see = Public, private, chars = 191)]
    pub id: ConsultationSlotId,
    /// Start of the slot, UTC; unique.
    #[column(purpose = Service, keep = Content, erase = Keep, see = Public, private)]
    pub starts_at: Timestamp,
    /// Duration in minutes.
    #[column(purpose = Service, keep = Content, erase = Keep, see = Public, private)]
    pub minutes: i64,
    /// Whether the slot is open for booking.
    #[column(purpose = Service, keep = Content, erase = Keep, see = Public, private)]
    pub is_open: bool,
    /// Time when the row was created, UTC.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private)]
    pub created_at: Timestamp,
    /// Time when the row was last written, UTC.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private)]
    pub updated_at: Timestamp,
}

/// The booking of a slot.
#[table("staka_consultation_bookings", owned, of("messageId", "messages"))]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct ConsultationBooking {
    /// The slot's id.
    #[column(purpose = Key, keep = Account, erase = Row, see = Internal, export, chars = 191)]
    pub slot_id: ConsultationSlotId,
    /// Id of the request, which is a message.
    #[column(purpose = Key, keep = Account, erase = Row, see = Internal, export, chars = 191)]
    pub message_id: MessageId,
    /// Time of the booking, UTC.
    #[column(purpose = Record, keep = Account, erase = Row, see = Internal, export)]
    pub booked_at: Timestamp,
}
