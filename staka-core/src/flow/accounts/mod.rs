//! Accounts: how they are made, who signs in, what their owners and administrators may do with them.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::{Actor, Ctx, ErrorKind, Password, Registration};
//!
//! let site = staka.as_actor(Ctx::new(Actor::Anonymous));
//! let registration = Registration::new("Zoé", "Ångström", " Zoe@Example.org ", "Un roman de 300 pages");
//! let zoe = site.accounts().register(&registration).await?;
//! assert_eq!(zoe.email, "zoe@example.org");
//! let again = site.accounts().register(&registration).await.unwrap_err();
//! assert_eq!((again.kind(), again.key()), (ErrorKind::Conflict, Some("users_email_key")));
//! let wrong = site.accounts().authenticate("zoe@example.org".to_owned(), Password::new("?")).await.unwrap_err();
//! assert_eq!(wrong.kind(), ErrorKind::Unauthenticated);
//! # Ok(()) }
//! ```

mod admin;
mod fields;
mod input;
mod preferences;
mod removal;
mod standing;

pub use admin::{create, prepare_account, prepare_password, set_active, set_password, set_role, update};
pub use input::{NewAccount, ProfileChange, Registration, UserChange};
pub use preferences::{preferences, update_preferences};
pub use removal::{remove, remove_self};

use serde_json::json;

use super::act::Act;
use super::journal::{self, Action};
use super::notices::{self, Event};
use super::passwords::{self, Verdict};
use crate::base::{Error, ErrorKind, Faults, NewRow, Password, Patch, Result, Secret, Timestamp};
use crate::db::Conn;
use crate::model::view::Profile;
use crate::model::{NewUser, Role, User, UserId, UserPatch};
use crate::repo::{password_resets, settings, users};

/// Checks a registration, and hashes its password: the row that [`register`] adds.
pub async fn prepare_registration(conn: &mut Conn, act: &Act<'_>, new: &Registration) -> Result<User> {
    let Registration { prenom, nom, email, password } = new;
    let account = NewAccount {
        prenom: prenom.clone(),
        nom: nom.clone(),
        email: email.clone(),
        password: password.clone(),
        role: None,
        is_active: None,
        telephone: None,
        adresse: None,
    };
    prepared(conn, act, &account).await
}

/// Adds the account, and tells the administrators.
pub async fn register(conn: &mut Conn, act: &Act<'_>, user: &User) -> Result<Profile> {
    users::add(conn, std::slice::from_ref(user)).await?;
    let User { id, prenom, nom, email, .. } = user;
    let words = [("prenom", prenom.as_str()), ("nom", nom), ("email", email), ("id", id.as_str())];
    notices::announce(conn, act, Event::Registration, None, &words).await?;
    Ok(Profile::from(user.clone()))
}

/// The row of a new account, every fault of its fields named at once, its password hashed.
async fn prepared(conn: &mut Conn, act: &Act<'_>, new: &NewAccount) -> Result<User> {
    let scheme = settings::password_scheme(conn).await?;
    let mut faults = Faults::default();
    let (prenom, nom) = (fields::name("prenom", &new.prenom, &mut faults), fields::name("nom", &new.nom, &mut faults));
    let email = fields::email(&new.email, &mut faults);
    let telephone = fields::telephone(new.telephone.as_deref(), &mut faults);
    let adresse = fields::text("adresse", new.adresse.as_deref(), &mut faults);
    let role = new.role.clone().unwrap_or(Role::User);
    fields::role(&role, &mut faults);
    act.passwords.check(&scheme, "password", &new.password, &mut faults);
    faults.into_result()?;
    let hash = conn.lend(act.passwords.hash(&scheme, &new.password)).await??;
    let row = NewUser {
        role,
        is_active: new.is_active.unwrap_or(true),
        telephone,
        adresse,
        ..NewUser::new(prenom, nom, email, hash)
    };
    row.into_row(act.clock)
}

/// Whose e-mail address and password these are. `Unauthenticated`, in the same words and at the same price, when no
/// account has the address, when it has another password or none, and when it may not sign in.
///
/// Where Argon2id is in force, a hash that is weaker is replaced by one of ours, unless somebody changed the password
/// meanwhile.
pub async fn authenticate(conn: &mut Conn, act: &Act<'_>, email: &str, password: &Password) -> Result<Profile> {
    let refused = || Error::new(ErrorKind::Unauthenticated, "e-mail address or password are wrong");
    if password.expose().len() > passwords::MOST_BYTES {
        return Err(refused());
    }
    let scheme = settings::password_scheme(conn).await?;
    let account = users::by_email(conn, email).await?;
    let (stored, active) = account.as_ref().map_or((None, false), |user| (Some(&user.password), user.is_active));
    let verdict = conn.lend(act.passwords.verify(&scheme, stored, active, password)).await??;
    let (Verdict::Right { upgrade }, Some(user)) = (verdict, account) else { return Err(refused()) };
    if let Some(new) = upgrade {
        // Who has the right password signs in, whatever becomes of this.
        if let Err(error) = users::swap_password(conn, &user.id, &user.password, &new, act.now).await {
            tracing::warn!(%error, "a password's hash could not be upgraded");
        }
    }
    Ok(Profile::from(user))
}

