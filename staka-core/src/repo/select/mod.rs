//! Lists with a filter and a sort order chosen by the caller; turns both into SQL for pages, cursors and counts.

mod order;
mod page;

pub(super) use order::SortColumn;
pub(super) use page::{count, first_time, page, total};

use crate::db::Access;

/// A list whose filter and sort order the caller chooses: its columns, the tables they come from, and the indexes that
/// its rows are found by.
pub struct List {
    /// The name of its statements, which is also part of its cursors: the operation's, and after a slash what
    /// distinguishes this list from others of the operation.
    pub(super) name: &'static str,
    /// The columns, in the order in which the row type reads them.
    pub(super) columns: &'static str,
    /// The `FROM` clause.
    pub(super) from: &'static str,
    /// The unique key column, which the list is sorted by last.
    pub(super) id: &'static str,
    /// How the rows of joined tables are accessed.
    pub(super) joined: &'static [Access],
    /// How the rows are found.
    pub(super) paths: &'static [Path],
}

impl List {
    /// Returns the name of its statements.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns how the rows of joined tables are accessed.
    pub const fn joined(&self) -> &'static [Access] {
        self.joined
    }

    /// Returns how the rows are found, for each choice of the caller.
    pub const fn paths(&self) -> &'static [Path] {
        self.paths
    }
}

/// How a list finds its rows, verified by the tests: every field of a filter and every sort key needs one.
#[derive(Clone, Copy, Debug)]
pub struct Path {
    /// What the caller chooses.
    pub by: By,
    /// How the rows are accessed then. An index is used by the page and by the count.
    pub access: Access,
}

// The tests compare these with the plans.
const _: fn(&Path) -> (&By, &Access) = |path| (&path.by, &path.access);

impl Path {
    /// The rows are found through one of these indexes.
    pub(super) const fn index(by: By, table: &'static str, keys: &'static [&'static str]) -> Self {
        Self { by, access: Access::Index { table, keys } }
    }

    /// The rows are found by reading all rows, in any order, until the page is full.
    pub(super) const fn scan(by: By, table: &'static str, reason: &'static str) -> Self {
        Self { by, access: Access::Scan { table, reason } }
    }
}

/// What the caller of a list chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Nothing: no filter, and the default order.
    Default,
    /// One of these fields of the filter, by their names in JSON.
    Filter(&'static [&'static str]),
    /// One of these sort keys, by their names in JSON.
    Sort(&'static [&'static str]),
}

/// Why a search reads all rows.
pub(super) const SEARCHED: &str = "a text is searched anywhere in its columns, which no index can do";

/// Why a sort order reads all rows.
pub(super) const UNSORTED: &str = "no index is sorted by this key, and administrators rarely sort by it";

/// Why a field of a filter is no reason to use an index.
pub(super) const UNINDEXED: &str = "no index has this column: rows are read in the list's order until the page is full";
