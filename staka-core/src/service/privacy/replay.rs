//! Repeats erasures after a backup was restored.

use serde::Deserialize;
use staka_macros::Described;

use super::erase::{ErasureReason, erase};
use crate::base::{Error, ErrorKind, Result, Timestamp, Violations};
use crate::db::Conn;
use crate::model::UserId;
use crate::model::view::{ErasureRecord, ErasureReplay};
use crate::repo::{erasures, users};
use crate::service::context::OpContext;

use super::identity::pseudonym;

/// An erasure record that was kept beside the backups.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct ErasureInput {
    /// The erased user's id.
    pub user_id: UserId,
    /// Time of the erasure, UTC; not in the future.
    pub erased_at: Timestamp,
    /// Reason for the erasure: `request` (the person asked for it), `inactivity` (the account was inactive for years),
    /// `restored` (a backup brought back a person who had been erased) or `other`.
    #[serde(default)]
    pub reason: ErasureReason,
}

/// The maximum number of erasure records of one call.
const MAX_RECORDS: usize = 1_000;

/// Erases again every person who has an erasure record and was restored, and keeps the first date of each record.
/// Without a list, the database's own records are used.
pub async fn replay_erasures(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    given: Option<&Vec<ErasureInput>>,
) -> Result<ErasureReplay> {
    let mut violations = Violations::default();
    if given.is_some_and(|given| given.len() > MAX_RECORDS) {
        violations.add("erasures", format!("must be at most {MAX_RECORDS}"));
    }
    if given.is_some_and(|given| given.iter().any(|erasure| erasure.erased_at > ctx.now)) {
        violations.add("erasedAt", "must not be later than now");
    }
    violations.into_result()?;
    if let Some(given) = given {
        for ErasureInput { user_id, erased_at, reason } in given {
            erasures::add(conn, user_id, *erased_at, reason.as_str()).await?;
        }
    }
    let mut done = ErasureReplay {
        erased: Vec::new(),
        unchanged: Vec::new(),
        absent: Vec::new(),
        refused: Vec::new(),
        stored_files: Vec::new(),
    };
    let Some(given) = given else {
        let mut after: Option<UserId> = None;
        loop {
            let next = erasures::next(conn, after.as_ref(), 500).await?;
            let Some(last) = next.last() else { return Ok(done) };
            after = Some(last.user_id.clone());
            for ErasureRecord { user_id, .. } in &next {
                erase_again(conn, ctx, user_id, &mut done).await?;
            }
        }
    };
    for ErasureInput { user_id, .. } in given {
        erase_again(conn, ctx, user_id, &mut done).await?;
    }
    Ok(done)
}

async fn erase_again(conn: &mut Conn, ctx: &OpContext<'_>, user: &UserId, done: &mut ErasureReplay) -> Result<()> {
    let Some(account) = users::lookup(conn, user).await? else {
        done.absent.push(user.clone());
        return Ok(());
    };
    let back = account.is_active || account.email != pseudonym(user);
    match erase(conn, ctx, user, ErasureReason::Restored).await {
        Ok(erased) if back || !erased.tables.is_empty() => {
            done.erased.push(user.clone());
            done.stored_files.extend(erased.stored_files);
        }
        Ok(_) => done.unchanged.push(user.clone()),
        Err(error) if is_refusal(&error) => done.refused.push(user.clone()),
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Returns whether the erasure was refused before anything was written, to keep an administrator.
fn is_refusal(error: &Error) -> bool {
    error.kind() == ErrorKind::Conflict && error.key().is_none()
}
