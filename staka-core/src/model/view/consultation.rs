//! Consultation slots and requests for consultations.

use serde_json::{Map, Value};
use staka_macros::{Output, Record};

use crate::base::{Timestamp, string_enum};
use crate::model::{ConsultationSlotId, ConsultationSlotRow, ConversationId, MessageId, UserId};

string_enum! {
    /// The status of a request for a consultation.
    pub enum ConsultationStatus {
        /// Not decided yet.
        Pending = "pending",
        /// Confirmed by the staff.
        Confirmed = "confirmed",
        /// Refused by the staff.
        Refused = "refused",
        /// Cancelled by the staff or by the user who asked.
        Cancelled = "cancelled",
        /// The consultation took place.
        Done = "done",
    }
}

impl ConsultationStatus {
    /// Returns the status with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Pending, Self::Confirmed, Self::Refused, Self::Cancelled, Self::Done]
            .into_iter()
            .find(|status| status.as_str() == name)
    }

    /// Returns the statuses to which a request may change; any other change is a `Conflict`.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Confirmed, Self::Refused, Self::Cancelled],
            Self::Confirmed => &[Self::Done, Self::Cancelled],
            Self::Refused | Self::Cancelled | Self::Done => &[],
        }
    }

    /// Returns whether a request with this status occupies its slot.
    pub const fn occupies_slot(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed | Self::Done)
    }
}

/// The details of a request for a consultation: `consultationRequest` in the metadata of a message.
#[derive(Clone, Debug, Default, PartialEq, Output)]
#[non_exhaustive]
pub struct ConsultationRequest {
    /// Date in the configured time zone, e.g. `2026-07-01`.
    pub date: Option<String>,
    /// Time of day in the configured time zone, e.g. `09:30`.
    pub time: Option<String>,
    /// First name of the person who asks.
    pub first_name: Option<String>,
    /// Last name of the person who asks.
    pub last_name: Option<String>,
    /// E-mail address of the person who asks.
    pub email: Option<String>,
    /// Telephone number of the person who asks.
    pub phone: Option<String>,
    /// The page or form through which it was asked for.
    pub source: Option<String>,
    /// Status of the request: a `ConsultationStatus`, or another text if another program wrote it.
    pub status: Option<String>,
    /// Answer of the staff; null if there is none.
    pub answer: Option<String>,
    /// The id of the booked slot; null if another program created the request.
    pub slot_id: Option<String>,
    /// Start of the consultation, UTC; null if another program created the request.
    pub starts_at: Option<Timestamp>,
    /// Duration in minutes.
    #[output(bounds = Bounds::between(5, 480))]
    pub minutes: Option<i64>,
}

/// Returns the object in a metadata column, which older programs encoded twice.
fn object(metadata: &Value) -> Option<Map<String, Value>> {
    match metadata {
        Value::Object(object) => Some(object.clone()),
        Value::String(text) => match serde_json::from_str(text).ok()? {
            Value::Object(object) => Some(object),
            _ => None,
        },
        _ => None,
    }
}

impl ConsultationRequest {
    /// Reads the request from a message's metadata, if it contains one.
    pub fn of(metadata: &Value) -> Option<Self> {
        let root = object(metadata)?;
        let request = object(root.get("consultationRequest")?)?;
        let text = |name: &str| match request.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        Some(Self {
            date: text("date"),
            time: text("time"),
            first_name: text("firstName"),
            last_name: text("lastName"),
            email: text("email"),
            phone: text("phone"),
            source: text("source").or_else(|| root.get("source").and_then(Value::as_str).map(str::to_owned)),
            status: text("status"),
            answer: text("answer"),
            slot_id: text("slotId"),
            starts_at: text("startsAt").and_then(|text| text.parse().ok()),
            minutes: request.get("minutes").and_then(Value::as_i64),
        })
    }

