//! Service functions on accounts: registration, signing in, and management by their users and by administrators.

mod admin;
mod deletion;
mod fields;
mod input;
mod last_admin;
mod preferences;

pub use admin::{create, prepare_account, prepare_password, set_active, set_password, set_role, update};
pub use deletion::{close, delete};
pub use input::{NewUser, ProfileUpdate, Registration, UserUpdate};
pub use preferences::{preferences, update_preferences};

use serde_json::json;

use super::audit_trail::{self, Action};
use super::context::OpContext;
use super::notify::{self, Event};
use super::passwords::{self, Verdict};
use crate::base::{Error, ErrorKind, Password, Patch, Result, Secret, Timestamp, Violations};
use crate::db::Conn;
use crate::model::view::Profile;
use crate::model::{Role, User, UserId, UserPatch};
use crate::repo::{password_resets, settings, users};

/// Checks a registration, hashes its password and returns the row for [`register`] to insert.
pub async fn prepare_registration(conn: &mut Conn, ctx: &OpContext<'_>, new: &Registration) -> Result<User> {
    let Registration { prenom, nom, email, password } = new;
    let account = NewUser {
        prenom: prenom.clone(),
        nom: nom.clone(),
        email: email.clone(),
        password: password.clone(),
        role: None,
        is_active: None,
        telephone: None,
        adresse: None,
    };
    prepare_row(conn, ctx, &account).await
}

/// Inserts the account and notifies the administrators.
pub async fn register(conn: &mut Conn, ctx: &OpContext<'_>, user: &User) -> Result<Profile> {
    users::add(conn, std::slice::from_ref(user)).await?;
    let User { id, prenom, nom, email, .. } = user;
    let values = [("prenom", prenom.as_str()), ("nom", nom), ("email", email), ("id", id.as_str())];
    notify::announce(conn, ctx, Event::Registration, None, &values).await?;
    Ok(Profile::from(user.clone()))
}

/// Checks all fields of a new account at once, hashes its password and returns its row.
async fn prepare_row(conn: &mut Conn, ctx: &OpContext<'_>, new: &NewUser) -> Result<User> {
    let scheme = settings::password_scheme(conn).await?;
    let mut violations = Violations::default();
    let (prenom, nom) =
        (fields::name("prenom", &new.prenom, &mut violations), fields::name("nom", &new.nom, &mut violations));
    let email = fields::email(&new.email, &mut violations);
    let telephone = fields::telephone(new.telephone.as_deref(), &mut violations);
    let adresse = fields::text("adresse", new.adresse.as_deref(), &mut violations);
    let role = new.role.clone().unwrap_or(Role::User);
    fields::role(&role, &mut violations);
    ctx.passwords.check(&scheme, "password", &new.password, &mut violations);
    violations.into_result()?;
    let hash = conn.release_during(ctx.passwords.hash(&scheme, &new.password)).await??;
    Ok(User {
        id: ctx.new_id(),
        prenom,
        nom,
        email,
        password: hash,
        role,
        is_active: new.is_active.unwrap_or(true),
        created_at: ctx.now,
        updated_at: ctx.now,
        adresse,
        avatar: None,
        telephone,
        bio: None,
        preferences: None,
    })
}

/// Returns the account that an e-mail address and a password belong to. Fails with `Unauthenticated`, with the same
/// message and after the same work, if no account has the address, if the password is wrong or the stored hash
/// unusable, and if the account is deactivated.
///
/// If the scheme is Argon2id, a weaker hash is upgraded, unless the password was changed meanwhile.
pub async fn authenticate(conn: &mut Conn, ctx: &OpContext<'_>, email: &str, password: &Password) -> Result<Profile> {
    let refused = || Error::new(ErrorKind::Unauthenticated, "the e-mail address or the password is wrong");
    if password.expose().len() > passwords::MAX_BYTES {
        return Err(refused());
    }
    let scheme = settings::password_scheme(conn).await?;
    let account = users::by_email(conn, email).await?;
    let (stored, active) = account.as_ref().map_or((None, false), |user| (Some(&user.password), user.is_active));
    let verdict = conn.release_during(ctx.passwords.verify(&scheme, stored, active, password)).await??;
    let (Verdict::Correct { upgrade }, Some(user)) = (verdict, account) else { return Err(refused()) };
    if let Some(new) = upgrade {
        // The sign-in succeeds even if the upgrade fails.
        if let Err(error) = users::swap_password(conn, &user.id, &user.password, &new, ctx.now).await {
            tracing::warn!(%error, "a password hash could not be upgraded");
        }
    }
    Ok(Profile::from(user))
}

/// A new password hash, and the stored hash that the current password was verified against.
#[derive(Clone, Debug)]
pub struct PasswordChange {
    verified: Secret,
    new: Secret,
}

