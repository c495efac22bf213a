//! Invoices: issued, cancelled, and numbered without gaps.

use staka_core::model::Role;
use staka_core::{Caller, NewCommande, NewInvoice, Staka};
use staka_examples::{Result, create_user};

pub(crate) async fn run(staka: &Staka) -> Result<()> {
    let zoe = create_user(staka, "Zoé", Role::User, 0).await?;
    let agathe = create_user(staka, "Agathe", Role::Admin, 0).await?;
    let author = staka.as_caller(Caller::user(zoe.id, Role::User));
    let team = staka.as_caller(Caller::user(agathe.id, Role::Admin));
    let draft = NewCommande::new("Les Marées");
    let order = author.commandes().create(draft, None).await?;
    team.billing().set_price(&order.id, 46_800, None).await?;
    let invoice = team.invoices().issue(&order.id, NewInvoice::default()).await?;
    assert!(invoice.number.starts_with("FACT-"));
    // An invoice never changes; a credit note corrects it.
    let note = team.invoices().cancel(&invoice.id, "mauvais destinataire").await?;
    assert_eq!((note.invoice_number, note.total), (invoice.number, 46_800));
    // No number is missing.
    let series = team.invoices().get_numbering(note.year).await?;
    assert!(series.iter().all(|series| series.missing.is_empty()));
    Ok(())
}