/// A change of password whose current one was right.
#[derive(Clone, Debug)]
pub struct PasswordChange {
    verified: Secret,
    new: Secret,
}

/// Checks the current password and the new one, and hashes that.
pub async fn prepare_password_change(
    conn: &mut Conn,
    act: &Act<'_>,
    user: &UserId,
    current: &Password,
    new: &Password,
) -> Result<PasswordChange> {
    let scheme = settings::password_scheme(conn).await?;
    let mut faults = Faults::default();
    if current.expose().len() > passwords::MOST_BYTES {
        faults.add("current", WRONG);
    }
    act.passwords.check(&scheme, "password", new, &mut faults);
    if current == new {
        faults.add("password", "must differ from the current one");
    }
    faults.into_result()?;
    let Some(account) = users::lookup(conn, user).await? else { return Err(gone(user)) };
    let (passwords, stored) = (act.passwords, &account.password);
    let hashed = conn
        .lend(async {
            match passwords.verify(&scheme, Some(stored), true, current).await? {
                Verdict::Wrong => Err(Error::invalid("current", WRONG)),
                Verdict::Right { .. } => passwords.hash(&scheme, new).await,
            }
        })
        .await?;
    Ok(PasswordChange { verified: account.password, new: hashed? })
}

const WRONG: &str = "is not the current password";

/// Writes the new password; tokens that would set another are void. `Precondition` when somebody else changed it
/// meanwhile.
pub async fn change_password(
    conn: &mut Conn,
    act: &Act<'_>,
    user: &UserId,
    current: &Password,
    change: &PasswordChange,
) -> Result<()> {
    let Some(account) = users::locked(conn, user).await? else { return Err(gone(user)) };
    if account.password != change.verified {
        // A sign-in may just have upgraded the hash of the same password. It is so rare that the row may wait for it.
        let scheme = settings::password_scheme(conn).await?;
        if act.passwords.verify(&scheme, Some(&account.password), true, current).await? == Verdict::Wrong {
            return Err(Error::new(ErrorKind::Precondition, "the password was changed meanwhile"));
        }
    }
    users::set_password(conn, &account.id, &change.new, act.now).await?;
    password_resets::void(conn, &account.id).await?;
    journal::write(conn, act, Action::UserPasswordChanged, Some(account.id.as_str()), json!({})).await
}

/// Writes what a user says of themselves. `Precondition` when `expected` is given and is not the version any more.
pub async fn update_profile(
    conn: &mut Conn,
    act: &Act<'_>,
    user: &UserId,
    change: &ProfileChange,
    expected: Option<Timestamp>,
) -> Result<Profile> {
    let mut faults = Faults::default();
    let patch = UserPatch {
        prenom: fields::patched(&change.prenom, |name| fields::name("prenom", name, &mut faults)),
        nom: fields::patched(&change.nom, |name| fields::name("nom", name, &mut faults)),
        telephone: fields::patched(&change.telephone, |text| fields::telephone(text.as_deref(), &mut faults)),
        adresse: fields::patched(&change.adresse, |text| fields::text("adresse", text.as_deref(), &mut faults)),
        bio: fields::patched(&change.bio, |text| fields::text("bio", text.as_deref(), &mut faults)),
        avatar: fields::patched(&change.avatar, |text| fields::avatar(text.as_deref(), &mut faults)),
        ..UserPatch::default()
    };
    faults.into_result()?;
    users::update(conn, user, &patch, expected, act.now).await?;
    let details = json!({"fields": fields::names(&patch)});
    journal::write(conn, act, Action::UserUpdated, Some(user.as_str()), details).await?;
    written(conn, user).await
}

/// The account as it was just written.
async fn written(conn: &mut Conn, user: &UserId) -> Result<Profile> {
    users::lookup(conn, user).await?.map(Profile::from).ok_or_else(|| gone(user))
}

/// The account without its hash.
pub async fn profile(conn: &mut Conn, user: &UserId) -> Result<Option<Profile>> {
    Ok(users::lookup(conn, user).await?.map(Profile::from))
}

/// The account may not sign in any more, until an administrator lets it. `Conflict` when it may not already, and when
/// nobody would be left to administer the platform.
pub async fn deactivate(conn: &mut Conn, act: &Act<'_>, user: &UserId) -> Result<()> {
    let held = standing::hold(conn, user).await?;
    if !held.user.is_active {
        return Err(Error::new(ErrorKind::Conflict, "the account is deactivated already"));
    }
    held.may_cease()?;
    let patch = UserPatch { is_active: Patch::Set(false), ..UserPatch::default() };
    users::update(conn, &held.user.id, &patch, None, act.now).await?;
    journal::write(conn, act, Action::UserDeactivated, Some(held.user.id.as_str()), json!({})).await
}

fn gone(user: &UserId) -> Error {
    Error::new(ErrorKind::NotFound, format!("users {user} is not there"))
}
