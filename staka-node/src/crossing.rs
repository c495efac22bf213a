//! Other ways in which an answer could be taken over, for `bench/crossing.mjs`: each is made of the same answer, which
//! is held here, so that only the crossing is measured.

use std::any::Any;

use napi::bindgen_prelude::{Either, Float64Array, Uint8Array, Unknown};
use napi::{Env, JsString};
use napi_derive::napi;
use serde::Serialize;
use staka_core::model::view::{MessageRecord, NotificationItem};
use staka_core::{Error, Listing, Operation, Output, Result, Sink, Timestamp};

use crate::handle::JsSession;
use crate::reply::thrown;
use crate::runtime::RUNTIME;
use crate::wire::{Pieces, write};

/// An answer of whatever type.
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
        let messages = any.downcast_ref::<Listing<MessageRecord>>().map(|listing| {
            let rows = &listing.items;
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
            let rows = &any.downcast_ref::<Listing<NotificationItem>>()?.items;
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

/// The columns of a list, by hand for the two that are measured: six of text, whether it was read, and when it was made.
struct Columns {
    texts: Vec<u8>,
    read: Vec<u8>,
    made: Vec<f64>,
}

impl Columns {
    fn new<T>(texts: &[Vec<u8>], rows: &[T], read: impl Fn(&T) -> bool, made: impl Fn(&T) -> Timestamp) -> Self {
        Self {
            texts: [&b"["[..], &texts.join(&b","[..]), b"]"].concat(),
            read: rows.iter().map(|row| u8::from(read(row))).collect(),
            made: rows.iter().map(|row| made(row).unix_millis() as f64).collect(),
        }
    }
}

fn column<'r, T, V: Serialize + 'r>(rows: &'r [T], value: impl Fn(&'r T) -> &'r V) -> Vec<u8> {
    serde_json::to_vec(&rows.iter().map(value).collect::<Vec<_>>()).unwrap_or_default()
}

struct Hold;

impl Sink for Hold {
    type Out = Box<dyn Answer>;

    fn take<T: Output>(self, answer: T) -> Result<Self::Out> {
        Ok(Box::new(answer))
    }
}

/// An answer that is held, and what was made of it off the event loop.
#[napi]
pub struct Held {
    answer: Box<dyn Answer>,
    pieces: Pieces,
    columns: Option<Columns>,
}

#[napi]
impl JsSession {
    /// Calls an operation, waits, and holds the answer.
    #[napi]
    pub fn hold(&self, operation: u32, arguments: String) -> napi::Result<Held> {
        let operation = Operation::all().get(operation as usize);
        let answer = operation.ok_or_else(|| Error::internal("no such operation")).and_then(|operation| {
            RUNTIME.block_on(async move { operation.call_into(self.session(), &arguments, Hold).await })
        });
        let answer = answer.map_err(|error| thrown(&error))?;
        Ok(Held { answer, pieces: Vec::new(), columns: None })
    }
}

#[napi]
impl Held {
    /// What would be done off the event loop; how many texts there are to take then, 0 where the answer has no such
    /// form.
    #[napi]
    pub fn prepare(&mut self, how: String) -> napi::Result<u32> {
        match &*how.into_boxed_str() {
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

    /// The answer as objects made through Node's API.
    #[napi]
    pub fn object<'e>(&self, env: &'e Env) -> napi::Result<Unknown<'e>> {
        self.answer.object(env)
    }

    /// The next piece of text, of UTF-8 or of Latin-1.
    #[napi]
    pub fn text<'e>(&mut self, env: &'e Env, latin1: bool) -> napi::Result<JsString<'e>> {
        let piece = self.pieces.pop().unwrap_or_default();
        if latin1 {
            return env.create_string_latin1(piece);
        }
        env.create_string(String::from_utf8(piece).unwrap_or_default())
    }

    /// The columns: texts as JSON, then what was read, then when it was made.
    #[napi]
    pub fn columns(&mut self) -> Option<Vec<Either<String, Either<Uint8Array, Float64Array>>>> {
        let Columns { texts, read, made } = self.columns.take()?;
        let texts = String::from_utf8(texts).unwrap_or_default();
        Some(vec![Either::A(texts), Either::B(Either::A(read.into())), Either::B(Either::B(made.into()))])
    }
}
