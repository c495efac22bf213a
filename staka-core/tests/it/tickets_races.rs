//! Concurrent operations on one ticket: nothing is lost, doubled or done against the table of transitions.

use std::collections::BTreeSet;
use std::sync::Arc;

use staka_core::model::*;
use staka_core::repo::ticket_events;
use staka_core::{Caller, ErrorKind, PageRequest, TextEnum};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::orders_support::signed_in;
use crate::support::on_both;
use crate::tickets::{check_errors, create_ticket};

/// Number of concurrent writers.
const WRITERS: usize = 64;

on_both! {
    async fn concurrent_replies_are_all_kept_and_one_is_the_first_response(server: &Server) {
        let (db, staka) = server.staka().await;
        let (client, session) = signed_in(&staka, Role::User).await;
        let (admin, _) = signed_in(&staka, Role::Admin).await;
        let id = create_ticket(&session, "Tous à la fois").await.id;
        let pool = db.builder().max_connections(16).connect().await.unwrap();
        let start = Arc::new(Barrier::new(WRITERS));
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let caller = if writer % 2 == 0 { Caller::user(client.clone(), Role::User) } else { Caller::user(admin.clone(), Role::Admin) };
            let (session, id, start) = (pool.as_caller(caller), id.clone(), Arc::clone(&start));
            writers.spawn(async move {
                start.wait().await;
                session.tickets().reply(&id, format!("Mot {writer}"), None, None).await.unwrap()
            });
        }
        let answers = writers.join_all().await;
        let events = staka.as_system().tickets().list_events(&id, PageRequest::of(200)).await.unwrap().items;
        let bodies: BTreeSet<&str> = events.iter().filter(|event| event.kind == TicketEventKind::Replied).filter_map(|event| event.body.as_deref()).collect();
        assert_eq!(bodies.len(), WRITERS);
        assert!(events.iter().zip(1..).all(|(event, place)| event.place == place), "no gap and no duplicate");
        assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at));
        let first = events.iter().find(|event| event.kind == TicketEventKind::Replied && !event.from_client).unwrap().at;
        let row = staka.as_system().tickets().get(&id).await.unwrap().unwrap();
        assert_eq!((row.ticket.first_response_at, row.replies), (Some(first), WRITERS as i64));
        // No writer ever saw another first response.
        assert!(answers.iter().all(|it| it.first_response_at.is_none_or(|at| at == first)));
        assert_eq!(check_errors(&staka).await, [""; 0]);
    }

    async fn concurrent_transitions_follow_the_table(server: &Server) {
        let (db, staka) = server.staka().await;
        let (client, session) = signed_in(&staka, Role::User).await;
        let (admin, _) = signed_in(&staka, Role::Admin).await;
        let (corrector, _) = signed_in(&staka, Role::Corrector).await;
        let ids: Vec<SupportRequestId> = vec![create_ticket(&session, "Girouette").await.id, create_ticket(&session, "Manche à air").await.id];
        let pool = db.builder().max_connections(16).connect().await.unwrap();
        let start = Arc::new(Barrier::new(WRITERS));
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let team = pool.as_caller(Caller::user(admin.clone(), Role::Admin));
            let client = pool.as_caller(Caller::user(client.clone(), Role::User));
            let (id, start, corrector) = (ids[writer % 2].clone(), Arc::clone(&start), corrector.clone());
            writers.spawn(async move {
                start.wait().await;
                let mut done = 0;
                for step in 0..4 {
                    let to = SupportRequestStatus::from_variant(SupportRequestStatus::VALUES[(writer / 2 + step) % 6]).unwrap();
                    let outcome = match (writer / 2 + step) % 5 {
                        0 => client.tickets().reopen(&id, None).await,
                        1 => team.tickets().assign(&id, &corrector, None).await,
                        2 => team.tickets().unassign(&id, None).await,
                        _ => team.tickets().set_status(&id, to, None).await,
                    };
                    match outcome {
                        Ok(_) => done += 1,
                        Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{error}"),
                    }
                }
                done
            });
        }
        let done: usize = writers.join_all().await.into_iter().sum();
        let mut conn = staka.acquire().await.unwrap();
        for id in &ids {
            let facts = ticket_events::facts(&mut conn, id).await.unwrap();
            let mut at = SupportRequestStatus::Ouvert;
            for fact in facts {
                let Some(to) = fact.after.as_deref().and_then(SupportRequestStatus::from_variant) else { continue };
                match fact.kind {
                    TicketEventKind::Status => assert!(at.next().contains(&to), "{at} to {to}"),
                    TicketEventKind::Reopened => assert!(!at.is_open(), "{at} reopened"),
                    _ => continue,
                }
                at = to;
            }
            assert_eq!(staka.as_system().tickets().get(id).await.unwrap().unwrap().ticket.status, at);
        }
        println!("{done} of {} operations succeeded", WRITERS * 4);
        assert!(done > 10);
        drop(conn);
        assert_eq!(check_errors(&staka).await, [""; 0]);
    }

    async fn assigning_a_ticket_while_its_agent_is_deactivated_does_not_deadlock(server: &Server) {
        let (db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let (admin, _) = signed_in(&staka, Role::Admin).await;
        let pool = db.builder().max_connections(16).connect().await.unwrap();
        let mut pairs = JoinSet::new();
        for _ in 0..WRITERS / 2 {
            let (corrector, _) = signed_in(&staka, Role::Corrector).await;
            let id = create_ticket(&session, "À qui ?").await.id;
            let admins = pool.as_caller(Caller::user(admin.clone(), Role::Admin));
            pairs.spawn(async move {
                let (tickets, users) = (admins.tickets(), admins.users());
                let (assigned, deactivated) =
                    tokio::join!(tickets.assign(&id, &corrector, None), users.set_active(&corrector, false));
                deactivated.unwrap();
                match assigned {
                    Ok(_) => 1,
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
                        0
                    }
                }
            });
        }
        let assigned: usize = pairs.join_all().await.into_iter().sum();
        println!("{assigned} of {} tickets were assigned before their agent was deactivated", WRITERS / 2);
    }
}
