//! The rows that the server reads for a page, against the rows that the page has, by the server's own counters: a page
//! costs what its answer costs, and no more among more rows.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use staka_core::base::{Args, Reader, Record};
use staka_core::db::{Access, Statement};
use staka_core::{Error, NotificationFilter, Operation, Staka, repo};

use crate::plans_lists::{Choice, Values, choices, chosen, has_few_values, operation};
use crate::seeded::World;
use crate::support::on_both;

/// The rows of a page.
const LIMIT: u64 = 20;

/// The rows that a page whose rows an index finds may read: its own, one more, those of joined tables, and those that a
/// field of the filter excludes.
const MOST: u64 = 25 * LIMIT;

/// The rows that a page may read whose filter or order no index has: a first stretch of rows, each with those of joined
/// tables, or all rows of a small table.
const MOST_IN_A_SCAN: u64 = 310_000;

/// The rows that a page may read whose filter is a field of few values: those of other values are left out.
const MOST_OF_FEW_VALUES: u64 = 100 * LIMIT;

/// Pages that read more, and more among more rows, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("invoices.list_by_user", "the client of an invoice is that of its order: all orders of the client are read"),
    (
        "consultations.list_requests",
        "requests are found by the type of their messages; an index with their time too would cost each message",
    ),
    ("files.list_by_user", "the files of a client's orders are found by the orders: all of them are read"),
];

/// A handle with one connection, whose counters are read before and after a call.
struct Meter {
    staka: Staka,
    /// What reading the counters reads.
    own: u64,
}

/// A variable of the server with its value.
struct Variable(u64);

impl Record for Variable {
    const WIDTH: usize = 2;

    fn read(reader: &mut Reader<'_>) -> staka_core::Result<Self> {
        let _: String = reader.column()?;
        Ok(Self(reader.column::<String>()?.parse().unwrap()))
    }
}

impl Meter {
    async fn new(world: &World) -> Self {
        let staka = world.builder().max_connections(1).connect().await.unwrap();
        let mut meter = Self { staka, own: 0 };
        let before = meter.counted().await;
        meter.own = meter.counted().await - before;
        meter
    }

    async fn counted(&self) -> u64 {
        static COUNTERS: Statement =
            Statement::fixed("test.counters", "SHOW SESSION STATUS LIKE 'Handler_read_%'", &[]);
        let mut conn = self.staka.acquire().await.unwrap();
        let all: Vec<Variable> = conn.all(&COUNTERS, Args::new()).await.unwrap();
        assert!(!all.is_empty());
        all.iter().map(|variable| variable.0).sum()
    }

    /// Returns a page, and how many rows the server reads for it.
    async fn page(&self, operation: &str, input: &Value) -> Result<(Value, u64), Error> {
        let session = self.staka.as_system();
        // Statements are prepared, and their tables opened.
        session.call(operation, &input.to_string()).await?;
        let before = self.counted().await;
        let answer = session.call(operation, &input.to_string()).await?;
        let read = self.counted().await - before - self.own;
        Ok((serde_json::from_slice(&answer).unwrap(), read))
    }

    /// Returns how many rows the server reads for a call, and how many the page has; none if the order is refused,
    /// because the table is too large to sort.
    async fn read(&self, operation: &Operation, input: &Value) -> Option<(u64, u64)> {
        let (answer, read) = match self.page(operation.name, input).await {
            Err(error) if error.fields().iter().any(|field| field.field == "sort") => return None,
            page => page.unwrap(),
        };
        Some((read, answer["items"].as_array().unwrap().len() as u64))
    }
}

/// What a call read, and may read.
struct Read {
    read: u64,
    most: u64,
    is_scan: bool,
}

