//! The steps of a synchronisation of the tarifs with Stripe, as data. The caller, who holds the key to Stripe, carries
//! them out and records the resulting ids (`tarifs.set_stripe_ids`). Nothing here calls Stripe or invents an id.
//!
//! | tarif | its product at Stripe | action |
//! |---|---|---|
//! | active | none, or one that Stripe does not have | CREATE |
//! | active | inactive | UNARCHIVE, and the actions for other differences |
//! | active | with another name or description | UPDATE |
//! | active | with another price or currency, or without a price | NEW_PRICE: a Stripe price cannot be changed |
//! | active | with the right price, whose id is not recorded | RECORD |
//! | inactive | active | ARCHIVE |
//! | any other | | NOTHING |

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use staka_macros::Described;

use crate::base::{Error, Result};
use crate::db::Conn;
use crate::model::Tarif;
use crate::model::view::{StripeSyncAction, StripeSyncPlan, StripeSyncStep};
use crate::repo::tarifs;

/// The currency of all prices.
const CURRENCY: &str = "eur";

/// A product at Stripe with its default price, as it is now.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct StripeProduct {
    /// Id of the product, `prod_…`.
    #[described(bounds = Bounds::chars(1, 255))]
    pub product_id: String,
    /// Whether the product is active.
    pub active: bool,
    /// Name of the product.
    #[described(bounds = Bounds::chars(0, 5_000))]
    pub name: String,
    /// Description of the product; null for none.
    #[described(bounds = Bounds::chars(0, 50_000))]
    pub description: Option<String>,
    /// Id of the default price, `price_…`; null for none.
    #[described(bounds = Bounds::chars(1, 255))]
    pub price_id: Option<String>,
    /// Default price in centimes; null for none.
    #[described(bounds = Bounds::between(0, 999_999_999_999))]
    pub unit_amount: Option<i64>,
    /// Currency of the default price, three letters such as `eur`; null for none.
    #[described(bounds = Bounds::chars(3, 3))]
    pub currency: Option<String>,
}

/// Returns the steps that bring Stripe, which has these products, in line with the tarifs. Fails with `Invalid` if two
/// products have the same id.
pub async fn plan(conn: &mut Conn, products: &[StripeProduct]) -> Result<StripeSyncPlan> {
    let mut seen = HashSet::new();
    if let Some(twice) = products.iter().find(|product| !seen.insert(&product.product_id)) {
        return Err(Error::invalid("productId", format!("{} occurs twice", twice.product_id)));
    }
    Ok(steps(&tarifs::list_all(conn).await?, products))
}

/// Applies the table above to every tarif.
fn steps(tarifs: &[Tarif], products: &[StripeProduct]) -> StripeSyncPlan {
    let by_id: HashMap<&str, &StripeProduct> = products.iter().map(|p| (p.product_id.as_str(), p)).collect();
    let mut taken = HashSet::new();
    let mut order: Vec<&Tarif> = tarifs.iter().collect();
    // If two tarifs have the same product, only one of them gets it, an active one first, lest the other archive it.
    order.sort_by(|a, b| {
        b.actif.cmp(&a.actif).then(a.ordre.cmp(&b.ordre)).then_with(|| a.id.as_str().cmp(b.id.as_str()))
    });
    let mut plan = StripeSyncPlan { steps: Vec::new(), unmatched_products: Vec::new() };
    for tarif in order {
        let named = tarif.stripe_product_id.as_deref().and_then(|id| by_id.get(id).copied());
        let product = named.filter(|product| taken.insert(product.product_id.as_str()));
        plan.steps.extend(steps_of(tarif, product));
    }
    let unknown = products.iter().filter(|product| product.active && !taken.contains(product.product_id.as_str()));
    plan.unmatched_products = unknown.map(|product| product.product_id.clone()).collect();
    plan
}

fn steps_of(tarif: &Tarif, product: Option<&StripeProduct>) -> Vec<StripeSyncStep> {
    let step = |action| StripeSyncStep {
        tarif_id: tarif.id.clone(),
        action,
        product_id: product.map(|product| product.product_id.clone()),
        price_id: None,
        name: None,
        description: None,
        unit_amount: None,
        currency: None,
    };
    let named = |step: StripeSyncStep| StripeSyncStep {
        name: Some(tarif.nom.clone()),
        description: Some(tarif.description.clone()),
        ..step
    };
    let priced = |step: StripeSyncStep| StripeSyncStep {
        unit_amount: Some(tarif.prix),
        currency: Some(CURRENCY.to_owned()),
        ..step
    };
    let mut steps = Vec::new();
    match (tarif.actif, product) {
        (true, None) => steps.push(priced(named(step(StripeSyncAction::Create)))),
        (true, Some(product)) => {
            if !product.active {
                steps.push(step(StripeSyncAction::Unarchive));
            }
            if product.name != tarif.nom || product.description.as_deref() != Some(&tarif.description) {
                steps.push(named(step(StripeSyncAction::Update)));
            }
            let currency = product.currency.as_deref().is_some_and(|currency| currency.eq_ignore_ascii_case(CURRENCY));
            let right = product.price_id.is_some() && product.unit_amount == Some(tarif.prix) && currency;
            let price_id = product.price_id.clone();
            if !right {
                steps.push(StripeSyncStep { price_id, ..priced(step(StripeSyncAction::NewPrice)) });
            } else if product.price_id != tarif.stripe_price_id {
                steps.push(StripeSyncStep { price_id, ..step(StripeSyncAction::Record) });
            }
        }
        (false, Some(product)) if product.active => steps.push(step(StripeSyncAction::Archive)),
        (false, _) => {}
    }
    if steps.is_empty() {
        steps.push(step(StripeSyncAction::Nothing));
    }
    steps
}

#[cfg(test)]
mod tests;