    /// Returns the metadata with the status and, if given, the answer replaced; the rest is unchanged and encoded once.
    pub fn with_decision(metadata: Option<&Value>, status: ConsultationStatus, answer: Option<&str>) -> Value {
        let mut root = metadata.and_then(object).unwrap_or_default();
        let mut request = root.get("consultationRequest").and_then(object).unwrap_or_default();
        request.insert("status".to_owned(), status.as_str().into());
        if let Some(answer) = answer {
            request.insert("answer".to_owned(), answer.into());
        }
        root.insert("consultationRequest".to_owned(), Value::Object(request));
        Value::Object(root)
    }

    /// Returns the status of the request; an unknown text counts as pending.
    pub fn current_status(&self) -> ConsultationStatus {
        self.status.as_deref().and_then(ConsultationStatus::from_name).unwrap_or_default()
    }
}

/// A time at which a consultation can take place.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[record(part_of = ConsultationSlotRow)]
#[non_exhaustive]
pub struct ConsultationSlot {
    /// The slot's id.
    pub id: ConsultationSlotId,
    /// Start of the slot, UTC.
    pub starts_at: Timestamp,
    /// Duration in minutes.
    #[output(bounds = Bounds::between(5, 480))]
    pub minutes: i64,
}

/// A slot with its booking, as administrators see it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[record(part_of = ConsultationSlotRow)]
#[non_exhaustive]
pub struct ConsultationSlotState {
    /// The slot's id.
    pub id: ConsultationSlotId,
    /// Start of the slot, UTC.
    pub starts_at: Timestamp,
    /// Duration in minutes.
    #[output(bounds = Bounds::between(5, 480))]
    pub minutes: i64,
    /// Whether the slot is open for booking.
    pub is_open: bool,
    /// The message id of the request that booked it; null while it is free.
    #[record(computed)]
    pub message_id: Option<MessageId>,
}

/// A request for a consultation.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct Consultation {
    /// The message id of the request.
    pub id: MessageId,
    /// The conversation's id.
    pub conversation_id: ConversationId,
    /// The id of the user who asks; null for visitors.
    pub sender_id: Option<UserId>,
    /// Text of the message.
    pub content: String,
    /// Whether the staff has read or decided the request.
    pub is_read: bool,
    /// Time of the request, UTC.
    pub created_at: Timestamp,
    /// Time of the last change, UTC.
    pub updated_at: Timestamp,
    /// Details of the request; null if the message's metadata has none.
    pub request: Option<ConsultationRequest>,
}

/// The confirmation of a booking.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct ConsultationReceipt {
    /// The message id of the request.
    pub id: MessageId,
    /// The conversation's id, with which a visitor can continue it.
    pub conversation_id: ConversationId,
    /// Start of the consultation, UTC.
    pub starts_at: Timestamp,
    /// Duration in minutes.
    #[output(bounds = Bounds::between(5, 480))]
    pub minutes: i64,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_is_read_even_if_encoded_twice_and_is_written_encoded_once() {
        let plain = json!({"consultationRequest": {"date": "2026-07-01", "time": "09:30", "phone": 612, "status": "pending", "ami": [1]}, "source": "landing-page"});
        let twice = Value::String(plain.to_string());
        let inner = json!({"consultationRequest": plain["consultationRequest"].to_string(), "source": "landing-page"});
        for metadata in [&plain, &twice, &inner] {
            let request = ConsultationRequest::of(metadata).unwrap();
            assert_eq!(request.date.as_deref(), Some("2026-07-01"));
            assert_eq!(request.phone.as_deref(), Some("612"));
            assert_eq!(request.source.as_deref(), Some("landing-page"));
            assert_eq!(request.current_status(), ConsultationStatus::Pending);
            let answered =
                ConsultationRequest::with_decision(Some(metadata), ConsultationStatus::Confirmed, Some("Oui"));
            assert_eq!(answered["consultationRequest"]["status"], "confirmed");
            assert_eq!(answered["consultationRequest"]["ami"], json!([1]));
            assert_eq!(answered["source"], "landing-page");
        }
        for metadata in [json!(null), json!("pas du JSON"), json!("[1]"), json!({"source": "x"}), json!(3)] {
            assert_eq!(ConsultationRequest::of(&metadata), None);
        }
    }
}
