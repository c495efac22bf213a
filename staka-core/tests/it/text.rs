//! Tests that operations which create rows store text unchanged: emoji, right-to-left text, combining characters,
//! maximum lengths as the server counts them, and no NUL. The operations are listed in [`creations`].

use serde_json::{Value, json};
use staka_core::ErrorKind;

use crate::notifying_support::Site;
use crate::support::on_both;

/// The maximum length of a field.
#[derive(Clone, Copy)]
enum MaxLength {
    /// A number of characters (VARCHAR).
    Chars(usize),
    /// A number of bytes of UTF-8 (TEXT).
    Bytes(usize),
    /// A number of bytes of a JSON string including its quotes (TEXT).
    Json(usize),
}

/// An operation that creates a row, called by its name.
struct Creation {
    operation: &'static str,
    /// Valid arguments.
    input: Value,
    /// The text fields: JSON pointers to the field in the arguments and in the answer, a prefix the text must have, and
    /// the maximum length.
    texts: Vec<(&'static str, &'static str, &'static str, MaxLength)>,
}

fn creations(site: &Site) -> Vec<Creation> {
    vec![
        Creation {
            operation: "notifications.create",
            input: json!({"user": site.client, "notification": {"title": "t", "message": "m"}}),
            texts: vec![
                ("/notification/title", "/title", "", MaxLength::Chars(255)),
                ("/notification/message", "/message", "", MaxLength::Bytes(65_535)),
                ("/notification/data", "/data", "", MaxLength::Json(65_535)),
                ("/notification/actionUrl", "/actionUrl", "/", MaxLength::Chars(500)),
            ],
        },
        Creation {
            operation: "audit_logs.create",
            input: json!({"entry": {"action": "A", "targetType": "system"}}),
            texts: vec![
                ("/entry/targetId", "/targetId", "", MaxLength::Chars(191)),
                ("/entry/details", "/details", "", MaxLength::Json(65_535)),
            ],
        },
        Creation {
            operation: "accounts.update_profile",
            input: json!({"user": site.client, "update": {}}),
            texts: vec![
                ("/update/bio", "/bio", "", MaxLength::Bytes(65_535)),
                ("/update/adresse", "/adresse", "", MaxLength::Bytes(65_535)),
            ],
        },
        Creation {
            operation: "commandes.create",
            input: json!({"user": site.client, "commande": {"titre": "Un roman"}}),
            texts: vec![
                ("/commande/titre", "/titre", "", MaxLength::Chars(100)),
                ("/commande/description", "/description", "", MaxLength::Bytes(65_535)),
                ("/commande/noteClient", "/noteClient", "", MaxLength::Bytes(65_535)),
            ],
        },
        Creation {
            operation: "messages.send_system",
            input: json!({"user": site.client, "message": {"content": "c"}}),
            texts: vec![
                ("/message/content", "/content", "", MaxLength::Bytes(65_535)),
                ("/message/subject", "/subject", "", MaxLength::Chars(255)),
            ],
        },
        Creation {
            operation: "faqs.create",
            input: json!({"faq": {"question": "q", "answer": "a", "categorie": "c"}}),
            texts: vec![
                ("/faq/question", "/question", "", MaxLength::Bytes(65_535)),
                ("/faq/details", "/details", "", MaxLength::Bytes(65_535)),
                ("/faq/categorie", "/categorie", "", MaxLength::Chars(100)),
            ],
        },
    ]
}

/// Texts that a careless layer would change.
const SPECIAL: [&str; 10] = [
    "émojis 📖👩‍👩‍👧‍👦🇫🇷",
    "שלום עולם",
    "مرحبا \u{202b}بالعالم\u{202c}",
    "e\u{301}\u{327} ñ \u{1e9b}\u{323}",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𠜎𠜱",
    "a\u{200d}\u{200b}\u{feff}b",
    "' \" \\ ` -- ; /* */ % _ \u{1a}",
    "<b>&amp;</b> ${x} {{y}} {id}",
    "z\u{337}\u{322}\u{321}a\u{336}\u{327}lgo",
    "trois\u{2028}lignes\u{2029}d'un coup…",
];

async fn call_with(site: &Site, creation: &Creation, at: &str, text: &str) -> Result<Value, staka_core::Error> {
    let mut input = creation.input.clone();
    let (within, field) = at.rsplit_once('/').unwrap();
    input.pointer_mut(within).unwrap()[field] = json!(text);
    let answer = site.system().call(creation.operation, &input.to_string()).await?;
    Ok(serde_json::from_slice(&answer).unwrap())
}

/// Returns the longest text of such letters that fits.
fn full(max_length: MaxLength, start: &str, letter: char) -> String {
    let room = match max_length {
        MaxLength::Chars(max) => max - start.chars().count(),
        MaxLength::Bytes(max) => (max - start.len()) / letter.len_utf8(),
        MaxLength::Json(max) => (max - 2 - start.len()) / letter.len_utf8(),
    };
    // Bytes left over by letters of several bytes are filled.
    let rest = match max_length {
        MaxLength::Chars(_) => 0,
        MaxLength::Bytes(max) => max - start.len() - room * letter.len_utf8(),
        MaxLength::Json(max) => max - 2 - start.len() - room * letter.len_utf8(),
    };
    format!("{start}{}{}", letter.to_string().repeat(room), "x".repeat(rest))
}

on_both! {
    async fn text_is_stored_unchanged_or_refused(server: &Server) {
        let site = server.site().await;
        for creation in creations(&site) {
            for (at, back, start, max_length) in &creation.texts {
                let name = format!("{} {at}", creation.operation);
                for special in SPECIAL {
                    // Addresses contain no spaces.
                    let special = if start.is_empty() {
                        special.to_owned()
                    } else {
                        special.replace(|c: char| c.is_whitespace() || c.is_control() || c == '\\', "")
                    };
                    let text = format!("{start}{special}");
                    let answer = call_with(&site, &creation, at, &text)
                        .await
                        .unwrap_or_else(|error| panic!("{name}: {text:?}: {error:?}"));
                    assert_eq!(answer.pointer(back), Some(&json!(text)), "{name}");
                }
                for letter in ['x', 'é', '語', '😀'] {
                    let text = full(*max_length, start, letter);
                    let answer = call_with(&site, &creation, at, &text)
                        .await
                        .unwrap_or_else(|error| panic!("{name}: full of {letter}: {error:?}"));
                    assert_eq!(answer.pointer(back), Some(&json!(text)), "{name}: full of {letter}");
                    let error = call_with(&site, &creation, at, &format!("{text}x")).await.unwrap_err();
                    let field = at.rsplit('/').next().unwrap();
                    assert_eq!((error.kind(), error.fields()[0].field.as_ref()), (ErrorKind::Invalid, field), "{name}");
                }
                if !matches!(max_length, MaxLength::Json(_)) {
                    let error = call_with(&site, &creation, at, &format!("{start}a\0b")).await.unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Invalid, "{name}: NUL");
                }
            }
        }
        // The texts are stored as returned, which a read without this library confirms.
        let mut conn = site.db.connect().await;
        let rows: Vec<String> =
            sqlx::query_scalar("SELECT title FROM notifications WHERE title LIKE '%📖%' OR title LIKE '%𝔘%'")
                .fetch_all(&mut conn)
                .await
                .unwrap();
        assert!(rows.iter().all(|title| SPECIAL.contains(&title.as_str())) && rows.len() == 2, "{rows:?}");
    }
}
