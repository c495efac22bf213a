//! Tests of the operations on questions: visibility, order and audit log.

use serde_json::json;
use staka_core::model::{Faq, FaqId};
use staka_core::{ErrorKind, FaqFilter, FaqUpdate, NewFaq, PageRequest, PublicFaqFilter, Session};

use crate::catalogue_support::{Shop, fields, words};
use crate::support::on_both;

fn draft(question: &str) -> NewFaq {
    NewFaq::new(question, "Oui.", "Tarifs")
}

async fn create_all(shop: &Shop, questions: &[(&str, i64, bool)]) -> Vec<Faq> {
    let mut all = Vec::new();
    for (question, ordre, visible) in questions {
        let new = draft(question).ordre(*ordre).visible(*visible);
        all.push(shop.admin().faqs().create(new).await.unwrap());
        shop.clock.advance(std::time::Duration::from_millis(5));
    }
    all
}

async fn visible_questions(session: &Session) -> Vec<String> {
    let listing = session.faqs().list_public(PublicFaqFilter::default(), PageRequest::default()).await.unwrap();
    listing.items.into_iter().map(|faq| faq.question).collect()
}

on_both! {
    async fn no_argument_shows_a_visitor_what_is_hidden(server: &Server) {
        let shop = server.shop().await;
        create_all(&shop, &[("b", 1, true), ("hidden", 0, false), ("a", 1, true), ("first", 0, true)]).await;
        for session in [shop.visitor(), shop.reader(), shop.admin()] {
            assert_eq!(visible_questions(&session).await, ["first", "b", "a"]);
            for input in [json!({"visible": false}), json!({"filter": {"visible": false}}), json!({"page": {"visible": false}})] {
                let error = session.call("faqs.list_public", &input.to_string()).await.unwrap_err();
                assert_eq!(fields(&error), words(&["visible"]));
            }
        }
        let before = shop.statements();
        let one = shop.visitor().faqs().list_public(PublicFaqFilter::default().categorie("TARIFS"), PageRequest::of(2)).await.unwrap();
        assert_eq!(shop.statements() - before, 1);
        assert_eq!((one.items.len(), one.next.is_some()), (2, true));
        assert!(shop.visitor().faqs().list_public(PublicFaqFilter::default().categorie("Autre"), PageRequest::default()).await.unwrap().items.is_empty());
        let error = shop.visitor().faqs().list_public(PublicFaqFilter::default(), PageRequest::of(501)).await.unwrap_err();
        assert_eq!(fields(&error), words(&["limit"]));
    }

    async fn administrators_see_hidden_questions(server: &Server) {
        let shop = server.shop().await;
        let all = create_all(&shop, &[("b", 1, true), ("hidden", 0, false), ("a", 1, true)]).await;
        let session = shop.admin();
        let list = |filter: FaqFilter| {
            let session = session.clone();
            async move {
                let listing = session.faqs().list(filter, PageRequest::default().total(true)).await.unwrap();
                assert_eq!(listing.total, Some(listing.items.len() as u64));
                listing.items.into_iter().map(|faq| faq.question).collect::<Vec<_>>()
            }
        };
        // By `ordre`, then newest first.
        assert_eq!(list(FaqFilter::default()).await, ["hidden", "a", "b"]);
        assert_eq!(list(FaqFilter::default().visible(false)).await, ["hidden"]);
        let show = FaqUpdate::default().visible(true);
        let changed = session.faqs().update(&all[1].id, show, Some(all[1].updated_at)).await.unwrap();
        assert!(changed.visible && changed.updated_at > all[1].updated_at);
        assert_eq!(visible_questions(&shop.visitor()).await, ["hidden", "b", "a"]);
        for session in [shop.reader(), shop.visitor()] {
            assert!(session.faqs().list(FaqFilter::default(), PageRequest::default()).await.is_err());
            assert!(session.faqs().get(&all[0].id).await.is_err());
        }
    }

    async fn a_search_ignores_case_and_accents_and_takes_no_wildcards(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        for (question, answer, details) in
            [("Délai ?", "Huit jours", None), ("Prix", "À 100%", None), ("Suite", "Non", Some("voir snake_case"))]
        {
            let mut new = draft(question).answer(answer);
            new.details = details.map(str::to_owned);
            session.faqs().create(new).await.unwrap();
        }
        for (text, expected) in [("DELAI", "Délai ?"), ("a 100%", "Prix"), ("e_c", "Suite"), ("%", "Prix"), ("huit", "Délai ?")] {
            let filter = FaqFilter::default().search(text);
            let found = session.faqs().list(filter, PageRequest::default()).await.unwrap();
            assert_eq!(found.items.iter().map(|faq| faq.question.as_str()).collect::<Vec<_>>(), [expected], "{text}");
        }
    }

    async fn all_invalid_fields_are_reported_at_once(server: &Server) {
        let shop = server.shop().await;
        let wrong = NewFaq::new(" ", "\n", "x".repeat(101)).details("é".repeat(32_768)).ordre(i64::MIN);
        let error = shop.admin().faqs().create(wrong).await.unwrap_err();
        assert_eq!(fields(&error), words(&["question", "answer", "details", "categorie", "ordre"]));
        let made = shop.admin().faqs().create(draft("Quoi ?")).await.unwrap();
        let wrong = FaqUpdate::default().question("a\0").answer(String::new()).categorie(" ");
        let error = shop.admin().faqs().update(&made.id, wrong, None).await.unwrap_err();
        assert_eq!(fields(&error), words(&["question", "answer", "categorie"]));
        let blank = FaqUpdate::default().details("  ");
        assert_eq!(shop.admin().faqs().update(&made.id, blank, None).await.unwrap().details, None);
    }

    async fn questions_are_put_in_order_all_at_once_or_not_at_all(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        let all = create_all(&shop, &[("a", 0, true), ("b", 0, true), ("c", 0, false), ("d", 0, true), ("e", 9, true)]).await;
        let ids = |places: &[usize]| places.iter().map(|place| all[*place].id.clone()).collect::<Vec<FaqId>>();
        let before = shop.statements();
        assert_eq!(session.faqs().reorder(ids(&[3, 2, 1])).await.unwrap(), 3);
        let statements = shop.statements() - before;
        assert_eq!(visible_questions(&shop.visitor()).await, ["a", "d", "b", "e"]);
        let before = shop.statements();
        assert_eq!(session.faqs().reorder(ids(&[4, 3, 2, 1, 0])).await.unwrap(), 5);
        assert_eq!(shop.statements() - before, statements, "not one statement per question");
        assert_eq!(visible_questions(&shop.visitor()).await, ["e", "d", "b", "a"]);
        let changed = session.faqs().get(&all[3].id).await.unwrap().unwrap();
        assert!(changed.ordre == 2 && changed.updated_at > all[3].updated_at);
        let missing: FaqId = "gone".parse().unwrap();
        let error = session.faqs().reorder([ids(&[0, 1]), vec![missing]].concat()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        for wrong in [vec![], ids(&[0, 1, 0]), vec![all[0].id.clone(); 513]] {
            assert_eq!(fields(&session.faqs().reorder(wrong).await.unwrap_err()), words(&["ids"]));
        }
        assert_eq!(visible_questions(&shop.visitor()).await, ["e", "d", "b", "a"], "nothing was changed");
        assert!(shop.reader().faqs().reorder(ids(&[0])).await.is_err());
    }

    async fn operations_on_questions_are_in_the_audit_log(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        let faq = session.faqs().create(draft("Quoi ?")).await.unwrap();
        assert_eq!(session.faqs().get(&faq.id).await.unwrap().as_ref(), Some(&faq));
        let hide = FaqUpdate::default().visible(false);
        session.faqs().update(&faq.id, hide.clone(), None).await.unwrap();
        let error = session.faqs().update(&faq.id, hide.clone(), Some(faq.updated_at)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Precondition);
        session.faqs().reorder(vec![faq.id.clone()]).await.unwrap();
        session.faqs().delete(&faq.id).await.unwrap();
        for error in [
            session.faqs().delete(&faq.id).await.unwrap_err(),
            session.faqs().update(&faq.id, hide, None).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::NotFound);
        }
        assert_eq!(session.faqs().get(&faq.id).await.unwrap(), None);
        let audit_trail = shop.audit_trail().await;
        assert!(audit_trail.iter().all(|entry| entry.admin_email == "admin@example.org"));
        for (action, times) in [("FAQ_CREATED", 1), ("FAQ_UPDATED", 2), ("FAQ_DELETED", 1)] {
            assert_eq!(audit_trail.iter().filter(|entry| entry.action == action).count(), times, "{action}");
        }
    }
}
