//! The Node door: the operations for JavaScript.
//!
//! Only text crosses. A call goes in as JSON arguments and comes back as an array in JSON, without keys
//! (`wire`); the generated JavaScript makes objects of it. One wake-up of the event loop fetches all answers that
//! have come by then (`port`); a long list is cut, and JavaScript fetches a piece at a time.
//!
//! The npm package's own text is in `README.md` beside `package.json`.

mod begin;
#[cfg(feature = "crossing")]
mod crossing;
mod handle;
mod port;
mod reply;
mod runtime;
mod wire;

use napi_derive::napi;
use staka_core::Operation;

/// The operations' signatures in the order of their numbers: JavaScript refuses an addon of another list.
#[napi]
pub fn signatures() -> Vec<String> {
    Operation::all().iter().map(|operation| operation.describe().signature()).collect()
}
