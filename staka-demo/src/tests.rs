use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use serde_json::Value;
use staka_core::base::{TextEnum, Timestamp, Violations};
use staka_core::model::{
    AuditSeverity, AuditTargetType, FileType, InvoiceStatus, MessageStatut, MessageType, NotificationPriority,
    NotificationType, PageStatus, PageType, Priorite, Role, StatutCommande, SupportCategory, SupportPriority,
    SupportRequestStatus,
};

use crate::plan::{SMALL, World, count};
use crate::tables::{Rows, columns, names, per_unit, runs};
use crate::time::{DAY, TWO_YEARS};
use crate::{DEMO_PASSWORD_HASH, Only, Scale, SeedOptions, subjects};

fn options(scale: Scale) -> SeedOptions {
    SeedOptions { scale, ..SeedOptions::new("2026-06-15T09:30:00Z".parse().unwrap()) }
}

fn world(scale: Scale) -> World {
    World::new(&options(scale))
}

/// The small scale as JSON, by table.
static ROWS: LazyLock<HashMap<&'static str, Vec<Value>>> = LazyLock::new(|| {
    let world = world(Scale::Small);
    names()
        .map(|table| (table, Rows::of(&world, table, 0..count(table, Scale::Small) / per_unit(table)).json()))
        .collect()
});

fn text<'a>(row: &'a Value, column: &str) -> &'a str {
    row[column].as_str().unwrap_or_else(|| panic!("{column} of {row}"))
}

fn time(row: &Value, column: &str) -> i64 {
    text(row, column).parse::<Timestamp>().unwrap().unix_millis()
}

fn is(row: &Value, column: &str, value: &str) -> bool {
    row[column].as_str() == Some(value)
}

fn anchor() -> i64 {
    options(Scale::Small).anchor.unix_millis()
}

/// Returns whether a notification is not read, not deleted and not expired.
fn unread(row: &Value) -> bool {
    row["isRead"] == false
        && row["isDeleted"] == false
        && (row["expiresAt"].is_null() || time(row, "expiresAt") > anchor())
}

#[test]
fn each_table_gets_its_number_of_rows_at_each_scale() {
    let sum = |scale| SMALL.iter().map(|(table, _)| count(table, scale)).sum::<u64>();
    assert_eq!((sum(Scale::Small), sum(Scale::Medium), sum(Scale::Large)), (201_230, 2_010_230, 20_100_230));
    assert_eq!(sum(Scale::Times(10)), sum(Scale::Medium));
    for scale in [Scale::Small, Scale::Times(3), Scale::Medium, Scale::Large] {
        assert_eq!(scale.to_string().parse::<Scale>().unwrap(), scale);
        let world = world(scale);
        for (table, small) in SMALL {
            let grows = !["pages", "faqs", "tarifs", "password_resets"].contains(&table);
            assert_eq!(count(table, scale), if grows { small * scale.factor() } else { small }, "{table}");
            let mut next = 0;
            for run in runs(&world, table, 4_096) {
                assert_eq!(run.start, next);
                next = run.end;
            }
            assert_eq!(next * per_unit(table), count(table, scale), "{table} at {scale}");
        }
    }
    for (table, small) in SMALL {
        assert_eq!(ROWS[table].len() as u64, small, "{table}");
    }
}

