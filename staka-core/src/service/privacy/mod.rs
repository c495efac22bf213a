//! Personal data under the GDPR: access, export, erasure, the search for remaining data, and retention.
//!
//! Each model declares which columns are personal and what happens to them; no code here names a table for an erasure
//! or an export.

mod check;
mod erase;
mod export;
mod identity;
mod mentions;
mod others;
mod plan;
mod replay;
mod retention;
mod scan;

pub use check::check;
pub use erase::{ErasureReason, erase};
pub use export::export;
pub use others::{erase_mentions, list_mentions};
pub use plan::{plan_erasure, summary};
pub use replay::{ErasureInput, replay_erasures};
pub use retention::{list_retention_rules, purge};

use crate::base::{Error, ErrorKind, Result};
use crate::db::Conn;
use crate::model::{Role, User, UserId};
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
    let mut signed_in_as = vec![identity.address.clone(), identity.pseudonym.clone()];
    signed_in_as.dedup();
    let changed = privacy::address_since(conn, &user.id).await?;
    let person = Person {
        id: user.id.clone(),
        addresses: identity.addresses.clone(),
        signed_in_as,
        pseudonym: identity.pseudonym.clone(),
        since: changed.map_or(user.created_at, |changed| changed.max(user.created_at)),
        is_client: user.role == Role::User,
    };
    Ok((person, identity))
}

/// Returns descriptions of the data that no erasure reaches.
fn out_of_scope() -> Vec<String> {
    [
        "texts that others wrote: messages to the person, notes in others' orders, answers of the team",
        "rows of others in which the platform names the person, such as another client's entry of the audit log: an \
         administrator lists them by privacy.list_mentions and erases them by privacy.erase_mentions",
        "invoices and credit notes with the buyer they name, kept for ten years (code de commerce, art. L123-22); where an \
         invoice was made before this library, its PDF alone names the buyer",
        "the id of the account, which leads to no personal data any more",
        "files, mails and backups outside of the database: the answer lists the files; replay the erasures after a restore",
        "data held by others: Stripe, the mail provider",
    ]
    .map(str::to_owned)
    .to_vec()
}
