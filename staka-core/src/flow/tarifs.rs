//! Prices: made, changed, removed, and remembered as Stripe knows them.
//!
//! What is shown, `prixFormate`, always comes from `prix`. Two tarifs never have one name, whoever makes them at once
//! through here: each act that gives a name takes the same lock first, and then looks (`repo::tarifs::is_named`). A
//! writer that knows nothing of the lock, Prisma's, is seen as soon as it has written.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::{ErrorKind, TarifDraft};
//!
//! let db = staka.as_system();
//! let draft = TarifDraft::new("Correction", "Orthographe et typographie.", 46_850, "Correction");
//! let tarif = db.tarifs().create(&draft).await?;
//! assert_eq!(tarif.prix_formate, "468,50€");
//! assert_eq!(db.tarifs().create(&draft).await.unwrap_err().kind(), ErrorKind::Conflict);
//! // What a sync with Stripe would do, as data.
//! let plan = db.tarifs().stripe_plan(vec![]).await?;
//! assert_eq!(plan.steps.len(), 1);
//! # Ok(()) }
//! ```

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::act::Act;
use super::journal::{self, Action};
use crate::base::{Error, ErrorKind, Faults, Patch, Result, RowPatch, Table, Timestamp, given};
use crate::db::Conn;
use crate::model::view::TarifOverview;
use crate::model::{Tarif, TarifId, TarifPatch, prix_formate};
use crate::repo::tarifs;

/// A new tarif.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct TarifDraft {
    /// Name of the service, which no other has; trimmed.
    pub nom: String,
    /// What it covers; not blank.
    pub description: String,
    /// Price in centimes, 0 to 2147483647. What is shown is made of it.
    pub prix: i64,
    /// `Correction`, `Relecture`, …; trimmed.
    pub type_service: String,
    /// How long it takes, e.g. `7-8 jours`; a blank one is none.
    pub duree_estimee: Option<String>,
    /// Whether it is offered; it is, unless given.
    pub actif: Option<bool>,
    /// Place in the list, lowest first; 0 unless given.
    pub ordre: Option<i64>,
}

/// What is to change of a tarif: what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TarifChange {
    /// Name of the service, which no other has; trimmed.
    pub nom: Patch<String>,
    /// What it covers; not blank.
    pub description: Patch<String>,
    /// Price in centimes, 0 to 2147483647. What is shown is made of it.
    pub prix: Patch<i64>,
    /// `Correction`, `Relecture`, …; trimmed.
    pub type_service: Patch<String>,
    /// How long it takes; null or blank for none.
    pub duree_estimee: Patch<Option<String>>,
    /// Whether it is offered.
    pub actif: Patch<bool>,
    /// Place in the list, lowest first.
    pub ordre: Patch<i64>,
}

/// A price of 0 or more; the most an INT holds is 21,474,836.47 €.
fn price(centimes: i64, faults: &mut Faults) -> i64 {
    if (0..=i64::from(i32::MAX)).contains(&centimes) {
        return centimes;
    }
    faults.add("prix", format!("must be between 0 and {} centimes", i32::MAX));
    0
}

/// Makes a tarif. `Invalid` names every faulty field; `Conflict` (key `nom`) when another has the name.
pub async fn create(conn: &mut Conn, act: &Act<'_>, draft: &TarifDraft) -> Result<Tarif> {
    let mut faults = Faults::default();
    given::not_blank("description", &draft.description, &mut faults);
    let prix = price(draft.prix, &mut faults);
    let tarif = Tarif {
        id: act.new_id(),
        nom: given::required("nom", &draft.nom, &mut faults),
        description: draft.description.clone(),
        prix,
        prix_formate: prix_formate(prix),
        type_service: given::required("typeService", &draft.type_service, &mut faults),
        duree_estimee: given::optional(draft.duree_estimee.as_deref()),
        actif: draft.actif.unwrap_or(true),
        ordre: draft.ordre.unwrap_or(0),
        created_at: act.now,
        updated_at: act.now,
        stripe_price_id: None,
        stripe_product_id: None,
    };
    tarif.check(&mut faults);
    faults.into_result()?;
    free_name(conn, &tarif.nom, &tarif.id).await?;
    tarifs::add(conn, std::slice::from_ref(&tarif)).await?;
    let details = json!({"nom": tarif.nom, "prix": tarif.prix, "actif": tarif.actif});
    journal::write(conn, act, Action::TarifCreated, Some(tarif.id.as_str()), details).await?;
    Ok(tarif)
}