#[test]
fn the_named_users_have_their_shares() {
    let named = subjects();
    let (heavy, admin, light) = (named.heavy.as_str(), named.admin.as_str(), named.light.as_str());
    let of = |table: &str, user: &'static str| {
        ROWS[table].iter().filter(move |row| is(row, "userId", user)).collect::<Vec<_>>()
    };
    let [heavy_id, light_id] = [heavy, light].map(|id| &*Box::leak(id.to_owned().into_boxed_str()));

    let theirs = of("notifications", heavy_id);
    assert_eq!((theirs.len(), theirs.iter().filter(|row| unread(row)).count()), (20_000, 6_000));
    let theirs = of("notifications", light_id);
    assert_eq!((theirs.len(), theirs.iter().filter(|row| unread(row)).count()), (40, 8));
    assert_eq!(theirs.iter().filter(|row| row["isRead"] == false && row["isDeleted"] == false).count(), 12);
    assert!(theirs.iter().any(|row| unread(row) && row["expiresAt"].is_null()));

    let messages = &ROWS["messages"];
    let between = |user: &str| {
        messages.iter().filter(|row| is(row, "senderId", user) || is(row, "receiverId", user)).collect::<Vec<_>>()
    };
    let talks =
        |rows: &[&Value]| rows.iter().map(|row| text(row, "conversationId").to_owned()).collect::<HashSet<_>>().len();
    assert_eq!(messages.iter().filter(|row| is(row, "receiverId", admin)).count(), 25_000);
    assert_eq!((between(heavy).len(), talks(&between(heavy))), (5_000, 500));
    assert_eq!((between(light).len(), talks(&between(light))), (17, 3));
    assert_eq!(talks(&messages.iter().collect::<Vec<_>>()), 5_000);

    let commandes = of("commandes", light_id);
    assert_eq!((commandes.len(), of("payment_methods", light_id).len()), (8, 2));
    let invoiced: HashSet<_> = ROWS["invoices"].iter().map(|row| text(row, "commandeId")).collect();
    assert!(commandes.iter().all(|row| invoiced.contains(text(row, "id"))));
}

#[test]
fn the_shares_hold_in_the_growth_too() {
    let world = world(Scale::Large);
    let named = subjects();
    // Ten blocks of the heavy user's, fifty notifications; ten blocks of messages. Growth is a multiple of both.
    for start in [20_000, 1_000_000, 1_999_990] {
        let rows = Rows::of(&world, "notifications", start..start + 10).json();
        let theirs: Vec<_> = rows.iter().filter(|row| is(row, "userId", named.heavy.as_str())).collect();
        assert_eq!((rows.len(), theirs.len(), theirs.iter().filter(|row| unread(row)).count()), (50, 10, 3));
    }
    for start in [500, 20_000, 49_990] {
        let rows = Rows::of(&world, "messages", start..start + 10).json();
        let count = |columns: &[&str], user: &str| {
            rows.iter().filter(|row| columns.iter().any(|column| is(row, column, user))).count()
        };
        assert_eq!(count(&["receiverId"], named.admin.as_str()), 500);
        assert_eq!(count(&["senderId", "receiverId"], named.heavy.as_str()), 100);
        assert_eq!(count(&["senderId", "receiverId"], named.light.as_str()), 0);
    }
}

#[test]
fn rows_depend_neither_on_order_nor_on_scale() {
    let (one, other, medium) = (world(Scale::Small), world(Scale::Small), world(Scale::Medium));
    let another = World::new(&SeedOptions { seed: 7, ..options(Scale::Small) });
    for table in names() {
        let units = count(table, Scale::Small) / per_unit(table);
        let some = units / 3..units / 3 + (units / 2).min(200);
        let rows = Rows::of(&one, table, some.clone()).json();
        let singly: Vec<_> = some
            .clone()
            .rev()
            .flat_map(|unit| Rows::of(&other, table, unit..unit + 1).json().into_iter().rev())
            .collect();
        assert!(rows.iter().eq(singly.iter().rev()), "{table}");
        assert_ne!(rows, Rows::of(&another, table, some.clone()).json(), "{table}");
        // Invoices are numbered in the order of issue, growth among them.
        if table != "invoices" {
            assert_eq!(rows, Rows::of(&medium, table, some).json(), "{table}");
        }
    }
}

