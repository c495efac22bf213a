//! Pages of a list: by number, or after a cursor, which stays valid while rows are inserted and deleted.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::{Bounds, Described, Error, Field, FieldError, MAX_PAGE, Result, Shape, StructDoc, Violations};

/// A page of a list. (The pages of the CMS are called `CmsPage`.)
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The rows, at most `limit`.
    pub items: Vec<T>,
    /// The cursor of the next page, to be passed as `after`, without `page`; `null` on the last page. A page reads at most
    /// 100,000 rows to find those of a filter that no index has, so it can have fewer rows than `limit`, or none, although
    /// others follow.
    pub next: Option<Cursor>,
    /// The number of rows of the whole list if `total` was requested; `null` if there are more than 100,000, or if counting
    /// them would read more.
    pub total: Option<u64>,
}

impl<T> Page<T> {
    /// Creates a page from up to `limit` + 1 rows; an extra row means that there is a next page.
    pub(crate) fn from_extra_row(mut items: Vec<T>, limit: u32, cursor: impl FnOnce(&T) -> Cursor) -> Self {
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = if more { items.last().map(cursor) } else { None };
        Self { items, next, total: None }
    }

    /// Sets the number of rows of the whole list.
    #[must_use]
    pub(crate) fn with_total(self, total: Option<u64>) -> Self {
        Self { total, ..self }
    }
}

/// Documentation of [`Page::next`], for every interface.
pub const PAGE_NEXT_DOC: &str = "The cursor of the next page, to be passed as `after`, without `page`; `null` on the \
    last page. A page reads at most 100,000 rows to find those of a filter that no index has, so it can have fewer rows \
    than `limit`, or none, although others follow.";

/// Documentation of [`Page::total`], for every interface.
pub const PAGE_TOTAL_DOC: &str = "The number of rows of the whole list if `total` was requested; `null` if there are more \
    than 100,000, or if counting them would read more.";

impl<T: Described> Described for Page<T> {
    fn shape() -> Shape {
        Shape::Page(Box::new(T::shape()))
    }
}

/// A position in a list, between two rows. Opaque: pass it back as [`PageRequest::after`] to the same operation.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

const INVALID_CURSOR: &str = "is not a cursor of this list";

/// The maximum number of characters of a cursor.
pub const MAX_CURSOR_CHARS: usize = 4_096;

impl Cursor {
    /// Returns the position after a row with these sort keys in the list `list`.
    pub(crate) fn after_row(list: &str, keys: &[&str]) -> Self {
        let plain = std::iter::once(list).chain(keys.iter().copied()).collect::<Vec<_>>().join("\u{1f}");
        Self(URL_SAFE_NO_PAD.encode(plain))
    }

    /// Returns the `N` sort keys. Fails with `Invalid` for `after` if this is not a cursor of the list `list`.
    pub(crate) fn keys<const N: usize>(&self, list: &str) -> Result<[String; N]> {
        self.texts(list, N)?.try_into().map_err(|_| Error::invalid("after", INVALID_CURSOR))
    }

    /// Returns the sort keys, if their number is known only at run time. Fails with `Invalid` like [`Self::keys`].
    pub(crate) fn texts(&self, list: &str, number: usize) -> Result<Vec<String>> {
        let foreign = || Error::invalid("after", INVALID_CURSOR);
        if self.0.len() > MAX_CURSOR_CHARS {
            return Err(foreign());
        }
        let plain = URL_SAFE_NO_PAD.decode(&self.0).ok().and_then(|b| String::from_utf8(b).ok()).ok_or_else(foreign)?;
        // The last key, an id, may contain the separator.
        let mut parts = plain.splitn(number + 1, '\u{1f}').map(str::to_owned);
        if parts.next().as_deref() != Some(list) {
            return Err(foreign());
        }
        let keys: Vec<String> = parts.collect();
        if keys.len() == number { Ok(keys) } else { Err(foreign()) }
    }

    /// Returns the cursor as text.
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

/// The part of a list to return: a page by its number or the rows after a cursor. Both together are refused with
/// `INVALID`.
///
/// ```
/// use staka_core::PageRequest;
/// let second = PageRequest::of(20).page(2).total(true);
/// assert_eq!((second.limit, second.page, second.total), (Some(20), Some(2), true));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct PageRequest {
    /// The maximum number of rows; its default and its largest value depend on the operation.
    pub limit: Option<u32>,
    /// The page's number; the first page is 1.
    pub page: Option<u32>,
    /// The cursor after which to continue: [`Page::next`] of the previous page. Not together with `page`.
    pub after: Option<Cursor>,
    /// Whether to return the total number of rows too, up to 100,000, which takes another statement.
    pub total: bool,
}

impl PageRequest {
    /// Requests the first `limit` rows.
    pub fn of(limit: u32) -> Self {
        Self { limit: Some(limit), ..Self::default() }
    }

    /// Sets the maximum number of rows.
    #[must_use]
    pub fn limit(self, limit: u32) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// Requests the page with this number; the first page is 1.
    #[must_use]
    pub fn page(self, page: u32) -> Self {
        Self { page: Some(page), after: None, ..self }
    }

