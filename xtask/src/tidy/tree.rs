//! Reads and parses the files that git tracks or would add.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::process::Command;

use proc_macro2::TokenStream;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::Violation;
use super::tokens::{self, Token};

pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
}

/// A text file; `path` is relative to the workspace and contains `/`.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) rust: Option<Rust>,
    /// The line and the message of the syntax error, if this is Rust that cannot be parsed.
    unparsed: Option<(usize, String)>,
}

pub(crate) struct Rust {
    pub(crate) syntax: syn::File,
    pub(crate) tokens: Vec<Token>,
    /// Whether the whole file is a test: it is in `tests/`, or a module with `#[cfg(test)]`.
    pub(crate) is_test: bool,
    /// The module path from the crate root; empty for the root itself.
    pub(crate) module: Vec<String>,
    /// The first and last lines of the items that are compiled only for tests.
    test_lines: Vec<(usize, usize)>,
}

impl Rust {
    pub(crate) fn in_test(&self, line: usize) -> bool {
        self.is_test || self.test_lines.iter().any(|&(first, last)| first <= line && line <= last)
    }
}

impl File {
    /// Returns the package's folder, which is the first part of the path.
    pub(crate) fn package(&self) -> &str {
        self.path.split_once('/').map_or("", |(package, _)| package)
    }
}

impl Tree {
    pub(crate) fn read(root: &Path) -> io::Result<Self> {
        // New files are included before they are added; ignored files are not.
        let output = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()?;
        if !output.status.success() {
            return Err(io::Error::other(format!("git ls-files: {}", String::from_utf8_lossy(&output.stderr).trim())));
        }
        let names = String::from_utf8_lossy(&output.stdout);
        let mut files = Vec::new();
        let mut seen = HashSet::new();
        for name in names.split('\0').filter(|name| !name.is_empty()) {
            let path = root.join(name);
            // Deleted files that are still in the index, submodules and links cannot be read.
            if !seen.insert(name) || !path.symlink_metadata().is_ok_and(|data| data.is_file()) {
                continue;
            }
            if let Ok(text) = String::from_utf8(std::fs::read(&path)?) {
                files.push((name.to_owned(), text));
            }
        }
        Ok(Self::new(files))
    }

    pub(crate) fn new(files: Vec<(String, String)>) -> Self {
        let mut files: Vec<File> = files.into_iter().map(|(path, text)| File::new(path, text)).collect();
        let test_modules: HashSet<(String, Vec<String>)> = files
            .iter()
            .filter_map(|file| Some((file, file.rust.as_ref()?)))
            .flat_map(|(file, rust)| {
                let package = file.package().to_owned();
                test_modules(rust).into_iter().map(move |module| (package.clone(), module))
            })
            .collect();
        for file in &mut files {
            let package = file.package().to_owned();
            if let Some(rust) = &mut file.rust {
                let ancestors = (1..=rust.module.len()).map(|end| rust.module[..end].to_vec());
                rust.is_test |= ancestors.into_iter().any(|module| test_modules.contains(&(package.clone(), module)));
            }
        }
        Self { files }
    }

    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self::new(files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect())
    }

    /// Returns the Rust files with their parsed contents.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&File, &Rust)> {
        self.files.iter().filter_map(|file| Some((file, file.rust.as_ref()?)))
    }
}

impl File {
    fn new(path: String, text: String) -> Self {
        let mut file = Self { path, text, rust: None, unparsed: None };
        if file.path.ends_with(".rs") {
            match parse(&file.path, &file.text) {
                Ok(rust) => file.rust = Some(rust),
                Err(error) => {
                    file.unparsed = Some((error.span().start().line, error.to_string()));
                }
            }
        }
        file
    }
}

fn parse(path: &str, text: &str) -> syn::Result<Rust> {
    let syntax = syn::parse_file(text)?;
    let tokens: TokenStream = text.parse()?;
    let mut tests = TestLines(Vec::new());
    tests.visit_file(&syntax);
    Ok(Rust {
        is_test: path.split('/').any(|part| part == "tests") || syntax.attrs.iter().any(is_test_attribute),
        module: module_of(path),
        test_lines: tests.0,
        tokens: tokens::flatten(tokens),
        syntax,
    })
}

/// Reports files that cannot be parsed, because they would pass every other rule.
pub(crate) fn unparsed(tree: &Tree) -> Vec<Violation> {
    let unparsed = tree.files.iter().filter_map(|file| Some((file, file.unparsed.as_ref()?)));
    unparsed
        .map(|(file, (line, error))| {
            Violation::error(
                &file.path,
                *line,
                format!("syn cannot parse this file: {error}"),
                "no rule can look into it",
                "make it compile",
            )
        })
        .collect()
}

