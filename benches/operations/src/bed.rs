//! Calls of operations, with what each costs: time, round trips, and the rows that the server read for it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use serde_json::Value;
use staka_core::base::{Args, Reader, Record};
use staka_core::db::{Conn, Statement};
use staka_core::{Caller, Error, ErrorKind, Kind, ManualClock, Operation, Operations, PlanLog, Result, Session, Staka};

use crate::data;

/// An operation with its arguments.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) operation: &'static Operation,
    pub(crate) caller: Caller,
    /// Operations to call before it in the same transaction, which create what it needs.
    pub(crate) before: Vec<(String, Value)>,
    /// The arguments. A text such as `{0/id}` stands for the field `id` of the result of the first operation before.
    pub(crate) input: Value,
}

/// What a call cost, and its answer.
pub(crate) struct Sample {
    pub(crate) ms: f64,
    pub(crate) trips: u64,
    pub(crate) read: i64,
    pub(crate) answer: Value,
}

impl Sample {
    /// Returns the number of rows in the answer: the items of a page or a list, the lines of a text, otherwise one.
    pub(crate) fn rows(&self) -> usize {
        match (&self.answer, self.answer.get("items"), self.answer.get("text")) {
            (_, Some(Value::Array(items)), _) | (Value::Array(items), ..) => items.len(),
            (_, _, Some(Value::String(text))) => text.lines().count(),
            (Value::Null, ..) => 0,
            _ => 1,
        }
    }
}

/// A database with the handle whose calls are measured.
pub(crate) struct Bed {
    pub(crate) staka: Staka,
    /// A handle that explains every statement, and where it records the plans.
    explaining: Staka,
    plans: Arc<PlanLog>,
    /// Another connection reads the server's counters, since that of a transaction cannot be used beside it.
    watch: Conn,
    /// The rows that reading the counters itself reads.
    own: i64,
}

impl Bed {
    pub(crate) async fn open(url: &str) -> crate::Result<Self> {
        let clock = Arc::new(ManualClock::new(data::anchor()));
        let staka = data::builder(url)?.clock(clock.clone()).connect().await?;
        let plans = Arc::new(PlanLog::default());
        let explaining = data::builder(url)?.clock(clock).record_plans(Arc::clone(&plans)).connect().await?;
        let mut watch = data::builder(url)?.connect().await?.acquire().await?;
        let mut before = rows_read(&mut watch).await?;
        let mut own = i64::MAX;
        for _ in 0..9 {
            let after = rows_read(&mut watch).await?;
            own = own.min(after - before);
            before = after;
        }
        Ok(Self { staka, explaining, plans, watch, own })
    }

    /// Calls the operation once; what writes is rolled back.
    pub(crate) async fn sample(&mut self, call: &Call) -> Result<Sample> {
        let session = self.staka.as_caller(call.caller.clone());
        self.sample_in(&session, call).await
    }

    /// Calls the operation once, and returns how each of its statements reads each table: as often as statements have
    /// different plans.
    pub(crate) async fn plans(&mut self, call: &Call) -> Result<Vec<String>> {
        self.plans.take();
        let session = self.explaining.as_caller(call.caller.clone());
        self.sample_in(&session, call).await?;
        let mut plans = Vec::new();
        for plan in self.plans.take() {
            let rows = plan.rows.iter().map(|row| {
                let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
                let count = row.rows.map_or_else(|| "-".to_owned(), |rows| rows.to_string());
                format!("{} {} {} {count} {}", text(&row.table), text(&row.access), text(&row.key), text(&row.extra))
            });
            let plan = format!("{}: {}", plan.statement, rows.collect::<Vec<_>>().join("; "));
            if !plans.contains(&plan) {
                plans.push(plan);
            }
        }
        Ok(plans)
    }

    async fn sample_in(&mut self, session: &Session, call: &Call) -> Result<Sample> {
        if call.operation.kind == Kind::Read {
            return self.timed(session, call.operation, &call.input).await;
        }
        let tx = session.begin().await?;
        let sample = self.prepared(&tx, call).await;
        let ended = tx.rollback().await;
        sample.and_then(|sample| ended.map(|()| sample))
    }

    async fn prepared(&mut self, operations: &Operations, call: &Call) -> Result<Sample> {
        let mut answers = Vec::with_capacity(call.before.len());
        for (operation, input) in &call.before {
            let answer = operations.call(operation, &refer(input, &answers)?.to_string()).await?;
            answers.push(parsed(&answer)?);
        }
        self.timed(operations, call.operation, &refer(&call.input, &answers)?).await
    }

    async fn timed(&mut self, operations: &Operations, operation: &Operation, input: &Value) -> Result<Sample> {
        let input = input.to_string();
        let sent = |staka: &Staka| staka.metrics().statements.load(Ordering::Relaxed);
        let (read, trips) = (rows_read(&mut self.watch).await?, sent(&self.staka));
        let begun = Instant::now();
        let answer = operation.call(operations, &input).await?;
        let ms = begun.elapsed().as_secs_f64() * 1000.0;
        let trips = sent(&self.staka) - trips;
        let read = rows_read(&mut self.watch).await? - read - self.own;
        Ok(Sample { ms, trips, read, answer: parsed(&answer)? })
    }
}

fn parsed(answer: &[u8]) -> Result<Value> {
    serde_json::from_slice(answer).map_err(|error| Error::new(ErrorKind::Invalid, format!("no JSON: {error}")))
}

/// Replaces texts such as `{0/id}`.
fn refer(input: &Value, answers: &[Value]) -> Result<Value> {
    Ok(match input {
        Value::String(text) => match reference(text) {
            Some((answer, pointer)) => {
                let found = answers.get(answer).and_then(|answer| answer.pointer(pointer));
                found.cloned().ok_or_else(|| Error::invalid("input", format!("{text} stands for nothing")))?
            }
            None => input.clone(),
        },
        Value::Array(items) => items.iter().map(|item| refer(item, answers)).collect::<Result<_>>()?,
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| Ok((name.clone(), refer(value, answers)?)));
            Value::Object(fields.collect::<Result<_>>()?)
        }
        other => other.clone(),
    })
}

/// Splits `{0/id}` into 0 and `/id`.
fn reference(text: &str) -> Option<(usize, &str)> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let slash = inner.find('/')?;
    Some((inner[..slash].parse().ok()?, &inner[slash..]))
}

/// A status variable of the server.
struct Variable {
    value: String,
}

impl Record for Variable {
    const WIDTH: usize = 2;

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let _: String = reader.column()?;
        Ok(Self { value: reader.column()? })
    }
}

/// Returns how many rows the server has read since it started. Nobody else uses it.
async fn rows_read(conn: &mut Conn) -> Result<i64> {
    static ROWS: Statement = Statement::fixed("bench.rows_read", "SHOW GLOBAL STATUS LIKE 'Handler_read_%'", &[]);
    let all: Vec<Variable> = conn.all(&ROWS, Args::new()).await?;
    Ok(all.iter().filter_map(|variable| variable.value.parse::<i64>().ok()).sum())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn references_are_replaced_by_what_was_created() {
        let answers = [json!([{"id": "s"}]), json!({"id": "m"})];
        let input = json!({"slot": "{0/0/id}", "ids": ["{1/id}", "{x}"]});
        assert_eq!(super::refer(&input, &answers).unwrap(), json!({"slot": "s", "ids": ["m", "{x}"]}));
        assert!(super::refer(&json!("{2/id}"), &answers).is_err());
    }
}
