//! Tests of the lists of orders: their contents and access rights.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use staka_core::base::NewRow;
use staka_core::model::*;
use staka_core::repo::commandes;
use staka_core::{
    Between, Caller, CommandeFilter, CommandeSort, CommandeSortKey, Cursor, Direction, ErrorKind, Match, PageRequest,
    Patch, ProjectFilter, Session, SystemClock, Timestamp, UserCommandeFilter,
};

use crate::orders_support::*;
use crate::support::on_both;

on_both! {
    async fn an_order_is_read_with_its_files_and_invoices_in_three_statements(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (admin, admins) = signed_in(&staka, Role::Admin).await;
        let made = order(&session, "Mémoires").await;
        let (bare, empty) = statements(&staka, admins.commandes().get(&made.id)).await;
        let empty = empty.unwrap().unwrap();
        assert_eq!((bare, empty.file_count, empty.invoice_count), (3, 0, 0));
        for _ in 0..5 {
            file(&session, Some(&made.id)).await;
            invoice(&staka, &made.id).await.unwrap();
        }
        let corrected = file(&admins, Some(&made.id)).await;
        let (full, detail) = statements(&staka, admins.commandes().get(&made.id)).await;
        let detail = detail.unwrap().unwrap();
        assert_eq!((full, detail.file_count, detail.invoice_count), (3, 6, 5));
        assert_eq!((detail.files.len(), detail.invoices.len()), (6, 5));
        let back: Vec<_> = detail.files.iter().filter(|file| file.corrected).map(|file| (&file.id, &file.uploaded_by.id)).collect();
        assert_eq!(back, [(&corrected.id, &admin)]);
        assert_eq!(detail.user.id, user);
        let json = serde_json::to_string(&detail).unwrap();
        assert!(!json.contains("example.org\"") && !json.contains("password") && !json.contains("storedName"), "{json}");
    }

    async fn lists_take_the_same_number_of_statements_whatever_their_rows(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let mut taken = Vec::new();
        for rows in [0, 1, 30] {
            for n in 0..rows {
                let made = order(&session, &format!("Tome {n}")).await;
                file(&session, Some(&made.id)).await;
                invoice(&staka, &made.id).await.unwrap();
            }
            let page = || PageRequest::of(100);
            let mut counts = Vec::new();
            counts.push(statements(&staka, session.commandes().list_by_user(&user, UserCommandeFilter::default(), page())).await.0);
            counts.push(statements(&staka, session.commandes().list_projects(&user, ProjectFilter::default(), page())).await.0);
            counts.push(statements(&staka, session.commandes().count_projects(&user)).await.0);
            counts.push(statements(&staka, admins.commandes().list(CommandeFilter::default(), CommandeSort::default(), page())).await.0);
            counts.push(statements(&staka, admins.commandes().count(CommandeFilter::default())).await.0);
            counts.push(statements(&staka, admins.commandes().count_by_statut(CommandeFilter::default())).await.0);
            counts.push(statements(&staka, admins.commandes().list(CommandeFilter::default(), CommandeSort::default(), page().total(true))).await.0);
            taken.push(counts);
        }
        assert_eq!(taken, vec![vec![1, 1, 1, 1, 1, 1, 2]; 3]);
    }

    async fn list_count_and_groups_cover_the_same_orders(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (other, others) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let mut made = Vec::new();
        for n in 0..12 {
            let author = if n % 3 == 0 { &others } else { &session };
            made.push(order(author, &format!("100% d'Été_{n}")).await);
        }
        for row in &made[..4] {
            admins.commandes().set_statut(&row.id, StatutCommande::EnCours, None).await.unwrap();
        }
        let middle = made[6].created_at;
        let email = staka_core::repo::users::lookup(&mut staka.acquire().await.unwrap(), &other).await.unwrap().unwrap().email;
        let count_of = |filter: CommandeFilter| {
            let admins = admins.clone();
            async move {
                let rows = admins.commandes().list(filter.clone(), CommandeSort::default(), PageRequest::of(100).total(true)).await.unwrap();
                let count = admins.commandes().count(filter.clone()).await.unwrap();
                let groups = admins.commandes().count_by_statut(filter).await.unwrap();
                assert_eq!(rows.total, Some(count));
                assert_eq!(rows.items.len() as u64, count);
                for group in &groups {
                    let same = rows.items.iter().filter(|row| row.commande.statut == group.statut).count();
                    assert_eq!(group.count, same as i64, "{}", group.statut);
                }
                assert_eq!(groups.len(), 5);
                count
            }
        };
        let search = |text: &str| CommandeFilter::default().search(text.to_owned());
        assert_eq!(count_of(CommandeFilter::default()).await, 12);
        assert_eq!(count_of(CommandeFilter::default().statut(StatutCommande::EnCours)).await, 4);
        assert_eq!(count_of(CommandeFilter::default().statut(Match::In(statuts()))).await, 12);
        assert_eq!(count_of(CommandeFilter::default().client_id(other.clone())).await, 4);
        assert_eq!(count_of(CommandeFilter::default().payment_status(Match::Null)).await, 12);
        let since = Between { from: Some(middle), to: None };
        assert!(count_of(CommandeFilter::default().created_at(since)).await >= 6);
        let nothing = Between { from: Some(middle), to: Some(middle) };
        assert_eq!(count_of(CommandeFilter::default().created_at(nothing)).await, 0);
        assert_eq!(count_of(search(made[5].id.as_str())).await, 1);
        assert_eq!(count_of(search(&email.to_uppercase())).await, 4);
        assert_eq!(count_of(search("d'ete_1")).await, 3);
        assert_eq!(count_of(search("  ")).await, 12);
        let client = admins.commandes().list(search(made[0].id.as_str()), CommandeSort::default(), PageRequest::default()).await.unwrap();
        assert_eq!((&client.items[0].user.id, &client.items[0].user.email), (&other, &email));
        assert_eq!(session.commandes().list_by_user(&user, UserCommandeFilter::default().statut(StatutCommande::EnCours), PageRequest::default()).await.unwrap().items.len(), 2);
    }

    async fn a_wildcard_in_a_search_never_matches_everything(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        for titre in ["Cent pour cent", "100% vrai", "sous_titre", "a!b\\c"] {
            order(&session, titre).await;
        }
        for (text, found) in [("%", 1), ("_", 1), ("!", 1), ("\\", 1), ("s_t", 1), ("o_s", 0), ("0%v", 0), ("pour", 1)] {
            let filter = CommandeFilter::default().search(text.to_owned());
            assert_eq!(admins.commandes().count(filter).await.unwrap(), found, "{text}");
            let filter = ProjectFilter::default().search(text.to_owned());
            assert_eq!(session.commandes().list_projects(&user, filter, PageRequest::default()).await.unwrap().items.len() as u64, found, "{text}");
        }
        let long = ProjectFilter::default().search("x".repeat(101));
        assert_eq!(invalid_fields(session.commandes().list_projects(&user, long, PageRequest::default()).await), ["search"]);
    }

    async fn a_list_refuses_unknown_sort_keys_and_limits(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let refused = async |session: &Session, operation: &str, input: Value| {
            invalid_fields(session.call(operation, &input.to_string()).await)
        };
        for sort in ["password", "createdAt; DROP TABLE commandes", "user", ""] {
            assert_eq!(refused(&admins, "commandes.list", json!({"sort": {"sort": sort}})).await, ["sort"]);
        }
        assert_eq!(refused(&admins, "commandes.list", json!({"sort": {"direction": "up"}})).await, ["direction"]);
        for limit in [json!(0), json!(101), json!(4_000_000_000_u64), json!(-1), json!("NaN"), json!(1.5)] {
            for (session, operation, input) in [
                (&admins, "commandes.list", json!({"page": {"limit": limit}})),
                (&session, "commandes.list_by_user", json!({"user": user, "page": {"limit": limit}})),
                (&session, "commandes.list_projects", json!({"user": user, "page": {"limit": limit}})),
            ] {
                assert_eq!(refused(session, operation, input).await, ["limit"], "{operation} {limit}");
            }
        }
    }

    async fn projects_never_invent_a_rating_or_a_corrector(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let made = order(&session, "Mémoires").await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        file(&session, Some(&made.id)).await;
        file(&admins, Some(&made.id)).await;
        let projects = session.commandes().list_projects(&user, ProjectFilter::default(), PageRequest::default()).await.unwrap();
        assert_eq!((projects.items[0].file_count, projects.items[0].corrected_count), (2, 1));
        let json = serde_json::to_value(&projects.items[0]).unwrap();
        let names: BTreeSet<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        let known = [
            "id", "titre", "description", "statut", "priorite", "dateEcheance", "dateFinition", "createdAt", "updatedAt",
            "paymentStatus", "amount", "fileCount", "correctedCount", "progress",
        ];
        assert_eq!(names, BTreeSet::from(known));
    }

    async fn an_order_of_another_user_is_never_shown_or_revealed(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (owner, session) = signed_in(&staka, Role::User).await;
        let (_, others) = signed_in(&staka, Role::User).await;
        let (_, correctors) = signed_in(&staka, Role::Corrector).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let anonymous = staka.as_caller(Caller::new(staka_core::Actor::Anonymous));
        let made = order(&session, "Mémoires").await;
        let calls = |id: &CommandeId| [
            ("commandes.get", json!({"id": id})),
            ("commandes.update", json!({"id": id, "update": {}})),
            ("commandes.cancel", json!({"id": id, "expectedUpdatedAt": "2020-01-01"})),
            ("files.list_by_commande", json!({"commande": id})),
        ];
        let of_admins = |id: &CommandeId| [
            ("commandes.update_as_admin", json!({"id": id, "update": {}})),
            ("commandes.set_statut", json!({"id": id, "statut": "EN_COURS", "expectedUpdatedAt": "2020-01-01"})),
            ("commandes.override_statut", json!({"id": id, "statut": "EN_COURS", "reason": "abc", "expectedUpdatedAt": "2020-01-01"})),
            ("commandes.delete", json!({"id": id, "expectedUpdatedAt": "2020-01-01"})),
            ("commandes.list", json!({})),
            ("commandes.count", json!({})),
            ("commandes.count_by_statut", json!({})),
        ];
        let of_user = [
            ("commandes.list_by_user", json!({"user": owner})),
            ("commandes.list_with_invoices", json!({"user": owner})),
            ("commandes.list_projects", json!({"user": owner})),
            ("commandes.count_projects", json!({"user": owner})),
        ];
        let asked = async |session: &Session, (operation, input): &(&str, Value)| kind(&session.call(operation, &input.to_string()).await);
        for id in [&made.id, &no_order()] {
            for call in calls(id).iter().chain(&of_admins(id)).chain(&of_user) {
                assert_eq!(asked(&anonymous, call).await, Some(ErrorKind::Unauthenticated), "{call:?}");
                for outsider in [&others, &correctors] {
                    assert_eq!(asked(outsider, call).await, Some(ErrorKind::Denied), "{call:?}");
                }
            }
            for call in &of_admins(id) {
                assert_eq!(asked(&session, call).await, Some(ErrorKind::Denied), "{call:?}");
            }
        }
        for call in calls(&made.id).iter().chain(&of_user) {
            for entitled in [&session, &admins] {
                assert!([None, Some(ErrorKind::Precondition)].contains(&asked(entitled, call).await), "{call:?}");
            }
        }
        // Administrators get `NotFound` or null.
        assert_eq!(admins.commandes().get(no_order()).await.unwrap(), None);
        assert_eq!(asked(&admins, &calls(&no_order())[2]).await, Some(ErrorKind::NotFound));
        for call in &of_admins(&no_order())[..4] {
            assert!([None, Some(ErrorKind::NotFound)].contains(&asked(&admins, call).await), "{call:?}");
        }
        // A disabled account is refused.
        let disabled = UserPatch { is_active: Patch::Set(false), ..UserPatch::default() };
        staka_core::repo::users::update(&mut staka.acquire().await.unwrap(), &owner, &disabled, None, staka.clock().now()).await.unwrap();
        assert_eq!(kind(&session.commandes().cancel(&made.id, None).await), Some(ErrorKind::Unauthenticated));
    }

    async fn a_page_never_shows_an_order_twice_or_leaves_one_out(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        // Few different values, so that most keys are equal and some are NULL.
        let day = |n: u32| format!("2026-01-{:02}T00:00:00.000Z", 1 + n % 3).parse::<Timestamp>().unwrap();
        let row = |n: u32| Commande {
            date_echeance: (!n.is_multiple_of(4)).then(|| day(n / 4)),
            amount: (!n.is_multiple_of(3)).then(|| i64::from(n % 2) * 100),
            priorite: [Priorite::Urgente, Priorite::Faible, Priorite::Haute, Priorite::Normale][n as usize % 4].clone(),
            statut: statuts()[n as usize % 5].clone(),
            created_at: day(n / 2),
            updated_at: day(n / 5),
            ..CommandeInsert::new(user.clone(), ["été", "ETE", "hiver", "a\u{1f}b"][n as usize % 4]).into_row(&SystemClock).unwrap()
        };
        let stay: Vec<Commande> = (0..60).map(row).collect();
        commandes::add(&mut staka.acquire().await.unwrap(), &stay).await.unwrap();
        let staying: BTreeSet<&str> = stay.iter().map(|row| row.id.as_str()).collect();
        let mut temporary: Vec<CommandeId> = Vec::new();
        let sorts = [CommandeSortKey::CreatedAt, CommandeSortKey::UpdatedAt, CommandeSortKey::Titre, CommandeSortKey::Statut, CommandeSortKey::Priorite, CommandeSortKey::DateEcheance, CommandeSortKey::Amount];
        let mut orders: Vec<Option<CommandeSort>> = vec![None];
        for sort in sorts {
            orders.extend([Direction::Asc, Direction::Desc].map(|direction| Some(CommandeSort { sort, direction: Some(direction) })));
        }
        for order in orders {
            let (mut seen, mut after): (Vec<String>, Option<Cursor>) = (Vec::new(), None);
            loop {
                let mut page = PageRequest::of(7);
                page.after = after;
                let (ids, next): (Vec<String>, _) = match &order {
                    None => {
                        let listing = session.commandes().list_projects(&user, ProjectFilter::default(), page).await.unwrap();
                        (listing.items.iter().map(|row| row.id.to_string()).collect(), listing.next)
                    }
                    Some(order) => {
                        let listing = admins.commandes().list(CommandeFilter::default(), *order, page).await.unwrap();
                        (listing.items.iter().map(|row| row.commande.id.to_string()).collect(), listing.next)
                    }
                };
                seen.extend(ids);
                let mut conn = staka.acquire().await.unwrap();
                let added: Vec<Commande> = (0..4).map(|_| row(rand::random_range(0..60))).collect();
                commandes::add(&mut conn, &added).await.unwrap();
                temporary.extend(added.into_iter().map(|row| row.id));
                for _ in 0..3 {
                    let deleted = temporary.swap_remove(rand::random_range(0..temporary.len()));
                    commandes::remove(&mut conn, &deleted).await.unwrap();
                }
                after = next;
                if after.is_none() {
                    break;
                }
            }
            let times = |id: &str| seen.iter().filter(|seen| *seen == id).count();
            for id in &staying {
                assert_eq!(times(id), 1, "{order:?}");
            }
            assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "{order:?}");
            if order.is_none() {
                let mut expected: Vec<&Commande> = stay.iter().collect();
                expected.sort_by_key(|row| std::cmp::Reverse((row.date_echeance, row.created_at, row.id.clone())));
                let expected: Vec<&str> = expected.iter().map(|row| row.id.as_str()).collect();
                let given: Vec<&str> = seen.iter().map(String::as_str).filter(|id| staying.contains(id)).collect();
                assert_eq!(given, expected);
            }
        }
    }

    async fn a_cursor_of_one_list_is_refused_by_another(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        for n in 0..3 {
            order(&session, &format!("Tome {n}")).await;
        }
        let next = session.commandes().list_by_user(&user, UserCommandeFilter::default(), PageRequest::of(1)).await.unwrap().next.unwrap();
        let foreign = session.commandes().list_projects(&user, ProjectFilter::default(), PageRequest::of(1).after(next)).await;
        assert_eq!(invalid_fields(foreign), ["after"]);
    }
}
