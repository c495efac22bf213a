//! The route table: a line for each operation.

use crate::call::Call;
use crate::route::{Route, delete, get, patch, post, put};

/// What stands in braces is a parameter of the operation. Its other parameters come from the query of what is got or
/// removed, from the JSON body of everything else.
pub(crate) const ROUTES: &[Route] = &[
    post("/v1/auth/register", "accounts.register"),
    post("/v1/auth/login", "accounts.authenticate"),
    put("/v1/users/{user}/password", "accounts.change_password"),
    get("/v1/users/{user}/profile", "accounts.profile"),
    patch("/v1/users/{user}/profile", "accounts.update_profile"),
    get("/v1/users/{user}/preferences", "accounts.preferences"),
    patch("/v1/users/{user}/preferences", "accounts.update_preferences"),
    get("/v1/users/{user}/stats", "accounts.stats"),
    post("/v1/users/{user}/deactivate", "accounts.deactivate"),
    delete("/v1/users/{user}", "accounts.remove_self"),
    get("/v1/admin/users", "users.list"),
    get("/v1/admin/users/count", "users.count"),
    get("/v1/admin/users/stats", "users.stats"),
    get("/v1/admin/users/{id}", "users.get"),
    post("/v1/admin/users", "users.create"),
    patch("/v1/admin/users/{id}", "users.update"),
    put("/v1/admin/users/{id}/active", "users.set_active"),
    put("/v1/admin/users/{id}/role", "users.set_role"),
    put("/v1/admin/users/{id}/password", "users.set_password"),
    delete("/v1/admin/users/{id}", "users.remove"),
    post("/v1/password-resets", "password_resets.request"),
    post("/v1/password-resets/check", "password_resets.check"),
    post("/v1/password-resets/consume", "password_resets.consume"),
    post("/v1/password-resets/purge-expired", "password_resets.purge_expired"),
    get("/v1/settings/password-scheme", "settings.password_scheme"),
    put("/v1/settings/password-scheme", "settings.set_password_scheme"),
    get("/v1/users/{user}/notifications/unread-count", "notifications.unread_count"),
    get("/v1/users/{user}/notifications", "notifications.list"),
    patch("/v1/users/{user}/notifications/read-all", "notifications.mark_all_read"),
    patch("/v1/users/{user}/notifications/read", "notifications.mark_many_read"),
    delete("/v1/users/{user}/notifications/read", "notifications.remove_all_read"),
    post("/v1/users/{user}/notifications/remove", "notifications.remove_many"),
    post("/v1/users/{user}/notifications", "notifications.create"),
    get("/v1/notifications", "notifications.search"),
    get("/v1/notifications/count", "notifications.count"),
    post("/v1/notifications/for-admins", "notifications.create_for_admins"),
    post("/v1/notifications/for-users", "notifications.create_for_many"),
    post("/v1/notifications/purge", "notifications.purge_expired"),
    get("/v1/notifications/{id}", "notifications.get"),
    patch("/v1/notifications/{id}/read", "notifications.mark_read"),
    delete("/v1/notifications/{id}", "notifications.remove"),
    get("/v1/users/{user}/payment-methods", "payment_methods.list_active"),
    post("/v1/users/{user}/payment-methods", "payment_methods.add"),
    put("/v1/users/{user}/payment-methods/{id}/default", "payment_methods.set_default"),
    delete("/v1/users/{user}/payment-methods/{id}", "payment_methods.remove"),
    get("/v1/admin/payment-methods/report", "payment_methods.report"),
    post("/v1/admin/payment-methods/mend", "payment_methods.mend"),
    get("/v1/commandes/{commande}/due", "payments.due"),
    post("/v1/commandes/{commande}/checkout", "payments.open_checkout"),
    get("/v1/commandes/{commande}/payments", "payments.of_commande"),
    post("/v1/payments/events", "payments.record"),
    get("/v1/admin/payments", "payments.list"),
    get("/v1/admin/payments/events", "payments.events"),
    get("/v1/admin/payments/events/{id}", "payments.event"),
    post("/v1/admin/payments/events/{id}/retry", "payments.retry"),
    get("/v1/admin/payments/replay", "payments.replay"),
    get("/v1/users/{user}/commandes", "commandes.list_with_invoices"),
    get("/v1/users/{user}/commandes/plain", "commandes.list"),
    get("/v1/users/{user}/projects", "commandes.projects"),
    get("/v1/users/{user}/projects/counts", "commandes.project_counts"),
    get("/v1/users/{user}/files", "files.list_mine"),
    post("/v1/commandes", "commandes.create"),
    get("/v1/commandes/{id}", "commandes.get"),
    patch("/v1/commandes/{id}", "commandes.update"),
    post("/v1/commandes/{id}/cancel", "commandes.cancel"),
    get("/v1/commandes/{commande}/files", "files.list_by_commande"),
    get("/v1/admin/commandes", "commandes.search"),
    get("/v1/admin/commandes/count", "commandes.count"),
    get("/v1/admin/commandes/count-by-statut", "commandes.count_by_statut"),
    patch("/v1/admin/commandes/{id}", "commandes.manage"),
    put("/v1/admin/commandes/{id}/statut", "commandes.change_statut"),
    put("/v1/admin/commandes/{id}/statut/override", "commandes.override_statut"),
    delete("/v1/admin/commandes/{id}", "commandes.remove"),
    get("/v1/users/{user}/invoices", "invoices.list_mine"),
    get("/v1/commandes/{commande}/invoices", "invoices.list_by_commande"),
    post("/v1/commandes/{commande}/invoices", "invoices.issue"),
    put("/v1/commandes/{commande}/price", "billing.set_price"),
    get("/v1/invoices/{id}", "invoices.get"),
    post("/v1/invoices/{id}/sent", "invoices.mark_sent"),
    post("/v1/invoices/{id}/paid", "invoices.mark_paid"),
    post("/v1/invoices/{id}/cancel", "invoices.cancel"),
    post("/v1/invoices/{id}/credit-notes", "invoices.credit"),
    put("/v1/invoices/{id}/pdf", "invoices.record_pdf"),
    get("/v1/admin/invoices", "invoices.search"),
    get("/v1/admin/invoices/count", "invoices.count"),
    get("/v1/admin/invoices/stats", "invoices.stats"),
    post("/v1/admin/invoices/overdue", "invoices.mark_overdue"),
    get("/v1/admin/invoices/numbering/{year}", "invoices.numbering"),
    post("/v1/admin/invoices/series/{year}", "invoices.open_series"),
    get("/v1/admin/invoices/ledger", "invoices.ledger"),
    post("/v1/admin/invoices/ledger/csv", "invoices.ledger_csv"),
    get("/v1/admin/invoices/taxes", "invoices.taxes"),
    get("/v1/admin/billing/settings", "billing.settings"),
    patch("/v1/admin/billing/settings", "billing.set_settings"),
    post("/v1/files", "files.create"),
    get("/v1/files/{id}", "files.get"),
    patch("/v1/files/{id}", "files.update"),
    put("/v1/files/{id}/commande", "files.attach_to_commande"),
    delete("/v1/files/{id}/commande", "files.detach"),
    delete("/v1/files/{id}", "files.remove"),
    get("/v1/public/files/{id}", "files.get_public"),
    get("/v1/admin/files", "files.search"),
    get("/v1/admin/files/count", "files.count"),
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
    get("/v1/audit-logs", "audit_logs.list"),
    post("/v1/audit-logs", "audit_logs.record"),
    get("/v1/audit-logs/recent", "audit_logs.recent"),
    get("/v1/audit-logs/stats", "audit_logs.stats"),
    post("/v1/audit-logs/export", "audit_logs.export"),
    post("/v1/audit-logs/purge", "audit_logs.purge"),
    get("/v1/audit-logs/{id}", "audit_logs.get"),
    get("/v1/pages", "pages.published"),
    get("/v1/pages/visible", "pages.visible"),
    get("/v1/pages/slug/{slug}", "pages.by_slug"),
    get("/v1/admin/pages", "pages.list"),
    get("/v1/admin/pages/stats", "pages.stats"),
    get("/v1/admin/pages/{id}", "pages.get"),
    post("/v1/admin/pages", "pages.create"),
    patch("/v1/admin/pages/{id}", "pages.update"),
    patch("/v1/admin/pages/{id}/publish", "pages.publish"),
    patch("/v1/admin/pages/{id}/unpublish", "pages.unpublish"),
    patch("/v1/admin/pages/{id}/schedule", "pages.schedule"),
    patch("/v1/admin/pages/{id}/archive", "pages.archive"),
    delete("/v1/admin/pages/{id}", "pages.remove"),
    get("/v1/faqs", "faqs.public"),
    get("/v1/faqs/count-by-categorie", "faqs.count_by_categorie"),
    get("/v1/admin/faqs", "faqs.list"),
    get("/v1/admin/faqs/{id}", "faqs.get"),
    post("/v1/admin/faqs", "faqs.create"),
    put("/v1/admin/faqs/order", "faqs.reorder"),
    patch("/v1/admin/faqs/{id}", "faqs.update"),
    delete("/v1/admin/faqs/{id}", "faqs.remove"),
    get("/v1/tarifs", "tarifs.active"),
    get("/v1/tarifs/public", "tarifs.public"),
    get("/v1/admin/tarifs", "tarifs.list"),
    get("/v1/admin/tarifs/overview", "tarifs.overview"),
    get("/v1/admin/tarifs/{id}", "tarifs.get"),
    post("/v1/admin/tarifs", "tarifs.create"),
    post("/v1/admin/tarifs/stripe-plan", "tarifs.stripe_plan"),
    put("/v1/admin/tarifs/{id}/stripe-ids", "tarifs.record_stripe_ids"),
    patch("/v1/admin/tarifs/{id}", "tarifs.update"),
    delete("/v1/admin/tarifs/{id}", "tarifs.remove"),
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
