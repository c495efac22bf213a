//! Reads and adds the `use` items of a Rust file.

use proc_macro2::LineColumn;
use syn::spanned::Spanned;
use syn::{Item, ItemUse, UseTree, Visibility};

/// A name that a file imports.
struct Import {
    /// The path from the root of the crate, e.g. `crate::repo::faqs`.
    path: String,
    /// The name by which the file calls it.
    name: String,
}

/// Returns how the file names the item or module at `path`, which begins with `crate::`. Adds an import if the file has
/// none. `module` is the file's path of modules.
pub(super) fn name_of(text: &mut String, module: &[String], path: &str) -> Result<String, String> {
    let uses = uses(text)?;
    let mut imports = Vec::new();
    for item in &uses {
        flatten(&item.tree, &mut Vec::new(), module, &mut imports);
    }
    if let Some(import) = imports.iter().find(|import| import.path == path) {
        return Ok(import.name.clone());
    }
    let (parent, last) = path.rsplit_once("::").ok_or_else(|| format!("{path} has no parent"))?;
    let is_module = last.starts_with(|c: char| c.is_ascii_lowercase());
    if is_module {
        if let Some(import) = imports.iter().find(|import| import.path == parent) {
            return Ok(format!("{}::{last}", import.name));
        }
        // The name may mean another module here: `service::audit` and `repo::audit`.
        if imports.iter().any(|import| import.name == last) {
            return Ok(path.to_owned());
        }
    } else if imports.iter().any(|import| import.name == last) {
        // Re-exported: `service::OpContext` and `service::context::OpContext`.
        return Ok(last.to_owned());
    }
    add(text, &uses, module, parent, last);
    Ok(last.to_owned())
}

/// Returns whether a file has a function or an import with this name.
pub(super) fn defines(text: &str, name: &str) -> Result<bool, String> {
    let file = syn::parse_file(text).map_err(|error| error.to_string())?;
    let has_function = file.items.iter().any(|item| matches!(item, Item::Fn(item) if item.sig.ident == name));
    let mut imports = Vec::new();
    for item in uses(text)? {
        flatten(&item.tree, &mut Vec::new(), &[], &mut imports);
    }
    Ok(has_function || imports.iter().any(|import| import.name == name))
}

/// Returns the file's own `use` items, in order.
fn uses(text: &str) -> Result<Vec<ItemUse>, String> {
    let file = syn::parse_file(text).map_err(|error| error.to_string())?;
    let uses = file.items.into_iter().filter_map(|item| match item {
        Item::Use(item) if item.attrs.is_empty() => Some(item),
        _ => None,
    });
    Ok(uses.collect())
}

fn flatten(tree: &UseTree, prefix: &mut Vec<String>, module: &[String], to: &mut Vec<Import>) {
    let mut add = |prefix: &[String], last: &str, name: String| {
        let parts: Vec<&str> = prefix.iter().map(String::as_str).chain(Some(last)).collect();
        to.push(Import { path: resolved(&parts, module), name });
    };
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, module, to);
            prefix.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            if let Some((last, before)) = prefix.split_last() {
                add(before, last, last.clone());
            }
        }
        UseTree::Name(name) => add(prefix, &name.ident.to_string(), name.ident.to_string()),
        UseTree::Rename(rename) => add(prefix, &rename.ident.to_string(), rename.rename.to_string()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, prefix, module, to)),
        UseTree::Glob(_) => {}
    }
}

/// Returns a path from the root of the crate; other crates' paths remain as they are.
fn resolved(parts: &[&str], module: &[String]) -> String {
    let ups = parts.iter().take_while(|part| **part == "super").count();
    if ups == 0 || ups > module.len() {
        return parts.join("::");
    }
    let outer = module[..module.len() - ups].iter().map(String::as_str);
    ["crate"].into_iter().chain(outer).chain(parts[ups..].iter().copied()).collect::<Vec<_>>().join("::")
}

