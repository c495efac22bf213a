//! Runs the statements on accounts, for their plans.

use staka_core::base::{NewRow, TextId};
use staka_core::db::OwnedTx;
use staka_core::model::{PasswordResetId, PasswordScheme, Role, UserInsert};
use staka_core::{Secret, Staka, SystemClock, UserUpdate, repo};

use crate::accounts_support::password;
use crate::seeded::World;

pub async fn run(seeded: &World, staka: &Staka) {
    let (session, s) = (staka.as_system(), &seeded.subjects);
    for user in [&s.heavy, &s.admin, &s.light] {
        session.users().get(user).await.unwrap().unwrap();
        session.accounts().get_stats(user).await.unwrap().unwrap();
        session.accounts().get_profile(user).await.unwrap().unwrap();
    }
    session.users().stats().await.unwrap();
    session.settings().get_password_scheme().await.unwrap();
    let _alone = seeded.writing.lock().await;
    let tx = session.begin().await.unwrap();
    tx.settings().set_password_scheme(PasswordScheme::Argon2id).await.unwrap();
    tx.settings().set_password_scheme(PasswordScheme::BcryptCompat).await.unwrap();
    let token = tx.password_resets().request("light@example.org".to_owned()).await.unwrap().token.unwrap();
    tx.password_resets().check(password(&token)).await.unwrap();
    tx.users().update(&s.admin, UserUpdate::default().is_active(true), None).await.unwrap();
    tx.users().set_role(&s.light, Role::Corrector).await.unwrap();
    tx.password_resets().purge_expired(None).await.unwrap();
    tx.rollback().await.unwrap();
    let mut tx = OwnedTx::begin(staka.pool()).await.unwrap();
    let conn = tx.conn();
    let (hash, now) = (Secret::new("x"), seeded.anchor);
    repo::users::by_email(conn, "light@example.org").await.unwrap().unwrap();
    repo::users::set_password(conn, &s.light, &hash, now).await.unwrap();
    assert!(repo::users::swap_password(conn, &s.light, &hash, &Secret::new("y"), now).await.unwrap());
    assert!(!repo::users::swap_password(conn, &s.light, &hash, &Secret::new("Y"), now).await.unwrap());
    let id = PasswordResetId::generate(&SystemClock);
    let later = now.plus(std::time::Duration::from_secs(1));
    assert!(repo::password_resets::issue(conn, &id, &s.light, &hash, later, now).await.unwrap());
    assert!(repo::password_resets::consume(conn, &hash, &s.light, now).await.unwrap());
    // A user with orders, messages and notifications, but few enough that deleting them is quick.
    let user = UserInsert::new("a", "b", "plan-accounts@example.org", Secret::new("x")).into_row(&SystemClock).unwrap();
    repo::users::add(conn, std::slice::from_ref(&user)).await.unwrap();
    for user in [&s.light, &user.id] {
        repo::user_rows::lock_commandes(conn, user).await.unwrap();
        repo::user_rows::count_invoices(conn, user).await.unwrap();
        repo::user_rows::stored_names(conn, user).await.unwrap();
        repo::user_rows::delete(conn, user, now).await.unwrap();
    }
    tx.rollback().await.unwrap();
}
