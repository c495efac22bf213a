//! The lists of orders: what they show and to whom; what must not happen.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use staka_core::base::NewRow;
use staka_core::model::*;
use staka_core::repo::commandes;
use staka_core::{
    Between, CommandeList, CommandeOrder, CommandeSearch, CommandeSort, Ctx, Cursor, Direction, ErrorKind, Match, Page,
    Patch, ProjectList, Session, SystemClock, Timestamp,
};

use crate::orders_support::*;
use crate::support::on_both;

on_both! {
    async fn a_detail_shows_what_hangs_on_an_order_in_three_statements(server: &Server) {
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
            let page = || Page::of(100);
            let mut counts = Vec::new();
            counts.push(statements(&staka, session.commandes().list(&user, CommandeList::default(), page())).await.0);
            counts.push(statements(&staka, session.commandes().projects(&user, ProjectList::default(), page())).await.0);
            counts.push(statements(&staka, session.commandes().project_counts(&user)).await.0);
            counts.push(statements(&staka, admins.commandes().search(CommandeSearch::default(), CommandeOrder::default(), page())).await.0);
            counts.push(statements(&staka, admins.commandes().count(CommandeSearch::default())).await.0);
            counts.push(statements(&staka, admins.commandes().count_by_statut(CommandeSearch::default())).await.0);
            counts.push(statements(&staka, admins.commandes().search(CommandeSearch::default(), CommandeOrder::default(), Page { total: true, ..page() })).await.0);
            taken.push(counts);
        }
        assert_eq!(taken, vec![vec![1, 1, 1, 1, 1, 1, 2]; 3]);
    }

    async fn list_count_and_groups_speak_of_the_same_orders(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (other, others) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let mut made = Vec::new();
        for n in 0..12 {
            let whose = if n % 3 == 0 { &others } else { &session };
            made.push(order(whose, &format!("100% d'Été_{n}")).await);
        }
        for row in &made[..4] {
            admins.commandes().change_statut(&row.id, StatutCommande::EnCours, None).await.unwrap();
        }
        let middle = made[6].created_at;
        let email = staka_core::repo::users::lookup(&mut staka.acquire().await.unwrap(), &other).await.unwrap().unwrap().email;
        let of = |filter: CommandeSearch| {
            let admins = admins.clone();
            async move {
                let rows = admins.commandes().search(filter.clone(), CommandeOrder::default(), Page { total: true, ..Page::of(100) }).await.unwrap();
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
        let search = |text: &str| CommandeSearch { search: Some(text.to_owned()), ..CommandeSearch::default() };
        assert_eq!(of(CommandeSearch::default()).await, 12);
        assert_eq!(of(CommandeSearch { statut: Match::Is(StatutCommande::EnCours), ..CommandeSearch::default() }).await, 4);
        assert_eq!(of(CommandeSearch { statut: Match::In(statuts()), ..CommandeSearch::default() }).await, 12);
        assert_eq!(of(CommandeSearch { client_id: Match::Is(other.clone()), ..CommandeSearch::default() }).await, 4);
        assert_eq!(of(CommandeSearch { payment_status: Match::Null, ..CommandeSearch::default() }).await, 12);
        let since = Between { from: Some(middle), to: None };
        assert!(of(CommandeSearch { created_at: since, ..CommandeSearch::default() }).await >= 6);
        let nothing = Between { from: Some(middle), to: Some(middle) };
        assert_eq!(of(CommandeSearch { created_at: nothing, ..CommandeSearch::default() }).await, 0);
        assert_eq!(of(search(made[5].id.as_str())).await, 1);
        assert_eq!(of(search(&email.to_uppercase())).await, 4);
        assert_eq!(of(search("d'ete_1")).await, 3);
        assert_eq!(of(search("  ")).await, 12);
        let client = admins.commandes().search(search(made[0].id.as_str()), CommandeOrder::default(), Page::default()).await.unwrap();
        assert_eq!((&client.items[0].user.id, &client.items[0].user.email), (&other, &email));
        assert_eq!(session.commandes().list(&user, CommandeList { statut: Match::Is(StatutCommande::EnCours) }, Page::default()).await.unwrap().items.len(), 2);
    }

    async fn a_wildcard_in_a_search_never_matches_everything(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        for titre in ["Cent pour cent", "100% vrai", "sous_titre", "a!b\\c"] {
            order(&session, titre).await;
        }
        for (text, found) in [("%", 1), ("_", 1), ("!", 1), ("\\", 1), ("s_t", 1), ("o_s", 0), ("0%v", 0), ("pour", 1)] {
            let wanted = CommandeSearch { search: Some(text.to_owned()), ..CommandeSearch::default() };
            assert_eq!(admins.commandes().count(wanted).await.unwrap(), found, "{text}");
            let wanted = ProjectList { search: Some(text.to_owned()), ..ProjectList::default() };
            assert_eq!(session.commandes().projects(&user, wanted, Page::default()).await.unwrap().items.len() as u64, found, "{text}");
        }
        let long = ProjectList { search: Some("x".repeat(101)), ..ProjectList::default() };
        assert_eq!(faulty(session.commandes().projects(&user, long, Page::default()).await), ["search"]);
    }

    async fn a_list_never_takes_a_sort_or_a_limit_that_it_does_not_know(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let refused = async |session: &Session, operation: &str, input: Value| {
            faulty(session.call(operation, &input.to_string()).await)
        };
        for sort in ["password", "createdAt; DROP TABLE commandes", "user", ""] {
            assert_eq!(refused(&admins, "commandes.search", json!({"order": {"sort": sort}})).await, ["sort"]);
        }
        assert_eq!(refused(&admins, "commandes.search", json!({"order": {"direction": "up"}})).await, ["direction"]);
        for limit in [json!(0), json!(101), json!(4_000_000_000_u64), json!(-1), json!("NaN"), json!(1.5)] {
            for (session, operation, input) in [
                (&admins, "commandes.search", json!({"page": {"limit": limit}})),
                (&session, "commandes.list", json!({"user": user, "page": {"limit": limit}})),
                (&session, "commandes.projects", json!({"user": user, "page": {"limit": limit}})),
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
        let projects = session.commandes().projects(&user, ProjectList::default(), Page::default()).await.unwrap();
        assert_eq!((projects.items[0].file_count, projects.items[0].corrected_count), (2, 1));
        let json = serde_json::to_value(&projects.items[0]).unwrap();
        let names: BTreeSet<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        let known = [
            "id", "titre", "description", "statut", "priorite", "dateEcheance", "dateFinition", "createdAt", "updatedAt",
            "paymentStatus", "amount", "fileCount", "correctedCount", "progress",
        ];
        assert_eq!(names, BTreeSet::from(known));
    }

    async fn somebody_elses_order_is_never_shown_or_told_to_exist(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (owner, session) = signed_in(&staka, Role::User).await;
        let (_, others) = signed_in(&staka, Role::User).await;
        let (_, correctors) = signed_in(&staka, Role::Corrector).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let nobody = staka.as_actor(Ctx::new(staka_core::Actor::Anonymous));
        let made = order(&session, "Mémoires").await;
        let calls = |id: &CommandeId| [
            ("commandes.get", json!({"id": id})),
            ("commandes.update", json!({"id": id, "change": {}})),
            ("commandes.cancel", json!({"id": id, "expected": "2020-01-01"})),
            ("files.list_by_commande", json!({"commande": id})),
        ];
        let of_admins = |id: &CommandeId| [
            ("commandes.manage", json!({"id": id, "management": {}})),
            ("commandes.change_statut", json!({"id": id, "statut": "EN_COURS", "expected": "2020-01-01"})),
            ("commandes.override_statut", json!({"id": id, "statut": "EN_COURS", "reason": "abc", "expected": "2020-01-01"})),
            ("commandes.remove", json!({"id": id, "expected": "2020-01-01"})),
            ("commandes.search", json!({})),
            ("commandes.count", json!({})),
            ("commandes.count_by_statut", json!({})),
        ];
        let of_user = [
            ("commandes.list", json!({"user": owner})),
            ("commandes.list_with_invoices", json!({"user": owner})),
            ("commandes.projects", json!({"user": owner})),
            ("commandes.project_counts", json!({"user": owner})),
        ];
        let asked = async |session: &Session, (operation, input): &(&str, Value)| kind(&session.call(operation, &input.to_string()).await);
        for id in [&made.id, &no_order()] {
            for call in calls(id).iter().chain(&of_admins(id)).chain(&of_user) {
                assert_eq!(asked(&nobody, call).await, Some(ErrorKind::Unauthenticated), "{call:?}");
                for stranger in [&others, &correctors] {
                    assert_eq!(asked(stranger, call).await, Some(ErrorKind::Denied), "{call:?}");
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
        // Administrators learn that it is not there.
        assert_eq!(admins.commandes().get(no_order()).await.unwrap(), None);
        assert_eq!(asked(&admins, &calls(&no_order())[2]).await, Some(ErrorKind::NotFound));
        for call in &of_admins(&no_order())[..4] {
            assert!([None, Some(ErrorKind::NotFound)].contains(&asked(&admins, call).await), "{call:?}");
        }
        // Who may not sign in any more acts no more.
        let disabled = UserPatch { is_active: Patch::Set(false), ..UserPatch::default() };
        staka_core::repo::users::update(&mut staka.acquire().await.unwrap(), &owner, &disabled, None, staka.clock().now()).await.unwrap();
        assert_eq!(kind(&session.commandes().cancel(&made.id, None).await), Some(ErrorKind::Unauthenticated));
    }

    async fn a_page_never_shows_an_order_twice_or_leaves_one_out(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        // Few values, so that nearly every key has ties, and NULL among them.
        let day = |n: u32| format!("2026-01-{:02}T00:00:00.000Z", 1 + n % 3).parse::<Timestamp>().unwrap();
        let row = |n: u32| Commande {
            date_echeance: (!n.is_multiple_of(4)).then(|| day(n / 4)),
            amount: (!n.is_multiple_of(3)).then(|| i64::from(n % 2) * 100),
            priorite: [Priorite::Urgente, Priorite::Faible, Priorite::Haute, Priorite::Normale][n as usize % 4].clone(),
            statut: statuts()[n as usize % 5].clone(),
            created_at: day(n / 2),
            updated_at: day(n / 5),
            ..NewCommande::new(user.clone(), ["été", "ETE", "hiver", "a\u{1f}b"][n as usize % 4]).into_row(&SystemClock).unwrap()
        };
        let stay: Vec<Commande> = (0..60).map(row).collect();
        commandes::add(&mut staka.acquire().await.unwrap(), &stay).await.unwrap();
        let staying: BTreeSet<&str> = stay.iter().map(|row| row.id.as_str()).collect();
        let mut passing: Vec<CommandeId> = Vec::new();
        let sorts = [CommandeSort::CreatedAt, CommandeSort::UpdatedAt, CommandeSort::Titre, CommandeSort::Statut, CommandeSort::Priorite, CommandeSort::DateEcheance, CommandeSort::Amount];
        let mut orders: Vec<Option<CommandeOrder>> = vec![None];
        for sort in sorts {
            orders.extend([Direction::Asc, Direction::Desc].map(|direction| Some(CommandeOrder { sort, direction: Some(direction) })));
        }
        for order in orders {
            let (mut seen, mut after): (Vec<String>, Option<Cursor>) = (Vec::new(), None);
            loop {
                let page = Page { after, ..Page::of(7) };
                let (ids, next): (Vec<String>, _) = match &order {
                    None => {
                        let listing = session.commandes().projects(&user, ProjectList::default(), page).await.unwrap();
                        (listing.items.iter().map(|row| row.id.to_string()).collect(), listing.next)
                    }
                    Some(order) => {
                        let listing = admins.commandes().search(CommandeSearch::default(), order.clone(), page).await.unwrap();
                        (listing.items.iter().map(|row| row.commande.id.to_string()).collect(), listing.next)
                    }
                };
                seen.extend(ids);
                let mut conn = staka.acquire().await.unwrap();
                let came: Vec<Commande> = (0..4).map(|_| row(rand::random_range(0..60))).collect();
                commandes::add(&mut conn, &came).await.unwrap();
                passing.extend(came.into_iter().map(|row| row.id));
                for _ in 0..3 {
                    let going = passing.swap_remove(rand::random_range(0..passing.len()));
                    commandes::remove(&mut conn, &going).await.unwrap();
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
                let mut wanted: Vec<&Commande> = stay.iter().collect();
                wanted.sort_by_key(|row| std::cmp::Reverse((row.date_echeance, row.created_at, row.id.clone())));
                let wanted: Vec<&str> = wanted.iter().map(|row| row.id.as_str()).collect();
                let given: Vec<&str> = seen.iter().map(String::as_str).filter(|id| staying.contains(id)).collect();
                assert_eq!(given, wanted);
            }
        }
    }

    async fn a_cursor_of_one_list_is_no_place_in_another(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        for n in 0..3 {
            order(&session, &format!("Tome {n}")).await;
        }
        let next = session.commandes().list(&user, CommandeList::default(), Page::of(1)).await.unwrap().next.unwrap();
        let foreign = session.commandes().projects(&user, ProjectList::default(), Page::of(1).after(next)).await;
        assert_eq!(faulty(foreign), ["after"]);
    }
}
