//! Tests of the operations on CMS pages: visibility, transitions and slugs.

use std::time::Duration;

use serde_json::json;
use staka_core::base::{NewRow, TextEnum};
use staka_core::model::{CmsPageId, CmsPageInsert, PageStatus, PageType};
use staka_core::{
    CmsPageFilter, CmsPageSort, CmsPageUpdate, ErrorKind, Match, NewCmsPage, PageRequest, SystemClock, Timestamp,
    VisibleCmsPageFilter, repo,
};

use crate::catalogue_support::{NOW, Shop, at, fields, words};
use crate::support::on_both;

fn draft(title: &str) -> NewCmsPage {
    NewCmsPage::new(title)
}

fn searching(text: &str) -> CmsPageFilter {
    CmsPageFilter::default().search(text)
}

/// Creates a page for each combination of status, time and visibility. Returns the slugs, each with whether a visitor
/// and a signed-in reader see the page.
async fn create_one_of_each(shop: &Shop) -> Vec<(String, bool, bool)> {
    let now = at(NOW);
    let (past, later) = (now.minus(Duration::from_millis(1)), at("2026-06-15T12:00:00.001Z"));
    let times: [(&str, Option<Timestamp>); 4] =
        [("never", None), ("past", Some(past)), ("now", Some(now)), ("later", Some(later))];
    let (mut rows, mut expected) = (Vec::new(), Vec::new());
    for word in PageStatus::VALUES {
        for (time, published_at) in times {
            for (is_public, require_auth) in [(true, false), (true, true), (false, false), (false, true)] {
                let slug = format!("{}-{time}-{is_public}-{require_auth}", word.to_lowercase());
                let new = CmsPageInsert {
                    status: PageStatus::from_variant(word).unwrap(),
                    published_at,
                    is_public,
                    require_auth,
                    ..CmsPageInsert::new(slug.clone(), slug.clone(), "secret")
                };
                rows.push(new.into_row(&SystemClock).unwrap());
                let shown = ["PUBLISHED", "SCHEDULED"].contains(word) && ["past", "now"].contains(&time) && is_public;
                expected.push((slug, shown && !require_auth, shown));
            }
        }
    }
    let mut conn = shop.staka.acquire().await.unwrap();
    repo::pages::add(&mut conn, &rows).await.unwrap();
    expected
}

