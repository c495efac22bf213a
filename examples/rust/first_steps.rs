//! First steps: create and migrate a database, notify a user, and count the unread notifications.
//!
//! `cargo run -p staka-examples --example first_steps`

use staka_core::migrate::MigrateOptions;
use staka_core::model::{NotificationPriority, UserId};
use staka_core::{
    Config, Migrator, NewNotification, NewUser, PageRequest, Staka, TextEnum, TextId, UserNotificationFilter,
};
use staka_examples::{Database, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let database = Database::of_example("first_steps")?;

    // A database that Prisma created is adopted; one that is up to date is not changed.
    let config = Config::from_url(database.url())?;
    Migrator::create_database(&config).await?;
    let report = Migrator::connect(&config).await?.migrate(&MigrateOptions::default(), &mut |_| {}).await?;
    println!("migrated: {} statements", report.applied.len());

    let staka = Staka::connect(database.url()).await?;

    // The operations without a check of rights. Each takes its own connection from the pool.
    let db = staka.as_system();
    let email = format!("zoe.{}@example.org", UserId::generate(staka.clock()));
    let zoe = db.users().create(NewUser::new("Zoé", "Ångström", email, "Un roman de 300 pages")).await?;
    let paid =
        NewNotification::new("Paiement reçu", "Votre commande est confirmée.").priority(NotificationPriority::Haute);
    db.notifications().create(&zoe.id, paid, None).await?;
    let written = NewNotification::new("Message reçu", "Votre correctrice vous a écrit.");
    db.notifications().create(&zoe.id, written, None).await?;

    let unread = db.notifications().unread_count(&zoe.id).await?;
    println!("{unread} unread");
    assert_eq!(unread, 2);

    let inbox =
        db.notifications().list_by_user(&zoe.id, UserNotificationFilter::default(), PageRequest::default()).await?;
    for item in &inbox.items {
        println!("{:>7}  {}: {}", item.priority.as_str(), item.title, item.message);
    }
    assert_eq!(inbox.items[0].title, "Paiement reçu", "the higher priority comes first");

    assert_eq!(db.notifications().mark_all_read(&zoe.id).await?, 2);
    println!("{} unread", db.notifications().unread_count(&zoe.id).await?);
    assert_eq!(db.notifications().unread_count(&zoe.id).await?, 0);

    staka.close().await;
    Ok(())
}