/// Returns the module path: that of `staka-core/src/repo/users.rs` is `[repo, users]`, that of a file outside of `src`
/// is empty.
fn module_of(path: &str) -> Vec<String> {
    let Some((_, inside)) = path.split_once("/src/") else {
        return Vec::new();
    };
    let mut parts: Vec<String> = inside.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    match parts.last().map(String::as_str) {
        Some("mod") => {
            parts.pop();
        }
        Some("lib" | "main") if parts.len() == 1 => parts.clear(),
        _ if parts[0] == "bin" => parts.clear(),
        _ => {}
    }
    parts
}

/// `#[cfg(test)]`, `#[cfg(all(test, …))]`, and `#[test]` in all its spellings.
pub(crate) fn is_test_attribute(attribute: &syn::Attribute) -> bool {
    if attribute.path().segments.last().is_some_and(|last| last.ident == "test") {
        return true;
    }
    attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Meta>().is_ok_and(|meta| only_in_tests(&meta))
}

fn only_in_tests(meta: &syn::Meta) -> bool {
    match meta {
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::List(list) if list.path.is_ident("all") => {
            let parser = syn::punctuated::Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated;
            list.parse_args_with(parser).is_ok_and(|parts| parts.iter().any(only_in_tests))
        }
        _ => false,
    }
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

struct TestLines(Vec<(usize, usize)>);

impl<'ast> Visit<'ast> for TestLines {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if attributes(item).iter().any(is_test_attribute) {
            let span = item.span();
            self.0.push((span.start().line, span.end().line));
        } else {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if item.attrs.iter().any(is_test_attribute) {
            self.0.push((item.span().start().line, item.span().end().line));
        }
    }
}

/// Returns the modules in separate files that this file declares with `#[cfg(test)]`.
fn test_modules(rust: &Rust) -> Vec<Vec<String>> {
    let items = rust.syntax.items.iter();
    items
        .filter_map(|item| match item {
            syn::Item::Mod(item) if item.content.is_none() => Some(item),
            _ => None,
        })
        .filter(|item| item.attrs.iter().any(is_test_attribute))
        .map(|item| {
            let mut module = rust.module.clone();
            module.push(item.ident.to_string());
            module
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_knows_its_module() {
        for (path, module) in [
            ("staka-core/src/lib.rs", ""),
            ("staka-cli/src/main.rs", ""),
            ("staka-cli/src/bin/staka.rs", ""),
            ("staka-core/src/repo/mod.rs", "repo"),
            ("staka-core/src/repo.rs", "repo"),
            ("staka-core/src/model/view/order.rs", "model::view::order"),
            ("staka-core/tests/it/main.rs", ""),
        ] {
            assert_eq!(module_of(path).join("::"), module, "{path}");
        }
    }

    #[test]
    fn tests_are_told_from_code() {
        let text = "fn code() {}\n#[cfg(test)]\nmod tests {\n fn a() {}\n}\n\
                    #[tokio::test]\nasync fn b() {}\n#[cfg(not(test))]\nfn c() {}\n";
        let tree = Tree::of(&[
            ("a/src/lib.rs", text),
            ("a/src/x/mod.rs", "#[cfg(all(test, unix))]\nmod checks;\n"),
            ("a/src/x/checks.rs", "fn d() {}\n"),
            ("a/src/checks.rs", "fn e() {}\n"),
            ("a/tests/it.rs", "fn f() {}\n"),
        ]);
        let in_test = |path: &str, line| {
            tree.rust().find(|(file, _)| file.path == path).is_some_and(|(_, rust)| rust.in_test(line))
        };
        assert!(!in_test("a/src/lib.rs", 1));
        assert!(in_test("a/src/lib.rs", 4));
        assert!(in_test("a/src/lib.rs", 7));
        assert!(!in_test("a/src/lib.rs", 9));
        assert!(in_test("a/src/x/checks.rs", 1));
        assert!(!in_test("a/src/checks.rs", 1));
        assert!(in_test("a/tests/it.rs", 1));
    }

    #[test]
    fn a_file_that_does_not_parse_is_named() {
        let tree = Tree::of(&[("a/src/lib.rs", "fn ok() {}\nfn broken( {}\n")]);
        assert_eq!(unparsed(&tree).len(), 1);
        assert!(unparsed(&Tree::of(&[("a/src/lib.rs", "fn ok() {}\n")])).is_empty());
    }
}