    /// Sets whether to return the total number of rows too.
    #[must_use]
    pub fn total(self, total: bool) -> Self {
        Self { total, ..self }
    }

    /// Requests the rows after `cursor`, with the same limit.
    #[must_use]
    pub fn after(self, cursor: Cursor) -> Self {
        Self { after: Some(cursor), page: None, ..self }
    }

    /// Checks the request. Fails with `Invalid`, which names every invalid field: `limit` must be 1 to `max`, `page` 1
    /// to 1,000,000, and `page` and `after` cannot be combined.
    pub(crate) fn window(&self, default: u32, max: u32) -> Result<Window> {
        let mut violations = Vec::new();
        let mut add = |field: &'static str, problem: String| {
            violations.push(FieldError { field: field.into(), problem: problem.into() });
        };
        let limit = self.limit.unwrap_or(default);
        if !(1..=max).contains(&limit) {
            add("limit", format!("must be between 1 and {max}"));
        }
        let page = self.page.unwrap_or(1);
        if !(1..=MAX_PAGE).contains(&page) {
            add("page", format!("must be between 1 and {MAX_PAGE}"));
        }
        if self.page.is_some() && self.after.is_some() {
            add("after", "cannot be combined with page".into());
        }
        if violations.is_empty() {
            Ok(Window { limit, offset: u64::from(page - 1) * u64::from(limit) })
        } else {
            Err(Error::invalid_fields(violations))
        }
    }
}

impl Described for PageRequest {
    fn shape() -> Shape {
        let field = |name, doc, shape| Field::input(name, doc, false, shape);
        let page = Bounds::between(1, MAX_PAGE.into()).default(1);
        Shape::Struct(StructDoc {
            name: "PageRequest",
            doc: "The part of a list to return: a page by its number or the rows after a cursor. Both together are \
                  refused with `INVALID`.",
            fields: vec![
                field("limit", "The maximum number of rows.", Option::<u32>::shape()),
                field("page", "The page's number; the first page is 1.", Option::<u32>::shape()).bounded(&page),
                field(
                    "after",
                    "The cursor after which to continue: `next` of the previous page. Not together with `page`.",
                    Option::<Cursor>::shape(),
                ),
                field(
                    "total",
                    "Whether to return the total number of rows too, up to 100,000, which takes another statement.",
                    Shape::Boolean,
                ),
            ],
        })
    }

    /// The operation declares the largest limit.
    fn check_bounds(&self, _: &str, bounds: &Bounds, violations: &mut Violations) {
        if let Some(max) = bounds.max_limit() {
            self.limit.check_bounds("limit", &Bounds::between(1, max.into()), violations);
        }
        self.page.check_bounds("page", &Bounds::between(1, MAX_PAGE.into()), violations);
    }
}

/// A checked [`PageRequest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The number of rows to return.
    pub limit: u32,
    /// The number of rows to skip.
    pub offset: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_valid_for_its_list_only() {
        let cursor = Cursor::after_row("n", &["HAUTE", "2026-01-01", "é…"]);
        assert_eq!(cursor.keys::<3>("n").unwrap(), ["HAUTE", "2026-01-01", "é…"]);
        assert_eq!(cursor.keys::<3>("m").unwrap_err().fields()[0].field, "after");
        let odd = Cursor::after_row("n", &["x", "a\u{1f}b"]);
        assert_eq!(odd.keys::<2>("n").unwrap(), ["x", "a\u{1f}b"]);
        assert!(cursor.keys::<4>("n").is_err());
        assert!(Cursor::from("%%%".to_owned()).keys::<3>("n").is_err());
    }

    #[test]
    fn a_window_reports_all_invalid_fields() {
        let page =
            PageRequest { limit: Some(0), page: Some(0), after: Some(Cursor::from(String::new())), total: false };
        let error = page.window(20, 100).unwrap_err();
        let fields: Vec<_> = error.fields().iter().map(|f| f.field.as_ref()).collect();
        assert_eq!(fields, ["limit", "page", "after"]);
        let last = PageRequest { page: Some(1_000_000), ..PageRequest::of(100) };
        assert_eq!(last.window(20, 100).unwrap().offset, 99_999_900);
        let beyond = PageRequest { page: Some(1_000_001), ..PageRequest::of(100) };
        assert_eq!(beyond.window(20, 100).unwrap_err().fields()[0].problem, "must be between 1 and 1000000");
    }

    #[test]
    fn an_extra_row_means_a_next_page() {
        let cursor = |n: &i64| Cursor::after_row("n", &[&n.to_string()]);
        let full = Page::from_extra_row(vec![1, 2, 3], 2, cursor);
        assert_eq!(full.items, [1, 2]);
        assert_eq!(full.next.unwrap().keys::<1>("n").unwrap(), ["2"]);
        assert!(Page::from_extra_row(vec![1, 2], 2, cursor).next.is_none());
    }
}
