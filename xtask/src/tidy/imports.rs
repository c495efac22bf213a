//! Checks the imports between the layers of staka-core (only downwards), and forbids globs of the crate's root.

mod arrows;
mod exports;

use super::rules::{CORE, LAYERS, Layer, ROOT_NAMES, Siblings};
use super::tree::Tree;
use super::{Violation, rules};

use arrows::Arrow;
use exports::Exports;

const WHY_LAYERS: &str =
    "imports run downwards only; one upward import makes the layers depend on each other in a circle";
const WHY_SIBLINGS: &str = "each table has one file, which can be read and changed alone";
const WHY_GLOB: &str = "a glob hides which layers a file uses";

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let exports = Exports::of(tree);
    let mut violations = Vec::new();
    for (file, rust) in tree.rust() {
        let in_core = file.path.starts_with(&format!("{CORE}/src/"));
        let from = rust.module.first().map(String::as_str);
        if in_core
            && let Some(name) = from
            && layer(name).is_none()
        {
            violations.push(Violation::error(
                &file.path,
                1,
                format!("`{name}` is not a layer of {CORE}"),
                "the imports of a file outside of the layers cannot be checked",
                "move it into a layer, or add the layer to LAYERS in xtask/src/tidy/rules.rs",
            ));
            continue;
        }
        for arrow in arrows::of(file, rust) {
            if let Some(violation) = glob(&file.path, &rust.module, &arrow) {
                violations.push(violation);
            } else if in_core && let Some(from) = from.and_then(layer) {
                let unit = rust.module.get(1).map(String::as_str);
                violations.extend(arrow_of(&file.path, from, unit, &arrow, &exports));
            }
        }
    }
    violations
}

fn layer(name: &str) -> Option<&'static Layer> {
    LAYERS.iter().find(|layer| layer.name == name)
}

/// `use crate::*`, `use crate as c`, and `use super::*` outside of tests.
fn glob(file: &str, module: &[String], arrow: &Arrow) -> Option<Violation> {
    let written = &arrow.written;
    let only_supers = arrow.glob && written.split("::").all(|part| matches!(part, "super" | "*"));
    // A test module may import everything from its own file only.
    if arrow.test && only_supers && (written == "super::*" || arrow.target.starts_with(module)) {
        return None;
    }
    let what = if only_supers {
        format!("`use {written}` outside of a test")
    } else if arrow.target.is_empty() && arrow.glob {
        format!("`use {written}` imports the whole crate")
    } else if arrow.target.is_empty() && arrow.renamed {
        format!("`use {written} as …` gives the crate's root another name")
    } else {
        return None;
    };
    Some(Violation::error(file, arrow.line, what, WHY_GLOB, "name what the file uses"))
}

fn arrow_of(file: &str, from: &Layer, unit: Option<&str>, arrow: &Arrow, exports: &Exports) -> Option<Violation> {
    let first = arrow.target.first()?.as_str();
    let written = &arrow.written;
    let Some(to) = layer(first).or_else(|| exports.macro_layer(first).and_then(layer)) else {
        if ROOT_NAMES.contains(&first) {
            return None;
        }
        return Some(Violation::error(
            file,
            arrow.line,
            format!("`{}` takes `{written}` from the crate's root", from.name),
            "the root re-exports the upper layers, so this may be an upward import",
            format!("import `{first}` from the layer that defines it"),
        ));
    };
    if to.name == from.name {
        return sibling(file, from, unit, arrow, exports);
    }
    if from.may_use.contains(&to.name) {
        return None;
    }
    let allowed = match from.may_use {
        [] => "nothing".to_owned(),
        layers => layers.join(", "),
    };
    Some(Violation::error(
        file,
        arrow.line,
        format!("`{}` imports `{}` (`{written}`)", from.name, to.name),
        WHY_LAYERS,
        format!("`{}` may use {allowed}: move the shared part down, or this code up", from.name),
    ))
}

