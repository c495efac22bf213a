//! Pages of a list: the guide's numbered pages, and cursors that stay right while rows come and go.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::{Described, Error, Field, FieldFault, Result, Shape, StructDoc};

/// One page of a list (the CMS table is called `pages`, hence the name).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listing<T> {
    /// The rows, at most as many as were asked for.
    pub items: Vec<T>,
    /// Where the next page starts; `null` on the last one.
    pub next: Option<Cursor>,
    /// How many rows the whole list has, where that was asked for; `null` otherwise.
    pub total: Option<u64>,
}

impl<T> Listing<T> {
    /// Makes a page out of one row more than was asked for: the extra one only says that there is more.
    pub(crate) fn from_overfull(mut items: Vec<T>, limit: u32, cursor: impl FnOnce(&T) -> Cursor) -> Self {
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = if more { items.last().map(cursor) } else { None };
        Self { items, next, total: None }
    }

    /// With the number of rows of the whole list.
    #[must_use]
    pub(crate) fn with_total(self, total: Option<u64>) -> Self {
        Self { total, ..self }
    }
}

impl<T: Described> Described for Listing<T> {
    fn shape() -> Shape {
        Shape::Listing(Box::new(T::shape()))
    }
}

/// A place in a list, between two rows. Opaque: pass it back as [`Page::after`] to the same operation.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// The place behind a row with these sort keys, in the list `list`.
    pub(crate) fn behind(list: &str, keys: &[&str]) -> Self {
        let plain = std::iter::once(list).chain(keys.iter().copied()).collect::<Vec<_>>().join("\u{1f}");
        Self(URL_SAFE_NO_PAD.encode(plain))
    }

    /// The sort keys, if this is a place in the list `list` with `N` keys; `Invalid` on `after` otherwise.
    pub(crate) fn keys<const N: usize>(&self, list: &str) -> Result<[String; N]> {
        self.texts(list, N)?.try_into().map_err(|_| Error::invalid("after", "is not a cursor of this list"))
    }

    /// The same for a number of keys that the caller's order decides.
    pub(crate) fn texts(&self, list: &str, number: usize) -> Result<Vec<String>> {
        let foreign = || Error::invalid("after", "is not a cursor of this list");
        let plain = URL_SAFE_NO_PAD.decode(&self.0).ok().and_then(|b| String::from_utf8(b).ok()).ok_or_else(foreign)?;
        // The last key, an id, may hold anything.
        let mut parts = plain.splitn(number + 1, '\u{1f}').map(str::to_owned);
        if parts.next().as_deref() != Some(list) {
            return Err(foreign());
        }
        let keys: Vec<String> = parts.collect();
        if keys.len() == number { Ok(keys) } else { Err(foreign()) }
    }

    /// The cursor as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Described for Cursor {
    fn shape() -> Shape {
        Shape::Cursor
    }
}

/// Which part of a list is wanted: a numbered page, or what follows a cursor. Not both.
///
/// ```
/// use staka_core::Page;
/// let second = Page { page: Some(2), ..Page::of(20) };
/// assert_eq!(second.limit, Some(20));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Page {
    /// How many rows at the most; each operation says its default and its largest value.
    pub limit: Option<u32>,
    /// The page's number, from 1.
    pub page: Option<u32>,
    /// The place to go on from: [`Listing::next`] of the page before.
    pub after: Option<Cursor>,
    /// Whether to count all rows of the list too, which costs a statement.
    pub total: bool,
}

impl Page {
    /// The first `limit` rows.
    pub fn of(limit: u32) -> Self {
        Self { limit: Some(limit), ..Self::default() }
    }

    /// What follows `cursor`, with the same limit.
    #[must_use]
    pub fn after(self, cursor: Cursor) -> Self {
        Self { after: Some(cursor), page: None, ..self }
    }

    /// Checks everything at once: `limit` in 1..=`max`, `page` from 1, not both `page` and `after`.
    pub(crate) fn window(&self, default: u32, max: u32) -> Result<Window> {
        let mut faults = Vec::new();
        let mut fault = |field: &'static str, problem: String| {
            faults.push(FieldFault { field: field.into(), problem: problem.into() });
        };
        let limit = self.limit.unwrap_or(default);
        if !(1..=max).contains(&limit) {
            fault("limit", format!("must be between 1 and {max}"));
        }
        let page = self.page.unwrap_or(1);
        if page == 0 {
            fault("page", "must be at least 1".into());
        }
        if self.page.is_some() && self.after.is_some() {
            fault("after", "cannot be combined with page".into());
        }
        if faults.is_empty() {
            Ok(Window { limit, offset: u64::from(page - 1) * u64::from(limit) })
        } else {
            Err(Error::invalid_fields(faults))
        }
    }
}

impl Described for Page {
    fn shape() -> Shape {
        let field = |name, doc, shape| Field { name, doc, required: false, shape };
        let optional = |shape| Shape::Optional(Box::new(shape));
        Shape::Struct(StructDoc {
            name: "Page",
            doc: "Which part of a list is wanted: a numbered page, or what follows a cursor. Not both.",
            fields: vec![
                field(
                    "limit",
                    "How many rows at the most.",
                    optional(Shape::Integer { min: Some(1), max: Some(u32::MAX.into()) }),
                ),
                field(
                    "page",
                    "The page's number, from 1.",
                    optional(Shape::Integer { min: Some(1), max: Some(u32::MAX.into()) }),
                ),
                field("after", "The place to go on from: `next` of the page before.", optional(Shape::Cursor)),
                field("total", "Whether all rows of the list are counted too: `total` of the answer.", Shape::Boolean),
            ],
        })
    }
}

/// A checked [`Page`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Rows wanted.
    pub limit: u32,
    /// Rows to pass over.
    pub offset: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_belongs_to_its_list_and_comes_back() {
        let cursor = Cursor::behind("n", &["HAUTE", "2026-01-01", "é…"]);
        assert_eq!(cursor.keys::<3>("n").unwrap(), ["HAUTE", "2026-01-01", "é…"]);
        assert_eq!(cursor.keys::<3>("m").unwrap_err().fields()[0].field, "after");
        let odd = Cursor::behind("n", &["x", "a\u{1f}b"]);
        assert_eq!(odd.keys::<2>("n").unwrap(), ["x", "a\u{1f}b"]);
        assert!(cursor.keys::<4>("n").is_err());
        assert!(Cursor::from("%%%".to_owned()).keys::<3>("n").is_err());
    }

    #[test]
    fn a_window_names_every_fault_at_once() {
        let page = Page { limit: Some(0), page: Some(0), after: Some(Cursor::from(String::new())), total: false };
        let error = page.window(20, 100).unwrap_err();
        let fields: Vec<_> = error.fields().iter().map(|f| f.field.as_ref()).collect();
        assert_eq!(fields, ["limit", "page", "after"]);
        let huge = Page { page: Some(u32::MAX), ..Page::of(100) };
        assert_eq!(huge.window(20, 100).unwrap().offset, 429_496_729_400);
    }

    #[test]
    fn the_extra_row_only_says_that_there_is_more() {
        let cursor = |n: &i64| Cursor::behind("n", &[&n.to_string()]);
        let full = Listing::from_overfull(vec![1, 2, 3], 2, cursor);
        assert_eq!(full.items, [1, 2]);
        assert_eq!(full.next.unwrap().keys::<1>("n").unwrap(), ["2"]);
        assert!(Listing::from_overfull(vec![1, 2], 2, cursor).next.is_none());
    }
}
