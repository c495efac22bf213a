//! Deletion of accounts by administrators, and closing of accounts by their users, which anonymises them.

use serde_json::json;

use super::last_admin;
use crate::base::{Error, ErrorKind, Patch, Result, Secret};
use crate::db::Conn;
use crate::model::view::DeletedUser;
use crate::model::{UserId, UserPatch};
use crate::repo::{claims, erasures, password_resets, ticket_events, user_rows, users};
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

/// Deletes an account and its related rows. Fails with `Conflict` if one of its orders has an invoice, which must be
/// kept by law, or if it is the last active administrator.
pub async fn delete(conn: &mut Conn, ctx: &OpContext<'_>, id: &UserId) -> Result<DeletedUser> {
    let locked = last_admin::lock_user(conn, id).await?;
    locked.check_not_last_admin()?;
    let id = locked.user.id;
    user_rows::lock_commandes(conn, &id).await?;
    let invoices = user_rows::count_invoices(conn, &id).await?;
    if invoices > 0 {
        let message =
            format!("the account has {invoices} invoices, which must be kept: deactivate the account instead");
        return Err(Error::new(ErrorKind::Conflict, message).with_key("invoices_commandeId_fkey"));
    }
    let stored_names = user_rows::stored_names(conn, &id).await?;
    // Before the row is deleted, because the statement reads the actor's address from `users`.
    audit_trail::write(conn, ctx, Action::UserDeleted, Some(id.as_str()), json!({"role": locked.user.role})).await?;
    claims::delete_by_user(conn, &id).await?;
    ticket_events::delete_by_user(conn, &id).await?;
    // The erasure record lets a restored backup be erased again.
    erasures::keep(conn, &id, ctx.now, "other").await?;
    let user_rows::DeletedRows { messages, commandes, .. } = user_rows::delete(conn, &id, ctx.now).await?;
    users::remove(conn, &id).await?;
    Ok(DeletedUser { id, commandes, messages, stored_names })
}

/// Anonymises and deactivates an account permanently; its orders, invoices and messages are kept. Fails with `Conflict`
/// if it is the last active administrator.
pub async fn close(conn: &mut Conn, ctx: &OpContext<'_>, user: &UserId) -> Result<()> {
    let locked = last_admin::lock_user(conn, user).await?;
    locked.check_not_last_admin()?;
    let id = locked.user.id;
    let patch = UserPatch {
        // The time is part of the format of the existing backend; the id makes it unique within a millisecond.
        email: Patch::Set(format!("deleted_{}_{id}@anonymized.local", ctx.now.unix_millis()).to_lowercase()),
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
    users::update(conn, &id, &patch, None, ctx.now).await?;
    password_resets::void(conn, &id).await?;
    claims::delete_by_user(conn, &id).await?;
    // Last, so that the entry has the anonymised address of the actor and not the former one.
    audit_trail::write(conn, ctx, Action::UserDeleted, Some(id.as_str()), json!({"anonymised": true})).await
}
