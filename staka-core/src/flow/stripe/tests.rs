//! The table of what a sync does, line by line.

use super::*;
use crate::base::{NewRow, SystemClock};
use crate::model::NewTarif;

fn tarif(actif: bool) -> Tarif {
    let new = NewTarif {
        actif,
        stripe_product_id: Some("prod_A".into()),
        stripe_price_id: Some("price_A".into()),
        ..NewTarif::new("Correction", "Toutes les fautes", 4_900, "49€", "Correction")
    };
    new.into_row(&SystemClock).unwrap()
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

fn actions(tarifs: &[Tarif], products: &[StripeProduct]) -> Vec<StripeAction> {
    steps(tarifs, products).steps.into_iter().map(|step| step.action).collect()
}

#[test]
fn where_both_agree_there_is_nothing_to_do() {
    assert_eq!(actions(&[tarif(true)], &[product()]), [StripeAction::Nothing]);
    let archived = StripeProduct { active: false, ..product() };
    assert_eq!(actions(&[tarif(false)], &[archived]), [StripeAction::Nothing]);
    let unsynced = Tarif { stripe_product_id: None, stripe_price_id: None, ..tarif(false) };
    assert_eq!(actions(&[unsynced], &[]), [StripeAction::Nothing]);
    let shouted = StripeProduct { currency: Some("EUR".into()), ..product() };
    assert_eq!(actions(&[tarif(true)], &[shouted]), [StripeAction::Nothing]);
}

#[test]
fn an_offered_tarif_without_a_product_gets_one_with_all_of_it() {
    let unsynced = Tarif { stripe_product_id: None, stripe_price_id: None, ..tarif(true) };
    // A product that Stripe does not have, of a mock or of another account, is as good as none.
    let mock = Tarif { stripe_product_id: Some("prod_mock_1".into()), ..tarif(true) };
    for tarif in [unsynced, mock] {
        let [step] = &steps(std::slice::from_ref(&tarif), &[]).steps[..] else { panic!("one step") };
        assert_eq!(step.action, StripeAction::Create);
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
        assert_eq!(step.action, StripeAction::NewPrice, "{wrong:?}");
        assert_eq!((step.unit_amount, step.currency.as_deref()), (Some(4_900), Some("eur")));
        assert_eq!((&step.product_id, &step.price_id), (&Some("prod_A".into()), &wrong.price_id));
        assert_eq!((&step.name, &step.description), (&None, &None));
    }
}

#[test]
fn a_tarif_that_is_offered_again_is_unarchived_with_all_that_changed_meanwhile() {
    let then = StripeProduct { active: false, name: "Relecture".into(), unit_amount: Some(1), ..product() };
    assert_eq!(
        actions(&[tarif(true)], &[then]),
        [StripeAction::Unarchive, StripeAction::Update, StripeAction::NewPrice]
    );
}

#[test]
fn an_update_sends_name_and_description_and_no_price() {
    let then = StripeProduct { description: None, ..product() };
    let [step] = &steps(&[tarif(true)], &[then]).steps[..] else { panic!("one step") };
    assert_eq!(step.action, StripeAction::Update);
    assert_eq!(step.description.as_deref(), Some("Toutes les fautes"));
    assert_eq!((step.unit_amount, &step.price_id), (None, &None));
}

#[test]
fn a_price_whose_id_was_lost_is_recorded_and_not_made_again() {
    let forgetful = Tarif { stripe_price_id: None, ..tarif(true) };
    let [step] = &steps(&[forgetful], &[product()]).steps[..] else { panic!("one step") };
    assert_eq!((&step.action, step.price_id.as_deref()), (&StripeAction::Record, Some("price_A")));
}

#[test]
fn what_is_offered_no_more_is_archived_once() {
    assert_eq!(actions(&[tarif(false)], &[product()]), [StripeAction::Archive]);
}

#[test]
fn a_product_of_two_tarifs_is_not_archived_under_the_offered_one() {
    for tarifs in [[tarif(false), tarif(true)], [tarif(true), tarif(false)]] {
        assert_eq!(actions(&tarifs, &[product()]), [StripeAction::Nothing, StripeAction::Nothing]);
    }
    let both = [tarif(true), tarif(true)];
    assert_eq!(actions(&both, &[product()]), [StripeAction::Nothing, StripeAction::Create]);
}

#[test]
fn products_of_nobody_are_named_and_left_alone() {
    let stranger = StripeProduct { product_id: "prod_B".into(), ..product() };
    let gone = StripeProduct { product_id: "prod_C".into(), active: false, ..product() };
    let plan = steps(&[tarif(true)], &[product(), stranger, gone]);
    assert_eq!(plan.strangers, ["prod_B"]);
    assert_eq!(plan.steps.len(), 1);
}
