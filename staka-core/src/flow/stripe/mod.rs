//! What a sync of the tarifs with Stripe would do, as data: whoever holds the key to Stripe does it, and records the
//! ids it gets (`tarifs.record_stripe_ids`). Nothing here calls anybody or makes up an id.
//!
//! | tarif | its product at Stripe | to do |
//! |---|---|---|
//! | offered | none, or one that Stripe does not have | CREATE |
//! | offered | inactive | UNARCHIVE, and what else differs |
//! | offered | other name or description | UPDATE |
//! | offered | price of another amount or currency, or none | NEW_PRICE: a price at Stripe never changes |
//! | offered | the right price, under an id that the tarif does not know | RECORD |
//! | not offered | active | ARCHIVE |
//! | any other | | NOTHING |

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use staka_macros::Described;

use crate::base::{Error, Result};
use crate::db::Conn;
use crate::model::Tarif;
use crate::model::view::{StripeAction, StripePlan, StripeStep};
use crate::repo::tarifs;

/// The currency of every price.
const CURRENCY: &str = "eur";

/// A product as Stripe has it now, with its default price.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct StripeProduct {
    /// `prod_…`.
    pub product_id: String,
    /// Whether it is active.
    pub active: bool,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Its default price, `price_…`.
    pub price_id: Option<String>,
    /// That price in centimes.
    pub unit_amount: Option<i64>,
    /// And its currency, `eur`.
    pub currency: Option<String>,
}

/// The steps that make Stripe, which has these products, agree with the tarifs. `Invalid` when two products have one
/// id.
pub async fn plan(conn: &mut Conn, products: &[StripeProduct]) -> Result<StripePlan> {
    let mut seen = HashSet::new();
    if let Some(twice) = products.iter().find(|product| !seen.insert(&product.product_id)) {
        return Err(Error::invalid("productId", format!("{} is there twice", twice.product_id)));
    }
    Ok(steps(&tarifs::every(conn).await?, products))
}

/// The table above, for every tarif.
fn steps(tarifs: &[Tarif], products: &[StripeProduct]) -> StripePlan {
    let by_id: HashMap<&str, &StripeProduct> = products.iter().map(|p| (p.product_id.as_str(), p)).collect();
    let mut taken = HashSet::new();
    let mut order: Vec<&Tarif> = tarifs.iter().collect();
    // A product that two tarifs name is one's alone, the offered one's rather: the other must not archive it.
    order.sort_by(|a, b| {
        b.actif.cmp(&a.actif).then(a.ordre.cmp(&b.ordre)).then_with(|| a.id.as_str().cmp(b.id.as_str()))
    });
    let mut plan = StripePlan { steps: Vec::new(), strangers: Vec::new() };
    for tarif in order {
        let named = tarif.stripe_product_id.as_deref().and_then(|id| by_id.get(id).copied());
        let product = named.filter(|product| taken.insert(product.product_id.as_str()));
        plan.steps.extend(steps_of(tarif, product));
    }
    let strangers = products.iter().filter(|product| product.active && !taken.contains(product.product_id.as_str()));
    plan.strangers = strangers.map(|product| product.product_id.clone()).collect();
    plan
}

fn steps_of(tarif: &Tarif, product: Option<&StripeProduct>) -> Vec<StripeStep> {
    let step = |action| StripeStep {
        tarif_id: tarif.id.clone(),
        action,
        product_id: product.map(|product| product.product_id.clone()),
        price_id: None,
        name: None,
        description: None,
        unit_amount: None,
        currency: None,
    };
    let named = |step: StripeStep| StripeStep {
        name: Some(tarif.nom.clone()),
        description: Some(tarif.description.clone()),
        ..step
    };
    let priced =
        |step: StripeStep| StripeStep { unit_amount: Some(tarif.prix), currency: Some(CURRENCY.to_owned()), ..step };
    let mut steps = Vec::new();
    match (tarif.actif, product) {
        (true, None) => steps.push(priced(named(step(StripeAction::Create)))),
        (true, Some(product)) => {
            if !product.active {
                steps.push(step(StripeAction::Unarchive));
            }
            if product.name != tarif.nom || product.description.as_deref() != Some(&tarif.description) {
                steps.push(named(step(StripeAction::Update)));
            }
            let currency = product.currency.as_deref().is_some_and(|currency| currency.eq_ignore_ascii_case(CURRENCY));
            let right = product.price_id.is_some() && product.unit_amount == Some(tarif.prix) && currency;
            let price_id = product.price_id.clone();
            if !right {
                steps.push(StripeStep { price_id, ..priced(step(StripeAction::NewPrice)) });
            } else if product.price_id != tarif.stripe_price_id {
                steps.push(StripeStep { price_id, ..step(StripeAction::Record) });
            }
        }
        (false, Some(product)) if product.active => steps.push(step(StripeAction::Archive)),
        (false, _) => {}
    }
    if steps.is_empty() {
        steps.push(step(StripeAction::Nothing));
    }
    steps
}

#[cfg(test)]
mod tests;
