//! Cards: one default, and its successor.

use staka_core::model::Role;
use staka_core::{Caller, NewCard, Staka};
use staka_examples::{Result, create_user};

pub(crate) async fn run(staka: &Staka) -> Result<()> {
    let zoe = create_user(staka, "Zoé", Role::User, 0).await?;
    let author = staka.as_caller(Caller::user(zoe.id.clone(), Role::User));
    let card = |key: &str| NewCard::new(key, "visa", "4242", 12, 2030);
    let first = author.payment_methods().add(&zoe.id, card("pm_1")).await?;
    let second = author.payment_methods().add(&zoe.id, card("pm_2")).await?;
    assert!(first.is_default && !second.is_default);
    let removed = author.payment_methods().deactivate(&zoe.id, &first.id).await?;
    assert_eq!(removed.successor.map(|card| card.id), Some(second.id));
    Ok(())
}
