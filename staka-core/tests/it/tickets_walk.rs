//! Random sequences of operations on tickets, including writes by another program: the times in the row always agree
//! with the events and with a simple model.

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use sqlx::{AssertSqlSafe, Executor};
use staka_core::model::view::Ticket;
use staka_core::model::*;
use staka_core::repo::ticket_events;
use staka_core::{Caller, ErrorKind, Result, TextEnum, Timestamp};

use crate::support::on_both;
use crate::tickets::{check_errors, create_ticket};

/// A simple model of a ticket.
#[derive(Clone, Debug, PartialEq)]
struct Model {
    status: &'static str,
    assigned: bool,
    first: Option<Timestamp>,
    resolved: Option<Timestamp>,
    closed: Option<Timestamp>,
}

impl Model {
    fn set_status(&mut self, status: &'static str, now: Timestamp) {
        match status {
            "RESOLU" => (self.resolved, self.closed) = (Some(now), None),
            "FERME" | "ANNULE" => self.closed = Some(now),
            _ => (self.resolved, self.closed) = (None, None),
        }
        self.status = status;
    }

    fn resumed_status(&self) -> &'static str {
        if self.assigned { "EN_COURS" } else { "OUVERT" }
    }
}

const TRANSITIONS: [(&str, &[&str]); 6] = [
    ("OUVERT", &["EN_COURS", "EN_ATTENTE", "RESOLU", "ANNULE"]),
    ("EN_COURS", &["EN_ATTENTE", "RESOLU", "ANNULE"]),
    ("EN_ATTENTE", &["EN_COURS", "RESOLU", "FERME", "ANNULE"]),
    ("RESOLU", &["FERME"]),
    ("FERME", &[]),
    ("ANNULE", &[]),
];

fn is_allowed(from: &str, to: &str) -> bool {
    TRANSITIONS.iter().any(|(status, next)| *status == from && next.contains(&to))
}

