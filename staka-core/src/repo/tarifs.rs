//! Queries of the table `tarifs`.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::Described;

use super::select::{self, By, List, Path, SEARCHED, SortColumn, UNSORTED};
use super::sort::sort_order;
use super::table::verbs;
use crate::base::{Args, Match, Page, PageRequest, Predicate, Result, Table};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{PublicTarif, TarifOffer, TarifsOfType};
use crate::model::{Tarif, TarifId};

verbs!(Tarif, TarifId, "tarifs": lookup, add, update, remove);

static ACTIVE: Statement = Statement::fixed(
    "tarifs.list_active",
    "SELECT t.id, t.nom, t.description, t.prix, t.prixFormate, t.dureeEstimee, t.stripePriceId, t.stripeProductId FROM tarifs t FORCE INDEX (staka_tarifs_active) \
     WHERE t.actif = TRUE AND t.stripeProductId IS NOT NULL ORDER BY t.ordre, t.prix, t.id",
    &[Access::Index { table: "t", keys: &["staka_tarifs_active"] }],
);

/// Returns the active tarifs that have a product at Stripe, by `ordre`, then cheapest first.
pub async fn list_active(conn: &mut Conn) -> Result<Vec<TarifOffer>> {
    conn.all(&ACTIVE, Args::new()).await
}

static PUBLIC: Statement = Statement::fixed(
    "tarifs.list_public",
    "SELECT t.id, t.nom, t.description, t.prix, t.prixFormate, t.typeService, t.dureeEstimee, t.ordre FROM tarifs t FORCE INDEX (staka_tarifs_public) \
     WHERE t.actif = TRUE ORDER BY t.ordre, t.createdAt, t.id",
    &[Access::Index { table: "t", keys: &["staka_tarifs_public"] }],
);

/// Returns the active tarifs without their Stripe ids, by `ordre`, then oldest first.
pub async fn list_public(conn: &mut Conn) -> Result<Vec<PublicTarif>> {
    conn.all(&PUBLIC, Args::new()).await
}

sort_order! {
    /// A sort order for tarifs; equal ones are sorted by creation time, then by id.
    pub struct TarifSort by
    /// The field by which tarifs are sorted.
    TarifSortKey {
        /// Position in the list.
        Ordre = "ordre" => SortColumn::asc("t.ordre"),
        /// Name of the service.
        Nom = "nom" => SortColumn::asc("t.nom"),
        /// Price in centimes.
        Prix = "prix" => SortColumn::asc("t.prix"),
        /// Type of service.
        TypeService = "typeService" => SortColumn::asc("t.typeService"),
        /// Whether the tarif is active.
        Actif = "actif" => SortColumn::asc("t.actif"),
        /// Time of creation.
        CreatedAt = "createdAt" => SortColumn::asc("t.createdAt"),
        /// Time of the last change.
        UpdatedAt = "updatedAt" => SortColumn::asc("t.updatedAt"),
    }
}

/// A filter for tarifs; all fields that are set must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct TarifFilter {
    /// Text contained in the name, description or type of service, ignoring case and accents.
    #[described(bounds = Bounds::chars(0, 255).trimmed())]
    pub search: Option<String>,
    /// Whether the tarifs are active; any by default.
    pub actif: Match<bool>,
    /// Types of service; any by default.
    #[described(bounds = Bounds::chars(0, 100))]
    pub type_service: Match<String>,
}

static LIST: List = List {
    name: "tarifs.list",
    columns: "t.id, t.nom, t.description, t.prix, t.prixFormate, t.typeService, t.dureeEstimee, t.actif, t.ordre, t.createdAt, t.updatedAt, t.stripePriceId, t.stripeProductId",
    from: "tarifs t",
    id: "t.id",
    joined: &[],
    paths: &[
        Path::scan(By::Default, "t", "no index has this order, and there are few tarifs"),
        Path::scan(By::Filter(&["search"]), "t", SEARCHED),
        Path::index(By::Filter(&["actif"]), "t", &["tarifs_actif_idx", "staka_tarifs_active", "staka_tarifs_public"]),
        Path::index(By::Filter(&["typeService"]), "t", &["tarifs_typeService_idx"]),
        Path::index(By::Sort(&["createdAt"]), "t", &["tarifs_createdAt_idx"]),
        Path::scan(By::Sort(&["ordre", "nom", "prix", "typeService", "actif", "updatedAt"]), "t", UNSORTED),
    ],
};

/// Returns the tarifs that match the filter; equal ones are sorted by creation time.
pub async fn list(conn: &mut Conn, filter: &TarifFilter, sort: TarifSort, page: &PageRequest) -> Result<Page<Tarif>> {
    let mut predicate = Predicate::default();
    predicate.contains(&["t.nom", "t.description", "t.typeService"], filter.search.as_deref());
    predicate.matches("t.`actif`", &filter.actif);
    predicate.matches("t.`typeService`", &filter.type_service);
    let by = sort.column().then(SortColumn::asc("t.createdAt"));
    select::page(conn, &LIST, predicate, &by, page, 20, 100).await
}

