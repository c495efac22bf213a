//! Runs the statements of orders and files for the tests of query plans, and tests that their lists use indexes.

use std::sync::Arc;

use staka_core::db::{OwnedTx, PlanLog};
use staka_core::model::{Commande, StatutCommande};
use staka_core::repo::{commandes, files, invoices};
use staka_core::{
    CommandeFilter, CommandeSort, FileFilter, FileScope, FileSort, PageRequest, ProjectFilter, Staka,
    UserCommandeFilter, UserFileFilter,
};

use crate::seeded::{World, any_row};
use crate::support::on_both;

/// Runs every statement on orders and files.
pub async fn run(seeded: &World, staka: &Staka) {
    let _alone = seeded.writing.lock().await;
    let s = &seeded.subjects;
    let mut tx = OwnedTx::begin(staka.pool()).await.unwrap();
    let conn = tx.conn();
    for user in [&s.light, &s.heavy] {
        let order = commandes::list_by_user(conn, user, &UserCommandeFilter::default(), &PageRequest::of(1))
            .await
            .unwrap()
            .items
            .remove(0);
        assert!(commandes::is_owner(conn, &order.id, user).await.unwrap());
        assert_eq!(commandes::owner(conn, &order.id).await.unwrap().as_ref(), Some(user));
        assert_eq!(commandes::lock(conn, &order.id).await.unwrap(), Some(order.clone()));
        assert_eq!(commandes::get(conn, &order.id).await.unwrap().unwrap().commande, order);
        let counts = commandes::count_projects(conn, user).await.unwrap();
        assert!(counts.all >= counts.active + counts.pending + counts.completed);
        files::lock_by_commande(conn, &order.id).await.unwrap();
        invoices::of_commande(conn, &order.id).await.unwrap();
        invoices::any_of_commande(conn, &order.id).await.unwrap();
    }
    let order: Commande = any_row(conn).await;
    let session = order.stripe_session_id.as_deref().unwrap_or("cs_test_nothing");
    commandes::by_stripe_session(conn, session).await.unwrap();
    // A file of an order, so that the plan includes the table of orders.
    let of_orders = UserFileFilter::default().scope(FileScope::Projects);
    let file = files::list_by_user(conn, &s.light, &of_orders, &PageRequest::of(1)).await.unwrap().items.remove(0);
    let file = files::lookup(conn, &file.id).await.unwrap().unwrap();
    assert_eq!(files::lock(conn, &file.id).await.unwrap(), Some(file.clone()));
    assert_eq!(files::get(conn, &file.id).await.unwrap().unwrap().stored_name, file.stored_name);
    assert!(files::is_uploader(conn, &file.id, &file.uploaded_by_id).await.unwrap());
    assert!(files::is_viewer(conn, &file.id, &file.uploaded_by_id).await.unwrap());
    files::get_public(conn, &file.id).await.unwrap();
    tx.rollback().await.unwrap();
}

on_both! {
    async fn lists_of_orders_and_files_are_read_in_their_order(server: &Server) {
        let seeded = server.seeded().await;
        let log = Arc::new(PlanLog::default());
        let staka = seeded.builder().record_plans(Arc::clone(&log)).connect().await.unwrap();
        let (session, user) = (staka.as_system(), &seeded.subjects.light);
        let assert_read_by = |keys: &[&str]| {
            let plans = log.take();
            for plan in plans {
                let first = &plan.rows[0];
                let extra = first.extra.clone().unwrap_or_default();
                assert!(!extra.contains("filesort"), "{}: {first:?}", plan.statement);
                assert!(first.key.as_deref().is_some_and(|key| keys.contains(&key)), "{}: {first:?}", plan.statement);
            }
        };
        log.take();
        session.commandes().list_by_user(user, UserCommandeFilter::default(), PageRequest::of(10)).await.unwrap();
        assert_read_by(&["staka_commandes_recent"]);
        let newest = session.commandes().list(CommandeFilter::default(), CommandeSort::default(), PageRequest::of(10)).await.unwrap();
        assert_read_by(&["commandes_createdAt_idx", "staka_commandes_period"]);
        let statut = CommandeFilter::default().statut(StatutCommande::EnCours);
        session.commandes().list(statut, CommandeSort::default(), PageRequest::of(10)).await.unwrap();
        assert_read_by(&["staka_commandes_statut"]);
        session.files().list(FileFilter::default(), FileSort::default(), PageRequest::of(10)).await.unwrap();
        assert_read_by(&["files_createdAt_idx"]);
        session.files().list_by_user(user, UserFileFilter::default(), PageRequest::of(10)).await.unwrap();
        assert_read_by(&["staka_files_uploaded"]);
        session.files().list_by_commande(&newest.items[0].commande.id, PageRequest::of(10)).await.unwrap();
        assert_read_by(&["staka_files_commande"]);
        // The few rows of one user are found through the index and then sorted.
        session.commandes().list_projects(user, ProjectFilter::default(), PageRequest::of(10)).await.unwrap();
        let plans = log.take();
        assert!(plans[0].rows[0].key.as_deref().is_some_and(|key| key.contains("userId") || key == "staka_commandes_recent"), "{:?}", plans[0].rows);
    }
}
