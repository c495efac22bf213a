//! Personal data under the GDPR: access, export, erasure, the search for remaining data, and retention.
//!
//! Each model declares which columns are personal and what happens to them; no code here names a table for an erasure
//! or an export.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::model::Role;
//! use staka_core::{NewCommande, Caller, ErasureReason};
//!
//! let zoe = staka_examples::create_user(&staka, "Zoé", Role::User, 0).await?;
//! let author = staka.as_caller(Caller::user(zoe.id.clone(), Role::User));
//! author.commandes().create(NewCommande { titre: "Embruns et silences".into(), ..NewCommande::default() }, None).await?;
//! // All data about the person, as one JSON document.
//! let exported = author.privacy().export(&zoe.id, None, None).await?;
//! assert!(exported.text.contains("Embruns et silences"));
//! // First the plan, then the erasure.
//! let plan = author.privacy().plan_erasure(&zoe.id).await?;
//! assert!(plan.tables.iter().any(|table| table.table == "commandes" && table.changed == 1));
//! author.privacy().erase(&zoe.id, ErasureReason::Request).await?;
//! // No personal data of hers is left.
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
pub use plan::{plan_erasure, summary};
pub use replay::{ErasureInput, replay_erasures};
pub use retention::{list_retention_rules, purge};

use crate::base::{Error, ErrorKind, Result};
use crate::db::Conn;
use crate::model::{User, UserId};
use crate::repo::privacy::{self, Person};
use identity::Identity;

fn not_found(user: &UserId) -> Error {
    Error::new(ErrorKind::NotFound, format!("user {user} not found"))
}

/// Returns how rows refer to the person, and how texts name them.
async fn person(conn: &mut Conn, user: &User) -> Result<(Person, Identity)> {
    let claimed = privacy::addresses(conn, &user.id).await?;
    let identity = Identity::of(user, &claimed);
    // Audit log entries of an erased person have the pseudonym as address.
    let mut signed_in_as = vec![user.email.trim().to_lowercase(), identity.pseudonym.clone()];
    signed_in_as.dedup();
    let (addresses, since) = (identity.addresses.clone(), user.created_at);
    Ok((Person { id: user.id.clone(), addresses, signed_in_as, since }, identity))
}

/// Returns descriptions of the data that no erasure reaches.
fn out_of_scope() -> Vec<String> {
    [
        "texts that others wrote: messages to the person, notes in others' orders, answers of the team",
        "invoices and credit notes with the buyer they name, kept for ten years (code de commerce, art. L123-22); where an \
         invoice was made before this library, its PDF alone names the buyer",
        "the id of the account, which leads to no personal data any more",
        "files, mails and backups outside of the database: the answer lists the files; replay the erasures after a restore",
        "data held by others: Stripe, the mail provider",
    ]
    .map(str::to_owned)
    .to_vec()
}
