//! Statements over a list of ids: two texts, however many ids there are.

use crate::base::{Args, TextId};
use crate::db::{Access, Statement};

/// The most ids of one statement. MariaDB makes a table of a list that is longer.
pub(super) const MOST: usize = 1_000;

/// Few, and many.
const PLACES: [usize; 2] = [16, MOST];

/// The two texts of a statement; `text` is given the places, e.g. `?, ?`.
pub(super) fn statements(
    name: &'static str,
    access: &'static [Access],
    text: impl Fn(&str) -> String,
) -> [Statement; 2] {
    PLACES.map(|places| Statement::fixed(name, "", access).with_text(text(&vec!["?"; places].join(", "))))
}

/// The one of the two that has room for `ids`, which must not be empty nor more than [`MOST`], and its values: the last
/// one fills the places that are left.
pub(super) fn bound<'a, T: TextId>(two: &'a [Statement; 2], ids: &[T], mut args: Args) -> (&'a Statement, Args) {
    let size = usize::from(ids.len() > PLACES[0]);
    for place in 0..PLACES[size] {
        args.push(ids[place.min(ids.len() - 1)].as_str());
    }
    (&two[size], args)
}
