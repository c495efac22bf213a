//! Names that refer to another path: exported macros, and re-exports of a layer's root.

use std::collections::{HashMap, HashSet};

use super::super::rules::CORE;
use super::super::tree::Tree;
use super::arrows;

#[derive(Default)]
pub(crate) struct Exports {
    /// The exported macros, which are at the crate's root, with the layers that define them.
    macros: HashMap<String, String>,
    /// The files of each layer.
    units: HashSet<(String, String)>,
    /// The re-exports: `pub use users::User` in `repo/mod.rs` maps (repo, User) to users.
    names: HashMap<(String, String), String>,
}

impl Exports {
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut exports = Self::default();
        let core: Vec<_> = tree.rust().filter(|(file, _)| file.path.starts_with(&format!("{CORE}/src/"))).collect();
        for (_, rust) in &core {
            if let [layer, unit, ..] = &rust.module[..] {
                exports.units.insert((layer.clone(), unit.clone()));
            }
            for item in &rust.syntax.items {
                if let syn::Item::Macro(item) = item
                    && let Some(name) = &item.ident
                    && item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"))
                {
                    let layer = rust.module.first().cloned().unwrap_or_default();
                    exports.macros.insert(name.to_string(), layer);
                }
            }
        }
        for (_, rust) in &core {
            let [layer] = &rust.module[..] else { continue };
            for (name, target) in arrows::renames(rust) {
                let inside = match &target[..] {
                    [first, unit, ..] if first == layer => unit,
                    _ => continue,
                };
                if exports.units.contains(&(layer.clone(), inside.clone())) {
                    exports.names.insert((layer.clone(), name), inside.clone());
                }
            }
        }
        exports
    }

    pub(crate) fn macro_layer(&self, name: &str) -> Option<&str> {
        self.macros.get(name).map(String::as_str)
    }

    /// Returns the file of `layer` that `name` refers to: the file's own name or a re-exported one.
    pub(crate) fn unit<'a>(&'a self, layer: &str, name: &'a str) -> Option<&'a str> {
        let key = (layer.to_owned(), name.to_owned());
        if self.units.contains(&key) {
            return Some(name);
        }
        self.names.get(&key).map(String::as_str)
    }
}
