//! Concurrent bookings, claims and counters: nothing is booked or claimed twice or counted wrongly.

use std::sync::Arc;
use std::time::Duration;

use staka_core::model::{Message, Role};
use staka_core::{Clock, ConsultationBooking, ErrorKind, NewConsultationSlots, Staka};

use crate::messaging_support::{Platform, VISITOR, visit};
use crate::support::on_both;

/// Returns several pools, like those of several programs.
async fn pools(p: &Platform) -> Vec<Staka> {
    let mut pools = Vec::new();
    for _ in 0..4 {
        let clock = Arc::clone(&p.clock);
        pools.push(p.db.builder().clock(clock).max_connections(8).connect().await.unwrap());
    }
    pools
}

on_both! {
    async fn of_sixty_four_concurrent_bookings_of_eight_slots_eight_succeed(server: &Server) {
        let p = Platform::new(server).await;
        let starts_at = (1..=8).map(|hours| p.clock.now().plus(Duration::from_secs(hours * 3_600)));
        let slots = p.admin().consultations().create_slots(NewConsultationSlots::new(starts_at, 30)).await.unwrap();
        let pools = pools(&p).await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..64 {
            let (staka, slot) = (pools[n % 4].clone(), slots[n / 8].id.clone());
            tasks.spawn(async move {
                let booking = ConsultationBooking::new(slot).first_name("Zoé").last_name(n.to_string()).email(format!("v{n}@visite.fr"));
                staka.as_caller(staka_core::Caller::new(staka_core::Actor::Anonymous)).consultations().book(booking).await
            });
        }
        let (mut won, mut lost) = (0, 0);
        while let Some(outcome) = tasks.join_next().await {
            match outcome.unwrap() {
                Ok(_) => won += 1,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
                    lost += 1;
                }
            }
        }
        println!("{won} of {} booked", won + lost);
        assert_eq!((won, lost), (8, 56));
        assert_eq!(p.rows::<Message>().await.len(), 8, "refused bookings wrote nothing");
        assert_eq!(p.unread(&p.admin).await, 8);
    }

    async fn of_sixty_four_concurrent_claims_of_an_address_one_succeeds(server: &Server) {
        let p = Platform::new(server).await;
        for _ in 0..3 {
            p.visit(VISITOR, None).await;
        }
        let mut users = Vec::new();
        for n in 0..64 {
            users.push(p.add_user(&format!("compte{n}"), Role::User).await);
        }
        let pools = pools(&p).await;
        let mut tasks = tokio::task::JoinSet::new();
        for (n, user) in users.into_iter().enumerate() {
            let session = pools[n % 4].as_caller(staka_core::Caller::user(p.admin.clone(), Role::Admin));
            tasks.spawn(async move { session.messages().claim(VISITOR.to_owned(), &user).await });
        }
        let mut won = Vec::new();
        while let Some(outcome) = tasks.join_next().await {
            match outcome.unwrap() {
                Ok(claim) => won.push(claim),
                Err(error) => assert_eq!((error.kind(), error.key()), (ErrorKind::Conflict, Some("staka_claims_openEmail_key")), "{error:?}"),
            }
        }
        assert_eq!(won.len(), 1);
        for row in p.rows::<Message>().await {
            assert_eq!(row.sender_id.as_ref(), Some(&won[0].user_id));
        }
        p.assert_unread_agrees("after the claims").await;
    }

    async fn the_unread_count_agrees_with_the_rows_after_concurrent_changes(server: &Server) {
        let p = Arc::new(Platform::new(server).await);
        let thread = p.first(&p.client, "Un").await.message.conversation_id;
        let (_, visited) = p.visit(VISITOR, None).await;
        let pools = pools(&p).await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..64_usize {
            let (p, staka, thread, visited) = (Arc::clone(&p), pools[n % 4].clone(), thread.clone(), visited.clone());
            tasks.spawn(async move {
                let admin = staka.as_caller(staka_core::Caller::user(p.admin.clone(), Role::Admin));
                let client = staka.as_caller(staka_core::Caller::user(p.client.clone(), Role::User));
                let nobody = staka.as_caller(staka_core::Caller::new(staka_core::Actor::Anonymous));
                let reply = || staka_core::Reply::new(n.to_string());
                for step in 0..6 {
                    let outcome = match (n + step) % 8 {
                        0 | 1 => client.messages().reply(&thread, reply()).await.map(|_| ()),
                        2 => admin.messages().reply(&thread, reply()).await.map(|_| ()),
                        3 => admin.messages().mark_read(&thread).await.map(|_| ()),
                        4 => client.messages().mark_read(&thread).await.map(|_| ()),
                        5 => nobody.messages().send_as_visitor(visit(VISITOR, Some(&visited))).await.map(|_| ()),
                        6 => admin.messages().archive(&thread).await.map(|_| ()),
                        _ => match admin.messages().soft_delete_thread(VISITOR.to_owned(), None).await {
                            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                            done => done.map(|_| ()),
                        },
                    };
                    outcome.unwrap_or_else(|error| panic!("{error:?}"));
                }
            });
        }
        while let Some(outcome) = tasks.join_next().await {
            outcome.unwrap();
        }
        let rows: Vec<Message> = p.rows().await;
        println!("{} messages", rows.len());
        assert_eq!(rows.len(), 2 + 64 * 6 / 2, "none lost, none doubled");
        p.assert_unread_agrees("after the storm").await;
    }
}
