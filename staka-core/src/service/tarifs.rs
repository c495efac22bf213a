//! Tarifs: creation, changes, deletion, and their ids at Stripe.
//!
//! `prixFormate` is always derived from `prix`. No two tarifs get the same name, even from concurrent calls: every
//! operation that sets a name takes the same lock first and then checks (`repo::tarifs::is_name_taken`). Writers that
//! do not take the lock, such as Prisma, are seen as soon as they have written.

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::audit_trail::{self, Action};
use super::context::OpContext;
use crate::base::{Error, ErrorKind, Patch, Result, RowPatch, Table, Timestamp, Violations, input_text};
use crate::db::Conn;
use crate::model::view::TarifStats;
use crate::model::{Tarif, TarifId, TarifPatch, prix_formate};
use crate::repo::tarifs;

/// A new tarif, that is, a service with its price.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct NewTarif {
    /// Name of the service; unique, ignoring case and accents. Surrounding spaces are removed.
    #[described(bounds = Bounds::chars(1, 255).trimmed())]
    pub nom: String,
    /// Description of what the service covers.
    #[described(bounds = Bounds::bytes(65_535).not_blank())]
    pub description: String,
    /// Price in centimes; `prixFormate` is derived from it.
    #[described(bounds = Bounds::between(0, i32::MAX as i64))]
    pub prix: i64,
    /// Type of service, e.g. `Correction` or `Relecture`; surrounding spaces are removed.
    #[described(bounds = Bounds::chars(1, 100).trimmed())]
    pub type_service: String,
    /// Estimated duration as text, e.g. `7-8 jours`; blank for none.
    #[described(bounds = Bounds::chars(0, 100).trimmed())]
    pub duree_estimee: Option<String>,
    /// Whether the tarif is active, that is, offered to clients.
    #[described(bounds = Bounds::NONE.default_json("true"))]
    pub actif: Option<bool>,
    /// Position in the list, lowest first.
    #[described(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64).default(0))]
    pub ordre: Option<i64>,
}

/// Changes to a tarif; omitted fields keep their values.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct TarifUpdate {
    /// Name of the service; unique, ignoring case and accents. Surrounding spaces are removed.
    #[described(bounds = Bounds::chars(1, 255).trimmed())]
    pub nom: Patch<String>,
    /// Description of what the service covers.
    #[described(bounds = Bounds::bytes(65_535).not_blank())]
    pub description: Patch<String>,
    /// Price in centimes; `prixFormate` is derived from it.
    #[described(bounds = Bounds::between(0, i32::MAX as i64))]
    pub prix: Patch<i64>,
    /// Type of service, e.g. `Correction` or `Relecture`; surrounding spaces are removed.
    #[described(bounds = Bounds::chars(1, 100).trimmed())]
    pub type_service: Patch<String>,
    /// Estimated duration as text, e.g. `7-8 jours`; null or blank for none.
    #[described(bounds = Bounds::chars(0, 100).trimmed())]
    pub duree_estimee: Patch<Option<String>>,
    /// Whether the tarif is active, that is, offered to clients.
    pub actif: Patch<bool>,
    /// Position in the list, lowest first.
    #[described(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64))]
    pub ordre: Patch<i64>,
}

/// Checks a price, which must be from 0 to the maximum of an INT, 21,474,836.47 €.
fn checked_price(centimes: i64, violations: &mut Violations) -> i64 {
    if (0..=i64::from(i32::MAX)).contains(&centimes) {
        return centimes;
    }
    violations.add("prix", format!("must be between 0 and {} centimes", i32::MAX));
    0
}

