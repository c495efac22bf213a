//! The groups of operations as data: where an operation of a group belongs, and the rows that its skeleton reads.

/// The rows that a skeleton reads or writes, one by its id.
pub(super) struct Rows {
    pub(super) table: &'static str,
    /// The module with the table's statements, from the root of `staka-core`.
    pub(super) module: &'static str,
    /// The type of the id.
    pub(super) id: &'static str,
    /// What the documentation calls a row.
    pub(super) noun: &'static str,
    /// The parameter's name in groups of other rows.
    pub(super) parameter: &'static str,
    /// The operation whose example, and whose line of the matrix, names a row by `id`.
    pub(super) example: &'static str,
}

/// A group of operations.
pub(super) struct Group {
    pub(super) name: &'static str,
    /// The module with the group's service functions; none if the group only reads.
    pub(super) service: Option<&'static str>,
    pub(super) rows: &'static Rows,
}

const COMMANDES: Rows = Rows {
    table: "commandes",
    module: "repo::commandes",
    id: "CommandeId",
    noun: "order",
    parameter: "commande",
    example: "commandes.get",
};

const FAQS: Rows =
    Rows { table: "faqs", module: "repo::faqs", id: "FaqId", noun: "question", parameter: "faq", example: "faqs.get" };

const FILES: Rows =
    Rows { table: "files", module: "repo::files", id: "FileId", noun: "file", parameter: "file", example: "files.get" };

const INVOICES: Rows = Rows {
    table: "invoices",
    module: "repo::invoices",
    id: "InvoiceId",
    noun: "invoice",
    parameter: "invoice",
    example: "invoices.get",
};

const MESSAGES: Rows = Rows {
    table: "messages",
    module: "repo::messages",
    id: "MessageId",
    noun: "message",
    parameter: "message",
    example: "messages.get",
};

const NOTIFICATIONS: Rows = Rows {
    table: "notifications",
    module: "repo::notifications",
    id: "NotificationId",
    noun: "notification",
    parameter: "notification",
    example: "notifications.get",
};

const PAGES: Rows = Rows {
    table: "pages",
    module: "repo::pages",
    id: "CmsPageId",
    noun: "page",
    parameter: "page",
    example: "pages.get",
};

const PAYMENT_METHODS: Rows = Rows {
    table: "payment_methods",
    module: "repo::payment_methods",
    id: "PaymentMethodId",
    noun: "card",
    parameter: "card",
    example: "payment_methods.set_default",
};

const TARIFS: Rows = Rows {
    table: "tarifs",
    module: "repo::tarifs",
    id: "TarifId",
    noun: "tarif",
    parameter: "tarif",
    example: "tarifs.get",
};

const TICKETS: Rows = Rows {
    table: "support_requests",
    module: "repo::support_requests",
    id: "SupportRequestId",
    noun: "ticket",
    parameter: "ticket",
    example: "tickets.get",
};

const USERS: Rows =
    Rows { table: "users", module: "repo::users", id: "UserId", noun: "user", parameter: "user", example: "users.get" };

/// Statistics have their statements in files of their own.
const COUNTED_USERS: Rows = Rows { module: "stats::users", ..USERS };

/// All groups. Groups without rows of their own begin with those that their operations mostly concern.
pub(super) const GROUPS: &[Group] = &[
    Group { name: "accounts", service: Some("service::accounts"), rows: &USERS },
    Group { name: "audit_logs", service: Some("service::audit"), rows: &USERS },
    Group { name: "billing", service: Some("service::billing"), rows: &COMMANDES },
    Group { name: "commandes", service: Some("service::commandes"), rows: &COMMANDES },
    Group { name: "consultations", service: Some("service::messages"), rows: &MESSAGES },
    Group { name: "faqs", service: Some("service::faqs"), rows: &FAQS },
    Group { name: "files", service: Some("service::files"), rows: &FILES },
    Group { name: "invoices", service: Some("service::billing::invoices"), rows: &INVOICES },
    Group { name: "messages", service: Some("service::messages"), rows: &MESSAGES },
    Group { name: "notifications", service: Some("service::notifications"), rows: &NOTIFICATIONS },
    Group { name: "pages", service: Some("service::pages"), rows: &PAGES },
    Group { name: "password_resets", service: Some("service::password_resets"), rows: &USERS },
    Group { name: "payment_methods", service: Some("service::payment_methods"), rows: &PAYMENT_METHODS },
    Group { name: "payments", service: Some("service::billing::payments"), rows: &COMMANDES },
    Group { name: "privacy", service: Some("service::privacy"), rows: &USERS },
    Group { name: "settings", service: Some("service::settings"), rows: &USERS },
    Group { name: "stats", service: None, rows: &COUNTED_USERS },
    Group { name: "tarifs", service: Some("service::tarifs"), rows: &TARIFS },
    Group { name: "tickets", service: Some("service::tickets"), rows: &TICKETS },
    Group { name: "users", service: Some("service::accounts"), rows: &USERS },
];
