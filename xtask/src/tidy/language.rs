//! The language of the project: no retired word, and documentation that says something.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Violation;
use super::tree::{File, Tree};
use super::words::{EXEMPT, OPERATIONS, PHRASES, SYMBOLS, VERBS};

const WORDS: &str = "xtask/src/tidy/words.rs";
const WHY_WORDS: &str = "one word for one thing: a reader should need no dictionary";
const WHY_DOCS: &str = "this text is what editors, `help()`, OpenAPI and the command line show";

/// The files that declare operations.
const DECLARATIONS: &str = "staka-core/src/api/list/";
/// The fewest words of a parameter's documentation.
const FEWEST: usize = 3;

/// Old symbols, with Node's spelling of the old operations.
static RETIRED: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let symbols = SYMBOLS.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned()));
    let operations = OPERATIONS
        .iter()
        .flat_map(|(old, new)| [((*old).to_owned(), (*new).to_owned()), (camel_case(old), camel_case(new))]);
    symbols.chain(operations).collect()
});

/// Retired symbols, operations and phrases in any text file.
pub(crate) fn retired(tree: &Tree) -> Vec<Violation> {
    let files = tree.files.iter().filter(|file| !EXEMPT.contains(&file.path.as_str()) && !is_foreign(&file.path));
    files.flat_map(|file| file.text.lines().enumerate().flat_map(|(at, line)| retired_in(file, at + 1, line))).collect()
}

/// What others wrote, and figures that were measured under the names of their day.
fn is_foreign(path: &str) -> bool {
    path.ends_with(".lock")
        || path.contains("/prisma/")
        || path.ends_with("0001_prisma_schema.sql")
        || path.ends_with(".svg")
}

fn retired_in(file: &File, number: usize, line: &str) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut refuse = |old: &str, new: &str| {
        let what = format!("the retired word `{old}`");
        violations.push(Violation::error(&file.path, number, what, WHY_WORDS, format!("write `{new}` ({WORDS})")));
    };
    for name in names(line) {
        // `staka.auditLogs.recent` holds an operation and `a.Listing` a symbol.
        let parts: Vec<&str> = name.split('.').collect();
        let pairs = parts.windows(2).map(|pair| pair.join("."));
        for word in parts.iter().map(|part| (*part).to_owned()).chain(pairs) {
            if let Some(new) = RETIRED.get(&word) {
                refuse(&word, new);
            }
        }
    }
    let lower = line.to_lowercase();
    for (old, new) in PHRASES.iter().filter(|(old, _)| lower.contains(old)) {
        refuse(old, new);
    }
    violations
}

/// Identifiers, and those joined by dots.
fn names(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).map(|name| name.trim_matches('.'))
}

fn camel_case(name: &str) -> String {
    let mut camel = String::new();
    let mut upper = false;
    for letter in name.chars() {
        match letter {
            '_' => upper = true,
            letter if upper => {
                camel.extend(letter.to_uppercase());
                upper = false;
            }
            letter => camel.push(letter),
        }
    }
    camel
}

/// Operations whose documentation does not begin with what they do, and parameters that are hardly documented.
pub(crate) fn operations(tree: &Tree) -> Vec<Violation> {
    let files =
        tree.files.iter().filter(|file| file.path.starts_with(DECLARATIONS) && file.text.contains("operations! {"));
    files.flat_map(|file| declared(&file.text).into_iter().filter_map(|item| item.violation(file))).collect()
}

/// Something that a declaration documents.
struct Item {
    line: usize,
    name: String,
    doc: String,
    is_parameter: bool,
}

impl Item {
    fn violation(&self, file: &File) -> Option<Violation> {
        let error = |what: String, mend: &str| Some(Violation::error(&file.path, self.line, what, WHY_DOCS, mend));
        let Self { name, doc, .. } = self;
        if self.is_parameter {
            let few = doc.split_whitespace().count() < FEWEST;
            return few.then(|| {
                error(format!("`{name}` is documented as {doc:?}"), "say what the value is, its unit and bounds")
            })?;
        }
        let first = doc.split_whitespace().next().unwrap_or_default();
        let known = VERBS.contains(&first);
        (!known).then(|| {
            error(
                format!("`{name}` is documented as {first:?}…"),
                "begin with a verb in the third person, one of VERBS in words.rs",
            )
        })?
    }
}

/// Operations and parameters with the documentation above them.
fn declared(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut doc: Vec<&str> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let (depth, line) = (line.len() - line.trim_start().len(), line.trim());
        if let Some(said) = line.strip_prefix("///") {
            doc.push(said.trim());
            continue;
        }
        let said = std::mem::take(&mut doc).join(" ");
        let kind = ["read ", "write ", "atomic "].iter().find_map(|kind| line.strip_prefix(kind));
        let parameter = line.split_once(": ").map(|(name, _)| name).filter(|name| is_name(name));
        let (name, is_parameter) = match (depth, kind, parameter) {
            (8, Some(rest), _) => (rest.split('(').next().unwrap_or_default(), false),
            (12, None, Some(name)) => (name, true),
            _ => continue,
        };
        items.push(Item { line: at + 1, name: name.to_owned(), doc: said, is_parameter });
    }
    items
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_#".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(rule: fn(&Tree) -> Vec<Violation>, path: &str, text: &str) -> Vec<usize> {
        rule(&Tree::of(&[(path, text)])).iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn a_retired_word_is_refused_wherever_it_stands() {
        let text =
            "let a = Listing::new();\n// free: listing, Listings\n\"support.open\"\nstaka.notifications.markRead()\n";
        assert_eq!(lines(retired, "staka-core/src/lib.rs", text), [1, 3]);
        assert_eq!(lines(retired, "README.md", "`staka.auditLogs.recent()`\nThe user, unless given.\n"), [1, 2]);
        assert_eq!(lines(retired, "examples/a.py", "x = db.commandes.manage(1)"), [1]);
        assert!(lines(retired, EXEMPT[0], text).is_empty());
        assert!(lines(retired, "Cargo.lock", text).is_empty());
    }

    #[test]
    fn words_are_whole_and_have_another_in_their_place() {
        for (old, new) in SYMBOLS.iter().chain(OPERATIONS).chain(PHRASES) {
            assert!(!old.is_empty() && !new.is_empty() && old != new, "{old} {new}");
            assert!(!RETIRED.contains_key(*new), "{new} is retired itself");
        }
    }

    #[test]
    fn documentation_says_what_an_operation_does_and_what_a_parameter_is() {
        let path = "staka-core/src/api/list/users.rs";
        let text = "operations! {\n    /// Users.\n    users: Users {\n        /// Returns a user.\n        read get(\n            /// The user's id.\n            id: UserId,\n        ) -> X,\n";
        assert!(lines(operations, path, text).is_empty());
        assert_eq!(lines(operations, path, &text.replace("The user's id.", "Which.")), [7]);
        assert_eq!(lines(operations, path, &text.replace("Returns a", "A")), [5]);
        assert_eq!(lines(operations, path, &text.replace("        /// Returns a user.\n", "")), [4]);
        assert!(lines(operations, "staka-core/src/api/mod.rs", &text.replace("Returns a", "A")).is_empty());
    }
}
