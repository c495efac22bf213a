//! `staka queries`: the guide's 16 queries, measured on a database that stays as it is.

mod list;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde::Serialize;
use staka_core::db::{Flavour, ServerInfo};
use staka_core::model::UserId;
use staka_core::{
    Error, ErrorKind, Kind, Operation, Page, Result, Session, Staka, StakaBuilder, Timestamp, repo, stats,
};

use self::list::{Answer, Given, QUERIES, Query, month};
use crate::args::{Common, QueriesArgs};
use crate::failure::Failure;
use crate::output::{self, Align, Progress};

/// Runs before those that count: statements are prepared, pages are in memory.
const WARM_UP: u32 = 2;
/// Runs that count in any case, if as many were asked for.
const LEAST: u32 = 3;

/// How much to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// How often each query is run.
    pub(crate) runs: u32,
    /// How long a query may be run before it is enough.
    pub(crate) enough: Duration,
}

/// What was measured.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    server: String,
    /// For whom the queries ran, and when.
    user: UserId,
    now: Timestamp,
    queries: Vec<Line>,
    all_held: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    /// The guide's number; none for the dashboard, which is 7 to 9 in one.
    number: Option<u8>,
    name: &'static str,
    rows: usize,
    /// The answer, where it is a number.
    value: Option<u64>,
    round_trips: u64,
    runs: usize,
    median_ms: f64,
    class_ms: u32,
    held: bool,
    /// It ran in a transaction that was rolled back.
    rolled_back: bool,
}

pub(crate) async fn run(args: &QueriesArgs, common: &Common) -> Result<(), Failure> {
    let staka = StakaBuilder::from_config(common.config()?).connect().await?;
    let report =
        measure(&staka, args.user.clone(), Effort { runs: args.runs, enough: Duration::MAX }, &Progress::new()).await;
    staka.close().await;
    let report = report?;
    if common.json {
        output::json(&report);
    } else {
        report.print();
    }
    Ok(())
}

/// Measures every query. Nothing else may use the handle meanwhile, as round trips are counted.
pub(crate) async fn measure(
    staka: &Staka,
    user: Option<UserId>,
    effort: Effort,
    progress: &Progress,
) -> Result<Report> {
    progress.step("the guide's queries");
    let given = given(staka, user).await?;
    let db = staka.as_system();
    let work = async {
        let mut lines = Vec::with_capacity(QUERIES.len());
        for query in QUERIES {
            progress.update(format!("the guide's queries: {}", query.name));
            lines.push(measure_one(staka, &db, query, &given, effort).await?);
        }
        Ok::<_, Error>(lines)
    };
    let queries = progress.during(work).await?;
    Ok(Report {
        server: title(&staka.ready().await?),
        all_held: queries.iter().all(|line| line.held),
        now: given.now,
        user: given.user,
        queries,
    })
}

/// The arguments: the user asked for or the busiest one, and windows that end now.
async fn given(staka: &Staka, user: Option<UserId>) -> Result<Given> {
    let user = {
        let mut conn = staka.acquire().await?;
        match user {
            Some(user) => match repo::users::lookup(&mut conn, &user).await? {
                Some(_) => user,
                None => return Err(Error::new(ErrorKind::NotFound, format!("there is no user {user}"))),
            },
            None => stats::notifications::busiest_user(&mut conn)
                .await?
                .ok_or_else(|| Error::new(ErrorKind::NotFound, "no user has a notification: choose one with --user"))?,
        }
    };
    let newest = staka.as_system().messages().conversations(&user, Page::of(1)).await?.items.pop();
    let conversation = match newest {
        Some(newest) => newest.last_message.conversation_id,
        // Nobody's: the query is measured on an empty answer.
        None => user.as_str().parse()?,
    };
    let now = staka.clock().now();
    Ok(Given { user, conversation, now, month: month(staka.zone(), now) })
}

