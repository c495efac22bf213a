//! Tickets: assigned, paused, solved, reopened.

use staka_core::model::{Role, SupportRequestStatus};
use staka_core::{Caller, NewTicket, Staka};
use staka_examples::{Result, create_user};

pub(crate) async fn run(staka: &Staka) -> Result<()> {
    let zoe = create_user(staka, "Zoé", Role::User, 0).await?;
    let agathe = create_user(staka, "Agathe", Role::Admin, 0).await?;
    let client = staka.as_caller(Caller::user(zoe.id, Role::User));
    let team = staka.as_caller(Caller::user(agathe.id.clone(), Role::Admin));
    let draft = NewTicket::new("Ma facture", "Elle est vide.");
    let ticket = client.tickets().create(draft, None).await?;
    team.tickets().assign(&ticket.id, &agathe.id, None).await?;
    // The ticket waits for its client: the resolution clock is paused.
    let waiting = Some(SupportRequestStatus::EnAttente);
    let asked = team.tickets().reply(&ticket.id, "Laquelle ?", waiting, None).await?;
    assert!(asked.first_response_at.is_some());
    let answered = client.tickets().reply(&ticket.id, "Celle de mai.", None, None).await?;
    assert_eq!(answered.status, SupportRequestStatus::EnCours);
    let solved = team.tickets().set_status(&ticket.id, SupportRequestStatus::Resolu, None).await?;
    assert!(solved.resolved_at.is_some());
    let reopened = client.tickets().reopen(&ticket.id, None).await?;
    assert_eq!((reopened.resolved_at, reopened.first_response_at), (None, asked.first_response_at));
    Ok(())
}
