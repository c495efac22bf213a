use super::*;
use crate::base::Password;
use PasswordScheme::{Argon2id, BcryptCompat};

fn cheap() -> Passwords {
    Passwords::new(&PasswordSettings { bcrypt_cost: 6, ..PasswordSettings::cheapest() }).unwrap()
}

async fn verdict(passwords: &Passwords, scheme: PasswordScheme, stored: &str, typed: &str) -> Verdict {
    passwords.verify(&scheme, Some(&Secret::new(stored)), true, &Password::new(typed)).await.unwrap()
}

const SAME: Verdict = Verdict::Correct { upgrade: None };

#[tokio::test]
async fn what_was_hashed_is_verified_and_nothing_else() {
    let passwords = cheap();
    for (scheme, start) in [(BcryptCompat, "$2b$06$"), (Argon2id, "$argon2id$v=19$m=8,t=1,p=1$")] {
        for password in ["correct horse", "", "é🔑\u{202e}", &"x".repeat(72)] {
            let hash = passwords.hash(&scheme, &Password::new(password)).await.unwrap();
            assert!(hash.expose().starts_with(start), "{}", hash.expose());
            assert!(hash.expose().chars().count() <= 255);
            assert_eq!(verdict(&passwords, scheme.clone(), hash.expose(), password).await, SAME);
            let other = format!("X{password}");
            assert_eq!(verdict(&passwords, scheme.clone(), hash.expose(), &other).await, Verdict::Wrong);
        }
    }
}