#[test]
fn growth_is_older_and_belongs_to_others() {
    let world = world(Scale::Medium);
    let of_base: HashSet<_> = ROWS["users"].iter().skip(18).map(|row| text(row, "id")).collect();
    let light = subjects().light;
    for table in names()
        .filter(|table| count(table, Scale::Medium) > count(table, Scale::Small) && *table != "message_attachments")
    {
        let base = count(table, Scale::Small) / per_unit(table);
        let rows = Rows::of(&world, table, base..base + 500.min(base)).json();
        for row in rows.iter().chain(&Rows::of(&world, table, 10 * base - 50.min(base)..10 * base).json()) {
            assert!(time(row, "createdAt") <= anchor() - 60 * DAY, "{table} {row}");
            for column in ["userId", "senderId", "receiverId", "uploadedById"] {
                if let Some(user) = row[column].as_str() {
                    assert!(!of_base.contains(user) && user != light.as_str(), "{table} {row}");
                }
            }
        }
    }
}

#[test]
fn unique_values_are_unique() {
    for table in names() {
        let ids: HashSet<_> = ROWS[table].iter().map(|row| text(row, "id")).collect();
        assert_eq!(ids.len(), ROWS[table].len(), "{table}");
    }
    for (table, column) in
        [("users", "email"), ("pages", "slug"), ("invoices", "number"), ("faqs", "question"), ("tarifs", "nom")]
    {
        let values: HashSet<_> = ROWS[table].iter().map(|row| text(row, column).to_lowercase()).collect();
        assert_eq!(values.len(), ROWS[table].len(), "{table}.{column}");
    }
    assert!(ROWS["users"].iter().all(|row| text(row, "email").to_lowercase().ends_with("example.org")));
    let world = world(Scale::Small);
    let Rows::Cards(cards) = Rows::of(&world, "payment_methods", 0..100) else { unreachable!() };
    assert_eq!(cards.iter().map(|card| &card.stripe_payment_method_id).collect::<HashSet<_>>().len(), 2_000);
    let mut defaults = HashSet::new();
    for card in cards.iter().filter(|card| card.is_default) {
        assert!(card.is_active && defaults.insert(&card.user_id), "{card:?}");
    }
    let Rows::Resets(resets) = Rows::of(&world, "password_resets", 0..60) else { unreachable!() };
    assert_eq!(resets.iter().map(|reset| reset.token_hash.expose()).collect::<HashSet<_>>().len(), 60);
    let pairs: HashSet<_> =
        ROWS["message_attachments"].iter().map(|row| (text(row, "messageId"), text(row, "fileId"))).collect();
    assert_eq!(pairs.len(), 5_000);
}

#[test]
fn invoices_are_numbered_without_a_gap_in_the_order_of_issue() {
    let mut by_year: BTreeMap<&str, Vec<(u32, i64)>> = BTreeMap::new();
    for row in &ROWS["invoices"] {
        let mut parts = text(row, "number").split('-').skip(1);
        let (year, number) = (parts.next().unwrap(), parts.next().unwrap());
        assert!(number.len() >= 3 && text(row, "createdAt").starts_with(year), "{row}");
        by_year.entry(year).or_default().push((number.parse().unwrap(), time(row, "createdAt")));
    }
    assert_eq!(by_year.len(), 3);
    for numbers in by_year.values_mut() {
        numbers.sort_unstable();
        assert!((1..).zip(numbers.iter()).all(|(expected, (number, _))| expected == *number));
        assert!(numbers.is_sorted_by_key(|(_, at)| *at));
    }
}

