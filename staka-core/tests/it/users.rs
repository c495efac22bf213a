//! Tests of the administration of accounts: lists, counts, changes, the last administrator, deletion.

use std::collections::BTreeSet;

use serde_json::json;
use staka_core::base::Args;
use staka_core::model::{AuditSeverity, Role, UserId};
use staka_core::{
    Between, Direction, ErrorKind, Match, PageRequest, Patch, UserFilter, UserSort, UserSortKey, UserUpdate,
};

use crate::accounts_support::*;
use crate::support::on_both;

fn ids(items: &[staka_core::model::view::UserItem]) -> Vec<&str> {
    items.iter().map(|item| item.id.as_str()).collect()
}

on_both! {
    async fn the_list_is_filtered_sorted_and_paged(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let users = staka.as_system();
        let users = users.users();
        let rows = &seeded.rows.users;
        let first = users.list(UserFilter::default(), UserSort::default(), PageRequest::default().total(true)).await.unwrap();
        assert_eq!((first.items.len(), first.total), (10, Some(rows.len() as u64)));
        assert!(first.items.windows(2).all(|two| (two[0].created_at, &two[0].id) > (two[1].created_at, &two[1].id)));
        for sort in [UserSortKey::CreatedAt, UserSortKey::UpdatedAt, UserSortKey::Id, UserSortKey::Prenom, UserSortKey::Nom, UserSortKey::Email, UserSortKey::Role, UserSortKey::IsActive] {
            for direction in [Direction::Asc, Direction::Desc] {
                let filter = UserFilter::default().search("an");
                let (mut seen, mut page) = (Vec::new(), PageRequest::of(100).total(true));
                loop {
                    let part = users.list(&filter, UserSort { sort, direction: Some(direction) }, &page).await.unwrap();
                    seen.extend(ids(&part.items).into_iter().map(str::to_owned));
                    assert_eq!(part.total.is_some(), page.total);
                    let Some(next) = part.next else { break };
                    page = PageRequest::of(100).after(next);
                }
                let unique: BTreeSet<&String> = seen.iter().collect();
                assert_eq!(unique.len(), seen.len(), "{sort} {direction}: each once");
                assert_eq!(seen.len() as u64, users.count(&filter).await.unwrap());
            }
        }
        for (filter, number) in [
            (UserFilter::default().role(Role::Admin), rows.iter().filter(|u| u.role == Role::Admin).count()),
            (UserFilter::default().role(Match::In(vec![Role::Admin, Role::Corrector])).is_active(true), rows.iter().filter(|u| u.role != Role::User && u.is_active).count()),
            (UserFilter::default().created_at(Between { from: Some(seeded.anchor.minus(std::time::Duration::from_secs(30 * 86_400))), to: None }), users.stats().await.unwrap().recents as usize),
            (UserFilter::default().search("LIGHT@EXAMPLE.ORG"), 1),
            (UserFilter::default().search("%"), 0),
            (UserFilter::default().search("_____"), 0),
            (UserFilter::default().search("  "), rows.len()),
        ] {
            assert_eq!(users.count(&filter).await.unwrap(), number as u64, "{filter:?}");
        }
        for (page, field) in [(PageRequest::of(0), "limit"), (PageRequest::of(101), "limit"), (PageRequest::default().page(0), "page")] {
            let error = users.list(UserFilter::default(), UserSort::by(UserSortKey::Nom), page).await.unwrap_err();
            assert_eq!(fields(&error), [field]);
        }
        let error = staka.as_system().call("users.list", r#"{"sort": {"sort": "password"}}"#).await.unwrap_err();
        assert_eq!((error.kind(), fields(&error)), (ErrorKind::Invalid, vec!["sort"]));
    }

    async fn a_page_costs_the_same_statements_however_many_rows(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let (session, statements) = (staka.as_system(), || staka.metrics().statements.load(std::sync::atomic::Ordering::Relaxed));
        for limit in [1, 10, 100] {
            let before = statements();
            session.users().list(UserFilter::default(), UserSort::default(), PageRequest::of(limit)).await.unwrap();
            assert_eq!(statements() - before, 1);
            let before = statements();
            session.users().list(UserFilter::default(), UserSort::default(), PageRequest::of(limit).total(true)).await.unwrap();
            assert_eq!(statements() - before, 2);
        }
        for user in [&seeded.subjects.heavy, &seeded.subjects.light] {
            let before = statements();
            session.users().get(user).await.unwrap().unwrap();
            session.accounts().get_stats(user).await.unwrap().unwrap();
            assert_eq!(statements() - before, 2);
        }
    }

    async fn an_account_is_returned_with_the_numbers_of_its_rows(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let rows = &seeded.rows;
        for user in [&seeded.subjects.heavy, &seeded.subjects.admin, &seeded.subjects.light] {
            let detail = staka.as_system().users().get(user).await.unwrap().unwrap();
            // A thousand stands for that many or more.
            let at_most = |number: usize| number.min(1_000) as i64;
            assert_eq!(detail.commandes, at_most(rows.commandes.iter().filter(|row| row.user_id == *user).count()));
            assert_eq!(detail.sent_messages, at_most(rows.messages.iter().filter(|row| row.sender_id.as_ref() == Some(user)).count()));
            assert_eq!(detail.received_messages, at_most(rows.messages.iter().filter(|row| row.receiver_id.as_ref() == Some(user)).count()));
            assert_eq!(detail.notifications, at_most(rows.notifications.iter().filter(|row| row.user_id == *user).count()));
        }
        assert_eq!(staka.as_system().users().get("nobody".parse::<UserId>().unwrap()).await.unwrap(), None);
    }

    async fn a_corrector_is_not_counted_as_an_author(server: &Server) {
        let it = server.accounts().await;
        for (at, (role, active)) in [(Role::Admin, true), (Role::Admin, false), (Role::Corrector, true), (Role::User, true), (Role::User, true), (Role::User, false)].into_iter().enumerate() {
            let new = new_account(&format!("{at}@example.org")).role(role).is_active(active);
            it.system().users().create(new).await.unwrap();
        }
        it.run("UPDATE users SET createdAt = '2026-01-30 09:59:59.999' WHERE email = '3@example.org'", Args::new()).await;
        it.run("UPDATE users SET createdAt = '2026-01-30 10:00:00.000' WHERE email = '4@example.org'", Args::new()).await;
        let stats = it.system().users().stats().await.unwrap();
        assert_eq!((stats.total, stats.actifs, stats.inactifs), (6, 4, 2));
        assert_eq!((stats.admin, stats.correctors, stats.users, stats.recents), (2, 1, 3, 5));
    }

    async fn an_administrator_creates_and_changes_an_account(server: &Server) {
        let it = server.accounts().await;
        let admin = it.account("admin@example.org", Role::Admin).await;
        let boss = it.as_admin(&admin);
        let new = new_account(" A@Example.org").role(Role::Corrector).telephone("06 12").adresse("rue");
        let made = boss.users().create(new).await.unwrap();
        assert_eq!((made.email.as_str(), &made.role, made.telephone.as_deref()), ("a@example.org", &Role::Corrector, Some("06 12")));
        let weak = new_account("b@example.org").password(password("abcdef"));
        assert_eq!(fields(&boss.users().create(weak).await.unwrap_err()), ["password"], "the policy is the same everywhere");
        let taken = boss.users().create(new_account("ADMIN@example.org")).await.unwrap_err();
        assert_eq!((taken.kind(), taken.key()), (ErrorKind::Conflict, Some("users_email_key")));
        // Clears a postal address, which the existing backend cannot.
        let change = UserUpdate::default().clear_telephone().adresse(" ").email(" C@example.org ").role(Role::User);
        let seen = boss.users().update(&made.id, change, Some(made.updated_at)).await.unwrap();
        assert_eq!((seen.telephone, seen.adresse, seen.email.as_str(), &seen.role), (None, None, "c@example.org", &Role::User));
        let late = boss.users().update(&made.id, UserUpdate::default(), Some(made.updated_at)).await.unwrap_err();
        assert_eq!(late.kind(), ErrorKind::Precondition);
        let bad = UserUpdate::default().prenom(" ").email("c").telephone("x");
        assert_eq!(fields(&boss.users().update(&made.id, bad, None).await.unwrap_err()), ["prenom", "email", "telephone"]);
        let clash = boss.users().update(&made.id, UserUpdate::default().email("Admin@example.org"), None).await.unwrap_err();
        assert_eq!((clash.kind(), clash.key()), (ErrorKind::Conflict, Some("users_email_key")));
        let mass = boss.call("users.update", &json!({"id": made.id, "update": {"password": "x"}}).to_string()).await.unwrap_err();
        assert_eq!(fields(&mass), ["password"]);
        let nobody: UserId = "nobody".parse().unwrap();
        assert_eq!(boss.users().update(&nobody, UserUpdate::default(), None).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(boss.users().set_active(&nobody, true).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(boss.users().set_role(&nobody, Role::User).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(boss.users().set_password(&nobody, password(OTHER)).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(boss.users().delete(&nobody).await.unwrap_err().kind(), ErrorKind::NotFound);
        let written: Vec<_> = it.audit_trail().await.into_iter().filter(|entry| entry.admin_email == "admin@example.org").collect();
        let actions: BTreeSet<_> = written.iter().map(|entry| (entry.action.as_str(), entry.target_id.as_deref() == Some(made.id.as_str()))).collect();
        assert_eq!(actions, BTreeSet::from([("USER_CREATED", true), ("USER_ROLE_CHANGED", true), ("USER_UPDATED", true)]));
        assert!(written.iter().any(|entry| entry.action == "USER_ROLE_CHANGED" && entry.severity == AuditSeverity::High));
    }

    async fn only_current_administrators_manage_accounts(server: &Server) {
        let it = server.accounts().await;
        let (user, corrector) = (it.author("a@example.org").await, it.account("c@example.org", Role::Corrector).await);
        let admin = it.account("admin@example.org", Role::Admin).await;
        let demoted = it.account("demoted@example.org", Role::Admin).await;
        it.as_admin(&admin).users().set_role(&demoted, Role::Corrector).await.unwrap();
        for session in [it.as_user(&user), it.staka.as_caller(staka_core::Caller::user(corrector, Role::Corrector)), it.as_admin(&demoted), it.as_admin(&user)] {
            assert_eq!(session.users().set_role(&user, Role::Admin).await.unwrap_err().kind(), ErrorKind::Denied);
            assert_eq!(session.users().delete(&admin).await.unwrap_err().kind(), ErrorKind::Denied);
        }
        assert_eq!(it.as_user(&user).users().list(UserFilter::default(), UserSort::by(UserSortKey::Id), PageRequest::default()).await.unwrap_err().kind(), ErrorKind::Denied);
        it.as_admin(&admin).users().set_active(&user, false).await.unwrap();
        assert_eq!(it.as_user(&user).accounts().update_profile(&user, staka_core::ProfileUpdate::default(), None).await.unwrap_err().kind(), ErrorKind::Unauthenticated);
        assert_eq!(it.anonymous().users().count(UserFilter::default()).await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    }

    async fn the_last_administrator_is_never_lost(server: &Server) {
        let it = server.accounts().await;
        let admin = it.account("admin@example.org", Role::Admin).await;
        let retired = it.account("retired@example.org", Role::Admin).await;
        let boss = it.as_admin(&admin);
        boss.users().set_active(&retired, false).await.unwrap();
        let change = |role: Option<Role>, active: Option<bool>| {
            let mut update = UserUpdate::default().bio("x");
            update.role = role.map_or(Patch::Absent, Patch::Set);
            update.is_active = active.map_or(Patch::Absent, Patch::Set);
            update
        };
        for session in [&boss, &it.system()] {
            for refused in [
                session.users().set_active(&admin, false).await.err(),
                session.users().set_role(&admin, Role::User).await.err(),
                session.users().set_role(&admin, Role::Corrector).await.err(),
                session.users().update(&admin, change(Some(Role::User), None), None).await.err(),
                session.users().update(&admin, change(Some(Role::Admin), Some(false)), None).await.err(),
                session.users().delete(&admin).await.err(),
                session.accounts().deactivate(&admin).await.err(),
                session.accounts().close(&admin).await.err(),
            ] {
                let refused = refused.expect("refused");
                assert_eq!(refused.kind(), ErrorKind::Conflict, "{refused}");
            }
        }
        assert_eq!(it.row(&admin).await.bio, None, "a refused change writes nothing");
        boss.users().set_role(&admin, Role::Admin).await.unwrap();
        boss.users().set_active(&admin, true).await.unwrap();
        // A deactivated administrator does not count.
        boss.users().set_role(&retired, Role::User).await.unwrap();
        boss.users().delete(&retired).await.unwrap();
        // With another administrator, each of these succeeds.
        let other = it.account("other@example.org", Role::Admin).await;
        it.as_admin(&other).accounts().deactivate(&admin).await.unwrap();
        assert_eq!(it.as_admin(&other).accounts().close(&other).await.unwrap_err().kind(), ErrorKind::Conflict);
        it.as_admin(&other).users().delete(&admin).await.unwrap();
    }

    async fn a_deleted_account_takes_its_rows_along_and_replies_stay(server: &Server) {
        let it = server.accounts().await;
        let admin = it.account("admin@example.org", Role::Admin).await;
        let (user, other) = (it.author("a@example.org").await, it.author("b@example.org").await);
        let two = || Args::new().with(user.as_str()).with(other.as_str());
        it.run("INSERT INTO commandes (id, userId, titre, updatedAt) VALUES ('c1', ?, 't', UTC_TIMESTAMP(3)), ('c2', ?, 't', UTC_TIMESTAMP(3))", two()).await;
        it.run("INSERT INTO files (id, filename, storedName, mimeType, size, url, uploadedById, commandeId, updatedAt) VALUES \
            ('f1', 'n', 's1', 'm', 1, 'u', ?, 'c1', UTC_TIMESTAMP(3)), ('f2', 'n', 's2', 'm', 1, 'u', ?, 'c1', UTC_TIMESTAMP(3)), \
            ('f3', 'n', 's3', 'm', 1, 'u', ?, NULL, UTC_TIMESTAMP(3)), ('f4', 'n', 's4', 'm', 1, 'u', ?, 'c2', UTC_TIMESTAMP(3))", two().with(user.as_str()).with(other.as_str())).await;
        // m1 is from the user; m2 is the other user's reply to it, sent to the administrator; m3 is sent to the user;
        // m4 is the user's reply to m2.
        it.run("INSERT INTO messages (id, conversationId, senderId, receiverId, content, parentId, updatedAt) VALUES ('m1', 'k', ?, ?, 'x', NULL, UTC_TIMESTAMP(3))", two()).await;
        it.run("INSERT INTO messages (id, conversationId, senderId, receiverId, content, parentId, updatedAt) VALUES ('m2', 'k', ?, ?, 'x', 'm1', '2020-01-01')", Args::new().with(other.as_str()).with(admin.as_str())).await;
        it.run("INSERT INTO messages (id, conversationId, senderId, receiverId, content, parentId, updatedAt) VALUES ('m3', 'k', ?, ?, 'x', 'm1', UTC_TIMESTAMP(3))", Args::new().with(other.as_str()).with(user.as_str())).await;
        it.run("INSERT INTO messages (id, conversationId, senderId, receiverId, content, parentId, updatedAt) VALUES ('m4', 'k', ?, ?, 'x', 'm2', UTC_TIMESTAMP(3))", two()).await;
        it.run("INSERT INTO message_attachments (id, messageId, fileId) VALUES ('a1', 'm2', 'f1')", Args::new()).await;
        it.run("INSERT INTO notifications (id, userId, title, message, updatedAt) VALUES ('n1', ?, 't', 'm', UTC_TIMESTAMP(3)), ('n2', ?, 't', 'm', UTC_TIMESTAMP(3))", two()).await;
        it.run("INSERT INTO payment_methods (id, userId, stripePaymentMethodId, brand, last4, expMonth, expYear, updatedAt) VALUES ('p1', ?, 'pm1', 'visa', '4242', 1, 2030, UTC_TIMESTAMP(3))", Args::new().with(user.as_str())).await;
        it.run("INSERT INTO support_requests (id, userId, assignedToId, title, description, updatedAt) VALUES ('s1', ?, NULL, 't', 'd', UTC_TIMESTAMP(3)), ('s2', ?, ?, 't', 'd', UTC_TIMESTAMP(3))", two().with(user.as_str())).await;
        it.system().password_resets().request("a@example.org".to_owned()).await.unwrap();
        let removed = it.as_admin(&admin).users().delete(&user).await.unwrap();
        assert_eq!((removed.commandes, removed.messages), (1, 3));
        assert_eq!(removed.stored_names.iter().map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(["s1", "s2", "s3"]));
        for (sql, left) in [
            ("SELECT GROUP_CONCAT(id ORDER BY id) FROM messages", Some("m2")),
            ("SELECT parentId FROM messages", None),
            ("SELECT CAST(YEAR(updatedAt) AS CHAR) FROM messages", Some("2026")),
            ("SELECT GROUP_CONCAT(id) FROM files", Some("f4")),
            ("SELECT GROUP_CONCAT(id) FROM commandes", Some("c2")),
            ("SELECT GROUP_CONCAT(id) FROM message_attachments", None),
            ("SELECT GROUP_CONCAT(id) FROM notifications WHERE title = 't'", Some("n2")),
            ("SELECT GROUP_CONCAT(id) FROM payment_methods", None),
            ("SELECT GROUP_CONCAT(id) FROM support_requests", Some("s2")),
            ("SELECT assignedToId FROM support_requests", None),
            ("SELECT GROUP_CONCAT(id) FROM password_resets", None),
        ] {
            assert_eq!(it.text(sql).await.as_deref(), left, "{sql}");
        }
        assert_eq!(it.system().users().get(&user).await.unwrap(), None);
        let inbox = it.system().messages().list_conversations(&admin, PageRequest::default()).await.unwrap();
        assert_eq!((inbox.items.len(), inbox.items[0].unread_count), (1, 1));
        let entry = it.audit_trail().await.into_iter().find(|entry| entry.action == "USER_DELETED").unwrap();
        assert_eq!((entry.admin_email.as_str(), entry.target_id.as_deref(), &entry.severity), ("admin@example.org", Some(user.as_str()), &AuditSeverity::High));
    }

    async fn an_account_with_invoices_cannot_be_deleted(server: &Server) {
        let it = server.accounts().await;
        let user = it.author("a@example.org").await;
        it.run("INSERT INTO commandes (id, userId, titre, updatedAt) VALUES ('c1', ?, 't', UTC_TIMESTAMP(3))", Args::new().with(user.as_str())).await;
        it.run("INSERT INTO notifications (id, userId, title, message, updatedAt) VALUES ('n1', ?, 't', 'm', UTC_TIMESTAMP(3))", Args::new().with(user.as_str())).await;
        it.run("INSERT INTO invoices (id, commandeId, amount, number, pdfUrl, updatedAt) VALUES ('i1', 'c1', 100, 'N-1', '', UTC_TIMESTAMP(3))", Args::new()).await;
        let error = it.system().users().delete(&user).await.unwrap_err();
        assert_eq!((error.kind(), error.key()), (ErrorKind::Conflict, Some("invoices_commandeId_fkey")));
        assert_eq!((it.number("SELECT COUNT(*) FROM invoices").await, it.number("SELECT COUNT(*) FROM notifications WHERE id = 'n1'").await), (1, 1));
        it.system().accounts().close(&user).await.unwrap();
        assert_eq!(it.number("SELECT COUNT(*) FROM invoices").await, 1);
    }

    async fn a_refused_operation_within_a_transaction_leaves_nothing(server: &Server) {
        let it = server.accounts().await;
        let admin = it.account("admin@example.org", Role::Admin).await;
        let entries = it.audit_trail().await.len();
        let tx = it.as_admin(&admin).begin().await.unwrap();
        let kept = tx.users().create(new_account("a@example.org")).await.unwrap();
        tx.users().create(new_account("A@example.org")).await.unwrap_err();
        tx.users().set_role(&admin, Role::User).await.unwrap_err();
        tx.commit().await.unwrap();
        assert_eq!((it.number("SELECT COUNT(*) FROM users").await, it.audit_trail().await.len() - entries), (2, 1));
        assert_eq!(it.row(&kept.id).await.email, "a@example.org");
    }
}
