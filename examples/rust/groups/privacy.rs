//! Privacy: export, erasure and its check.

use staka_core::model::Role;
use staka_core::{Caller, ErasureReason, NewCommande, Staka};
use staka_examples::{Result, create_user};

pub(crate) async fn run(staka: &Staka) -> Result<()> {
    let zoe = create_user(staka, "Zoé", Role::User, 0).await?;
    let author = staka.as_caller(Caller::user(zoe.id.clone(), Role::User));
    author.commandes().create(NewCommande::new("Embruns et silences"), None).await?;
    // All data about the person, as one JSON document.
    let exported = author.privacy().export(&zoe.id, None, None).await?;
    assert!(exported.text.contains("Embruns et silences"));
    // First the plan, then the erasure.
    let plan = author.privacy().plan_erasure(&zoe.id).await?;
    assert!(plan.tables.iter().any(|table| table.table == "commandes" && table.changed == 1));
    author.privacy().erase(&zoe.id, ErasureReason::Request).await?;
    // No personal data of hers is left.
    let check =
        staka.as_system().privacy().check(&zoe.id, vec![zoe.email.clone(), "Embruns et silences".into()], None).await?;
    assert_eq!((check.missed, check.next), (0, None));
    // Nor does a row about somebody else mention her.
    let mentions = staka.as_system().privacy().list_mentions(&zoe.id, vec![zoe.email.clone()], None).await?;
    assert!(mentions.items.is_empty());
    Ok(())
}