/// Checks the current and the new password, and hashes the new one.
pub async fn prepare_password_change(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    user: &UserId,
    current: &Password,
    new: &Password,
) -> Result<PasswordChange> {
    let scheme = settings::password_scheme(conn).await?;
    let mut violations = Violations::default();
    if current.expose().len() > passwords::MAX_BYTES {
        violations.add("current", WRONG_CURRENT);
    }
    ctx.passwords.check(&scheme, "password", new, &mut violations);
    if current == new {
        violations.add("password", "must differ from the current one");
    }
    violations.into_result()?;
    let Some(account) = users::lookup(conn, user).await? else { return Err(not_found(user)) };
    let (passwords, stored) = (ctx.passwords, &account.password);
    let hashed = conn
        .release_during(async {
            match passwords.verify(&scheme, Some(stored), true, current).await? {
                Verdict::Wrong => Err(Error::invalid("current", WRONG_CURRENT)),
                Verdict::Correct { .. } => passwords.hash(&scheme, new).await,
            }
        })
        .await?;
    Ok(PasswordChange { verified: account.password, new: hashed? })
}

const WRONG_CURRENT: &str = "is not the current password";

/// Writes the new password hash and voids the user's reset tokens. Fails with `Precondition` if the password was
/// changed meanwhile.
pub async fn change_password(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    user: &UserId,
    current: &Password,
    change: &PasswordChange,
) -> Result<()> {
    let Some(account) = users::locked(conn, user).await? else { return Err(not_found(user)) };
    if account.password != change.verified {
        // A concurrent sign-in may have upgraded the hash of the same password. This is so rare that the row may stay
        // locked while the password is verified again.
        let scheme = settings::password_scheme(conn).await?;
        if ctx.passwords.verify(&scheme, Some(&account.password), true, current).await? == Verdict::Wrong {
            return Err(Error::new(ErrorKind::Precondition, "the password was changed meanwhile"));
        }
    }
    users::set_password(conn, &account.id, &change.new, ctx.now).await?;
    password_resets::void(conn, &account.id).await?;
    audit_trail::write(conn, ctx, Action::UserPasswordChanged, Some(account.id.as_str()), json!({})).await
}

/// Changes a user's own profile. Fails with `Precondition` if `expected` is given and is not the account's version.
pub async fn update_profile(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    user: &UserId,
    change: &ProfileUpdate,
    expected: Option<Timestamp>,
) -> Result<Profile> {
    let mut violations = Violations::default();
    let patch = UserPatch {
        prenom: fields::map_patch(&change.prenom, |name| fields::name("prenom", name, &mut violations)),
        nom: fields::map_patch(&change.nom, |name| fields::name("nom", name, &mut violations)),
        telephone: fields::map_patch(&change.telephone, |text| fields::telephone(text.as_deref(), &mut violations)),
        adresse: fields::map_patch(&change.adresse, |text| fields::text("adresse", text.as_deref(), &mut violations)),
        bio: fields::map_patch(&change.bio, |text| fields::text("bio", text.as_deref(), &mut violations)),
        avatar: fields::map_patch(&change.avatar, |text| fields::avatar(text.as_deref(), &mut violations)),
        ..UserPatch::default()
    };
    violations.into_result()?;
    users::update(conn, user, &patch, expected, ctx.now).await?;
    let details = json!({"fields": fields::set_fields(&patch)});
    audit_trail::write(conn, ctx, Action::UserUpdated, Some(user.as_str()), details).await?;
    reload(conn, user).await
}

/// Returns the account as it was just written.
async fn reload(conn: &mut Conn, user: &UserId) -> Result<Profile> {
    users::lookup(conn, user).await?.map(Profile::from).ok_or_else(|| not_found(user))
}

/// Returns the account without its password hash.
pub async fn profile(conn: &mut Conn, user: &UserId) -> Result<Option<Profile>> {
    Ok(users::lookup(conn, user).await?.map(Profile::from))
}

/// Deactivates the account. Fails with `Conflict` if it is already deactivated or is the last active administrator.
pub async fn deactivate(conn: &mut Conn, ctx: &OpContext<'_>, user: &UserId) -> Result<()> {
    let locked = last_admin::lock_user(conn, user).await?;
    if !locked.user.is_active {
        return Err(Error::new(ErrorKind::Conflict, "the account is already deactivated"));
    }
    locked.check_not_last_admin()?;
    let patch = UserPatch { is_active: Patch::Set(false), ..UserPatch::default() };
    users::update(conn, &locked.user.id, &patch, None, ctx.now).await?;
    audit_trail::write(conn, ctx, Action::UserDeactivated, Some(locked.user.id.as_str()), json!({})).await
}

fn not_found(user: &UserId) -> Error {
    Error::new(ErrorKind::NotFound, format!("user {user} not found"))
}
