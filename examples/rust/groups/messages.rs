//! Messages between an author and the team.

use staka_core::model::Role;
use staka_core::{Caller, ClientMessage, Reply, Staka};
use staka_examples::{Result, create_user};

pub(crate) async fn run(staka: &Staka) -> Result<()> {
    let zoe = create_user(staka, "Zoé", Role::User, 0).await?;
    let agathe = create_user(staka, "Agathe", Role::Admin, 0).await?;
    let author = staka.as_caller(Caller::user(zoe.id.clone(), Role::User));
    let team = staka.as_caller(Caller::user(agathe.id.clone(), Role::Admin));
    let sent =
        author.messages().send(ClientMessage::new("Bonjour, où en est mon manuscrit ?").receiver(&agathe.id)).await?;
    let conversation = sent.message.conversation_id;
    assert_eq!(team.messages().unread_count(&agathe.id).await?, 1);
    team.messages().mark_read(&conversation).await?;
    team.messages().reply(&conversation, Reply::new("Il avance bien.")).await?;
    assert_eq!(author.messages().unread_count(&zoe.id).await?, 1);
    Ok(())
}
