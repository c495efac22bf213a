//! `staka bench`: measures the 16 queries of the specification without changing the database.

mod list;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde::Serialize;
use staka_core::model::UserId;
use staka_core::{
    Error, ErrorKind, Kind, Operation, PageRequest, Result, ServerInfo, ServerKind, Session, Staka, StakaBuilder,
    Timestamp, repo, stats,
};
use staka_demo::{TARGETS, Target};

use self::list::{Answer, Arguments, QUERIES, Query, month};
use crate::args::{BenchArgs, Common};
use crate::failure::Failure;
use crate::output::{self, Align, Progress};

/// Runs that are not measured: they prepare the statements and load the pages into memory.
const WARM_UP: u32 = 2;
/// Runs that are measured even after the time limit, if that many were requested.
const MIN_RUNS: u32 = 3;

/// How much to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// How often each query is run, at most.
    pub(crate) max_runs: u32,
    /// The time after which a query is not run again.
    pub(crate) time_limit: Duration,
}

/// The measurements.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    server: String,
    /// The user whose data was queried.
    user: UserId,
    /// The time that the queries' periods end at.
    now: Timestamp,
    queries: Vec<Measurement>,
    /// Whether every query met its target.
    all_met: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Measurement {
    /// The query's number in the specification; none for the dashboard, which combines 7 to 9.
    number: Option<u8>,
    name: &'static str,
    rows: usize,
    /// The result, if it is a number.
    value: Option<u64>,
    round_trips: u64,
    runs: usize,
    median_ms: f64,
    target_ms: u32,
    /// Whether the median is within the target.
    met: bool,
    /// Whether the query ran in a transaction that was rolled back.
    rolled_back: bool,
}

pub(crate) async fn run(args: &BenchArgs, common: &Common) -> Result<(), Failure> {
    let staka = StakaBuilder::from_config(common.config()?).connect().await?;
    let effort = Effort { max_runs: args.runs, time_limit: Duration::MAX };
    let report = measure(&staka, args.user.clone(), effort, &Progress::new()).await;
    staka.close().await;
    let report = report?;
    if common.json {
        output::json(&report);
    } else {
        report.print();
    }
    Ok(())
}

/// Measures every query. Nothing else may use the handle at the same time, because its round trips are counted.
pub(crate) async fn measure(
    staka: &Staka,
    user: Option<UserId>,
    effort: Effort,
    progress: &Progress,
) -> Result<Report> {
    progress.step("measuring queries");
    let arguments = arguments(staka, user).await?;
    let db = staka.as_system();
    let work = async {
        let mut measurements = Vec::with_capacity(QUERIES.len());
        for (target, query) in TARGETS.iter().zip(QUERIES) {
            progress.update(format!("measuring queries: {}", query.name));
            measurements.push(measure_one(staka, &db, (target, query), &arguments, effort).await?);
        }
        Ok::<_, Error>(measurements)
    };
    let queries = progress.during(work).await?;
    Ok(Report {
        server: title(&staka.ready().await?),
        all_met: queries.iter().all(|query| query.met),
        now: arguments.now,
        user: arguments.user,
        queries,
    })
}

/// Returns the queries' arguments: the given user or the one with the most notifications, and periods that end now.
async fn arguments(staka: &Staka, user: Option<UserId>) -> Result<Arguments> {
    let user = {
        let mut conn = staka.acquire().await?;
        match user {
            Some(user) => match repo::users::lookup(&mut conn, &user).await? {
                Some(_) => user,
                None => return Err(Error::new(ErrorKind::NotFound, format!("user {user} not found"))),
            },
            None => stats::notifications::busiest_user(&mut conn).await?.ok_or_else(|| {
                Error::new(ErrorKind::NotFound, "no user has a notification; choose a user with --user")
            })?,
        }
    };
    let newest = staka.as_system().messages().list_conversations(&user, PageRequest::of(1)).await?.items.pop();
    let conversation = match newest {
        Some(newest) => newest.last_message.conversation_id,
        // No conversation has this id, so the query is measured with an empty result.
        None => user.as_str().parse()?,
    };
    let now = staka.clock().now();
    Ok(Arguments { user, conversation, now, month: month(staka.zone(), now) })
}

