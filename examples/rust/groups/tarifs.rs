//! Tarifs, and the plan of a synchronisation with Stripe.

use staka_core::{ErrorKind, NewTarif, Staka};
use staka_examples::Result;

pub(crate) async fn run(staka: &Staka) -> Result<()> {
    let db = staka.as_system();
    let draft = NewTarif::new("Correction", "Orthographe et typographie.", 46_850, "Correction");
    let tarif = db.tarifs().create(&draft).await?;
    assert_eq!(tarif.prix_formate, "468,50€");
    let again = db.tarifs().create(&draft).await;
    assert_eq!(again.map_err(|error| error.kind()), Err(ErrorKind::Conflict));
    // The steps of a synchronisation with Stripe, as data.
    let plan = db.tarifs().plan_stripe_sync(vec![]).await?;
    assert_eq!(plan.steps.len(), 1);
    Ok(())
}