/// Changes a tarif. `Invalid` names every faulty field, `NotFound` when it is gone, `Precondition` when it is not at
/// `expected` any more, `Conflict` (key `nom`) when another has the name.
pub async fn update(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &TarifId,
    change: &TarifChange,
    expected: Option<Timestamp>,
) -> Result<Tarif> {
    let mut faults = Faults::default();
    let mut patch = TarifPatch {
        nom: change.nom.clone().map(|nom| given::required("nom", &nom, &mut faults)),
        description: change.description.clone(),
        prix: change.prix.clone().map(|prix| price(prix, &mut faults)),
        type_service: change.type_service.clone().map(|text| given::required("typeService", &text, &mut faults)),
        duree_estimee: change.duree_estimee.clone().map(|text| given::optional(text.as_deref())),
        actif: change.actif.clone(),
        ordre: change.ordre.clone(),
        ..TarifPatch::default()
    };
    patch.prix_formate = patch.prix.clone().map(prix_formate);
    if let Patch::Set(description) = &patch.description {
        given::not_blank("description", description, &mut faults);
    }
    patch.check(&mut faults);
    faults.into_result()?;
    if let Patch::Set(nom) = &patch.nom {
        free_name(conn, nom, id).await?;
    }
    let before = tarifs::locked(conn, id).await?.ok_or_else(|| absent(id))?;
    tarifs::update(conn, id, &patch, expected, act.now).await?;
    let after = tarifs::lookup(conn, id).await?.ok_or_else(|| absent(id))?;
    let mut details = json!({"nom": after.nom});
    if before.prix != after.prix {
        details["prix"] = json!({"from": before.prix, "to": after.prix});
    }
    if before.actif != after.actif {
        details["actif"] = json!({"from": before.actif, "to": after.actif});
    }
    journal::write(conn, act, Action::TarifUpdated, Some(id.as_str()), details).await?;
    Ok(after)
}

/// Removes a tarif; its product stays at Stripe, where [`super::stripe`] then shows it as a stranger. `NotFound` when
/// it is gone.
pub async fn remove(conn: &mut Conn, act: &Act<'_>, id: &TarifId) -> Result<()> {
    let tarif = tarifs::locked(conn, id).await?.ok_or_else(|| absent(id))?;
    tarifs::remove(conn, id).await?;
    let details = json!({"nom": tarif.nom, "prix": tarif.prix, "stripeProductId": tarif.stripe_product_id});
    journal::write(conn, act, Action::TarifDeleted, Some(id.as_str()), details).await
}

/// How many tarifs there are, by type and whether they are offered.
pub async fn overview(conn: &mut Conn) -> Result<TarifOverview> {
    let by_type = tarifs::by_type(conn).await?;
    let total = by_type.iter().map(|of| of.count).sum();
    let actifs = by_type.iter().map(|of| of.actifs).sum();
    Ok(TarifOverview { total, actifs, inactifs: total - actifs, by_type })
}

/// What Stripe calls a tarif, and what it was called before.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct StripeIds {
    /// Stripe's product, `prod_…`.
    pub product_id: String,
    /// Stripe's price, `price_…`.
    pub price_id: String,
    /// The product that the tarif has until now; null where it has none.
    pub expected_product_id: Option<String>,
    /// The price that the tarif has until now; null where it has none.
    pub expected_price_id: Option<String>,
}

/// Records what Stripe calls a tarif. `Invalid` for what Stripe does not make, such as the `prod_mock_…` of a sync
/// that only pretends; `NotFound` when the tarif is gone; `Precondition` when it has other ids than expected;
/// `Conflict` (key `stripeProductId`) when another tarif has the product.
pub async fn record_stripe_ids(conn: &mut Conn, act: &Act<'_>, id: &TarifId, ids: &StripeIds) -> Result<Tarif> {
    let mut faults = Faults::default();
    for (field, start, text) in [("productId", "prod_", &ids.product_id), ("priceId", "price_", &ids.price_id)] {
        let rest = text.strip_prefix(start).unwrap_or_default();
        if rest.is_empty() || text.len() > 255 || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            faults.add(field, format!("must be an id of Stripe's: {start} and letters and digits"));
        }
    }
    faults.into_result()?;
    if tarifs::is_synced_as(conn, &ids.product_id, id).await? {
        let message = format!("another tarif has the product {}", ids.product_id);
        return Err(Error::new(ErrorKind::Conflict, message).with_key("stripeProductId"));
    }
    let before = tarifs::locked(conn, id).await?.ok_or_else(|| absent(id))?;
    if (&before.stripe_product_id, &before.stripe_price_id) != (&ids.expected_product_id, &ids.expected_price_id) {
        let message = format!(
            "tarif {id} has product {:?} and price {:?} by now",
            before.stripe_product_id, before.stripe_price_id
        );
        return Err(Error::new(ErrorKind::Precondition, message));
    }
    let patch = TarifPatch {
        stripe_product_id: Patch::Set(Some(ids.product_id.clone())),
        stripe_price_id: Patch::Set(Some(ids.price_id.clone())),
        ..TarifPatch::default()
    };
    tarifs::update(conn, id, &patch, None, act.now).await?;
    let details = json!({
        "stripeProductId": {"from": before.stripe_product_id, "to": ids.product_id},
        "stripePriceId": {"from": before.stripe_price_id, "to": ids.price_id},
    });
    journal::write(conn, act, Action::TarifSynced, Some(id.as_str()), details).await?;
    tarifs::lookup(conn, id).await?.ok_or_else(|| absent(id))
}

async fn free_name(conn: &mut Conn, nom: &str, id: &TarifId) -> Result<()> {
    if tarifs::is_named(conn, nom, id).await? {
        return Err(Error::new(ErrorKind::Conflict, format!("another tarif is called {nom}")).with_key("nom"));
    }
    Ok(())
}

fn absent(id: &TarifId) -> Error {
    Error::new(ErrorKind::NotFound, format!("tarif {id} is not there"))
}