on_both! {
    async fn a_page_is_visible_to_the_right_readers_from_its_time_on(server: &Server) {
        let shop = server.shop().await;
        let expected = create_one_of_each(&shop).await;
        assert_eq!(expected.iter().filter(|(_, visitor, _)| *visitor).count(), 4);
        for (session, signed_in) in [(shop.visitor(), false), (shop.reader(), true), (shop.staka.as_system(), true)] {
            let before = shop.statements();
            let listing = session.pages().list_public(VisibleCmsPageFilter::default(), PageRequest::of(500)).await.unwrap();
            assert_eq!(shop.statements() - before, 1);
            let mut listed: Vec<String> = listing.items.into_iter().map(|page| page.slug).collect();
            listed.sort();
            let seen = |(_, visitor, reader): &&(String, bool, bool)| if signed_in { *reader } else { *visitor };
            let mut visible: Vec<String> = expected.iter().filter(seen).map(|(slug, ..)| slug.clone()).collect();
            visible.sort();
            assert_eq!(listed, visible);
            for (slug, visitor, reader) in &expected {
                let one = session.pages().get_by_slug(slug).await;
                match one {
                    Ok(page) => assert_eq!(page.is_some(), if signed_in { *reader } else { *visitor }, "{slug}"),
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
                        assert!(!signed_in && *reader && !visitor, "{slug}");
                    }
                }
            }
        }
    }

    async fn a_visitor_never_gets_the_text_of_a_page_for_members(server: &Server) {
        let shop = server.shop().await;
        create_one_of_each(&shop).await;
        for operation in ["pages.list_public", "pages.list_published"] {
            let bytes = shop.visitor().call(operation, "{}").await.unwrap();
            assert!(!String::from_utf8(bytes).unwrap().contains("secret"), "{operation}");
        }
        let error = shop.visitor().pages().get_by_slug("published-past-true-true".to_owned()).await.unwrap_err();
        assert!(!format!("{error:?}").contains("secret"));
        let page = shop.reader().pages().get_by_slug("published-past-true-true".to_owned()).await.unwrap().unwrap();
        assert_eq!(page.content, "secret");
    }

    async fn a_scheduled_page_becomes_visible_without_a_write(server: &Server) {
        let shop = server.shop().await;
        let (session, visitor) = (shop.admin(), shop.visitor());
        let made = session.pages().create(draft("Rentrée")).await.unwrap();
        let when = at("2026-06-16T12:00:00.000Z");
        let planned = session.pages().schedule(&made.id, when).await.unwrap();
        assert_eq!((&planned.status, planned.published_at), (&PageStatus::Scheduled, Some(when)));
        assert_eq!(visitor.pages().get_by_slug("rentree".to_owned()).await.unwrap(), None);
        shop.clock.advance(Duration::from_millis(86_399_999));
        assert_eq!(visitor.pages().get_by_slug("rentree".to_owned()).await.unwrap(), None);
        shop.clock.advance(Duration::from_millis(1));
        assert!(visitor.pages().get_by_slug("rentree".to_owned()).await.unwrap().is_some());
        let listed = visitor.pages().list_public(VisibleCmsPageFilter::default(), PageRequest::default()).await.unwrap();
        assert_eq!(listed.items.len(), 1);
        assert_eq!(session.pages().get(&made.id).await.unwrap(), Some(planned));
        // It counts as published by then, although its status is SCHEDULED.
        for error in [
            session.pages().publish(&made.id).await.unwrap_err(),
            session.pages().schedule(&made.id, at("2027-01-01T00:00:00Z")).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Conflict);
        }
        let draft = session.pages().unpublish(&made.id).await.unwrap();
        assert_eq!((&draft.status, draft.published_at), (&PageStatus::Draft, None));
        assert_eq!(visitor.pages().get_by_slug("rentree".to_owned()).await.unwrap(), None);
    }

    async fn a_page_goes_only_where_it_may(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        let made = session.pages().create(draft("Mentions légales")).await.unwrap();
        assert_eq!((&made.status, made.published_at, made.slug.as_str()), (&PageStatus::Draft, None, "mentions-legales"));
        let conflict = |error: staka_core::Error| assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        conflict(session.pages().unpublish(&made.id).await.unwrap_err());
        let shown = session.pages().publish(&made.id).await.unwrap();
        assert_eq!((&shown.status, shown.published_at), (&PageStatus::Published, Some(at(NOW))));
        conflict(session.pages().publish(&made.id).await.unwrap_err());
        shop.clock.advance(Duration::from_secs(1));
        let archived = session.pages().archive(&made.id).await.unwrap();
        assert_eq!((&archived.status, archived.published_at), (&PageStatus::Archived, Some(at(NOW))));
        conflict(session.pages().archive(&made.id).await.unwrap_err());
        for late in [at(NOW), at("2020-01-01T00:00:00Z")] {
            assert_eq!(fields(&session.pages().schedule(&made.id, late).await.unwrap_err()), words(&["at"]));
        }
        session.pages().delete(&made.id).await.unwrap();
        for error in [
            session.pages().publish(&made.id).await.unwrap_err(),
            session.pages().archive(&made.id).await.unwrap_err(),
            session.pages().delete(&made.id).await.unwrap_err(),
            session.pages().update(&made.id, CmsPageUpdate::default(), None).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::NotFound);
        }
        assert_eq!(session.pages().get(&made.id).await.unwrap(), None);
        let details: Vec<_> = shop.audit_trail().await.into_iter().filter(|entry| entry.action == "PAGE_STATUS_CHANGED").collect();
        assert_eq!(details.len(), 2);
        let first = serde_json::to_value(&details[0].details).unwrap();
        assert_eq!(first["status"], json!({"from": "DRAFT", "to": "PUBLISHED"}));
        assert_eq!((shop.audit_count("PAGE_CREATED").await, shop.audit_count("PAGE_DELETED").await), (1, 1));
    }

    async fn an_update_never_sets_other_fields(server: &Server) {
        let shop = server.shop().await;
        let made = shop.admin().pages().create(draft("Page")).await.unwrap();
        for (field, value) in [
            ("status", json!("PUBLISHED")),
            ("publishedAt", json!("2020-01-01T00:00:00Z")),
            ("id", json!("x")),
            ("createdAt", json!("2020-01-01T00:00:00Z")),
            ("updatedAt", json!("2020-01-01T00:00:00Z")),
        ] {
            let change = json!({"id": made.id, "update": {field: value}}).to_string();
            assert_eq!(fields(&shop.admin().call("pages.update", &change).await.unwrap_err()), words(&[field]));
            let new = json!({"page": {"title": "t", field: value}}).to_string();
            assert_eq!(fields(&shop.admin().call("pages.create", &new).await.unwrap_err()), words(&[field]));
        }
        assert_eq!(shop.admin().pages().get(&made.id).await.unwrap(), Some(made));
    }

    async fn a_slug_that_is_taken_is_a_conflict(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        let first = session.pages().create(draft("Œuvres d’été !")).await.unwrap();
        assert_eq!(first.slug, "oeuvres-d-ete");
        let second = session.pages().create(draft("Autre").slug("  Autre Slug ")).await.unwrap();
        assert_eq!(second.slug, "autre-slug");
        let error = session.pages().create(draft("x").slug("OEUVRES/d'été")).await.unwrap_err();
        assert_eq!((error.kind(), error.key()), (ErrorKind::Conflict, Some("pages_slug_key")));
        let change = CmsPageUpdate::default().slug("Oeuvres d’Été");
        let error = session.pages().update(&second.id, change.clone(), None).await.unwrap_err();
        assert_eq!((error.kind(), error.key()), (ErrorKind::Conflict, Some("pages_slug_key")));
        session.pages().update(&first.id, change, None).await.unwrap();
        let renamed = session.pages().update(&first.id, CmsPageUpdate::default().title("Neu"), None).await.unwrap();
        assert_eq!(renamed.slug, "oeuvres-d-ete", "the slug stays when the title changes");
        assert_eq!(fields(&session.pages().create(draft("!!!")).await.unwrap_err()), words(&["slug"]));
    }

    async fn all_invalid_fields_are_reported_at_once(server: &Server) {
        let shop = server.shop().await;
        let wrong = NewCmsPage::new("x".repeat(256)).slug("—").content("a\0").excerpt("é".repeat(32_768)).meta_title("x".repeat(256)).category("x".repeat(101)).tags(["a,b"]).sort_order(i64::MAX);
        let all = words(&["title", "slug", "content", "excerpt", "metaTitle", "category", "tags", "sortOrder"]);
        assert_eq!(fields(&shop.admin().pages().create(wrong).await.unwrap_err()), all);
        let made = shop.admin().pages().create(draft("Page")).await.unwrap();
        let wrong = CmsPageUpdate::default().title(" ").slug(String::new()).tags((0..9_000).map(|n| format!("étiquette {n}")));
        let error = shop.admin().pages().update(&made.id, wrong, None).await.unwrap_err();
        assert_eq!(fields(&error), words(&["title", "slug", "tags"]));
        let error = shop.admin().pages().create(draft("  ")).await.unwrap_err();
        assert_eq!(fields(&error), words(&["title"]), "no slug is derived from a blank title");
    }

    async fn text_and_tags_are_returned_unchanged(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        let content = "  <p>🎉 \u{202e}RTL\u{202c} שלום\r\n\tfin</p>  ";
        let new = draft("🎉 Fête").content(content).tags([" équipe ", "histoire 📚", "ÉQUIPE"]).category(" ").r#type(PageType::Blog);
        let made = session.pages().create(new).await.unwrap();
        let read = session.pages().get(&made.id).await.unwrap().unwrap();
        assert_eq!(read, made);
        assert_eq!((read.content.as_str(), read.category.as_deref()), (content, None));
        assert_eq!(*read.tags, ["équipe", "histoire 📚"]);
        let json = serde_json::to_value(&read).unwrap();
        assert_eq!(json["tags"], json!(["équipe", "histoire 📚"]));
        let none = CmsPageUpdate::default().tags([] as [&str; 0]);
        let bare = session.pages().update(&made.id, none, Some(made.updated_at)).await.unwrap();
        assert!(bare.tags.is_empty());
        let late = CmsPageUpdate::default().title("x");
        let error = session.pages().update(&made.id, late, Some(made.updated_at)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Precondition);
    }

    async fn a_search_ignores_case_and_accents_and_takes_no_wildcards(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        for (title, content) in [("Été", "chaud"), ("Hiver", "à 100%"), ("snake_case", "Mots")] {
            session.pages().create(draft(title).content(content)).await.unwrap();
        }
        for (text, expected) in [("ETE", "Été"), ("100%", "Hiver"), ("_", "snake_case"), ("MÔTS", "snake_case"), ("%", "Hiver")] {
            let found = session.pages().list(searching(text), CmsPageSort::default(), PageRequest::default().total(true)).await.unwrap();
            assert_eq!(found.items.iter().map(|page| page.title.as_str()).collect::<Vec<_>>(), [expected], "{text}");
            assert_eq!(found.total, Some(1));
        }
        let filtered = CmsPageFilter::default().status(PageStatus::Published);
        assert!(session.pages().list(filtered, CmsPageSort::default(), PageRequest::default()).await.unwrap().items.is_empty());
        let uncategorised = CmsPageFilter::default().category(Match::Null).is_public(true);
        assert_eq!(session.pages().list(uncategorised, CmsPageSort::default(), PageRequest::default()).await.unwrap().items.len(), 3);
        let text = session.call("pages.list", "{}").await.unwrap();
        assert!(!String::from_utf8(text).unwrap().contains("chaud"), "lists contain no text");
        for session in [shop.reader(), shop.visitor()] {
            assert!(session.pages().list(CmsPageFilter::default(), CmsPageSort::default(), PageRequest::default()).await.is_err());
            let id: CmsPageId = "x".parse().unwrap();
            assert!(session.pages().get(&id).await.is_err());
        }
    }

    async fn pages_are_counted_by_status(server: &Server) {
        let shop = server.shop().await;
        create_one_of_each(&shop).await;
        let before = shop.statements();
        let stats = shop.admin().pages().stats().await.unwrap();
        assert_eq!(shop.statements() - before, 1);
        assert_eq!(stats.total, 64);
        assert_eq!(stats.by_status.iter().map(|group| group.count).collect::<Vec<_>>(), [16; 4]);
        let empty = server.shop().await.admin().pages().stats().await.unwrap();
        assert_eq!((empty.total, empty.by_status.len()), (0, 4));
    }
}
