//! Other ways to pass a result to JavaScript, for `bench/crossing.mjs`. The result is kept in Rust, so that only the
//! conversion is measured.

use std::any::Any;

use napi::bindgen_prelude::{Either, Float64Array, Uint8Array, Unknown};
use napi::{Env, JsString};
use napi_derive::napi;
use serde::Serialize;
use staka_core::model::view::{MessageRecord, NotificationItem};
use staka_core::{Error, Operation, Output, Page, Result, Sink, Timestamp};

use crate::handle::JsSession;
use crate::reply::thrown;
use crate::runtime::RUNTIME;
use crate::wire::{Pieces, write};

/// A result of any type.
trait Answer: Send {
    fn object<'e>(&self, env: &'e Env) -> napi::Result<Unknown<'e>>;
    fn keyed(&self) -> Vec<u8>;
    fn wire(&self) -> Result<Pieces>;
    fn columns(&self) -> Option<Columns>;
}

impl<T: Output> Answer for T {
    fn object<'e>(&self, env: &'e Env) -> napi::Result<Unknown<'e>> {
        env.to_js_value(self)
    }

    fn keyed(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn wire(&self) -> Result<Pieces> {
        write(self)
    }

    fn columns(&self) -> Option<Columns> {
        let any: &dyn Any = self;
        let messages = any.downcast_ref::<Page<MessageRecord>>().map(|page| {
            let rows = &page.items;
            let texts = [
                column(rows, |row| &row.id),
                column(rows, |row| &row.conversation_id),
                column(rows, |row| &row.sender_id),
                column(rows, |row| &row.receiver_id),
                column(rows, |row| &row.r#type),
                column(rows, |row| &row.statut),
            ];
            Columns::new(&texts, rows, |row| row.is_read, |row| row.created_at)
        });
        messages.or_else(|| {
            let rows = &any.downcast_ref::<Page<NotificationItem>>()?.items;
            let texts = [
                column(rows, |row| &row.id),
                column(rows, |row| &row.title),
                column(rows, |row| &row.message),
                column(rows, |row| &row.r#type),
                column(rows, |row| &row.priority),
                column(rows, |row| &row.action_url),
            ];
            Some(Columns::new(&texts, rows, |row| row.is_read, |row| row.created_at))
        })
    }
}

/// The columns of the two lists that are measured: six of text, one of booleans and one of timestamps.
struct Columns {
    texts: Vec<u8>,
    is_read: Vec<u8>,
    created_at: Vec<f64>,
}

impl Columns {
    fn new<T>(
        texts: &[Vec<u8>],
        rows: &[T],
        is_read: impl Fn(&T) -> bool,
        created_at: impl Fn(&T) -> Timestamp,
    ) -> Self {
        Self {
            texts: [&b"["[..], &texts.join(&b","[..]), b"]"].concat(),
            is_read: rows.iter().map(|row| u8::from(is_read(row))).collect(),
            created_at: rows.iter().map(|row| created_at(row).unix_millis() as f64).collect(),
        }
    }
}

fn column<'r, T, V: Serialize + 'r>(rows: &'r [T], value: impl Fn(&'r T) -> &'r V) -> Vec<u8> {
    serde_json::to_vec(&rows.iter().map(value).collect::<Vec<_>>()).unwrap_or_default()
}

struct Keep;

impl Sink for Keep {
    type Out = Box<dyn Answer>;

    fn take<T: Output>(self, answer: T) -> Result<Self::Out> {
        Ok(Box::new(answer))
    }
}

/// A result that is kept in Rust, and its prepared form.
#[napi]
pub struct KeptAnswer {
    answer: Box<dyn Answer>,
    pieces: Pieces,
    columns: Option<Columns>,
}

#[napi]
impl JsSession {
    /// Calls an operation, waits, and keeps the result.
    #[napi]
    pub fn keep(&self, operation: u32, arguments: String) -> napi::Result<KeptAnswer> {
        let operation = Operation::all().get(operation as usize);
        let answer = operation.ok_or_else(|| Error::internal("no such operation")).and_then(|operation| {
            RUNTIME.block_on(async move { operation.call_into(self.operations(), &arguments, Keep).await })
        });
        let answer = answer.map_err(|error| thrown(&error))?;
        Ok(KeptAnswer { answer, pieces: Vec::new(), columns: None })
    }
}

#[napi]
impl KeptAnswer {
    /// Does the part of the conversion that would run off the event loop. Returns the number of texts to fetch, or 0
    /// if the result does not have this form.
    #[napi]
    pub fn prepare(&mut self, form: String) -> napi::Result<u32> {
        match &*form.into_boxed_str() {
            "keyed" => self.pieces = vec![self.answer.keyed()],
            "positional" => {
                self.pieces = self.answer.wire().map_err(|error| thrown(&error))?;
                self.pieces.reverse();
            }
            "columns" => {
                self.columns = self.answer.columns();
                return Ok(u32::from(self.columns.is_some()));
            }
            _ => return Ok(1),
        }
        Ok(self.pieces.len() as u32)
    }

    /// Returns the result as objects that are created with Node's API.
    #[napi]
    pub fn object<'e>(&self, env: &'e Env) -> napi::Result<Unknown<'e>> {
        self.answer.object(env)
    }

    /// Returns the next piece of text, which is in UTF-8 or in Latin-1.
    #[napi]
    pub fn text<'e>(&mut self, env: &'e Env, latin1: bool) -> napi::Result<JsString<'e>> {
        let piece = self.pieces.pop().unwrap_or_default();
        if latin1 {
            return env.create_string_latin1(piece);
        }
        env.create_string(String::from_utf8(piece).unwrap_or_default())
    }

    /// Returns the columns: the texts as JSON, then `isRead`, then `createdAt`.
    #[napi]
    pub fn columns(&mut self) -> Option<Vec<Either<String, Either<Uint8Array, Float64Array>>>> {
        let Columns { texts, is_read, created_at } = self.columns.take()?;
        let texts = String::from_utf8(texts).unwrap_or_default();
        Some(vec![Either::A(texts), Either::B(Either::A(is_read.into())), Either::B(Either::B(created_at.into()))])
    }
}