/// Reads a page of every list for each choice of its callers: the busiest input of each.
async fn read_all(world: &World) -> BTreeMap<(&'static str, Choice), Read> {
    let values = Values::read(world).await;
    let meter = Meter::new(world).await;
    let mut all = BTreeMap::new();
    for list in repo::lists() {
        let operation = operation(list);
        // The system has no rows of its own, and a count has no page.
        let is_page = operation.describe().parameters.iter().any(|parameter| parameter.name == "page");
        if !is_page || operation.allowed == "signed_in" {
            continue;
        }
        for (choice, shape, parameter) in choices(operation) {
            let Some(access) = choice.access(list) else { continue };
            let given = if matches!(choice, Choice::Filter(_)) { values.of(&shape, false) } else { Vec::new() };
            for input in values.inputs(operation).iter().flat_map(|it| chosen(it, choice, parameter, given.clone())) {
                let mut input = input;
                input["page"] = json!({"limit": LIMIT});
                let is_scan = matches!(access, Access::Scan { .. });
                let Some((read, rows)) = meter.read(operation, &input).await else {
                    assert!(is_scan, "{} {input}", operation.name);
                    continue;
                };
                assert!(rows <= LIMIT, "{} {input}", operation.name);
                let most = match choice {
                    _ if is_scan => MOST_IN_A_SCAN,
                    Choice::Filter(_) if has_few_values(&shape) => MOST_OF_FEW_VALUES,
                    _ => MOST,
                };
                let busiest = all.entry((operation.name, choice)).or_insert(Read { read: 0, most, is_scan });
                busiest.read = busiest.read.max(read);
            }
        }
    }
    assert!(all.len() > 80, "{}", all.len());
    all
}

fn is_excepted(operation: &str) -> bool {
    EXCEPTIONS.iter().any(|(name, _)| *name == operation)
}

on_both! {
    async fn a_page_reads_few_rows_for_each_that_it_has(server: &Server) {
        let all = read_all(server.seeded().await).await;
        let too_many: Vec<String> = all
            .iter()
            .filter(|((operation, _), page)| page.read > page.most && !is_excepted(operation))
            .map(|((operation, choice), page)| format!("{operation} {choice:?}: {}", page.read))
            .collect();
        assert!(too_many.is_empty(), "{} {too_many:#?}", too_many.len());
    }
}

/// Finds the pages that read more rows in a large database than in a small one.
pub async fn compare(small: &World, large: &World) {
    let (small, large) = (read_all(small).await, read_all(large).await);
    let grown: Vec<String> = large
        .iter()
        .filter(|((operation, _), page)| !page.is_scan && !is_excepted(operation))
        .filter_map(|(call @ (operation, choice), page)| {
            let before = small.get(call)?.read;
            // Half as many again, or as many as half a page and its joined rows. Which rows of other values lie between
            // those of a field of few values is chance.
            let allowed = if page.most == MOST { before + before / 2 + 2 * LIMIT } else { page.most };
            let grown = page.read > allowed;
            grown.then(|| format!("{operation} {choice:?}: {before}, then {}", page.read))
        })
        .collect();
    assert!(grown.is_empty(), "{} {grown:#?}", grown.len());
}

/// Checks a list with more than 100,000 rows: a page ends after as many, and its cursor continues there.
pub async fn end_after_a_stretch(large: &World) {
    let meter = Meter::new(large).await;
    let page = async |filter: Value, page: Value| {
        meter.page("notifications.list", &json!({"filter": filter, "page": page})).await
    };
    let all = meter.staka.as_system().notifications().count(NotificationFilter::default()).await.unwrap();
    assert!(all > 250_000, "{all}");
    let (found, _) = page(json!({}), json!({"limit": 1, "total": true})).await.unwrap();
    assert_eq!(found["total"], Value::Null, "more than 100,000 rows are not counted");

    // No row has this text, so each page but the last ends after 100,000 rows.
    let nowhere = json!({"search": "zqzq"});
    let (mut after, mut pages) = (Value::Null, 0);
    loop {
        let request = if after.is_null() { json!({"total": true}) } else { json!({"after": after}) };
        let (found, read) = page(nowhere.clone(), request).await.unwrap();
        assert_eq!((&found["items"], &found["total"]), (&json!([]), &Value::Null));
        assert!((50_000..MOST_IN_A_SCAN).contains(&read) || found["next"].is_null(), "{read}");
        pages += 1;
        after = found["next"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!(pages, all.div_ceil(100_001));
    let error = page(nowhere, json!({"page": 2})).await.unwrap_err();
    assert_eq!(error.fields()[0].field, "page");

    // Half of the rows have this one: a page is full after a first stretch, and all pages together have every row once.
    let common = json!({"search": "e"});
    let (first, read) = page(common.clone(), json!({"limit": 50})).await.unwrap();
    assert!(read < 10_000, "{read}");
    let (second, _) = page(common.clone(), json!({"limit": 50, "after": first["next"]})).await.unwrap();
    let (both, _) = page(common, json!({"limit": 100})).await.unwrap();
    let items = |page: &Value| page["items"].as_array().unwrap().clone();
    assert_eq!([items(&first), items(&second)].concat(), items(&both));

    let error = page(json!({"search": "e"}), json!({"page": 1_000_000})).await.unwrap_err();
    assert_eq!(error.fields()[0].field, "page");
}
