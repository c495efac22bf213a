//! The time that an operation may take.

use staka_core::base::Shape;
use staka_core::db::Access;
use staka_core::repo::{self, By, List};
use staka_core::{Kind, Operation};
use staka_demo::Target;

/// Operations that read or write all rows of a person or of a period, or that hash a password.
const LARGE: &[&str] = &[
    "accounts.authenticate",
    "accounts.change_password",
    "accounts.register",
    "audit_logs.export",
    "audit_logs.purge",
    "audit_logs.stats",
    "invoices.export_ledger",
    "invoices.get_numbering",
    "invoices.mark_overdue",
    "notifications.create_for_many",
    "notifications.purge_expired",
    "password_resets.consume",
    "payment_methods.find_default_conflicts",
    "payment_methods.repair_defaults",
    "payments.replay_events",
    "privacy.check",
    "privacy.erase",
    "privacy.erase_mentions",
    "privacy.export",
    "privacy.list_mentions",
    "privacy.plan_erasure",
    "privacy.purge",
    "privacy.replay_erasures",
    "privacy.summary",
    "stats.message_records",
    "stats.monthly",
    "stats.time_series",
    "users.create",
    "users.set_password",
];

/// Returns the class of a call in milliseconds: that of the specification if it has one, otherwise 5 for a row or number
/// found by its key, 50 for a page, a list and a write, 200 for figures, 500 for a count, for a filter or a sort order that
/// no index has, for all rows of a person or period, and for hashing a password.
pub(crate) fn class(operation: &Operation, output: &Shape, choice: &str) -> u32 {
    if let Some(target) = Target::of(operation.name) {
        return target.class_ms;
    }
    if LARGE.contains(&operation.name) || is_scan(operation, choice) {
        return 500;
    }
    let (group, verb) = operation.name.split_once('.').unwrap_or_default();
    match (operation.kind, output.plain()) {
        (Kind::Write, _) => 50,
        _ if group == "stats" || matches!(verb, "stats" | "get_stats" | "vat") => 200,
        (_, Shape::Page(_) | Shape::List(..)) => 50,
        _ if verb.starts_with("count") => 500,
        _ => 5,
    }
}

/// Returns whether a list reads rows in their order, or all, for a choice named `filter.…` or `sort.…`.
fn is_scan(operation: &Operation, choice: &str) -> bool {
    let Some((kind, name)) = choice.split_once('.') else { return false };
    let is_chosen = |by: By| match by {
        By::Default => false,
        By::Filter(fields) => kind == "filter" && fields.contains(&name),
        By::Sort(keys) => kind == "sort" && keys.contains(&name),
    };
    let mut paths = repo::lists().into_iter().filter(|list| list.name() == operation.name).flat_map(List::paths);
    paths.any(|path| is_chosen(path.by) && matches!(path.access, Access::Scan { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_without_an_index_has_the_largest_class() {
        let list = Operation::find("messages.list").unwrap();
        let class = |choice: &str| class(list, &list.describe().output, choice);
        assert_eq!(
            ["", "filter.senderId", "filter.search", "sort.createdAt", "sort.statut"].map(class),
            [50, 50, 500, 50, 500]
        );
    }

    #[test]
    fn the_named_operations_exist() {
        for name in LARGE {
            assert!(Operation::find(name).is_some(), "{name}");
        }
    }
}