#[test]
fn references_point_to_existing_rows() {
    let ids: HashMap<_, HashSet<_>> =
        names().map(|table| (table, ROWS[table].iter().map(|row| text(row, "id")).collect())).collect();
    for (table, column, target) in [
        ("commandes", "userId", "users"),
        ("invoices", "commandeId", "commandes"),
        ("files", "uploadedById", "users"),
        ("files", "commandeId", "commandes"),
        ("messages", "senderId", "users"),
        ("messages", "receiverId", "users"),
        ("messages", "parentId", "messages"),
        ("message_attachments", "messageId", "messages"),
        ("message_attachments", "fileId", "files"),
        ("payment_methods", "userId", "users"),
        ("notifications", "userId", "users"),
        ("support_requests", "userId", "users"),
        ("support_requests", "assignedToId", "users"),
        ("password_resets", "userId", "users"),
    ] {
        for id in ROWS[table].iter().filter_map(|row| row[column].as_str()) {
            assert!(ids[target].contains(id), "{table}.{column} {id}");
        }
    }
    let messages: HashMap<_, _> = ROWS["messages"].iter().map(|row| (text(row, "id"), row)).collect();
    let files: HashMap<_, _> = ROWS["files"].iter().map(|row| (text(row, "id"), row)).collect();
    let mut replies = 0;
    for row in messages.values() {
        if let Some(parent) = row["parentId"].as_str().map(|id| messages[id]) {
            assert!(
                parent["conversationId"] == row["conversationId"]
                    && time(parent, "createdAt") <= time(row, "createdAt")
            );
            replies += 1;
        }
    }
    assert!(replies > 5_000);
    for row in &ROWS["message_attachments"] {
        assert!(time(files[text(row, "fileId")], "createdAt") <= time(messages[text(row, "messageId")], "createdAt"));
    }
}

#[test]
fn times_are_within_the_two_years() {
    const LATER: [&str; 4] = ["expiresAt", "dateEcheance", "dueAt", "publishedAt"];
    let registered: HashMap<_, _> = ROWS["users"].iter().map(|row| (text(row, "id"), time(row, "createdAt"))).collect();
    for (table, rows) in &*ROWS {
        for row in rows {
            for (column, value) in row.as_object().unwrap() {
                let moment = value
                    .as_str()
                    .filter(|text| text.len() == 24 && text.ends_with('Z'))
                    .and_then(|text| text.parse::<Timestamp>().ok());
                if let Some(moment) = moment.map(Timestamp::unix_millis) {
                    assert!(moment >= anchor() - TWO_YEARS, "{table}.{column} {row}");
                    assert!(moment <= anchor() || LATER.contains(&column.as_str()), "{table}.{column} {row}");
                }
            }
            for column in ["userId", "senderId", "receiverId", "uploadedById"] {
                if let Some(user) = row[column].as_str() {
                    assert!(time(row, "createdAt") >= registered[user] - 60_000, "{table}.{column} {row}");
                }
            }
            if row["updatedAt"].is_string() {
                assert!(time(row, "updatedAt") >= time(row, "createdAt"), "{table} {row}");
            }
        }
    }
    for (table, steps) in [
        ("support_requests", &["createdAt", "firstResponseAt", "resolvedAt", "closedAt"][..]),
        ("notifications", &["createdAt", "readAt"]),
        ("commandes", &["createdAt", "dateFinition"]),
        ("invoices", &["createdAt", "paidAt"]),
    ] {
        for row in &ROWS[table] {
            let times: Vec<_> =
                steps.iter().filter(|step| row[**step].is_string()).map(|step| time(row, step)).collect();
            assert!(times.is_sorted(), "{table} {row}");
        }
    }
}

#[test]
fn every_value_fits_its_column() {
    let world = world(Scale::Small);
    for table in names() {
        let mut violations = Violations::default();
        Rows::of(&world, table, 0..count(table, Scale::Small) / per_unit(table)).check(&mut violations);
        violations.into_result().unwrap_or_else(|error| panic!("{table}: {error}"));
    }
}

