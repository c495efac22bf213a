//! Questions: what is hidden stays hidden, and their order is one.

use serde_json::json;
use staka_core::model::{Faq, FaqId};
use staka_core::{ErrorKind, FaqChange, FaqDraft, FaqList, Match, Page, Patch, Session};

use crate::catalogue_support::{Shop, fields, words};
use crate::support::on_both;

fn draft(question: &str) -> FaqDraft {
    FaqDraft { question: question.into(), answer: "Oui.".into(), categorie: "Tarifs".into(), ..FaqDraft::default() }
}

async fn made(shop: &Shop, questions: &[(&str, i64, bool)]) -> Vec<Faq> {
    let mut all = Vec::new();
    for (question, ordre, visible) in questions {
        let new = FaqDraft { ordre: Some(*ordre), visible: Some(*visible), ..draft(question) };
        all.push(shop.admin().faqs().create(new).await.unwrap());
        shop.clock.advance(std::time::Duration::from_millis(5));
    }
    all
}

async fn shown(session: &Session) -> Vec<String> {
    let listing = session.faqs().public(None, Page::default()).await.unwrap();
    listing.items.into_iter().map(|faq| faq.question).collect()
}

on_both! {
    async fn no_argument_shows_a_visitor_what_is_hidden(server: &Server) {
        let shop = server.shop().await;
        made(&shop, &[("b", 1, true), ("hidden", 0, false), ("a", 1, true), ("first", 0, true)]).await;
        for session in [shop.visitor(), shop.reader(), shop.admin()] {
            assert_eq!(shown(&session).await, ["first", "b", "a"]);
            for input in [json!({"visible": false}), json!({"page": {"visible": false}})] {
                let error = session.call("faqs.public", &input.to_string()).await.unwrap_err();
                assert_eq!(fields(&error), words(&["visible"]));
            }
        }
        let before = shop.statements();
        let one = shop.visitor().faqs().public(Some("TARIFS".to_owned()), Page::of(2)).await.unwrap();
        assert_eq!(shop.statements() - before, 1);
        assert_eq!((one.items.len(), one.next.is_some()), (2, true));
        assert!(shop.visitor().faqs().public(Some("Autre".to_owned()), Page::default()).await.unwrap().items.is_empty());
        let error = shop.visitor().faqs().public(None, Page::of(501)).await.unwrap_err();
        assert_eq!(fields(&error), words(&["limit"]));
    }

    async fn what_is_hidden_is_there_for_the_administration(server: &Server) {
        let shop = server.shop().await;
        let all = made(&shop, &[("b", 1, true), ("hidden", 0, false), ("a", 1, true)]).await;
        let session = shop.admin();
        let list = |wanted: FaqList| {
            let session = session.clone();
            async move {
                let listing = session.faqs().list(wanted, Page { total: true, ..Page::default() }).await.unwrap();
                assert_eq!(listing.total, Some(listing.items.len() as u64));
                listing.items.into_iter().map(|faq| faq.question).collect::<Vec<_>>()
            }
        };
        // In their order, then the newest first.
        assert_eq!(list(FaqList::default()).await, ["hidden", "a", "b"]);
        assert_eq!(list(FaqList { visible: Match::Is(false), ..FaqList::default() }).await, ["hidden"]);
        let shows = FaqChange { visible: Patch::Set(true), ..FaqChange::default() };
        let changed = session.faqs().update(&all[1].id, shows, Some(all[1].updated_at)).await.unwrap();
        assert!(changed.visible && changed.updated_at > all[1].updated_at);
        assert_eq!(shown(&shop.visitor()).await, ["hidden", "b", "a"]);
        for session in [shop.reader(), shop.visitor()] {
            assert!(session.faqs().list(FaqList::default(), Page::default()).await.is_err());
            assert!(session.faqs().get(&all[0].id).await.is_err());
        }
    }

    async fn a_search_does_not_mind_case_and_accents_nor_take_wildcards(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        for (question, answer, details) in
            [("Délai ?", "Huit jours", None), ("Prix", "À 100%", None), ("Suite", "Non", Some("voir snake_case"))]
        {
            let new = FaqDraft { answer: answer.into(), details: details.map(str::to_owned), ..draft(question) };
            session.faqs().create(new).await.unwrap();
        }
        for (text, wanted) in [("DELAI", "Délai ?"), ("a 100%", "Prix"), ("e_c", "Suite"), ("%", "Prix"), ("huit", "Délai ?")] {
            let wanted_list = FaqList { search: Some(text.into()), ..FaqList::default() };
            let found = session.faqs().list(wanted_list, Page::default()).await.unwrap();
            assert_eq!(found.items.iter().map(|faq| faq.question.as_str()).collect::<Vec<_>>(), [wanted], "{text}");
        }
    }

    async fn every_faulty_field_is_named_at_once(server: &Server) {
        let shop = server.shop().await;
        let wrong = FaqDraft {
            question: " ".into(),
            answer: "\n".into(),
            details: Some("é".repeat(32_768)),
            categorie: "x".repeat(101),
            ordre: Some(i64::MIN),
            visible: None,
        };
        let error = shop.admin().faqs().create(wrong).await.unwrap_err();
        assert_eq!(fields(&error), words(&["question", "answer", "details", "categorie", "ordre"]));
        let made = shop.admin().faqs().create(draft("Quoi ?")).await.unwrap();
        let wrong = FaqChange {
            question: Patch::Set("a\0".into()),
            answer: Patch::Set(String::new()),
            categorie: Patch::Set(" ".into()),
            ..FaqChange::default()
        };
        let error = shop.admin().faqs().update(&made.id, wrong, None).await.unwrap_err();
        assert_eq!(fields(&error), words(&["question", "answer", "categorie"]));
        let blank = FaqChange { details: Patch::Set(Some("  ".into())), ..FaqChange::default() };
        assert_eq!(shop.admin().faqs().update(&made.id, blank, None).await.unwrap().details, None);
    }

    async fn questions_are_put_in_order_all_at_once_or_not_at_all(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        let all = made(&shop, &[("a", 0, true), ("b", 0, true), ("c", 0, false), ("d", 0, true), ("e", 9, true)]).await;
        let ids = |places: &[usize]| places.iter().map(|place| all[*place].id.clone()).collect::<Vec<FaqId>>();
        let before = shop.statements();
        assert_eq!(session.faqs().reorder(ids(&[3, 2, 1])).await.unwrap(), 3);
        let few = shop.statements() - before;
        assert_eq!(shown(&shop.visitor()).await, ["a", "d", "b", "e"]);
        let before = shop.statements();
        assert_eq!(session.faqs().reorder(ids(&[4, 3, 2, 1, 0])).await.unwrap(), 5);
        assert_eq!(shop.statements() - before, few, "not one for each");
        assert_eq!(shown(&shop.visitor()).await, ["e", "d", "b", "a"]);
        let changed = session.faqs().get(&all[3].id).await.unwrap().unwrap();
        assert!(changed.ordre == 2 && changed.updated_at > all[3].updated_at);
        let gone: FaqId = "gone".parse().unwrap();
        let error = session.faqs().reorder([ids(&[0, 1]), vec![gone]].concat()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        for wrong in [vec![], ids(&[0, 1, 0]), vec![all[0].id.clone(); 513]] {
            assert_eq!(fields(&session.faqs().reorder(wrong).await.unwrap_err()), words(&["ids"]));
        }
        assert_eq!(shown(&shop.visitor()).await, ["e", "d", "b", "a"], "nothing of it");
        assert!(shop.reader().faqs().reorder(ids(&[0])).await.is_err());
    }

    async fn acts_on_questions_are_in_the_journal(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        let faq = session.faqs().create(draft("Quoi ?")).await.unwrap();
        assert_eq!(session.faqs().get(&faq.id).await.unwrap().as_ref(), Some(&faq));
        let hides = FaqChange { visible: Patch::Set(false), ..FaqChange::default() };
        session.faqs().update(&faq.id, hides.clone(), None).await.unwrap();
        let error = session.faqs().update(&faq.id, hides.clone(), Some(faq.updated_at)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Precondition);
        session.faqs().reorder(vec![faq.id.clone()]).await.unwrap();
        session.faqs().remove(&faq.id).await.unwrap();
        for error in [
            session.faqs().remove(&faq.id).await.unwrap_err(),
            session.faqs().update(&faq.id, hides, None).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::NotFound);
        }
        assert_eq!(session.faqs().get(&faq.id).await.unwrap(), None);
        let journal = shop.journal().await;
        assert!(journal.iter().all(|entry| entry.admin_email == "admin@example.org"));
        for (action, times) in [("FAQ_CREATED", 1), ("FAQ_UPDATED", 2), ("FAQ_DELETED", 1)] {
            assert_eq!(journal.iter().filter(|entry| entry.action == action).count(), times, "{action}");
        }
    }
}
