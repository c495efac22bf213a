//! Tests of concurrent operations on one order: no lost updates, no forbidden transitions.

use std::collections::BTreeMap;
use std::sync::Arc;

use staka_core::base::Args;
use staka_core::model::*;
use staka_core::{Caller, CommandeAdminUpdate, ErrorKind, PageRequest, Staka, TextEnum};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::orders_support::*;
use crate::support::{long_tests, on_both, rows_where};

/// The number of concurrent writers.
const WRITERS: usize = 64;

/// Opens two pools on one database, as two processes would.
async fn pools(db: &crate::support::TestDb) -> [Staka; 2] {
    [db.builder().max_connections(8).connect().await.unwrap(), db.builder().max_connections(8).connect().await.unwrap()]
}

on_both! {
    /// Each of 64 writers succeeds once, and some 2,000 attempts come late. With `STAKA_LONG_TESTS=1` each succeeds
    /// three times.
    async fn an_optimistic_update_is_never_lost(server: &Server) {
        let each = if long_tests() { 3 } else { 1 };
        let (db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let (admin, _) = signed_in(&staka, Role::Admin).await;
        let id = order(&session, "Compteur").await.id;
        let (pools, start) = (pools(&db).await, Arc::new(Barrier::new(WRITERS)));
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let session = pools[writer % 2].as_caller(Caller::user(admin.clone(), Role::Admin));
            let (id, start) = (id.clone(), Arc::clone(&start));
            writers.spawn(async move {
                start.wait().await;
                let (mut done, mut late) = (0, 0);
                while done < each {
                    let seen = session.commandes().get(&id).await.unwrap().unwrap().commande;
                    let count: usize = seen.note_correcteur.as_deref().map_or(0, |note| note.parse().unwrap());
                    let more = CommandeAdminUpdate::default().note_correcteur((count + 1).to_string());
                    match session.commandes().update_as_admin(&id, more, Some(seen.updated_at)).await {
                        Ok(written) => {
                            // Each success is based on the row that was read.
                            assert_eq!(written.note_correcteur, Some((count + 1).to_string()));
                            assert!(written.updated_at > seen.updated_at);
                            done += 1;
                        }
                        Err(error) => {
                            assert_eq!(error.kind(), ErrorKind::Precondition, "{error}");
                            late += 1;
                        }
                    }
                }
                late
            });
        }
        let late: usize = writers.join_all().await.into_iter().sum();
        let last = session.commandes().get(&id).await.unwrap().unwrap().commande;
        assert_eq!(last.note_correcteur, Some((WRITERS * each).to_string()));
        println!("{} updates by {WRITERS} writers, {late} attempts came late", WRITERS * each);
        assert!(late > 0);
    }

    async fn an_order_never_changes_to_a_forbidden_statut(server: &Server) {
        let (db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let (admin, _) = signed_in(&staka, Role::Admin).await;
        let id = order(&session, "Girouette").await.id;
        let (pools, start) = (pools(&db).await, Arc::new(Barrier::new(WRITERS)));
        let mut tasks = JoinSet::new();
        for task in 0..WRITERS {
            let session = pools[task % 2].as_caller(Caller::user(admin.clone(), Role::Admin));
            let (id, start) = (id.clone(), Arc::clone(&start));
            tasks.spawn(async move {
                start.wait().await;
                let mut changed = 0;
                for step in 0..6 {
                    let value = StatutCommande::VALUES[(task + step * 2) % 5];
                    let to = StatutCommande::from_variant(value).unwrap();
                    match session.commandes().set_statut(&id, to.clone(), None).await {
                        Ok(row) => {
                            assert_eq!(row.statut, to);
                            assert_eq!(row.date_finition.is_some(), to == StatutCommande::Termine);
                            changed += 1;
                        }
                        Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{error}"),
                    }
                }
                changed
            });
        }
        let changed: usize = tasks.join_all().await.into_iter().sum();
        let mut conn = staka.acquire().await.unwrap();
        let entries: Vec<AuditLog> = rows_where(&mut conn, "`targetId` = ?", Args::new().with(&id)).await;
        drop(conn);
        // There is one entry per transition, each is permitted, and together they lead to the current statut.
        assert_eq!(entries.len(), changed);
        let mut balance: BTreeMap<String, i64> = BTreeMap::new();
        for entry in &entries {
            let details = serde_json::to_value(&entry.details).unwrap();
            let (from, to) = (details["from"].as_str().unwrap(), details["to"].as_str().unwrap());
            let statut = |value| StatutCommande::from_variant(value).unwrap();
            assert!(statut(from).next().contains(&statut(to)), "{from} to {to}");
            *balance.entry(from.to_owned()).or_default() -= 1;
            *balance.entry(to.to_owned()).or_default() += 1;
        }
        let last = session.commandes().get(&id).await.unwrap().unwrap().commande;
        *balance.entry("EN_ATTENTE".to_owned()).or_default() += 1;
        *balance.entry(last.statut.as_str().to_owned()).or_default() -= 1;
        assert!(balance.values().all(|sum| *sum == 0), "{balance:?}");
        let notifications = session.notifications().list_by_user(&last.user_id, staka_core::UserNotificationFilter::default(), PageRequest::of(100)).await.unwrap();
        println!("{changed} of {} transitions were permitted", WRITERS * 6);
        assert!(changed > 0 && !notifications.items.is_empty());
    }

    async fn an_invoice_is_never_lost_with_its_order(server: &Server) {
        let (db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let (admin, _) = signed_in(&staka, Role::Admin).await;
        let pools = pools(&db).await;
        let mut pairs = JoinSet::new();
        for _ in 0..WRITERS / 2 {
            let id = order(&session, "À supprimer ?").await.id;
            let billing = pools[0].clone();
            let admins = pools[1].as_caller(Caller::user(admin.clone(), Role::Admin));
            pairs.spawn(async move {
                let wait = rand::random_range(0..2_000);
                let (billed, removed) = tokio::join!(invoice(&billing, &id), async {
                    tokio::time::sleep(std::time::Duration::from_micros(wait)).await;
                    admins.commandes().delete(&id, None).await
                });
                let there = admins.commandes().get(&id).await.unwrap();
                match (billed.is_ok(), removed) {
                    // The first one succeeded, and the other one failed.
                    (true, Err(error)) => {
                        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
                        assert_eq!(there.unwrap().invoice_count, 1);
                        true
                    }
                    (false, Ok(_)) => {
                        assert!(there.is_none());
                        false
                    }
                    other => panic!("{other:?}: an invoice was deleted with its order, or neither call succeeded"),
                }
            });
        }
        let billed = pairs.join_all().await.into_iter().filter(|billed| *billed).count();
        println!("{billed} of {} orders were billed before they could be deleted", WRITERS / 2);
    }
}
