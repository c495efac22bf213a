//! The route table: a line for each operation.

use crate::call::Call;
use crate::route::{Route, delete, get, patch, post, put};

/// What stands in braces is a parameter of the operation; its other parameters come from the query.
pub(crate) const ROUTES: &[Route] = &[
    get("/v1/users/{user}/notifications/unread-count", "notifications.unread_count"),
    get("/v1/users/{user}/notifications", "notifications.list"),
    patch("/v1/users/{user}/notifications/read-all", "notifications.mark_all_read"),
    get("/v1/users/{user}/payment-methods", "payment_methods.list_active"),
    get("/v1/users/{user}/commandes", "commandes.list_with_invoices"),
    get("/v1/users/{user}/conversations", "messages.conversations"),
    get("/v1/conversations/{id}/messages", "messages.conversation"),
    get("/v1/users/{user}/conversations/archived", "messages.archived"),
    get("/v1/users/{user}/messages/unread-count", "messages.unread_count"),
    get("/v1/users/{user}/claims", "messages.claims"),
    post("/v1/users/{user}/claims", "messages.claim"),
    post("/v1/users/{user}/messages", "messages.send_to"),
    post("/v1/users/{user}/messages/system", "messages.send_system"),
    post("/v1/users/{user}/messages/welcome", "messages.welcome"),
    post("/v1/conversations/{conversation}/reply", "messages.reply"),
    post("/v1/conversations/{conversation}/mark-read", "messages.mark_read"),
    patch("/v1/conversations/{conversation}/archive", "messages.archive"),
    patch("/v1/conversations/{conversation}/unarchive", "messages.unarchive"),
    post("/v1/messages", "messages.send"),
    post("/v1/messages/visitor", "messages.send_as_visitor"),
    get("/v1/messages/search", "messages.search"),
    get("/v1/messages/count", "messages.count"),
    get("/v1/messages/{id}", "messages.get"),
    get("/v1/messages/{id}/replies", "messages.replies"),
    post("/v1/messages/{id}/delivered", "messages.mark_delivered"),
    put("/v1/messages/{id}/pin", "messages.pin"),
    delete("/v1/messages/{id}/pin", "messages.unpin"),
    get("/v1/drafts", "messages.drafts"),
    post("/v1/drafts", "messages.save_draft"),
    patch("/v1/drafts/{id}", "messages.update_draft"),
    delete("/v1/drafts/{id}", "messages.remove_draft"),
    post("/v1/drafts/{id}/send", "messages.send_draft"),
    get("/v1/inbox", "messages.inbox"),
    get("/v1/inbox/{key}", "messages.thread"),
    delete("/v1/inbox/{key}", "messages.remove_thread"),
    get("/v1/claims", "messages.all_claims"),
    delete("/v1/claims/{id}", "messages.unclaim"),
    post("/v1/contact", "messages.contact"),
    post("/v1/free-sample", "messages.free_sample"),
    get("/v1/consultations/slots", "consultations.slots"),
    post("/v1/consultations/slots", "consultations.create_slots"),
    get("/v1/consultations/slots/all", "consultations.all_slots"),
    patch("/v1/consultations/slots/{id}", "consultations.set_slot"),
    delete("/v1/consultations/slots/{id}", "consultations.remove_slot"),
    post("/v1/consultations/book", "consultations.book"),
    get("/v1/consultations/requests", "consultations.requests"),
    put("/v1/consultations/requests/{id}", "consultations.process"),
    post("/v1/consultations/requests/{id}/cancel", "consultations.cancel"),
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
    ROUTES.iter().map(|route| Ok((route, Call::plan(route)?))).collect()
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
