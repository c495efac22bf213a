//! Finds every path of a file that refers to its own crate, and resolves it from the crate's root.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use syn::visit::{self, Visit};

use super::super::tokens;
use super::super::tree::{File, Rust, is_test_attribute};

/// One path, as it is written and resolved.
#[derive(Debug)]
pub(crate) struct Arrow {
    /// The path from the crate's root: `[repo, users, User]`.
    pub(crate) target: Vec<String>,
    /// The path as it is written.
    pub(crate) written: String,
    pub(crate) line: usize,
    pub(crate) glob: bool,
    pub(crate) renamed: bool,
    pub(crate) test: bool,
}

pub(crate) fn of(file: &File, rust: &Rust) -> Vec<Arrow> {
    let mut visitor = Visitor {
        own_name: file.package().replace('-', "_"),
        module: rust.module.clone(),
        test: rust.is_test,
        names: renames(rust),
        arrows: Vec::new(),
    };
    visitor.visit_file(&rust.syntax);
    visitor.arrows
}

/// The names that `use` introduces for paths of this crate, with these paths.
pub(crate) fn renames(rust: &Rust) -> HashMap<String, Vec<String>> {
    struct Names<'a> {
        module: Vec<String>,
        root: &'a [String],
        names: HashMap<String, Vec<String>>,
    }
    impl Visit<'_> for Names<'_> {
        fn visit_item_mod(&mut self, item: &syn::ItemMod) {
            self.module.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.module.pop();
        }
        fn visit_item_use(&mut self, item: &syn::ItemUse) {
            let at_root = self.module == self.root;
            for leaf in leaves(item) {
                let mut parts = leaf.parts.clone();
                // `pub use users::User` in a layer's root is relative to it.
                let relative = !matches!(parts[0].as_str(), "crate" | "super" | "self");
                if relative && at_root {
                    parts.insert(0, "self".to_owned());
                }
                if let Some(target) = resolve(&parts, &self.module, CRATE_NAME)
                    && let Some(name) = leaf.name()
                    && !leaf.glob
                {
                    self.names.insert(name, target);
                }
            }
        }
    }
    let mut names = Names { module: rust.module.clone(), root: &rust.module, names: HashMap::new() };
    names.visit_file(&rust.syntax);
    names.names
}

/// Only in staka-core are paths with the crate's own name resolved; other crates have no layers.
const CRATE_NAME: &str = "staka_core";

/// Returns the absolute path, or none if it refers to another crate.
fn resolve(parts: &[String], module: &[String], own_name: &str) -> Option<Vec<String>> {
    let mut target = match parts.first()?.as_str() {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => module.split_last().map_or(Vec::new(), |(_, outer)| outer.to_vec()),
        name if name == own_name => Vec::new(),
        _ => return None,
    };
    for part in &parts[1..] {
        match part.as_str() {
            "super" => {
                target.pop();
            }
            "self" => {}
            name => target.push(name.to_owned()),
        }
    }
    Some(target)
}

/// One name at the end of a `use` tree.
struct Leaf {
    parts: Vec<String>,
    line: usize,
    glob: bool,
    rename: Option<String>,
}

impl Leaf {
    fn name(&self) -> Option<String> {
        let last = self.parts.iter().rev().find(|part| *part != "self");
        self.rename.clone().or_else(|| last.cloned())
    }
}

fn leaves(item: &syn::ItemUse) -> Vec<Leaf> {
    let mut out = Vec::new();
    let mut parts = Vec::new();
    if item.leading_colon.is_some() {
        // `::name` is a crate's name, never a module's.
        parts.push(String::new());
    }
    walk(&item.tree, parts, &mut out);
    out
}

