//! Access rights: every operation runs for an actor and is refused if the actor may not call it.
//!
//! `cargo run -p staka-examples --example actors`

use staka_core::model::Role;
use staka_core::{Actor, Caller, ErrorKind, PageRequest, UserNotificationFilter};
use staka_examples::{Database, Result, create_user};

#[tokio::main]
async fn main() -> Result<()> {
    let database = Database::of_example("actors")?;
    let staka = database.connect().await?;
    let zoe = create_user(&staka, "Zoé", Role::User, 2).await?.id;
    let max = create_user(&staka, "Max", Role::User, 1).await?.id;
    let ada = create_user(&staka, "Ada", Role::Admin, 0).await?.id;

    // A visitor may call the public operations.
    let visitor = staka.as_caller(Caller::new(Actor::Anonymous));
    visitor.tarifs().list_active().await?;
    let error = visitor.notifications().unread_count(&zoe).await.expect_err("nobody is signed in");
    println!("visitor: {} ({error})", error.code());
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);

    // A user sees their own rows. `caller_of` reads the current role from the database.
    let user = staka.as_caller(staka.caller_of(&zoe).await?);
    assert_eq!(user.notifications().unread_count(&zoe).await?, 2);
    let error = user.notifications().unread_count(&max).await.expect_err("the notifications belong to Max");
    println!("user:    {} ({error})", error.code());
    assert_eq!(error.kind(), ErrorKind::Denied);
    assert!(user.stats().users_by_role().await.is_err_and(|error| error.kind() == ErrorKind::Denied));

    // An administrator sees everything. The IP address is recorded in the audit log.
    let admin = staka.caller_of(&ada).await?.ip("192.0.2.7");
    let admin = staka.as_caller(admin);
    assert_eq!(admin.notifications().unread_count(&max).await?, 1);
    for group in admin.stats().users_by_role().await? {
        println!("admin:   {group:?}");
    }

    // Invalid input: the error names every invalid field.
    let (all, wrong) = (UserNotificationFilter::default(), PageRequest::of(500).page(0));
    let error = user.notifications().list_by_user(&zoe, all, wrong).await.expect_err("two fields are wrong");
    println!("user:    {} in {}", error.code(), error.operation().unwrap_or_default());
    for field in error.fields() {
        println!("         {} {}", field.field, field.problem);
    }
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.fields().iter().map(|field| field.field.as_ref()).eq(["limit", "page"]));

    staka.close().await;
    Ok(())
}