#[tokio::test]
async fn hashes_of_other_makers_are_verified() {
    // Test vectors of John the Ripper, OpenBSD and the reference implementation of Argon2.
    for (stored, password) in [
        ("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"),
        ("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"),
        ("$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"),
        ("$2a$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq", "\u{a3}"),
        ("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "password"),
    ] {
        let verdict = verdict(&cheap(), BcryptCompat, stored, password).await;
        // The password of the fourth vector is the single byte 0xA3, which is not valid UTF-8.
        let expected = if password == "\u{a3}" { Verdict::Wrong } else { SAME };
        assert_eq!(verdict, expected, "{stored}");
    }
}

/// Stored texts that are no hashes.
const MALFORMED: [&str; 14] = [
    "",
    "PENDING_ACTIVATION",
    "$2b$10$demo.hash.for.development.only",
    "$2b$12$a8lfg.nzNH8QIsZ9dArBRuSJ7.LymfaFHImk/9vDDlQ18diplLSv",
    "$2b$31$a8lfg.nzNH8QIsZ9dArBRuSJ7.LymfaFHImk/9vDDlQ18diplLSvy",
    "$2b$00$a8lfg.nzNH8QIsZ9dArBRuSJ7.LymfaFHImk/9vDDlQ18diplLSvy",
    "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvé",
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ",
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgL",
    "$argon2id$v=19$m=4294967295,t=4294967295,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
    "$argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
    "$argon2id$m=256$$",
    "motdepasse",
];

#[tokio::test]
async fn a_malformed_hash_is_a_wrong_password_not_an_error() {
    for stored in MALFORMED {
        for scheme in [BcryptCompat, Argon2id] {
            for typed in ["", "password", stored] {
                assert_eq!(verdict(&cheap(), scheme.clone(), stored, typed).await, Verdict::Wrong, "{stored}");
            }
        }
    }
}

/// Returns the work done for a refused password.
async fn refused(
    scheme: PasswordScheme,
    stored: Option<&str>,
    active: bool,
    typed: &str,
    bcrypt_remains: bool,
) -> HashWork {
    let settings = PasswordSettings { bcrypt_cost: 6, bcrypt_remains, ..PasswordSettings::cheapest() };
    let passwords = Passwords::new(&settings).unwrap();
    let stored = stored.map(Secret::new);
    let verdict = passwords.verify(&scheme, stored.as_ref(), active, &Password::new(typed)).await.unwrap();
    assert_eq!(verdict, Verdict::Wrong);
    passwords.work()
}

#[tokio::test]
async fn an_unknown_account_costs_what_a_wrong_password_costs() {
    let argon = cheap().hash(&Argon2id, &Password::new("right")).await.unwrap();
    let bcrypts: Vec<String> = (4..=6).map(|cost| bcrypt::hash("right", cost).unwrap()).collect();
    for (scheme, bcrypt_remains, cost) in [
        (BcryptCompat, true, HashWork { bcrypt_rounds: 64, argon2_kib: 0 }),
        (BcryptCompat, false, HashWork { bcrypt_rounds: 64, argon2_kib: 0 }),
        (Argon2id, true, HashWork { bcrypt_rounds: 64, argon2_kib: 8 }),
        (Argon2id, false, HashWork { bcrypt_rounds: 0, argon2_kib: 8 }),
    ] {
        assert_eq!(refused(scheme.clone(), None, true, "wrong", bcrypt_remains).await, cost, "unknown");
        for stored in MALFORMED {
            assert_eq!(refused(scheme.clone(), Some(stored), true, "wrong", bcrypt_remains).await, cost, "{stored}");
        }
        if scheme == Argon2id {
            assert_eq!(refused(scheme.clone(), Some(argon.expose()), true, "wrong", bcrypt_remains).await, cost);
            assert_eq!(
                refused(scheme.clone(), Some(argon.expose()), false, "right", bcrypt_remains).await,
                cost,
                "disabled"
            );
        }
        if bcrypt_remains {
            for stored in &bcrypts {
                assert_eq!(refused(scheme.clone(), Some(stored), true, "wrong", true).await, cost, "{stored}");
                assert_eq!(refused(scheme.clone(), Some(stored), false, "right", true).await, cost, "disabled");
            }
        }
    }
}

#[tokio::test]
async fn only_argon2id_upgrades_and_only_what_is_weaker() {
    let passwords = Passwords::new(&PasswordSettings { argon2_memory: 16, ..PasswordSettings::cheapest() }).unwrap();
    let upgrade = async |scheme: PasswordScheme, stored: &str, typed: &str| match verdict(
        &passwords, scheme, stored, typed,
    )
    .await
    {
        Verdict::Correct { upgrade } => upgrade,
        Verdict::Wrong => panic!("{stored}"),
    };
    let bcrypt = bcrypt::hash("right", 4).unwrap();
    let weak = cheap().hash(&Argon2id, &Password::new("right")).await.unwrap();
    let owned = passwords.hash(&Argon2id, &Password::new("right")).await.unwrap();
    for stored in [bcrypt.as_str(), weak.expose(), owned.expose()] {
        assert_eq!(upgrade(BcryptCompat, stored, "right").await, None);
    }
    for stored in [bcrypt.as_str(), weak.expose()] {
        let new = upgrade(Argon2id, stored, "right").await.unwrap();
        assert!(new.expose().starts_with("$argon2id$v=19$m=16,t=1,p=1$"));
        assert_eq!(upgrade(Argon2id, new.expose(), "right").await, None);
    }
    assert_eq!(upgrade(Argon2id, owned.expose(), "right").await, None);
    // bcrypt ignores a typing error after 72 bytes.
    let long = "x".repeat(80);
    let cut = bcrypt::hash(&long, 4).unwrap();
    assert_eq!(upgrade(Argon2id, &cut, &format!("{long}y")).await, None);
}

#[test]
fn settings_out_of_range_are_named_all_at_once() {
    let settings =
        PasswordSettings { argon2_memory: 4, argon2_passes: 0, bcrypt_cost: 31, ..PasswordSettings::default() };
    let error = Passwords::new(&settings).unwrap_err();
    let fields: Vec<_> = error.fields().iter().map(|it| it.field.as_ref()).collect();
    assert_eq!(fields, ["argon2Memory", "argon2Passes", "bcryptCost"]);
    let lanes = PasswordSettings { argon2_memory: 8, argon2_lanes: 4, ..PasswordSettings::default() };
    assert!(Passwords::new(&lanes).is_err());
    assert!(format!("{:?}", Passwords::default()).contains("19456"));
}

/// Run by hand: `cargo test -p staka-core --lib --release -- --ignored --nocapture passwords::tests::the_times`
#[tokio::test]
#[ignore = "measures the times of refusals; run by hand"]
async fn the_times_of_refusals() {
    let passwords = Passwords::default();
    let right = Password::new("correct horse battery staple");
    let argon = passwords.hash(&Argon2id, &right).await.unwrap();
    let (old, older) = (bcrypt::hash("right", 12).unwrap(), bcrypt::hash("right", 10).unwrap());
    let accounts = [
        ("unknown", None),
        ("bcrypt 12", Some(old.as_str())),
        ("bcrypt 10", Some(older.as_str())),
        ("argon2id", Some(argon.expose())),
        ("malformed", Some("PENDING_ACTIVATION")),
    ];
    for scheme in [BcryptCompat, Argon2id] {
        let mut times = vec![Vec::new(); accounts.len()];
        // Interleaved, so that other load on the machine affects all accounts equally.
        for _ in 0..15 {
            for ((_, stored), times) in accounts.iter().zip(&mut times) {
                let stored = stored.map(Secret::new);
                let start = std::time::Instant::now();
                passwords.verify(&scheme, stored.as_ref(), true, &Password::new("wrong")).await.unwrap();
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
        }
        let medians: Vec<f64> = times
            .into_iter()
            .map(|mut times| {
                times.sort_by(f64::total_cmp);
                times[times.len() / 2]
            })
            .collect();
        for ((name, _), median) in accounts.iter().zip(&medians) {
            println!("{scheme:?} {name}: {median:.1} ms, {:.3} of unknown", median / medians[0]);
        }
    }
}
