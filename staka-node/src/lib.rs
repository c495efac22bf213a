//! The Node interface: the operations for JavaScript.
//!
//! Only text crosses the border. The arguments of a call are JSON; its result is an array in JSON without keys
//! (`wire`), which the generated JavaScript converts to objects. One wake-up of the event loop fetches all results
//! that are ready (`outbox`). A long list is cut into pieces, which JavaScript fetches one by one.
//!
//! The documentation of the npm package is in `README.md` beside `package.json`.

mod begin;
#[cfg(feature = "crossing")]
mod crossing;
mod handle;
mod outbox;
mod port;
mod reply;
mod runtime;
mod wire;

use napi_derive::napi;
use staka_core::Operation;

/// Returns the operations' signatures in the order of their numbers. JavaScript compares them with its own.
#[napi]
pub fn signatures() -> Vec<String> {
    Operation::all().iter().map(|operation| operation.describe().signature()).collect()
}
