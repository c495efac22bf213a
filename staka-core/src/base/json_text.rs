//! JSON in a TEXT column (`Notification.data`, `AuditLog.details`).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Described, Shape, text_column};

/// JSON in a TEXT column. The server does not check such text, and older programs truncated it: text that does not
/// parse is read as a JSON string. What Staka writes is always complete and valid.
///
/// ```
/// use staka_core::JsonText;
/// use serde_json::json;
/// assert_eq!(JsonText::from_column(r#"{"a":1}"#.into()).to_value(), json!({"a": 1}));
/// assert_eq!(JsonText::from_column(r#"{"a":"cut of"#.into()).to_value(), json!("{\"a\":\"cut of"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum JsonText {
    /// Text that is valid JSON.
    Json(Value),
    /// Text that is not valid JSON, kept as it is. Only reading from the database creates it.
    Text(NotJson),
}

/// Column text that does not parse as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJson(String);

impl NotJson {
    /// Returns the column's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl JsonText {
    /// Reads a column's text.
    pub fn from_column(text: String) -> Self {
        match serde_json::from_str(&text) {
            Ok(value) => Self::Json(value),
            Err(_) => Self::Text(NotJson(text)),
        }
    }

    /// Returns the JSON; text that does not parse is returned as a JSON string.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Json(value) => value.clone(),
            Self::Text(text) => Value::String(text.0.clone()),
        }
    }

    /// Returns the text that the column holds.
    pub fn column_text(&self) -> Cow<'_, str> {
        match self {
            Self::Json(value) => Cow::Owned(value.to_string()),
            Self::Text(text) => Cow::Borrowed(&text.0),
        }
    }
}

impl From<Value> for JsonText {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

impl Serialize for JsonText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Json(value) => value.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(&text.0),
        }
    }
}

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::Json)
    }
}

impl Described for JsonText {
    fn shape() -> Shape {
        Shape::Json
    }
}

text_column!(JsonText, write | json | Ok(json.column_text()), read | text | Ok(Self::from_column(text.to_owned())));
