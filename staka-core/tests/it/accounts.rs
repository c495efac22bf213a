//! Tests of accounts: registration, signing in, passwords, profiles and preferences.

use serde_json::{Value, json};
use staka_core::base::Args;
use staka_core::model::{NotificationType, PasswordScheme, Role, UserId};
use staka_core::{ErrorKind, PageRequest, PasswordSettings, ProfileUpdate, Registration};

use crate::accounts_support::*;
use crate::migrate_support::{migrate, revision_a};
use crate::support::on_both;

on_both! {
    async fn a_registered_user_signs_in_and_administrators_are_notified(server: &Server) {
        let it = server.accounts().await;
        let admin = it.account("admin@example.org", Role::Admin).await;
        let retired = it.account("retired@example.org", Role::Admin).await;
        it.system().users().set_active(&retired, false).await.unwrap();
        let new = it.anonymous().accounts().register(registration("  Zoé@Example.ORG ")).await.unwrap();
        assert_eq!((new.email.as_str(), new.prenom.as_str(), new.nom.as_str()), ("zoé@example.org", "Zoé", "Ünal 🖋"));
        assert_eq!((&new.role, new.is_active, new.created_at), (&Role::User, true, NOW.parse().unwrap()));
        assert!(it.hash(&new.id).await.starts_with("$argon2id$"));
        let sent = it.system().notifications().list_by_user(&admin, staka_core::UserNotificationFilter::default(), PageRequest::default()).await.unwrap().items;
        assert_eq!((sent.len(), &sent[0].r#type, sent[0].action_url.as_deref()), (1, &NotificationType::Info, Some("/admin/users")));
        assert!(sent[0].message.contains("Zoé Ünal 🖋 (zoé@example.org)"));
        assert_eq!(it.number("SELECT COUNT(*) FROM notifications").await, 1, "a deactivated administrator is not notified");
        for typed in ["zoé@example.org", " ZOÉ@EXAMPLE.ORG\t"] {
            let profile = it.anonymous().accounts().authenticate(typed.to_owned(), password(RIGHT)).await.unwrap();
            assert_eq!(profile, new);
        }
    }

    async fn two_accounts_never_share_an_address_however_it_is_capitalised(server: &Server) {
        let it = server.accounts().await;
        it.anonymous().accounts().register(registration("a@example.org")).await.unwrap();
        for taken in ["a@example.org", " A@EXAMPLE.org", "Á@example.org"] {
            let error = it.anonymous().accounts().register(registration(taken)).await.unwrap_err();
            assert_eq!((error.kind(), error.key()), (ErrorKind::Conflict, Some("users_email_key")), "{taken}");
        }
        // Written directly, as by the existing backend.
        let id = it.author("b@example.org").await;
        it.run("UPDATE users SET email = 'B@Example.org' WHERE id = ?", Args::new().with(id.as_str())).await;
        assert_eq!(it.anonymous().accounts().authenticate("b@example.ORG".to_owned(), password(RIGHT)).await.unwrap().id, id);
    }

    async fn every_faulty_field_of_a_registration_is_named_at_once(server: &Server) {
        let it = server.accounts().await;
        let bad = Registration::new(" x ", "é".repeat(101), "a@b", password("short"));
        let error = it.anonymous().accounts().register(bad).await.unwrap_err();
        assert_eq!((error.kind(), fields(&error)), (ErrorKind::Invalid, vec!["prenom", "nom", "email", "password"]));
        let error = it.anonymous().call("accounts.register", r#"{"registration": {"prenom": "Zoé", "nom": "Ün", "email": "a@b.c", "password": "correct horse", "role": "ADMIN"}}"#).await.unwrap_err();
        assert_eq!((error.kind(), fields(&error)), (ErrorKind::Invalid, vec!["role"]), "a registration cannot set the role");
        let nul = registration("a\0@b.fr").password(password("correct\0horse"));
        assert_eq!(fields(&it.anonymous().accounts().register(nul).await.unwrap_err()), ["email", "password"]);
        assert_eq!(it.number("SELECT COUNT(*) FROM users").await, 0);
    }

    async fn an_unknown_address_and_a_wrong_password_cannot_be_distinguished(server: &Server) {
        let it = server.accounts().await;
        let user = it.author("a@example.org").await;
        let disabled = it.author("disabled@example.org").await;
        it.system().users().set_active(&disabled, false).await.unwrap();
        for (at, hash) in ["PENDING_ACTIVATION", "$2b$10$demo.hash.for.development.only", "", "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ"].into_iter().enumerate() {
            let broken = it.author(&format!("broken{at}@example.org")).await;
            it.store(&broken, hash).await;
        }
        let old = it.author("old@example.org").await;
        it.store(&old, "$2a$04$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy").await;
        for scheme in [PasswordScheme::Argon2id, PasswordScheme::BcryptCompat] {
            it.system().settings().set_password_scheme(scheme.clone()).await.unwrap();
            let mut seen = Vec::new();
            for (email, typed) in [
                ("nobody@example.org", RIGHT),
                ("", ""),
                ("a@example.org", OTHER),
                ("disabled@example.org", OTHER),
                ("disabled@example.org", RIGHT),
                ("broken0@example.org", "PENDING_ACTIVATION"),
                ("broken1@example.org", RIGHT),
                ("broken2@example.org", ""),
                ("broken3@example.org", RIGHT),
                ("old@example.org", OTHER),
            ] {
                let (statements, work) = (it.statements(), it.staka.hash_work());
                let error = it.anonymous().accounts().authenticate(email.to_owned(), password(typed)).await.unwrap_err();
                let now = it.staka.hash_work();
                let cost = (now.argon2_kib - work.argon2_kib, now.bcrypt_rounds - work.bcrypt_rounds);
                let is_argon = email.starts_with("a@") || email.starts_with("dis");
                // Under bcrypt, verifying a stored Argon2id hash costs extra.
                let cost = if scheme == PasswordScheme::BcryptCompat && is_argon { (cost.0 - 8, cost.1) } else { cost };
                seen.push((error.kind(), error.to_string(), fields(&error).len(), it.statements() - statements, cost));
            }
            assert!(seen.iter().all(|one| *one == seen[0]), "{scheme}: {seen:#?}");
            assert_eq!(seen[0].0, ErrorKind::Unauthenticated);
        }
        assert_eq!(it.entries("USER_UPDATED").await, 0);
        assert!(it.row(&user).await.is_active);
        // Longer than any password may be: refused before hashing.
        let work = it.staka.hash_work();
        let error = it.anonymous().accounts().authenticate("a@example.org".to_owned(), password(&"x".repeat(1_025))).await.unwrap_err();
        assert_eq!((error.kind(), it.staka.hash_work()), (ErrorKind::Unauthenticated, work));
    }

    async fn a_client_never_receives_a_password_hash(server: &Server) {
        let it = server.accounts().await;
        let admin = it.account("admin@example.org", Role::Admin).await;
        let user = it.author("a@example.org").await;
        it.system().users().set_password(&user, password(OTHER)).await.unwrap();
        let (own, boss) = (it.as_user(&user), it.as_admin(&admin));
        let arguments = |more: Value| {
            let mut all = json!({"user": user, "id": user});
            all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            all
        };
        for (session, operation, more, drop) in [
            (&own, "accounts.get_profile", json!({}), "id"),
            (&own, "accounts.get_preferences", json!({}), "id"),
            (&own, "accounts.get_stats", json!({}), "id"),
            (&own, "accounts.update_profile", json!({"update": {"bio": "é"}}), "id"),
            (&own, "accounts.update_preferences", json!({"preferences": {}}), "id"),
            (&own, "accounts.change_password", json!({"current": OTHER, "password": RIGHT}), "id"),
            (&boss, "users.get", json!({}), "user"),
            (&boss, "users.update", json!({"update": {"bio": "é"}}), "user"),
            (&boss, "users.set_active", json!({"active": true}), "user"),
            (&boss, "users.set_role", json!({"role": "CORRECTOR"}), "user"),
            (&boss, "users.set_password", json!({"password": RIGHT}), "user"),
        ] {
            let mut input = arguments(more);
            input.as_object_mut().unwrap().remove(drop);
            let answer = String::from_utf8(session.call(operation, &input.to_string()).await.unwrap()).unwrap();
            assert!(!answer.contains("$argon2id$") && !answer.contains("\"password\""), "{operation}: {answer}");
        }
        for (operation, input) in [
            ("users.list", json!({})),
            ("users.create", json!({"user": {"prenom": "Zoé", "nom": "Ün", "email": "b@example.org", "password": RIGHT}})),
            ("accounts.register", json!({"registration": {"prenom": "Zoé", "nom": "Ün", "email": "c@example.org", "password": RIGHT}})),
            ("accounts.authenticate", json!({"email": "a@example.org", "password": RIGHT})),
            ("password_resets.request", json!({"email": "a@example.org"})),
        ] {
            let answer = String::from_utf8(it.system().call(operation, &input.to_string()).await.unwrap()).unwrap();
            assert!(!answer.contains("$argon2id$") && !answer.contains("\"password\""), "{operation}: {answer}");
        }
        let details = it.audit_trail().await;
        assert!(!details.is_empty());
        for entry in details {
            let text = format!("{:?}", entry.details);
            assert!(!text.contains(RIGHT) && !text.contains(OTHER) && !text.contains("$argon2id$"), "{text}");
        }
    }

    async fn a_sign_in_upgrades_a_weaker_hash_once_argon2id_is_in_force(server: &Server) {
        let it = server.accounts().await;
        let user = it.author("a@example.org").await;
        it.system().settings().set_password_scheme(PasswordScheme::BcryptCompat).await.unwrap();
        it.system().users().set_password(&user, password(RIGHT)).await.unwrap();
        let bcrypt = it.hash(&user).await;
        assert!(bcrypt.starts_with("$2b$04$"), "{bcrypt}");
        let sign_in = async || it.anonymous().accounts().authenticate("a@example.org".to_owned(), password(RIGHT)).await.unwrap();
        sign_in().await;
        assert_eq!(it.hash(&user).await, bcrypt, "the existing backend reads only bcrypt");
        it.system().settings().set_password_scheme(PasswordScheme::Argon2id).await.unwrap();
        it.anonymous().accounts().authenticate("a@example.org".to_owned(), password(OTHER)).await.unwrap_err();
        assert_eq!(it.hash(&user).await, bcrypt);
        sign_in().await;
        let argon = it.hash(&user).await;
        assert!(argon.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{argon}");
        sign_in().await;
        assert_eq!(it.hash(&user).await, argon);
        // Stronger parameters cause an upgrade too; weaker ones do not.
        let mut settings = PasswordSettings::cheapest();
        settings.argon2_memory = 64;
        let stronger = it.db.builder().passwords(settings).connect().await.unwrap();
        stronger.as_system().accounts().authenticate("a@example.org".to_owned(), password(RIGHT)).await.unwrap();
        let strong = it.hash(&user).await;
        assert!(strong.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{strong}");
        sign_in().await;
        assert_eq!(it.hash(&user).await, strong);
    }

    async fn a_database_of_another_backend_starts_with_bcrypt(server: &Server) {
        let db = server.database().await;
        let mut conn = db.connect().await;
        revision_a(&mut conn).await;
        migrate(&mut conn).await.unwrap();
        let it = Accounts::over(db).await;
        assert_eq!(it.system().settings().get_password_scheme().await.unwrap(), PasswordScheme::BcryptCompat);
        let user = it.author("a@example.org").await;
        assert!(it.hash(&user).await.starts_with("$2b$04$"));
        let long = new_account("b@example.org").password("é".repeat(37));
        assert_eq!(fields(&it.system().users().create(long.clone()).await.unwrap_err()), ["password"], "bcrypt would truncate it");
        let admin = it.account("admin@example.org", Role::Admin).await;
        assert_eq!(it.as_admin(&admin).settings().set_password_scheme(PasswordScheme::Argon2id).await.unwrap(), PasswordScheme::Argon2id);
        it.as_admin(&admin).settings().set_password_scheme(PasswordScheme::Argon2id).await.unwrap();
        let changes: Vec<_> = it.audit_trail().await.into_iter().filter(|entry| entry.action == "PASSWORD_SCHEME_CHANGED").collect();
        assert_eq!((changes.len(), changes[0].admin_email.as_str()), (1, "admin@example.org"));
        assert_eq!(changes[0].severity, staka_core::model::AuditSeverity::High);
        let user = it.system().users().create(long).await.unwrap().id;
        assert!(it.hash(&user).await.starts_with("$argon2id$"));
        assert_eq!(it.as_user(&user).settings().get_password_scheme().await.unwrap_err().kind(), ErrorKind::Denied);
        assert_eq!(it.as_user(&user).settings().set_password_scheme(PasswordScheme::BcryptCompat).await.unwrap_err().kind(), ErrorKind::Denied);
    }

    async fn without_stakas_tables_passwords_are_hashed_for_every_backend(server: &Server) {
        let it = server.accounts().await;
        assert_eq!(it.system().settings().get_password_scheme().await.unwrap(), PasswordScheme::Argon2id);
        let user = it.author("a@example.org").await;
        // `prisma db push` drops tables that its schema does not declare.
        it.run("DROP TABLE staka_settings", Args::new()).await;
        assert_eq!(it.system().settings().get_password_scheme().await.unwrap(), PasswordScheme::BcryptCompat);
        assert_eq!(it.system().settings().set_password_scheme(PasswordScheme::Argon2id).await.unwrap_err().kind(), ErrorKind::Conflict);
        it.anonymous().accounts().authenticate("a@example.org".to_owned(), password(RIGHT)).await.unwrap();
        let tx = it.system().begin().await.unwrap();
        let other = tx.accounts().register(registration("b@example.org")).await.unwrap();
        tx.commit().await.unwrap();
        assert!(it.hash(&other.id).await.starts_with("$2b$"));
        assert!(it.hash(&user).await.starts_with("$argon2id$"));
        it.run("DROP TABLE staka_migrations", Args::new()).await;
        assert_eq!(it.system().settings().get_password_scheme().await.unwrap(), PasswordScheme::BcryptCompat);
    }

    async fn a_password_is_changed_by_a_user_who_knows_it(server: &Server) {
        let it = server.accounts().await;
        let (user, other) = (it.author("a@example.org").await, it.author("b@example.org").await);
        it.system().password_resets().request("a@example.org".to_owned()).await.unwrap();
        let own = it.as_user(&user);
        let change = async |current: &str, new: &str| own.accounts().change_password(&user, password(current), password(new)).await;
        let error = change(OTHER, "Another-1").await.unwrap_err();
        assert_eq!((error.kind(), fields(&error)), (ErrorKind::Invalid, vec!["current"]));
        assert_eq!(fields(&change(RIGHT, RIGHT).await.unwrap_err()), ["password"]);
        assert_eq!(fields(&change(RIGHT, "short").await.unwrap_err()), ["password"]);
        assert_eq!(it.number("SELECT COUNT(*) FROM password_resets").await, 1);
        change(RIGHT, OTHER).await.unwrap();
        assert_eq!(it.number("SELECT COUNT(*) FROM password_resets").await, 0, "reset tokens are void");
        it.anonymous().accounts().authenticate("a@example.org".to_owned(), password(RIGHT)).await.unwrap_err();
        it.anonymous().accounts().authenticate("a@example.org".to_owned(), password(OTHER)).await.unwrap();
        let entry = it.audit_trail().await.into_iter().find(|entry| entry.action == "USER_PASSWORD_CHANGED").unwrap();
        assert_eq!((entry.admin_email.as_str(), entry.target_id.as_deref()), ("a@example.org", Some(user.as_str())));
        assert_eq!(it.as_user(&other).accounts().change_password(&user, password(OTHER), password(RIGHT)).await.unwrap_err().kind(), ErrorKind::Denied);
    }

    async fn a_profile_is_changed_field_by_field(server: &Server) {
        let it = server.accounts().await;
        let user = it.author("a@example.org").await;
        let own = it.as_user(&user);
        let change = ProfileUpdate::default()
            .prenom("  Ève ")
            .telephone("06 12 34 56 78")
            .adresse("1, rue de l'Église\n75001 Paris")
            .bio("عربي 🖋")
            .avatar("https://x.org/a.webp");
        let seen = own.accounts().update_profile(&user, change, None).await.unwrap();
        assert_eq!((seen.prenom.as_str(), seen.nom.as_str()), ("Ève", "Ünal 🖋"));
        assert_eq!((seen.bio.as_deref(), seen.adresse.as_deref()), (Some("عربي 🖋"), Some("1, rue de l'Église\n75001 Paris")));
        assert_eq!(own.accounts().get_profile(&user).await.unwrap().as_ref(), Some(&seen));
        let cleared = ProfileUpdate::default().clear_telephone().bio("  ");
        let cleared = own.accounts().update_profile(&user, cleared, Some(seen.updated_at)).await.unwrap();
        assert_eq!((&cleared.telephone, &cleared.bio, &cleared.avatar), (&None, &None, &seen.avatar));
        assert!(cleared.updated_at > seen.updated_at);
        let late = own.accounts().update_profile(&user, ProfileUpdate::default(), Some(seen.updated_at)).await.unwrap_err();
        assert_eq!(late.kind(), ErrorKind::Precondition);
        let bad = ProfileUpdate::default().prenom("x").nom("\0\0").telephone("zéro").adresse("é".repeat(40_000)).bio("a\0").avatar("javascript:alert(1)");
        let error = own.accounts().update_profile(&user, bad, None).await.unwrap_err();
        assert_eq!(fields(&error), ["prenom", "nom", "telephone", "adresse", "bio", "avatar"]);
        let mass = own.call("accounts.update_profile", &json!({"user": user, "update": {"role": "ADMIN"}}).to_string()).await.unwrap_err();
        assert_eq!(fields(&mass), ["role"], "users cannot promote themselves");
        let other = it.author("b@example.org").await;
        assert_eq!(it.as_user(&other).accounts().get_profile(&user).await.unwrap_err().kind(), ErrorKind::Denied);
        assert_eq!(it.anonymous().accounts().get_profile(&user).await.unwrap_err().kind(), ErrorKind::Unauthenticated);
        let entry = it.audit_trail().await.into_iter().find(|entry| entry.action == "USER_UPDATED").unwrap();
        assert!(!format!("{entry:?}").contains("Église"), "the audit log names the changed fields, not their values");
        let nobody: UserId = "nobody".parse().unwrap();
        assert_eq!(it.system().accounts().get_profile(&nobody).await.unwrap(), None);
        assert_eq!(it.system().accounts().update_profile(&nobody, ProfileUpdate::default(), None).await.unwrap_err().kind(), ErrorKind::NotFound);
    }

    async fn preferences_are_merged_over_the_defaults(server: &Server) {
        let it = server.accounts().await;
        let user = it.author("a@example.org").await;
        let own = it.as_user(&user);
        let first = own.accounts().get_preferences(&user).await.unwrap().unwrap().preferences;
        assert_eq!(first, json!({
            "notifications": {"email": true, "push": true, "sms": false},
            "notificationTypes": {"projects": true, "messages": true, "invoices": true, "promos": false},
            "privacy": {"publicProfile": false, "analytics": true},
        }));
        own.accounts().update_preferences(&user, json!({"notifications": {"email": false}, "theme": ["sombre", 1]})).await.unwrap();
        let answer = own.accounts().update_preferences(&user, json!({"privacy": {"analytics": false, "publicProfile": true}, "updatedAt": "hier"})).await.unwrap();
        let seen = own.accounts().get_preferences(&user).await.unwrap().unwrap();
        assert_eq!(answer, seen);
        assert_eq!(seen.preferences["notifications"], json!({"email": false, "push": true, "sms": false}));
        assert_eq!(seen.preferences["theme"], json!(["sombre", 1]));
        assert_eq!(seen.preferences["privacy"]["publicProfile"], json!(true));
        assert_eq!(seen.preferences["updatedAt"], json!(NOW), "the library sets the time");
        for bad in [json!([]), json!("x"), json!(null), json!(1), json!({"x": "é".repeat(10_000)})] {
            assert_eq!(fields(&own.accounts().update_preferences(&user, bad).await.unwrap_err()), ["preferences"]);
        }
        assert_eq!(own.accounts().get_preferences(&user).await.unwrap().unwrap(), seen);
        // As other programs stored them: encoded twice, or no object.
        it.run(r#"UPDATE users SET preferences = '"{\\"theme\\": 7}"'"#, Args::new()).await;
        assert_eq!(own.accounts().get_preferences(&user).await.unwrap().unwrap().preferences["theme"], json!(7));
        it.run("UPDATE users SET preferences = '[1, 2]'", Args::new()).await;
        assert_eq!(own.accounts().get_preferences(&user).await.unwrap().unwrap().preferences, first);
        assert_eq!(it.system().accounts().get_preferences(&"nobody".parse::<UserId>().unwrap()).await.unwrap(), None);
    }

    async fn closing_an_account_anonymises_it(server: &Server) {
        let it = server.accounts().await;
        let (user, leaving) = (it.author("a@example.org").await, it.author("b@example.org").await);
        it.as_user(&user).accounts().deactivate(&user).await.unwrap();
        assert_eq!(it.system().accounts().deactivate(&user).await.unwrap_err().kind(), ErrorKind::Conflict);
        assert_eq!(it.as_user(&user).accounts().deactivate(&user).await.unwrap_err().kind(), ErrorKind::Unauthenticated);
        assert_eq!(it.row(&user).await.email, "a@example.org");
        let change = ProfileUpdate::default().telephone("06").adresse("rue").bio("bio").avatar("/a");
        it.as_user(&leaving).accounts().update_profile(&leaving, change, None).await.unwrap();
        it.as_user(&leaving).accounts().update_preferences(&leaving, json!({"theme": 1})).await.unwrap();
        let token = it.system().password_resets().request("b@example.org".to_owned()).await.unwrap().token.unwrap();
        it.as_user(&leaving).accounts().close(&leaving).await.unwrap();
        let row = it.row(&leaving).await;
        assert_eq!((row.prenom.as_str(), row.nom.as_str(), row.is_active), ("Utilisateur", "Supprimé", false));
        assert!(row.email.starts_with("deleted_1772359200000_") && row.email.ends_with("@anonymized.local"), "{}", row.email);
        assert_eq!((row.telephone, row.adresse, row.bio, row.avatar, row.preferences), (None, None, None, None, None));
        assert_eq!(row.password.expose(), "");
        assert_eq!(it.number("SELECT COUNT(*) FROM password_resets").await, 0);
        assert_eq!(it.anonymous().password_resets().consume(password(&token), password(OTHER)).await.unwrap_err().kind(), ErrorKind::Invalid);
        for typed in ["", RIGHT] {
            it.anonymous().accounts().authenticate(row.email.clone(), password(typed)).await.unwrap_err();
            it.anonymous().accounts().authenticate("b@example.org".to_owned(), password(typed)).await.unwrap_err();
        }
        let entry = it.audit_trail().await.into_iter().find(|entry| entry.action == "USER_DELETED").unwrap();
        assert_eq!(entry.admin_email, row.email, "the entry has the anonymised address");
        // The address can be registered again.
        it.anonymous().accounts().register(registration("b@example.org")).await.unwrap();
    }

    async fn a_connection_is_released_while_a_password_is_hashed(server: &Server) {
        let db = server.migrated().await;
        let mut settings = PasswordSettings::cheapest();
        settings.bcrypt_cost = 10;
        settings.parallel = 1;
        let it = Accounts::with(db, settings, 1).await;
        let user = it.author("a@example.org").await;
        let sign_ins = (0..8).map(|at| {
            let session = it.anonymous();
            tokio::spawn(async move { session.accounts().authenticate(format!("nobody{at}@example.org"), password(RIGHT)).await })
        });
        let sign_ins: Vec<_> = sign_ins.collect();
        // Eight sign-ins wait for their hashes on a pool of one connection, and a read succeeds meanwhile.
        while it.staka.hash_work().bcrypt_rounds == 0 {
            tokio::task::yield_now().await;
        }
        it.system().accounts().get_profile(&user).await.unwrap();
        assert!(sign_ins.iter().any(|task| !task.is_finished()), "the hashes took less time than the read");
        for task in sign_ins {
            assert_eq!(task.await.unwrap().unwrap_err().kind(), ErrorKind::Unauthenticated);
        }
        assert_eq!(it.staka.pool().size().0, 1);
    }

    async fn finished_orders_make_a_vip(server: &Server) {
        let it = server.accounts().await;
        let user = it.author("a@example.org").await;
        let add = "INSERT INTO commandes (id, userId, titre, statut, updatedAt) SELECT UUID(), id, 'titre', ?, UTC_TIMESTAMP(3) FROM users";
        for _ in 0..9 {
            it.run(add, Args::new().with("TERMINE")).await;
        }
        it.run(add, Args::new().with("EN_COURS")).await;
        let stats = it.as_user(&user).accounts().get_stats(&user).await.unwrap().unwrap();
        assert_eq!((stats.commandes, stats.termine, stats.is_vip), (10, 9, false));
        it.run(add, Args::new().with("TERMINE")).await;
        assert!(it.as_user(&user).accounts().get_stats(&user).await.unwrap().unwrap().is_vip);
        assert_eq!(it.system().accounts().get_stats(&"nobody".parse::<UserId>().unwrap()).await.unwrap(), None);
    }
}