/// Adds `parent::last` to the import of another name of `parent`, or else as an item after the last one.
fn add(text: &mut String, uses: &[ItemUse], module: &[String], parent: &str, last: &str) {
    for item in uses.iter().filter(|item| matches!(item.vis, Visibility::Inherited)) {
        let (mut tree, mut parts) = (&item.tree, Vec::new());
        while let UseTree::Path(path) = tree {
            parts.push(path.ident.to_string());
            tree = &path.tree;
        }
        let prefix = resolved(&parts.iter().map(String::as_str).collect::<Vec<_>>(), module);
        match tree {
            UseTree::Group(group) if prefix == parent => {
                let open = offset(text, group.span().start()) + 1;
                return text.insert_str(open, &format!("{last}, "));
            }
            UseTree::Name(name) => {
                let (start, end) = (offset(text, name.span().start()), offset(text, name.span().end()));
                if prefix == parent {
                    return text.replace_range(start..end, &format!("{{{}, {last}}}", name.ident));
                }
                if format!("{prefix}::{}", name.ident) == parent {
                    return text.replace_range(start..end, &format!("{}::{{self, {last}}}", name.ident));
                }
            }
            _ => {}
        }
    }
    // Other crates' items stand in a block of their own.
    let own = uses.iter().find(|item| matches!(item.vis, Visibility::Inherited) && is_own(&item.tree));
    if let Some(own) = own.filter(|_| !parent.starts_with("crate")) {
        let start = offset(text, own.span().start());
        return text.insert_str(start, &format!("use {parent}::{last};\n\n"));
    }
    // Siblings are called `super::…` here, as the other files do.
    let shared = match module {
        [layer, _] => parent.strip_prefix(&format!("crate::{layer}")).map(|rest| format!("super{rest}")),
        _ => None,
    };
    let line = format!("use {}::{last};\n", shared.as_deref().unwrap_or(parent));
    match uses.last() {
        Some(item) => {
            let end = next_line(text, offset(text, item.span().end()));
            let gap = if matches!(item.vis, Visibility::Inherited) { "" } else { "\n" };
            text.insert_str(end, &format!("{gap}{line}"));
        }
        None => {
            // After the file's documentation.
            let end = text.lines().take_while(|line| line.starts_with("//!")).map(|line| line.len() + 1).sum();
            text.insert_str(end, &format!("\n{line}"));
        }
    }
}

/// Returns whether a `use` item is of the crate itself.
fn is_own(tree: &UseTree) -> bool {
    matches!(tree, UseTree::Path(path) if ["crate", "self", "super"].iter().any(|root| path.ident == root))
}

/// Returns the start of the line after the one at this place.
fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |length| at + length + 1)
}

/// Returns the place in bytes; a span counts lines from 1 and columns in characters.
fn offset(text: &str, place: LineColumn) -> usize {
    let before: usize = text.split_inclusive('\n').take(place.line - 1).map(str::len).sum();
    let line = text[before..].chars().take(place.column).map(char::len_utf8).sum::<usize>();
    before + line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str, module: &[&str], path: &str) -> (String, String) {
        let mut text = text.to_owned();
        let module: Vec<String> = module.iter().map(|part| (*part).to_owned()).collect();
        let name = name_of(&mut text, &module, path).unwrap();
        (name, text)
    }

    #[test]
    fn an_imported_name_is_used_as_the_file_calls_it() {
        for (text, path, name) in [
            ("use crate::repo::faqs;\n", "crate::repo::faqs", "faqs"),
            ("use crate::repo::{self, users};\n", "crate::repo::faqs", "repo::faqs"),
            ("use crate::repo::{invoices as rows};\n", "crate::repo::invoices", "rows"),
            ("use super::audit_trail::{self, Action};\n", "crate::service::audit_trail", "audit_trail"),
            ("use super::OpContext;\n", "crate::service::context::OpContext", "OpContext"),
            ("use crate::service::audit;\n", "crate::repo::audit", "crate::repo::audit"),
        ] {
            assert_eq!(named(text, &["service", "faqs"], path), (name.to_owned(), text.to_owned()));
        }
    }

    #[test]
    fn a_missing_import_is_added_where_its_parent_is_imported() {
        for (text, path, expected) in [
            ("use crate::repo::{a, b};\n", "crate::repo::faqs", "use crate::repo::{faqs, a, b};\n"),
            ("use crate::model::A;\n", "crate::model::FaqId", "use crate::model::{A, FaqId};\n"),
            ("use super::notify;\n", "crate::service::notify::Event", "use super::notify::{self, Event};\n"),
            ("use a::B;\n\nfn f() {}\n", "crate::base::Error", "use a::B;\nuse crate::base::Error;\n\nfn f() {}\n"),
            ("pub use a::B;\n", "crate::service::notify", "pub use a::B;\n\nuse super::notify;\n"),
            ("use crate::a::B;\n", "serde_json::json", "use serde_json::json;\n\nuse crate::a::B;\n"),
            ("//! Docs é.\n\nfn f() {}\n", "crate::base::A", "//! Docs é.\n\nuse crate::base::A;\n\nfn f() {}\n"),
        ] {
            assert_eq!(named(text, &["service", "faqs"], path).1, expected);
        }
        // Public items are re-exports, and a deeper file has other siblings.
        let text = "pub use crate::repo::{a};\nuse super::x::Y;\n";
        let added = "pub use crate::repo::{a};\nuse super::x::Y;\nuse crate::repo::faqs;\n";
        assert_eq!(named(text, &["service", "billing", "payments"], "crate::repo::faqs").1, added);
    }
}
