//! Orders: what each act does and refuses; what must not happen.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sqlx::{AssertSqlSafe, Executor};
use staka_core::base::NewRow;
use staka_core::model::*;
use staka_core::repo::{audit_logs, commandes, notifications};
use staka_core::{
    CommandeChange, CommandeList, CommandeManagement, CommandeOrder, CommandeSearch, CommandeSort, Ctx, Direction,
    ErrorKind, Match, Page, Patch, ProjectList, Staka, SystemClock, TextEnum, Timestamp,
};

use crate::orders_support::*;
use crate::support::on_both;

/// The actions that the audit log holds about an order, the oldest first.
async fn journal(staka: &Staka, id: &str) -> Vec<AuditLog> {
    let filter = AuditLogFilter { target_id: Match::Is(id.to_owned()), ..AuditLogFilter::default() };
    let mut all = audit_logs::list(&mut staka.acquire().await.unwrap(), &filter, &Page::of(500)).await.unwrap().items;
    all.sort_by_key(|entry| entry.timestamp);
    all
}

async fn told(staka: &Staka, user: &UserId) -> Vec<String> {
    let filter = NotificationFilter { user_id: Match::Is(user.clone()), ..NotificationFilter::default() };
    let all = notifications::list(&mut staka.acquire().await.unwrap(), &filter, &Page::of(500)).await.unwrap();
    all.items.into_iter().map(|notification| notification.title).collect()
}

/// An order at any statut.
async fn order_at(staka: &Staka, user: &UserId, statut: &StatutCommande) -> Commande {
    let row = Commande {
        statut: statut.clone(),
        date_finition: (*statut == StatutCommande::Termine).then(|| staka.clock().now()),
        ..NewCommande::new(user.clone(), "Mémoires d'une théière").into_row(&SystemClock).unwrap()
    };
    commandes::add(&mut staka.acquire().await.unwrap(), std::slice::from_ref(&row)).await.unwrap();
    row
}

