//! Pages of the CMS: drafts and publication.

use staka_core::{Actor, Caller, ErrorKind, NewCmsPage, Staka};
use staka_examples::Result;

pub(crate) async fn run(staka: &Staka) -> Result<()> {
    let db = staka.as_system();
    let page = db.pages().create(NewCmsPage::new("Été à Saint-Malo")).await?;
    assert_eq!(page.slug, "ete-a-saint-malo");
    let site = staka.as_caller(Caller::new(Actor::Anonymous));
    assert!(site.pages().get_by_slug(page.slug.clone()).await?.is_none(), "readers do not see drafts");
    db.pages().publish(&page.id).await?;
    assert!(site.pages().get_by_slug(page.slug.clone()).await?.is_some());
    let again = db.pages().publish(&page.id).await;
    assert_eq!(again.map_err(|error| error.kind()), Err(ErrorKind::Conflict));
    Ok(())
}
