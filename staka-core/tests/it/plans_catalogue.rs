//! Runs the statements of pages, questions and tarifs by their operations, for the tests of query plans.

use staka_core::model::FaqId;
use staka_core::{
    CmsPageUpdate, FaqUpdate, NewCmsPage, NewFaq, NewTarif, Operations, PageRequest, Staka, StripeIds, TarifUpdate,
    VisibleCmsPageFilter,
};

use crate::seeded::World;

pub async fn run(seeded: &World, staka: &Staka) {
    let session = staka.as_system();
    session.pages().list_public(VisibleCmsPageFilter::default(), PageRequest::default()).await.unwrap();
    let slug = session.pages().list_published().await.unwrap()[0].slug.clone();
    assert!(session.pages().get_by_slug(slug).await.unwrap().is_some());
    session.pages().stats().await.unwrap();
    session.tarifs().list_public().await.unwrap();
    session.tarifs().stats().await.unwrap();
    session.tarifs().plan_stripe_sync(vec![]).await.unwrap();
    let faqs =
        session.faqs().list_public(staka_core::PublicFaqFilter::default(), PageRequest::of(500)).await.unwrap().items;
    let _alone = seeded.writing.lock().await;
    let tx = session.begin().await.unwrap();
    run_writes(&tx, &faqs.into_iter().map(|faq| faq.id).collect::<Vec<_>>()).await;
    tx.rollback().await.unwrap();
}

async fn run_writes(operations: &Operations, faqs: &[FaqId]) {
    let draft = NewCmsPage::new("Un plan");
    let page = operations.pages().create(draft).await.unwrap();
    operations.pages().update(&page.id, CmsPageUpdate::default(), None).await.unwrap();
    operations.pages().publish(&page.id).await.unwrap();
    operations.pages().delete(&page.id).await.unwrap();
    let draft = NewTarif::default().nom("Un plan").description("d").type_service("t");
    let tarif = operations.tarifs().create(draft).await.unwrap();
    let change = TarifUpdate::default().nom("Un autre plan");
    operations.tarifs().update(&tarif.id, change, None).await.unwrap();
    let ids = StripeIds::new("prod_P", "price_P");
    operations.tarifs().set_stripe_ids(&tarif.id, ids).await.unwrap();
    operations.tarifs().delete(&tarif.id).await.unwrap();
    let draft = NewFaq::new("q", "a", "c");
    let faq = operations.faqs().create(draft).await.unwrap();
    operations.faqs().update(&faq.id, FaqUpdate::default(), None).await.unwrap();
    // One list for each statement length; longer lists are padded with ids that do not exist.
    for power in 0..10 {
        let mut ids = faqs[..faqs.len().min(1 << power)].to_vec();
        if ids.len() < 1 << power {
            ids.extend((ids.len()..1 << power).map(|n| format!("none-{n}").parse::<FaqId>().unwrap()));
            operations.faqs().reorder(ids).await.unwrap_err();
        } else {
            operations.faqs().reorder(ids).await.unwrap();
        }
    }
    operations.faqs().delete(&faq.id).await.unwrap();
}
