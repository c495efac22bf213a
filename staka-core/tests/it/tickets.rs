//! Support tickets: what each act does and refuses; what must not happen.

use std::time::Duration;

use serde_json::json;
use sqlx::{AssertSqlSafe, Executor};
use staka_core::base::business_minutes;
use staka_core::maintenance::verify::{self, Severity};
use staka_core::model::view::{QueuedTicket, SupportTicket};
use staka_core::model::*;
use staka_core::repo::{audit_logs, notifications, support_events};
use staka_core::{
    Ctx, ErrorKind, Match, Page, Session, Staka, TextEnum, TicketDraft, TicketList, TicketOrder, TicketSearch,
    TicketSort, Timestamp,
};

use crate::notices_support::Site;
use crate::orders_support::{faulty, kind};
use crate::seeded::table;
use crate::support::on_both;

pub fn draft(title: &str) -> TicketDraft {
    TicketDraft { title: title.to_owned(), description: "Rien ne va plus.".to_owned(), ..TicketDraft::default() }
}

pub async fn opened(session: &Session, title: &str) -> SupportTicket {
    session.support().open(draft(title), None).await.unwrap()
}

fn corrector(site: &Site) -> Session {
    site.staka.as_actor(Ctx::user(site.corrector.clone(), Role::Corrector))
}

/// The titles of what somebody was told, by name: the clock stands still.
async fn told(staka: &Staka, user: &UserId) -> Vec<String> {
    let filter = NotificationFilter { user_id: Match::Is(user.clone()), ..NotificationFilter::default() };
    let all = notifications::list(&mut staka.acquire().await.unwrap(), &filter, &Page::of(500)).await.unwrap();
    let mut titles: Vec<String> = all.items.into_iter().map(|notification| notification.title).collect();
    titles.sort();
    titles
}

/// The actions that the audit log holds about a ticket, by name.
async fn journal(staka: &Staka, id: &SupportRequestId) -> Vec<String> {
    let filter = AuditLogFilter { target_id: Match::Is(id.to_string()), ..AuditLogFilter::default() };
    let all = audit_logs::list(&mut staka.acquire().await.unwrap(), &filter, &Page::of(500)).await.unwrap().items;
    let mut actions: Vec<String> = all.into_iter().map(|entry| entry.action).collect();
    actions.sort();
    actions
}

async fn history(session: &Session, id: &SupportRequestId) -> Vec<(String, Option<String>)> {
    let all = session.support().history(id, Page::default()).await.unwrap();
    all.items.into_iter().map(|event| (event.kind.as_str().to_owned(), event.after.or(event.body))).collect()
}

/// What the checks of tickets find that is wrong.
pub async fn wrong(staka: &Staka) -> Vec<String> {
    let mut found = Vec::new();
    let mut conn = staka.acquire().await.unwrap();
    for check in verify::checks().into_iter().filter(|check| check.name.starts_with("support.")) {
        let checked = verify::check(&mut conn, check).await.unwrap();
        assert_eq!(checked.skipped, None);
        if checked.severity == Severity::Error {
            found.extend(
                checked.findings.into_iter().map(|it| format!("{}: {} {}", check.name, it.subject, it.problem)),
            );
        }
    }
    found
}

fn status(word: &str) -> SupportRequestStatus {
    SupportRequestStatus::from_word(word).unwrap()
}

