//! Password resets by a token.

use staka_core::{Actor, Caller, Password, Registration, Staka};
use staka_examples::Result;

pub(crate) async fn run(staka: &Staka) -> Result<()> {
    let site = staka.as_caller(Caller::new(Actor::Anonymous));
    site.accounts()
        .register(Registration::new("Zita", "Ångström", "zita@example.org", "Un roman de 300 pages"))
        .await?;
    // The program mails the token to the user and never shows it to the public.
    let request = staka.as_system().password_resets().request("zita@example.org").await?;
    let token = Password::new(request.token.expect("the account exists"));
    site.password_resets().consume(&token, Password::new("Un roman de 400 pages")).await?;
    assert!(!site.password_resets().check(&token).await?, "a token can be used once");
    Ok(())
}
