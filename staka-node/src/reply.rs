//! What goes back for a call: done, failed, or begun with more to fetch.

use serde::Serialize;
use staka_core::{Error, Result};

use crate::wire::{self, Pieces};

/// The answer is whole.
const DONE: u8 = b'0';
/// An error.
const FAILED: u8 = b'1';
/// The first piece of a list; [`crate::port::Port::rest`] has the others.
const BEGUN: u8 = b'2';

/// A reply, ready to be fetched: `id,status,payload`, and the pieces that follow.
pub(crate) fn reply(id: u32, outcome: Result<Pieces>) -> (Vec<u8>, Pieces) {
    let (status, mut pieces) = match outcome {
        Ok(pieces) if pieces.len() > 1 => (BEGUN, pieces),
        Ok(pieces) => (DONE, pieces),
        Err(error) => (FAILED, vec![failure(&error)]),
    };
    let mut text = Vec::with_capacity(pieces[0].len() + 16);
    text.extend_from_slice(itoa::Buffer::new().format(id).as_bytes());
    text.extend_from_slice(&[b',', status, b',']);
    text.append(&mut pieces[0]);
    pieces.remove(0);
    (text, pieces)
}

/// An error as JavaScript gets it, without keys.
#[derive(Serialize)]
struct Failure<'e> {
    code: &'static str,
    message: &'e str,
    fields: Vec<Field<'e>>,
    operation: Option<&'static str>,
    key: Option<&'e str>,
    retry_after_ms: Option<u64>,
}

#[derive(Serialize)]
struct Field<'e> {
    field: &'e str,
    problem: &'e str,
}

/// An error in the wire's form.
pub(crate) fn failure(error: &Error) -> Vec<u8> {
    let failure = Failure {
        code: error.code(),
        message: error.message(),
        fields: error.fields().iter().map(|f| Field { field: &f.field, problem: &f.problem }).collect(),
        operation: error.operation(),
        key: error.key(),
        retry_after_ms: error.retry_after().and_then(|wait| u64::try_from(wait.as_millis()).ok()),
    };
    wire::write(&failure).ok().and_then(|mut pieces| pieces.pop()).unwrap_or_else(|| b"[\"INTERNAL\",\"\",[]]".to_vec())
}

/// The same, thrown at once: JavaScript knows it by its first character.
pub(crate) fn thrown(error: &Error) -> napi::Error {
    napi::Error::from_reason(failure(error).into_iter().map(char::from).collect::<String>())
}
