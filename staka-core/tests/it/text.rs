//! Text goes in and out unchanged through every operation that makes something: emoji, right to left, combining marks,
//! lengths as the server counts them, and no NUL. An area adds its operations to [`makers`].

use serde_json::{Value, json};
use staka_core::ErrorKind;

use crate::notices_support::Site;
use crate::support::on_both;

/// How much a field holds.
#[derive(Clone, Copy)]
enum Holds {
    /// So many characters (VARCHAR).
    Chars(usize),
    /// So many bytes of UTF-8 (TEXT).
    Bytes(usize),
    /// A JSON string, so many bytes with its quotes (TEXT).
    Json(usize),
}

/// An operation that makes something, called by its name.
struct Maker {
    operation: &'static str,
    /// Arguments that are right.
    input: Value,
    /// The fields of text: where they stand in the arguments (a JSON pointer) and in the answer, what comes before the
    /// text in them, and how much they hold.
    texts: Vec<(&'static str, &'static str, &'static str, Holds)>,
}

fn makers(site: &Site) -> Vec<Maker> {
    vec![
        Maker {
            operation: "notifications.create",
            input: json!({"user": site.client, "notification": {"title": "t", "message": "m"}}),
            texts: vec![
                ("/notification/title", "/title", "", Holds::Chars(255)),
                ("/notification/message", "/message", "", Holds::Bytes(65_535)),
                ("/notification/data", "/data", "", Holds::Json(65_535)),
                ("/notification/actionUrl", "/actionUrl", "/", Holds::Chars(500)),
            ],
        },
        Maker {
            operation: "audit_logs.record",
            input: json!({"entry": {"action": "A", "targetType": "system"}}),
            texts: vec![
                ("/entry/targetId", "/targetId", "", Holds::Chars(191)),
                ("/entry/details", "/details", "", Holds::Json(65_535)),
            ],
        },
        Maker {
            operation: "accounts.update_profile",
            input: json!({"user": site.client, "change": {}}),
            texts: vec![
                ("/change/bio", "/bio", "", Holds::Bytes(65_535)),
                ("/change/adresse", "/adresse", "", Holds::Bytes(65_535)),
            ],
        },
        Maker {
            operation: "commandes.create",
            input: json!({"user": site.client, "commande": {"titre": "Un roman"}}),
            texts: vec![
                ("/commande/titre", "/titre", "", Holds::Chars(100)),
                ("/commande/description", "/description", "", Holds::Bytes(65_535)),
                ("/commande/noteClient", "/noteClient", "", Holds::Bytes(65_535)),
            ],
        },
        Maker {
            operation: "messages.send_system",
            input: json!({"user": site.client, "message": {"content": "c"}}),
            texts: vec![
                ("/message/content", "/content", "", Holds::Bytes(65_535)),
                ("/message/subject", "/subject", "", Holds::Chars(255)),
            ],
        },
        Maker {
            operation: "faqs.create",
            input: json!({"draft": {"question": "q", "answer": "a", "categorie": "c"}}),
            texts: vec![
                ("/draft/question", "/question", "", Holds::Bytes(65_535)),
                ("/draft/details", "/details", "", Holds::Bytes(65_535)),
                ("/draft/categorie", "/categorie", "", Holds::Chars(100)),
            ],
        },
    ]
}

/// Texts that a careless layer changes.
const ODD: [&str; 10] = [
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

async fn made(site: &Site, maker: &Maker, at: &str, text: &str) -> Result<Value, staka_core::Error> {
    let mut input = maker.input.clone();
    let (within, field) = at.rsplit_once('/').unwrap();
    input.pointer_mut(within).unwrap()[field] = json!(text);
    let answer = site.system().call(maker.operation, &input.to_string()).await?;
    Ok(serde_json::from_slice(&answer).unwrap())
}

/// The longest text of such characters that fits.
fn full(holds: Holds, start: &str, letter: char) -> String {
    let room = match holds {
        Holds::Chars(most) => most - start.chars().count(),
        Holds::Bytes(most) => (most - start.len()) / letter.len_utf8(),
        Holds::Json(most) => (most - 2 - start.len()) / letter.len_utf8(),
    };
    // What a letter of several bytes leaves free is filled.
    let rest = match holds {
        Holds::Chars(_) => 0,
        Holds::Bytes(most) => most - start.len() - room * letter.len_utf8(),
        Holds::Json(most) => most - 2 - start.len() - room * letter.len_utf8(),
    };
    format!("{start}{}{}", letter.to_string().repeat(room), "x".repeat(rest))
}

on_both! {
    async fn text_goes_in_and_out_unchanged_or_not_at_all(server: &Server) {
        let site = server.site().await;
        for maker in makers(&site) {
            for (at, back, start, holds) in &maker.texts {
                let name = format!("{} {at}", maker.operation);
                for odd in ODD {
                    // An address has no blanks.
                    let odd = if start.is_empty() {
                        odd.to_owned()
                    } else {
                        odd.replace(|c: char| c.is_whitespace() || c.is_control() || c == '\\', "")
                    };
                    let text = format!("{start}{odd}");
                    let answer = made(&site, &maker, at, &text)
                        .await
                        .unwrap_or_else(|error| panic!("{name}: {text:?}: {error:?}"));
                    assert_eq!(answer.pointer(back), Some(&json!(text)), "{name}");
                }
                for letter in ['x', 'é', '語', '😀'] {
                    let text = full(*holds, start, letter);
                    let answer = made(&site, &maker, at, &text)
                        .await
                        .unwrap_or_else(|error| panic!("{name}: full of {letter}: {error:?}"));
                    assert_eq!(answer.pointer(back), Some(&json!(text)), "{name}: full of {letter}");
                    let error = made(&site, &maker, at, &format!("{text}x")).await.unwrap_err();
                    let field = at.rsplit('/').next().unwrap();
                    assert_eq!((error.kind(), error.fields()[0].field.as_ref()), (ErrorKind::Invalid, field), "{name}");
                }
                if !matches!(holds, Holds::Json(_)) {
                    let error = made(&site, &maker, at, &format!("{start}a\0b")).await.unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Invalid, "{name}: NUL");
                }
            }
        }
        // What came back is what lies there, for whoever reads it without this library.
        let mut conn = site.db.connect().await;
        let rows: Vec<String> =
            sqlx::query_scalar("SELECT title FROM notifications WHERE title LIKE '%📖%' OR title LIKE '%𝔘%'")
                .fetch_all(&mut conn)
                .await
                .unwrap();
        assert!(rows.iter().all(|title| ODD.contains(&title.as_str())) && rows.len() == 2, "{rows:?}");
    }
}
