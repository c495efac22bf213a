//! Statements over a list of ids, with two SQL texts that serve all list lengths.

use crate::base::{Args, TextId};
use crate::db::{Access, Statement};

/// The maximum number of ids in one statement. MariaDB turns longer lists into a temporary table.
pub(super) const MAX_IDS: usize = 1_000;

/// The numbers of placeholders in the two texts.
const PLACES: [usize; 2] = [16, MAX_IDS];

/// Returns the two variants of a statement; `text` receives the placeholders, e.g. `?, ?`.
pub(super) fn statements(
    name: &'static str,
    access: &'static [Access],
    text: impl Fn(&str) -> String,
) -> [Statement; 2] {
    PLACES.map(|places| Statement::fixed(name, "", access).with_text(text(&vec!["?"; places].join(", "))))
}

/// Returns the smaller variant that has room for `ids`, of which there must be 1 to [`MAX_IDS`], and its arguments; the
/// last id fills the remaining placeholders.
pub(super) fn bind<'a, T: TextId>(variants: &'a [Statement; 2], ids: &[T], mut args: Args) -> (&'a Statement, Args) {
    let size = usize::from(ids.len() > PLACES[0]);
    for place in 0..PLACES[size] {
        args.push(ids[place.min(ids.len() - 1)].as_str());
    }
    (&variants[size], args)
}
