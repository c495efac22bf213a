//! Management of accounts by administrators.

use serde_json::json;

use super::{NewUser, UserUpdate, fields, last_admin, not_found, prepare_row, reload};
use crate::base::{Error, ErrorKind, Password, Patch, Result, Secret, Timestamp, Violations};
use crate::db::Conn;
use crate::model::view::Profile;
use crate::model::{Role, User, UserId, UserPatch};
use crate::repo::{password_resets, settings, users};
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

/// Checks a new account, hashes its password and returns the row for [`create`] to insert.
pub async fn prepare_account(conn: &mut Conn, ctx: &OpContext<'_>, new: &NewUser) -> Result<User> {
    prepare_row(conn, ctx, new).await
}

/// Inserts the account and returns it.
pub async fn create(conn: &mut Conn, ctx: &OpContext<'_>, user: &User) -> Result<Profile> {
    users::add(conn, std::slice::from_ref(user)).await?;
    let details = json!({"role": user.role, "isActive": user.is_active});
    audit_trail::write(conn, ctx, Action::UserCreated, Some(user.id.as_str()), details).await?;
    Ok(Profile::from(user.clone()))
}

/// Changes an account. Fails with `Precondition` if `expected` is given and is not the account's version, and with
/// `Conflict` if another account has the address or if the last active administrator would be demoted or deactivated.
pub async fn update(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &UserId,
    change: &UserUpdate,
    expected: Option<Timestamp>,
) -> Result<Profile> {
    let mut violations = Violations::default();
    if let Patch::Set(role) = &change.role {
        fields::role(role, &mut violations);
    }
    let patch = UserPatch {
        prenom: fields::map_patch(&change.prenom, |name| fields::name("prenom", name, &mut violations)),
        nom: fields::map_patch(&change.nom, |name| fields::name("nom", name, &mut violations)),
        email: fields::map_patch(&change.email, |email| fields::email(email, &mut violations)),
        role: change.role.clone(),
        is_active: change.is_active.clone(),
        telephone: fields::map_patch(&change.telephone, |text| fields::telephone(text.as_deref(), &mut violations)),
        adresse: fields::map_patch(&change.adresse, |text| fields::text("adresse", text.as_deref(), &mut violations)),
        bio: fields::map_patch(&change.bio, |text| fields::text("bio", text.as_deref(), &mut violations)),
        avatar: fields::map_patch(&change.avatar, |text| fields::avatar(text.as_deref(), &mut violations)),
        ..UserPatch::default()
    };
    violations.into_result()?;
    let locked = last_admin::lock_user(conn, id).await?;
    if expected.is_some_and(|expected| expected != locked.user.updated_at) {
        return Err(Error::new(ErrorKind::Precondition, format!("user {id} was changed meanwhile")));
    }
    locked.check_change(patch.role.as_set(), patch.is_active.as_set().copied())?;
    write(conn, ctx, &locked.user, &patch).await
}

/// Activates or deactivates an account; writes nothing if it already has that state. Fails with `Conflict` if the last
/// active administrator would be deactivated.
pub async fn set_active(conn: &mut Conn, ctx: &OpContext<'_>, id: &UserId, active: bool) -> Result<Profile> {
    let locked = last_admin::lock_user(conn, id).await?;
    if locked.user.is_active == active {
        return Ok(Profile::from(locked.user));
    }
    locked.check_change(None, Some(active))?;
    write(conn, ctx, &locked.user, &UserPatch { is_active: Patch::Set(active), ..UserPatch::default() }).await
}

/// Sets an account's role; writes nothing if it already has that role. Fails with `Conflict` if the last active
/// administrator would be demoted.
pub async fn set_role(conn: &mut Conn, ctx: &OpContext<'_>, id: &UserId, role: &Role) -> Result<Profile> {
    let mut violations = Violations::default();
    fields::role(role, &mut violations);
    violations.into_result()?;
    let locked = last_admin::lock_user(conn, id).await?;
    if locked.user.role == *role {
        return Ok(Profile::from(locked.user));
    }
    locked.check_change(Some(role), None)?;
    write(conn, ctx, &locked.user, &UserPatch { role: Patch::Set(role.clone()), ..UserPatch::default() }).await
}

/// Applies the patch and writes separate audit entries for the role, the state and the other fields, because they have
/// different severities.
async fn write(conn: &mut Conn, ctx: &OpContext<'_>, user: &User, patch: &UserPatch) -> Result<Profile> {
    let target = Some(user.id.as_str());
    users::update(conn, &user.id, patch, None, ctx.now).await?;
    if let Some(role) = patch.role.as_set().filter(|role| **role != user.role) {
        let details = json!({"from": user.role, "to": role});
        audit_trail::write(conn, ctx, Action::UserRoleChanged, target, details).await?;
    }
    if let Some(active) = patch.is_active.as_set().filter(|active| **active != user.is_active) {
        let action = if *active { Action::UserActivated } else { Action::UserDeactivated };
        audit_trail::write(conn, ctx, action, target, json!({})).await?;
    }
    let others: Vec<_> =
        fields::set_fields(patch).into_iter().filter(|name| !["role", "isActive"].contains(name)).collect();
    if !others.is_empty() {
        audit_trail::write(conn, ctx, Action::UserUpdated, target, json!({"fields": others})).await?;
    }
    reload(conn, &user.id).await
}

/// Checks a password set by an administrator and hashes it.
pub async fn prepare_password(conn: &mut Conn, ctx: &OpContext<'_>, password: &Password) -> Result<Secret> {
    let scheme = settings::password_scheme(conn).await?;
    let mut violations = Violations::default();
    ctx.passwords.check(&scheme, "password", password, &mut violations);
    violations.into_result()?;
    conn.release_during(ctx.passwords.hash(&scheme, password)).await?
}

/// Writes the password hash and voids the user's reset tokens.
pub async fn set_password(conn: &mut Conn, ctx: &OpContext<'_>, id: &UserId, hash: &Secret) -> Result<()> {
    let user = users::locked(conn, id).await?.ok_or_else(|| not_found(id))?;
    users::set_password(conn, &user.id, hash, ctx.now).await?;
    password_resets::void(conn, &user.id).await?;
    let details = json!({"byAdmin": true});
    audit_trail::write(conn, ctx, Action::UserPasswordChanged, Some(user.id.as_str()), details).await
}
