//! What the law gives to those whom the platform knows (RGPD): to see what is held, to take it along, to be erased; and to
//! the platform: to know what erasing would do, what is left, and what is past its time.
//!
//! Which column is personal, and what becomes of it, each model declares; nothing here names a table that an erasure or an
//! export would have to be taught about.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::model::Role;
//! use staka_core::{CommandeDraft, Ctx, ErasureReason};
//!
//! let zoe = staka_examples::person(&staka, "Zoé", Role::User, 0).await?;
//! let author = staka.as_actor(Ctx::user(zoe.id.clone(), Role::User));
//! author.commandes().create(CommandeDraft { titre: "Embruns et silences".into(), ..CommandeDraft::default() }, None).await?;
//! // All that is held, as one JSON document.
//! let held = author.privacy().export(&zoe.id, None, None).await?;
//! assert!(held.text.contains("Embruns et silences"));
//! // What would happen, then what does.
//! let plan = author.privacy().plan(&zoe.id).await?;
//! assert!(plan.tables.iter().any(|table| table.table == "commandes" && table.changed == 1));
//! author.privacy().erase(&zoe.id, ErasureReason::Request).await?;
//! // Nothing of hers is left.
//! let check = staka.as_system().privacy().check(&zoe.id, vec![zoe.email.clone(), "Embruns et silences".into()]).await?;
//! assert_eq!(check.missed, 0);
//! # Ok(()) }
//! ```

mod check;
mod erase;
mod export;
mod identity;
mod mentions;
mod plan;
mod replay;
mod retention;

pub use check::check;
pub use erase::{ErasureReason, erase};
pub use export::export;
pub use identity::pseudonym;
pub use plan::{plan, summary};
pub use replay::{Buried, replay};
pub use retention::{purge, retention};

use crate::base::{Error, ErrorKind, Result};
use crate::db::Conn;
use crate::model::{User, UserId};
use crate::repo::privacy::{self, Person};
use identity::Identity;

fn gone(user: &UserId) -> Error {
    Error::new(ErrorKind::NotFound, format!("users {user} is not there"))
}

/// The person as rows know them, and as texts name them.
async fn person(conn: &mut Conn, user: &User) -> Result<(Person, Identity)> {
    let claimed = privacy::addresses(conn, &user.id).await?;
    let identity = Identity::of(user, &claimed);
    // The entries of an erased person bear the pseudonym.
    let mut signed_in_as = vec![user.email.trim().to_lowercase(), identity.pseudonym.clone()];
    signed_in_as.dedup();
    let (addresses, since) = (identity.addresses.clone(), user.created_at);
    Ok((Person { id: user.id.clone(), addresses, signed_in_as, since }, identity))
}

/// What no erasure reaches, in words.
fn out_of_scope() -> Vec<String> {
    [
        "what others wrote in their own words: messages to the person, notes in others' orders, answers of the team",
        "invoices and credit notes with the buyer as they name him: ten years (code de commerce, art. L123-22); where an \
         invoice was made before this library, its PDF alone names the buyer",
        "the id of the account, which leads to nobody any more",
        "files, mails and backups outside of the database: the answer lists the files; replay the tombstones after a restore",
        "what others hold: Stripe, the mail provider",
    ]
    .map(str::to_owned)
    .to_vec()
}
