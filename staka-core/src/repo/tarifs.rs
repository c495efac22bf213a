//! Prices.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::Described;

use super::select::{self, By, List};
use super::table::verbs;
use crate::base::{Args, Direction, Listing, Match, Page, Result, Table, Where, choice};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{PublicTarif, TarifOffer, TarifsOfType};
use crate::model::{Tarif, TarifFilter, TarifId};

verbs!(Tarif, TarifId, TarifFilter, "tarifs");

static ACTIVE: Statement = Statement::fixed(
    "tarifs.active",
    "SELECT t.id, t.nom, t.description, t.prix, t.prixFormate, t.dureeEstimee, t.stripePriceId, t.stripeProductId FROM tarifs t FORCE INDEX (staka_tarifs_active) \
     WHERE t.actif = TRUE AND t.stripeProductId IS NOT NULL ORDER BY t.ordre, t.prix, t.id",
    &[Access::Index { table: "t", keys: &["staka_tarifs_active"] }],
);

/// The services that can be bought, in their order, then the cheapest first.
pub async fn active(conn: &mut Conn) -> Result<Vec<TarifOffer>> {
    conn.all(&ACTIVE, Args::new()).await
}

static PUBLIC: Statement = Statement::fixed(
    "tarifs.public",
    "SELECT t.id, t.nom, t.description, t.prix, t.prixFormate, t.typeService, t.dureeEstimee, t.ordre FROM tarifs t FORCE INDEX (staka_tarifs_public) \
     WHERE t.actif = TRUE ORDER BY t.ordre, t.createdAt, t.id",
    &[Access::Index { table: "t", keys: &["staka_tarifs_public"] }],
);

/// The services that are offered, in their order, then the oldest first; nothing of Stripe.
pub async fn public(conn: &mut Conn) -> Result<Vec<PublicTarif>> {
    conn.all(&PUBLIC, Args::new()).await
}

choice! {
    /// By what a list of tarifs is sorted.
    pub enum TarifSort {
        /// Place in the list.
        Ordre = "ordre",
        /// Name.
        Nom = "nom",
        /// Price.
        Prix = "prix",
        /// Type.
        TypeService = "typeService",
        /// Whether it is offered.
        Actif = "actif",
        /// When it was made.
        CreatedAt = "createdAt",
        /// When it was last changed.
        UpdatedAt = "updatedAt",
    }
}

/// Which tarifs a list shows, and in what order.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TarifList {
    /// A part of nom, description or typeService, whatever its case and accents.
    pub search: Option<String>,
    /// Whether they are offered.
    pub actif: Match<bool>,
    /// Of these types.
    pub type_service: Match<String>,
    /// By what they are sorted.
    pub sort: TarifSort,
    /// Which end comes first.
    pub direction: Direction,
}

static LIST: List = List {
    name: "tarifs.search",
    columns: "t.id, t.nom, t.description, t.prix, t.prixFormate, t.typeService, t.dureeEstimee, t.actif, t.ordre, t.createdAt, t.updatedAt, t.stripePriceId, t.stripeProductId",
    from: "tarifs t",
    id: "t.id",
};

/// The tarifs that are wanted, all their columns; those that are alike by their age.
pub async fn search(conn: &mut Conn, wanted: &TarifList, page: &Page) -> Result<Listing<Tarif>> {
    let mut conditions = Where::default();
    conditions.contains(&["t.nom", "t.description", "t.typeService"], wanted.search.as_deref());
    conditions.matches("t.`actif`", &wanted.actif);
    conditions.matches("t.`typeService`", &wanted.type_service);
    let first = match wanted.sort {
        TarifSort::Ordre => "t.ordre",
        TarifSort::Nom => "t.nom",
        TarifSort::Prix => "t.prix",
        TarifSort::TypeService => "t.typeService",
        TarifSort::Actif => "t.actif",
        TarifSort::CreatedAt => "t.createdAt",
        TarifSort::UpdatedAt => "t.updatedAt",
    };
    let towards = if wanted.direction == Direction::Asc { By::asc } else { By::desc };
    let by = [towards(first), towards("t.createdAt")];
    select::page(conn, &LIST, conditions, &by, page, 20, 100).await
}

