//! Tests of the synchronisation with Stripe, for each line of its table.

use super::*;
use crate::base::{Clock, SystemClock, TextId};

fn tarif(actif: bool) -> Tarif {
    let now = SystemClock.now();
    Tarif {
        id: TextId::generate(&SystemClock),
        nom: "Correction".into(),
        description: "Toutes les fautes".into(),
        prix: 4_900,
        prix_formate: "49€".into(),
        type_service: "Correction".into(),
        duree_estimee: None,
        actif,
        ordre: 0,
        created_at: now,
        updated_at: now,
        stripe_price_id: Some("price_A".into()),
        stripe_product_id: Some("prod_A".into()),
    }
}

fn product() -> StripeProduct {
    let text = |text: &str| Some(text.to_owned());
    StripeProduct {
        product_id: "prod_A".into(),
        active: true,
        name: "Correction".into(),
        description: text("Toutes les fautes"),
        price_id: text("price_A"),
        unit_amount: Some(4_900),
        currency: text("eur"),
    }
}

fn actions(tarifs: &[Tarif], products: &[StripeProduct]) -> Vec<StripeSyncAction> {
    steps(tarifs, products).steps.into_iter().map(|step| step.action).collect()
}

#[test]
fn if_both_sides_agree_there_is_nothing_to_do() {
    assert_eq!(actions(&[tarif(true)], &[product()]), [StripeSyncAction::Nothing]);
    let archived = StripeProduct { active: false, ..product() };
    assert_eq!(actions(&[tarif(false)], &[archived]), [StripeSyncAction::Nothing]);
    let unsynced = Tarif { stripe_product_id: None, stripe_price_id: None, ..tarif(false) };
    assert_eq!(actions(&[unsynced], &[]), [StripeSyncAction::Nothing]);
    let upper_case = StripeProduct { currency: Some("EUR".into()), ..product() };
    assert_eq!(actions(&[tarif(true)], &[upper_case]), [StripeSyncAction::Nothing]);
}

#[test]
fn an_active_tarif_without_a_product_gets_one_with_all_fields() {
    let unsynced = Tarif { stripe_product_id: None, stripe_price_id: None, ..tarif(true) };
    // A product that Stripe does not have, of a mock or of another account, counts as none.
    let mock = Tarif { stripe_product_id: Some("prod_mock_1".into()), ..tarif(true) };
    for tarif in [unsynced, mock] {
        let [step] = &steps(std::slice::from_ref(&tarif), &[]).steps[..] else { panic!("one step") };
        assert_eq!(step.action, StripeSyncAction::Create);
        assert_eq!((step.product_id.as_deref(), step.price_id.as_deref()), (None, None));
        assert_eq!(step.name.as_deref(), Some("Correction"));
        assert_eq!(step.description.as_deref(), Some("Toutes les fautes"));
        assert_eq!((step.unit_amount, step.currency.as_deref()), (Some(4_900), Some("eur")));
    }
}

#[test]
fn a_changed_price_is_a_new_price_and_never_an_update() {
    for wrong in [
        StripeProduct { unit_amount: Some(4_800), ..product() },
        StripeProduct { unit_amount: None, ..product() },
        StripeProduct { price_id: None, ..product() },
        StripeProduct { currency: Some("usd".into()), ..product() },
        StripeProduct { currency: None, ..product() },
    ] {
        let [step] = &steps(&[tarif(true)], std::slice::from_ref(&wrong)).steps[..] else { panic!("one step") };
        assert_eq!(step.action, StripeSyncAction::NewPrice, "{wrong:?}");
        assert_eq!((step.unit_amount, step.currency.as_deref()), (Some(4_900), Some("eur")));
        assert_eq!((&step.product_id, &step.price_id), (&Some("prod_A".into()), &wrong.price_id));
        assert_eq!((&step.name, &step.description), (&None, &None));
    }
}

#[test]
fn a_reactivated_tarif_is_unarchived_with_all_its_changes() {
    let before = StripeProduct { active: false, name: "Relecture".into(), unit_amount: Some(1), ..product() };
    assert_eq!(
        actions(&[tarif(true)], &[before]),
        [StripeSyncAction::Unarchive, StripeSyncAction::Update, StripeSyncAction::NewPrice]
    );
}

#[test]
fn an_update_sends_name_and_description_and_no_price() {
    let before = StripeProduct { description: None, ..product() };
    let [step] = &steps(&[tarif(true)], &[before]).steps[..] else { panic!("one step") };
    assert_eq!(step.action, StripeSyncAction::Update);
    assert_eq!(step.description.as_deref(), Some("Toutes les fautes"));
    assert_eq!((step.unit_amount, &step.price_id), (None, &None));
}

#[test]
fn a_price_whose_id_was_lost_is_recorded_and_not_created_again() {
    let without_price_id = Tarif { stripe_price_id: None, ..tarif(true) };
    let [step] = &steps(&[without_price_id], &[product()]).steps[..] else { panic!("one step") };
    assert_eq!((&step.action, step.price_id.as_deref()), (&StripeSyncAction::Record, Some("price_A")));
}

#[test]
fn an_inactive_tarif_is_archived_once() {
    assert_eq!(actions(&[tarif(false)], &[product()]), [StripeSyncAction::Archive]);
}

#[test]
fn a_product_of_two_tarifs_is_not_archived_while_one_is_active() {
    for tarifs in [[tarif(false), tarif(true)], [tarif(true), tarif(false)]] {
        assert_eq!(actions(&tarifs, &[product()]), [StripeSyncAction::Nothing, StripeSyncAction::Nothing]);
    }
    let both = [tarif(true), tarif(true)];
    assert_eq!(actions(&both, &[product()]), [StripeSyncAction::Nothing, StripeSyncAction::Create]);
}

#[test]
fn products_without_a_tarif_are_listed_and_left_alone() {
    let unknown = StripeProduct { product_id: "prod_B".into(), ..product() };
    let inactive = StripeProduct { product_id: "prod_C".into(), active: false, ..product() };
    let plan = steps(&[tarif(true)], &[product(), unknown, inactive]);
    assert_eq!(plan.unmatched_products, ["prod_B"]);
    assert_eq!(plan.steps.len(), 1);
}
