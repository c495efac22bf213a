//! The site's content: pages, questions, tarifs. The same at every scale.

use std::ops::Range;

use staka_core::base::TextEnum;
use staka_core::model::{CmsPage, Faq, PageStatus, PageType, Tarif, prix_formate};

use crate::draw::Stream;
use crate::plan::World;
use crate::texts::TarifText;
use crate::texts::faqs::FAQS;
use crate::texts::faqs_more::FAQS_MORE;
use crate::texts::pages::ALL_PAGES;
use crate::texts::tarifs::TARIFS;
use crate::time::{DAY, HOUR, moment};

/// The three tables share a stream of ids; each begins at its own offset.
const PAGES: u64 = 0;
const QUESTIONS: u64 = 1_000;
const PRICES: u64 = 2_000;

pub(crate) fn pages(world: &World, units: Range<u64>) -> Vec<CmsPage> {
    let texts: Vec<_> = ALL_PAGES.iter().flat_map(|pages| pages.iter()).collect();
    let window = world.window(false);
    units
        .map(|index| {
            let text = texts[index as usize];
            let mut draw = world.draw(Stream::Content, PAGES + index);
            let created = window.at(index, texts.len() as u64, draw.bits());
            let status = PageStatus::from_variant(text.status).expect("the texts use values of the Prisma schema");
            let published = match status {
                PageStatus::Draft => None,
                PageStatus::Scheduled => Some(world.anchor + draw.within(3 * DAY, 40 * DAY)),
                _ => Some(window.not_after(created + draw.within(HOUR, 5 * DAY))),
            };
            let updated = window.not_after(created + draw.within(0, 30 * DAY));
            let optional = |text: Option<&str>| text.map(str::to_owned);
            CmsPage {
                id: world.id(Stream::ContentId, PAGES + index, moment(created)),
                title: text.title.to_owned(),
                slug: text.slug.to_owned(),
                content: text.content.to_owned(),
                excerpt: (status != PageStatus::Archived && !text.excerpt.is_empty()).then(|| text.excerpt.to_owned()),
                r#type: PageType::from_variant(text.kind).expect("the texts use values of the Prisma schema"),
                status,
                meta_title: optional(text.meta_title),
                meta_description: optional(text.meta_description),
                meta_keywords: optional(text.meta_keywords),
                category: optional(text.category),
                tags: optional(text.tags),
                sort_order: index.cast_signed(),
                is_public: text.is_public,
                require_auth: text.require_auth,
                published_at: published.map(moment),
                created_at: moment(created),
                updated_at: moment(updated.max(created)),
            }
        })
        .collect()
}

pub(crate) fn faqs(world: &World, units: Range<u64>) -> Vec<Faq> {
    let window = world.window(false);
    units
        .map(|index| {
            let text = FAQS.iter().chain(&FAQS_MORE).nth(index as usize).expect("a hundred questions");
            let mut draw = world.draw(Stream::Content, QUESTIONS + index);
            let created = window.at(index, 100, draw.bits());
            Faq {
                id: world.id(Stream::ContentId, QUESTIONS + index, moment(created)),
                question: text.question.to_owned(),
                answer: text.answer.to_owned(),
                details: text.details.map(str::to_owned),
                ordre: index.cast_signed() + 1,
                visible: text.visible,
                categorie: text.categorie.to_owned(),
                created_at: moment(created),
                updated_at: moment(window.not_after(created + draw.within(0, 60 * DAY))),
            }
        })
        .collect()
}

pub(crate) fn tarifs(world: &World, units: Range<u64>) -> Vec<Tarif> {
    let window = world.window(false);
    units
        .map(|index| {
            let text: &TarifText = &TARIFS[index as usize];
            let mut draw = world.draw(Stream::Content, PRICES + index);
            let created = window.at(index, TARIFS.len() as u64, draw.bits());
            Tarif {
                id: world.id(Stream::ContentId, PRICES + index, moment(created)),
                nom: text.nom.to_owned(),
                description: text.description.to_owned(),
                prix: text.prix_centimes,
                prix_formate: prix_formate(text.prix_centimes),
                type_service: text.type_service.to_owned(),
                duree_estimee: text.duree_estimee.map(str::to_owned),
                actif: text.actif,
                ordre: index.cast_signed() + 1,
                created_at: moment(created),
                updated_at: moment(window.not_after(created + draw.within(0, 60 * DAY))),
                stripe_price_id: text.stripe.then(|| draw.letters("price_", 24)),
                stripe_product_id: text.stripe.then(|| draw.letters("prod_", 14)),
            }
        })
        .collect()
}
