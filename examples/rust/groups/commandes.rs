//! Orders: created, and moved from one statut to the next.

use staka_core::model::{Role, StatutCommande};
use staka_core::{Caller, ErrorKind, NewCommande, Staka};
use staka_examples::{Result, create_user};

pub(crate) async fn run(staka: &Staka) -> Result<()> {
    let zoe = create_user(staka, "Zoé", Role::User, 0).await?;
    let agathe = create_user(staka, "Agathe", Role::Admin, 0).await?;
    let author = staka.as_caller(Caller::user(zoe.id, Role::User));
    let team = staka.as_caller(Caller::user(agathe.id, Role::Admin));
    let draft = NewCommande::new("Les Marées");
    let order = author.commandes().create(draft, None).await?;
    // A permitted transition, from the version that was read.
    let taken = team.commandes().set_statut(&order.id, StatutCommande::EnCours, order.updated_at).await?;
    let late = team.commandes().set_statut(&order.id, StatutCommande::Termine, order.updated_at).await;
    assert_eq!(late.map_err(|error| error.kind()), Err(ErrorKind::Precondition));
    let done = team.commandes().set_statut(&order.id, StatutCommande::Termine, taken.updated_at).await?;
    assert!(done.date_finition.is_some());
    Ok(())
}
