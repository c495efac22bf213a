//! First steps: create and migrate a database, notify a user, and count the unread notifications.
//!
//! `cargo run -p staka-examples --example first_steps`

use staka_core::base::NewRow;
use staka_core::db::migrate::MigrateOptions;
use staka_core::model::{NotificationInsert, NotificationPriority, UserId, UserInsert};
use staka_core::repo::{notifications, users};
use staka_core::{Config, Migrator, PageRequest, Secret, Staka, TextEnum, TextId, UserNotificationFilter};
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

    // The functions of `repo` use a connection of the pool and have the same names for every table.
    let clock = staka.clock();
    let email = format!("zoe.{}@example.org", UserId::generate(clock));
    let zoe = UserInsert::new("Zoé", "Ångström", email, Secret::new("a bcrypt hash")).into_row(clock)?;
    let written = NotificationInsert::new(zoe.id.clone(), "Message reçu", "Votre correctrice vous a écrit.");
    let paid = NotificationInsert {
        priority: NotificationPriority::Haute,
        ..NotificationInsert::new(zoe.id.clone(), "Paiement reçu", "Votre commande est confirmée.")
    };
    let mut conn = staka.acquire().await?;
    users::add(&mut conn, std::slice::from_ref(&zoe)).await?;
    notifications::add(&mut conn, &[written.into_row(clock)?, paid.into_row(clock)?]).await?;
    drop(conn); // back to the pool

    // Each operation takes its own connection from the pool.
    let db = staka.as_system();
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
