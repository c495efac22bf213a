//! Support tickets: effects and errors of each operation.

use std::time::Duration;

use serde_json::json;
use sqlx::{AssertSqlSafe, Executor};
use staka_core::base::{Args, business_minutes};
use staka_core::model::view::{QueuedTicket, Ticket};
use staka_core::model::*;
use staka_core::repo::ticket_events;
use staka_core::verify::{self, Severity};
use staka_core::{
    Caller, ErrorKind, Match, NewTicket, PageRequest, Session, Staka, TextEnum, TicketFilter, TicketSort,
    TicketSortKey, Timestamp, UserTicketFilter,
};

use crate::notifying_support::Site;
use crate::orders_support::{invalid_fields, kind};
use crate::seeded::table;
use crate::support::{on_both, rows_where};

pub fn new_ticket(title: &str) -> NewTicket {
    NewTicket::new(title.to_owned(), "Rien ne va plus.")
}

pub async fn create_ticket(session: &Session, title: &str) -> Ticket {
    session.tickets().create(new_ticket(title), None).await.unwrap()
}

fn corrector(site: &Site) -> Session {
    site.staka.as_caller(Caller::user(site.corrector.clone(), Role::Corrector))
}

/// Returns the titles of a user's notifications, sorted by title because they all have the same time.
async fn notification_titles(staka: &Staka, user: &UserId) -> Vec<String> {
    let mut conn = staka.acquire().await.unwrap();
    let all: Vec<Notification> = rows_where(&mut conn, "`userId` = ?", Args::new().with(user)).await;
    let mut titles: Vec<String> = all.into_iter().map(|notification| notification.title).collect();
    titles.sort();
    titles
}

/// Returns the texts of a user's notifications with this title, sorted.
async fn notification_texts(staka: &Staka, user: &UserId, title: &str) -> Vec<String> {
    let mut conn = staka.acquire().await.unwrap();
    let all: Vec<Notification> = rows_where(&mut conn, "`userId` = ?", Args::new().with(user)).await;
    let mut texts: Vec<String> = all.into_iter().filter(|row| row.title == title).map(|row| row.message).collect();
    texts.sort();
    texts
}

/// Returns the actions of the audit log's entries about a ticket, sorted.
async fn audit_trail(staka: &Staka, id: &SupportRequestId) -> Vec<String> {
    let mut conn = staka.acquire().await.unwrap();
    let all: Vec<AuditLog> = rows_where(&mut conn, "`targetId` = ?", Args::new().with(id)).await;
    let mut actions: Vec<String> = all.into_iter().map(|entry| entry.action).collect();
    actions.sort();
    actions
}

async fn event_list(session: &Session, id: &SupportRequestId) -> Vec<(String, Option<String>)> {
    let all = session.tickets().list_events(id, PageRequest::default()).await.unwrap();
    all.items.into_iter().map(|event| (event.kind.as_str().to_owned(), event.after.or(event.body))).collect()
}

