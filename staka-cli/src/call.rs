//! `staka call`: any operation, by its name.

use std::io::{self, Read, Write};

use serde_json::{Map, Value};
use staka_core::base::Shape;
use staka_core::{Ctx, Error, Operation, OperationDoc, Session, Staka, StakaBuilder};

use crate::args::{CallArgs, Common};
use crate::failure::Failure;
use crate::migrate;
use crate::output;

/// What an export gives: some text, and the cursor behind which it goes on.
const CHUNK: &str = "TextChunk";

pub(crate) async fn run(args: &CallArgs, common: &Common) -> Result<(), Failure> {
    let Some(operation) = Operation::find(&args.operation) else {
        return Err(Failure::Usage(Error::invalid("OPERATION", "is not there: `staka operations` lists them")));
    };
    let arguments = arguments(&args.arguments)?;
    let config = common.config()?;
    migrate::must_have_schema(&config).await?;
    let staka = StakaBuilder::from_config(config).connect().await?;
    let outcome = match session(&staka, args).await {
        Ok(session) => call(&session, operation, arguments, common.json).await,
        Err(error) => Err(error.into()),
    };
    staka.close().await;
    outcome
}

async fn session(staka: &Staka, args: &CallArgs) -> staka_core::Result<Session> {
    Ok(match &args.actor {
        Some(user) => staka.as_actor(Ctx::new(staka.actor_of(user).await?)),
        None => staka.as_system(),
    })
}

fn arguments(given: &str) -> Result<Map<String, Value>, Failure> {
    let usage = |problem: String| Failure::Usage(Error::invalid("JSON", problem));
    let mut text = given.to_owned();
    if given == "-" {
        text.clear();
        io::stdin().read_to_string(&mut text).map_err(|error| usage(format!("cannot be read: {error}")))?;
    }
    serde_json::from_str(&text).map_err(|error| usage(format!("is not an object of parameters: {error}")))
}

async fn call(
    session: &Session,
    operation: &Operation,
    mut arguments: Map<String, Value>,
    as_json: bool,
) -> Result<(), Failure> {
    let doc = operation.describe();
    let exports = !as_json && matches!(&doc.output, Shape::Struct(output) if output.name == CHUNK);
    loop {
        let text = Value::Object(arguments.clone()).to_string();
        let answer: Value = serde_json::from_slice(&operation.call(session, &text).await?)
            .map_err(|error| Error::internal(format!("an answer is no JSON: {error}")))?;
        if !exports {
            output::json(&answer);
            return Ok(());
        }
        let mut out = io::stdout().lock();
        let written = out.write_all(answer["text"].as_str().unwrap_or_default().as_bytes()).and_then(|()| out.flush());
        // Whoever reads has read enough.
        if written.is_err() || answer["next"].is_null() {
            return Ok(());
        }
        go_on(&doc, &mut arguments, answer["next"].clone());
    }
}

/// Asks for the piece behind `next`: `after` is a parameter, or a field of one.
fn go_on(doc: &OperationDoc, arguments: &mut Map<String, Value>, next: Value) {
    let has_after = |shape: &Shape| matches!(shape.plain(), Shape::Struct(it) if it.fields.iter().any(|field| field.name == "after"));
    let within = doc.parameters.iter().find(|parameter| parameter.name != "after" && has_after(&parameter.shape));
    match within {
        Some(parameter) => arguments.entry(parameter.name).or_insert_with(|| Value::Object(Map::new()))["after"] = next,
        None => {
            arguments.insert("after".to_owned(), next);
        }
    }
}
