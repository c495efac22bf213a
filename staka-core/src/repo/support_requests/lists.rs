//! Lists of tickets: those of a client, and the filtered ones of administrators.

use serde::Deserialize;
use staka_macros::Described;

use crate::base::{Between, Length, Match, Page, PageRequest, Predicate, Result, Timestamp, Validate};
use crate::db::{Access, Conn};
use crate::model::view::{Ticket, TicketWithClient};
use crate::model::{SupportCategory, SupportPriority, SupportRequestStatus, UserId};
use crate::repo::select::{self, By, List, Path, SEARCHED, SortColumn, UNINDEXED, UNSORTED};
use crate::repo::sort::sort_order;

/// All columns of a ticket in their order.
macro_rules! row {
    () => {
        "t.`id`, t.`userId`, t.`title`, t.`description`, t.`category`, t.`priority`, t.`status`, t.`assignedToId`, \
         t.`source`, t.`tags`, t.`firstResponseAt`, t.`resolvedAt`, t.`closedAt`, t.`createdAt`, t.`updatedAt`"
    };
}

/// Filter of a client's tickets.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct UserTicketFilter {
    /// Status of the tickets.
    pub status: Match<SupportRequestStatus>,
}

static BY_USER: List = List {
    name: "tickets.list_by_user",
    columns: row!(),
    // Otherwise the server intersects the index of the user with that of all tickets of a status.
    from: "support_requests t FORCE INDEX (support_requests_userId_idx)",
    id: "t.`id`",
    joined: &[],
    paths: &[
        Path::index(By::Default, "t", &["support_requests_userId_idx"]),
        Path::index(By::Filter(&["status"]), "t", &["support_requests_userId_idx"]),
    ],
};

/// Returns a client's tickets, the newest first; 20 per page by default, at most 100.
pub async fn list_by_user(
    conn: &mut Conn,
    user: &UserId,
    filter: &UserTicketFilter,
    page: &PageRequest,
) -> Result<Page<Ticket>> {
    let mut predicate = Predicate::default();
    predicate.and("t.`userId` = ?").push(user);
    predicate.matches("t.`status`", &filter.status);
    select::page(conn, &BY_USER, predicate, &[SortColumn::desc("t.`createdAt`")], page, 20, 100).await
}

/// Filter of a list of tickets. A ticket must match every field given; fields left out match all.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct TicketFilter {
    /// Text that the title, the description, or the client's name or e-mail address must contain, ignoring case and
    /// accents.
    #[described(bounds = Bounds::chars(0, 255).trimmed())]
    pub search: Option<String>,
    /// Status of the tickets.
    pub status: Match<SupportRequestStatus>,
    /// Priority of the tickets.
    pub priority: Match<SupportPriority>,
    /// Category of the tickets.
    pub category: Match<SupportCategory>,
    /// The agent's user id; null matches unassigned tickets.
    pub assigned_to_id: Match<UserId>,
    /// The client's user id.
    pub client_id: Match<UserId>,
    /// A tag that the tickets must have, ignoring case and accents; without a comma.
    #[described(bounds = Bounds::chars(0, 255).trimmed())]
    pub tag: Option<String>,
    /// Time of creation, UTC: `from ≤ createdAt < to`.
    pub created_at: Between<Timestamp>,
}

sort_order! {
    /// Order of a list of tickets; ties are broken by id.
    pub struct TicketSort by
    /// The key by which tickets are sorted.
    TicketSortKey {
        /// Time of creation.
        CreatedAt = "createdAt" => SortColumn::desc("t.`createdAt`"),
        /// Time of the last change.
        UpdatedAt = "updatedAt" => SortColumn::desc("t.`updatedAt`"),
        /// Priority, from low to high.
        Priority = "priority" => SortColumn::desc("t.`priority`").enum_ordinal(),
        /// Status, in the order of the schema.
        Status = "status" => SortColumn::desc("t.`status`").enum_ordinal(),
        /// Time of the first response.
        FirstResponseAt = "firstResponseAt" => SortColumn::desc("t.`firstResponseAt`").nullable(),
        /// Time of the resolution.
        ResolvedAt = "resolvedAt" => SortColumn::desc("t.`resolvedAt`").nullable(),
    }
}

