//! Bounds and defaults in words, as shown in all generated declarations and documentation.

use serde_json::Value;

use super::{Field, ListBounds, MAX_SAFE_INTEGER, Shape, TextBounds};

impl Field {
    /// Returns the documentation with the field's bounds and default, e.g. `Rows to return. 1 to 500; 100 by default.`
    pub fn full_doc(&self) -> String {
        [self.doc.trim().to_owned(), self.bounds_text()]
            .into_iter()
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Returns the bounds and the default as a sentence; empty if there are none.
    pub fn bounds_text(&self) -> String {
        let default = self.default.as_ref().map(|default| format!("{} by default", value_text(default)));
        let parts: Vec<String> = self.shape.bounds_text().into_iter().chain(default).collect();
        let mut text = parts.join("; ");
        if text.is_empty() {
            return text;
        }
        // A value in backticks is not changed by this.
        text[..1].make_ascii_uppercase();
        text + "."
    }
}

impl Shape {
    /// Returns the bounds in words, e.g. `1 to 500` or `at most 100 characters`; `None` if there are none.
    pub fn bounds_text(&self) -> Option<String> {
        match self {
            Self::Integer { min, max } => integer_text(*min, *max),
            Self::Text(bounds) => text_bounds_text(bounds),
            Self::Optional(inner) | Self::Patch(inner) | Self::OneOrMany(inner) | Self::Range(inner) => {
                inner.bounds_text()
            }
            Self::List(item, bounds) => match (items_text(bounds), item.bounds_text()) {
                (Some(items), Some(each)) => Some(format!("{items}, each {each}")),
                (items, each) => items.or_else(|| each.map(|each| format!("each {each}"))),
            },
            _ => None,
        }
    }
}

fn integer_text(min: Option<i64>, max: Option<i64>) -> Option<String> {
    let max = max.filter(|max| *max < MAX_SAFE_INTEGER);
    let min = min.filter(|min| *min > -MAX_SAFE_INTEGER);
    match (min, max) {
        (None, None) => None,
        (Some(min), None) => Some(format!("{} or more", grouped(min))),
        (None, Some(max)) => Some(format!("at most {}", grouped(max))),
        (Some(min), Some(max)) => Some(format!("{} to {}", grouped(min), grouped(max))),
    }
}

fn text_bounds_text(bounds: &TextBounds) -> Option<String> {
    let TextBounds { min_length, max_length, max_bytes, trimmed, pattern } = bounds;
    let number = |count: u32| grouped(count.into());
    let mut parts = Vec::new();
    match (min_length.filter(|min| *min > 0), max_length) {
        (Some(min), Some(max)) if min == *max => parts.push(format!("{} characters", number(min))),
        (Some(min), Some(max)) => parts.push(format!("{} to {} characters", number(min), number(*max))),
        (None, Some(max)) => parts.push(format!("at most {} characters", number(*max))),
        (Some(1), None) => parts.push("not blank".to_owned()),
        (Some(min), None) => parts.push(format!("at least {} characters", number(min))),
        (None, None) => {}
    }
    parts.extend(max_bytes.map(|max| format!("at most {} bytes of UTF-8", number(max))));
    if *trimmed && max_length.is_some() {
        parts.push("not counting white space around the text".to_owned());
    }
    // A pattern's message says what the text must be.
    parts.extend(pattern.map(|it| it.problem.strip_prefix("must be ").unwrap_or(it.problem).to_owned()));
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn items_text(bounds: &ListBounds) -> Option<String> {
    let number = |count: u32| grouped(count.into());
    match (bounds.min_items.filter(|min| *min > 0), bounds.max_items) {
        (None, None) => None,
        (Some(min), Some(max)) => Some(format!("{} to {} items", number(min), number(max))),
        (Some(min), None) => Some(format!("at least {} items", number(min))),
        (None, Some(max)) => Some(format!("at most {} items", number(max))),
    }
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Number(number) => number.as_i64().map_or_else(|| number.to_string(), grouped),
        Value::String(text) if text.is_empty() => "empty".to_owned(),
        Value::String(text) => format!("`{text}`"),
        Value::Array(items) => items.iter().map(value_text).collect::<Vec<_>>().join(", "),
        other => format!("`{other}`"),
    }
}

/// Formats a number with commas between groups of three digits.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { "-".to_owned() } else { String::new() };
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Bounds, Described};

    fn text<T: Described>(bounds: &Bounds) -> String {
        Field::input("it", "It.", true, T::shape()).bounded(bounds).full_doc()
    }

    #[test]
    fn bounds_and_default_are_a_sentence() {
        assert_eq!(
            text::<Option<u32>>(&Bounds::between(1, 10_000).default(1_000)),
            "It. 1 to 10,000; 1,000 by default."
        );
        assert_eq!(text::<i64>(&Bounds::NONE), "It.");
        assert_eq!(text::<u64>(&Bounds::NONE), "It. 0 or more.");
        assert_eq!(text::<String>(&Bounds::chars(0, 100)), "It. At most 100 characters.");
        assert_eq!(text::<String>(&Bounds::bytes(65_535).not_blank()), "It. Not blank, at most 65,535 bytes of UTF-8.");
        assert_eq!(
            text::<Vec<String>>(&Bounds::items(0, 20).and(Bounds::chars(1, 50))),
            "It. At most 20 items, each 1 to 50 characters."
        );
        assert_eq!(text::<String>(&Bounds::NONE.default_word("asc")), "It. `asc` by default.");
    }
}
