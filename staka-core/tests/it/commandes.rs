//! Tests of the operations on orders.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sqlx::{AssertSqlSafe, Executor};
use staka_core::base::{Args, NewRow};
use staka_core::model::*;
use staka_core::repo::commandes;
use staka_core::{
    Caller, CommandeAdminUpdate, CommandeFilter, CommandeSort, CommandeSortKey, CommandeUpdate, ErrorKind, PageRequest,
    ProjectFilter, Staka, SystemClock, TextEnum, Timestamp, UserCommandeFilter,
};

use crate::orders_support::*;
use crate::support::{on_both, rows_where};

/// Returns the audit log entries about an order, oldest first.
async fn audit_trail(staka: &Staka, id: &str) -> Vec<AuditLog> {
    let mut conn = staka.acquire().await.unwrap();
    let mut all: Vec<AuditLog> = rows_where(&mut conn, "`targetId` = ?", Args::new().with(id)).await;
    all.sort_by_key(|entry| entry.timestamp);
    all
}

async fn notification_titles(staka: &Staka, user: &UserId) -> Vec<String> {
    let mut conn = staka.acquire().await.unwrap();
    let all: Vec<Notification> = rows_where(&mut conn, "`userId` = ?", Args::new().with(user)).await;
    all.into_iter().map(|notification| notification.title).collect()
}

/// Returns the messages of a user's notifications about a statut, each with the statut in its data.
async fn notified_statuts(staka: &Staka, user: &UserId) -> Vec<(String, String)> {
    let mut conn = staka.acquire().await.unwrap();
    let all: Vec<Notification> = rows_where(&mut conn, "`userId` = ?", Args::new().with(user)).await;
    let avance = all.into_iter().filter(|row| row.title == "Votre commande avance");
    avance
        .map(|row| {
            let data = serde_json::to_value(row.data).unwrap();
            (row.message, data["statut"].as_str().unwrap_or_default().to_owned())
        })
        .collect()
}

/// Creates an order with a statut.
async fn order_at(staka: &Staka, user: &UserId, statut: &StatutCommande) -> Commande {
    let row = Commande {
        statut: statut.clone(),
        date_finition: (*statut == StatutCommande::Termine).then(|| staka.clock().now()),
        ..CommandeInsert::new(user.clone(), "Mémoires d'une théière").into_row(&SystemClock).unwrap()
    };
    commandes::add(&mut staka.acquire().await.unwrap(), std::slice::from_ref(&row)).await.unwrap();
    row
}