fn sibling(file: &str, from: &Layer, unit: Option<&str>, arrow: &Arrow, exports: &Exports) -> Option<Violation> {
    let Siblings::Apart { shared } = from.siblings else {
        return None;
    };
    // The root of the layer, `repo/mod.rs`, declares its files.
    let unit = unit?;
    let target = exports.unit(from.name, arrow.target.get(1)?)?;
    if target == unit || shared.contains(&target) {
        return None;
    }
    Some(Violation::error(
        file,
        arrow.line,
        format!("`{0}/{unit}` imports its sibling `{0}/{target}` (`{1}`)", from.name, arrow.written),
        WHY_SIBLINGS,
        match from.name {
            "service" => "move the shared part to a lower layer".to_owned(),
            name => format!(
                "move an operation on several tables to `service`, or what all of `{name}` shares to a file \
                 that LAYERS in {} lists",
                rules::FILE
            ),
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        check(&Tree::of(files)).into_iter().map(|v| format!("{}:{}", v.file, v.line)).collect()
    }

    fn in_file(path: &str, text: &str) -> usize {
        let path = format!("staka-core/src/{path}");
        check(&Tree::of(&[
            (&path, text),
            ("staka-core/src/repo/mod.rs", "pub mod users; pub mod orders;\npub use users::User;"),
            ("staka-core/src/repo/users.rs", "pub struct User;"),
            ("staka-core/src/repo/table.rs", "pub struct Table;"),
            ("staka-core/src/base/text.rs", "#[macro_export]\nmacro_rules! text { () => {} }"),
            ("staka-core/src/api/ops.rs", "#[macro_export]\nmacro_rules! ops { () => {} }"),
        ]))
        .len()
    }

    fn passes(path: &str, text: &str) {
        assert_eq!(in_file(path, text), 0, "{path}: {text}");
    }

    fn fails(path: &str, text: &str) {
        assert_eq!(in_file(path, text), 1, "{path}: {text}");
    }

    #[test]
    fn arrows_run_downwards() {
        passes("lib.rs", "pub mod api; pub use api::Staka; pub use crate::service::buy;");
        passes("model/user.rs", "use crate::base::Id;");
        passes("repo/orders.rs", "use crate::{base::Id, db::Conn, model::{Order, view}};");
        passes("service/buy.rs", "use crate::repo::users; use super::super::db;");
        passes("api/mod.rs", "use crate::{stats, service, verify, repo};");
        passes("base/mod.rs", "use super::base::text; mod text;");
        fails("base/id.rs", "use crate::model::User;");
        fails("model/user.rs", "use crate::db::Conn;");
        fails("model/user.rs", "use crate::{base::Id, repo::users};");
        fails("db/pool.rs", "use crate::{base::Id, model};");
        fails("stats/money.rs", "use crate::repo::users::User;");
        fails("service/buy.rs", "use crate::api::Staka;");
        fails("verify/orphans.rs", "use crate::service;");
        fails("repo/orders.rs", "pub use crate::service::buy as sell;");
        fails("model/view/order.rs", "use super::super::super::repo::users;");
    }

    #[test]
    fn arrows_without_use_are_seen() {
        fails("model/user.rs", "fn a() -> crate::db::Conn { todo() }");
        fails("model/user.rs", "fn a() { super::super::repo::users::list() }");
        fails("model/user.rs", "fn a(b: Vec<<crate::service::X as T>::Y>) {}");
        fails("model/user.rs", "fn a() { vec![1, crate::service::x()]; }");
        fails("model/user.rs", "fn a() { m!({ super::super::service::x() }); }");
        fails("model/user.rs", "macro_rules! m { () => { $crate::repo::list() } }");
        fails("model/user.rs", "#[serde(with = \"crate::service::wire\")] struct A;");
        fails("model/user.rs", "#[derive(crate::service::Derive)] struct A;");
        fails("model/user.rs", "#[cfg(test)] mod tests { use crate::repo::users; }");
        fails("model/user.rs", "use crate::base; fn a() { base::b(); } use super::super::db as x;");
        passes("model/user.rs", "pub(in crate::model) fn a() { m!(crate::base::b) }");
        passes("model/user.rs", "//! See [`crate::api::Staka`].\nfn a() { \"crate::service\"; }");
        passes("db/x.rs", "macro_rules! m { () => { $crate::db::y() } }");
        passes("model/user.rs", "use ::api::x; use api_client::service; mod repo {} use self::repo::A;");
    }

    #[test]
    fn the_root_is_no_way_around() {
        fails("repo/orders.rs", "use crate::Staka;");
        fails("repo/orders.rs", "fn a(b: crate::Staka) {}");
        fails("repo/orders.rs", "fn a() { crate::ops!(); }");
        fails("helpers.rs", "fn a() {}");
        passes("repo/orders.rs", "fn a() { crate::text!(); } use crate::text;");
    }

    #[test]
    fn siblings_stand_apart() {
        fails("repo/orders.rs", "use super::users::User;");
        fails("repo/orders.rs", "use super::User;");
        fails("repo/orders.rs", "use crate::repo::users;");
        fails("repo/orders.rs", "use crate::repo; fn a() { repo::users::list() }");
        fails("repo/orders/list.rs", "use super::super::users::User;");
        passes("repo/orders.rs", "use super::table::Table; use crate::repo::Shared;");
        passes("repo/orders/list.rs", "use super::Order; use crate::repo::orders::Order;");
        passes("base/a.rs", "use super::text::b;");
    }

    #[test]
    fn no_globs_of_the_root() {
        fails("api/mod.rs", "use crate::*;");
        fails("lib.rs", "mod a { pub use crate::*; }");
        fails("lib.rs", "mod a { use crate::{self as house}; }");
        fails("api/x.rs", "use crate as house;");
        fails("api/x.rs", "use super::*;");
        fails("api/x.rs", "m! { use crate::*; }");
        fails("api/x.rs", "#[cfg(test)] mod tests { use super::super::*; }");
        passes("api/x.rs", "#[cfg(test)] mod tests { use super::*; mod more { use super::super::*; } }");
        passes("api/x.rs", "use crate::model::*; #[cfg(test)] use super::*;");
        assert_eq!(found(&[("staka-cli/src/run.rs", "\nuse crate::*;")]), ["staka-cli/src/run.rs:2"]);
        assert!(found(&[("staka-cli/tests/it/run.rs", "use super::*;")]).is_empty());
        assert!(found(&[("staka-cli/src/run.rs", "use crate::args::Args;")]).is_empty());
    }
}