/// Creates a tarif. Fails with `Invalid`, naming every invalid field, and with `Conflict` (key `nom`) if another tarif
/// has the name.
pub async fn create(conn: &mut Conn, ctx: &OpContext<'_>, new: &NewTarif) -> Result<Tarif> {
    let mut violations = Violations::default();
    input_text::not_blank("description", &new.description, &mut violations);
    let prix = checked_price(new.prix, &mut violations);
    let tarif = Tarif {
        id: ctx.new_id(),
        nom: input_text::required("nom", &new.nom, &mut violations),
        description: new.description.clone(),
        prix,
        prix_formate: prix_formate(prix),
        type_service: input_text::required("typeService", &new.type_service, &mut violations),
        duree_estimee: input_text::optional(new.duree_estimee.as_deref()),
        actif: new.actif.unwrap_or(true),
        ordre: new.ordre.unwrap_or(0),
        created_at: ctx.now,
        updated_at: ctx.now,
        stripe_price_id: None,
        stripe_product_id: None,
    };
    tarif.check(&mut violations);
    violations.into_result()?;
    check_name_is_free(conn, &tarif.nom, &tarif.id).await?;
    tarifs::add(conn, std::slice::from_ref(&tarif)).await?;
    let details = json!({"nom": tarif.nom, "prix": tarif.prix, "actif": tarif.actif});
    audit_trail::write(conn, ctx, Action::TarifCreated, Some(tarif.id.as_str()), details).await?;
    Ok(tarif)
}

/// Changes a tarif. Fails with `Invalid`, naming every invalid field, with `NotFound` if the tarif does not exist, with
/// `Precondition` if its `updatedAt` is not `expected`, and with `Conflict` (key `nom`) if another tarif has the name.
pub async fn update(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &TarifId,
    update: &TarifUpdate,
    expected: Option<Timestamp>,
) -> Result<Tarif> {
    let mut violations = Violations::default();
    let mut patch = TarifPatch {
        nom: update.nom.clone().map(|nom| input_text::required("nom", &nom, &mut violations)),
        description: update.description.clone(),
        prix: update.prix.clone().map(|prix| checked_price(prix, &mut violations)),
        type_service: update
            .type_service
            .clone()
            .map(|text| input_text::required("typeService", &text, &mut violations)),
        duree_estimee: update.duree_estimee.clone().map(|text| input_text::optional(text.as_deref())),
        actif: update.actif.clone(),
        ordre: update.ordre.clone(),
        ..TarifPatch::default()
    };
    patch.prix_formate = patch.prix.clone().map(prix_formate);
    if let Patch::Set(description) = &patch.description {
        input_text::not_blank("description", description, &mut violations);
    }
    patch.check(&mut violations);
    violations.into_result()?;
    if let Patch::Set(nom) = &patch.nom {
        check_name_is_free(conn, nom, id).await?;
    }
    let before = tarifs::lock(conn, id).await?.ok_or_else(|| not_found(id))?;
    tarifs::update(conn, id, &patch, expected, ctx.now).await?;
    let after = tarifs::lookup(conn, id).await?.ok_or_else(|| not_found(id))?;
    let mut details = json!({"nom": after.nom});
    if before.prix != after.prix {
        details["prix"] = json!({"from": before.prix, "to": after.prix});
    }
    if before.actif != after.actif {
        details["actif"] = json!({"from": before.actif, "to": after.actif});
    }
    audit_trail::write(conn, ctx, Action::TarifUpdated, Some(id.as_str()), details).await?;
    Ok(after)
}

/// Deletes a tarif. Its product stays at Stripe, and [`super::stripe`] then lists it as unknown. Fails with `NotFound`
/// if the tarif does not exist.
pub async fn delete(conn: &mut Conn, ctx: &OpContext<'_>, id: &TarifId) -> Result<()> {
    let tarif = tarifs::lock(conn, id).await?.ok_or_else(|| not_found(id))?;
    tarifs::remove(conn, id).await?;
    let details = json!({"nom": tarif.nom, "prix": tarif.prix, "stripeProductId": tarif.stripe_product_id});
    audit_trail::write(conn, ctx, Action::TarifDeleted, Some(id.as_str()), details).await
}

/// Returns the number of active and inactive tarifs, in total and by type of service.
pub async fn stats(conn: &mut Conn) -> Result<TarifStats> {
    let by_type = tarifs::count_by_type(conn).await?;
    let total = by_type.iter().map(|group| group.count).sum();
    let actifs = by_type.iter().map(|group| group.actifs).sum();
    Ok(TarifStats { total, actifs, inactifs: total - actifs, by_type })
}

