//! Libraries of other languages: each runs in its own process, which measures itself.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Asked, Look};
use crate::Result;
use crate::question::{Of, Query};

pub(super) struct Asker {
    child: Child,
    /// Closed at the end, which ends the player.
    orders: Option<ChildStdin>,
    outcomes: BufReader<ChildStdout>,
}

impl Asker {
    pub(super) fn open(name: &str, url: &str) -> Result<Self> {
        let peer = name.to_lowercase();
        let mut command = if peer == "sqlalchemy" {
            let mut python = Command::new("./.venv/bin/python");
            python.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../doors/python")).args(["player.py", "--peers", &peer]);
            python
        } else {
            let mut node = Command::new("node");
            node.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../doors/node")).args(["player.mjs", &peer]);
            node
        };
        command.env("DATABASE_URL", url).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("{name}: {error}"))?;
        let orders = child.stdin.take();
        let outcomes = BufReader::new(child.stdout.take().ok_or("a player says nothing")?);
        Ok(Self { child, orders, outcomes })
    }

    fn tell(&mut self, order: &Value) -> Result<Value> {
        let orders = self.orders.as_mut().ok_or("the player is gone")?;
        writeln!(orders, "{order}")?;
        orders.flush()?;
        let mut line = String::new();
        self.outcomes.read_line(&mut line)?;
        let outcome: Value = serde_json::from_str(&line).map_err(|error| format!("{line:?}: {error}"))?;
        match outcome["error"].as_str() {
            Some(error) => Err(error.into()),
            None => Ok(outcome),
        }
    }

    pub(super) fn versions(&mut self) -> Result<String> {
        let told = self.tell(&json!({ "versions": true }))?;
        Ok(told["versions"].as_str().unwrap_or_default().to_owned())
    }

    pub(super) fn ask(&mut self, query: Query, of: &Of, look: Look) -> Result<Asked> {
        let order = json!({ "query": query.name(), "of": of.json(), "look": look == Look::Close });
        let mut outcome = self.tell(&order)?;
        Ok(Asked { took: nanos(&outcome["nanos"])?, json: outcome["answer"].take() })
    }

    pub(super) fn cpu(&mut self, query: Query, of: &Of, calls: u32) -> Result<Duration> {
        let outcome = self.tell(&json!({ "query": query.name(), "of": of.json(), "calls": calls }))?;
        nanos(&outcome["cpuNanos"])
    }
}

fn nanos(value: &Value) -> Result<Duration> {
    value.as_u64().map(Duration::from_nanos).ok_or_else(|| format!("{value} are no nanoseconds").into())
}

impl Drop for Asker {
    fn drop(&mut self) {
        self.orders = None;
        let _ = self.child.wait();
    }
}
