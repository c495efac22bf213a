//! The lists of orders: those of a user, a user's projects, and those for administrators.

use serde::Deserialize;
use staka_macros::Described;

use crate::base::{Args, Between, Match, Page, PageRequest, Predicate, Result, TextEnum, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{CommandeWithClient, CommandesByStatut, Project, ProjectCounts};
use crate::model::{Commande, Priorite, ProjectStatus, StatutCommande, UserId};
use crate::repo::select::{self, By, List, Path, SEARCHED, SortColumn, UNINDEXED, UNSORTED};
use crate::repo::sort::sort_order;

/// All columns of an order, in the order of the table.
macro_rules! row {
    () => {
        "c.`id`, c.`userId`, c.`titre`, c.`description`, c.`fichierUrl`, c.`statut`, c.`noteClient`, c.`noteCorrecteur`, \
         c.`priorite`, c.`dateEcheance`, c.`dateFinition`, c.`createdAt`, c.`updatedAt`, c.`paymentStatus`, \
         c.`stripeSessionId`, c.`amount`"
    };
}

/// A filter for a user's orders.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct UserCommandeFilter {
    /// Statuts of the orders; any by default.
    pub statut: Match<StatutCommande>,
}

/// Otherwise the server intersects the index of the user with that of all orders of a statut.
const OF_USER: &str = "commandes c FORCE INDEX (staka_commandes_recent)";

static BY_USER: List = List {
    name: "commandes.list_by_user",
    columns: row!(),
    from: OF_USER,
    id: "c.`id`",
    joined: &[],
    paths: &[
        Path::index(By::Default, "c", &["staka_commandes_recent"]),
        Path::index(By::Filter(&["statut"]), "c", &["staka_commandes_recent"]),
    ],
};

/// Returns a user's orders, newest first.
pub async fn list_by_user(
    conn: &mut Conn,
    user: &UserId,
    filter: &UserCommandeFilter,
    page: &PageRequest,
) -> Result<Page<Commande>> {
    let mut predicate = Predicate::default();
    predicate.and("c.`userId` = ?").push(user);
    predicate.matches("c.`statut`", &filter.statut);
    select::page(conn, &BY_USER, predicate, &[SortColumn::desc("c.`createdAt`")], page, 10, 100).await
}

/// A filter for a user's projects; all fields that are set must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ProjectFilter {
    /// Status of the projects.
    pub status: ProjectStatus,
    /// Text contained in the title, ignoring case and accents.
    #[described(bounds = Bounds::chars(0, 100).trimmed())]
    pub search: Option<String>,
}

/// The maximum length of a search text for projects, in characters.
const MAX_SEARCH: usize = 100;

static PROJECTS: List = List {
    name: "commandes.list_projects",
    columns: "c.`id`, c.`titre`, c.`description`, c.`statut`, c.`priorite`, c.`dateEcheance`, c.`dateFinition`, \
              c.`createdAt`, c.`updatedAt`, c.`paymentStatus`, c.`amount`, \
              (SELECT COUNT(*) FROM files f WHERE f.`commandeId` = c.`id`), \
              (SELECT COUNT(*) FROM files f WHERE f.`commandeId` = c.`id` \
               AND LEFT(f.`description`, 11) = CAST('ADMIN_FILE:' AS BINARY))",
    from: OF_USER,
    id: "c.`id`",
    joined: &[Access::Index { table: "f", keys: &["staka_files_commande", "files_commandeId_idx"] }],
    paths: &[
        Path::index(By::Default, "c", &["staka_commandes_recent"]),
        Path::index(By::Filter(&["status", "search"]), "c", &["staka_commandes_recent"]),
    ],
};

/// Returns a user's projects, latest due date first; those without one come last, and equal ones are sorted newest
/// first.
pub async fn list_projects(
    conn: &mut Conn,
    user: &UserId,
    filter: &ProjectFilter,
    page: &PageRequest,
) -> Result<Page<Project>> {
    let mut predicate = Predicate::default();
    predicate.and("c.`userId` = ?").push(user);
    let values = filter.status.statut_values();
    if !values.is_empty() {
        let placeholders = vec!["?"; values.len()].join(", ");
        let args = predicate.and(&format!("c.`statut` IN ({placeholders})"));
        for value in values {
            args.push(*value);
        }
    }
    match filter.search.as_deref() {
        Some(text) if text.trim().chars().count() > MAX_SEARCH => {
            predicate.add_violation("search", format!("must be at most {MAX_SEARCH} characters"));
        }
        text => predicate.contains(&["c.`titre`"], text),
    }
    let by = [SortColumn::desc("c.`dateEcheance`").nullable(), SortColumn::desc("c.`createdAt`")];
    let mut listing: Page<Project> = select::page(conn, &PROJECTS, predicate, &by, page, 10, 100).await?;
    for project in &mut listing.items {
        project.progress = project.statut.progress();
    }
    Ok(listing)
}

