//! Tests of the operations on tarifs: prices, unique names and the synchronisation with Stripe.

use serde_json::{Value, json};
use sqlx::Executor;
use staka_core::model::view::StripeSyncAction;
use staka_core::model::{Tarif, TarifId};
use staka_core::{
    Direction, ErrorKind, NewTarif, PageRequest, Session, StripeIds, StripeProduct, TarifFilter, TarifSort,
    TarifSortKey, TarifUpdate,
};

use crate::catalogue_support::{fields, words};
use crate::support::on_both;

fn draft(nom: &str, prix: i64) -> NewTarif {
    NewTarif::new(nom, "Toutes les fautes", prix, "Correction")
}

async fn names(session: &Session, filter: TarifFilter) -> Vec<String> {
    let listing = session.tarifs().list(filter, TarifSort::default(), PageRequest::of(100)).await.unwrap();
    listing.items.into_iter().map(|tarif| tarif.nom).collect()
}

/// Inserts a row as Prisma does, without taking the lock or following the rules.
async fn insert_by_prisma(conn: &mut sqlx::MySqlConnection, id: &str, nom: &str) {
    let text = "INSERT INTO tarifs (id, nom, description, prix, prixFormate, typeService, updatedAt) VALUES (?, ?, 'd', 100, '1€', 't', NOW(3))";
    sqlx::query(text).bind(id).bind(nom).execute(conn).await.unwrap();
}

