//! The time that an operation may take.

use staka_core::base::Shape;
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

/// Returns the class of an operation in milliseconds: that of the specification if it has one, otherwise 5 for a row or number found by its key, 50 for a page, a list, a
/// count by a filter and a write, 200 for figures, 500 for all rows of a person or period and for hashing a password.
pub(crate) fn class(operation: &Operation, output: &Shape) -> u32 {
    if let Some(target) = Target::of(operation.name) {
        return target.class_ms;
    }
    if LARGE.contains(&operation.name) {
        return 500;
    }
    let (group, verb) = operation.name.split_once('.').unwrap_or_default();
    match (operation.kind, output.plain()) {
        (Kind::Write, _) => 50,
        _ if group == "stats" || matches!(verb, "stats" | "get_stats" | "vat") => 200,
        (_, Shape::Page(_) | Shape::List(..)) => 50,
        _ if verb.starts_with("count") => 50,
        _ => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_operations_exist() {
        for name in LARGE {
            assert!(Operation::find(name).is_some(), "{name}");
        }
    }
}
