//! The time that the specification allows each of its 16 queries.

/// A query of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The number in the specification; none for the dashboard, which combines numbers 7 to 9.
    pub number: Option<u8>,
    /// The operation's name.
    pub operation: &'static str,
    /// The class of the query: its median must be below this many milliseconds.
    pub class_ms: u32,
}

const fn target(number: u8, operation: &'static str, class_ms: u32) -> Target {
    Target { number: Some(number), operation, class_ms }
}

/// The queries in the order of the specification. Its classes are 5 ms for a simple query, 50 ms for a list, 200 ms for
/// figures of several tables and 500 ms for heavy ones; it names 100 ms for the revenue of a month, and nothing for marking
/// notifications as read: 150 ms are for the 8,000 unread ones of the demo data's busiest user.
pub const TARGETS: [Target; 17] = [
    target(1, "notifications.unread_count", 5),
    target(2, "notifications.list_by_user", 50),
    target(3, "notifications.mark_all_read", 150),
    target(4, "payment_methods.list_active", 5),
    target(5, "commandes.list_with_invoices", 50),
    target(6, "stats.payments_by_status", 100),
    target(7, "stats.users_by_role", 200),
    target(8, "stats.commandes_by_statut", 200),
    target(9, "stats.revenue", 200),
    Target { number: None, operation: "stats.dashboard", class_ms: 200 },
    target(10, "audit_logs.list_recent", 50),
    target(11, "messages.list_conversations", 50),
    target(12, "messages.list_by_conversation", 50),
    target(13, "stats.messages_by_type_and_statut", 500),
    target(14, "pages.list_published", 5),
    target(15, "faqs.count_by_categorie", 5),
    target(16, "tarifs.list_active", 5),
];

impl Target {
    /// Returns the target of an operation, if the specification has one.
    pub fn of(operation: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.operation == operation)
    }

    /// Returns whether a median in milliseconds is within the class.
    pub fn is_held(&self, median_ms: f64) -> bool {
        median_ms < f64::from(self.class_ms)
    }
}