/// Returns the errors that the integrity checks of tickets find.
pub async fn check_errors(staka: &Staka) -> Vec<String> {
    let mut found = Vec::new();
    let mut conn = staka.acquire().await.unwrap();
    for check in verify::checks().into_iter().filter(|check| check.name.starts_with("tickets.")) {
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

fn status(name: &str) -> SupportRequestStatus {
    SupportRequestStatus::from_variant(name).unwrap()
}

on_both! {
    async fn a_user_creates_a_ticket_and_both_sides_are_notified(server: &Server) {
        let site = server.site().await;
        let new = NewTicket::new("  Ma facture 🧾 ", " Elle est\nvide. ").category(SupportCategory::Facturation).priority(SupportPriority::Haute).source(" web ");
        let ticket = site.client().tickets().create(new, None).await.unwrap();
        assert_eq!((&*ticket.title, &*ticket.description, ticket.source.as_deref()), ("Ma facture 🧾", "Elle est\nvide.", Some("web")));
        assert_eq!((&ticket.user_id, &ticket.status, ticket.assigned_to_id.as_ref()), (&site.client, &status("OUVERT"), None));
        assert_eq!((ticket.first_response_at, ticket.resolved_at, ticket.closed_at, ticket.tags.len()), (None, None, None, 0));
        assert_eq!(notification_titles(&site.staka, &site.client).await, ["Demande enregistrée"]);
        assert_eq!(notification_titles(&site.staka, &site.admin).await, ["Nouvelle demande d’aide"]);
        assert_eq!(notification_titles(&site.staka, &site.former_admin).await, [""; 0]);
        assert_eq!(audit_trail(&site.staka, &ticket.id).await, [""; 0]);
        let detail = site.client().tickets().get(&ticket.id).await.unwrap().unwrap();
        assert_eq!((&detail.ticket, &detail.user.id, detail.replies), (&ticket, &site.client, 0));
        // Administrators, recorded in the audit log, and the system create tickets for other users.
        let for_client = site.admin().tickets().create(new_ticket("Pour elle"), Some(site.client.clone())).await.unwrap();
        assert_eq!((for_client.user_id, audit_trail(&site.staka, &for_client.id).await), (site.client.clone(), vec!["TICKET_OPENED".to_owned()]));
        assert_eq!(invalid_fields(site.system().tickets().create(new_ticket("Pour qui"), None).await), ["user"]);
        let nobody: UserId = "nobody".parse().unwrap();
        assert_eq!(kind(&site.system().tickets().create(new_ticket("Pour personne"), Some(nobody)).await), Some(ErrorKind::NotFound));
        assert_eq!(kind(&site.client().tickets().create(new_ticket("Pour lui"), Some(site.other_user.clone())).await), Some(ErrorKind::Denied));
        let bad = NewTicket::new(" ab ", " \n").priority(SupportPriority::Critique).source("x".repeat(101));
        assert_eq!(invalid_fields(site.client().tickets().create(bad, None).await), ["title", "description", "source", "priority"]);
        let urgent = new_ticket("Urgent").priority(SupportPriority::Critique);
        assert!(site.admin().tickets().create(urgent, None).await.is_ok(), "administrators may set any priority");
        let long = NewTicket::new("é".repeat(256), "é".repeat(32_768));
        assert_eq!(invalid_fields(site.client().tickets().create(long, None).await), ["title", "description"]);
    }

    async fn the_first_response_is_the_teams_first_reply(server: &Server) {
        let site = server.site().await;
        let ticket = create_ticket(&site.client(), "Où est mon manuscrit ?").await;
        let step = |minutes: u64| site.clock.advance(Duration::from_secs(60 * minutes));
        // None of these is a response.
        step(1);
        site.client().tickets().reply(&ticket.id, "Allô ?".to_owned(), None, None).await.unwrap();
        site.admin().tickets().assign(&ticket.id, &site.corrector, None).await.unwrap();
        corrector(&site).tickets().add_note(&ticket.id, "Il est chez Colin.".to_owned()).await.unwrap();
        let in_progress = corrector(&site).tickets().set_status(&ticket.id, status("EN_COURS"), None).await.unwrap();
        assert_eq!(in_progress.first_response_at, None);
        step(1);
        let answered = corrector(&site).tickets().reply(&ticket.id, " Il arrive. ".to_owned(), None, None).await.unwrap();
        assert_eq!(answered.first_response_at, Some(site.now()));
        step(1);
        let again = site.admin().tickets().reply(&ticket.id, "Bientôt.".to_owned(), None, None).await.unwrap();
        assert_eq!(again.first_response_at, answered.first_response_at);
        // Resolving and reopening the ticket does not change it.
        site.admin().tickets().set_status(&ticket.id, status("RESOLU"), None).await.unwrap();
        let texts = notification_texts(&site.staka, &site.client, "Votre demande avance").await;
        assert_eq!(texts, [
            "Votre demande «\u{a0}Où est mon manuscrit ?\u{a0}» est en cours de traitement.",
            "Votre demande «\u{a0}Où est mon manuscrit ?\u{a0}» est résolue.",
        ]);
        let reopened = site.client().tickets().reopen(&ticket.id, None).await.unwrap();
        assert_eq!((reopened.first_response_at, reopened.resolved_at), (answered.first_response_at, None));
        let detail = site.client().tickets().get(&ticket.id).await.unwrap().unwrap();
        assert_eq!((detail.replies, detail.assigned_to.unwrap().id), (3, site.corrector.clone()));
        assert_eq!(check_errors(&site.staka).await, [""; 0]);
    }

    async fn a_clients_reply_resumes_a_waiting_or_resolved_ticket(server: &Server) {
        let site = server.site().await;
        let ticket = create_ticket(&site.client(), "Mon compte").await;
        let reply = async |session: Session, to: Option<&str>| {
            session.tickets().reply(&ticket.id, "Bonjour.".to_owned(), to.map(status), None).await
        };
        assert_eq!(reply(site.client(), None).await.unwrap().status, status("OUVERT"));
        assert_eq!(reply(site.admin(), None).await.unwrap().status, status("EN_COURS"), "the first reply starts the work");
        assert_eq!(reply(site.admin(), Some("EN_ATTENTE")).await.unwrap().status, status("EN_ATTENTE"));
        assert_eq!(reply(site.admin(), None).await.unwrap().status, status("EN_ATTENTE"));
        assert_eq!(reply(site.client(), None).await.unwrap().status, status("OUVERT"), "it has no agent");
        site.admin().tickets().assign(&ticket.id, &site.corrector, None).await.unwrap();
        assert_eq!(kind(&reply(site.client(), Some("RESOLU")).await), Some(ErrorKind::Denied));
        let solved = reply(corrector(&site), Some("RESOLU")).await.unwrap();
        assert_eq!(solved.resolved_at, Some(site.now()));
        assert_eq!(reply(corrector(&site), Some("RESOLU")).await.unwrap().resolved_at, solved.resolved_at, "it has that status already");
        assert_eq!(kind(&reply(corrector(&site), Some("EN_ATTENTE")).await), Some(ErrorKind::Conflict));
        let resumed = reply(site.client(), None).await.unwrap();
        assert_eq!((resumed.status, resumed.resolved_at), (status("EN_COURS"), None));
        // A closed ticket accepts no replies, and a failed reply leaves nothing.
        site.client().tickets().set_status(&ticket.id, status("ANNULE"), None).await.unwrap();
        let before = event_list(&site.admin(), &ticket.id).await;
        for session in [site.client(), site.admin()] {
            assert_eq!(kind(&reply(session, None).await), Some(ErrorKind::Conflict));
        }
        assert_eq!(event_list(&site.admin(), &ticket.id).await, before);
        assert_eq!(invalid_fields(site.client().tickets().reply(&ticket.id, " \n ".to_owned(), None, None).await), ["body"]);
        assert_eq!(invalid_fields(site.admin().tickets().add_note(&ticket.id, "a\0".to_owned()).await), ["body"]);
        assert_eq!(invalid_fields(site.admin().tickets().add_note(&ticket.id, "é".to_owned().repeat(32_768)).await), ["body"]);
        let titles = notification_titles(&site.staka, &site.corrector).await;
        assert_eq!(titles, ["Demande close", "Nouveau message dans une demande", "Une demande vous est confiée"]);
        // The texts are French; the data contains the values of the enums.
        let closed = notification_texts(&site.staka, &site.corrector, "Demande close").await;
        assert_eq!(closed, ["La demande «\u{a0}Mon compte\u{a0}» est annulée."]);
        let assigned = notification_texts(&site.staka, &site.corrector, "Une demande vous est confiée").await;
        assert_eq!(assigned, ["«\u{a0}Mon compte\u{a0}» est une demande de priorité normale."]);
        let data: Vec<serde_json::Value> = site
            .notifications()
            .await
            .into_iter()
            .filter(|row| row.title == "Demande close")
            .map(|row| serde_json::to_value(row.data).unwrap())
            .collect();
        assert_eq!(data[0]["statut"], "ANNULE", "{data:?}");
    }

    async fn a_note_never_reaches_the_client(server: &Server) {
        let site = server.site().await;
        let ticket = create_ticket(&site.client(), "Une question").await;
        site.admin().tickets().assign(&ticket.id, &site.corrector, None).await.unwrap();
        let before = notification_titles(&site.staka, &site.client).await;
        corrector(&site).tickets().add_note(&ticket.id, "Il a déjà demandé trois fois. SECRET".to_owned()).await.unwrap();
        corrector(&site).tickets().set_priority(&ticket.id, SupportPriority::Faible, None).await.unwrap();
        assert_eq!(notification_titles(&site.staka, &site.client).await, before);
        corrector(&site).tickets().reply(&ticket.id, "Voici.".to_owned(), None, None).await.unwrap();
        let visible = event_list(&site.client(), &ticket.id).await;
        let kinds: Vec<&str> = visible.iter().map(|event| &*event.0).collect();
        assert_eq!(kinds, ["OPENED", "REPLIED", "STATUS"]);
        for operation in ["tickets.list_events", "tickets.get"] {
            let input = json!({"id": ticket.id, }).to_string();
            let bytes = site.client().call(operation, &input).await.unwrap();
            assert!(!String::from_utf8(bytes).unwrap().contains("SECRET"), "{operation}");
        }
        let all: Vec<String> = event_list(&corrector(&site), &ticket.id).await.into_iter().map(|event| event.0).collect();
        assert_eq!(all, ["OPENED", "ASSIGNED", "NOTED", "PRIORITY", "REPLIED", "STATUS"]);
        assert_eq!(kind(&site.other_user().tickets().list_events(&ticket.id, PageRequest::default()).await), Some(ErrorKind::Denied));
        // Paging returns the same events.
        let paged = crate::notifying_support::all_pages(2, async |page| site.client().tickets().list_events(&ticket.id, page).await.unwrap()).await;
        assert_eq!(paged.iter().map(|event| event.place).collect::<Vec<_>>(), [1, 5, 6]);
        assert_eq!(paged[1].actor.as_ref().unwrap().id, site.corrector);
    }

    async fn a_status_changes_only_by_the_listed_transitions(server: &Server) {
        let site = server.site().await;
        let all = SupportRequestStatus::VALUES;
        // The transitions from the creation to each status.
        let path = |to: &'static str| match to {
            "OUVERT" => vec![],
            "FERME" => vec!["RESOLU", "FERME"],
            other => vec![other],
        };
        for from in all {
            for to in all {
                let ticket = create_ticket(&site.client(), "Girouette").await;
                for step in path(from) {
                    site.admin().tickets().set_status(&ticket.id, status(step), None).await.unwrap();
                }
                site.clock.advance(Duration::from_secs(60));
                let allowed = status(from).next().contains(&status(to));
                let by_client = site.client().tickets().set_status(&ticket.id, status(to), None).await;
                if !matches!(*to, "FERME" | "ANNULE") {
                    assert_eq!(kind(&by_client), Some(ErrorKind::Denied), "{from} to {to} by the client");
                    let by_admin = site.admin().tickets().set_status(&ticket.id, status(to), None).await;
                    assert_eq!(kind(&by_admin), (!allowed).then_some(ErrorKind::Conflict), "{from} to {to}");
                } else {
                    assert_eq!(kind(&by_client), (!allowed).then_some(ErrorKind::Conflict), "{from} to {to} by the client");
                }
                let row = site.admin().tickets().get(&ticket.id).await.unwrap().unwrap().ticket;
                if allowed {
                    assert_eq!(row.closed_at, matches!(*to, "FERME" | "ANNULE").then(|| site.now()), "{from} to {to}");
                    assert_eq!(row.resolved_at.is_some(), *to == "RESOLU" || *from == "RESOLU", "{from} to {to}");
                }
                // Only an ended ticket can be reopened.
                let reopened = site.client().tickets().reopen(&ticket.id, None).await;
                assert_eq!(reopened.is_ok(), !row.status.is_open(), "{}", row.status);
                if let Ok(ticket) = reopened {
                    assert_eq!((ticket.status, ticket.resolved_at, ticket.closed_at), (status("OUVERT"), None, None));
                }
            }
        }
        let late = create_ticket(&site.client(), "Trop tard").await;
        site.admin().tickets().add_note(&late.id, "Lu.".to_owned()).await.unwrap();
        let refused = site.admin().tickets().set_status(&late.id, status("EN_COURS"), Some(late.updated_at)).await;
        assert_eq!(kind(&refused), Some(ErrorKind::Precondition));
        assert_eq!(check_errors(&site.staka).await, [""; 0]);
    }

    async fn only_active_members_of_the_team_can_be_agents(server: &Server) {
        let site = server.site().await;
        let ticket = create_ticket(&site.client(), "À qui ?").await;
        for nobody in [&site.client, &site.former_admin, &"nobody".parse().unwrap()] {
            let refused = site.admin().tickets().assign(&ticket.id, nobody, None).await;
            assert_eq!(kind(&refused), Some(ErrorKind::Conflict), "{nobody}");
        }
        assert_eq!(kind(&corrector(&site).tickets().get(&ticket.id).await), Some(ErrorKind::Denied));
        let assigned = site.admin().tickets().assign(&ticket.id, &site.corrector, Some(ticket.updated_at)).await.unwrap();
        assert_eq!((assigned.assigned_to_id.as_ref(), &assigned.status), (Some(&site.corrector), &status("OUVERT")));
        let same = site.admin().tickets().assign(&ticket.id, &site.corrector, None).await.unwrap();
        assert_eq!(same, assigned, "a repeated assignment changes nothing");
        assert!(corrector(&site).tickets().get_sla(&ticket.id).await.unwrap().is_some());
        assert_eq!(kind(&site.client().tickets().get_sla(&ticket.id).await), Some(ErrorKind::Denied));
        // A user who lost the role cannot see the ticket, whatever role the session claims.
        site.system().users().set_role(&site.corrector, Role::User).await.unwrap();
        assert_eq!(kind(&corrector(&site).tickets().get(&ticket.id).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&corrector(&site).tickets().add_note(&ticket.id, "Encore là.".to_owned()).await), Some(ErrorKind::Denied));
        site.system().users().set_role(&site.corrector, Role::Corrector).await.unwrap();
        let unassigned = corrector(&site).tickets().unassign(&ticket.id, None).await.unwrap();
        assert_eq!(unassigned.assigned_to_id, None);
        assert_eq!(kind(&site.admin().tickets().unassign(&ticket.id, None).await), Some(ErrorKind::Conflict));
        assert_eq!(audit_trail(&site.staka, &ticket.id).await, ["TICKET_ASSIGNED", "TICKET_UNASSIGNED"]);
        site.client().tickets().set_status(&ticket.id, status("ANNULE"), None).await.unwrap();
        assert_eq!(kind(&site.admin().tickets().assign(&ticket.id, &site.corrector, None).await), Some(ErrorKind::Conflict));
        assert_eq!(notification_titles(&site.staka, &site.corrector).await, ["Une demande vous est confiée"]);
    }

    async fn tags_are_a_list_in_whatever_format_the_column_is(server: &Server) {
        let site = server.site().await;
        let ticket = create_ticket(&site.client(), "Étiquettes").await;
        let list = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<String>>();
        let set = async |tags: &[&str]| site.admin().tickets().set_tags(&ticket.id, list(tags), None).await;
        assert_eq!(*set(&[" pdf ", "Facture", "PDF", "étranger"]).await.unwrap().tags, list(&["pdf", "Facture", "étranger"]));
        for (bad, field) in [
            (&["a,b"][..], "tags"),
            (&["a", " "], "tags[1]"),
            (&[&"é".repeat(51)], "tags[0]"),
            (&["a\0"], "tags"),
        ] {
            assert_eq!(invalid_fields(set(bad).await), [field], "{bad:?}");
        }
        let many: Vec<String> = (0..21).map(|n| format!("t{n}")).collect();
        assert_eq!(invalid_fields(site.admin().tickets().set_tags(&ticket.id, many, None).await), ["tags"]);
        let other = create_ticket(&site.client(), "D'ailleurs").await;
        let mut conn = site.db.connect().await;
        let column = format!("UPDATE support_requests SET tags = ' facture ,, Urgent,%_' WHERE id = '{}'", other.id);
        conn.execute(AssertSqlSafe(column)).await.unwrap();
        let read = site.client().tickets().get(&other.id).await.unwrap().unwrap().ticket;
        assert_eq!(*read.tags, list(&["facture", "Urgent", "%_"]));
        let found = async |tag: &str| {
            let filter = TicketFilter::default().tag(tag.to_owned());
            site.admin().tickets().count(filter).await
        };
        for (tag, count) in [("FACTURE", 2), ("urgent", 1), ("pdf", 1), ("fact", 0), ("%", 0), ("%_", 1), ("etranger", 1), (" ", 2)] {
            assert_eq!(found(tag).await.unwrap(), count, "{tag}");
        }
        assert_eq!(invalid_fields(found("a,b").await), ["tag"]);
        let used: Vec<(String, i64)> =
            site.admin().tickets().list_tags().await.unwrap().into_iter().map(|it| (it.tag, it.count)).collect();
        assert_eq!(used[0], ("Facture".to_owned(), 2));
        assert_eq!(used.len(), 5);
        assert_eq!(set(&[]).await.unwrap().tags.len(), 0);
        let event = event_list(&site.admin(), &ticket.id).await;
        assert_eq!(event[1], ("TAGS".to_owned(), Some("pdf,Facture,étranger".to_owned())));
        assert_eq!(event.last().unwrap(), &("TAGS".to_owned(), None));
    }

    async fn sla_times_are_business_time_and_targets_are_data(server: &Server) {
        let site = server.site().await;
        // It is Monday, 14:00 in Paris.
        let ticket = create_ticket(&site.client(), "Combien de temps ?").await;
        let step = |minutes: u64| site.clock.advance(Duration::from_secs(60 * minutes));
        let sla = async || site.admin().tickets().get_sla(&ticket.id).await.unwrap().unwrap();
        let now = sla().await;
        assert_eq!((now.first_response_target, now.resolution_target), (540, 2_700));
        assert_eq!(now.first_response_due.to_string(), "2026-06-16T12:00:00.000Z", "a day later");
        assert_eq!(now.resolution_due.unwrap().to_string(), "2026-06-22T12:00:00.000Z", "five days later, over a week-end");
        step(60);
        site.admin().tickets().reply(&ticket.id, "Laquelle ?".to_owned(), Some(status("EN_ATTENTE")), None).await.unwrap();
        step(3 * 1_440);
        let waiting = sla().await;
        assert_eq!((waiting.first_response_minutes, waiting.worked_minutes, waiting.runs), (Some(60), 60, false));
        assert_eq!((waiting.resolution_due, waiting.resolution_breached, waiting.first_response_breached), (None, false, false));
        site.client().tickets().reply(&ticket.id, "Celle-ci.".to_owned(), None, None).await.unwrap();
        step(30);
        site.admin().tickets().set_priority(&ticket.id, SupportPriority::Critique, None).await.unwrap();
        let resolved = site.admin().tickets().set_status(&ticket.id, status("RESOLU"), None).await.unwrap();
        let done = sla().await;
        assert_eq!((done.resolution_minutes, done.resolved_at), (Some(90), resolved.resolved_at));
        assert_eq!((done.first_response_target, done.resolution_target), (540, 270), "each by the priority at its time");
        // The targets are data.
        let before = site.admin().tickets().list_sla_targets().await.unwrap();
        assert_eq!(before.len(), 5);
        let after = site.admin().tickets().set_sla_targets(SupportPriority::Critique, 30, 60).await.unwrap();
        assert_eq!((after[4].first_response, after[4].resolution), (30, 60));
        assert_eq!(site.admin().tickets().list_sla_targets().await.unwrap(), after);
        assert!(sla().await.resolution_breached);
        for (first, resolution, fields) in [(0, 60, vec!["firstResponse"]), (60, 59, vec!["resolution"]), (270_001, 0, vec!["firstResponse", "resolution"])] {
            assert_eq!(invalid_fields(site.admin().tickets().set_sla_targets(SupportPriority::Haute, first, resolution).await), fields);
        }
        let june: [Timestamp; 2] = ["2026-06-01".parse().unwrap(), "2026-07-01".parse().unwrap()];
        let stats = site.admin().tickets().stats(june[0], june[1]).await.unwrap();
        assert_eq!((stats.total, stats.open, stats.reopened, stats.resolution_breached), (1, 0, 0, 1));
        assert_eq!((stats.first_response.p50, stats.resolution.p99), (Some(60), Some(90)));
        assert_eq!(audit_trail(&site.staka, &"CRITIQUE".parse().unwrap()).await, ["SUPPORT_TARGETS_CHANGED"]);
    }

    async fn events_of_a_ticket_by_another_program_are_derived_from_its_row(server: &Server) {
        let site = server.site().await;
        let mut conn = site.db.connect().await;
        let insert = format!(
            "INSERT INTO support_requests (id, userId, title, description, priority, status, firstResponseAt, resolvedAt, createdAt, updatedAt) \
             VALUES ('theirs', '{}', 'D''avant', '…', 'HAUTE', 'RESOLU', '2026-06-01 08:00', '2026-06-02 08:00', '2026-06-01 07:00', '2026-06-03 08:00')",
            site.client
        );
        conn.execute(AssertSqlSafe(insert)).await.unwrap();
        let id: SupportRequestId = "theirs".parse().unwrap();
        let kinds = |events: Vec<(String, Option<String>)>| events.into_iter().map(|event| event.0).collect::<Vec<_>>();
        assert_eq!(kinds(event_list(&site.client(), &id).await), ["OPENED", "REPLIED", "STATUS"]);
        let clock = site.admin().tickets().get_sla(&id).await.unwrap().unwrap();
        assert_eq!((clock.first_response_minutes, clock.resolution_minutes), (Some(60), Some(600)));
        site.client().tickets().reply(&id, "Pas encore.".to_owned(), None, None).await.unwrap();
        assert_eq!(kinds(event_list(&site.client(), &id).await), ["OPENED", "REPLIED", "STATUS", "REPLIED", "REOPENED"]);
        // The other program changes the ticket again.
        conn.execute("UPDATE support_requests SET status = 'FERME', priority = 'URGENTE', closedAt = '2026-06-15 12:30', updatedAt = '2026-06-15 12:30'").await.unwrap();
        site.clock.advance(Duration::from_secs(3_600));
        let noted = site.admin().tickets().add_note(&id, "Fermé par l'autre.".to_owned()).await.unwrap();
        assert_eq!(noted.closed_at.unwrap().to_string(), "2026-06-15T12:30:00.000Z");
        assert_eq!((&noted.status, &noted.priority), (&status("FERME"), &SupportPriority::Urgente));
        let all = event_list(&site.admin(), &id).await;
        assert_eq!(all[5..], [
            ("PRIORITY".to_owned(), Some("URGENTE".to_owned())),
            ("STATUS".to_owned(), Some("FERME".to_owned())),
            ("NOTED".to_owned(), Some("Fermé par l'autre.".to_owned())),
        ]);
        assert_eq!(check_errors(&site.staka).await, [""; 0]);
        // Inconsistent times are found by the checks.
        conn.execute("UPDATE support_requests SET resolvedAt = '2026-05-01', firstResponseAt = NULL").await.unwrap();
        let found = check_errors(&site.staka).await;
        assert_eq!(found.len(), 2, "{found:?}");
    }

    async fn events_are_deleted_with_the_clients_account(server: &Server) {
        let site = server.site().await;
        let ticket = create_ticket(&site.client(), "Oubliez-moi").await;
        let kept = create_ticket(&site.other_user(), "Et moi").await;
        site.admin().tickets().reply(&ticket.id, "Bien.".to_owned(), None, None).await.unwrap();
        site.admin().users().delete(&site.client).await.unwrap();
        let mut conn = site.staka.acquire().await.unwrap();
        assert!(ticket_events::facts(&mut conn, &ticket.id).await.unwrap().is_empty());
        assert_eq!(ticket_events::facts(&mut conn, &kept.id).await.unwrap().len(), 1);
        assert_eq!(check_errors(&site.staka).await, [""; 0]);
    }

    async fn a_client_who_lost_the_role_of_an_agent_is_only_the_client(server: &Server) {
        let site = server.site().await;
        let id = create_ticket(&corrector(&site), "Mon propre accès").await.id;
        site.admin().tickets().assign(&id, &site.corrector, None).await.unwrap();
        corrector(&site).tickets().add_note(&id, "Je m’en occupe.".to_owned()).await.unwrap();
        let waiting = corrector(&site).tickets().reply(&id, "Je regarde.".to_owned(), Some(status("EN_ATTENTE")), None).await.unwrap();
        assert_eq!((waiting.status, waiting.first_response_at), (status("EN_ATTENTE"), Some(site.now())), "the agent's reply");
        assert_eq!(event_list(&corrector(&site), &id).await.len(), 5);
        site.system().users().set_role(&site.corrector, Role::User).await.unwrap();
        let client = site.staka.as_caller(Caller::user(site.corrector.clone(), Role::User));
        let with_status = client.tickets().reply(&id, "C’est réglé.".to_owned(), Some(status("RESOLU")), None).await;
        assert_eq!(kind(&with_status), Some(ErrorKind::Denied));
        assert_eq!(kind(&client.tickets().set_status(&id, status("RESOLU"), None).await), Some(ErrorKind::Denied));
        let told = notification_titles(&site.staka, &site.admin).await.len();
        let resumed = client.tickets().reply(&id, "Toujours en panne.", None, None).await.unwrap();
        assert_eq!(resumed.status, status("EN_COURS"), "a client's reply resumes the ticket");
        let told_later = notification_titles(&site.staka, &site.admin).await.len();
        assert_eq!(told_later, told + 1, "the administrators are told, as nobody works on it");
        let visible: Vec<String> = event_list(&client, &id).await.into_iter().map(|event| event.0).collect();
        assert_eq!(visible, ["OPENED", "REPLIED", "STATUS", "REPLIED", "STATUS"]);
        assert_eq!(check_errors(&site.staka).await, [""; 0]);
    }

    async fn a_user_who_lost_the_role_has_no_queue(server: &Server) {
        let site = server.site().await;
        let id = create_ticket(&site.client(), "Ma facture").await.id;
        site.admin().tickets().assign(&id, &site.corrector, None).await.unwrap();
        assert_eq!(corrector(&site).tickets().list_queue(&site.corrector, None).await.unwrap().len(), 1);
        site.admin().users().set_role(&site.corrector, Role::User).await.unwrap();
        let as_user = site.staka.as_caller(Caller::user(site.corrector.clone(), Role::User));
        assert_eq!(as_user.tickets().list_queue(&site.corrector, None).await.unwrap(), []);
    }

    async fn a_queue_is_sorted_by_priority_and_due_time(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let all: Vec<SupportRequest> = table(&mut staka.acquire().await.unwrap()).await;
        let admin = &seeded.subjects.admin;
        let session = staka.as_caller(Caller::user(admin.clone(), Role::Admin));
        let queue = session.tickets().list_queue(admin, Some(200)).await.unwrap();
        let open = all.iter().filter(|row| row.assigned_to_id.as_ref() == Some(admin) && row.status.is_open());
        assert_eq!(queue.len(), open.count().min(200));
        let key = |it: &QueuedTicket| (std::cmp::Reverse(it.ticket.priority.clone()), it.due_at.is_none(), it.due_at);
        assert!(queue.windows(2).all(|pair| key(&pair[0]) <= key(&pair[1])));
        assert!(queue.iter().all(|it| it.due_at.is_some() || it.ticket.status == status("EN_ATTENTE")));
        assert!(queue.iter().any(|it| it.breached));
        let first = session.tickets().list_queue(admin, Some(1)).await.unwrap();
        assert_eq!(first[..], queue[..1]);
        assert_eq!(invalid_fields(session.tickets().list_queue(admin, Some(0)).await), ["limit"]);
    }

    async fn times_and_statistics_of_the_demo_tickets_agree_with_their_rows(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let all: Vec<SupportRequest> = table(&mut staka.acquire().await.unwrap()).await;
        for row in &all {
            let derived = Timeline::of(&caught_up(row, None)).unwrap();
            assert_eq!((derived.first_response_at, derived.resolved_at, derived.closed_at), (row.first_response_at, row.resolved_at, row.closed_at));
        }
        assert_eq!(check_errors(&staka).await, [""; 0]);
        // The statistics of three months, recomputed from the rows.
        let (from, to): (Timestamp, Timestamp) = ("2026-01-31".parse().unwrap(), "2026-04-30".parse().unwrap());
        let within: Vec<&SupportRequest> = all.iter().filter(|row| from <= row.created_at && row.created_at < to).collect();
        let stats = staka.as_system().tickets().stats(from, to).await.unwrap();
        assert_eq!(stats.total as usize, within.len());
        let count = |matches: &dyn Fn(&SupportRequest) -> bool| within.iter().filter(|row| matches(row)).count() as i64;
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
        let minutes = |time: &dyn Fn(&SupportRequest) -> Option<Timestamp>| -> Vec<i64> {
            within.iter().filter_map(|row| Some(business_minutes(staka_core::base::Zone::Europe__Paris, row.created_at, time(row)?))).collect()
        };
        for (percentiles, minutes) in [(&stats.first_response, minutes(&|row| row.first_response_at)), (&stats.resolution, minutes(&|row| row.resolved_at))] {
            assert!(minutes.len() > 50);
            assert_eq!(percentiles.count as usize, minutes.len());
            for (percent, value) in [(50, percentiles.p50), (90, percentiles.p90), (95, percentiles.p95), (99, percentiles.p99)] {
                let at_most = |limit: i64| minutes.iter().filter(|minutes| **minutes <= limit).count() * 100;
                let smallest = minutes.iter().copied().filter(|limit| at_most(*limit) >= percent * minutes.len()).min();
                assert_eq!(value, smallest, "p{percent}");
            }
        }
        assert_eq!(invalid_fields(staka.as_system().tickets().stats(to, from).await), ["to"]);
    }

    async fn administrators_filter_and_sort_tickets(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let all: Vec<SupportRequest> = table(&mut staka.acquire().await.unwrap()).await;
        let (session, user) = (staka.as_system(), &seeded.subjects.light);
        let mine = session.tickets().list_by_user(user, UserTicketFilter::default(), PageRequest::of(100).total(true)).await.unwrap();
        assert_eq!(mine.total.unwrap() as usize, all.iter().filter(|row| row.user_id == *user).count());
        assert!(mine.items.windows(2).all(|pair| pair[0].created_at >= pair[1].created_at));
        let filter = TicketFilter::default().status(Match::In(vec![status("OUVERT"), status("EN_COURS")])).priority(SupportPriority::Urgente).assigned_to_id(Match::Null);
        let matching = all.iter().filter(|row| {
            ["OUVERT", "EN_COURS"].contains(&row.status.as_str()) && row.priority == SupportPriority::Urgente && row.assigned_to_id.is_none()
        });
        let matching = matching.count();
        assert_eq!(session.tickets().count(filter.clone()).await.unwrap() as usize, matching);
        let sort = TicketSort::by(TicketSortKey::Priority);
        assert_eq!(session.tickets().list(filter, sort, PageRequest::of(100)).await.unwrap().items.len(), matching.min(100));
        let client = TicketFilter::default().search("LISON");
        let found = session.tickets().list(client, TicketSort::default(), PageRequest::of(100)).await.unwrap();
        assert!(found.items.iter().any(|it| it.user.id == *user));
    }
}
