//! What the catalogue holds of orders and files, run for the plans; and that their lists are read in order.

use std::sync::Arc;

use staka_core::db::{OwnedTx, PlanLog};
use staka_core::model::{Commande, StatutCommande};
use staka_core::repo::{commandes, files, invoices};
use staka_core::{
    CommandeList, CommandeOrder, CommandeSearch, FileList, FileOrder, FileScope, FileSearch, Match, Page, ProjectList,
    Staka,
};

use crate::seeded::{World, any_row};
use crate::support::on_both;

/// Runs every statement of the two areas.
pub async fn run(seeded: &World, staka: &Staka) {
    let _alone = seeded.writing.lock().await;
    let s = &seeded.subjects;
    let mut tx = OwnedTx::begin(staka.pool()).await.unwrap();
    let conn = tx.conn();
    for user in [&s.light, &s.heavy] {
        let order =
            commandes::of_user(conn, user, &CommandeList::default(), &Page::of(1)).await.unwrap().items.remove(0);
        assert!(commandes::is_owner(conn, &order.id, user).await.unwrap());
        assert_eq!(commandes::owner(conn, &order.id).await.unwrap().as_ref(), Some(user));
        assert_eq!(commandes::locked(conn, &order.id).await.unwrap(), Some(order.clone()));
        assert_eq!(commandes::detail(conn, &order.id).await.unwrap().unwrap().commande, order);
        let counts = commandes::project_counts(conn, user).await.unwrap();
        assert!(counts.all >= counts.active + counts.pending + counts.completed);
        files::going_with_commande(conn, &order.id).await.unwrap();
        invoices::of_commande(conn, &order.id).await.unwrap();
        invoices::any_of_commande(conn, &order.id).await.unwrap();
    }
    let order: Commande = any_row(conn).await;
    let session = order.stripe_session_id.as_deref().unwrap_or("cs_test_nothing");
    commandes::by_stripe_session(conn, session).await.unwrap();
    // One of an order: without one, there is no table of orders to look at.
    let of_orders = FileList { scope: FileScope::Projects, ..FileList::default() };
    let file = files::of_user(conn, &s.light, &of_orders, &Page::of(1)).await.unwrap().items.remove(0);
    let file = files::lookup(conn, &file.id).await.unwrap().unwrap();
    assert_eq!(files::locked(conn, &file.id).await.unwrap(), Some(file.clone()));
    assert_eq!(files::detail(conn, &file.id).await.unwrap().unwrap().stored_name, file.stored_name);
    assert!(files::is_uploader(conn, &file.id, &file.uploaded_by_id).await.unwrap());
    assert!(files::is_viewer(conn, &file.id, &file.uploaded_by_id).await.unwrap());
    files::public(conn, &file.id).await.unwrap();
    tx.rollback().await.unwrap();
}

on_both! {
    async fn lists_of_orders_and_files_are_read_in_their_order(server: &Server) {
        let seeded = server.seeded().await;
        let log = Arc::new(PlanLog::default());
        let staka = seeded.builder().record_plans(Arc::clone(&log)).connect().await.unwrap();
        let (session, user) = (staka.as_system(), &seeded.subjects.light);
        let read = |wanted: &[&str]| {
            let plans = log.take();
            for plan in plans {
                let first = &plan.rows[0];
                let extra = first.extra.clone().unwrap_or_default();
                assert!(!extra.contains("filesort"), "{}: {first:?}", plan.statement);
                assert!(first.key.as_deref().is_some_and(|key| wanted.contains(&key)), "{}: {first:?}", plan.statement);
            }
        };
        log.take();
        session.commandes().list(user, CommandeList::default(), Page::of(10)).await.unwrap();
        read(&["staka_commandes_recent"]);
        let newest = session.commandes().search(CommandeSearch::default(), CommandeOrder::default(), Page::of(10)).await.unwrap();
        read(&["commandes_createdAt_idx", "staka_commandes_period"]);
        let statut = CommandeSearch { statut: Match::Is(StatutCommande::EnCours), ..CommandeSearch::default() };
        session.commandes().search(statut, CommandeOrder::default(), Page::of(10)).await.unwrap();
        read(&["staka_commandes_statut"]);
        session.files().search(FileSearch::default(), FileOrder::default(), Page::of(10)).await.unwrap();
        read(&["files_createdAt_idx"]);
        session.files().list_mine(user, FileList::default(), Page::of(10)).await.unwrap();
        read(&["staka_files_uploaded"]);
        session.files().list_by_commande(&newest.items[0].commande.id, Page::of(10)).await.unwrap();
        read(&["staka_files_commande"]);
        // A handful of rows is sorted, once they are reached through the index.
        session.commandes().projects(user, ProjectList::default(), Page::of(10)).await.unwrap();
        let plans = log.take();
        assert!(plans[0].rows[0].key.as_deref().is_some_and(|key| key.contains("userId") || key == "staka_commandes_recent"), "{:?}", plans[0].rows);
    }
}