static LOCKED: LazyLock<Statement> = LazyLock::new(|| {
    let text = format!("SELECT {} FROM tarifs t WHERE t.id = ? FOR UPDATE", Tarif::SELECT);
    Statement::fixed("tarifs.locked", "", &[Access::Index { table: "t", keys: &["PRIMARY"] }]).with_text(text)
});

/// The row of that id, which nobody else changes until the transaction ends.
pub async fn locked(conn: &mut Conn, id: &TarifId) -> Result<Option<Tarif>> {
    conn.optional(&LOCKED, Args::new().with(id)).await
}

/// No index makes names unique: Prisma's writers may have given one twice, and must be able to go on. So whoever gives a
/// name holds this row until its transaction ends, and then looks. The row is made where it is not there yet.
static LOCK_NAMES: Statement = Statement::fixed(
    "tarifs.lock_names",
    "INSERT INTO staka_tarifs_lock (name) VALUES ('names') ON DUPLICATE KEY UPDATE name = VALUES(name)",
    &[],
);

/// Locking, so that it sees what was committed since the transaction began, and waits for what others are writing.
static NAMED: Statement = Statement::fixed(
    "tarifs.named",
    "SELECT COUNT(*) FROM tarifs t FORCE INDEX (staka_tarifs_nom) WHERE t.nom = ? AND t.id <> ? FOR UPDATE",
    &[Access::Index { table: "t", keys: &["staka_tarifs_nom"] }],
);

/// Whether another tarif has that name, or one that differs by case and accents alone. Until the transaction ends
/// nobody else who asks gets an answer.
pub async fn is_named(conn: &mut Conn, nom: &str, but: &TarifId) -> Result<bool> {
    conn.execute(&LOCK_NAMES, Args::new()).await?;
    Ok(conn.one::<i64>(&NAMED, Args::new().with(nom).with(but)).await? > 0)
}

/// Stripe tells upper and lower case apart, the column's collation does not.
static SYNCED_AS: Statement = Statement::fixed(
    "tarifs.synced_as",
    "SELECT COUNT(*) FROM tarifs t FORCE INDEX (tarifs_stripeProductId_idx) \
     WHERE t.stripeProductId = ? AND CAST(t.stripeProductId AS BINARY) = CAST(? AS BINARY) AND t.id <> ? FOR UPDATE",
    &[Access::Index { table: "t", keys: &["tarifs_stripeProductId_idx"] }],
);

/// Whether another tarif has that product of Stripe's; as [`is_named`], one who asks at a time.
pub async fn is_synced_as(conn: &mut Conn, product: &str, but: &TarifId) -> Result<bool> {
    conn.execute(&LOCK_NAMES, Args::new()).await?;
    let args = Args::new().with(product).with(product).with(but);
    Ok(conn.one::<i64>(&SYNCED_AS, args).await? > 0)
}

static BY_TYPE: Statement = Statement::fixed(
    "tarifs.overview",
    "SELECT t.typeService, COUNT(*), COUNT(IF(t.actif, 1, NULL)) FROM tarifs t FORCE INDEX (tarifs_typeService_idx) \
     GROUP BY t.typeService ORDER BY t.typeService",
    &[Access::Index { table: "t", keys: &["tarifs_typeService_idx"] }],
);

/// How many tarifs there are of each type, and how many are offered.
pub async fn by_type(conn: &mut Conn) -> Result<Vec<TarifsOfType>> {
    conn.all(&BY_TYPE, Args::new()).await
}

static EVERY: LazyLock<Statement> = LazyLock::new(|| {
    let text = format!("SELECT {} FROM tarifs t FORCE INDEX (PRIMARY) ORDER BY t.id", Tarif::SELECT);
    Statement::fixed("tarifs.every", "", &[Access::Index { table: "t", keys: &["PRIMARY"] }]).with_text(text)
});

/// All of them, by id: what a sync with Stripe looks at.
pub async fn every(conn: &mut Conn) -> Result<Vec<Tarif>> {
    conn.all(&EVERY, Args::new()).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&ACTIVE, &PUBLIC, &LOCKED, &LOCK_NAMES, &NAMED, &SYNCED_AS, &BY_TYPE, &EVERY]);
    all
}
