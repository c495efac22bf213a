//! Erased people stay erased when a backup is restored.

use serde::Deserialize;
use staka_macros::Described;

use super::erase::{ErasureReason, erase};
use crate::base::{Error, ErrorKind, Faults, Result, Timestamp};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::model::UserId;
use crate::model::view::{Replayed, Tombstone};
use crate::repo::{tombstones, users};

use super::identity::pseudonym;

/// A tombstone as it was kept beside the backups.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct Buried {
    /// Who.
    pub user_id: UserId,
    /// When they were erased, UTC.
    pub erased_at: Timestamp,
    /// Why: `request` unless given.
    #[serde(default)]
    pub reason: ErasureReason,
}

/// The most tombstones of one call.
const MOST: usize = 1_000;

/// Erases everybody again who has a tombstone and is back, and keeps the tombstones with their first date. Without a list,
/// those of the database itself.
pub async fn replay(conn: &mut Conn, act: &Act<'_>, given: Option<&Vec<Buried>>) -> Result<Replayed> {
    let mut faults = Faults::default();
    if given.is_some_and(|given| given.len() > MOST) {
        faults.add("tombstones", format!("must be at most {MOST}"));
    }
    if given.is_some_and(|given| given.iter().any(|tombstone| tombstone.erased_at > act.now)) {
        faults.add("erasedAt", "must not be later than now");
    }
    faults.into_result()?;
    if let Some(given) = given {
        for Buried { user_id, erased_at, reason } in given {
            tombstones::add(conn, user_id, *erased_at, reason.as_str()).await?;
        }
    }
    let mut done = Replayed {
        erased: Vec::new(),
        unchanged: Vec::new(),
        absent: Vec::new(),
        refused: Vec::new(),
        stored_files: Vec::new(),
    };
    let Some(given) = given else {
        let mut after: Option<UserId> = None;
        loop {
            let next = tombstones::next(conn, after.as_ref(), 500).await?;
            let Some(last) = next.last() else { return Ok(done) };
            after = Some(last.user_id.clone());
            for Tombstone { user_id, .. } in &next {
                again(conn, act, user_id, &mut done).await?;
            }
        }
    };
    for Buried { user_id, .. } in given {
        again(conn, act, user_id, &mut done).await?;
    }
    Ok(done)
}

async fn again(conn: &mut Conn, act: &Act<'_>, user: &UserId, done: &mut Replayed) -> Result<()> {
    let Some(account) = users::lookup(conn, user).await? else {
        done.absent.push(user.clone());
        return Ok(());
    };
    let back = account.is_active || account.email != pseudonym(user);
    match erase(conn, act, user, ErasureReason::Restored).await {
        Ok(erased) if back || !erased.tables.is_empty() => {
            done.erased.push(user.clone());
            done.stored_files.extend(erased.stored_files);
        }
        Ok(_) => done.unchanged.push(user.clone()),
        Err(error) if refuses(&error) => done.refused.push(user.clone()),
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Before anything was written: nobody would be left to administer the platform.
fn refuses(error: &Error) -> bool {
    error.kind() == ErrorKind::Conflict && error.key().is_none()
}
