//! Tests of the catalogue with concurrent writers, and with rows created and deleted during paging.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::time::Duration;

use staka_core::base::NewRow;
use staka_core::model::{CmsPageId, CmsPageInsert, FaqId, PageStatus, PageType};
use staka_core::{
    Clock, CmsPageFilter, CmsPageSort, CmsPageSortKey, Direction, Error, ErrorKind, ManualClock, NewCmsPage, NewFaq,
    NewTarif, PageRequest, Session, Staka, StripeIds, TarifFilter, TarifSort, TarifUpdate, repo,
};

use crate::catalogue_support::{NOW, Shop, at};
use crate::support::on_both;

const WRITERS: usize = 64;

/// Runs an operation by all writers at once, over four pools, and returns the outcomes.
async fn at_once<T: Send + 'static, F: Future<Output = Result<T, Error>> + Send + 'static>(
    shop: &Shop,
    operation: impl Fn(Session, usize) -> F,
) -> Vec<Result<T, Error>> {
    let mut pools: Vec<Staka> = Vec::new();
    for _ in 0..4 {
        pools.push(shop.db.builder().connect().await.unwrap());
    }
    let tasks: Vec<_> =
        (0..WRITERS).map(|index| tokio::spawn(operation(pools[index % pools.len()].as_system(), index))).collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

/// Asserts that exactly one outcome is a success and all others are the expected error.
fn assert_one_succeeded<T>(outcomes: Vec<Result<T, Error>>, error: ErrorKind) {
    let (succeeded, failed): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    let kinds: BTreeSet<String> =
        failed.into_iter().filter_map(Result::err).map(|error| format!("{:?}", error.kind())).collect();
    assert_eq!(kinds, BTreeSet::from([format!("{error:?}")]));
    assert_eq!(succeeded.len(), 1);
}

fn tarif(nom: &str) -> NewTarif {
    NewTarif::new(nom, "d", 100, "t")
}

on_both! {
    async fn only_one_of_many_creates_a_tarif_with_a_name(server: &Server) {
        let shop = server.shop().await;
        let outcomes = at_once(&shop, |session, index| async move {
            let nom = if index % 2 == 0 { "Pack été" } else { "PACK ETE" };
            session.tarifs().create(tarif(nom)).await
        });
        assert_one_succeeded(outcomes.await, ErrorKind::Conflict);
        let all = shop.admin().tarifs().list(TarifFilter::default(), TarifSort::default(), PageRequest::default()).await.unwrap();
        assert_eq!(all.items.len(), 1);
        assert_eq!(shop.audit_count("TARIF_CREATED").await, 1);
    }

    async fn only_one_of_many_renames_a_tarif_to_a_name(server: &Server) {
        let shop = server.shop().await;
        let mut ids = Vec::new();
        for index in 0..WRITERS {
            ids.push(shop.admin().tarifs().create(tarif(&format!("t{index}"))).await.unwrap().id);
        }
        let outcomes = at_once(&shop, |session, index| {
            let id = ids[index].clone();
            async move {
                let change = TarifUpdate::default().nom("Le nom");
                session.tarifs().update(&id, change, None).await
            }
        });
        assert_one_succeeded(outcomes.await, ErrorKind::Conflict);
        let filter = TarifFilter::default().search("le nom");
        assert_eq!(shop.admin().tarifs().list(filter, TarifSort::default(), PageRequest::default()).await.unwrap().items.len(), 1);
    }

    async fn only_one_of_many_records_stripe_ids(server: &Server) {
        let shop = server.shop().await;
        let id = shop.admin().tarifs().create(tarif("Pack")).await.unwrap().id;
        let outcomes = at_once(&shop, |session, index| {
            let id = id.clone();
            async move {
                let (product_id, price_id) = (format!("prod_{index}"), format!("price_{index}"));
                let ids = StripeIds::new(product_id, price_id);
                session.tarifs().set_stripe_ids(&id, ids).await
            }
        });
        assert_one_succeeded(outcomes.await, ErrorKind::Precondition);
        let row = shop.admin().tarifs().get(&id).await.unwrap().unwrap();
        let number = |text: Option<String>| text.and_then(|text| text.split('_').nth(1).map(str::to_owned));
        assert_eq!(number(row.stripe_product_id), number(row.stripe_price_id), "both ids are from one writer");
    }

    async fn only_one_of_many_creates_a_page_with_a_slug(server: &Server) {
        let shop = server.shop().await;
        let outcomes = at_once(&shop, |session, index| async move {
            let title = if index % 2 == 0 { "Été à Paris" } else { "ete a paris" };
            session.pages().create(NewCmsPage::new(title)).await
        });
        let outcomes = outcomes.await;
        assert!(outcomes.iter().filter_map(|o| o.as_ref().err()).all(|error| error.key() == Some("pages_slug_key")));
        assert_one_succeeded(outcomes, ErrorKind::Conflict);
        assert_eq!(shop.audit_count("PAGE_CREATED").await, 1);
    }

    async fn only_one_of_many_publishes_a_page(server: &Server) {
        let shop = server.shop().await;
        let draft = NewCmsPage::new("Page");
        let id = shop.admin().pages().create(draft).await.unwrap().id;
        let outcomes = at_once(&shop, |session, _| {
            let id = id.clone();
            async move { session.pages().publish(&id).await }
        });
        assert_one_succeeded(outcomes.await, ErrorKind::Conflict);
        assert_eq!(shop.audit_count("PAGE_STATUS_CHANGED").await, 1);
    }

    async fn an_order_of_questions_is_one_writers_whole(server: &Server) {
        let shop = server.shop().await;
        let mut ids: Vec<FaqId> = Vec::new();
        for index in 0..20 {
            let draft = NewFaq::new(format!("q{index}"), "a", "c");
            ids.push(shop.admin().faqs().create(draft).await.unwrap().id);
        }
        let turned = |by: usize| {
            let mut turned = ids.clone();
            turned.rotate_left(by % ids.len());
            if by % 2 == 1 {
                turned.reverse();
            }
            turned
        };
        let outcomes = at_once(&shop, |session, index| {
            let order = turned(index);
            async move { session.faqs().reorder(order).await }
        });
        for outcome in outcomes.await {
            assert_eq!(outcome.unwrap(), 20);
        }
        let shown = shop.visitor().faqs().list_public(staka_core::PublicFaqFilter::default(), PageRequest::default()).await.unwrap();
        let order: Vec<FaqId> = shown.items.iter().map(|faq| faq.id.clone()).collect();
        assert_eq!(shown.items.iter().map(|faq| faq.ordre).collect::<Vec<_>>(), (1..=20).collect::<Vec<_>>());
        assert!((0..WRITERS).any(|by| turned(by) == order), "no writer wrote this order");
    }

    async fn each_page_is_listed_once_while_others_are_created_and_deleted(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        let mut random = 7_u64;
        let mut draw = move |below: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % below
        };
        let clock = ManualClock::new(at(NOW));
        let mut number = 0;
        // Few different values, so that most keys are equal and many are NULL.
        let mut page = move || {
            number += 1;
            let day = clock.now().minus(Duration::from_secs(draw(3) * 86_400));
            let new = CmsPageInsert {
                category: [None, None, Some("Été"), Some("ete"), Some("")][draw(5) as usize].map(str::to_owned),
                published_at: (draw(2) == 0).then_some(day),
                r#type: [PageType::Page, PageType::Blog, PageType::Help][draw(3) as usize].clone(),
                status: [PageStatus::Draft, PageStatus::Archived][draw(2) as usize].clone(),
                sort_order: draw(3) as i64 - 1,
                created_at: Some(day),
                ..CmsPageInsert::new(["T", "t", "É"][draw(3) as usize], format!("s{number}"), "c")
            };
            new.into_row(&clock).unwrap()
        };
        let mut conn = shop.staka.acquire().await.unwrap();
        use CmsPageSortKey::*;
        let mut walks = 0;
        for sort in [CreatedAt, UpdatedAt, PublishedAt, Title, Slug, Type, Status, Category, SortOrder] {
            for direction in [Direction::Asc, Direction::Desc] {
                let mut temporary: Vec<CmsPageId> = Vec::new();
                let rows: Vec<_> = (0..40).map(|_| page()).collect();
                repo::pages::add(&mut conn, &rows).await.unwrap();
                let all: Vec<CmsPageId> = rows.into_iter().map(|row| row.id).collect();
                let (stay, removable) = all.split_at(30);
                let mut removable = removable.to_vec();
                let mut seen: BTreeMap<CmsPageId, usize> = BTreeMap::new();
                let sort_order = CmsPageSort { sort, direction: Some(direction) };
                let mut part = PageRequest::of(7);
                loop {
                    let listing = session.pages().list(CmsPageFilter::default(), sort_order, part.clone()).await.unwrap();
                    for item in listing.items {
                        *seen.entry(item.id).or_default() += 1;
                    }
                    let Some(next) = listing.next else { break };
                    part = part.after(next);
                    if let Some(deleted) = removable.pop() {
                        repo::pages::remove(&mut conn, &deleted).await.unwrap();
                    }
                    let fresh = page();
                    repo::pages::add(&mut conn, std::slice::from_ref(&fresh)).await.unwrap();
                    temporary.push(fresh.id);
                }
                for id in stay {
                    assert_eq!(seen.get(id), Some(&1), "{sort} {direction}");
                }
                assert!(seen.values().all(|times| *times == 1), "{sort} {direction}");
                for id in stay.iter().chain(&removable).chain(&temporary) {
                    repo::pages::remove(&mut conn, id).await.unwrap();
                }
                walks += 1;
            }
        }
        assert_eq!(walks, 18);
    }
}
