//! The accounting commands, and erasures that are repeated after a backup was restored.

use staka_core::base::{Args, NewRow};
use staka_core::db::Statement;
use staka_core::model::{Role, UserId, UserInsert};
use staka_core::{
    Caller, Clock, Day, ErasureReason, NewCommande, NewInvoice, Secret, Staka, SystemClock, TextId, repo,
};

use crate::support::{done, json, migrated, on_both, outcome, refused, staka, with};

async fn create_user(staka: &Staka, prenom: &str, role: Role) -> UserId {
    let email = format!("{}@example.org", UserId::generate(&SystemClock));
    let user = UserInsert { role, ..UserInsert::new(prenom, "Martin", email, Secret::new("x")) }
        .into_row(&SystemClock)
        .unwrap();
    repo::users::add(&mut staka.acquire().await.unwrap(), std::slice::from_ref(&user)).await.unwrap();
    user.id
}

/// Creates a client with an invoice of 468 € and a credit note of 68 €.
async fn sale(staka: Staka) -> UserId {
    let zoe = create_user(&staka, "Zoé", Role::User).await;
    let draft = NewCommande::new("Les Marées");
    let order = staka.as_caller(Caller::user(zoe.clone(), Role::User)).commandes().create(draft, None).await.unwrap();
    let system = staka.as_system();
    system.billing().set_price(&order.id, 46_800, None).await.unwrap();
    let invoice = system.invoices().issue(&order.id, NewInvoice::default()).await.unwrap();
    system.invoices().create_credit_note(&invoice.id, 6_800, "un retard".to_owned()).await.unwrap();
    zoe
}

on_both! {
    fn ledger_and_vat_show_the_invoices_of_a_period(server: &str) {
        let url = migrated(server);
        with(&url, sale);
        let text = done(&["ledger", "--database-url", &url]);
        for part in ["Zoé Martin", "Les Marées", "468,00", "-68,00", "Avoir sur FACT-", "Franchise en base de TVA", "Émise", "2 documents\u{a0}: 400,00\u{a0}€ HT"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let lines = json(&["ledger", "--database-url", &url]);
        assert_eq!((lines.as_array().unwrap().len(), &lines[1]["total"]), (2, &(-6_800).into()));
        let csv = done(&["ledger", "--csv", "--database-url", &url]);
        assert!(csv.starts_with("Date d’émission (UTC),Numéro,Nature,Facture,") && csv.contains(",Franchise en base de TVA,0.00,468.00,0.00,468.00,Émise,") && csv.lines().count() == 3, "{csv}");
        assert!(done(&["ledger", "--from", "2001-01-01", "--to", "2001-02-01", "--database-url", &url]).contains("0 document\u{a0}: 0,00\u{a0}€ HT"));
        assert_eq!(refused(2, &["ledger", "--from", "2026-02-01", "--to", "2026-02-01", "--database-url", &url])["fields"][0]["field"], "--to");
        let sums = json(&["vat", "--database-url", &url]);
        assert_eq!((&sums[0]["regime"], &sums[0]["total"]), (&"FRANCHISE".into(), &40_000.into()));
        assert!(done(&["vat", "--database-url", &url]).contains("400,00"));
    }

    fn a_missing_number_is_exit_code_1(server: &str) {
        let url = migrated(server);
        with(&url, sale);
        with(&url, sale);
        let year = with(&url, async |staka| Day::at(staka.zone(), SystemClock.now()).year()).to_string();
        let text = done(&["invoices", "gaps", "--database-url", &url]);
        assert!(text.contains(&format!("FACT-{year}")) && text.contains("none"), "{text}");
        assert_eq!(json(&["invoices", "gaps", "--year", &year, "--database-url", &url])[0]["issued"], 2);
        with(&url, async |staka| {
            static LOST: Statement = Statement::fixed("test.lost", "DELETE FROM staka_billing_documents WHERE series = 'FACT' AND sequence = 1", &[]);
            staka.acquire().await.unwrap().execute(&LOST, Args::new()).await.unwrap();
        });
        let (code, stdout, stderr) = outcome(&mut staka(&["invoices", "gaps", "--database-url", &url]));
        assert_eq!(code, 1, "{stdout}");
        assert!(stderr.contains(&format!("missing numbers: FACT-{year}-001")), "{stderr}");
        assert_eq!(outcome(&mut staka(&["verify", "--only", "invoices.", "--database-url", &url])).0, 1);
    }

    fn erasures_are_replayed_after_a_backup_was_restored(server: &str) {
        let (url, restored) = (migrated(server), migrated(server));
        let zoe = with(&url, async |staka| {
            let zoe = sale(staka.clone()).await;
            staka.as_system().privacy().erase(&zoe, ErasureReason::default()).await.unwrap();
            zoe
        });
        let kept = json(&["erasures", "--database-url", &url]);
        assert_eq!(kept[0]["userId"], zoe.as_str());
        // The backup was made before the erasure and still contains the user.
        with(&restored, async |staka| {
            let user = UserInsert::new("Zoé", "Martin", "zoe@example.org", Secret::new("x")).into_row(&SystemClock).unwrap();
            let user = staka_core::model::User { id: zoe.clone(), ..user };
            repo::users::add(&mut staka.acquire().await.unwrap(), &[user]).await.unwrap();
        });
        let file = std::env::temp_dir().join(format!("staka-erasures-{zoe}.json"));
        std::fs::write(&file, kept.to_string()).unwrap();
        let replayed = json(&["erasures", "--replay", file.to_str().unwrap(), "--database-url", &restored]);
        std::fs::remove_file(&file).unwrap();
        assert_eq!(replayed.as_array().unwrap().len(), 1, "{replayed}");
        let email = with(&restored, async |staka| {
            staka.as_system().users().get(&zoe).await.unwrap().unwrap().profile.email
        });
        assert!(email.ends_with("@efface.invalid"), "{email}");
        assert_eq!(refused(2, &["erasures", "--replay", "/nowhere", "--database-url", &url])["fields"][0]["field"], "--replay");
    }
}
