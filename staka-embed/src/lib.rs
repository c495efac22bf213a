//! What the Node and Python interfaces share: opening a handle, the caller, sessions and transactions, and a private
//! database.
//!
//! An interface converts the arguments of its language to these types, which can be read from JSON, and calls
//! operations with [`staka_core::Operation::call_into`].

mod caller;
mod local;
mod scope;

use std::sync::Arc;

use serde::Deserialize;
use staka_core::{ManualClock, Result, Staka, Timestamp};

pub use caller::CallerInput;
pub use local::{Local, LocalOptions};
pub use scope::Scope;

/// The options of a handle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Options {
    /// A fixed time for the handle's clock, for tests and to read data as of that time; the real time by default.
    pub now: Option<Timestamp>,
}

/// Opens a handle. Fails with `Invalid` for a wrong URL and with `Unavailable` if the database does not answer.
pub async fn connect(url: &str, options: &Options) -> Result<Staka> {
    let mut builder = Staka::builder(url)?;
    if let Some(now) = options.now {
        builder = builder.clock(Arc::new(ManualClock::new(now)));
    }
    builder.connect().await
}