on_both! {
    async fn an_order_is_created_for_oneself_and_both_sides_are_notified(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (admin, admins) = signed_in(&staka, Role::Admin).await;
        let new = staka_core::NewCommande::new("  Où sont les 👩‍🚀 ? رواية  ").description("Un récit\nde voyage").fichier_url("https://files.example.org/m.docx").priorite(Priorite::Haute);
        let made = session.commandes().create(new.clone(), None).await.unwrap();
        assert_eq!(made.titre, "Où sont les 👩‍🚀 ? رواية");
        assert_eq!((&made.user_id, &made.statut, &made.priorite), (&user, &StatutCommande::EnAttente, &Priorite::Haute));
        assert_eq!((made.amount, &made.payment_status, made.date_finition), (None, &None, None));
        let detail = session.commandes().get(&made.id).await.unwrap().unwrap();
        assert_eq!(detail.commande, made);
        assert_eq!(notification_titles(&staka, &user).await, ["Commande enregistrée"]);
        assert_eq!(notification_titles(&staka, &admin).await, ["Nouvelle commande"]);
        assert!(audit_trail(&staka, made.id.as_str()).await.is_empty());
        // For another user: an administrator, recorded in the audit log, and the system.
        let given = admins.commandes().create(draft("Pour elle"), Some(user.clone())).await.unwrap();
        assert_eq!(given.user_id, user);
        assert_eq!(audit_trail(&staka, given.id.as_str()).await[0].action, "COMMANDE_CREATED");
        staka.as_system().commandes().create(draft("Pour elle"), Some(user.clone())).await.unwrap();
        assert_eq!(invalid_fields(staka.as_system().commandes().create(draft("Pour qui"), None).await), ["user"]);
        let refused = session.commandes().create(draft("Pour lui"), Some(admin.clone())).await;
        assert_eq!(kind(&refused), Some(ErrorKind::Denied));
        let anonymous = staka.as_caller(Caller::new(staka_core::Actor::Anonymous));
        assert_eq!(kind(&anonymous.commandes().create(new, None).await), Some(ErrorKind::Unauthenticated));
    }

    async fn all_invalid_fields_are_reported_at_once(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let wrong = staka_core::NewCommande::new(" ab ").description("é".repeat(32_768)).fichier_url("javascript:alert(1)").note_client("a\0b");
        let fields = invalid_fields(session.commandes().create(wrong, None).await);
        assert_eq!(fields, ["titre", "description", "fichierUrl", "noteClient"]);
        for (titre, right) in [("é".repeat(100), true), ("é".repeat(101), false), ("abc".to_owned(), true), ("a\0bc".to_owned(), false)] {
            assert_eq!(session.commandes().create(draft(&titre), None).await.is_ok(), right, "{titre:?}");
        }
        let made = order(&session, "Mémoires").await;
        let wrong = CommandeUpdate::default().titre("  ").description("\0").fichier_url("x".repeat(501)).note_client("é".repeat(32_768));
        let fields = invalid_fields(session.commandes().update(&made.id, wrong, None).await);
        assert_eq!(fields, ["titre", "description", "fichierUrl", "noteClient"]);
    }

    async fn the_author_changes_an_order_while_it_waits(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let made = order(&session, "Mémoires").await;
        let change = CommandeUpdate::default().titre(" Mémoires, tome II ").description("Suite");
        let changed = session.commandes().update(&made.id, change, Some(made.updated_at)).await.unwrap();
        assert_eq!((&*changed.titre, changed.description.as_deref()), ("Mémoires, tome II", Some("Suite")));
        assert!(changed.updated_at > made.updated_at);
        // Null sets a value, an absent field does not, and an empty update changes nothing.
        let null: CommandeUpdate = serde_json::from_str(r#"{"description": null}"#).unwrap();
        let nulled = session.commandes().update(&made.id, null, None).await.unwrap();
        assert_eq!((&*nulled.titre, nulled.description.as_deref()), ("Mémoires, tome II", None));
        assert_eq!(session.commandes().update(&made.id, CommandeUpdate::default(), None).await.unwrap(), nulled);
        let late = session.commandes().update(&made.id, CommandeUpdate::default(), Some(made.updated_at)).await;
        assert_eq!(kind(&late), Some(ErrorKind::Precondition));
        assert!(audit_trail(&staka, made.id.as_str()).await.is_empty());
        admins.commandes().set_statut(&made.id, StatutCommande::EnCours, None).await.unwrap();
        let read = "Votre commande «\u{a0}Mémoires, tome II\u{a0}» est en cours de correction.";
        assert_eq!(notified_statuts(&staka, &made.user_id).await, [(read.to_owned(), "EN_COURS".to_owned())]);
        let late = session.commandes().update(&made.id, CommandeUpdate::default(), None).await;
        assert_eq!(kind(&late), Some(ErrorKind::Conflict));
        assert!(late.unwrap_err().message().contains("EN_COURS"));
        let note = CommandeUpdate::default().note_client("dit au téléphone");
        admins.commandes().update(&made.id, note, None).await.unwrap();
        let entries = audit_trail(&staka, made.id.as_str()).await;
        let last = entries.iter().find(|entry| entry.action == "COMMANDE_UPDATED").unwrap();
        let details = serde_json::to_string(&last.details).unwrap();
        assert!(details.contains("noteClient") && !details.contains("téléphone"), "{details}");
        assert_eq!(kind(&admins.commandes().update(no_order(), CommandeUpdate::default(), None).await), Some(ErrorKind::NotFound));
    }

    async fn administrators_set_priority_due_date_and_note(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let made = order(&session, "Mémoires").await;
        let due: Timestamp = "2026-09-01T10:00:00.000Z".parse().unwrap();
        let management = CommandeAdminUpdate::default().priorite(Priorite::Urgente).date_echeance(due).note_correcteur("Très beau texte");
        let managed = admins.commandes().update_as_admin(&made.id, management.clone(), Some(made.updated_at)).await.unwrap();
        assert_eq!((&managed.priorite, managed.date_echeance, managed.note_correcteur.as_deref()), (&Priorite::Urgente, Some(due), Some("Très beau texte")));
        assert_eq!(kind(&admins.commandes().update_as_admin(&made.id, management.clone(), Some(made.updated_at)).await), Some(ErrorKind::Precondition));
        let wrong = CommandeAdminUpdate::default().note_correcteur("\0");
        assert_eq!(invalid_fields(admins.commandes().update_as_admin(&made.id, wrong, None).await), ["noteCorrecteur"]);
        assert_eq!(kind(&session.commandes().update_as_admin(&made.id, management, None).await), Some(ErrorKind::Denied));
    }

    async fn statuts_change_by_the_table_of_transitions(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, _) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let mut allowed = 0;
        for from in statuts() {
            for to in statuts() {
                let before = order_at(&staka, &user, &from).await;
                let outcome = admins.commandes().set_statut(&before.id, to.clone(), Some(before.updated_at)).await;
                let entries = audit_trail(&staka, before.id.as_str()).await;
                match outcome {
                    Ok(after) => {
                        assert!(from.next().contains(&to), "{from} to {to}");
                        assert_eq!(after.statut, to);
                        // Set at TERMINE, cleared at any other statut.
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
        assert_eq!(notification_titles(&staka, &user).await.iter().filter(|title| *title == "Votre commande avance").count(), 11);
    }

    async fn an_override_allows_any_statut_and_is_audited_with_its_reason(server: &Server) {
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
                let entries = audit_trail(&staka, before.id.as_str()).await;
                assert_eq!((&*entries[0].action, &entries[0].severity), ("COMMANDE_STATUT_OVERRIDDEN", &AuditSeverity::High));
                let details = serde_json::to_value(&entries[0].details).unwrap();
                assert_eq!(details, json!({"from": from.as_str(), "to": to.as_str(), "reason": "erreur de saisie"}));
            }
        }
        let made = order(&session, "Mémoires").await;
        for reason in ["", "  a ", "a\0bc", &"x".repeat(501)] {
            let outcome = admins.commandes().override_statut(&made.id, StatutCommande::Termine, reason.to_owned(), None).await;
            assert_eq!(invalid_fields(outcome), ["reason"]);
        }
    }

    async fn a_statut_outside_the_schema_is_shown_and_left_by_an_override_only(server: &Server) {
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
        let values = ["EN_ATTENTE", "EN_ATTENTE_VERIFICATION", "EN_ATTENTE_CONSULTATION", "ESTIMATION_ENVOYEE", "PAYEE", "EN_COURS", "TERMINE", "ANNULEE", "SUSPENDUE", "PAYEE"];
        let mut ids = Vec::new();
        for value in values {
            let made = order(&session, value).await;
            raw.execute(AssertSqlSafe(format!("UPDATE commandes SET statut = '{value}' WHERE id = '{}'", made.id))).await.unwrap();
            ids.push(made.id);
        }
        let counts = session.commandes().count_projects(&user).await.unwrap();
        // The counts of several statuts of a group are added; the backend kept only the last one.
        assert_eq!((counts.all, counts.active, counts.pending, counts.completed), (10, 3, 4, 1));
        let projects = session.commandes().list_projects(&user, ProjectFilter::default(), PageRequest::of(20)).await.unwrap().items;
        let progress: BTreeMap<&str, i64> = projects.iter().map(|project| (&*project.titre, project.progress)).collect();
        let expected = [("EN_ATTENTE", 0), ("EN_ATTENTE_VERIFICATION", 10), ("EN_ATTENTE_CONSULTATION", 20), ("ESTIMATION_ENVOYEE", 25), ("PAYEE", 30), ("EN_COURS", 50), ("TERMINE", 100), ("ANNULEE", 0), ("SUSPENDUE", 25)];
        assert_eq!(progress, BTreeMap::from(expected));
        for (status, count) in [(ProjectStatus::All, 10), (ProjectStatus::Active, 3), (ProjectStatus::Pending, 4), (ProjectStatus::Completed, 1)] {
            let filter = ProjectFilter::default().status(status);
            let shown = session.commandes().list_projects(&user, filter, PageRequest::of(20).total(true)).await.unwrap();
            assert_eq!((shown.items.len(), shown.total), (count, Some(count as u64)), "{status}");
        }
        let by_statut = admins.commandes().count_by_statut(CommandeFilter::default()).await.unwrap();
        let paid: Vec<i64> = by_statut.iter().filter(|group| group.statut.as_str() == "PAYEE").map(|group| group.count).collect();
        assert_eq!(paid, [2]);
        // Sorting by statut follows the ordinals of all its values, including these.
        let sort = CommandeSort::by(CommandeSortKey::Statut).asc();
        let by_statut = |page| {
            let (admins, sort) = (admins.clone(), sort);
            async move { admins.commandes().list(CommandeFilter::default(), sort, page).await }
        };
        let all = collect_all(by_statut, 3, |row| row.commande.statut.as_str().to_owned()).await;
        let mut sorted: Vec<&str> = values.to_vec();
        sorted.sort_by_key(|value| values.iter().position(|other| other == value));
        assert_eq!(all, sorted);
        let stuck = admins.commandes().set_statut(&ids[4], StatutCommande::EnCours, None).await;
        assert_eq!(kind(&stuck), Some(ErrorKind::Conflict));
        assert!(stuck.unwrap_err().message().contains("PAYEE"));
        let freed = admins.commandes().override_statut(&ids[4], StatutCommande::EnCours, "payée".to_owned(), None).await.unwrap();
        assert_eq!(freed.statut, StatutCommande::EnCours);
    }

    async fn an_author_cancels_an_order_that_waits_and_is_not_paid(server: &Server) {
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
        for (status, is_allowed) in [("paid", false), ("pending", false), ("unpaid", true), ("failed", true)] {
            let row = Commande { payment_status: Some(status.to_owned()), ..CommandeInsert::new(user.clone(), "abc").into_row(&SystemClock).unwrap() };
            commandes::add(&mut staka.acquire().await.unwrap(), std::slice::from_ref(&row)).await.unwrap();
            assert_eq!(session.commandes().cancel(&row.id, None).await.is_ok(), is_allowed, "{status}");
        }
        let made = order(&session, "Mémoires").await;
        let early = made.updated_at.minus(std::time::Duration::from_millis(1));
        assert_eq!(kind(&session.commandes().cancel(&made.id, Some(early)).await), Some(ErrorKind::Precondition));
        // The client is not notified of their own cancellation.
        assert_eq!(notification_titles(&staka, &user).await.iter().filter(|title| *title == "Votre commande avance").count(), 0);
    }

    async fn an_order_is_deleted_with_its_files_and_never_with_invoices(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let (kept, deleted) = (order(&session, "Facturée").await, order(&session, "Sans suite").await);
        invoice(&staka, &kept.id).await.unwrap();
        let first = file(&session, Some(&deleted.id)).await;
        let second = file(&admins, Some(&deleted.id)).await;
        let refused = admins.commandes().delete(&kept.id, None).await;
        assert_eq!(kind(&refused), Some(ErrorKind::Conflict));
        assert!(refused.unwrap_err().message().contains("invoices"));
        assert_eq!(kind(&admins.commandes().delete(&deleted.id, Some(kept.created_at.minus(std::time::Duration::from_secs(9)))).await), Some(ErrorKind::Precondition));
        let removed = admins.commandes().delete(&deleted.id, Some(deleted.updated_at)).await.unwrap();
        let names: BTreeSet<String> = removed.files.iter().map(|file| file.stored_name.clone()).collect();
        assert_eq!(names, BTreeSet::from([first.stored_name, second.stored_name]));
        assert_eq!(admins.commandes().get(&deleted.id).await.unwrap(), None);
        assert_eq!(admins.files().get(&first.id).await.unwrap(), None);
        assert_eq!(kind(&admins.commandes().delete(&deleted.id, None).await), Some(ErrorKind::NotFound));
        let entries = audit_trail(&staka, deleted.id.as_str()).await;
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
            assert_eq!(invalid_fields(session.call("commandes.create", &create.to_string()).await), [field]);
            let change = json!({"id": made.id, "update": {field: value}});
            assert_eq!(invalid_fields(session.call("commandes.update", &change.to_string()).await), [field]);
        }
        assert_eq!(session.commandes().get(&made.id).await.unwrap().unwrap().commande, made);
    }

    async fn a_failed_call_never_returns_or_keeps_an_order(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let nobody: UserId = "nobody".parse().unwrap();
        let refused = staka.as_system().commandes().create(draft("Pour personne"), Some(nobody)).await;
        assert_eq!(kind(&refused), Some(ErrorKind::NotFound));
        let wrong = json!({"user": user, "filter": {"statut": "EN_PANNE"}});
        assert_eq!(invalid_fields(session.call("commandes.list_by_user", &wrong.to_string()).await), ["statut"]);
        // Nothing of a failed transaction is kept, neither the order nor its notification.
        let (admin, _) = signed_in(&staka, Role::Admin).await;
        let outcome: Result<(), _> = session.transaction(|tx| async move {
            tx.commandes().create(draft("Éphémère"), None).await?;
            Err(staka_core::Error::new(ErrorKind::Internal, "on purpose"))
        }).await;
        assert!(outcome.is_err());
        assert_eq!(session.commandes().list_by_user(&user, UserCommandeFilter::default(), PageRequest::default()).await.unwrap().items, []);
        assert_eq!(notification_titles(&staka, &admin).await, [""; 0]);
    }
}
