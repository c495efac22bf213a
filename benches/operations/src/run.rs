//! A run on one database. Prints a line of JSON for each operation and choice.

use std::time::Instant;

use serde_json::{Value, json};
use server::Server;
use staka_core::base::Clock;
use staka_core::{Kind, Operation, Result, SystemClock};
use staka_demo::Scale;

use crate::bed::{Bed, Call, Sample};
use crate::busiest::Busiest;
use crate::choices::{self, Choice};
use crate::class::class;
use crate::{Options, data, writes};

/// A call that takes longer than this, in milliseconds, is not repeated.
const SLOW: f64 = 3000.0;
/// Milliseconds for the repetitions of a call, and the fewest and most of them.
const BUDGET: f64 = 500.0;
const LEAST: usize = 5;
const MOST: usize = 31;

/// The rows read for each returned row above which a call is explained.
const MANY: f64 = 20.0;

/// What was measured of a call.
struct Measured {
    ms: f64,
    calls: usize,
    sample: Sample,
    /// How its statements read their tables, if it is slow or reads many rows.
    plans: Vec<String>,
}

struct Run<'r> {
    bed: Bed,
    busiest: Busiest,
    options: &'r Options,
    /// The fields that all lines have.
    place: Value,
}

pub(crate) async fn run(server: &Server, scale: Scale, options: &Options) -> crate::Result {
    let url = data::prepare(server, scale).await?;
    let bed = Bed::open(&url).await?;
    let busiest = Busiest::find(&bed.staka).await?;
    let place = json!({"engine": server.engine.title(), "scale": scale.to_string()});
    let mut run = Run { bed, busiest, options, place };
    run.say(json!({
        "what": "place",
        "version": server.version(),
        "date": SystemClock.now().to_string()[..10],
        "cores": std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        "quick": options.quick,
    }));
    let begun = Instant::now();
    for operation in Operation::all().iter().filter(|operation| operation.name.contains(&options.only)) {
        match operation.kind {
            Kind::Read => run.read(operation).await?,
            Kind::Write => run.write(operation).await?,
        }
    }
    eprintln!("{:6.0} s  {scale}: measured", begun.elapsed().as_secs_f64());
    Ok(())
}

impl Run<'_> {
    /// Prints a line.
    fn say(&self, mut line: Value) {
        for (name, value) in self.place.as_object().into_iter().flatten() {
            line[name] = value.clone();
        }
        println!("{line}");
    }

    fn report(&self, operation: &Operation, choice: &str, input: &Value, measured: Result<&Measured, String>) {
        let class = class(operation, &operation.describe().output, choice);
        let mut line = json!({"what": "call", "operation": operation.name, "choice": choice, "class": class});
        // Long lists of ids say nothing.
        line["input"] = input.to_string().chars().take(300).collect::<String>().into();
        match measured {
            Ok(measured) => {
                line["ms"] = measured.ms.into();
                line["calls"] = measured.calls.into();
                line["trips"] = measured.sample.trips.into();
                line["read"] = measured.sample.read.into();
                line["rows"] = measured.sample.rows().into();
                if !measured.plans.is_empty() {
                    line["plans"] = measured.plans.clone().into();
                }
            }
            Err(error) => line["error"] = error.into(),
        }
        self.say(line);
    }

    /// Measures an operation that reads: the busiest arguments, then each choice added to the slowest of them.
    async fn read(&mut self, operation: &'static Operation) -> crate::Result {
        let doc = operation.describe();
        let mut slowest = None;
        for choice in choices::widest(&doc, &self.busiest)? {
            let found = self.choice(operation, &choice).await?;
            slowest = slowest.or(found);
        }
        let Some((input, measured)) = slowest else { return Ok(()) };
        let mut all = choices::choices(&doc, &self.busiest, &input);
        all.extend(choices::next(&input, &measured.sample.answer));
        for choice in all {
            self.choice(operation, &choice).await?;
        }
        Ok(())
    }

    async fn write(&mut self, operation: &'static Operation) -> crate::Result {
        for (choice, call) in writes::calls(operation, &self.busiest)? {
            let measured = self.measure(&call, &choice).await.map_err(|error| error.to_string());
            self.report(operation, &choice, &call.input, measured.as_ref().map_err(Clone::clone));
        }
        Ok(())
    }

    /// Measures the slowest input of a choice, and returns it. An error of any input is reported.
    async fn choice(
        &mut self,
        operation: &'static Operation,
        choice: &Choice,
    ) -> crate::Result<Option<(Value, Measured)>> {
        let caller = self.busiest.caller(choices::caller(operation))?;
        let call = |input: &Value| Call { operation, caller: caller.clone(), before: Vec::new(), input: input.clone() };
        let mut slowest: Option<(f64, &Value)> = None;
        for input in &choice.inputs {
            match self.warm(&call(input)).await {
                Ok(sample) if slowest.is_none_or(|(ms, _)| ms < sample.ms) => slowest = Some((sample.ms, input)),
                Ok(_) => {}
                Err(error) => self.report(operation, &choice.name, input, Err(error.to_string())),
            }
        }
        let Some((_, input)) = slowest else {
            if choice.inputs.is_empty() {
                let error = "the demo data has no value for it".to_owned();
                self.report(operation, &choice.name, &Value::Null, Err(error));
            }
            return Ok(None);
        };
        match self.measure(&call(input), &choice.name).await {
            Ok(measured) => {
                self.report(operation, &choice.name, input, Ok(&measured));
                Ok(Some((input.clone(), measured)))
            }
            Err(error) => {
                self.report(operation, &choice.name, input, Err(error.to_string()));
                Ok(None)
            }
        }
    }

    /// Returns the second call of two, since the first also prepares its statements; the first if it was slow.
    async fn warm(&mut self, call: &Call) -> Result<Sample> {
        let first = self.bed.sample(call).await?;
        if first.ms > SLOW { Ok(first) } else { self.bed.sample(call).await }
    }

    /// Returns the median of several calls.
    async fn measure(&mut self, call: &Call, choice: &str) -> Result<Measured> {
        let mut sample = self.warm(call).await?;
        let mut all = vec![sample.ms];
        let wanted = match (self.options.quick, sample.ms) {
            (true, _) => 1,
            (_, ms) if ms > SLOW => 1,
            (_, ms) => ((BUDGET / ms) as usize).clamp(LEAST, MOST),
        };
        while all.len() < wanted {
            let next = self.bed.sample(call).await?;
            all.push(next.ms);
            // What happens beside the call can only add rows.
            sample.read = sample.read.min(next.read);
        }
        all.sort_by(f64::total_cmp);
        let middle = all.len() / 2;
        let ms = if all.len() % 2 == 0 { f64::midpoint(all[middle - 1], all[middle]) } else { all[middle] };
        let many = sample.read as f64 > MANY * sample.rows().max(1) as f64;
        let slow = ms > f64::from(class(call.operation, &call.operation.describe().output, choice));
        let plans = if many || slow { self.bed.plans(call).await? } else { Vec::new() };
        Ok(Measured { ms, calls: all.len(), sample, plans })
    }
}
