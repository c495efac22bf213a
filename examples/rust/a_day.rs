//! A day in the life of the platform: an author comes and orders, the team takes the order up and writes, a visitor asks,
//! and the audit log knows who did what.
//!
//! `cargo run -p staka-examples --example a_day`

use staka_core::model::{AuditSeverity, Role, StatutCommande, UserId};
use staka_core::{
    Actor, AuditSearch, AuditSort, CommandeDraft, Ctx, FileUpload, InboxList, NewAccount, NotificationList, Page,
    Password, Registration, Reply, StaffMessage, TextId, VisitorMessage,
};
use staka_examples::{Database, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let database = Database::of_example("a_day")?;
    let staka = database.connect().await?;
    let unique = UserId::generate(staka.clock());

    // The program itself makes the first administrator; everybody else acts for themselves.
    let agathe = NewAccount {
        role: Some(Role::Admin),
        ..NewAccount::new("Agathe", "Roux", format!("agathe.{unique}@example.org"), "Relire-2026-bien")
    };
    let agathe = staka.as_system().users().create(agathe).await?;
    let team = staka.as_actor(Ctx::user(agathe.id.clone(), Role::Admin));

    // An author registers and signs in; the hash is computed off the runtime's threads.
    let site = staka.as_actor(Ctx::new(Actor::Anonymous));
    let (email, password) = (format!("Zoe.{unique}@Example.org"), "Un roman de 300 pages");
    site.accounts().register(Registration::new("Zoé", "Ångström", &email, password)).await?;
    let zoe = site.accounts().authenticate(email.to_lowercase(), Password::new(password)).await?;
    let author = staka.as_actor(Ctx::user(zoe.id.clone(), zoe.role.clone()));

    // She orders and adds her manuscript; the team is told in the same transaction.
    let draft = CommandeDraft { titre: "Les Marées".into(), ..CommandeDraft::default() };
    let order = author.commandes().create(draft, None).await?;
    let file = FileUpload::new("marees.pdf", "application/pdf", 480_000, "https://files.example.org/marees");
    author.files().create(FileUpload { commande_id: Some(order.id.clone()), ..file }, None).await?;
    assert!(team.notifications().unread_count(&agathe.id).await? >= 2);

    // The team takes it up; what the table of transitions does not know is refused.
    team.commandes().change_statut(&order.id, StatutCommande::EnCours, None).await?;
    let again = team.commandes().change_statut(&order.id, StatutCommande::EnCours, None).await;
    println!("{}", again.expect_err("it is there already"));
    let written = team.messages().send_to(&zoe.id, StaffMessage::new("Votre manuscrit est arrivé.")).await?;
    let conversation = written.message.conversation_id;

    // What concerns her is hers to see, and nothing else.
    for notice in author.notifications().list(&zoe.id, NotificationList::default()).await?.items {
        println!("{}: {}", notice.title, notice.message);
    }
    author.messages().mark_read(&conversation).await?;
    author.messages().reply(&conversation, Reply::new("Merci !")).await?;
    let others = author.notifications().unread_count(&agathe.id).await;
    println!("{}", others.expect_err("somebody else's"));

    // A visitor asks; the thread stays the visitor's, and waits in the team's inbox.
    site.messages()
        .send_as_visitor(VisitorMessage::new("vera@example.org", "Vera", "Corrigez-vous les thèses ?"))
        .await?;
    let inbox = team.messages().inbox(InboxList::default(), Page::of(10)).await?;
    println!("{} correspondents wait", inbox.items.iter().filter(|thread| thread.unread_count > 0).count());

    for entry in team.audit_logs().recent(vec![AuditSeverity::Low, AuditSeverity::Medium], Some(5)).await? {
        println!("{} {} {}", entry.timestamp, entry.admin_email, entry.action);
    }
    assert!(
        team.audit_logs().list(AuditSearch::default(), AuditSort::default(), None, Page::of(5)).await?.items.len() >= 2
    );
    staka.close().await;
    Ok(())
}