#[test]
fn every_enum_value_occurs_and_every_nullable_column_has_nulls() {
    let words =
        |table: &str, column: &str| -> HashSet<&str> { ROWS[table].iter().map(|row| text(row, column)).collect() };
    for (table, column, values) in [
        ("users", "role", Role::VALUES),
        ("commandes", "statut", StatutCommande::VALUES),
        ("commandes", "priorite", Priorite::VALUES),
        ("files", "type", FileType::VALUES),
        ("messages", "type", MessageType::VALUES),
        ("messages", "statut", MessageStatut::VALUES),
        ("invoices", "status", InvoiceStatus::VALUES),
        ("notifications", "type", NotificationType::VALUES),
        ("notifications", "priority", NotificationPriority::VALUES),
        ("pages", "type", PageType::VALUES),
        ("pages", "status", PageStatus::VALUES),
        ("support_requests", "category", SupportCategory::VALUES),
        ("support_requests", "priority", SupportPriority::VALUES),
        ("support_requests", "status", SupportRequestStatus::VALUES),
        ("audit_logs", "targetType", AuditTargetType::VALUES),
        ("audit_logs", "severity", AuditSeverity::VALUES),
    ] {
        assert_eq!(words(table, column), values.iter().copied().collect(), "{table}.{column}");
    }
    for table in names() {
        for column in columns(table).iter().filter(|column| column.nullable) {
            let nulls = ROWS[table].iter().filter(|row| row[column.name].is_null()).count();
            assert!(nulls > 0 && nulls < ROWS[table].len(), "{table}.{}: {nulls} NULLs", column.name);
        }
    }
}

#[test]
fn the_unusual_cases_occur() {
    let some = |table: &str, odd: &dyn Fn(&Value) -> bool| ROWS[table].iter().filter(|row| odd(row)).count();
    assert!(some("notifications", &|row| row["data"].is_string()) > 100, "cut JSON");
    assert!(
        some("messages", &|row| is(row, "type", "CONSULTATION_REQUEST") && row["metadata"].is_string()) > 0,
        "JSON encoded twice"
    );
    assert!(
        some("messages", &|row| is(row, "type", "CONSULTATION_REQUEST")
            && row["metadata"]["consultationRequest"].is_object())
            > 100
    );
    assert!(some("messages", &|row| text(row, "conversationId").starts_with("thread_")) > 3_000, "threads");
    assert!(some("messages", &|row| row["isFromVisitor"] == true && row["senderId"].is_null()) > 500, "visitors");
    for flag in ["deletedByAdmin", "isArchived", "isPinned"] {
        assert!(some("messages", &|row| row[flag] == true) > 100, "{flag}");
    }
    for status in ["paid", "unpaid", "pending", "failed"] {
        assert!(some("commandes", &|row| is(row, "paymentStatus", status)) > 50, "{status}");
    }
    assert!(some("commandes", &|row| row["amount"] == 0) > 100);
    assert!(some("users", &|row| row["isActive"] == false) > 20);
    assert_eq!(
        (some("users", &|row| is(row, "role", "ADMIN")), some("users", &|row| is(row, "role", "CORRECTOR"))),
        (4, 12)
    );
    for (table, owner) in [("messages", "conversationId"), ("notifications", "userId")] {
        let mut seen = HashSet::new();
        let ties = ROWS[table].iter().filter(|row| !seen.insert((text(row, owner), text(row, "createdAt")))).count();
        assert!(ties > 200, "{ties} ties in {table}");
    }
}

#[test]
fn options_are_read_and_refused() {
    for word in ["small", "medium", "large"] {
        assert_eq!(word.parse::<Scale>().unwrap().to_string(), word);
    }
    for word in ["notifications", "tarifs"] {
        assert_eq!(word.parse::<Only>().unwrap().to_string(), word);
    }
    assert_eq!("huge".parse::<Scale>().unwrap_err().fields()[0].field, "scale");
    assert_eq!("users".parse::<Only>().unwrap_err().fields()[0].field, "only");
    for anchor in ["1970-01-01", "9999-01-01"] {
        assert!(SeedOptions::new(anchor.parse().unwrap()).check().is_err(), "{anchor}");
    }
    assert!(DEMO_PASSWORD_HASH.starts_with("$2b$12$") && DEMO_PASSWORD_HASH.len() == 60);
}