static PROJECT_COUNTS: Statement = Statement::fixed(
    "commandes.count_projects",
    "SELECT c.statut, COUNT(*) FROM commandes c FORCE INDEX (staka_commandes_recent) WHERE c.userId = ? GROUP BY c.statut",
    &[Access::Index { table: "c", keys: &["staka_commandes_recent"] }],
);

/// Returns the number of a user's projects, in total and by project status.
pub async fn count_projects(conn: &mut Conn, user: &UserId) -> Result<ProjectCounts> {
    let mut counts = ProjectCounts::default();
    conn.each(&PROJECT_COUNTS, Args::new().with(user), |group: CommandesByStatut| {
        let is_in = |status: ProjectStatus| status.statut_values().contains(&group.statut.as_str());
        counts.all += group.count;
        // A project status combines several statuts, so their counts are added.
        if is_in(ProjectStatus::Active) {
            counts.active += group.count;
        } else if is_in(ProjectStatus::Pending) {
            counts.pending += group.count;
        } else if is_in(ProjectStatus::Completed) {
            counts.completed += group.count;
        }
    })
    .await?;
    Ok(counts)
}

/// A filter for orders; all fields that are set must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct CommandeFilter {
    /// Text contained in the id, the title or the client's e-mail address, ignoring case and accents.
    #[described(bounds = Bounds::chars(0, 255).trimmed())]
    pub search: Option<String>,
    /// Statuts of the orders; any by default.
    pub statut: Match<StatutCommande>,
    /// Priorities of the orders; any by default.
    pub priorite: Match<Priorite>,
    /// User ids of the clients; any by default.
    pub client_id: Match<UserId>,
    /// Payment statuses, null for orders without any payment; any by default.
    #[described(bounds = Bounds::chars(0, 50))]
    pub payment_status: Match<String>,
    /// Period of creation, UTC: `from ≤ createdAt < to`; any time by default. To include a whole last day, set `to` to
    /// the day after.
    pub created_at: Between<Timestamp>,
}

sort_order! {
    /// A sort order for orders.
    pub struct CommandeSort by
    /// The field by which orders are sorted.
    CommandeSortKey {
        /// Time of creation.
        CreatedAt = "createdAt" => SortColumn::desc("c.`createdAt`"),
        /// Time of the last change.
        UpdatedAt = "updatedAt" => SortColumn::desc("c.`updatedAt`"),
        /// Title of the manuscript.
        Titre = "titre" => SortColumn::desc("c.`titre`"),
        /// Statut, in the order of the Prisma schema.
        Statut = "statut" => SortColumn::desc("c.`statut`").enum_ordinal(),
        /// Priority, from low to high.
        Priorite = "priorite" => SortColumn::desc("c.`priorite`").enum_ordinal(),
        /// Due date.
        DateEcheance = "dateEcheance" => SortColumn::desc("c.`dateEcheance`").nullable(),
        /// Price in centimes.
        Amount = "amount" => SortColumn::desc("c.`amount`").nullable(),
    }
}

/// One predicate for list, count and groups, so that they always cover the same rows.
fn predicate(filter: &CommandeFilter) -> Predicate {
    let mut predicate = Predicate::default();
    predicate.matches("c.`statut`", &filter.statut);
    predicate.matches("c.`priorite`", &filter.priorite);
    predicate.matches_as("clientId", "c.`userId`", &filter.client_id);
    predicate.matches("c.`paymentStatus`", &filter.payment_status);
    predicate.between("c.`createdAt`", &filter.created_at);
    let email = "(SELECT e.`email` FROM users e WHERE e.`id` = c.`userId`)";
    predicate.contains(&["c.`id`", "c.`titre`", email], filter.search.as_deref());
    predicate
}