static LOCK: LazyLock<Statement> = LazyLock::new(|| {
    let text = format!("SELECT {} FROM tarifs t WHERE t.id = ? FOR UPDATE", Tarif::SELECT);
    Statement::fixed("tarifs.locked", "", &[Access::Index { table: "t", keys: &["PRIMARY"] }]).with_text(text)
});

/// Locks the tarif's row until the transaction ends and returns it.
pub async fn lock(conn: &mut Conn, id: &TarifId) -> Result<Option<Tarif>> {
    conn.optional(&LOCK, Args::new().with(id)).await
}

/// No unique index protects the names, as Prisma may have written duplicates and must be able to go on. So every
/// transaction that sets a name locks this row first, and then checks. The row is created if it does not exist yet.
static LOCK_NAMES: Statement = Statement::fixed(
    "tarifs.lock_names",
    "INSERT INTO staka_tarifs_lock (name) VALUES ('names') ON DUPLICATE KEY UPDATE name = VALUES(name)",
    &[],
);

/// A locking read, which sees rows committed since the transaction began and waits for uncommitted ones.
static IS_NAME_TAKEN: Statement = Statement::fixed(
    "tarifs.is_name_taken",
    "SELECT COUNT(*) FROM tarifs t FORCE INDEX (staka_tarifs_nom) WHERE t.nom = ? AND t.id <> ? FOR UPDATE",
    &[Access::Index { table: "t", keys: &["staka_tarifs_nom"] }],
);

/// Returns whether another tarif has the name, ignoring case and accents. Holds the lock on names until the transaction
/// ends, so that only one transaction at a time gets an answer.
pub async fn is_name_taken(conn: &mut Conn, nom: &str, except: &TarifId) -> Result<bool> {
    conn.execute(&LOCK_NAMES, Args::new()).await?;
    Ok(conn.one::<i64>(&IS_NAME_TAKEN, Args::new().with(nom).with(except)).await? > 0)
}

/// Stripe's ids are case-sensitive; the column's collation is not.
static IS_PRODUCT_TAKEN: Statement = Statement::fixed(
    "tarifs.is_product_taken",
    "SELECT COUNT(*) FROM tarifs t FORCE INDEX (tarifs_stripeProductId_idx) \
     WHERE t.stripeProductId = ? AND CAST(t.stripeProductId AS BINARY) = CAST(? AS BINARY) AND t.id <> ? FOR UPDATE",
    &[Access::Index { table: "t", keys: &["tarifs_stripeProductId_idx"] }],
);

/// Returns whether another tarif has the Stripe product. Holds the lock on names as [`is_name_taken`] does.
pub async fn is_product_taken(conn: &mut Conn, product: &str, except: &TarifId) -> Result<bool> {
    conn.execute(&LOCK_NAMES, Args::new()).await?;
    let args = Args::new().with(product).with(product).with(except);
    Ok(conn.one::<i64>(&IS_PRODUCT_TAKEN, args).await? > 0)
}

static COUNT_BY_TYPE: Statement = Statement::fixed(
    "tarifs.stats",
    "SELECT t.typeService, COUNT(*), COUNT(IF(t.actif, 1, NULL)) FROM tarifs t FORCE INDEX (tarifs_typeService_idx) \
     GROUP BY t.typeService ORDER BY t.typeService",
    &[Access::Index { table: "t", keys: &["tarifs_typeService_idx"] }],
);

/// Returns the number of tarifs, and of active ones, by type of service.
pub async fn count_by_type(conn: &mut Conn) -> Result<Vec<TarifsOfType>> {
    conn.all(&COUNT_BY_TYPE, Args::new()).await
}

static ALL: LazyLock<Statement> = LazyLock::new(|| {
    let text = format!("SELECT {} FROM tarifs t FORCE INDEX (PRIMARY) ORDER BY t.id", Tarif::SELECT);
    Statement::fixed("tarifs.list_all", "", &[Access::Index { table: "t", keys: &["PRIMARY"] }]).with_text(text)
});

/// Returns all tarifs by id, for the synchronisation with Stripe.
pub async fn list_all(conn: &mut Conn) -> Result<Vec<Tarif>> {
    conn.all(&ALL, Args::new()).await
}

/// Returns the lists of this module.
pub(super) fn lists() -> Vec<&'static List> {
    vec![&LIST]
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&ACTIVE, &PUBLIC, &LOCK, &LOCK_NAMES, &IS_NAME_TAKEN, &IS_PRODUCT_TAKEN, &COUNT_BY_TYPE, &ALL]);
    all
}
