//! The lists of orders: an author's own, an author's projects, and the administrators'.

use serde::Deserialize;
use staka_macros::Described;

use crate::base::{Args, Between, Direction, Listing, Match, Page, Result, TextEnum, Timestamp, Where, choice};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{CommandeWithClient, CommandesByStatut, Project, ProjectCounts};
use crate::model::{Commande, Priorite, ProjectStatus, StatutCommande, UserId};
use crate::repo::select::{self, By, List};

/// All columns of an order in their order.
macro_rules! row {
    () => {
        "c.`id`, c.`userId`, c.`titre`, c.`description`, c.`fichierUrl`, c.`statut`, c.`noteClient`, c.`noteCorrecteur`, \
         c.`priorite`, c.`dateEcheance`, c.`dateFinition`, c.`createdAt`, c.`updatedAt`, c.`paymentStatus`, \
         c.`stripeSessionId`, c.`amount`"
    };
}

/// Which of an author's orders are wanted.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CommandeList {
    /// Where they stand.
    pub statut: Match<StatutCommande>,
}

static OF_USER: List = List { name: "commandes.list", columns: row!(), from: "commandes c", id: "c.`id`" };

/// An author's orders, the newest first: 10 a page, 100 at the most.
pub async fn of_user(conn: &mut Conn, user: &UserId, options: &CommandeList, page: &Page) -> Result<Listing<Commande>> {
    let mut wanted = Where::default();
    wanted.and("c.`userId` = ?").push(user);
    wanted.matches("c.`statut`", &options.statut);
    select::page(conn, &OF_USER, wanted, &[By::desc("c.`createdAt`")], page, 10, 100).await
}

/// Which of an author's projects are wanted.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ProjectList {
    /// Where they stand; every one unless said otherwise.
    pub status: ProjectStatus,
    /// What the title contains, 100 characters at the most, without regard to case and accents.
    pub search: Option<String>,
}

/// The most characters of a search among projects.
const MOST_SEARCHED: usize = 100;

static PROJECTS: List = List {
    name: "commandes.projects",
    columns: "c.`id`, c.`titre`, c.`description`, c.`statut`, c.`priorite`, c.`dateEcheance`, c.`dateFinition`, \
              c.`createdAt`, c.`updatedAt`, c.`paymentStatus`, c.`amount`, \
              (SELECT COUNT(*) FROM files f WHERE f.`commandeId` = c.`id`), \
              (SELECT COUNT(*) FROM files f WHERE f.`commandeId` = c.`id` \
               AND LEFT(f.`description`, 11) = CAST('ADMIN_FILE:' AS BINARY))",
    from: "commandes c",
    id: "c.`id`",
};

/// An author's projects: what is due last comes first, what has no date last, and the newest first among the same.
/// 10 a page, 100 at the most.
pub async fn projects(conn: &mut Conn, user: &UserId, options: &ProjectList, page: &Page) -> Result<Listing<Project>> {
    let mut wanted = Where::default();
    wanted.and("c.`userId` = ?").push(user);
    let words = options.status.words();
    if !words.is_empty() {
        let marks = vec!["?"; words.len()].join(", ");
        let args = wanted.and(&format!("c.`statut` IN ({marks})"));
        for word in words {
            args.push(*word);
        }
    }
    match options.search.as_deref() {
        Some(text) if text.trim().chars().count() > MOST_SEARCHED => {
            wanted.fault("search", format!("must be at most {MOST_SEARCHED} characters"));
        }
        text => wanted.contains(&["c.`titre`"], text),
    }
    let by = [By::desc("c.`dateEcheance`").nullable(), By::desc("c.`createdAt`")];
    let mut listing: Listing<Project> = select::page(conn, &PROJECTS, wanted, &by, page, 10, 100).await?;
    for project in &mut listing.items {
        project.progress = project.statut.progress();
    }
    Ok(listing)
}

static PROJECT_COUNTS: Statement = Statement::fixed(
    "commandes.project_counts",
    "SELECT c.statut, COUNT(*) FROM commandes c FORCE INDEX (staka_commandes_recent) WHERE c.userId = ? GROUP BY c.statut",
    &[Access::Index { table: "c", keys: &["staka_commandes_recent"] }],
);

/// How many projects an author has, by where they stand.
pub async fn project_counts(conn: &mut Conn, user: &UserId) -> Result<ProjectCounts> {
    let mut counts = ProjectCounts::default();
    conn.each(&PROJECT_COUNTS, Args::new().with(user), |group: CommandesByStatut| {
        let of = |status: ProjectStatus| status.words().contains(&group.statut.as_str());
        counts.all += group.count;
        // Several statuts are of one group: they add up.
        if of(ProjectStatus::Active) {
            counts.active += group.count;
        } else if of(ProjectStatus::Pending) {
            counts.pending += group.count;
        } else if of(ProjectStatus::Completed) {
            counts.completed += group.count;
        }
    })
    .await?;
    Ok(counts)
}

