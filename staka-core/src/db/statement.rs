//! A statement: its name, its text, and the access paths that it is meant to use.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

/// An SQL statement. Its text never contains values: they are bound as [`crate::base::Args`].
#[derive(Clone, Debug)]
pub struct Statement {
    /// The name shown in spans and plans, `table.verb`.
    pub name: &'static str,
    /// How the rows of each table are to be accessed.
    #[cfg_attr(
        not(feature = "unstable-internals"),
        expect(dead_code, reason = "the tests compare it with the server's plan")
    )]
    pub access: &'static [Access],
    text: Text,
    hinted: bool,
}

#[derive(Clone, Debug)]
enum Text {
    Fixed(&'static str),
    Built(Arc<str>),
}

/// The start of an index hint.
const HINT: &str = " FORCE INDEX (";

/// Returns whether a text contains an index hint. Evaluated once for each statement, mostly at compile time.
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

/// How a statement accesses a table, verified with `EXPLAIN` by the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Through one of these indexes; the first is preferred, the others are as good.
    Index {
        /// The table's alias in the statement.
        table: &'static str,
        /// Names of indexes, `PRIMARY` among them.
        keys: &'static [&'static str],
    },
    /// By a full scan, for this reason.
    Scan {
        /// The table's alias in the statement.
        table: &'static str,
        /// Why a full scan is acceptable.
        reason: &'static str,
    },
}

impl Statement {
    /// Creates a statement with a constant text.
    pub const fn fixed(name: &'static str, text: &'static str, access: &'static [Access]) -> Self {
        Self { name, access, text: Text::Fixed(text), hinted: has_hint(text) }
    }

    /// Returns the statement with a composed text, of which there must be only a few.
    #[must_use]
    pub fn with_text(&self, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        Self { hinted: text.contains(HINT), text: Text::Built(text), ..*self }
    }

    /// Returns the SQL text.
    pub fn text(&self) -> &str {
        match &self.text {
            Text::Fixed(text) => text,
            Text::Built(text) => text,
        }
    }

    /// Returns whether the text contains an index hint.
    pub(super) fn has_hints(&self) -> bool {
        self.hinted
    }

    /// Returns the statement without `FORCE INDEX (…)`, for a database that lacks one of Staka's indexes.
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
            // Safe: composed from constants in `repo` and `stats`; values are always bound.
            Text::Built(text) => AssertSqlSafe(Arc::clone(text)).into_sql_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Statement;

    #[test]
    fn hints_are_removed_completely() {
        let hinted =
            Statement::fixed("t", "SELECT 1 FROM a x FORCE INDEX (i) JOIN b y FORCE INDEX (j) ON (x.c = y.c)", &[]);
        assert!(hinted.has_hints());
        let plain = hinted.without_hints();
        assert_eq!(plain.text(), "SELECT 1 FROM a x JOIN b y ON (x.c = y.c)");
        assert!(!plain.has_hints());
        assert!(plain.with_text(hinted.text()).has_hints());
    }
}
