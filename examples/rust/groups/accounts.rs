//! Accounts: registration and sign-in.

use staka_core::{Actor, Caller, ErrorKind, Registration, Staka};
use staka_examples::Result;

pub(crate) async fn run(staka: &Staka) -> Result<()> {
    let site = staka.as_caller(Caller::new(Actor::Anonymous));
    let registration = Registration::new("Zoé", "Ångström", " Zoe@Example.org ", "Un roman de 300 pages");
    let zoe = site.accounts().register(&registration).await?;
    assert_eq!(zoe.email, "zoe@example.org");
    let again = site.accounts().register(&registration).await.expect_err("the address is taken");
    assert_eq!((again.kind(), again.key()), (ErrorKind::Conflict, Some("users_email_key")));
    let wrong = site.accounts().authenticate("zoe@example.org", "?").await;
    assert_eq!(wrong.map_err(|error| error.kind()), Err(ErrorKind::Unauthenticated));
    Ok(())
}