on_both! {
    async fn prix_formate_always_follows_prix(server: &Server) {
        let shop = server.shop().await;
        let tarifs = shop.admin();
        let made = tarifs.tarifs().create(draft("Pack", 7_550)).await.unwrap();
        assert_eq!(made.prix_formate, "75,50€");
        let change = TarifUpdate::default().prix(46_800);
        let changed = tarifs.tarifs().update(&made.id, change, None).await.unwrap();
        assert_eq!((changed.prix, changed.prix_formate.as_str()), (46_800, "468€"));
        let change = TarifUpdate::default().actif(false);
        let changed = tarifs.tarifs().update(&made.id, change, None).await.unwrap();
        assert_eq!((changed.prix_formate.as_str(), changed.actif), ("468€", false));
        assert!(changed.updated_at > made.updated_at, "the version increases");
    }

    async fn callers_never_set_prix_formate_or_stripe_ids(server: &Server) {
        let shop = server.shop().await;
        let made = shop.admin().tarifs().create(draft("Pack", 100)).await.unwrap();
        for (field, value) in [
            ("prixFormate", json!("1€")),
            ("stripeProductId", json!("prod_1")),
            ("stripePriceId", json!("price_1")),
            ("id", json!("x")),
            ("createdAt", json!("2026-01-01T00:00:00Z")),
            ("updatedAt", json!("2026-01-01T00:00:00Z")),
        ] {
            let mut whole = json!({"nom": "Autre", "description": "d", "prix": 1, "typeService": "t"});
            whole[field] = value.clone();
            let error = shop.admin().call("tarifs.create", &json!({"tarif": whole}).to_string()).await.unwrap_err();
            assert_eq!(fields(&error), words(&[field]));
            let change = json!({"id": made.id, "update": {field: value}});
            let error = shop.admin().call("tarifs.update", &change.to_string()).await.unwrap_err();
            assert_eq!(fields(&error), words(&[field]));
        }
        assert_eq!(shop.admin().tarifs().get(&made.id).await.unwrap(), Some(made));
    }

    async fn all_invalid_fields_are_reported_at_once(server: &Server) {
        let shop = server.shop().await;
        let wrong = NewTarif::new(" \t", String::new(), -1, "é".repeat(101)).duree_estimee("x".repeat(101)).ordre(1 << 31);
        let all = words(&["nom", "description", "prix", "typeService", "dureeEstimee", "ordre"]);
        let error = shop.admin().tarifs().create(wrong).await.unwrap_err();
        assert_eq!(fields(&error), all);
        let made = shop.admin().tarifs().create(draft("Pack", i64::from(i32::MAX))).await.unwrap();
        assert_eq!(made.prix_formate, "21474836,47€");
        let wrong = TarifUpdate::default().nom("a\0b").description(" ").prix(i64::from(i32::MAX) + 1).type_service(String::new()).duree_estimee("x".repeat(101)).ordre(i64::MIN);
        let error = shop.admin().tarifs().update(&made.id, wrong, None).await.unwrap_err();
        assert_eq!(fields(&error), all);
        assert_eq!(shop.audit_count("TARIF_CREATED").await, 1, "failed calls are not logged");
        assert_eq!(shop.audit_count("TARIF_UPDATED").await, 0);
    }

    async fn no_two_tarifs_get_the_same_name(server: &Server) {
        let shop = server.shop().await;
        let (tarifs, session) = (shop.admin(), shop.admin());
        let first = tarifs.tarifs().create(draft("Correction été", 100)).await.unwrap();
        let second = tarifs.tarifs().create(draft("Relecture", 100)).await.unwrap();
        for nom in ["Correction été", " correction ETE ", "CORRECTION ÉTÉ"] {
            let error = tarifs.tarifs().create(draft(nom, 1)).await.unwrap_err();
            assert_eq!((error.kind(), error.key()), (ErrorKind::Conflict, Some("nom")));
            let change = TarifUpdate::default().nom(nom);
            let error = session.tarifs().update(&second.id, change.clone(), None).await.unwrap_err();
            assert_eq!((error.kind(), error.key()), (ErrorKind::Conflict, Some("nom")));
            // A tarif may keep its own name.
            session.tarifs().update(&first.id, change, None).await.unwrap();
        }
        let mut prisma = shop.db.connect().await;
        insert_by_prisma(&mut prisma, "p1", "Mise en page").await;
        insert_by_prisma(&mut prisma, "p2", "Mise en page").await;
        let error = tarifs.tarifs().create(draft("mise en page", 1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "names written by Prisma count too");
        // Duplicates written by Prisma can still be changed and repaired.
        let p1: TarifId = "p1".parse().unwrap();
        let change = TarifUpdate::default().prix(200);
        session.tarifs().update(&p1, change, None).await.unwrap();
        let change = TarifUpdate::default().nom("Mise en page, poche");
        session.tarifs().update(&p1, change, None).await.unwrap();
        session.tarifs().delete(&first.id).await.unwrap();
        tarifs.tarifs().create(draft("Correction été", 100)).await.unwrap();
    }

    async fn a_name_being_written_by_prisma_is_waited_for(server: &Server) {
        let shop = server.shop().await;
        let mut prisma = shop.db.connect().await;
        prisma.execute("START TRANSACTION").await.unwrap();
        insert_by_prisma(&mut prisma, "p1", "Pack").await;
        let session = shop.admin();
        let waiting = tokio::spawn(async move { session.tarifs().create(draft("Pack", 1)).await });
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert!(!waiting.is_finished());
        prisma.execute("COMMIT").await.unwrap();
        assert_eq!(waiting.await.unwrap().unwrap_err().kind(), ErrorKind::Conflict);
    }

    async fn without_the_lock_table_no_name_is_set(server: &Server) {
        let shop = server.shop().await;
        shop.db.connect().await.execute("DROP TABLE staka_tarifs_lock").await.unwrap();
        assert!(shop.admin().tarifs().create(draft("Pack", 1)).await.is_err());
        assert!(names(&shop.admin(), TarifFilter::default()).await.is_empty());
        assert!(shop.audit_trail().await.is_empty());
    }

    async fn visitors_see_active_tarifs_in_order_without_stripe_ids(server: &Server) {
        let shop = server.shop().await;
        let tarifs = shop.admin();
        for (nom, ordre, actif) in [("b", 2, true), ("a", 2, true), ("hidden", 0, false), ("c", 1, true)] {
            let new = draft(nom, 100).ordre(ordre).actif(actif);
            let made = tarifs.tarifs().create(new).await.unwrap();
            shop.clock.advance(std::time::Duration::from_millis(5));
            let ids = StripeIds::new(format!("prod_{nom}"), format!("price_{nom}"));
            tarifs.tarifs().set_stripe_ids(&made.id, ids).await.unwrap();
        }
        let before = shop.statements();
        let seen = shop.visitor().tarifs().list_public().await.unwrap();
        assert_eq!(shop.statements() - before, 1);
        assert_eq!(seen.iter().map(|tarif| tarif.nom.as_str()).collect::<Vec<_>>(), ["c", "b", "a"]);
        let text = serde_json::to_string(&seen).unwrap();
        assert!(!text.contains("prod_") && !text.contains("price_") && !text.contains("stripe"), "{text}");
    }

    async fn a_search_ignores_case_and_accents_and_takes_no_wildcards(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        for (nom, description, service) in [
            ("Relecture éditoriale", "Le style", "Relecture"),
            ("100% sûr", "Tout", "Correction"),
            ("snake_case", "Rien", "Correction"),
            ("Plain", "L’ÉTÉ", "Mise en page"),
        ] {
            let new = draft(nom, 100).description(description).type_service(service);
            session.tarifs().create(new).await.unwrap();
            shop.clock.advance(std::time::Duration::from_millis(5));
        }
        let search = |text: &str| TarifFilter::default().search(text);
        for (text, expected) in [
            ("EDITORIALE", vec!["Relecture éditoriale"]),
            ("l’été", vec!["Plain"]),
            ("%", vec!["100% sûr"]),
            ("_", vec!["snake_case"]),
            ("MISE EN", vec!["Plain"]),
            ("!", vec![]),
            ("'; DROP TABLE tarifs; --", vec![]),
            ("  ", vec!["Relecture éditoriale", "100% sûr", "snake_case", "Plain"]),
        ] {
            assert_eq!(names(&session, search(text)).await, expected, "{text}");
        }
        let filtered = search("s").type_service("Correction");
        assert_eq!(names(&session, filtered).await, ["100% sûr", "snake_case"]);
        let none = TarifFilter::default().actif(false);
        assert!(names(&session, none).await.is_empty());
        let error = session.tarifs().list(search(&"x".repeat(300)), TarifSort::default(), PageRequest::default()).await.unwrap_err();
        assert_eq!(fields(&error), words(&["search"]));
        let wrong = json!({"sort": {"sort": "prix; DROP TABLE tarifs"}}).to_string();
        assert_eq!(fields(&session.call("tarifs.list", &wrong).await.unwrap_err()), words(&["sort"]));
    }

    async fn a_list_with_a_total_takes_two_statements(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        for index in 0..150 {
            let new = draft(&format!("t{index:03}"), 100 + index % 7).ordre(index % 3);
            session.tarifs().create(new).await.unwrap();
        }
        let error = session.tarifs().list(TarifFilter::default(), TarifSort::default(), PageRequest::of(101)).await.unwrap_err();
        assert_eq!(fields(&error), words(&["limit"]));
        use TarifSortKey::*;
        for sort in [Ordre, Nom, Prix, TypeService, Actif, CreatedAt, UpdatedAt] {
            for direction in [Direction::Asc, Direction::Desc] {
                let sort_order = TarifSort { sort, direction: Some(direction) };
                let mut page = PageRequest::of(40).total(true);
                let mut seen: Vec<Tarif> = Vec::new();
                loop {
                    let before = shop.statements();
                    let listing = session.tarifs().list(TarifFilter::default(), sort_order, page.clone()).await.unwrap();
                    assert_eq!(shop.statements() - before, 2);
                    assert_eq!(listing.total, Some(150));
                    seen.extend(listing.items);
                    match listing.next {
                        Some(next) => page = page.after(next),
                        None => break,
                    }
                }
                let mut ids: Vec<_> = seen.iter().map(|tarif| tarif.id.clone()).collect();
                ids.sort();
                ids.dedup();
                assert_eq!((seen.len(), ids.len()), (150, 150), "{sort} {direction}");
                let numbered = session.tarifs().list(TarifFilter::default(), sort_order, PageRequest::of(40).page(2)).await.unwrap();
                assert_eq!(numbered.items, seen[40..80], "{sort} {direction}");
                if sort == Prix {
                    let mut prices: Vec<i64> = seen.iter().map(|tarif| tarif.prix).collect();
                    if direction == Direction::Desc {
                        prices.reverse();
                    }
                    assert!(prices.is_sorted());
                }
            }
        }
        let before = shop.statements();
        session.tarifs().list(TarifFilter::default(), TarifSort::default(), PageRequest::of(100)).await.unwrap();
        assert_eq!(shop.statements() - before, 1, "without a total there is no second statement");
    }

    async fn a_concurrent_change_is_not_overwritten(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        let seen = session.tarifs().create(draft("Pack", 100)).await.unwrap();
        let change = |prix| TarifUpdate::default().prix(prix);
        let newer = session.tarifs().update(&seen.id, change(200), Some(seen.updated_at)).await.unwrap();
        let error = session.tarifs().update(&seen.id, change(300), Some(seen.updated_at)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Precondition);
        assert_eq!(session.tarifs().get(&seen.id).await.unwrap(), Some(newer));
        session.tarifs().delete(&seen.id).await.unwrap();
        assert_eq!(session.tarifs().get(&seen.id).await.unwrap(), None);
        for error in [
            session.tarifs().update(&seen.id, change(1), None).await.unwrap_err(),
            session.tarifs().delete(&seen.id).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::NotFound);
        }
    }

    async fn stripe_ids_are_recorded_only_over_the_expected_ones(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        let made = session.tarifs().create(draft("Pack", 100)).await.unwrap();
        let other = session.tarifs().create(draft("Autre", 100)).await.unwrap();
        let ids = |product: &str, price: &str, before: Option<(&str, &str)>| {
            let ids = StripeIds::new(product, price);
            match before {
                Some((product, price)) => ids.expected_product_id(product).expected_price_id(price),
                None => ids,
            }
        };
        for (product, price, wrong) in [
            ("prod_mock_1", "price_1", &["productId"][..]),
            ("prod_1", "price_mock_1", &["priceId"]),
            ("", "prod_1", &["productId", "priceId"]),
            ("prod_", "price_", &["productId", "priceId"]),
        ] {
            let error = session.tarifs().set_stripe_ids(&made.id, ids(product, price, None)).await.unwrap_err();
            assert_eq!(fields(&error), words(wrong));
        }
        let synced = session.tarifs().set_stripe_ids(&made.id, ids("prod_Ab", "price_1", None)).await.unwrap();
        assert_eq!(synced.stripe_product_id.as_deref(), Some("prod_Ab"));
        for before in [None, Some(("prod_AB", "price_1")), Some(("prod_Ab", "price_2"))] {
            let error = session.tarifs().set_stripe_ids(&made.id, ids("prod_X", "price_X", before)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Precondition);
        }
        let before = Some(("prod_Ab", "price_1"));
        session.tarifs().set_stripe_ids(&made.id, ids("prod_Ab", "price_2", before)).await.unwrap();
        let error = session.tarifs().set_stripe_ids(&other.id, ids("prod_Ab", "price_3", None)).await.unwrap_err();
        assert_eq!((error.kind(), error.key()), (ErrorKind::Conflict, Some("stripeProductId")));
        // Stripe's ids are case-sensitive.
        session.tarifs().set_stripe_ids(&other.id, ids("prod_aB", "price_3", None)).await.unwrap();
        let missing: TarifId = "gone".parse().unwrap();
        let error = session.tarifs().set_stripe_ids(&missing, ids("prod_G", "price_G", None)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(shop.audit_count("TARIF_SYNCED").await, 3);
    }

    async fn a_changed_price_and_a_reactivation_are_planned_for_stripe(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        let made = session.tarifs().create(draft("Pack", 100)).await.unwrap();
        let plan = session.tarifs().plan_stripe_sync(vec![]).await.unwrap();
        assert_eq!(plan.steps.iter().map(|step| &step.action).collect::<Vec<_>>(), [&StripeSyncAction::Create]);
        let ids = StripeIds::new("prod_1", "price_1");
        session.tarifs().set_stripe_ids(&made.id, ids).await.unwrap();
        let change = TarifUpdate::default().prix(150);
        session.tarifs().update(&made.id, change, None).await.unwrap();
        let at_stripe = StripeProduct::new("prod_1", false, "Pack").description("Toutes les fautes").price_id("price_1").unit_amount(100).currency("eur");
        let unknown = at_stripe.clone().product_id("prod_2").active(true);
        let before = shop.statements();
        let plan = session.tarifs().plan_stripe_sync(vec![at_stripe.clone(), unknown]).await.unwrap();
        // The transaction's start and end, the caller's right, and one query.
        assert_eq!(shop.statements() - before, 4);
        assert_eq!(plan.unmatched_products, ["prod_2"]);
        let actions: Vec<_> = plan.steps.iter().map(|step| (&step.action, step.unit_amount)).collect();
        assert_eq!(actions, [(&StripeSyncAction::Unarchive, None), (&StripeSyncAction::NewPrice, Some(150))]);
        let error = session.tarifs().plan_stripe_sync(vec![at_stripe.clone(), at_stripe]).await.unwrap_err();
        assert_eq!(fields(&error), words(&["productId"]));
        let error = shop.reader().tarifs().plan_stripe_sync(vec![]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Denied);
    }

    async fn tarifs_are_counted_by_type(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        for (nom, service, actif) in [("a", "Relecture", true), ("b", "Correction", false), ("c", "Correction", true)] {
            let new = draft(nom, 100).type_service(service).actif(actif);
            session.tarifs().create(new).await.unwrap();
        }
        let before = shop.statements();
        let counted = serde_json::to_value(session.tarifs().stats().await.unwrap()).unwrap();
        assert_eq!(shop.statements() - before, 1);
        let types = [("Correction", 2, 1), ("Relecture", 1, 1)]
            .map(|(service, count, actifs)| json!({"typeService": service, "count": count, "actifs": actifs}));
        assert_eq!(counted, json!({"total": 3, "actifs": 2, "inactifs": 1, "byType": types}));
    }

    async fn each_operation_is_in_the_audit_log(server: &Server) {
        let shop = server.shop().await;
        let session = shop.admin();
        let made = session.tarifs().create(draft("Pack", 100)).await.unwrap();
        let change = TarifUpdate::default().prix(150);
        session.tarifs().update(&made.id, change, None).await.unwrap();
        session.tarifs().delete(&made.id).await.unwrap();
        let audit_trail = shop.audit_trail().await;
        let actions: Vec<&str> = audit_trail.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(words(&actions), words(&["TARIF_CREATED", "TARIF_UPDATED", "TARIF_DELETED"]));
        assert!(audit_trail.iter().all(|entry| entry.admin_email == "admin@example.org"));
        assert!(audit_trail.iter().all(|entry| entry.target_id.as_deref() == Some(made.id.as_str())));
        let updated = audit_trail.iter().find(|entry| entry.action == "TARIF_UPDATED").unwrap();
        let details: Value = serde_json::to_value(&updated.details).unwrap();
        assert_eq!(details["prix"], json!({"from": 100, "to": 150}));
        for session in [shop.reader(), shop.visitor()] {
            assert!(session.tarifs().create(draft("Autre", 1)).await.is_err());
        }
        assert_eq!(shop.audit_trail().await.len(), 3);
    }
}
