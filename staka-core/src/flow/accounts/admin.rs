//! What administrators do with accounts.

use serde_json::json;

use super::{NewAccount, UserChange, fields, gone, prepared, standing, written};
use crate::base::{Error, ErrorKind, Faults, Password, Patch, Result, Secret, Timestamp};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::model::view::Profile;
use crate::model::{Role, User, UserId, UserPatch};
use crate::repo::{password_resets, settings, users};

/// Checks a new account, and hashes its password: the row that [`create`] adds.
pub async fn prepare_account(conn: &mut Conn, act: &Act<'_>, new: &NewAccount) -> Result<User> {
    prepared(conn, act, new).await
}

/// Adds the account.
pub async fn create(conn: &mut Conn, act: &Act<'_>, user: &User) -> Result<Profile> {
    users::add(conn, std::slice::from_ref(user)).await?;
    let details = json!({"role": user.role, "isActive": user.is_active});
    journal::write(conn, act, Action::UserCreated, Some(user.id.as_str()), details).await?;
    Ok(Profile::from(user.clone()))
}

/// Writes what an administrator changes. `Precondition` when `expected` is given and is not the version any more;
/// `Conflict` when the address is somebody else's, or nobody would be left to administer the platform.
pub async fn update(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &UserId,
    change: &UserChange,
    expected: Option<Timestamp>,
) -> Result<Profile> {
    let mut faults = Faults::default();
    if let Patch::Set(role) = &change.role {
        fields::role(role, &mut faults);
    }
    let patch = UserPatch {
        prenom: fields::patched(&change.prenom, |name| fields::name("prenom", name, &mut faults)),
        nom: fields::patched(&change.nom, |name| fields::name("nom", name, &mut faults)),
        email: fields::patched(&change.email, |email| fields::email(email, &mut faults)),
        role: change.role.clone(),
        is_active: change.is_active.clone(),
        telephone: fields::patched(&change.telephone, |text| fields::telephone(text.as_deref(), &mut faults)),
        adresse: fields::patched(&change.adresse, |text| fields::text("adresse", text.as_deref(), &mut faults)),
        bio: fields::patched(&change.bio, |text| fields::text("bio", text.as_deref(), &mut faults)),
        avatar: fields::patched(&change.avatar, |text| fields::avatar(text.as_deref(), &mut faults)),
        ..UserPatch::default()
    };
    faults.into_result()?;
    let held = standing::hold(conn, id).await?;
    if expected.is_some_and(|expected| expected != held.user.updated_at) {
        return Err(Error::new(ErrorKind::Precondition, format!("users {id} was changed meanwhile")));
    }
    held.may_become(patch.role.as_set(), patch.is_active.as_set().copied())?;
    write(conn, act, &held.user, &patch).await
}

/// Lets an account sign in, or not; nothing is written when it is so already. `Conflict` when nobody would be left to
/// administer the platform.
pub async fn set_active(conn: &mut Conn, act: &Act<'_>, id: &UserId, active: bool) -> Result<Profile> {
    let held = standing::hold(conn, id).await?;
    if held.user.is_active == active {
        return Ok(Profile::from(held.user));
    }
    held.may_become(None, Some(active))?;
    write(conn, act, &held.user, &UserPatch { is_active: Patch::Set(active), ..UserPatch::default() }).await
}

/// Sets what an account may do; nothing is written when it is so already. `Conflict` when nobody would be left to
/// administer the platform.
pub async fn set_role(conn: &mut Conn, act: &Act<'_>, id: &UserId, role: &Role) -> Result<Profile> {
    let mut faults = Faults::default();
    fields::role(role, &mut faults);
    faults.into_result()?;
    let held = standing::hold(conn, id).await?;
    if held.user.role == *role {
        return Ok(Profile::from(held.user));
    }
    held.may_become(Some(role), None)?;
    write(conn, act, &held.user, &UserPatch { role: Patch::Set(role.clone()), ..UserPatch::default() }).await
}

/// Writes the patch, and an entry for each thing that it means: what an account may do and whether it may sign in weigh
/// more than the rest.
async fn write(conn: &mut Conn, act: &Act<'_>, user: &User, patch: &UserPatch) -> Result<Profile> {
    let target = Some(user.id.as_str());
    users::update(conn, &user.id, patch, None, act.now).await?;
    if let Some(role) = patch.role.as_set().filter(|role| **role != user.role) {
        let details = json!({"from": user.role, "to": role});
        journal::write(conn, act, Action::UserRoleChanged, target, details).await?;
    }
    if let Some(active) = patch.is_active.as_set().filter(|active| **active != user.is_active) {
        let action = if *active { Action::UserActivated } else { Action::UserDeactivated };
        journal::write(conn, act, action, target, json!({})).await?;
    }
    let others: Vec<_> = fields::names(patch).into_iter().filter(|name| !["role", "isActive"].contains(name)).collect();
    if !others.is_empty() {
        journal::write(conn, act, Action::UserUpdated, target, json!({"fields": others})).await?;
    }
    written(conn, &user.id).await
}

/// Checks a password that an administrator sets, and hashes it.
pub async fn prepare_password(conn: &mut Conn, act: &Act<'_>, password: &Password) -> Result<Secret> {
    let scheme = settings::password_scheme(conn).await?;
    let mut faults = Faults::default();
    act.passwords.check(&scheme, "password", password, &mut faults);
    faults.into_result()?;
    conn.lend(act.passwords.hash(&scheme, password)).await?
}

/// Writes it; tokens that would set another are void.
pub async fn set_password(conn: &mut Conn, act: &Act<'_>, id: &UserId, hash: &Secret) -> Result<()> {
    let user = users::locked(conn, id).await?.ok_or_else(|| gone(id))?;
    users::set_password(conn, &user.id, hash, act.now).await?;
    password_resets::void(conn, &user.id).await?;
    let details = json!({"byAdmin": true});
    journal::write(conn, act, Action::UserPasswordChanged, Some(user.id.as_str()), details).await
}
