//! The lists of tickets: a client's own, and the administrators'.

use serde::Deserialize;
use staka_macros::Described;

use crate::base::{Between, Direction, Fits, Length, Listing, Match, Page, Result, Timestamp, Where, choice};
use crate::db::Conn;
use crate::model::view::{SupportTicket, SupportTicketWithClient};
use crate::model::{SupportCategory, SupportPriority, SupportRequestStatus, UserId};
use crate::repo::select::{self, By, List};

/// All columns of a ticket in their order.
macro_rules! row {
    () => {
        "t.`id`, t.`userId`, t.`title`, t.`description`, t.`category`, t.`priority`, t.`status`, t.`assignedToId`, \
         t.`source`, t.`tags`, t.`firstResponseAt`, t.`resolvedAt`, t.`closedAt`, t.`createdAt`, t.`updatedAt`"
    };
}

/// Which of a client's tickets are wanted.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TicketList {
    /// Where they stand.
    pub status: Match<SupportRequestStatus>,
}

static OF_USER: List = List { name: "support.list_mine", columns: row!(), from: "support_requests t", id: "t.`id`" };

/// A client's tickets, the newest first: 20 a page, 100 at the most.
pub async fn of_user(
    conn: &mut Conn,
    user: &UserId,
    options: &TicketList,
    page: &Page,
) -> Result<Listing<SupportTicket>> {
    let mut wanted = Where::default();
    wanted.and("t.`userId` = ?").push(user);
    wanted.matches("t.`status`", &options.status);
    select::page(conn, &OF_USER, wanted, &[By::desc("t.`createdAt`")], page, 20, 100).await
}

/// Which tickets administrators look for: every field that is given must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TicketSearch {
    /// What the title, the description, or the client's name or address contains, without regard to case and accents; 255
    /// characters at the most.
    pub search: Option<String>,
    /// Where they stand.
    pub status: Match<SupportRequestStatus>,
    /// How urgent they are.
    pub priority: Match<SupportPriority>,
    /// What they are about.
    pub category: Match<SupportCategory>,
    /// Who takes care of them; null for those of whom nobody does.
    pub assigned_to_id: Match<UserId>,
    /// Who asks.
    pub client_id: Match<UserId>,
    /// A tag that they bear, without regard to case and accents.
    pub tag: Option<String>,
    /// When they were made: `from ≤ createdAt < to`.
    pub created_at: Between<Timestamp>,
}

choice! {
    /// By what administrators sort tickets.
    pub enum TicketSort {
        /// When they were made.
        CreatedAt = "createdAt",
        /// When they were last written.
        UpdatedAt = "updatedAt",
        /// How urgent they are.
        Priority = "priority",
        /// Where they stand, in the guide's order.
        Status = "status",
        /// When they were first answered.
        FirstResponseAt = "firstResponseAt",
        /// When they were solved.
        ResolvedAt = "resolvedAt",
    }
}

/// In which order administrators want tickets.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TicketOrder {
    /// By what; ids decide among the same.
    pub sort: TicketSort,
    /// Which end comes first; `desc` unless said otherwise.
    pub direction: Option<Direction>,
}

impl TicketOrder {
    fn by(&self) -> By {
        let towards = match self.direction {
            Some(Direction::Asc) => By::asc,
            Some(Direction::Desc) | None => By::desc,
        };
        match self.sort {
            TicketSort::CreatedAt => towards("t.`createdAt`"),
            TicketSort::UpdatedAt => towards("t.`updatedAt`"),
            TicketSort::Priority => towards("t.`priority`").word(),
            TicketSort::Status => towards("t.`status`").word(),
            TicketSort::FirstResponseAt => towards("t.`firstResponseAt`").nullable(),
            TicketSort::ResolvedAt => towards("t.`resolvedAt`").nullable(),
        }
    }
}

/// One place for list and count, so that they never speak of different rows.
fn wanted(filter: &TicketSearch) -> Where {
    let mut wanted = Where::default();
    wanted.matches("t.`status`", &filter.status);
    wanted.matches("t.`priority`", &filter.priority);
    wanted.matches("t.`category`", &filter.category);
    wanted.matches("t.`assignedToId`", &filter.assigned_to_id);
    wanted.matches("t.`userId`", &filter.client_id);
    wanted.between("t.`createdAt`", &filter.created_at);
    wanted.contains(&["t.`title`", "t.`description`", "u.`prenom`", "u.`nom`", "u.`email`"], filter.search.as_deref());
    if let Some(tag) = filter.tag.as_deref().map(str::trim).filter(|tag| !tag.is_empty()) {
        match tag.fault(Length::Chars(255)) {
            Some(problem) => wanted.fault("tag", problem),
            None if tag.contains(',') => wanted.fault("tag", "must not contain a comma"),
            // Others put blanks around their commas.
            None => wanted.and("FIND_IN_SET(?, REPLACE(REPLACE(TRIM(t.`tags`), ', ', ','), ' ,', ',')) > 0").push(tag),
        }
    }
    wanted
}

/// The order of the tables is kept: a server that began with the users would sort all tickets for one page.
static SEARCH: List = List {
    name: "support.search",
    columns: concat!(row!(), ", u.`id`, u.`prenom`, u.`nom`, u.`email`, u.`isActive`"),
    from: "support_requests t STRAIGHT_JOIN users u ON u.`id` = t.`userId`",
    id: "t.`id`",
};

/// The tickets that administrators look for, each with its client: the newest first unless said otherwise, 20 a page,
/// 100 at the most.
pub async fn search(
    conn: &mut Conn,
    filter: &TicketSearch,
    order: &TicketOrder,
    page: &Page,
) -> Result<Listing<SupportTicketWithClient>> {
    select::page(conn, &SEARCH, wanted(filter), &[order.by()], page, 20, 100).await
}

/// How many tickets there are of those that administrators look for.
pub async fn matching(conn: &mut Conn, filter: &TicketSearch) -> Result<u64> {
    select::count(conn, &SEARCH, wanted(filter)).await
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
