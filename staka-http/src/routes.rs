//! The route table: a line for each operation.

use crate::call::Call;
use crate::route::{Route, get, patch};

/// What stands in braces is a parameter of the operation. Its other parameters come from the query of what is got or
/// removed, from the JSON body of everything else.
pub(crate) const ROUTES: &[Route] = &[
    get("/v1/users/{user}/notifications/unread-count", "notifications.unread_count"),
    get("/v1/users/{user}/notifications", "notifications.list"),
    patch("/v1/users/{user}/notifications/read-all", "notifications.mark_all_read"),
    get("/v1/users/{user}/payment-methods", "payment_methods.list_active"),
    get("/v1/users/{user}/commandes", "commandes.list_with_invoices"),
    get("/v1/users/{user}/conversations", "messages.conversations"),
    get("/v1/conversations/{id}/messages", "messages.conversation"),
    get("/v1/stats/payments-by-status", "stats.payments_by_status"),
    get("/v1/stats/dashboard", "stats.dashboard"),
    get("/v1/stats/users-by-role", "stats.users_by_role"),
    get("/v1/stats/commandes-by-statut", "stats.commandes_by_statut"),
    get("/v1/stats/revenue", "stats.revenue"),
    get("/v1/stats/messages-by-type-and-statut", "stats.messages_by_type_and_statut"),
    get("/v1/stats/messages", "stats.messages"),
    get("/v1/audit-logs/recent", "audit_logs.recent"),
    get("/v1/pages", "pages.published"),
    get("/v1/faqs/count-by-categorie", "faqs.count_by_categorie"),
    get("/v1/tarifs", "tarifs.active"),
];

/// The table with what each line takes, or what is wrong with it.
pub(crate) fn planned() -> Result<Vec<(&'static Route, Call)>, String> {
    for (at, route) in ROUTES.iter().enumerate() {
        // The router takes `{user}` and `{id}` at one place of two addresses, not of one.
        let same = |other: &&Route| other.path != route.path && pattern(other.path) == pattern(route.path);
        if let Some(other) = ROUTES[..at].iter().find(same) {
            return Err(format!("{} and {} are one address with two names for its parts", other.path, route.path));
        }
    }
    ROUTES.iter().map(|route| Ok((route, Call::plan(route)?))).collect()
}

/// The address without the names in it.
fn pattern(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use staka_core::Operation;

    use super::*;

    #[test]
    fn every_operation_has_exactly_one_route() {
        let planned = planned().expect("every line fits its operation");
        for operation in Operation::all() {
            let lines = planned.iter().filter(|(route, _)| route.operation == operation.name);
            assert_eq!(lines.count(), 1, "{}", operation.name);
        }
        assert_eq!(planned.len(), Operation::all().len());
    }

    #[test]
    fn a_line_that_does_not_fit_is_refused() {
        for (route, fault) in [
            (get("/v1/x", "notifications.nothing"), "there is no operation notifications.nothing"),
            (get("/v1/{who}", "notifications.list"), "{who} is no parameter of notifications.list"),
            (get("/v1/{options}", "notifications.list"), "{options} is no parameter of notifications.list"),
            (get("/v1/{severities}", "audit_logs.recent"), "{severities} is a list and cannot stand in a path"),
            (get("/v1/{user}", "notifications.mark_all_read"), "Get is not for what writes"),
            (patch("/v1/{user}", "notifications.list"), "Patch is for what writes"),
        ] {
            let refused = Call::plan(&route).err().unwrap_or_default();
            assert!(refused.contains(fault), "{}: {refused:?}", route.path);
        }
    }
}
