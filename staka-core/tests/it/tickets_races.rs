//! Many at once on one ticket: nothing is lost, doubled or done against the table of transitions.

use std::collections::BTreeSet;
use std::sync::Arc;

use staka_core::model::*;
use staka_core::repo::support_events;
use staka_core::{Ctx, ErrorKind, Page, TextEnum};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::orders_support::signed_in;
use crate::support::on_both;
use crate::tickets::{opened, wrong};

/// How many act at once.
const WRITERS: usize = 64;

on_both! {
    async fn of_many_replies_none_is_lost_and_one_is_the_first(server: &Server) {
        let (db, staka) = server.staka().await;
        let (client, session) = signed_in(&staka, Role::User).await;
        let (admin, _) = signed_in(&staka, Role::Admin).await;
        let id = opened(&session, "Tous à la fois").await.id;
        let pool = db.builder().max_connections(16).connect().await.unwrap();
        let start = Arc::new(Barrier::new(WRITERS));
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let who = if writer % 2 == 0 { Ctx::user(client.clone(), Role::User) } else { Ctx::user(admin.clone(), Role::Admin) };
            let (session, id, start) = (pool.as_actor(who), id.clone(), Arc::clone(&start));
            writers.spawn(async move {
                start.wait().await;
                session.support().reply(&id, format!("Mot {writer}"), None, None).await.unwrap()
            });
        }
        let answers = writers.join_all().await;
        let history = staka.as_system().support().history(&id, Page::of(200)).await.unwrap().items;
        let words: BTreeSet<&str> = history.iter().filter(|event| event.kind == SupportEventKind::Replied).filter_map(|event| event.body.as_deref()).collect();
        assert_eq!(words.len(), WRITERS);
        assert!(history.iter().zip(1..).all(|(event, place)| event.place == place), "no gap and no double");
        assert!(history.windows(2).all(|two| two[0].at <= two[1].at));
        let first = history.iter().find(|event| event.kind == SupportEventKind::Replied && !event.from_client).unwrap().at;
        let row = staka.as_system().support().get(&id).await.unwrap().unwrap();
        assert_eq!((row.ticket.first_response_at, row.replies), (Some(first), WRITERS as i64));
        // It never was anything else.
        assert!(answers.iter().all(|it| it.first_response_at.is_none_or(|at| at == first)));
        assert_eq!(wrong(&staka).await, [""; 0]);
    }

    async fn a_ticket_never_goes_where_no_table_leads(server: &Server) {
        let (db, staka) = server.staka().await;
        let (client, session) = signed_in(&staka, Role::User).await;
        let (admin, _) = signed_in(&staka, Role::Admin).await;
        let (corrector, _) = signed_in(&staka, Role::Corrector).await;
        let ids: Vec<SupportRequestId> = vec![opened(&session, "Girouette").await.id, opened(&session, "Manche à air").await.id];
        let pool = db.builder().max_connections(16).connect().await.unwrap();
        let start = Arc::new(Barrier::new(WRITERS));
        let mut movers = JoinSet::new();
        for mover in 0..WRITERS {
            let team = pool.as_actor(Ctx::user(admin.clone(), Role::Admin));
            let asks = pool.as_actor(Ctx::user(client.clone(), Role::User));
            let (id, start, corrector) = (ids[mover % 2].clone(), Arc::clone(&start), corrector.clone());
            movers.spawn(async move {
                start.wait().await;
                let mut done = 0;
                for step in 0..4 {
                    let to = SupportRequestStatus::from_word(SupportRequestStatus::VALUES[(mover / 2 + step) % 6]).unwrap();
                    let outcome = match (mover / 2 + step) % 5 {
                        0 => asks.support().reopen(&id, None).await,
                        1 => team.support().assign(&id, &corrector, None).await,
                        2 => team.support().unassign(&id, None).await,
                        _ => team.support().change_status(&id, to, None).await,
                    };
                    match outcome {
                        Ok(_) => done += 1,
                        Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{error}"),
                    }
                }
                done
            });
        }
        let done: usize = movers.join_all().await.into_iter().sum();
        let mut conn = staka.acquire().await.unwrap();
        for id in &ids {
            let facts = support_events::facts(&mut conn, id).await.unwrap();
            let mut at = SupportRequestStatus::Ouvert;
            for fact in facts {
                let Some(to) = fact.after.as_deref().and_then(SupportRequestStatus::from_word) else { continue };
                match fact.kind {
                    SupportEventKind::Status => assert!(at.next().contains(&to), "{at} to {to}"),
                    SupportEventKind::Reopened => assert!(!at.is_open(), "{at} reopened"),
                    _ => continue,
                }
                at = to;
            }
            assert_eq!(staka.as_system().support().get(id).await.unwrap().unwrap().ticket.status, at);
        }
        println!("{done} of {} acts were possible", WRITERS * 4);
        assert!(done > 10);
        drop(conn);
        assert_eq!(wrong(&staka).await, [""; 0]);
    }

    async fn a_ticket_given_while_its_agent_leaves_ends_in_no_deadlock(server: &Server) {
        let (db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let (admin, _) = signed_in(&staka, Role::Admin).await;
        let pool = db.builder().max_connections(16).connect().await.unwrap();
        let mut pairs = JoinSet::new();
        for _ in 0..WRITERS / 2 {
            let (corrector, _) = signed_in(&staka, Role::Corrector).await;
            let id = opened(&session, "À qui ?").await.id;
            let admins = pool.as_actor(Ctx::user(admin.clone(), Role::Admin));
            pairs.spawn(async move {
                let (support, users) = (admins.support(), admins.users());
                let (given, left) =
                    tokio::join!(support.assign(&id, &corrector, None), users.set_active(&corrector, false));
                left.unwrap();
                match given {
                    Ok(_) => 1,
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
                        0
                    }
                }
            });
        }
        let given: usize = pairs.join_all().await.into_iter().sum();
        println!("{given} of {} tickets were given before their agent left", WRITERS / 2);
    }
}
