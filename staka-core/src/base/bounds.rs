//! Bounds of values as data: declared once, checked by the library and shown in all generated declarations.

use serde::Serialize;
use serde_json::Value;

use super::Shape;

/// The largest integer that a JavaScript number represents exactly: 2^53 - 1.
pub const MAX_SAFE_INTEGER: i64 = (1 << 53) - 1;

/// The largest page number.
pub(crate) const MAX_PAGE: u32 = 1_000_000;

/// The bounds of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TextBounds {
    /// The minimum number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// The maximum number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The maximum number of bytes of UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u32>,
    /// Whether white space around the text is ignored.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub trimmed: bool,
    /// The regular expression that the text must match.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
}

/// A regular expression that a text must match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Pattern {
    /// The expression, in the syntax that JSON Schema and the crate `regex-lite` share.
    #[serde(rename = "pattern")]
    pub regex: &'static str,
    /// The error message, e.g. "must be a date, e.g. 2026-01-31".
    #[serde(skip)]
    pub problem: &'static str,
}

impl TextBounds {
    /// Any text.
    pub const ANY: Self = Self { min_length: None, max_length: None, max_bytes: None, trimmed: false, pattern: None };

    /// Returns the problem with the text's length, if there is one.
    pub fn length_problem(&self, text: &str) -> Option<String> {
        let text = if self.trimmed { text.trim() } else { text };
        // A text has at most as many characters as bytes, so short ones need not be counted.
        let too_long = |max: u32| text.len() > max as usize && text.chars().nth(max as usize).is_some();
        let too_short = |min: u32| text.chars().nth((min as usize).saturating_sub(1)).is_none() && min > 0;
        if self.min_length.is_some_and(too_short) || self.max_length.is_some_and(too_long) {
            let blank = self.trimmed && text.is_empty() && self.min_length == Some(1);
            return Some(match (self.min_length.filter(|min| *min > 0), self.max_length) {
                _ if blank => "must not be blank".to_owned(),
                (Some(min), Some(max)) if min == max => format!("must be {min} characters"),
                (Some(min), Some(max)) => format!("must be {min} to {max} characters"),
                (Some(1), None) => "must not be empty".to_owned(),
                (Some(min), None) => format!("must be at least {min} characters"),
                (None, max) => format!("must be at most {} characters", max.unwrap_or_default()),
            });
        }
        self.max_bytes
            .filter(|max| text.len() > *max as usize)
            .map(|max| format!("must be at most {max} bytes of UTF-8"))
    }

    /// Returns the problem with the text's length or pattern, if there is one.
    pub fn problem(&self, text: &str) -> Option<String> {
        self.length_problem(text).or_else(|| {
            let Pattern { regex, problem } = self.pattern?;
            let matches = regex_lite::Regex::new(regex).is_ok_and(|regex| regex.is_match(text));
            (!matches).then(|| problem.to_owned())
        })
    }

    const fn and(self, other: Self) -> Self {
        Self {
            min_length: first(other.min_length, self.min_length),
            max_length: first(other.max_length, self.max_length),
            max_bytes: first(other.max_bytes, self.max_bytes),
            trimmed: self.trimmed || other.trimmed,
            pattern: match other.pattern {
                Some(pattern) => Some(pattern),
                None => self.pattern,
            },
        }
    }
}

/// The bounds of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListBounds {
    /// The minimum number of items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_items: Option<u32>,
    /// The maximum number of items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u32>,
}

impl ListBounds {
    /// Any number of items.
    pub const ANY: Self = Self { min_items: None, max_items: None };

    /// Returns the problem with a list of this length, if there is one.
    pub fn problem(&self, items: usize) -> Option<String> {
        let min = self.min_items.filter(|min| *min > 0);
        let fits =
            min.is_none_or(|min| items >= min as usize) && self.max_items.is_none_or(|max| items <= max as usize);
        match (min, self.max_items) {
            _ if fits => None,
            (Some(min), Some(max)) => Some(format!("must have {min} to {max} items")),
            (Some(min), None) => Some(format!("must have at least {min} items")),
            (None, max) => Some(format!("must have at most {} items", max.unwrap_or_default())),
        }
    }
}

/// Returns the problem with an integer, if there is one.
pub fn integer_problem(min: Option<i64>, max: Option<i64>, value: i64) -> Option<String> {
    match (min, max) {
        _ if min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max) => None,
        (Some(min), Some(max)) => Some(format!("must be between {min} and {max}")),
        (Some(min), None) => Some(format!("must be at least {min}")),
        (None, max) => Some(format!("must be at most {}", max.unwrap_or_default())),
    }
}

