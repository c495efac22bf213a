//! What an accountant asks, and whom a restored backup must not bring back.

use staka_core::base::{Args, NewRow};
use staka_core::db::Statement;
use staka_core::model::{NewUser, Role, UserId};
use staka_core::{
    Clock, CommandeDraft, Ctx, Day, ErasureReason, InvoiceOptions, Secret, Staka, SystemClock, TextId, repo,
};

use crate::support::{done, json, migrated, on_both, outcome, refused, staka, with};

async fn person(staka: &Staka, prenom: &str, role: Role) -> UserId {
    let email = format!("{}@example.org", UserId::generate(&SystemClock));
    let user =
        NewUser { role, ..NewUser::new(prenom, "Martin", email, Secret::new("x")) }.into_row(&SystemClock).unwrap();
    repo::users::add(&mut staka.acquire().await.unwrap(), std::slice::from_ref(&user)).await.unwrap();
    user.id
}

/// A client with an invoice of 468 €, of which 68 € were taken back.
async fn sale(staka: Staka) -> UserId {
    let zoe = person(&staka, "Zoé", Role::User).await;
    let draft = CommandeDraft { titre: "Les Marées".into(), ..CommandeDraft::default() };
    let order = staka.as_actor(Ctx::user(zoe.clone(), Role::User)).commandes().create(draft, None).await.unwrap();
    let team = staka.as_system();
    team.billing().set_price(&order.id, 46_800, None).await.unwrap();
    let invoice = team.invoices().issue(&order.id, InvoiceOptions::default()).await.unwrap();
    team.invoices().credit(&invoice.id, 6_800, "un retard".to_owned()).await.unwrap();
    zoe
}

on_both! {
    fn who_bought_what_when_and_at_which_rate(server: &str) {
        let url = migrated(server);
        with(&url, sale);
        let text = done(&["ledger", "--database-url", &url]);
        for part in ["Zoé Martin", "Les Marées", "468.00", "-68.00", "credit note on FACT-", "FRANCHISE 0.00 %", "2 documents: 400.00 € HT"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let lines = json(&["ledger", "--database-url", &url]);
        assert_eq!((lines.as_array().unwrap().len(), &lines[1]["total"]), (2, &(-6_800).into()));
        let csv = done(&["ledger", "--csv", "--database-url", &url]);
        assert!(csv.starts_with("issuedAt,number,") && csv.lines().count() == 3, "{csv}");
        assert!(done(&["ledger", "--from", "2001-01-01", "--to", "2001-02-01", "--database-url", &url]).contains("0 documents"));
        assert_eq!(refused(2, &["ledger", "--from", "2026-02-01", "--to", "2026-02-01", "--database-url", &url])["fields"][0]["field"], "--to");
        let taxes = json(&["taxes", "--database-url", &url]);
        assert_eq!((&taxes[0]["regime"], &taxes[0]["total"]), (&"FRANCHISE".into(), &40_000.into()));
        assert!(done(&["taxes", "--database-url", &url]).contains("400.00"));
    }

    fn a_missing_number_is_exit_code_1(server: &str) {
        let url = migrated(server);
        with(&url, sale);
        with(&url, sale);
        let year = with(&url, async |staka| Day::at(staka.zone(), SystemClock.now()).year()).to_string();
        let text = done(&["numbers", "--database-url", &url]);
        assert!(text.contains(&format!("FACT-{year}")) && text.contains("none"), "{text}");
        assert_eq!(json(&["numbers", "--year", &year, "--database-url", &url])[0]["issued"], 2);
        with(&url, async |staka| {
            static LOST: Statement = Statement::fixed("test.lost", "DELETE FROM staka_billing_documents WHERE series = 'FACT' AND sequence = 1", &[]);
            staka.acquire().await.unwrap().execute(&LOST, Args::new()).await.unwrap();
        });
        let (code, stdout, stderr) = outcome(&mut staka(&["numbers", "--database-url", &url]));
        assert_eq!(code, 1, "{stdout}");
        assert!(stderr.contains(&format!("missing: FACT-{year}-001")), "{stderr}");
        assert_eq!(outcome(&mut staka(&["verify", "--only", "invoices.", "--database-url", &url])).0, 1);
    }

    fn who_was_erased_is_erased_again_after_a_backup(server: &str) {
        let (url, restored) = (migrated(server), migrated(server));
        let zoe = with(&url, async |staka| {
            let zoe = sale(staka.clone()).await;
            staka.as_system().privacy().erase(&zoe, ErasureReason::default()).await.unwrap();
            zoe
        });
        let kept = json(&["tombstones", "--database-url", &url]);
        assert_eq!(kept[0]["userId"], zoe.as_str());
        // The backup is of before: she is in it.
        with(&restored, async |staka| {
            let user = NewUser::new("Zoé", "Martin", "zoe@example.org", Secret::new("x")).into_row(&SystemClock).unwrap();
            let user = staka_core::model::User { id: zoe.clone(), ..user };
            repo::users::add(&mut staka.acquire().await.unwrap(), &[user]).await.unwrap();
        });
        let file = std::env::temp_dir().join(format!("staka-tombstones-{zoe}.json"));
        std::fs::write(&file, kept.to_string()).unwrap();
        let replayed = json(&["tombstones", "--replay", file.to_str().unwrap(), "--database-url", &restored]);
        std::fs::remove_file(&file).unwrap();
        assert_eq!(replayed.as_array().unwrap().len(), 1, "{replayed}");
        let email = with(&restored, async |staka| {
            staka.as_system().users().get(&zoe).await.unwrap().unwrap().profile.email
        });
        assert!(email.ends_with("@efface.invalid"), "{email}");
        assert_eq!(refused(2, &["tombstones", "--replay", "/nowhere", "--database-url", &url])["fields"][0]["field"], "--replay");
    }
}
