//! The statements of pages, questions and tarifs, each run as its operation runs it.

use staka_core::model::FaqId;
use staka_core::{
    FaqChange, FaqDraft, Page, PageChange, PageDraft, Patch, Session, Staka, StripeIds, TarifChange, TarifDraft,
    VisiblePages,
};

use crate::seeded::World;

pub async fn run(seeded: &World, staka: &Staka) {
    let session = staka.as_system();
    session.pages().visible(VisiblePages::default(), Page::default()).await.unwrap();
    let slug = session.pages().published().await.unwrap()[0].slug.clone();
    assert!(session.pages().by_slug(slug).await.unwrap().is_some());
    session.pages().stats().await.unwrap();
    session.tarifs().public().await.unwrap();
    session.tarifs().overview().await.unwrap();
    session.tarifs().stripe_plan(vec![]).await.unwrap();
    let faqs = session.faqs().public(None, Page::of(500)).await.unwrap().items;
    let _alone = seeded.writing.lock().await;
    let tx = session.begin().await.unwrap();
    acts(&tx, &faqs.into_iter().map(|faq| faq.id).collect::<Vec<_>>()).await;
    tx.rollback().await.unwrap();
}

async fn acts(session: &Session, faqs: &[FaqId]) {
    let draft = PageDraft { title: "Un plan".into(), ..PageDraft::default() };
    let page = session.pages().create(draft).await.unwrap();
    session.pages().update(&page.id, PageChange::default(), None).await.unwrap();
    session.pages().publish(&page.id).await.unwrap();
    session.pages().remove(&page.id).await.unwrap();
    let draft = TarifDraft {
        nom: "Un plan".into(),
        description: "d".into(),
        type_service: "t".into(),
        ..TarifDraft::default()
    };
    let tarif = session.tarifs().create(draft).await.unwrap();
    let change = TarifChange { nom: Patch::Set("Un autre plan".into()), ..TarifChange::default() };
    session.tarifs().update(&tarif.id, change, None).await.unwrap();
    let ids = StripeIds { product_id: "prod_P".into(), price_id: "price_P".into(), ..StripeIds::default() };
    session.tarifs().record_stripe_ids(&tarif.id, ids).await.unwrap();
    session.tarifs().remove(&tarif.id).await.unwrap();
    let draft = FaqDraft { question: "q".into(), answer: "a".into(), categorie: "c".into(), ..FaqDraft::default() };
    let faq = session.faqs().create(draft).await.unwrap();
    session.faqs().update(&faq.id, FaqChange::default(), None).await.unwrap();
    // A list of each length that has a text of its own; ids that are not there are looked for too.
    for power in 0..10 {
        let mut ids = faqs[..faqs.len().min(1 << power)].to_vec();
        if ids.len() < 1 << power {
            ids.extend((ids.len()..1 << power).map(|n| format!("none-{n}").parse::<FaqId>().unwrap()));
            session.faqs().reorder(ids).await.unwrap_err();
        } else {
            session.faqs().reorder(ids).await.unwrap();
        }
    }
    session.faqs().remove(&faq.id).await.unwrap();
}