/// Which orders administrators look for: every field that is given must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CommandeSearch {
    /// What the id, the title or the client's e-mail address contains, without regard to case and accents; 255
    /// characters at the most.
    pub search: Option<String>,
    /// Where they stand.
    pub statut: Match<StatutCommande>,
    /// How urgent they are.
    pub priorite: Match<Priorite>,
    /// Whose they are.
    pub client_id: Match<UserId>,
    /// Stripe's word; null for those without any payment.
    pub payment_status: Match<String>,
    /// When they were made: `from ≤ createdAt < to`. The whole of a last day is wanted by the day after it.
    pub created_at: Between<Timestamp>,
}

choice! {
    /// By what administrators sort orders.
    pub enum CommandeSort {
        /// When they were made.
        CreatedAt = "createdAt",
        /// When they were last written.
        UpdatedAt = "updatedAt",
        /// Title.
        Titre = "titre",
        /// Where they stand, in the guide's order.
        Statut = "statut",
        /// How urgent they are.
        Priorite = "priorite",
        /// When they are due.
        DateEcheance = "dateEcheance",
        /// Price.
        Amount = "amount",
    }
}

/// In which order administrators want orders.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CommandeOrder {
    /// By what; ids decide among the same.
    pub sort: CommandeSort,
    /// Which end comes first; `desc` unless said otherwise.
    pub direction: Option<Direction>,
}

impl CommandeOrder {
    fn by(&self) -> By {
        let towards = match self.direction {
            Some(Direction::Asc) => By::asc,
            Some(Direction::Desc) | None => By::desc,
        };
        match self.sort {
            CommandeSort::CreatedAt => towards("c.`createdAt`"),
            CommandeSort::UpdatedAt => towards("c.`updatedAt`"),
            CommandeSort::Titre => towards("c.`titre`"),
            CommandeSort::Statut => towards("c.`statut`").word(),
            CommandeSort::Priorite => towards("c.`priorite`").word(),
            CommandeSort::DateEcheance => towards("c.`dateEcheance`").nullable(),
            CommandeSort::Amount => towards("c.`amount`").nullable(),
        }
    }
}

/// One place for list, count and groups, so that they never speak of different rows.
fn wanted(filter: &CommandeSearch) -> Where {
    let mut wanted = Where::default();
    wanted.matches("c.`statut`", &filter.statut);
    wanted.matches("c.`priorite`", &filter.priorite);
    wanted.matches("c.`userId`", &filter.client_id);
    wanted.matches("c.`paymentStatus`", &filter.payment_status);
    wanted.between("c.`createdAt`", &filter.created_at);
    let email = "(SELECT e.`email` FROM users e WHERE e.`id` = c.`userId`)";
    wanted.contains(&["c.`id`", "c.`titre`", email], filter.search.as_deref());
    wanted
}

/// The order of the tables is kept: a server that began with the users would sort all orders for one page.
static SEARCH: List = List {
    name: "commandes.search",
    columns: concat!(row!(), ", u.`id`, u.`prenom`, u.`nom`, u.`email`, u.`isActive`"),
    from: "commandes c STRAIGHT_JOIN users u ON u.`id` = c.`userId`",
    id: "c.`id`",
};

/// What is counted needs no client.
static MATCHING: List = List { name: "commandes.count", columns: row!(), from: "commandes c", id: "c.`id`" };

/// The orders that administrators look for, each with its client: the newest first unless said otherwise, 10 a page,
/// 100 at the most.
pub async fn search(
    conn: &mut Conn,
    filter: &CommandeSearch,
    order: &CommandeOrder,
    page: &Page,
) -> Result<Listing<CommandeWithClient>> {
    select::page(conn, &SEARCH, wanted(filter), &[order.by()], page, 10, 100).await
}

/// How many orders there are of those that administrators look for.
pub async fn matching(conn: &mut Conn, filter: &CommandeSearch) -> Result<u64> {
    select::count(conn, &MATCHING, wanted(filter)).await
}

/// The same by where they stand: each of the guide's statuts, then what others the database holds.
pub async fn count_by_statut(conn: &mut Conn, filter: &CommandeSearch) -> Result<Vec<CommandesByStatut>> {
    let (condition, args) = wanted(filter).into_parts()?;
    let text = format!("SELECT c.statut, COUNT(*) FROM commandes c WHERE {condition} GROUP BY c.statut");
    let found: Vec<CommandesByStatut> =
        conn.all(&Statement::fixed("commandes.count_by_statut", "", &[]).with_text(text), args).await?;
    let mut groups: Vec<CommandesByStatut> = StatutCommande::VALUES
        .iter()
        .filter_map(|word| StatutCommande::from_word(word))
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
