//! Tests of the wire format, which need no Node.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../../src/wire.rs"]
mod wire;

use serde::Serialize;
use serde_json::{Value, json};
use staka_core::model::Role;
use staka_core::{ErrorKind, Page, Sink, Timestamp};
use wire::ToWire;

fn written<T: Serialize>(value: &T) -> String {
    let mut pieces = wire::write(value).unwrap();
    assert_eq!(pieces.len(), 1);
    pieces.pop().unwrap().into_iter().map(char::from).collect()
}

fn page<T>(items: Vec<T>) -> Page<T> {
    Page { items, next: None, total: None }
}

#[derive(Serialize)]
struct Row {
    id: &'static str,
    at: Timestamp,
    within: Option<Within>,
    list: Vec<Within>,
    free: Value,
}

#[derive(Serialize)]
struct Within {
    n: i64,
    f: f64,
}

fn row() -> Row {
    Row {
        id: "a",
        at: Timestamp::from_unix_millis(-1).unwrap(),
        within: Some(Within { n: 1, f: 0.5 }),
        list: vec![Within { n: 2, f: 2.0 }, Within { n: 3, f: f64::NAN }],
        free: json!({"k": [1, {"n": [{}]}], "big": u64::MAX}),
    }
}

#[test]
fn structs_are_arrays_and_lists_of_them_are_flat() {
    let one = r#""a",-1,[1,0.5],[2,2,3,null],{"big":18446744073709551615,"k":[1,{"n":[{}]}]}"#;
    assert_eq!(written(&row()), format!("[{one}]"));
    assert_eq!(written(&vec![row(), row()]), format!("[[{one},{one}]]"));
    assert_eq!(written(&page(vec![row()])), format!("[[{one}],null,null]"));
    assert_eq!(written(&page(Vec::<Row>::new())), "[[],null,null]");
    assert_eq!(written(&Vec::<Row>::new()), "[[]]");
    assert_eq!(written(&vec![Within { n: 0, f: 0.5 }]), "[[0,0.5]]");
    assert_eq!(ToWire.take(Role::Corrector).unwrap(), [b"2"]);
    assert_eq!(ToWire.take(7_u64).unwrap(), [b"7"]);
    assert_eq!(written(&None::<Row>), "null");
}

#[test]
fn text_is_latin_1_with_escapes_that_json_knows() {
    let text: String = (0..0x180).filter_map(char::from_u32).chain("\u{2028}€\u{feff}\u{ffff}😀".chars()).collect();
    let written = written(&text);
    assert!(written.chars().all(|c| c <= '\u{ff}'));
    assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
}

#[test]
fn whole_numbers_are_exact_or_refused() {
    const SAFE: i64 = (1 << 53) - 1;
    for n in [SAFE, -SAFE] {
        assert_eq!(written(&Within { n, f: 0.0 }), format!("[{n},0]"));
    }
    for n in [SAFE + 1, -SAFE - 1, i64::MAX, i64::MIN] {
        let error = wire::write(&page(vec![Within { n, f: 0.0 }])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CorruptRow);
        assert!(error.message().starts_with("n: "), "{error}");
        assert!(wire::write(&n).is_err());
    }
}

#[test]
fn a_long_list_is_cut_after_a_row() {
    for (wrapped, next) in [(true, ",null,null"), (false, "")] {
        let rows: Vec<Row> = (0..10_000).map(|_| row()).collect();
        let pieces = if wrapped { wire::write(&page(rows)) } else { wire::write(&rows) }.unwrap();
        assert!(pieces.len() > 3);
        let mut count = 0;
        for (at, piece) in pieces.iter().enumerate() {
            assert!(piece.len() < 140 * 1024);
            let text: String = piece.iter().copied().map(char::from).collect();
            assert!(text.ends_with(&format!("]{}]", if at + 1 == pieces.len() { next } else { "" })));
            let value: Value = serde_json::from_str(&text).unwrap();
            let values = value[0].as_array().unwrap();
            assert_eq!(values.len() % 5, 0);
            count += values.len() / 5;
        }
        assert_eq!(count, 10_000);
    }
}