/// The bounds and the default of a parameter or a field. They apply to the value itself, also if it is optional, an
/// item of a list or a bound of a range.
///
/// ```
/// use staka_core::base::Bounds;
/// const LIMIT: Bounds = Bounds::between(1, 500).default(100);
/// const TAGS: Bounds = Bounds::items(0, 20).and(Bounds::chars(1, 50));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    min: Option<i64>,
    max: Option<i64>,
    text: TextBounds,
    items: ListBounds,
    page: Option<(u32, u32)>,
    default: Option<DefaultValue>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DefaultValue {
    Integer(i64),
    Text(&'static str),
    Json(&'static str),
}

impl Bounds {
    /// No bounds.
    pub const NONE: Self =
        Self { min: None, max: None, text: TextBounds::ANY, items: ListBounds::ANY, page: None, default: None };

    /// An integer from `min` to `max`.
    pub const fn between(min: i64, max: i64) -> Self {
        Self { min: Some(min), max: Some(max), ..Self::NONE }
    }

    /// An integer from `min` to 2^53 - 1.
    pub const fn at_least(min: i64) -> Self {
        Self::between(min, MAX_SAFE_INTEGER)
    }

    /// A text of `min` to `max` characters.
    pub const fn chars(min: u32, max: u32) -> Self {
        Self::text(TextBounds { min_length: Some(min), max_length: Some(max), ..TextBounds::ANY })
    }

    /// A text of at most `max` bytes of UTF-8.
    pub const fn bytes(max: u32) -> Self {
        Self::text(TextBounds { max_bytes: Some(max), ..TextBounds::ANY })
    }

    /// A text that matches a regular expression; `problem` is the error message, e.g. "must be two capital letters".
    /// The expression only selects the message: the operation itself must refuse a text that does not match.
    pub const fn pattern(regex: &'static str, problem: &'static str) -> Self {
        Self::text(TextBounds { pattern: Some(Pattern { regex, problem }), ..TextBounds::ANY })
    }

    const fn text(text: TextBounds) -> Self {
        Self { text, ..Self::NONE }
    }

    /// Ignores white space around the text.
    #[must_use]
    pub const fn trimmed(self) -> Self {
        Self { text: TextBounds { trimmed: true, ..self.text }, ..self }
    }

    /// Refuses a text of white space only.
    #[must_use]
    pub const fn not_blank(self) -> Self {
        self.and(Self::text(TextBounds { min_length: Some(1), trimmed: true, ..TextBounds::ANY }))
    }

    /// A list of `min` to `max` items.
    pub const fn items(min: u32, max: u32) -> Self {
        Self { items: ListBounds { min_items: Some(min), max_items: Some(max) }, ..Self::NONE }
    }

    /// A page whose `limit` is 1 to `max`, and `default` by default.
    pub const fn page(default: u32, max: u32) -> Self {
        Self { page: Some((default, max)), ..Self::NONE }
    }

    /// Sets an integer as the default.
    #[must_use]
    pub const fn default(self, value: i64) -> Self {
        Self { default: Some(DefaultValue::Integer(value)), ..self }
    }

    /// Sets a text or the value of an enum as the default.
    #[must_use]
    pub const fn default_word(self, text: &'static str) -> Self {
        Self { default: Some(DefaultValue::Text(text)), ..self }
    }

    /// Sets the default as JSON, e.g. `["HIGH", "CRITICAL"]`.
    #[must_use]
    pub const fn default_json(self, json: &'static str) -> Self {
        Self { default: Some(DefaultValue::Json(json)), ..self }
    }

    /// Combines two bounds, e.g. of a list and of its items. If both set the same bound, `other` wins.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            min: first(other.min, self.min),
            max: first(other.max, self.max),
            text: self.text.and(other.text),
            items: ListBounds {
                min_items: first(other.items.min_items, self.items.min_items),
                max_items: first(other.items.max_items, self.items.max_items),
            },
            page: match other.page {
                Some(page) => Some(page),
                None => self.page,
            },
            default: match other.default {
                Some(default) => Some(default),
                None => self.default,
            },
        }
    }

    /// Returns the default.
    pub fn default_value(&self) -> Option<Value> {
        self.default.map(|default| match default {
            DefaultValue::Integer(value) => value.into(),
            DefaultValue::Text(text) => text.into(),
            DefaultValue::Json(json) => {
                serde_json::from_str(json).expect("defaults are valid JSON, which the tests check")
            }
        })
    }

    /// Returns the shape with these bounds. Panics if the bounds do not apply to the shape, because a declared bound
    /// must also be checked.
    pub fn apply(&self, shape: Shape) -> Shape {
        let within = |inner: Box<Shape>| Box::new(self.apply(*inner));
        match shape {
            Shape::Optional(inner) => Shape::Optional(within(inner)),
            Shape::Patch(inner) => Shape::Patch(within(inner)),
            Shape::OneOrMany(inner) => Shape::OneOrMany(within(inner)),
            Shape::Range(inner) => Shape::Range(within(inner)),
            Shape::List(inner, before) => {
                let Self { min, max, text, .. } = *self;
                let inner = Self { min, max, text, ..Self::NONE }.apply(*inner);
                let items = if self.items == ListBounds::ANY { before } else { self.items };
                Shape::List(Box::new(inner), items)
            }
            shape => self.apply_to_value(shape),
        }
    }

    fn apply_to_value(&self, shape: Shape) -> Shape {
        let bounds = Self { default: None, ..*self };
        match shape {
            shape if bounds == Self::NONE => shape,
            Shape::Integer { min, max } if bounds == (Self { min: self.min, max: self.max, ..Self::NONE }) => {
                Shape::Integer { min: self.min.or(min), max: self.max.or(max) }
            }
            Shape::Text(before) if bounds == Self::text(self.text) => Shape::Text(before.and(self.text)),
            Shape::Struct(mut doc) if bounds == (Self { page: self.page, ..Self::NONE }) => {
                let (default, max) = self.page.expect("the bounds are not NONE");
                let limit = doc.fields.iter_mut().find(|field| field.name == "limit").expect("a page has a limit");
                *limit = std::mem::replace(limit, limit.clone())
                    .bounded(&Self::between(1, max.into()).default(default.into()));
                Shape::Struct(doc)
            }
            other => panic!("{self:?} do not apply to {other:?}"),
        }
    }

    pub(crate) fn integer_problem(&self, value: i64) -> Option<String> {
        integer_problem(self.min, self.max, value)
    }

    pub(crate) fn length_problem(&self, text: &str) -> Option<String> {
        self.text.length_problem(text)
    }

    pub(crate) fn items_problem(&self, items: usize) -> Option<String> {
        self.items.problem(items)
    }

    /// Returns the largest `limit` of a page.
    pub(crate) const fn max_limit(&self) -> Option<u32> {
        match self.page {
            Some((_, max)) => Some(max),
            None => None,
        }
    }
}