/// Returns the condition of the filter, which list and count share.
fn predicate(filter: &TicketFilter) -> Predicate {
    let mut predicate = Predicate::default();
    predicate.matches("t.`status`", &filter.status);
    predicate.matches("t.`priority`", &filter.priority);
    predicate.matches("t.`category`", &filter.category);
    predicate.matches("t.`assignedToId`", &filter.assigned_to_id);
    predicate.matches_as("clientId", "t.`userId`", &filter.client_id);
    predicate.between("t.`createdAt`", &filter.created_at);
    predicate
        .contains(&["t.`title`", "t.`description`", "u.`prenom`", "u.`nom`", "u.`email`"], filter.search.as_deref());
    if let Some(tag) = filter.tag.as_deref().map(str::trim).filter(|tag| !tag.is_empty()) {
        match tag.problem(Length::Chars(255)) {
            Some(problem) => predicate.add_violation("tag", problem),
            None if tag.contains(',') => predicate.add_violation("tag", "must not contain a comma"),
            // Other programs put spaces around the commas.
            None => {
                let condition = "FIND_IN_SET(?, REPLACE(REPLACE(TRIM(t.`tags`), ', ', ','), ' ,', ',')) > 0";
                predicate.and_for("tag", condition).push(tag);
            }
        }
    }
    predicate
}

/// `STRAIGHT_JOIN` keeps the order of the tables: a server that started with the users would sort all tickets for one
/// page.
static LIST: List = List {
    name: "tickets.list",
    columns: concat!(row!(), ", u.`id`, u.`prenom`, u.`nom`, u.`email`, u.`isActive`"),
    from: "support_requests t STRAIGHT_JOIN users u ON u.`id` = t.`userId`",
    id: "t.`id`",
    joined: &[Access::Index { table: "u", keys: &["PRIMARY"] }],
    paths: &[
        Path::index(By::Default, "t", &["support_requests_createdAt_idx"]),
        Path::scan(By::Filter(&["search"]), "t", SEARCHED),
        Path::index(By::Filter(&["status"]), "t", &["support_requests_status_idx", "support_requests_createdAt_idx"]),
        Path::index(
            By::Filter(&["priority"]),
            "t",
            &["support_requests_priority_idx", "support_requests_createdAt_idx"],
        ),
        Path::index(
            By::Filter(&["category"]),
            "t",
            &["support_requests_category_idx", "support_requests_createdAt_idx"],
        ),
        Path::index(
            By::Filter(&["assignedToId"]),
            "t",
            &["staka_tickets_queue", "support_requests_assignedToId_idx", "support_requests_createdAt_idx"],
        ),
        Path::index(By::Filter(&["clientId"]), "t", &["support_requests_userId_idx"]),
        Path::scan(By::Filter(&["tag"]), "t", UNINDEXED),
        Path::index(By::Filter(&["createdAt"]), "t", &["support_requests_createdAt_idx", "staka_tickets_load"]),
        Path::index(By::Sort(&["createdAt"]), "t", &["support_requests_createdAt_idx"]),
        Path::index(By::Sort(&["priority"]), "t", &["support_requests_priority_idx"]),
        Path::index(By::Sort(&["status"]), "t", &["support_requests_status_idx"]),
        Path::scan(By::Sort(&["updatedAt", "firstResponseAt", "resolvedAt"]), "t", UNSORTED),
    ],
};

/// Returns the tickets that match the filter, each with its client; 20 per page by default, at most 100.
pub async fn list(
    conn: &mut Conn,
    filter: &TicketFilter,
    sort: TicketSort,
    page: &PageRequest,
) -> Result<Page<TicketWithClient>> {
    select::page(conn, &LIST, predicate(filter), &[sort.column()], page, 20, 100).await
}

static COUNT: List = List { name: "tickets.count", ..LIST };

/// Returns how many tickets match the filter.
pub async fn count(conn: &mut Conn, filter: &TicketFilter) -> Result<u64> {
    select::count(conn, &COUNT, predicate(filter)).await
}

/// Returns the lists of this module.
pub(in crate::repo) fn lists() -> Vec<&'static List> {
    vec![&BY_USER, &LIST, &COUNT]
}

#[cfg(test)]
mod tests {
    use crate::base::Table;
    use crate::model::SupportRequest;

    #[test]
    fn a_row_has_all_columns_in_their_order() {
        assert_eq!(row!(), crate::repo::table::columns("t", SupportRequest::COLUMNS));
    }
}
