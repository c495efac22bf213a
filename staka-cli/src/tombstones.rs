//! `staka tombstones`: who was erased, to be kept beside the backups, and erased again after one was restored.

use std::path::Path;

use serde_json::{Value, json};
use staka_core::{Error, Page, Session, StakaBuilder};

use crate::args::{Common, TombstonesArgs};
use crate::failure::Failure;
use crate::migrate;
use crate::output;

/// As many as one call takes.
const PIECE: usize = 1_000;

pub(crate) async fn run(args: &TombstonesArgs, common: &Common) -> Result<(), Failure> {
    let kept = args.replay.as_deref().map(read).transpose()?;
    let config = common.config()?;
    migrate::must_have_schema(&config).await?;
    let staka = StakaBuilder::from_config(config).connect().await?;
    let session = staka.as_system();
    let outcome = match kept {
        Some(kept) => replay(&session, &kept).await,
        None => list(&session).await,
    };
    staka.close().await;
    output::json(&outcome?);
    Ok(())
}

/// What an earlier run printed.
fn read(path: &Path) -> Result<Vec<Value>, Failure> {
    let usage = |problem: String| Failure::Usage(Error::invalid("--replay", problem));
    let text = std::fs::read_to_string(path).map_err(|error| usage(format!("cannot be read: {error}")))?;
    serde_json::from_str(&text).map_err(|error| usage(format!("is no list of tombstones: {error}")))
}

async fn list(session: &Session) -> Result<Value, Failure> {
    let (mut all, mut page) = (Vec::new(), Page::of(PIECE as u32));
    loop {
        let piece = session.privacy().tombstones(page).await?;
        all.extend(piece.items.iter().map(|one| json!(one)));
        let Some(next) = piece.next else { return Ok(Value::Array(all)) };
        page = Page::of(PIECE as u32).after(next);
    }
}

/// Each piece is a transaction of its own; done again, it changes nothing.
async fn replay(session: &Session, kept: &[Value]) -> Result<Value, Failure> {
    let mut all = Vec::new();
    for piece in kept.chunks(PIECE) {
        let arguments = json!({ "tombstones": piece }).to_string();
        let answer = session.call("privacy.replay", &arguments).await?;
        all.push(serde_json::from_slice::<Value>(&answer).map_err(|error| Error::internal(error.to_string()))?);
    }
    Ok(Value::Array(all))
}
