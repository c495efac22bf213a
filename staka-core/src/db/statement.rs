//! A statement: its name, its text, and how we mean the server to reach the rows.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

/// One statement of the catalogue. Text and values never mix: values are bound as [`crate::base::Args`].
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its name, `table.verb`, as spans and plans show it.
    pub name: &'static str,
    /// How it reaches the rows of each table that it reads.
    pub access: &'static [Access],
    text: Text,
    hinted: bool,
}

#[derive(Clone, Debug)]
enum Text {
    Fixed(&'static str),
    Built(Arc<str>),
}

/// How a hint begins.
const HINT: &str = " FORCE INDEX (";

/// Whether a text has one; asked once, when the statement is made, for most of them at compile time.
const fn has_hint(text: &str) -> bool {
    let (text, hint) = (text.as_bytes(), HINT.as_bytes());
    let mut start = 0;
    while start + hint.len() <= text.len() {
        let mut same = 0;
        while same < hint.len() && text[start + same] == hint[same] {
            same += 1;
        }
        if same == hint.len() {
            return true;
        }
        start += 1;
    }
    false
}

/// How a statement reaches a table, proven by `EXPLAIN` in the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Through one of these indexes; the first is the one we mean, the others are as good.
    Index {
        /// The table's alias in the statement.
        table: &'static str,
        /// Names of indexes, `PRIMARY` among them.
        keys: &'static [&'static str],
    },
    /// By reading all of it, for this reason.
    Scan {
        /// The table's alias in the statement.
        table: &'static str,
        /// Why that is right.
        reason: &'static str,
    },
}

impl Statement {
    /// A statement whose text never changes.
    pub const fn fixed(name: &'static str, text: &'static str, access: &'static [Access]) -> Self {
        Self { name, access, text: Text::Fixed(text), hinted: has_hint(text) }
    }

    /// The same statement with a text that was put together, of which there are only a few.
    #[must_use]
    pub fn with_text(&self, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        Self { hinted: text.contains(HINT), text: Text::Built(text), ..*self }
    }

    /// The text.
    pub fn text(&self) -> &str {
        match &self.text {
            Text::Fixed(text) => text,
            Text::Built(text) => text,
        }
    }

    /// Whether it names the index to use.
    pub(super) fn has_hints(&self) -> bool {
        self.hinted
    }

    /// The same statement without its `FORCE INDEX (…)`, for a database that lacks one of our indexes.
    pub(super) fn without_hints(&self) -> Self {
        let mut text = String::with_capacity(self.text().len());
        let mut rest = self.text();
        while let Some((before, hint)) = rest.split_once(HINT) {
            text.push_str(before);
            rest = hint.split_once(')').map_or("", |(_, after)| after);
        }
        text.push_str(rest);
        self.with_text(text)
    }

    pub(super) fn to_sql(&self) -> SqlStr {
        match &self.text {
            Text::Fixed(text) => (*text).into_sql_str(),
            // Safe: put together from constants in `repo` and `stats`; values are always bound.
            Text::Built(text) => AssertSqlSafe(Arc::clone(text)).into_sql_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Statement;

    #[test]
    fn hints_come_out_whole() {
        let hinted =
            Statement::fixed("t", "SELECT 1 FROM a x FORCE INDEX (i) JOIN b y FORCE INDEX (j) ON (x.c = y.c)", &[]);
        assert!(hinted.has_hints());
        let plain = hinted.without_hints();
        assert_eq!(plain.text(), "SELECT 1 FROM a x JOIN b y ON (x.c = y.c)");
        assert!(!plain.has_hints());
        assert!(plain.with_text(hinted.text()).has_hints());
    }
}
