//! FAQ: created and reordered.

use staka_core::{NewFaq, PageRequest, PublicFaqFilter, Staka};
use staka_examples::Result;

pub(crate) async fn run(staka: &Staka) -> Result<()> {
    let db = staka.as_system();
    let first = db.faqs().create(NewFaq::new("Combien ?", "Cela dépend.", "Prix")).await?;
    let second = db.faqs().create(NewFaq::new("Quand ?", "Bientôt.", "Délais")).await?;
    assert_eq!(db.faqs().reorder(vec![second.id.clone(), first.id]).await?, 2);
    let first = db.faqs().list_public(PublicFaqFilter::default(), PageRequest::of(1)).await?;
    assert_eq!(first.items[0].id, second.id);
    Ok(())
}