/// STRAIGHT_JOIN keeps the order of the tables; starting with the users, the server would sort all orders for one page.
static LIST: List = List {
    name: "commandes.list",
    columns: concat!(row!(), ", u.`id`, u.`prenom`, u.`nom`, u.`email`, u.`isActive`"),
    from: "commandes c STRAIGHT_JOIN users u ON u.`id` = c.`userId`",
    id: "c.`id`",
    joined: &[Access::Index { table: "u", keys: &["PRIMARY"] }, Access::Index { table: "e", keys: &["PRIMARY"] }],
    paths: &[
        Path::index(By::Default, "c", &["commandes_createdAt_idx"]),
        Path::scan(By::Filter(&["search"]), "c", SEARCHED),
        Path::index(
            By::Filter(&["statut"]),
            "c",
            &["staka_commandes_statut", "commandes_statut_idx", "commandes_createdAt_idx"],
        ),
        Path::index(By::Filter(&["priorite"]), "c", &["commandes_priorite_idx", "commandes_createdAt_idx"]),
        Path::index(By::Filter(&["clientId"]), "c", &["staka_commandes_recent", "commandes_userId_idx"]),
        Path::scan(By::Filter(&["paymentStatus"]), "c", UNINDEXED),
        Path::index(
            By::Filter(&["createdAt"]),
            "c",
            &["commandes_createdAt_idx", "staka_commandes_period", "staka_commandes_outcome"],
        ),
        Path::index(By::Sort(&["createdAt"]), "c", &["commandes_createdAt_idx"]),
        Path::index(By::Sort(&["statut"]), "c", &["commandes_statut_idx"]),
        Path::index(By::Sort(&["priorite"]), "c", &["commandes_priorite_idx"]),
        Path::scan(By::Sort(&["updatedAt", "titre", "dateEcheance", "amount"]), "c", UNSORTED),
    ],
};

/// Counting needs no join with the clients.
static COUNT: List = List { name: "commandes.count", from: "commandes c", ..LIST };

static COUNT_BY_STATUT: List = List { name: "commandes.count_by_statut", ..COUNT };

/// Returns the orders that match the filter, each with its client; newest first by default.
pub async fn list(
    conn: &mut Conn,
    filter: &CommandeFilter,
    sort: CommandeSort,
    page: &PageRequest,
) -> Result<Page<CommandeWithClient>> {
    select::page(conn, &LIST, predicate(filter), &[sort.column()], page, 10, 100).await
}

/// Returns the number of orders that match the filter.
pub async fn count(conn: &mut Conn, filter: &CommandeFilter) -> Result<u64> {
    select::count(conn, &COUNT, predicate(filter)).await
}

/// Returns that number by statut: each statut of the Prisma schema, then others that the database contains.
pub async fn count_by_statut(conn: &mut Conn, filter: &CommandeFilter) -> Result<Vec<CommandesByStatut>> {
    let (condition, args) = predicate(filter).into_parts()?;
    let List { name, from, .. } = COUNT_BY_STATUT;
    let text = format!("SELECT c.statut, COUNT(*) FROM {from} WHERE {condition} GROUP BY c.statut");
    let found: Vec<CommandesByStatut> = conn.all(&Statement::fixed(name, "", &[]).with_text(text), args).await?;
    let mut groups: Vec<CommandesByStatut> = StatutCommande::VALUES
        .iter()
        .filter_map(|value| StatutCommande::from_variant(value))
        .map(|statut| CommandesByStatut { statut, count: 0 })
        .collect();
    for group in found {
        match groups.iter_mut().find(|known| known.statut == group.statut) {
            Some(known) => known.count = group.count,
            None => groups.push(group),
        }
    }
    Ok(groups)
}

/// Returns the lists of this module.
pub(in crate::repo) fn lists() -> Vec<&'static List> {
    vec![&BY_USER, &PROJECTS, &LIST, &COUNT, &COUNT_BY_STATUT]
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&PROJECT_COUNTS]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Table;
    use crate::model::CORRECTED;

    #[test]
    fn a_row_has_all_columns_in_their_order() {
        assert_eq!(row!(), crate::repo::table::columns("c", Commande::COLUMNS));
        assert!(PROJECTS.columns.contains(&format!("LEFT(f.`description`, {}) = CAST('{CORRECTED}'", CORRECTED.len())));
    }
}