/// The new Stripe ids of a tarif, and the ids it must still have.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct StripeIds {
    /// Id of the product at Stripe, `prod_…`.
    #[described(bounds = Bounds::chars(6, 255).and(Bounds::pattern("^prod_[A-Za-z0-9]+$", "must be an id of Stripe's: prod_ and letters and digits")))]
    pub product_id: String,
    /// Id of the price at Stripe, `price_…`.
    #[described(bounds = Bounds::chars(7, 255).and(Bounds::pattern("^price_[A-Za-z0-9]+$", "must be an id of Stripe's: price_ and letters and digits")))]
    pub price_id: String,
    /// Product id the tarif must still have; null, the default, if it has none.
    #[described(bounds = Bounds::chars(0, 255))]
    pub expected_product_id: Option<String>,
    /// Price id the tarif must still have; null, the default, if it has none.
    #[described(bounds = Bounds::chars(0, 255))]
    pub expected_price_id: Option<String>,
}

/// Records the Stripe ids of a tarif. Fails with `Invalid` for ids that Stripe does not create, such as `prod_mock_…`;
/// with `NotFound` if the tarif does not exist; with `Precondition` if its ids are not the expected ones; and with
/// `Conflict` (key `stripeProductId`) if another tarif has the product.
pub async fn set_stripe_ids(conn: &mut Conn, ctx: &OpContext<'_>, id: &TarifId, ids: &StripeIds) -> Result<Tarif> {
    let mut violations = Violations::default();
    for (field, prefix, text) in [("productId", "prod_", &ids.product_id), ("priceId", "price_", &ids.price_id)] {
        let rest = text.strip_prefix(prefix).unwrap_or_default();
        if rest.is_empty() || text.len() > 255 || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            violations.add(field, format!("must be a Stripe id: {prefix} followed by letters and digits"));
        }
    }
    violations.into_result()?;
    if tarifs::is_product_taken(conn, &ids.product_id, id).await? {
        let message = format!("another tarif has the Stripe product {}", ids.product_id);
        return Err(Error::new(ErrorKind::Conflict, message).with_key("stripeProductId"));
    }
    let before = tarifs::lock(conn, id).await?.ok_or_else(|| not_found(id))?;
    if (&before.stripe_product_id, &before.stripe_price_id) != (&ids.expected_product_id, &ids.expected_price_id) {
        let or_none = |id: &Option<String>| id.clone().unwrap_or_else(|| "none".to_owned());
        let (product, price) = (or_none(&before.stripe_product_id), or_none(&before.stripe_price_id));
        let message = format!("tarif {id} now has Stripe product {product} and price {price}, not the expected ones");
        return Err(Error::new(ErrorKind::Precondition, message));
    }
    let patch = TarifPatch {
        stripe_product_id: Patch::Set(Some(ids.product_id.clone())),
        stripe_price_id: Patch::Set(Some(ids.price_id.clone())),
        ..TarifPatch::default()
    };
    tarifs::update(conn, id, &patch, None, ctx.now).await?;
    let details = json!({
        "stripeProductId": {"from": before.stripe_product_id, "to": ids.product_id},
        "stripePriceId": {"from": before.stripe_price_id, "to": ids.price_id},
    });
    audit_trail::write(conn, ctx, Action::TarifSynced, Some(id.as_str()), details).await?;
    tarifs::lookup(conn, id).await?.ok_or_else(|| not_found(id))
}

async fn check_name_is_free(conn: &mut Conn, nom: &str, id: &TarifId) -> Result<()> {
    if tarifs::is_name_taken(conn, nom, id).await? {
        return Err(Error::new(ErrorKind::Conflict, format!("another tarif has the name {nom}")).with_key("nom"));
    }
    Ok(())
}

fn not_found(id: &TarifId) -> Error {
    Error::new(ErrorKind::NotFound, format!("tarif {id} not found"))
}
