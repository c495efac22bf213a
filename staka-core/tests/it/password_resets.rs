//! Tests of password resets: tokens, their lifetime, their single use, and what the answers reveal.

use std::time::Duration;

use staka_core::ErrorKind;
use staka_core::base::Args;
use staka_core::model::{AuditSeverity, Role};

use crate::accounts_support::*;
use crate::support::on_both;

on_both! {
    async fn a_token_is_used_once_and_only_its_digest_is_stored(server: &Server) {
        let it = server.accounts().await;
        let user = it.author("a@example.org").await;
        let request = it.system().password_resets().request(" A@Example.ORG ".to_owned()).await.unwrap();
        let token = request.token.clone().unwrap();
        assert_eq!(token.len(), 43);
        assert!(!format!("{request:?}").contains(&token));
        let to = request.user.unwrap();
        assert_eq!((to.id, to.email.as_str()), (user.clone(), "a@example.org"));
        assert_eq!(request.expires_at.to_string(), "2026-03-01T11:00:00.000Z");
        let stored = it.text("SELECT tokenHash FROM password_resets").await.unwrap();
        assert!(stored.len() == 64 && stored.bytes().all(|b| b.is_ascii_hexdigit()) && !stored.contains(&token));
        let public = it.anonymous();
        let resets = public.password_resets();
        assert!(resets.check(password(&token)).await.unwrap());
        assert!(!resets.check(password(&stored)).await.unwrap(), "the digest is not a token");
        let error = resets.consume(password(&token), password("short")).await.unwrap_err();
        assert_eq!((error.kind(), fields(&error)), (ErrorKind::Invalid, vec!["password"]));
        resets.consume(password(&token), password(OTHER)).await.unwrap();
        assert!(!resets.check(password(&token)).await.unwrap());
        let again = resets.consume(password(&token), password(RIGHT)).await.unwrap_err();
        assert_eq!((again.kind(), fields(&again)), (ErrorKind::Invalid, vec!["token"]));
        public.accounts().authenticate("a@example.org".to_owned(), password(RIGHT)).await.unwrap_err();
        public.accounts().authenticate("a@example.org".to_owned(), password(OTHER)).await.unwrap();
        let audit_trail = it.audit_trail().await;
        for (action, severity, actor) in [
            ("PASSWORD_RESET_REQUEST", AuditSeverity::Medium, "system"),
            ("PASSWORD_RESET_SUCCESS", AuditSeverity::Medium, "anonymous"),
            ("PASSWORD_RESET_FAILED", AuditSeverity::High, "anonymous"),
        ] {
            let entry = audit_trail.iter().find(|entry| entry.action == action).unwrap_or_else(|| panic!("no {action}"));
            assert_eq!((&entry.severity, entry.admin_email.as_str()), (&severity, actor));
            assert!(!format!("{entry:?}").contains(&token));
        }
    }

    async fn the_public_never_gets_a_token(server: &Server) {
        let it = server.accounts().await;
        let (user, admin) = (it.author("a@example.org").await, it.account("admin@example.org", Role::Admin).await);
        for session in [it.anonymous(), it.as_user(&user), it.as_admin(&admin)] {
            let error = session.password_resets().request("a@example.org".to_owned()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Denied);
        }
        assert_eq!(it.number("SELECT COUNT(*) FROM password_resets").await, 0);
    }

    async fn an_unknown_address_costs_what_a_known_one_costs(server: &Server) {
        let it = server.accounts().await;
        it.author("a@example.org").await;
        let disabled = it.author("disabled@example.org").await;
        it.system().users().set_active(&disabled, false).await.unwrap();
        let mut costs = Vec::new();
        for email in ["a@example.org", "nobody@example.org", "disabled@example.org", "", "a@example.org"] {
            let (statements, work) = (it.statements(), it.staka.hash_work());
            let answer = it.system().password_resets().request(email.to_owned()).await.unwrap();
            costs.push((it.statements() - statements, it.staka.hash_work() == work, answer.expires_at));
            assert_eq!((answer.token.is_some(), answer.user.is_some()), (email == "a@example.org", email == "a@example.org"));
        }
        assert!(costs.iter().all(|cost| *cost == costs[0]), "{costs:?}");
        assert_eq!(it.number("SELECT COUNT(*) FROM password_resets").await, 1, "the earlier token is void");
        assert_eq!(it.entries("PASSWORD_RESET_REQUEST").await, 5);
        let public = it.anonymous().password_resets().request("a@example.org".to_owned()).await.unwrap_err();
        assert_eq!(public.kind(), ErrorKind::Denied);
    }

    async fn voided_expired_and_malformed_tokens_are_refused_alike(server: &Server) {
        let it = server.accounts().await;
        let (user, leaving) = (it.author("a@example.org").await, it.author("b@example.org").await);
        let ask = async |email: &str| it.system().password_resets().request(email.to_owned()).await.unwrap().token.unwrap();
        let earlier = ask("a@example.org").await;
        let late = ask("a@example.org").await;
        let disabled = ask("b@example.org").await;
        it.system().users().set_active(&leaving, false).await.unwrap();
        it.clock.advance(Duration::from_secs(3_600));
        let public = it.anonymous();
        let resets = public.password_resets();
        let mut messages = Vec::new();
        for token in [earlier.as_str(), late.as_str(), disabled.as_str(), "", "x", &"A".repeat(43), &"é".repeat(30), &"A".repeat(4_000)] {
            assert!(!resets.check(password(token)).await.unwrap());
            let error = resets.consume(password(token), password(OTHER)).await.unwrap_err();
            assert_eq!((error.kind(), fields(&error)), (ErrorKind::Invalid, vec!["token"]), "{token}");
            messages.push(error.to_string());
        }
        assert!(messages.iter().all(|one| *one == messages[0]), "{messages:?}");
        assert_eq!(it.entries("PASSWORD_RESET_FAILED").await, 4, "malformed tokens leave no entry");
        let work = it.staka.hash_work();
        resets.consume(password(&"A".repeat(43)), password(OTHER)).await.unwrap_err();
        assert_eq!(it.staka.hash_work(), work, "nothing is hashed for an unknown token");
        it.anonymous().accounts().authenticate("a@example.org".to_owned(), password(RIGHT)).await.unwrap();
        // A millisecond before the token expires.
        let valid = ask("a@example.org").await;
        it.clock.advance(Duration::from_millis(3_599_999));
        resets.consume(password(&valid), password(OTHER)).await.unwrap();
        assert_eq!(it.row(&user).await.email, "a@example.org");
    }

    async fn a_failed_reset_within_a_transaction_keeps_the_token(server: &Server) {
        let it = server.accounts().await;
        it.author("a@example.org").await;
        let token = it.system().password_resets().request("a@example.org".to_owned()).await.unwrap().token.unwrap();
        let tx = it.anonymous().begin().await.unwrap();
        tx.password_resets().consume(password(&token), password(OTHER)).await.unwrap();
        tx.rollback().await.unwrap();
        assert!(it.anonymous().password_resets().check(password(&token)).await.unwrap());
        it.anonymous().accounts().authenticate("a@example.org".to_owned(), password(RIGHT)).await.unwrap();
    }

    async fn expired_tokens_are_purged_in_batches(server: &Server) {
        let it = server.accounts().await;
        let admin = it.account("admin@example.org", Role::Admin).await;
        for at in 0..7 {
            let user = it.author(&format!("{at}@example.org")).await;
            it.system().password_resets().request(format!("{at}@example.org")).await.unwrap();
            if at < 5 {
                it.run("UPDATE password_resets SET expiresAt = ? WHERE userId = ?", Args::new().with(NOW.parse::<staka_core::Timestamp>().unwrap()).with(user.as_str())).await;
            }
        }
        let boss = it.as_admin(&admin);
        let resets = boss.password_resets();
        for (limit, purged) in [(Some(2), 2), (None, 3), (None, 0)] {
            assert_eq!(resets.purge_expired(limit).await.unwrap(), purged);
        }
        assert_eq!(it.number("SELECT COUNT(*) FROM password_resets").await, 2);
        for limit in [0, 10_001] {
            assert_eq!(fields(&resets.purge_expired(Some(limit)).await.unwrap_err()), ["limit"]);
        }
        let user = it.author("u@example.org").await;
        assert_eq!(it.as_user(&user).password_resets().purge_expired(None).await.unwrap_err().kind(), ErrorKind::Denied);
        assert_eq!(it.anonymous().password_resets().purge_expired(None).await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    }
}
