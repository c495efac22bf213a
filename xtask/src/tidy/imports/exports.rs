//! Names that stand for another place: exported macros and a room root's re-exports.

use std::collections::{HashMap, HashSet};

use super::super::rules::CORE;
use super::super::tree::Tree;
use super::arrows;

#[derive(Default)]
pub(crate) struct Exports {
    /// `#[macro_export]` puts a macro at the crate's root: its name, and the room that defines it.
    macros: HashMap<String, String>,
    /// The files of each room.
    units: HashSet<(String, String)>,
    /// `pub use users::User` in `repo/mod.rs`: (repo, User) is users.
    names: HashMap<(String, String), String>,
}

impl Exports {
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut exports = Self::default();
        let core: Vec<_> = tree.rust().filter(|(file, _)| file.path.starts_with(&format!("{CORE}/src/"))).collect();
        for (_, rust) in &core {
            if let [room, unit, ..] = &rust.module[..] {
                exports.units.insert((room.clone(), unit.clone()));
            }
            for item in &rust.syntax.items {
                if let syn::Item::Macro(item) = item
                    && let Some(name) = &item.ident
                    && item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"))
                {
                    let room = rust.module.first().cloned().unwrap_or_default();
                    exports.macros.insert(name.to_string(), room);
                }
            }
        }
        for (_, rust) in &core {
            let [room] = &rust.module[..] else { continue };
            for (name, target) in arrows::renames(rust) {
                let inside = match &target[..] {
                    [first, unit, ..] if first == room => unit,
                    _ => continue,
                };
                if exports.units.contains(&(room.clone(), inside.clone())) {
                    exports.names.insert((room.clone(), name), inside.clone());
                }
            }
        }
        exports
    }

    pub(crate) fn macro_room(&self, name: &str) -> Option<&str> {
        self.macros.get(name).map(String::as_str)
    }

    /// The file of `room` that `name` stands for, be it the file's own name or one re-exported.
    pub(crate) fn unit<'a>(&'a self, room: &str, name: &'a str) -> Option<&'a str> {
        let key = (room.to_owned(), name.to_owned());
        if self.units.contains(&key) {
            return Some(name);
        }
        self.names.get(&key).map(String::as_str)
    }
}
