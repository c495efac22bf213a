//! Random walks of acts over tickets, other backends' writes among them: the times in the row are always those that its
//! events give, and those that one reckons by hand.

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use sqlx::{AssertSqlSafe, Executor};
use staka_core::model::view::SupportTicket;
use staka_core::model::*;
use staka_core::repo::support_events;
use staka_core::{Ctx, ErrorKind, Result, TextEnum, Timestamp};

use crate::support::on_both;
use crate::tickets::{opened, wrong};

/// What one reckons by hand.
#[derive(Clone, Debug, PartialEq)]
struct Reckoned {
    status: &'static str,
    assigned: bool,
    first: Option<Timestamp>,
    resolved: Option<Timestamp>,
    closed: Option<Timestamp>,
}

impl Reckoned {
    fn goes(&mut self, status: &'static str, now: Timestamp) {
        match status {
            "RESOLU" => (self.resolved, self.closed) = (Some(now), None),
            "FERME" | "ANNULE" => self.closed = Some(now),
            _ => (self.resolved, self.closed) = (None, None),
        }
        self.status = status;
    }

    fn up(&self) -> &'static str {
        if self.assigned { "EN_COURS" } else { "OUVERT" }
    }
}

const LEADS: [(&str, &[&str]); 6] = [
    ("OUVERT", &["EN_COURS", "EN_ATTENTE", "RESOLU", "ANNULE"]),
    ("EN_COURS", &["EN_ATTENTE", "RESOLU", "ANNULE"]),
    ("EN_ATTENTE", &["EN_COURS", "RESOLU", "FERME", "ANNULE"]),
    ("RESOLU", &["FERME"]),
    ("FERME", &[]),
    ("ANNULE", &[]),
];

fn leads(from: &str, to: &str) -> bool {
    LEADS.iter().any(|(status, next)| *status == from && next.contains(&to))
}

on_both! {
    async fn the_rows_times_are_those_of_its_events(server: &Server) {
        const TICKETS: u64 = 12;
        const STEPS: usize = 40;
        let site = server.site().await;
        let (client, admin) = (site.client(), site.admin());
        let agent = site.staka.as_actor(Ctx::user(site.corrector.clone(), Role::Corrector));
        let mut other = site.db.connect().await;
        let (mut done, mut refused) = (0, 0);
        for seed in 0..TICKETS {
            let mut draw = Pcg64Mcg::seed_from_u64(seed);
            let id = opened(&client, "Marche au hasard").await.id;
            let mut hand = Reckoned { status: "OUVERT", assigned: false, first: None, resolved: None, closed: None };
            for step in 0..STEPS {
                site.clock.advance(Duration::from_millis(draw.random_range(0..3) * draw.random_range(0..20_000_000)));
                let now = site.now();
                let before = hand.clone();
                let ended = matches!(hand.status, "RESOLU" | "FERME" | "ANNULE");
                let closed = matches!(hand.status, "FERME" | "ANNULE");
                let word = SupportRequestStatus::VALUES[draw.random_range(0..6)];
                let to = SupportRequestStatus::from_word(word).unwrap();
                let team = if hand.assigned && draw.random_range(0..2) == 0 { &agent } else { &admin };
                let act = draw.random_range(0..11);
                // What is done, and whether it must go well.
                let (outcome, goes): (Result<SupportTicket>, bool) = match act {
                    0 => {
                        if !closed && matches!(hand.status, "EN_ATTENTE" | "RESOLU") {
                            hand.goes(hand.up(), now);
                        }
                        (client.support().reply(&id, "Alors ?".to_owned(), None, None).await, !closed)
                    }
                    1 | 2 => {
                        let with = (act == 2).then_some(to);
                        let goes = !closed && with.as_ref().is_none_or(|_| word == hand.status || leads(hand.status, word));
                        if goes {
                            hand.first = hand.first.or(Some(now));
                            if with.is_some() && word != hand.status {
                                hand.goes(word, now);
                            } else if with.is_none() && hand.status == "OUVERT" {
                                hand.goes("EN_COURS", now);
                            }
                        }
                        (team.support().reply(&id, "Voici.".to_owned(), with, None).await, goes)
                    }
                    3 => (team.support().note(&id, "Entre nous.".to_owned()).await, true),
                    4 => {
                        hand.assigned |= !closed;
                        (admin.support().assign(&id, &site.corrector, None).await, !closed)
                    }
                    5 => {
                        let goes = hand.assigned;
                        hand.assigned = false;
                        (team.support().unassign(&id, None).await, goes)
                    }
                    6 | 7 => {
                        let goes = leads(hand.status, word);
                        if goes {
                            hand.goes(word, now);
                        }
                        (team.support().change_status(&id, to, None).await, goes)
                    }
                    8 => {
                        if ended {
                            hand.goes(hand.up(), now);
                        }
                        (client.support().reopen(&id, None).await, ended)
                    }
                    9 => {
                        let priority = SupportPriority::from_word(SupportPriority::VALUES[draw.random_range(0..5)]).unwrap();
                        (team.support().set_priority(&id, priority, None).await, true)
                    }
                    _ => {
                        // Another backend moves it as Prisma would, with its times as they must be.
                        hand.goes(word, now);
                        if before.status == word {
                            hand = before.clone();
                        }
                        if word == "RESOLU" || !matches!(word, "FERME" | "ANNULE") {
                            hand.closed = None;
                        }
                        let time = |at: Option<Timestamp>| at.map_or("NULL".to_owned(), |at| format!("'{}'", at.to_string().trim_end_matches('Z').replace('T', " ")));
                        let sql = format!(
                            "UPDATE support_requests SET status = '{}', resolvedAt = {}, closedAt = {}, updatedAt = GREATEST({}, updatedAt + INTERVAL 1000 MICROSECOND) WHERE id = '{id}'",
                            hand.status, time(hand.resolved), time(hand.closed), time(Some(now)),
                        );
                        other.execute(AssertSqlSafe(sql)).await.unwrap();
                        (admin.support().note(&id, "Vu.".to_owned()).await, true)
                    }
                };
                match (&outcome, goes) {
                    (Ok(_), true) => done += 1,
                    (Err(error), false) => {
                        assert_eq!(error.kind(), ErrorKind::Conflict, "{seed}/{step}: {error}");
                        refused += 1;
                    }
                    _ => panic!("{seed}/{step}: act {act} on {before:?}: {outcome:?}, {goes} was meant"),
                }
                let row = admin.support().get(&id).await.unwrap().unwrap().ticket;
                let facts = support_events::facts(&mut site.staka.acquire().await.unwrap(), &id).await.unwrap();
                let given = Timeline::of(&facts).unwrap();
                assert_eq!(given.status, row.status, "{seed}/{step}: act {act}");
                assert_eq!(given.priority, row.priority);
                assert_eq!((given.first_response_at, given.resolved_at, given.closed_at), (row.first_response_at, row.resolved_at, row.closed_at), "{seed}/{step}: act {act}");
                let found = Reckoned {
                    status: hand.status, assigned: row.assigned_to_id.is_some(), first: row.first_response_at, resolved: row.resolved_at, closed: row.closed_at,
                };
                assert_eq!((row.status.as_str(), &found), (hand.status, &hand), "{seed}/{step}: act {act} on {before:?}");
                if let Ok(answer) = outcome {
                    assert_eq!(answer, row);
                }
            }
        }
        println!("{done} acts on {TICKETS} tickets, {refused} refused");
        assert!(done > 200 && refused > 50);
        assert_eq!(wrong(&site.staka).await, [""; 0]);
    }
}
