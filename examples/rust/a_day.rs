//! A day on the platform: an author registers and places an order, the team starts it and writes a message, a visitor
//! asks a question, and the audit log records who did what.
//!
//! `cargo run -p staka-examples --example a_day`

use staka_core::model::{AuditSeverity, Role, StatutCommande, UserId};
use staka_core::{
    Actor, AuditLogFilter, AuditLogSort, Caller, InboxFilter, NewCommande, NewFile, NewUser, PageRequest, Password,
    Registration, Reply, StaffMessage, TextId, UserNotificationFilter, VisitorMessage,
};
use staka_examples::{Database, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let database = Database::of_example("a_day")?;
    let staka = database.connect().await?;
    let unique = UserId::generate(staka.clock());

    // The system creates the first administrator; all others act with their own rights.
    let agathe =
        NewUser::new("Agathe", "Roux", format!("agathe.{unique}@example.org"), "Relire-2026-bien").role(Role::Admin);
    let agathe = staka.as_system().users().create(agathe).await?;
    let team = staka.as_caller(Caller::user(agathe.id.clone(), Role::Admin));

    // An author registers and signs in. The password hash is computed on a separate thread.
    let site = staka.as_caller(Caller::new(Actor::Anonymous));
    let (email, password) = (format!("Zoe.{unique}@Example.org"), "Un roman de 300 pages");
    site.accounts().register(Registration::new("Zoé", "Ångström", &email, password)).await?;
    let zoe = site.accounts().authenticate(email.to_lowercase(), Password::new(password)).await?;
    let author = staka.as_caller(Caller::user(zoe.id.clone(), zoe.role.clone()));

    // She places an order and adds her manuscript; the same transactions notify the team.
    let draft = NewCommande::new("Les Marées");
    let order = author.commandes().create(draft, None).await?;
    let file = NewFile::new("marees.pdf", "application/pdf", 480_000, "https://files.example.org/marees");
    author.files().create(file.commande_id(order.id.clone()), None).await?;
    assert!(team.notifications().unread_count(&agathe.id).await? >= 2);

    // The team starts the order. A transition that is not allowed is refused.
    team.commandes().set_statut(&order.id, StatutCommande::EnCours, None).await?;
    let again = team.commandes().set_statut(&order.id, StatutCommande::EnCours, None).await;
    println!("{}", again.expect_err("the order already has this statut"));
    let written = team.messages().send_to(&zoe.id, StaffMessage::new("Votre manuscrit est arrivé.")).await?;
    let conversation = written.message.conversation_id;

    // She sees her own notifications, but not those of others.
    for notification in author
        .notifications()
        .list_by_user(&zoe.id, UserNotificationFilter::default(), PageRequest::default())
        .await?
        .items
    {
        println!("{}: {}", notification.title, notification.message);
    }
    author.messages().mark_read(&conversation).await?;
    author.messages().reply(&conversation, Reply::new("Merci !")).await?;
    let others = author.notifications().unread_count(&agathe.id).await;
    println!("{}", others.expect_err("they belong to another user"));

    // A visitor asks a question, which appears in the team's inbox.
    site.messages()
        .send_as_visitor(VisitorMessage::new("vera@example.org", "Vera", "Corrigez-vous les thèses ?"))
        .await?;
    let inbox = team.messages().list_inbox(InboxFilter::default(), PageRequest::of(10)).await?;
    println!("{} unread threads", inbox.items.iter().filter(|thread| thread.unread_count > 0).count());

    for entry in team.audit_logs().list_recent(vec![AuditSeverity::Low, AuditSeverity::Medium], Some(5)).await? {
        println!("{} {} {}", entry.timestamp, entry.admin_email, entry.action);
    }
    assert!(
        team.audit_logs()
            .list(AuditLogFilter::default(), AuditLogSort::default(), PageRequest::of(5))
            .await?
            .items
            .len()
            >= 2
    );
    staka.close().await;
    Ok(())
}