on_both! {
    async fn the_times_of_a_row_agree_with_its_events(server: &Server) {
        const TICKETS: u64 = 12;
        const STEPS: usize = 40;
        let site = server.site().await;
        let (client, admin) = (site.client(), site.admin());
        let agent = site.staka.as_caller(Caller::user(site.corrector.clone(), Role::Corrector));
        let mut external = site.db.connect().await;
        let (mut done, mut refused) = (0, 0);
        for seed in 0..TICKETS {
            let mut rng = Pcg64Mcg::seed_from_u64(seed);
            let id = create_ticket(&client, "Marche au hasard").await.id;
            let mut model = Model { status: "OUVERT", assigned: false, first: None, resolved: None, closed: None };
            for step in 0..STEPS {
                site.clock.advance(Duration::from_millis(rng.random_range(0..3) * rng.random_range(0..20_000_000)));
                let now = site.now();
                let before = model.clone();
                let ended = matches!(model.status, "RESOLU" | "FERME" | "ANNULE");
                let closed = matches!(model.status, "FERME" | "ANNULE");
                let target = SupportRequestStatus::VALUES[rng.random_range(0..6)];
                let to = SupportRequestStatus::from_variant(target).unwrap();
                let team = if model.assigned && rng.random_range(0..2) == 0 { &agent } else { &admin };
                let operation = rng.random_range(0..11);
                // The outcome, and whether the operation must succeed.
                let (outcome, succeeds): (Result<Ticket>, bool) = match operation {
                    0 => {
                        if !closed && matches!(model.status, "EN_ATTENTE" | "RESOLU") {
                            model.set_status(model.resumed_status(), now);
                        }
                        (client.tickets().reply(&id, "Alors ?".to_owned(), None, None).await, !closed)
                    }
                    1 | 2 => {
                        let with = (operation == 2).then_some(to);
                        let succeeds = !closed && with.as_ref().is_none_or(|_| target == model.status || is_allowed(model.status, target));
                        if succeeds {
                            model.first = model.first.or(Some(now));
                            if with.is_some() && target != model.status {
                                model.set_status(target, now);
                            } else if with.is_none() && model.status == "OUVERT" {
                                model.set_status("EN_COURS", now);
                            }
                        }
                        (team.tickets().reply(&id, "Voici.".to_owned(), with, None).await, succeeds)
                    }
                    3 => (team.tickets().add_note(&id, "Entre nous.".to_owned()).await, true),
                    4 => {
                        model.assigned |= !closed;
                        (admin.tickets().assign(&id, &site.corrector, None).await, !closed)
                    }
                    5 => {
                        let succeeds = model.assigned;
                        model.assigned = false;
                        (team.tickets().unassign(&id, None).await, succeeds)
                    }
                    6 | 7 => {
                        let succeeds = is_allowed(model.status, target);
                        if succeeds {
                            model.set_status(target, now);
                        }
                        (team.tickets().set_status(&id, to, None).await, succeeds)
                    }
                    8 => {
                        if ended {
                            model.set_status(model.resumed_status(), now);
                        }
                        (client.tickets().reopen(&id, None).await, ended)
                    }
                    9 => {
                        let priority = SupportPriority::from_variant(SupportPriority::VALUES[rng.random_range(0..5)]).unwrap();
                        (team.tickets().set_priority(&id, priority, None).await, true)
                    }
                    _ => {
                        // Another program changes the status as Prisma would, with consistent times.
                        model.set_status(target, now);
                        if before.status == target {
                            model = before.clone();
                        }
                        if target == "RESOLU" || !matches!(target, "FERME" | "ANNULE") {
                            model.closed = None;
                        }
                        let time = |at: Option<Timestamp>| at.map_or("NULL".to_owned(), |at| format!("'{}'", at.to_string().trim_end_matches('Z').replace('T', " ")));
                        let sql = format!(
                            "UPDATE support_requests SET status = '{}', resolvedAt = {}, closedAt = {}, updatedAt = GREATEST({}, updatedAt + INTERVAL 1000 MICROSECOND) WHERE id = '{id}'",
                            model.status, time(model.resolved), time(model.closed), time(Some(now)),
                        );
                        external.execute(AssertSqlSafe(sql)).await.unwrap();
                        (admin.tickets().add_note(&id, "Vu.".to_owned()).await, true)
                    }
                };
                match (&outcome, succeeds) {
                    (Ok(_), true) => done += 1,
                    (Err(error), false) => {
                        assert_eq!(error.kind(), ErrorKind::Conflict, "{seed}/{step}: {error}");
                        refused += 1;
                    }
                    _ => panic!("{seed}/{step}: operation {operation} on {before:?}: {outcome:?}, expected success: {succeeds}"),
                }
                let row = admin.tickets().get(&id).await.unwrap().unwrap().ticket;
                let facts = ticket_events::facts(&mut site.staka.acquire().await.unwrap(), &id).await.unwrap();
                let timeline = Timeline::of(&facts).unwrap();
                assert_eq!(timeline.status, row.status, "{seed}/{step}: operation {operation}");
                assert_eq!(timeline.priority, row.priority);
                assert_eq!((timeline.first_response_at, timeline.resolved_at, timeline.closed_at), (row.first_response_at, row.resolved_at, row.closed_at), "{seed}/{step}: operation {operation}");
                let found = Model {
                    status: model.status, assigned: row.assigned_to_id.is_some(), first: row.first_response_at, resolved: row.resolved_at, closed: row.closed_at,
                };
                assert_eq!((row.status.as_str(), &found), (model.status, &model), "{seed}/{step}: operation {operation} on {before:?}");
                if let Ok(answer) = outcome {
                    assert_eq!(answer, row);
                }
            }
        }
        println!("{done} operations on {TICKETS} tickets, {refused} refused");
        assert!(done > 200 && refused > 50);
        assert_eq!(check_errors(&site.staka).await, [""; 0]);
    }
}
