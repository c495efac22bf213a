//! Notifications with an idempotency key.

use staka_core::model::Role;
use staka_core::{NewNotification, Staka};
use staka_examples::{Result, create_user};

pub(crate) async fn run(staka: &Staka) -> Result<()> {
    let zoe = create_user(staka, "Zoé", Role::User, 0).await?;
    let db = staka.as_system();
    let draft = NewNotification::new("Maintenance", "Le site sera fermé dimanche.");
    // Two calls with the same idempotency key create one notification.
    let first = db.notifications().create(&zoe.id, &draft, "maintenance-12").await?;
    let second = db.notifications().create(&zoe.id, &draft, "maintenance-12").await?;
    assert_eq!(first.id, second.id);
    assert_eq!(db.notifications().unread_count(&zoe.id).await?, 1);
    Ok(())
}
