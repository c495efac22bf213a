//! Concurrency tests of accounts: the last administrator, reset tokens, passwords, preferences and addresses.

use std::collections::BTreeMap;

use serde_json::json;
use staka_core::model::{PasswordScheme, Role, UserId};
use staka_core::{ErrorKind, Result, UserUpdate};
use tokio::task::JoinSet;

use crate::accounts_support::*;
use crate::support::on_both;

/// The number of concurrent tasks.
const TASKS: usize = 64;

/// Counts the tasks by their outcome: `ok` or the code of the error.
async fn outcomes<T: Send + 'static>(mut tasks: JoinSet<Result<T>>) -> BTreeMap<&'static str, usize> {
    let mut seen = BTreeMap::new();
    while let Some(done) = tasks.join_next().await {
        let code = match done.unwrap() {
            Ok(_) => "ok",
            Err(error) => error.code(),
        };
        *seen.entry(code).or_insert(0) += 1;
    }
    seen
}

on_both! {
    async fn of_sixty_four_ways_to_lose_the_last_administrator_none_works(server: &Server) {
        let it = server.accounts().await;
        let mut admins: Vec<UserId> = Vec::new();
        for at in 0..8 {
            admins.push(it.account(&format!("{at}@example.org"), Role::Admin).await);
        }
        // A second handle: separate programs share only the database's locks.
        let other = it.db.builder().max_connections(16).connect().await.unwrap();
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let victim = admins[task % 8].clone();
            let admin = admins[(task / 8 + task + 1) % 8].clone();
            let staka = if task % 2 == 0 { it.staka.clone() } else { other.clone() };
            let (boss, own) = (staka.as_caller(staka_core::Caller::user(admin, Role::Admin)), staka.as_caller(staka_core::Caller::user(victim.clone(), Role::Admin)));
            tasks.spawn(async move {
                match task % 7 {
                    0 => boss.users().set_active(&victim, false).await.map(drop),
                    1 => boss.users().set_role(&victim, Role::User).await.map(drop),
                    2 => boss.users().set_role(&victim, Role::Corrector).await.map(drop),
                    3 => boss.users().delete(&victim).await.map(drop),
                    4 => own.accounts().deactivate(&victim).await,
                    5 => own.accounts().close(&victim).await,
                    _ => {
                        let change = UserUpdate::default().role(Role::Corrector).is_active(false);
                        boss.users().update(&victim, change, None).await.map(drop)
                    }
                }
            });
        }
        let seen = outcomes(tasks).await;
        println!("last administrator, {}: {seen:?}", server.engine);
        assert_eq!(it.number("SELECT COUNT(*) FROM users WHERE role = 'ADMIN' AND isActive = TRUE").await, 1, "{seen:?}");
        // No call failed with a deadlock; each refusal has an expected code.
        let known = ["ok", "CONFLICT", "DENIED", "UNAUTHENTICATED", "NOT_FOUND"];
        assert!(seen.keys().all(|code| known.contains(code)), "{seen:?}");
        let entries = ["USER_DEACTIVATED", "USER_ROLE_CHANGED", "USER_DELETED"];
        let mut written = 0;
        for action in entries {
            written += it.entries(action).await;
        }
        assert!(written >= 7, "{written} entries for 7 lost administrators");
    }

    async fn of_sixty_four_calls_with_one_token_one_sets_the_password(server: &Server) {
        let it = server.accounts().await;
        let user = it.author("a@example.org").await;
        let token = it.system().password_resets().request("a@example.org".to_owned()).await.unwrap().token.unwrap();
        let other = it.db.builder().passwords(staka_core::PasswordSettings::cheapest()).max_connections(16).clock(it.clock.clone()).connect().await.unwrap();
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let staka = if task % 2 == 0 { &it.staka } else { &other };
            let (session, token) = (staka.as_caller(staka_core::Caller::new(staka_core::Actor::Anonymous)), token.clone());
            tasks.spawn(async move {
                session.password_resets().consume(password(&token), password(&format!("password number {task}"))).await?;
                Ok::<usize, staka_core::Error>(task)
            });
        }
        let (mut winner, mut refused) = (None, 0);
        while let Some(done) = tasks.join_next().await {
            match done.unwrap() {
                Ok(task) => assert!(winner.replace(task).is_none(), "two calls set a password by one token"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
                    refused += 1;
                }
            }
        }
        println!("one token, {}: {winner:?} won, {refused} refused", server.engine);
        assert_eq!(refused, TASKS - 1);
        let typed = format!("password number {}", winner.unwrap());
        assert_eq!(it.anonymous().accounts().authenticate("a@example.org".to_owned(), password(&typed)).await.unwrap().id, user);
        assert_eq!((it.entries("PASSWORD_RESET_SUCCESS").await, it.number("SELECT COUNT(*) FROM password_resets").await), (1, 0));
    }

    async fn of_many_requested_tokens_one_is_valid(server: &Server) {
        let it = server.accounts().await;
        it.author("a@example.org").await;
        let mut tasks = JoinSet::new();
        for _ in 0..TASKS {
            let session = it.system();
            tasks.spawn(async move { session.password_resets().request("a@example.org".to_owned()).await });
        }
        let mut valid = 0;
        let mut tokens = Vec::new();
        while let Some(done) = tasks.join_next().await {
            tokens.push(done.unwrap().unwrap().token.unwrap());
        }
        for token in &tokens {
            valid += usize::from(it.anonymous().password_resets().check(password(token)).await.unwrap());
        }
        assert_eq!((tokens.len(), valid, it.number("SELECT COUNT(*) FROM password_resets").await), (TASKS, 1, 1));
    }

    async fn an_upgrade_never_overwrites_a_change_of_password(server: &Server) {
        let it = server.accounts().await;
        for round in 0..8 {
            let email = format!("{round}@example.org");
            it.system().settings().set_password_scheme(PasswordScheme::BcryptCompat).await.unwrap();
            let user = it.author(&email).await;
            it.system().settings().set_password_scheme(PasswordScheme::Argon2id).await.unwrap();
            assert!(it.hash(&user).await.starts_with("$2b$"));
            let mut tasks = JoinSet::new();
            for task in 0..16 {
                let (session, own, email, user) = (it.anonymous(), it.as_user(&user), email.clone(), user.clone());
                tasks.spawn(async move {
                    if task == 7 {
                        own.accounts().change_password(&user, password(RIGHT), password(OTHER)).await
                    } else {
                        session.accounts().authenticate(email, password(RIGHT)).await.map(drop)
                    }
                });
            }
            let seen = outcomes(tasks).await;
            assert!(seen.keys().all(|code| ["ok", "UNAUTHENTICATED"].contains(code)), "{seen:?}");
            assert!(it.hash(&user).await.starts_with("$argon2id$"));
            it.anonymous().accounts().authenticate(email.clone(), password(OTHER)).await.unwrap();
            it.anonymous().accounts().authenticate(email, password(RIGHT)).await.unwrap_err();
        }
        assert_eq!(it.entries("USER_PASSWORD_CHANGED").await, 8, "a concurrent upgrade never makes a change fail");
    }

    async fn of_many_changes_from_one_password_one_succeeds(server: &Server) {
        let it = server.accounts().await;
        let user = it.author("a@example.org").await;
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let (own, user) = (it.as_user(&user), user.clone());
            tasks.spawn(async move { own.accounts().change_password(&user, password(RIGHT), password(&format!("password number {task}"))).await });
        }
        let seen = outcomes(tasks).await;
        assert_eq!(seen["ok"], 1, "{seen:?}");
        assert!(seen.keys().all(|code| ["ok", "PRECONDITION", "INVALID"].contains(code)), "{seen:?}");
        assert_eq!(it.entries("USER_PASSWORD_CHANGED").await, 1);
    }

    async fn no_update_of_preferences_is_lost(server: &Server) {
        let it = server.accounts().await;
        let user = it.author("a@example.org").await;
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let (own, user) = (it.as_user(&user), user.clone());
            tasks.spawn(async move { own.accounts().update_preferences(&user, json!({format!("choice{task}"): task})).await });
        }
        assert_eq!(outcomes(tasks).await["ok"], TASKS);
        let all = it.system().accounts().get_preferences(&user).await.unwrap().unwrap().preferences;
        assert!((0..TASKS).all(|task| all[format!("choice{task}")] == json!(task)), "{all}");
    }

    async fn of_many_registrations_of_one_address_one_succeeds(server: &Server) {
        let it = server.accounts().await;
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let session = it.anonymous();
            let email = if task % 2 == 0 { "A@example.org" } else { "a@EXAMPLE.org" };
            tasks.spawn(async move { session.accounts().register(registration(email)).await });
        }
        let seen = outcomes(tasks).await;
        assert_eq!((seen["ok"], seen["CONFLICT"], it.number("SELECT COUNT(*) FROM users").await), (1, TASKS - 1, 1), "{seen:?}");
    }
}