async fn measure_one(staka: &Staka, db: &Session, query: &Query, given: &Given, effort: Effort) -> Result<Line> {
    let rolled_back = Operation::find(query.name).is_some_and(|operation| operation.kind == Kind::Write);
    let statements = || staka.counters().statements.load(Ordering::Relaxed);
    let (mut times, begun) = (Vec::with_capacity(effort.runs as usize), Instant::now());
    let mut run = 0;
    loop {
        // What writes does so in a transaction that is undone: dropped for whatever reason, it is undone as well.
        let tx = if rolled_back { Some(db.begin().await?) } else { None };
        let (before, asked) = (statements(), Instant::now());
        let answer = (query.run)(tx.as_deref().unwrap_or(db), given).await?;
        let took = asked.elapsed();
        let round_trips = statements() - before;
        if let Some(tx) = tx {
            tx.rollback().await?;
        }
        run += 1;
        if run <= WARM_UP {
            continue;
        }
        times.push(took);
        let counted = run - WARM_UP;
        if counted < effort.runs && (counted < LEAST || begun.elapsed() < effort.enough) {
            continue;
        }
        let (runs, median_ms) = (times.len(), median(times));
        let held = median_ms <= f64::from(query.class_ms);
        let Query { number, name, class_ms, .. } = *query;
        let Answer { rows, value } = answer;
        return Ok(Line { number, name, rows, value, round_trips, runs, median_ms, class_ms, held, rolled_back });
    }
}

/// In milliseconds, to the microsecond.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    let middle = |at: usize| times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1e3);
    let median = (middle(times.len().saturating_sub(1) / 2) + middle(times.len() / 2)) / 2.0;
    (median * 1e3).round() / 1e3
}

fn title(server: &ServerInfo) -> String {
    let name = match server.flavour {
        Flavour::MySql => "MySQL",
        Flavour::MariaDb => "MariaDB",
    };
    format!("{name} {}", server.version)
}

impl Report {
    /// The table, and whether the classes are held.
    pub(crate) fn print(&self) {
        let runs = self.queries.iter().map(|line| line.runs);
        let (least, most) = (runs.clone().min().unwrap_or(0), runs.max().unwrap_or(0));
        let runs = if least == most { most.to_string() } else { format!("{least} to {most}") };
        output::line(&format!("{}, for user {}, median of {runs} runs:", self.server, self.user));
        let columns = [
            ("#", Align::Right),
            ("query", Align::Left),
            ("rows", Align::Right),
            ("round trips", Align::Right),
            ("median ms", Align::Right),
            ("class ms", Align::Right),
            ("held", Align::Left),
        ];
        let rows: Vec<Vec<String>> = self.queries.iter().map(Line::cells).collect();
        output::line(&output::table(&columns, &rows));
        let missed: Vec<String> = self.queries.iter().filter(|line| !line.held).map(Line::missed).collect();
        if missed.is_empty() {
            output::line("Every query holds the guide's class. What writes was rolled back: nothing was changed.");
        } else {
            output::line(&format!(
                "NOT held: {}. What writes was rolled back: nothing was changed.",
                missed.join(", ")
            ));
        }
    }
}

impl Line {
    fn cells(&self) -> Vec<String> {
        vec![
            self.number.map_or("7–9".to_owned(), |number| number.to_string()),
            self.name.to_owned(),
            output::number(self.rows as u64),
            self.round_trips.to_string(),
            format!("{:.2}", self.median_ms),
            format!("≤ {}", self.class_ms),
            if self.held { "yes" } else { "NO" }.to_owned(),
        ]
    }

    fn missed(&self) -> String {
        let rows = self.value.filter(|_| self.rolled_back);
        let rows = rows.map(|rows| format!("; {} rows were to be written", output::number(rows))).unwrap_or_default();
        format!("{} ({:.2} ms, class {} ms{rows})", self.name, self.median_ms, self.class_ms)
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