on_both! {
    async fn an_order_is_made_for_oneself_and_both_sides_are_told(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (admin, admins) = signed_in(&staka, Role::Admin).await;
        let wanted = staka_core::CommandeDraft {
            titre: "  Où sont les 👩‍🚀 ? رواية  ".to_owned(),
            description: Some("Un récit\nde voyage".to_owned()),
            fichier_url: Some("https://files.example.org/m.docx".to_owned()),
            note_client: None,
            priorite: Some(Priorite::Haute),
        };
        let made = session.commandes().create(wanted.clone(), None).await.unwrap();
        assert_eq!(made.titre, "Où sont les 👩‍🚀 ? رواية");
        assert_eq!((&made.user_id, &made.statut, &made.priorite), (&user, &StatutCommande::EnAttente, &Priorite::Haute));
        assert_eq!((made.amount, &made.payment_status, made.date_finition), (None, &None, None));
        let detail = session.commandes().get(&made.id).await.unwrap().unwrap();
        assert_eq!(detail.commande, made);
        assert_eq!(told(&staka, &user).await, ["Commande enregistrée"]);
        assert_eq!(told(&staka, &admin).await, ["Nouvelle commande"]);
        assert!(journal(&staka, made.id.as_str()).await.is_empty());
        // For somebody else: an administrator, whom the audit log names, and the program.
        let given = admins.commandes().create(draft("Pour elle"), Some(user.clone())).await.unwrap();
        assert_eq!(given.user_id, user);
        assert_eq!(journal(&staka, given.id.as_str()).await[0].action, "COMMANDE_CREATED");
        staka.as_system().commandes().create(draft("Pour elle"), Some(user.clone())).await.unwrap();
        assert_eq!(faulty(staka.as_system().commandes().create(draft("Pour qui"), None).await), ["user"]);
        let refused = session.commandes().create(draft("Pour lui"), Some(admin.clone())).await;
        assert_eq!(kind(&refused), Some(ErrorKind::Denied));
        let nobody = staka.as_actor(Ctx::new(staka_core::Actor::Anonymous));
        assert_eq!(kind(&nobody.commandes().create(wanted, None).await), Some(ErrorKind::Unauthenticated));
    }

    async fn every_faulty_field_is_named_at_once(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let wrong = staka_core::CommandeDraft {
            titre: " ab ".to_owned(),
            description: Some("é".repeat(32_768)),
            fichier_url: Some("javascript:alert(1)".to_owned()),
            note_client: Some("a\0b".to_owned()),
            priorite: None,
        };
        let fields = faulty(session.commandes().create(wrong, None).await);
        assert_eq!(fields, ["titre", "description", "fichierUrl", "noteClient"]);
        for (titre, right) in [("é".repeat(100), true), ("é".repeat(101), false), ("abc".to_owned(), true), ("a\0bc".to_owned(), false)] {
            assert_eq!(session.commandes().create(draft(&titre), None).await.is_ok(), right, "{titre:?}");
        }
        let made = order(&session, "Mémoires").await;
        let wrong = CommandeChange {
            titre: Patch::Set("  ".to_owned()),
            description: Patch::Set(Some("\0".to_owned())),
            fichier_url: Patch::Set(Some("x".repeat(501))),
            note_client: Patch::Set(Some("é".repeat(32_768))),
        };
        let fields = faulty(session.commandes().update(&made.id, wrong, None).await);
        assert_eq!(fields, ["titre", "description", "fichierUrl", "noteClient"]);
    }

    async fn the_author_changes_an_order_while_it_waits(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let made = order(&session, "Mémoires").await;
        let change = CommandeChange {
            titre: Patch::Set(" Mémoires, tome II ".to_owned()),
            description: Patch::Set(Some("Suite".to_owned())),
            ..CommandeChange::default()
        };
        let changed = session.commandes().update(&made.id, change, Some(made.updated_at)).await.unwrap();
        assert_eq!((&*changed.titre, changed.description.as_deref()), ("Mémoires, tome II", Some("Suite")));
        assert!(changed.updated_at > made.updated_at);
        // Null is a value, absence is none, and nothing to change changes nothing.
        let null: CommandeChange = serde_json::from_str(r#"{"description": null}"#).unwrap();
        let nulled = session.commandes().update(&made.id, null, None).await.unwrap();
        assert_eq!((&*nulled.titre, nulled.description.as_deref()), ("Mémoires, tome II", None));
        assert_eq!(session.commandes().update(&made.id, CommandeChange::default(), None).await.unwrap(), nulled);
        let late = session.commandes().update(&made.id, CommandeChange::default(), Some(made.updated_at)).await;
        assert_eq!(kind(&late), Some(ErrorKind::Precondition));
        assert!(journal(&staka, made.id.as_str()).await.is_empty());
        admins.commandes().change_statut(&made.id, StatutCommande::EnCours, None).await.unwrap();
        let late = session.commandes().update(&made.id, CommandeChange::default(), None).await;
        assert_eq!(kind(&late), Some(ErrorKind::Conflict));
        assert!(late.unwrap_err().message().contains("EN_COURS"));
        let note = CommandeChange { note_client: Patch::Set(Some("dit au téléphone".to_owned())), ..CommandeChange::default() };
        admins.commandes().update(&made.id, note, None).await.unwrap();
        let entries = journal(&staka, made.id.as_str()).await;
        let last = entries.iter().find(|entry| entry.action == "COMMANDE_UPDATED").unwrap();
        let details = serde_json::to_string(&last.details).unwrap();
        assert!(details.contains("noteClient") && !details.contains("téléphone"), "{details}");
        assert_eq!(kind(&admins.commandes().update(no_order(), CommandeChange::default(), None).await), Some(ErrorKind::NotFound));
    }

    async fn the_team_decides_about_priority_date_and_note(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let made = order(&session, "Mémoires").await;
        let due: Timestamp = "2026-09-01T10:00:00.000Z".parse().unwrap();
        let management = CommandeManagement {
            priorite: Patch::Set(Priorite::Urgente),
            date_echeance: Patch::Set(Some(due)),
            note_correcteur: Patch::Set(Some("Très beau texte".to_owned())),
        };
        let managed = admins.commandes().manage(&made.id, management.clone(), Some(made.updated_at)).await.unwrap();
        assert_eq!((&managed.priorite, managed.date_echeance, managed.note_correcteur.as_deref()), (&Priorite::Urgente, Some(due), Some("Très beau texte")));
        assert_eq!(kind(&admins.commandes().manage(&made.id, management.clone(), Some(made.updated_at)).await), Some(ErrorKind::Precondition));
        let wrong = CommandeManagement { note_correcteur: Patch::Set(Some("\0".to_owned())), ..CommandeManagement::default() };
        assert_eq!(faulty(admins.commandes().manage(&made.id, wrong, None).await), ["noteCorrecteur"]);
        assert_eq!(kind(&session.commandes().manage(&made.id, management, None).await), Some(ErrorKind::Denied));
    }

    async fn the_table_of_transitions_is_what_happens(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, _) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let mut allowed = 0;
        for from in statuts() {
            for to in statuts() {
                let before = order_at(&staka, &user, &from).await;
                let outcome = admins.commandes().change_statut(&before.id, to.clone(), Some(before.updated_at)).await;
                let entries = journal(&staka, before.id.as_str()).await;
                match outcome {
                    Ok(after) => {
                        assert!(from.next().contains(&to), "{from} to {to}");
                        assert_eq!(after.statut, to);
                        // Set where it is done, cleared wherever it goes from there.
                        assert_eq!(after.date_finition.is_some(), to == StatutCommande::Termine, "{from} to {to}");
                        assert_eq!(entries.len(), 1);
                        assert_eq!(entries[0].action, "COMMANDE_STATUT_CHANGED");
                        allowed += 1;
                    }
                    Err(error) => {
                        assert!(!from.next().contains(&to), "{from} to {to}: {error}");
                        assert_eq!(error.kind(), ErrorKind::Conflict);
                        assert!(error.message().contains(from.as_str()) && error.message().contains(to.as_str()), "{error}");
                        assert!(entries.is_empty());
                        let after = admins.commandes().get(&before.id).await.unwrap().unwrap().commande;
                        assert_eq!(after, before);
                    }
                }
            }
        }
        assert_eq!(allowed, 11);
        assert_eq!(told(&staka, &user).await.iter().filter(|title| *title == "Votre commande avance").count(), 11);
    }

    async fn an_override_goes_anywhere_and_is_audited_with_its_reason(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        for from in statuts() {
            for to in statuts() {
                let before = order_at(&staka, &user, &from).await;
                let outcome = admins.commandes().override_statut(&before.id, to.clone(), " erreur de saisie ".to_owned(), None).await;
                if from == to {
                    assert_eq!(kind(&outcome), Some(ErrorKind::Conflict));
                    continue;
                }
                let after = outcome.unwrap();
                assert_eq!((&after.statut, after.date_finition.is_some()), (&to, to == StatutCommande::Termine));
                let entries = journal(&staka, before.id.as_str()).await;
                assert_eq!((&*entries[0].action, &entries[0].severity), ("COMMANDE_STATUT_OVERRIDDEN", &AuditSeverity::High));
                let details = serde_json::to_value(&entries[0].details).unwrap();
                assert_eq!(details, json!({"from": from.as_str(), "to": to.as_str(), "reason": "erreur de saisie"}));
            }
        }
        let made = order(&session, "Mémoires").await;
        for reason in ["", "  a ", "a\0bc", &"x".repeat(501)] {
            let outcome = admins.commandes().override_statut(&made.id, StatutCommande::Termine, reason.to_owned(), None).await;
            assert_eq!(faulty(outcome), ["reason"]);
        }
    }

    async fn what_the_guide_does_not_know_is_shown_and_left_by_an_override_alone(server: &Server) {
        let (db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let mut raw = db.connect().await;
        raw.execute(
            "ALTER TABLE commandes MODIFY statut ENUM('EN_ATTENTE','EN_ATTENTE_VERIFICATION','EN_ATTENTE_CONSULTATION',\
             'ESTIMATION_ENVOYEE','PAYEE','EN_COURS','TERMINE','ANNULEE','SUSPENDUE') NOT NULL DEFAULT 'EN_ATTENTE'",
        )
        .await
        .unwrap();
        let words = ["EN_ATTENTE", "EN_ATTENTE_VERIFICATION", "EN_ATTENTE_CONSULTATION", "ESTIMATION_ENVOYEE", "PAYEE", "EN_COURS", "TERMINE", "ANNULEE", "SUSPENDUE", "PAYEE"];
        let mut ids = Vec::new();
        for word in words {
            let made = order(&session, word).await;
            raw.execute(AssertSqlSafe(format!("UPDATE commandes SET statut = '{word}' WHERE id = '{}'", made.id))).await.unwrap();
            ids.push(made.id);
        }
        let counts = session.commandes().project_counts(&user).await.unwrap();
        // Several statuts of a group add up: the backend kept the last one alone.
        assert_eq!((counts.all, counts.active, counts.pending, counts.completed), (10, 3, 4, 1));
        let projects = session.commandes().projects(&user, ProjectList::default(), Page::of(20)).await.unwrap().items;
        let progress: BTreeMap<&str, i64> = projects.iter().map(|project| (&*project.titre, project.progress)).collect();
        let wanted = [("EN_ATTENTE", 0), ("EN_ATTENTE_VERIFICATION", 10), ("EN_ATTENTE_CONSULTATION", 20), ("ESTIMATION_ENVOYEE", 25), ("PAYEE", 30), ("EN_COURS", 50), ("TERMINE", 100), ("ANNULEE", 0), ("SUSPENDUE", 25)];
        assert_eq!(progress, BTreeMap::from(wanted));
        for (status, count) in [(ProjectStatus::All, 10), (ProjectStatus::Active, 3), (ProjectStatus::Pending, 4), (ProjectStatus::Completed, 1)] {
            let of = ProjectList { status, search: None };
            let shown = session.commandes().projects(&user, of, Page { total: true, ..Page::of(20) }).await.unwrap();
            assert_eq!((shown.items.len(), shown.total), (count, Some(count as u64)), "{status}");
        }
        let by_statut = admins.commandes().count_by_statut(CommandeSearch::default()).await.unwrap();
        let paid: Vec<i64> = by_statut.iter().filter(|group| group.statut.as_str() == "PAYEE").map(|group| group.count).collect();
        assert_eq!(paid, [2]);
        // All orders that sort by the statut go by the place of its word, these among them.
        let order_of = CommandeOrder { sort: CommandeSort::Statut, direction: Some(Direction::Asc) };
        let by_statut = |page| {
            let (admins, order) = (admins.clone(), order_of.clone());
            async move { admins.commandes().search(CommandeSearch::default(), order, page).await }
        };
        let all = every(by_statut, 3, |row| row.commande.statut.as_str().to_owned()).await;
        let mut sorted: Vec<&str> = words.to_vec();
        sorted.sort_by_key(|word| words.iter().position(|other| other == word));
        assert_eq!(all, sorted);
        let stuck = admins.commandes().change_statut(&ids[4], StatutCommande::EnCours, None).await;
        assert_eq!(kind(&stuck), Some(ErrorKind::Conflict));
        assert!(stuck.unwrap_err().message().contains("PAYEE"));
        let freed = admins.commandes().override_statut(&ids[4], StatutCommande::EnCours, "payée".to_owned(), None).await.unwrap();
        assert_eq!(freed.statut, StatutCommande::EnCours);
    }

    async fn an_author_calls_off_what_waits_and_is_not_paid(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        for statut in statuts() {
            let row = order_at(&staka, &user, &statut).await;
            let outcome = session.commandes().cancel(&row.id, None).await;
            if statut == StatutCommande::EnAttente {
                assert_eq!(outcome.unwrap().statut, StatutCommande::Annulee);
            } else {
                assert_eq!(kind(&outcome), Some(ErrorKind::Conflict), "{statut}");
            }
        }
        for (status, may) in [("paid", false), ("pending", false), ("unpaid", true), ("failed", true)] {
            let row = Commande { payment_status: Some(status.to_owned()), ..NewCommande::new(user.clone(), "abc").into_row(&SystemClock).unwrap() };
            commandes::add(&mut staka.acquire().await.unwrap(), std::slice::from_ref(&row)).await.unwrap();
            assert_eq!(session.commandes().cancel(&row.id, None).await.is_ok(), may, "{status}");
        }
        let made = order(&session, "Mémoires").await;
        let early = made.updated_at.minus(std::time::Duration::from_millis(1));
        assert_eq!(kind(&session.commandes().cancel(&made.id, Some(early)).await), Some(ErrorKind::Precondition));
        // Who calls off knows.
        assert_eq!(told(&staka, &user).await.iter().filter(|title| *title == "Votre commande avance").count(), 0);
    }

    async fn an_order_goes_with_its_files_and_never_with_invoices(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let (kept, gone) = (order(&session, "Facturée").await, order(&session, "Sans suite").await);
        invoice(&staka, &kept.id).await.unwrap();
        let first = file(&session, Some(&gone.id)).await;
        let second = file(&admins, Some(&gone.id)).await;
        let refused = admins.commandes().remove(&kept.id, None).await;
        assert_eq!(kind(&refused), Some(ErrorKind::Conflict));
        assert!(refused.unwrap_err().message().contains("invoices"));
        assert_eq!(kind(&admins.commandes().remove(&gone.id, Some(kept.created_at.minus(std::time::Duration::from_secs(9)))).await), Some(ErrorKind::Precondition));
        let removed = admins.commandes().remove(&gone.id, Some(gone.updated_at)).await.unwrap();
        let names: BTreeSet<String> = removed.files.iter().map(|file| file.stored_name.clone()).collect();
        assert_eq!(names, BTreeSet::from([first.stored_name, second.stored_name]));
        assert_eq!(admins.commandes().get(&gone.id).await.unwrap(), None);
        assert_eq!(admins.files().get(&first.id).await.unwrap(), None);
        assert_eq!(kind(&admins.commandes().remove(&gone.id, None).await), Some(ErrorKind::NotFound));
        let entries = journal(&staka, gone.id.as_str()).await;
        assert_eq!(entries.last().map(|entry| &*entry.action), Some("COMMANDE_DELETED"));
    }

    async fn a_caller_never_writes_a_field_that_is_not_its_own(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let made = order(&session, "Mémoires").await;
        for (field, value) in [
            ("amount", json!(1)),
            ("statut", json!("TERMINE")),
            ("paymentStatus", json!("paid")),
            ("userId", json!("x")),
            ("noteCorrecteur", json!("x")),
            ("dateEcheance", json!("2026-01-01")),
            ("id", json!("x")),
            ("stripeSessionId", json!("cs_x")),
            ("createdAt", json!("2026-01-01")),
        ] {
            let create = json!({"commande": {"titre": "Mémoires", field: value}});
            assert_eq!(faulty(session.call("commandes.create", &create.to_string()).await), [field]);
            let change = json!({"id": made.id, "change": {field: value}});
            assert_eq!(faulty(session.call("commandes.update", &change.to_string()).await), [field]);
        }
        assert_eq!(session.commandes().get(&made.id).await.unwrap().unwrap().commande, made);
    }

    async fn a_failure_never_answers_with_an_order_that_is_not_there(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let nobody: UserId = "nobody".parse().unwrap();
        let refused = staka.as_system().commandes().create(draft("Pour personne"), Some(nobody)).await;
        assert_eq!(kind(&refused), Some(ErrorKind::NotFound));
        let wrong = json!({"user": user, "options": {"statut": "EN_PANNE"}});
        assert_eq!(faulty(session.call("commandes.list", &wrong.to_string()).await), ["statut"]);
        // Nothing of an act that failed is kept: no order, no notification.
        let (admin, _) = signed_in(&staka, Role::Admin).await;
        let outcome: Result<(), _> = session.transaction(|tx| async move {
            tx.commandes().create(draft("Éphémère"), None).await?;
            Err(staka_core::Error::new(ErrorKind::Internal, "on purpose"))
        }).await;
        assert!(outcome.is_err());
        assert_eq!(session.commandes().list(&user, CommandeList::default(), Page::default()).await.unwrap().items, []);
        assert_eq!(told(&staka, &admin).await, [""; 0]);
    }
}
