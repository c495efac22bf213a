//! `staka call`: calls an operation by its name.

use std::io::{self, Read, Write};

use serde_json::{Map, Value};
use staka_core::base::Shape;
use staka_core::{Error, Operation, OperationDoc, Session, Staka, StakaBuilder};

use crate::args::{CallArgs, Common};
use crate::failure::Failure;
use crate::migrate;
use crate::output;

/// The name of an export's result: one part of the text, and the cursor of the next part.
const CHUNK: &str = "TextChunk";

pub(crate) async fn run(args: &CallArgs, common: &Common) -> Result<(), Failure> {
    let Some(operation) = Operation::find(&args.operation) else {
        return Err(Failure::Usage(Error::invalid("OPERATION", "is not an operation; `staka operations` lists them")));
    };
    let arguments = parse_arguments(&args.arguments)?;
    let config = common.config()?;
    migrate::check_schema(&config).await?;
    let staka = StakaBuilder::from_config(config).connect().await?;
    let outcome = match open_session(&staka, args).await {
        Ok(session) => call(&session, operation, arguments, common.json).await,
        Err(error) => Err(error.into()),
    };
    staka.close().await;
    outcome
}

async fn open_session(staka: &Staka, args: &CallArgs) -> staka_core::Result<Session> {
    Ok(match &args.actor {
        Some(user) => staka.as_caller(staka.caller_of(user).await?),
        None => staka.as_system(),
    })
}

fn parse_arguments(argument: &str) -> Result<Map<String, Value>, Failure> {
    let usage = |problem: String| Failure::Usage(Error::invalid("JSON", problem));
    let mut text = argument.to_owned();
    if argument == "-" {
        text.clear();
        io::stdin().read_to_string(&mut text).map_err(|error| usage(format!("cannot be read: {error}")))?;
    }
    serde_json::from_str(&text).map_err(|error| usage(format!("must be a JSON object of parameters: {error}")))
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
            .map_err(|error| Error::internal(format!("the result is not JSON: {error}")))?;
        if !exports {
            output::json(&answer);
            return Ok(());
        }
        let mut out = io::stdout().lock();
        let written = out.write_all(answer["text"].as_str().unwrap_or_default().as_bytes()).and_then(|()| out.flush());
        // An error here means that the reader closed the pipe.
        if written.is_err() || answer["next"].is_null() {
            return Ok(());
        }
        set_after(&doc, &mut arguments, answer["next"].clone());
    }
}

/// Sets `after`, which is a parameter or a field of one, to the cursor of the next part.
fn set_after(doc: &OperationDoc, arguments: &mut Map<String, Value>, next: Value) {
    let has_after = |shape: &Shape| match shape.plain() {
        Shape::Struct(doc) => doc.fields.iter().any(|field| field.name == "after"),
        _ => false,
    };
    let within = doc.parameters.iter().find(|parameter| parameter.name != "after" && has_after(&parameter.shape));
    match within {
        Some(parameter) => arguments.entry(parameter.name).or_insert_with(|| Value::Object(Map::new()))["after"] = next,
        None => {
            arguments.insert("after".to_owned(), next);
        }
    }
}
