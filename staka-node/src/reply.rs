//! The reply of a call: its result, an error, or the first piece of a long list.

use serde::Serialize;
use staka_core::{Error, Result};

use crate::wire::{self, Pieces};

/// The payload is the whole result.
const DONE: u8 = b'0';
/// The payload is an error.
const FAILED: u8 = b'1';
/// The payload is the first piece of a list; [`crate::port::Port::rest`] returns the others.
const PARTIAL: u8 = b'2';

/// Formats a reply as `id,status,payload`; returns the remaining pieces of a list separately.
pub(crate) fn reply(id: u32, outcome: Result<Pieces>) -> (Vec<u8>, Pieces) {
    let (status, mut pieces) = match outcome {
        Ok(pieces) if pieces.len() > 1 => (PARTIAL, pieces),
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

/// An error in the order of fields that JavaScript expects.
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

/// Formats an error for the wire.
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

/// Returns an error for a synchronous call; JavaScript recognises it by its first characters.
pub(crate) fn thrown(error: &Error) -> napi::Error {
    napi::Error::from_reason(failure(error).into_iter().map(char::from).collect::<String>())
}
