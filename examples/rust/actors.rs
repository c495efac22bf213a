//! Who may do what: every operation runs for an actor, and a refusal says what the caller can do about it.
//!
//! `cargo run -p staka-examples --example actors`

use staka_core::model::Role;
use staka_core::{Actor, Ctx, ErrorKind, NotificationList};
use staka_examples::{Database, Result, person};

#[tokio::main]
async fn main() -> Result<()> {
    let database = Database::of_example("actors")?;
    let staka = database.connect().await?;
    let zoe = person(&staka, "Zoé", Role::User, 2).await?.id;
    let max = person(&staka, "Max", Role::User, 1).await?.id;
    let ada = person(&staka, "Ada", Role::Admin, 0).await?.id;

    // A visitor sees what everybody may see.
    let visitor = staka.as_actor(Ctx::new(Actor::Anonymous));
    visitor.tarifs().active().await?;
    let error = visitor.notifications().unread_count(&zoe).await.expect_err("nobody is signed in");
    println!("visitor: {} ({error})", error.code());
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);

    // A user sees what is theirs. `actor_of` reads the role now, whatever an old token says.
    let user = staka.as_actor(Ctx::new(staka.actor_of(&zoe).await?));
    assert_eq!(user.notifications().unread_count(&zoe).await?, 2);
    let error = user.notifications().unread_count(&max).await.expect_err("they are Max's");
    println!("user:    {} ({error})", error.code());
    assert_eq!(error.kind(), ErrorKind::Denied);
    assert!(user.stats().users_by_role().await.is_err_and(|error| error.kind() == ErrorKind::Denied));

    // An administrator sees everything; where from goes into the audit log.
    let admin = Ctx { ip: Some("192.0.2.7".into()), ..Ctx::new(staka.actor_of(&ada).await?) };
    let admin = staka.as_actor(admin);
    assert_eq!(admin.notifications().unread_count(&max).await?, 1);
    for group in admin.stats().users_by_role().await? {
        println!("admin:   {group:?}");
    }

    // Invalid input: every faulty field at once, by the caller's own name for it.
    let wrong = NotificationList { limit: Some(500), page: Some(0), ..NotificationList::default() };
    let error = user.notifications().list(&zoe, wrong).await.expect_err("two fields are wrong");
    println!("user:    {} in {}", error.code(), error.operation().unwrap_or_default());
    for fault in error.fields() {
        println!("         {} {}", fault.field, fault.problem);
    }
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.fields().iter().map(|fault| fault.field.as_ref()).eq(["limit", "page"]));

    staka.close().await;
    Ok(())
}
