//! Payments: a checkout, and Stripe's event delivered twice.

use staka_core::model::{PaymentOutcome, Role};
use staka_core::{Caller, NewCommande, Staka};
use staka_examples::{Result, create_user};

pub(crate) async fn run(staka: &Staka) -> Result<()> {
    let zoe = create_user(staka, "Zoé", Role::User, 0).await?;
    let (author, platform) = (staka.as_caller(Caller::user(zoe.id, Role::User)), staka.as_system());
    let draft = NewCommande::new("Les Marées");
    let order = author.commandes().create(draft, None).await?;
    platform.billing().set_price(&order.id, 46_800, None).await?;
    // The amount to request from Stripe is never taken from the client.
    let due = author.payments().open_checkout(&order.id, "cs_test_1", None).await?;
    assert_eq!(due.amount, 46_800);
    // Stripe's event, after its signature was verified; delivered twice here.
    let event = r#"{"id": "evt_1", "type": "checkout.session.completed", "created": 1781524800, "data": {"object":
        {"id": "cs_test_1", "payment_status": "paid", "amount_total": 46800, "currency": "eur", "payment_intent": "pi_1"}}}"#;
    let first = platform.payments().record_event(event).await?;
    let again = platform.payments().record_event(event).await?;
    assert_eq!((first.outcome, again.deliveries), (PaymentOutcome::Applied, 2));
    let invoices = author.commandes().get(&order.id).await?.expect("the order").invoices;
    assert_eq!(invoices.len(), 1);
    Ok(())
}