async fn measure_one(
    staka: &Staka,
    db: &Session,
    (target, query): (&Target, &Query),
    arguments: &Arguments,
    effort: Effort,
) -> Result<Measurement> {
    let rolled_back = Operation::find(query.name).is_some_and(|operation| operation.kind == Kind::Write);
    let statements = || staka.metrics().statements.load(Ordering::Relaxed);
    let (mut times, begun) = (Vec::with_capacity(effort.max_runs as usize), Instant::now());
    let mut run = 0;
    loop {
        // Writes run in a transaction that is rolled back, also if it is dropped after an error.
        let tx = if rolled_back { Some(db.begin().await?) } else { None };
        let (before, started) = (statements(), Instant::now());
        let answer = (query.run)(tx.as_deref().unwrap_or(db), arguments).await?;
        let elapsed = started.elapsed();
        let round_trips = statements() - before;
        if let Some(tx) = tx {
            tx.rollback().await?;
        }
        run += 1;
        if run <= WARM_UP {
            continue;
        }
        times.push(elapsed);
        let measured = run - WARM_UP;
        if measured < effort.max_runs && (measured < MIN_RUNS || begun.elapsed() < effort.time_limit) {
            continue;
        }
        let (runs, median_ms) = (times.len(), median(times));
        let met = target.is_held(median_ms);
        let (number, name, target_ms) = (target.number, query.name, target.class_ms);
        let Answer { rows, value } = answer;
        return Ok(Measurement {
            number,
            name,
            rows,
            value,
            round_trips,
            runs,
            median_ms,
            target_ms,
            met,
            rolled_back,
        });
    }
}

/// Returns the median in milliseconds, rounded to microseconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    let middle = |at: usize| times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1e3);
    let median = (middle(times.len().saturating_sub(1) / 2) + middle(times.len() / 2)) / 2.0;
    (median * 1e3).round() / 1e3
}

fn title(server: &ServerInfo) -> String {
    let name = match server.kind {
        ServerKind::MySql => "MySQL",
        ServerKind::MariaDb => "MariaDB",
    };
    format!("{name} {}", server.version)
}

impl Report {
    /// Prints the table and says which queries missed their targets.
    pub(crate) fn print(&self) {
        let runs = self.queries.iter().map(|query| query.runs);
        let (least, most) = (runs.clone().min().unwrap_or(0), runs.max().unwrap_or(0));
        let runs = if least == most { most.to_string() } else { format!("{least} to {most}") };
        output::line(&format!("{}, for user {}, median of {runs} runs:", self.server, self.user));
        let columns = [
            ("#", Align::Right),
            ("query", Align::Left),
            ("rows", Align::Right),
            ("round trips", Align::Right),
            ("median ms", Align::Right),
            ("target ms", Align::Right),
            ("met", Align::Left),
        ];
        let rows: Vec<Vec<String>> = self.queries.iter().map(Measurement::cells).collect();
        output::line(&output::table(&columns, &rows));
        let missed: Vec<String> = self.queries.iter().filter(|query| !query.met).map(Measurement::missed).collect();
        if missed.is_empty() {
            output::line("Every query met its target. Writes were rolled back; nothing was changed.");
        } else {
            output::line(&format!(
                "Targets missed: {}. Writes were rolled back; nothing was changed.",
                missed.join(", ")
            ));
        }
    }
}

impl Measurement {
    fn cells(&self) -> Vec<String> {
        vec![
            self.number.map_or("7–9".to_owned(), |number| number.to_string()),
            self.name.to_owned(),
            output::number(self.rows as u64),
            self.round_trips.to_string(),
            format!("{:.2}", self.median_ms),
            format!("< {}", self.target_ms),
            if self.met { "yes" } else { "NO" }.to_owned(),
        ]
    }

    fn missed(&self) -> String {
        let rows = self.value.filter(|_| self.rolled_back);
        let rows = rows.map(|rows| format!("; {} rows written", output::number(rows))).unwrap_or_default();
        format!("{} ({:.2} ms, target {} ms{rows})", self.name, self.median_ms, self.target_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        let times = |millis: &[u64]| median(millis.iter().map(|millis| Duration::from_millis(*millis)).collect());
        assert!((times(&[9, 1, 2]) - 2.0).abs() < 1e-9);
        assert!((times(&[4, 1, 2, 9]) - 3.0).abs() < 1e-9);
        assert!((times(&[7]) - 7.0).abs() < 1e-9);
    }
}
