//! How accounts go: by an administrator with all that hangs on them, by their owners without what tells who they were.

use serde_json::json;

use super::standing;
use crate::base::{Error, ErrorKind, Patch, Result, Secret};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::model::view::RemovedUser;
use crate::model::{UserId, UserPatch};
use crate::repo::{claims, password_resets, support_events, tombstones, user_rows, users};

/// Removes an account and all that hangs on it. `Conflict` when one of its orders has an invoice, which the law wants
/// kept, and when nobody would be left to administer the platform.
pub async fn remove(conn: &mut Conn, act: &Act<'_>, id: &UserId) -> Result<RemovedUser> {
    let held = standing::hold(conn, id).await?;
    held.may_cease()?;
    let id = held.user.id;
    user_rows::lock_commandes(conn, &id).await?;
    let invoices = user_rows::invoices(conn, &id).await?;
    if invoices > 0 {
        let message = format!("the account has {invoices} invoices, which must be kept: deactivate it instead");
        return Err(Error::new(ErrorKind::Conflict, message).with_key("invoices_commandeId_fkey"));
    }
    let stored_names = user_rows::stored_names(conn, &id).await?;
    // First: the actor's own address is looked up in this very table.
    journal::write(conn, act, Action::UserDeleted, Some(id.as_str()), json!({"role": held.user.role})).await?;
    claims::forget(conn, &id).await?;
    support_events::forget(conn, &id).await?;
    // A backup must not bring them back.
    tombstones::keep(conn, &id, act.now).await?;
    let user_rows::Removed { messages, commandes, .. } = user_rows::remove(conn, &id, act.now).await?;
    users::remove(conn, &id).await?;
    Ok(RemovedUser { id, commandes, messages, stored_names })
}

/// Takes from an account what tells who its owner was, and lets nobody sign in by it. Orders, invoices and messages stay.
/// `Conflict` when nobody would be left to administer the platform.
pub async fn remove_self(conn: &mut Conn, act: &Act<'_>, user: &UserId) -> Result<()> {
    let held = standing::hold(conn, user).await?;
    held.may_cease()?;
    let id = held.user.id;
    let patch = UserPatch {
        // The moment as the existing backend writes it, and the id: two may leave in the same millisecond.
        email: Patch::Set(format!("deleted_{}_{id}@anonymized.local", act.now.unix_millis()).to_lowercase()),
        prenom: Patch::Set("Utilisateur".to_owned()),
        nom: Patch::Set("Supprimé".to_owned()),
        password: Patch::Set(Secret::new("")),
        is_active: Patch::Set(false),
        telephone: Patch::Set(None),
        adresse: Patch::Set(None),
        bio: Patch::Set(None),
        avatar: Patch::Set(None),
        preferences: Patch::Set(None),
        ..UserPatch::default()
    };
    users::update(conn, &id, &patch, None, act.now).await?;
    password_resets::void(conn, &id).await?;
    claims::forget(conn, &id).await?;
    // Last: the entry bears the address that is left, not the one that was to be forgotten.
    journal::write(conn, act, Action::UserDeleted, Some(id.as_str()), json!({"anonymised": true})).await
}