on_both! {
    async fn a_ticket_is_opened_for_oneself_and_both_sides_are_told(server: &Server) {
        let site = server.site().await;
        let wanted = TicketDraft {
            title: "  Ma facture 🧾 ".to_owned(),
            description: " Elle est\nvide. ".to_owned(),
            category: Some(SupportCategory::Facturation),
            priority: Some(SupportPriority::Haute),
            source: Some(" web ".to_owned()),
        };
        let made = site.client().support().open(wanted.clone(), None).await.unwrap();
        assert_eq!((&*made.title, &*made.description, made.source.as_deref()), ("Ma facture 🧾", "Elle est\nvide.", Some("web")));
        assert_eq!((&made.user_id, &made.status, made.assigned_to_id.as_ref()), (&site.client, &status("OUVERT"), None));
        assert_eq!((made.first_response_at, made.resolved_at, made.closed_at, made.tags.len()), (None, None, None, 0));
        assert_eq!(told(&site.staka, &site.client).await, ["Demande enregistrée"]);
        assert_eq!(told(&site.staka, &site.admin).await, ["Nouvelle demande d’aide"]);
        assert_eq!(told(&site.staka, &site.former_admin).await, [""; 0]);
        assert_eq!(journal(&site.staka, &made.id).await, [""; 0]);
        let detail = site.client().support().get(&made.id).await.unwrap().unwrap();
        assert_eq!((&detail.ticket, &detail.user.id, detail.replies), (&made, &site.client, 0));
        // For somebody else: an administrator, whom the audit log names, and the program.
        let given = site.admin().support().open(draft("Pour elle"), Some(site.client.clone())).await.unwrap();
        assert_eq!((given.user_id, journal(&site.staka, &given.id).await), (site.client.clone(), vec!["TICKET_OPENED".to_owned()]));
        assert_eq!(faulty(site.system().support().open(draft("Pour qui"), None).await), ["user"]);
        let nobody: UserId = "nobody".parse().unwrap();
        assert_eq!(kind(&site.system().support().open(draft("Pour personne"), Some(nobody)).await), Some(ErrorKind::NotFound));
        assert_eq!(kind(&site.client().support().open(draft("Pour lui"), Some(site.stranger.clone())).await), Some(ErrorKind::Denied));
        let bad = TicketDraft {
            title: " ab ".to_owned(),
            description: " \n".to_owned(),
            priority: Some(SupportPriority::Critique),
            source: Some("x".repeat(101)),
            ..TicketDraft::default()
        };
        assert_eq!(faulty(site.client().support().open(bad, None).await), ["title", "description", "source", "priority"]);
        let urgent = TicketDraft { priority: Some(SupportPriority::Critique), ..draft("Urgent") };
        assert!(site.admin().support().open(urgent, None).await.is_ok(), "the team decides");
        let long = TicketDraft { description: "é".repeat(32_768), title: "é".repeat(256), ..TicketDraft::default() };
        assert_eq!(faulty(site.client().support().open(long, None).await), ["title", "description"]);
    }

    async fn the_first_response_is_given_once_and_is_the_teams_word(server: &Server) {
        let site = server.site().await;
        let made = opened(&site.client(), "Où est mon manuscrit ?").await;
        let step = |minutes: u64| site.clock.advance(Duration::from_secs(60 * minutes));
        // None of these is a response.
        step(1);
        site.client().support().reply(&made.id, "Allô ?".to_owned(), None, None).await.unwrap();
        site.admin().support().assign(&made.id, &site.corrector, None).await.unwrap();
        corrector(&site).support().note(&made.id, "Il est chez Colin.".to_owned()).await.unwrap();
        let moved = corrector(&site).support().change_status(&made.id, status("EN_COURS"), None).await.unwrap();
        assert_eq!(moved.first_response_at, None);
        step(1);
        let answered = corrector(&site).support().reply(&made.id, " Il arrive. ".to_owned(), None, None).await.unwrap();
        assert_eq!(answered.first_response_at, Some(site.now()));
        step(1);
        let again = site.admin().support().reply(&made.id, "Bientôt.".to_owned(), None, None).await.unwrap();
        assert_eq!(again.first_response_at, answered.first_response_at);
        // It outlives a solution and its reopening.
        site.admin().support().change_status(&made.id, status("RESOLU"), None).await.unwrap();
        let back = site.client().support().reopen(&made.id, None).await.unwrap();
        assert_eq!((back.first_response_at, back.resolved_at), (answered.first_response_at, None));
        let detail = site.client().support().get(&made.id).await.unwrap().unwrap();
        assert_eq!((detail.replies, detail.assigned_to.unwrap().id), (3, site.corrector.clone()));
        assert_eq!(wrong(&site.staka).await, [""; 0]);
    }

    async fn a_clients_word_ends_the_wait_and_takes_up_what_was_solved(server: &Server) {
        let site = server.site().await;
        let made = opened(&site.client(), "Mon compte").await;
        let reply = async |session: Session, to: Option<&str>| {
            session.support().reply(&made.id, "Bonjour.".to_owned(), to.map(status), None).await
        };
        assert_eq!(reply(site.client(), None).await.unwrap().status, status("OUVERT"));
        assert_eq!(reply(site.admin(), None).await.unwrap().status, status("EN_COURS"), "taken up by the first word");
        assert_eq!(reply(site.admin(), Some("EN_ATTENTE")).await.unwrap().status, status("EN_ATTENTE"));
        assert_eq!(reply(site.admin(), None).await.unwrap().status, status("EN_ATTENTE"));
        assert_eq!(reply(site.client(), None).await.unwrap().status, status("OUVERT"), "nobody takes care of it");
        site.admin().support().assign(&made.id, &site.corrector, None).await.unwrap();
        assert_eq!(kind(&reply(site.client(), Some("RESOLU")).await), Some(ErrorKind::Denied));
        let solved = reply(corrector(&site), Some("RESOLU")).await.unwrap();
        assert_eq!(solved.resolved_at, Some(site.now()));
        assert_eq!(reply(corrector(&site), Some("RESOLU")).await.unwrap().resolved_at, solved.resolved_at, "it stands there");
        assert_eq!(kind(&reply(corrector(&site), Some("EN_ATTENTE")).await), Some(ErrorKind::Conflict));
        let back = reply(site.client(), None).await.unwrap();
        assert_eq!((back.status, back.resolved_at), (status("EN_COURS"), None));
        // What is closed is silent, and nothing is left of a reply that failed.
        site.client().support().change_status(&made.id, status("ANNULE"), None).await.unwrap();
        let before = history(&site.admin(), &made.id).await;
        for session in [site.client(), site.admin()] {
            assert_eq!(kind(&reply(session, None).await), Some(ErrorKind::Conflict));
        }
        assert_eq!(history(&site.admin(), &made.id).await, before);
        assert_eq!(faulty(site.client().support().reply(&made.id, " \n ".to_owned(), None, None).await), ["body"]);
        assert_eq!(faulty(site.admin().support().note(&made.id, "a\0".to_owned()).await), ["body"]);
        assert_eq!(faulty(site.admin().support().note(&made.id, "é".to_owned().repeat(32_768)).await), ["body"]);
        let agent = told(&site.staka, &site.corrector).await;
        assert_eq!(agent, ["Demande close", "Nouveau message dans une demande", "Une demande vous est confiée"]);
    }

    async fn a_note_never_reaches_the_client(server: &Server) {
        let site = server.site().await;
        let made = opened(&site.client(), "Une question").await;
        site.admin().support().assign(&made.id, &site.corrector, None).await.unwrap();
        let before = told(&site.staka, &site.client).await;
        corrector(&site).support().note(&made.id, "Il a déjà demandé trois fois. SECRET".to_owned()).await.unwrap();
        corrector(&site).support().set_priority(&made.id, SupportPriority::Faible, None).await.unwrap();
        assert_eq!(told(&site.staka, &site.client).await, before);
        corrector(&site).support().reply(&made.id, "Voici.".to_owned(), None, None).await.unwrap();
        let seen = history(&site.client(), &made.id).await;
        let kinds: Vec<&str> = seen.iter().map(|event| &*event.0).collect();
        assert_eq!(kinds, ["OPENED", "REPLIED", "STATUS"]);
        for operation in ["support.history", "support.get"] {
            let input = json!({"id": made.id, }).to_string();
            let bytes = site.client().call(operation, &input).await.unwrap();
            assert!(!String::from_utf8(bytes).unwrap().contains("SECRET"), "{operation}");
        }
        let all: Vec<String> = history(&corrector(&site), &made.id).await.into_iter().map(|event| event.0).collect();
        assert_eq!(all, ["OPENED", "ASSIGNED", "NOTED", "PRIORITY", "REPLIED", "STATUS"]);
        assert_eq!(kind(&site.stranger().support().history(&made.id, Page::default()).await), Some(ErrorKind::Denied));
        // A page at a time it is the same.
        let paged = crate::notices_support::walked(2, async |page| site.client().support().history(&made.id, page).await.unwrap()).await;
        assert_eq!(paged.iter().map(|event| event.place).collect::<Vec<_>>(), [1, 5, 6]);
        assert_eq!(paged[1].actor.as_ref().unwrap().id, site.corrector);
    }

    async fn a_ticket_goes_where_the_table_leads_and_nowhere_else(server: &Server) {
        let site = server.site().await;
        let all = SupportRequestStatus::VALUES;
        // The way to each status from the opening.
        let way = |to: &'static str| match to {
            "OUVERT" => vec![],
            "FERME" => vec!["RESOLU", "FERME"],
            other => vec![other],
        };
        for from in all {
            for to in all {
                let made = opened(&site.client(), "Girouette").await;
                for step in way(from) {
                    site.admin().support().change_status(&made.id, status(step), None).await.unwrap();
                }
                site.clock.advance(Duration::from_secs(60));
                let leads = status(from).next().contains(&status(to));
                let by_client = site.client().support().change_status(&made.id, status(to), None).await;
                if !matches!(*to, "FERME" | "ANNULE") {
                    assert_eq!(kind(&by_client), Some(ErrorKind::Denied), "{from} to {to} by the client");
                    let moved = site.admin().support().change_status(&made.id, status(to), None).await;
                    assert_eq!(kind(&moved), (!leads).then_some(ErrorKind::Conflict), "{from} to {to}");
                } else {
                    assert_eq!(kind(&by_client), (!leads).then_some(ErrorKind::Conflict), "{from} to {to} by the client");
                }
                let row = site.admin().support().get(&made.id).await.unwrap().unwrap().ticket;
                if leads {
                    assert_eq!(row.closed_at, matches!(*to, "FERME" | "ANNULE").then(|| site.now()), "{from} to {to}");
                    assert_eq!(row.resolved_at.is_some(), *to == "RESOLU" || *from == "RESOLU", "{from} to {to}");
                }
                // Reopened from where it ended, and only from there.
                let reopened = site.client().support().reopen(&made.id, None).await;
                assert_eq!(reopened.is_ok(), !row.status.is_open(), "{}", row.status);
                if let Ok(back) = reopened {
                    assert_eq!((back.status, back.resolved_at, back.closed_at), (status("OUVERT"), None, None));
                }
            }
        }
        let late = opened(&site.client(), "Trop tard").await;
        site.admin().support().note(&late.id, "Lu.".to_owned()).await.unwrap();
        let refused = site.admin().support().change_status(&late.id, status("EN_COURS"), Some(late.updated_at)).await;
        assert_eq!(kind(&refused), Some(ErrorKind::Precondition));
        assert_eq!(wrong(&site.staka).await, [""; 0]);
    }

    async fn only_the_team_takes_care_of_a_ticket_and_only_while_it_is_the_team(server: &Server) {
        let site = server.site().await;
        let made = opened(&site.client(), "À qui ?").await;
        for nobody in [&site.client, &site.former_admin, &"nobody".parse().unwrap()] {
            let refused = site.admin().support().assign(&made.id, nobody, None).await;
            assert_eq!(kind(&refused), Some(ErrorKind::Conflict), "{nobody}");
        }
        assert_eq!(kind(&corrector(&site).support().get(&made.id).await), Some(ErrorKind::Denied));
        let given = site.admin().support().assign(&made.id, &site.corrector, Some(made.updated_at)).await.unwrap();
        assert_eq!((given.assigned_to_id.as_ref(), &given.status), (Some(&site.corrector), &status("OUVERT")));
        let same = site.admin().support().assign(&made.id, &site.corrector, None).await.unwrap();
        assert_eq!(same, given, "nothing happens twice");
        assert!(corrector(&site).support().sla(&made.id).await.unwrap().is_some());
        assert_eq!(kind(&site.client().support().sla(&made.id).await), Some(ErrorKind::Denied));
        // Whoever loses the role loses the ticket's sight, whatever the session says.
        site.system().users().set_role(&site.corrector, Role::User).await.unwrap();
        assert_eq!(kind(&corrector(&site).support().get(&made.id).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&corrector(&site).support().note(&made.id, "Encore là.".to_owned()).await), Some(ErrorKind::Denied));
        site.system().users().set_role(&site.corrector, Role::Corrector).await.unwrap();
        let back = corrector(&site).support().unassign(&made.id, None).await.unwrap();
        assert_eq!(back.assigned_to_id, None);
        assert_eq!(kind(&site.admin().support().unassign(&made.id, None).await), Some(ErrorKind::Conflict));
        assert_eq!(journal(&site.staka, &made.id).await, ["TICKET_ASSIGNED", "TICKET_UNASSIGNED"]);
        site.client().support().change_status(&made.id, status("ANNULE"), None).await.unwrap();
        assert_eq!(kind(&site.admin().support().assign(&made.id, &site.corrector, None).await), Some(ErrorKind::Conflict));
        assert_eq!(told(&site.staka, &site.corrector).await, ["Une demande vous est confiée"]);
    }

    async fn tags_are_a_list_whoever_wrote_the_column(server: &Server) {
        let site = server.site().await;
        let made = opened(&site.client(), "Étiquettes").await;
        let words = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<String>>();
        let set = async |tags: &[&str]| site.admin().support().set_tags(&made.id, words(tags), None).await;
        assert_eq!(*set(&[" pdf ", "Facture", "PDF", "étranger"]).await.unwrap().tags, words(&["pdf", "Facture", "étranger"]));
        for bad in [&["a,b"][..], &["a", " "], &[&"é".repeat(51)], &["a\0"]] {
            assert_eq!(faulty(set(bad).await), ["tags"], "{bad:?}");
        }
        let many: Vec<String> = (0..21).map(|n| format!("t{n}")).collect();
        assert_eq!(faulty(site.admin().support().set_tags(&made.id, many, None).await), ["tags"]);
        let other = opened(&site.client(), "D'ailleurs").await;
        let mut conn = site.db.connect().await;
        let column = format!("UPDATE support_requests SET tags = ' facture ,, Urgent,%_' WHERE id = '{}'", other.id);
        conn.execute(AssertSqlSafe(column)).await.unwrap();
        let read = site.client().support().get(&other.id).await.unwrap().unwrap().ticket;
        assert_eq!(*read.tags, words(&["facture", "Urgent", "%_"]));
        let found = async |tag: &str| {
            let filter = TicketSearch { tag: Some(tag.to_owned()), ..TicketSearch::default() };
            site.admin().support().count(filter).await
        };
        for (tag, count) in [("FACTURE", 2), ("urgent", 1), ("pdf", 1), ("fact", 0), ("%", 0), ("%_", 1), ("etranger", 1), (" ", 2)] {
            assert_eq!(found(tag).await.unwrap(), count, "{tag}");
        }
        assert_eq!(faulty(found("a,b").await), ["tag"]);
        let used: Vec<(String, i64)> =
            site.admin().support().tags_in_use().await.unwrap().into_iter().map(|it| (it.tag, it.count)).collect();
        assert_eq!(used[0], ("Facture".to_owned(), 2));
        assert_eq!(used.len(), 5);
        assert_eq!(set(&[]).await.unwrap().tags.len(), 0);
        let event = history(&site.admin(), &made.id).await;
        assert_eq!(event[1], ("TAGS".to_owned(), Some("pdf,Facture,étranger".to_owned())));
        assert_eq!(event.last().unwrap(), &("TAGS".to_owned(), None));
    }

    async fn the_clock_counts_business_time_and_what_is_promised(server: &Server) {
        let site = server.site().await;
        // Monday, 14:00 in Paris.
        let made = opened(&site.client(), "Combien de temps ?").await;
        let step = |minutes: u64| site.clock.advance(Duration::from_secs(60 * minutes));
        let sla = async || site.admin().support().sla(&made.id).await.unwrap().unwrap();
        let now = sla().await;
        assert_eq!((now.first_response_target, now.resolution_target), (540, 2_700));
        assert_eq!(now.first_response_due.to_string(), "2026-06-16T12:00:00.000Z", "a day later");
        assert_eq!(now.resolution_due.unwrap().to_string(), "2026-06-22T12:00:00.000Z", "five days later, over a week-end");
        step(60);
        site.admin().support().reply(&made.id, "Laquelle ?".to_owned(), Some(status("EN_ATTENTE")), None).await.unwrap();
        step(3 * 1_440);
        let waits = sla().await;
        assert_eq!((waits.first_response_minutes, waits.worked_minutes, waits.runs), (Some(60), 60, false));
        assert_eq!((waits.resolution_due, waits.resolution_breached, waits.first_response_breached), (None, false, false));
        site.client().support().reply(&made.id, "Celle-ci.".to_owned(), None, None).await.unwrap();
        step(30);
        site.admin().support().set_priority(&made.id, SupportPriority::Critique, None).await.unwrap();
        let solved = site.admin().support().change_status(&made.id, status("RESOLU"), None).await.unwrap();
        let done = sla().await;
        assert_eq!((done.resolution_minutes, done.resolved_at), (Some(90), solved.resolved_at));
        assert_eq!((done.first_response_target, done.resolution_target), (540, 270), "each by the priority of its moment");
        // What is promised is data.
        let before = site.admin().support().policy().await.unwrap();
        assert_eq!(before.len(), 5);
        let after = site.admin().support().set_targets(SupportPriority::Critique, 30, 60).await.unwrap();
        assert_eq!((after[4].first_response, after[4].resolution), (30, 60));
        assert_eq!(site.admin().support().policy().await.unwrap(), after);
        assert!(sla().await.resolution_breached);
        for (first, resolution, fields) in [(0, 60, vec!["firstResponse"]), (60, 59, vec!["resolution"]), (270_001, 0, vec!["firstResponse", "resolution"])] {
            assert_eq!(faulty(site.admin().support().set_targets(SupportPriority::Haute, first, resolution).await), fields);
        }
        let june: [Timestamp; 2] = ["2026-06-01".parse().unwrap(), "2026-07-01".parse().unwrap()];
        let stats = site.admin().support().stats(june[0], june[1]).await.unwrap();
        assert_eq!((stats.total, stats.open, stats.reopened, stats.resolution_breached), (1, 0, 0, 1));
        assert_eq!((stats.first_response.p50, stats.resolution.p99), (Some(60), Some(90)));
        assert_eq!(journal(&site.staka, &"CRITIQUE".parse().unwrap()).await, ["SUPPORT_TARGETS_CHANGED"]);
    }

    async fn a_ticket_of_another_backend_begins_with_what_its_row_says(server: &Server) {
        let site = server.site().await;
        let mut conn = site.db.connect().await;
        let theirs = format!(
            "INSERT INTO support_requests (id, userId, title, description, priority, status, firstResponseAt, resolvedAt, createdAt, updatedAt) \
             VALUES ('theirs', '{}', 'D''avant', '…', 'HAUTE', 'RESOLU', '2026-06-01 08:00', '2026-06-02 08:00', '2026-06-01 07:00', '2026-06-03 08:00')",
            site.client
        );
        conn.execute(AssertSqlSafe(theirs)).await.unwrap();
        let id: SupportRequestId = "theirs".parse().unwrap();
        let words = |events: Vec<(String, Option<String>)>| events.into_iter().map(|event| event.0).collect::<Vec<_>>();
        assert_eq!(words(history(&site.client(), &id).await), ["OPENED", "REPLIED", "STATUS"]);
        let clock = site.admin().support().sla(&id).await.unwrap().unwrap();
        assert_eq!((clock.first_response_minutes, clock.resolution_minutes), (Some(60), Some(600)));
        site.client().support().reply(&id, "Pas encore.".to_owned(), None, None).await.unwrap();
        assert_eq!(words(history(&site.client(), &id).await), ["OPENED", "REPLIED", "STATUS", "REPLIED", "REOPENED"]);
        // That backend writes again, by its own lights.
        conn.execute("UPDATE support_requests SET status = 'FERME', priority = 'URGENTE', closedAt = '2026-06-15 12:30', updatedAt = '2026-06-15 12:30'").await.unwrap();
        site.clock.advance(Duration::from_secs(3_600));
        let noted = site.admin().support().note(&id, "Fermé par l'autre.".to_owned()).await.unwrap();
        assert_eq!(noted.closed_at.unwrap().to_string(), "2026-06-15T12:30:00.000Z");
        assert_eq!((&noted.status, &noted.priority), (&status("FERME"), &SupportPriority::Urgente));
        let all = history(&site.admin(), &id).await;
        assert_eq!(all[5..], [
            ("PRIORITY".to_owned(), Some("URGENTE".to_owned())),
            ("STATUS".to_owned(), Some("FERME".to_owned())),
            ("NOTED".to_owned(), Some("Fermé par l'autre.".to_owned())),
        ]);
        assert_eq!(wrong(&site.staka).await, [""; 0]);
        // What it must not write is found.
        conn.execute("UPDATE support_requests SET resolvedAt = '2026-05-01', firstResponseAt = NULL").await.unwrap();
        let found = wrong(&site.staka).await;
        assert_eq!(found.len(), 2, "{found:?}");
    }

    async fn what_happened_goes_with_the_account_of_who_asked(server: &Server) {
        let site = server.site().await;
        let made = opened(&site.client(), "Oubliez-moi").await;
        let kept = opened(&site.stranger(), "Et moi").await;
        site.admin().support().reply(&made.id, "Bien.".to_owned(), None, None).await.unwrap();
        site.admin().users().remove(&site.client).await.unwrap();
        let mut conn = site.staka.acquire().await.unwrap();
        assert!(support_events::facts(&mut conn, &made.id).await.unwrap().is_empty());
        assert_eq!(support_events::facts(&mut conn, &kept.id).await.unwrap().len(), 1);
        assert_eq!(wrong(&site.staka).await, [""; 0]);
    }

    async fn who_lost_the_role_sees_no_queue(server: &Server) {
        let site = server.site().await;
        let id = opened(&site.client(), "Ma facture").await.id;
        site.admin().support().assign(&id, &site.corrector, None).await.unwrap();
        assert_eq!(corrector(&site).support().queue(&site.corrector, None).await.unwrap().len(), 1);
        site.admin().users().set_role(&site.corrector, Role::User).await.unwrap();
        let as_user = site.staka.as_actor(Ctx::user(site.corrector.clone(), Role::User));
        assert_eq!(as_user.support().queue(&site.corrector, None).await.unwrap(), []);
    }

    async fn a_queue_is_by_urgency_and_then_by_what_is_due(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let all: Vec<SupportRequest> = table(&mut staka.acquire().await.unwrap()).await;
        let admin = &seeded.subjects.admin;
        let session = staka.as_actor(Ctx::user(admin.clone(), Role::Admin));
        let queue = session.support().queue(admin, Some(200)).await.unwrap();
        let open = all.iter().filter(|row| row.assigned_to_id.as_ref() == Some(admin) && row.status.is_open());
        assert_eq!(queue.len(), open.count().min(200));
        let key = |it: &QueuedTicket| (std::cmp::Reverse(it.ticket.priority.clone()), it.due_at.is_none(), it.due_at);
        assert!(queue.windows(2).all(|two| key(&two[0]) <= key(&two[1])));
        assert!(queue.iter().all(|it| it.due_at.is_some() || it.ticket.status == status("EN_ATTENTE")));
        assert!(queue.iter().any(|it| it.breached));
        let first = session.support().queue(admin, Some(1)).await.unwrap();
        assert_eq!(first[..], queue[..1]);
        assert_eq!(faulty(session.support().queue(admin, Some(0)).await), ["limit"]);
    }

    async fn the_demo_tickets_times_are_what_their_rows_say(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let all: Vec<SupportRequest> = table(&mut staka.acquire().await.unwrap()).await;
        for row in &all {
            let told = Timeline::of(&caught_up(row, None)).unwrap();
            assert_eq!((told.first_response_at, told.resolved_at, told.closed_at), (row.first_response_at, row.resolved_at, row.closed_at));
        }
        assert_eq!(wrong(&staka).await, [""; 0]);
        // The figures of three months, one by one.
        let (from, to): (Timestamp, Timestamp) = ("2026-01-31".parse().unwrap(), "2026-04-30".parse().unwrap());
        let within: Vec<&SupportRequest> = all.iter().filter(|row| from <= row.created_at && row.created_at < to).collect();
        let stats = staka.as_system().support().stats(from, to).await.unwrap();
        assert_eq!(stats.total as usize, within.len());
        let count = |wanted: &dyn Fn(&SupportRequest) -> bool| within.iter().filter(|row| wanted(row)).count() as i64;
        assert_eq!(stats.open, count(&|row| ["OUVERT", "EN_COURS", "EN_ATTENTE"].contains(&row.status.as_str())));
        for group in &stats.by_status {
            assert_eq!(group.count, count(&|row| row.status == group.status));
        }
        for group in &stats.by_priority {
            assert_eq!(group.count, count(&|row| row.priority == group.priority));
        }
        for group in &stats.by_category {
            assert_eq!(group.count, count(&|row| row.category == group.category));
        }
        let minutes = |of: &dyn Fn(&SupportRequest) -> Option<Timestamp>| -> Vec<i64> {
            within.iter().filter_map(|row| Some(business_minutes(staka_core::base::Zone::Europe__Paris, row.created_at, of(row)?))).collect()
        };
        for (given, minutes) in [(&stats.first_response, minutes(&|row| row.first_response_at)), (&stats.resolution, minutes(&|row| row.resolved_at))] {
            assert!(minutes.len() > 50);
            assert_eq!(given.count as usize, minutes.len());
            for (percent, value) in [(50, given.p50), (90, given.p90), (95, given.p95), (99, given.p99)] {
                let at_most = |most: i64| minutes.iter().filter(|minutes| **minutes <= most).count() * 100;
                let smallest = minutes.iter().copied().filter(|most| at_most(*most) >= percent * minutes.len()).min();
                assert_eq!(value, smallest, "p{percent}");
            }
        }
        assert_eq!(faulty(staka.as_system().support().stats(to, from).await), ["to"]);
    }

    async fn administrators_find_tickets(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let all: Vec<SupportRequest> = table(&mut staka.acquire().await.unwrap()).await;
        let (session, user) = (staka.as_system(), &seeded.subjects.light);
        let mine = session.support().list_mine(user, TicketList::default(), Page { total: true, ..Page::of(100) }).await.unwrap();
        assert_eq!(mine.total.unwrap() as usize, all.iter().filter(|row| row.user_id == *user).count());
        assert!(mine.items.windows(2).all(|two| two[0].created_at >= two[1].created_at));
        let filter = TicketSearch {
            status: Match::In(vec![status("OUVERT"), status("EN_COURS")]),
            priority: Match::Is(SupportPriority::Urgente),
            assigned_to_id: Match::Null,
            ..TicketSearch::default()
        };
        let wanted = all.iter().filter(|row| {
            ["OUVERT", "EN_COURS"].contains(&row.status.as_str()) && row.priority == SupportPriority::Urgente && row.assigned_to_id.is_none()
        });
        let wanted = wanted.count();
        assert_eq!(session.support().count(filter.clone()).await.unwrap() as usize, wanted);
        let order = TicketOrder { sort: TicketSort::Priority, ..TicketOrder::default() };
        assert_eq!(session.support().search(filter, order, Page::of(100)).await.unwrap().items.len(), wanted.min(100));
        let client = TicketSearch { search: Some("LISON".to_owned()), ..TicketSearch::default() };
        let found = session.support().search(client, TicketOrder::default(), Page::of(100)).await.unwrap();
        assert!(found.items.iter().any(|it| it.user.id == *user));
    }
}