fn walk(tree: &syn::UseTree, mut parts: Vec<String>, out: &mut Vec<Leaf>) {
    let line = |ident: &syn::Ident| ident.span().start().line;
    match tree {
        syn::UseTree::Path(path) => {
            parts.push(path.ident.to_string());
            walk(&path.tree, parts, out);
        }
        syn::UseTree::Name(name) => {
            parts.push(name.ident.to_string());
            out.push(Leaf { parts, line: line(&name.ident), glob: false, rename: None });
        }
        syn::UseTree::Rename(rename) => {
            parts.push(rename.ident.to_string());
            let name = Some(rename.rename.to_string());
            out.push(Leaf { parts, line: line(&rename.ident), glob: false, rename: name });
        }
        syn::UseTree::Glob(glob) => {
            let line = glob.star_token.spans[0].start().line;
            out.push(Leaf { parts, line, glob: true, rename: None });
        }
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                walk(tree, parts.clone(), out);
            }
        }
    }
}

struct Visitor {
    own_name: String,
    module: Vec<String>,
    test: bool,
    names: HashMap<String, Vec<String>>,
    arrows: Vec<Arrow>,
}

impl Visitor {
    fn push(&mut self, parts: &[String], line: usize, glob: bool, renamed: bool) {
        let Some(target) = resolve(parts, &self.module, &self.own_name) else {
            return;
        };
        let mut written = parts.join("::");
        if glob {
            written.push_str("::*");
        }
        // The crate alone, as the first part of a path, is not an import.
        if target.is_empty() && !glob && !renamed {
            return;
        }
        self.arrows.push(Arrow { target, written, line, glob, renamed, test: self.test });
    }

    /// Visits tokens that syn does not parse: the arguments or the definition of a macro.
    fn scan(&mut self, stream: TokenStream, definition: bool) {
        let found = tokens::rooted_paths(&tokens::flatten(stream));
        for path in found {
            // The place where a definition is expanded is unknown, and so is its `super`.
            if !(definition && path.parts[0] == "super") {
                self.push(&path.parts, path.line, path.glob, false);
            }
        }
    }

    fn within(&mut self, test: bool, visit: impl FnOnce(&mut Self)) {
        let before = self.test;
        self.test |= test;
        visit(self);
        self.test = before;
    }
}

impl Visit<'_> for Visitor {
    fn visit_item_mod(&mut self, item: &syn::ItemMod) {
        self.module.push(item.ident.to_string());
        let test = item.attrs.iter().any(is_test_attribute);
        self.within(test, |visitor| visit::visit_item_mod(visitor, item));
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        let test = item.attrs.iter().any(is_test_attribute);
        self.within(test, |visitor| {
            for leaf in leaves(item) {
                visitor.push(&leaf.parts, leaf.line, leaf.glob, leaf.rename.is_some());
            }
        });
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let mut parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if path.leading_colon.is_none() {
            // `use crate::repo` only names the own layer and is no import; `repo::users` is one.
            if parts.len() > 1
                && let Some(target) = self.names.get(&parts[0])
                && target[..] == self.module[..self.module.len().min(1)]
            {
                let whole = ["crate".to_owned()].into_iter().chain(target.iter().cloned());
                parts = whole.chain(parts[1..].iter().cloned()).collect();
            }
            let line = path.segments[0].ident.span().start().line;
            self.push(&parts, line, false, false);
        }
        visit::visit_path(self, path);
    }

    fn visit_vis_restricted(&mut self, _: &syn::VisRestricted) {
        // `pub(in crate::x)` names a parent module and is no import.
    }

    fn visit_macro(&mut self, call: &syn::Macro) {
        self.visit_path(&call.path);
        self.scan(call.tokens.clone(), call.path.is_ident("macro_rules"));
    }

    fn visit_attribute(&mut self, attribute: &syn::Attribute) {
        // Documentation is `doc = "…"` and no list, so its links are not checked.
        if let syn::Meta::List(list) = &attribute.meta {
            self.scan(list.tokens.clone(), false);
            // `#[serde(with = "crate::…")]`
            for token in tokens::flatten(list.tokens.clone()) {
                if let tokens::Kind::Text(text) = &token.kind
                    && let Ok(path) = syn::parse_str::<syn::Path>(text)
                {
                    let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
                    self.push(&parts, token.line, false, false);
                }
            }
        }
    }
}
