//! `staka erasures`: lists the erased accounts, or erases them again after a backup was restored.

use std::path::Path;

use serde_json::{Value, json};
use staka_core::{Error, PageRequest, Session, StakaBuilder};

use crate::args::{Common, ErasuresArgs};
use crate::failure::Failure;
use crate::migrate;
use crate::output;

/// The largest number of erasures that one call takes.
const BATCH: usize = 1_000;

pub(crate) async fn run(args: &ErasuresArgs, common: &Common) -> Result<(), Failure> {
    let kept = args.replay.as_deref().map(read).transpose()?;
    let config = common.config()?;
    migrate::check_schema(&config).await?;
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

/// Reads the document that an earlier run printed.
fn read(path: &Path) -> Result<Vec<Value>, Failure> {
    let usage = |problem: String| Failure::Usage(Error::invalid("--replay", problem));
    let text = std::fs::read_to_string(path).map_err(|error| usage(format!("cannot be read: {error}")))?;
    serde_json::from_str(&text).map_err(|error| usage(format!("must be a JSON list of erasures: {error}")))
}

async fn list(session: &Session) -> Result<Value, Failure> {
    let (mut all, mut page) = (Vec::new(), PageRequest::of(BATCH as u32));
    loop {
        let piece = session.privacy().list_erasures(page).await?;
        all.extend(piece.items.iter().map(|one| json!(one)));
        let Some(next) = piece.next else { return Ok(Value::Array(all)) };
        page = PageRequest::of(BATCH as u32).after(next);
    }
}

/// Erases the accounts again, one transaction for each batch. A second run changes nothing.
async fn replay(session: &Session, kept: &[Value]) -> Result<Value, Failure> {
    let mut all = Vec::new();
    for piece in kept.chunks(BATCH) {
        let arguments = json!({ "erasures": piece }).to_string();
        let answer = session.call("privacy.replay_erasures", &arguments).await?;
        all.push(serde_json::from_slice::<Value>(&answer).map_err(|error| Error::internal(error.to_string()))?);
    }
    Ok(Value::Array(all))
}
