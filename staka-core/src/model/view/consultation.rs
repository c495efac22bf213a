//! Consultations: when somebody can be consulted, and who asked for it.

use serde_json::{Map, Value};
use staka_macros::{Output, Record};

use crate::base::{Timestamp, choice};
use crate::model::{ConsultationSlotId, ConversationId, MessageId, UserId};

choice! {
    /// How far a request for a consultation has come.
    pub enum ConsultationStatus {
        /// Nobody has looked at it.
        Pending = "pending",
        /// It will take place.
        Confirmed = "confirmed",
        /// The staff cannot.
        Refused = "refused",
        /// It was called off.
        Cancelled = "cancelled",
        /// It took place.
        Done = "done",
    }
}

impl ConsultationStatus {
    /// The status for a word.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Pending, Self::Confirmed, Self::Refused, Self::Cancelled, Self::Done]
            .into_iter()
            .find(|status| status.as_str() == word)
    }

    /// To what a request goes on from here; all else is a `Conflict`.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Confirmed, Self::Refused, Self::Cancelled],
            Self::Confirmed => &[Self::Done, Self::Cancelled],
            Self::Refused | Self::Cancelled | Self::Done => &[],
        }
    }

    /// Whether it holds its slot.
    pub const fn holds_slot(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed | Self::Done)
    }
}

/// What somebody asks for: `consultationRequest` in the metadata of a message.
#[derive(Clone, Debug, Default, PartialEq, Output)]
pub struct ConsultationRequest {
    /// The day in the platform's zone, e.g. `2026-07-01`.
    pub date: Option<String>,
    /// The time of that day, e.g. `09:30`.
    pub time: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Where it was asked for.
    pub source: Option<String>,
    /// How far it has come: a [`ConsultationStatus`], or the word of another writer.
    pub status: Option<String>,
    /// What the staff answered.
    pub answer: Option<String>,
    /// The slot that was booked; null where another writer took the request.
    pub slot_id: Option<String>,
    /// When it begins, UTC, where that is known for sure.
    pub starts_at: Option<Timestamp>,
    /// How long it takes, in minutes.
    pub minutes: Option<i64>,
}

/// The object that a metadata column holds, once or twice encoded as older writers did.
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
    /// Reads it from a message's metadata; none where there is none in it.
    pub fn of(metadata: &Value) -> Option<Self> {
        let whole = object(metadata)?;
        let request = object(whole.get("consultationRequest")?)?;
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
            source: text("source").or_else(|| whole.get("source").and_then(Value::as_str).map(str::to_owned)),
            status: text("status"),
            answer: text("answer"),
            slot_id: text("slotId"),
            starts_at: text("startsAt").and_then(|text| text.parse().ok()),
            minutes: request.get("minutes").and_then(Value::as_i64),
        })
    }

    /// The metadata with this status and, where one is given, this answer: all else as it was, encoded once.
    pub fn answered(metadata: Option<&Value>, status: ConsultationStatus, answer: Option<&str>) -> Value {
        let mut whole = metadata.and_then(object).unwrap_or_default();
        let mut request = whole.get("consultationRequest").and_then(object).unwrap_or_default();
        request.insert("status".to_owned(), status.as_str().into());
        if let Some(answer) = answer {
            request.insert("answer".to_owned(), answer.into());
        }
        whole.insert("consultationRequest".to_owned(), Value::Object(request));
        Value::Object(whole)
    }

    /// Where it stands; a word that is none of ours counts as not looked at.
    pub fn standing(&self) -> ConsultationStatus {
        self.status.as_deref().and_then(ConsultationStatus::of_word).unwrap_or_default()
    }
}

/// When somebody can be consulted.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct ConsultationSlot {
    /// The key.
    pub id: ConsultationSlotId,
    /// When it begins, UTC.
    pub starts_at: Timestamp,
    /// How long it takes, in minutes.
    pub minutes: i64,
}

/// A slot as administrators see it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct ConsultationSlotState {
    /// The key.
    pub id: ConsultationSlotId,
    /// When it begins, UTC.
    pub starts_at: Timestamp,
    /// How long it takes, in minutes.
    pub minutes: i64,
    /// Whether it can be booked.
    pub is_open: bool,
    /// The request that holds it; null while it is free.
    pub message_id: Option<MessageId>,
}

/// A request for a consultation.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct Consultation {
    /// The message's key.
    pub id: MessageId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Who asks; null for visitors.
    pub sender_id: Option<UserId>,
    /// What was written.
    pub content: String,
    /// Whether somebody has looked at it.
    pub is_read: bool,
    /// When it was asked for, UTC.
    pub created_at: Timestamp,
    /// When it was last changed, UTC.
    pub updated_at: Timestamp,
    /// What is asked for; null where the metadata says nothing of it.
    pub request: Option<ConsultationRequest>,
}

/// What somebody who booked is told.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct ConsultationReceipt {
    /// The request's key.
    pub id: MessageId,
    /// Its conversation, which a visitor goes on with by this and the address.
    pub conversation_id: ConversationId,
    /// When the consultation begins, UTC.
    pub starts_at: Timestamp,
    /// How long it takes, in minutes.
    pub minutes: i64,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_is_read_however_often_it_was_encoded_and_written_once() {
        let plain = json!({"consultationRequest": {"date": "2026-07-01", "time": "09:30", "phone": 612, "status": "pending", "ami": [1]}, "source": "landing-page"});
        let twice = Value::String(plain.to_string());
        let inner = json!({"consultationRequest": plain["consultationRequest"].to_string(), "source": "landing-page"});
        for metadata in [&plain, &twice, &inner] {
            let request = ConsultationRequest::of(metadata).unwrap();
            assert_eq!(request.date.as_deref(), Some("2026-07-01"));
            assert_eq!(request.phone.as_deref(), Some("612"));
            assert_eq!(request.source.as_deref(), Some("landing-page"));
            assert_eq!(request.standing(), ConsultationStatus::Pending);
            let answered = ConsultationRequest::answered(Some(metadata), ConsultationStatus::Confirmed, Some("Oui"));
            assert_eq!(answered["consultationRequest"]["status"], "confirmed");
            assert_eq!(answered["consultationRequest"]["ami"], json!([1]));
            assert_eq!(answered["source"], "landing-page");
        }
        for metadata in [json!(null), json!("pas du JSON"), json!("[1]"), json!({"source": "x"}), json!(3)] {
            assert_eq!(ConsultationRequest::of(&metadata), None);
        }
    }
}