const fn first<T: Copy>(one: Option<T>, other: Option<T>) -> Option<T> {
    match one {
        Some(value) => Some(value),
        None => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Described, PageRequest, Patch};

    #[test]
    fn bounds_apply_to_the_innermost_value() {
        let text = |shape| match shape {
            Shape::Patch(inner) => match *inner {
                Shape::Optional(inner) => match *inner {
                    Shape::Text(bounds) => bounds,
                    other => panic!("{other:?}"),
                },
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        let bounds = text(Bounds::chars(1, 50).apply(Patch::<Option<String>>::shape()));
        assert_eq!((bounds.min_length, bounds.max_length), (Some(1), Some(50)));
        let tags = Bounds::items(0, 20).and(Bounds::chars(1, 50)).apply(Vec::<String>::shape());
        let Shape::List(item, items) = tags else { panic!("{tags:?}") };
        assert_eq!(items.max_items, Some(20));
        assert_eq!(*item, Bounds::chars(1, 50).apply(String::shape()));
        let Shape::Struct(page) = Bounds::page(10, 100).apply(PageRequest::shape()) else { panic!("a struct") };
        assert_eq!(page.fields[0].shape, Bounds::between(1, 100).apply(Option::<u32>::shape()));
        assert_eq!(page.fields[0].default, Some(10.into()));
    }

    #[test]
    #[should_panic(expected = "do not apply")]
    fn bounds_of_another_kind_are_refused() {
        Bounds::chars(1, 2).apply(u32::shape());
    }

    #[test]
    fn problems_are_plain_sentences() {
        let text = |bounds: Bounds, text: &str| bounds.text.problem(text);
        assert_eq!(text(Bounds::chars(3, 5), "né").unwrap(), "must be 3 to 5 characters");
        assert_eq!(text(Bounds::chars(3, 5), "étéét"), None);
        assert_eq!(text(Bounds::chars(0, 5), "étéété").unwrap(), "must be at most 5 characters");
        assert_eq!(text(Bounds::chars(0, 5), ""), None);
        assert_eq!(text(Bounds::bytes(3), "été").unwrap(), "must be at most 3 bytes of UTF-8");
        assert_eq!(
            text(Bounds::pattern("^[A-Z]+$", "must be capital letters"), "a").unwrap(),
            "must be capital letters"
        );
        assert_eq!(Bounds::between(1, 5).integer_problem(0).unwrap(), "must be between 1 and 5");
        assert_eq!(Bounds::items(1, 5).items_problem(6).unwrap(), "must have 1 to 5 items");
    }
}
