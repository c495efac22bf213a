//! What the doors into other languages share: how a handle is opened, who calls, a private database.
//!
//! A door turns its language's arguments into these types (they read JSON), and calls operations by
//! [`staka_core::Operation::call_into`].

mod caller;
mod local;

use std::sync::Arc;

use serde::Deserialize;
use staka_core::{ManualClock, Result, Staka, Timestamp};

pub use caller::Caller;
pub use local::{Local, LocalOptions};

/// How a handle is opened, besides what the URL says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Options {
    /// A moment at which the handle's clock stands still: for tests, and to look at data as of then. The
    /// machine's clock unless given.
    pub now: Option<Timestamp>,
}

/// Opens a handle. `Invalid` for a URL that is wrong, `Unavailable` when the database does not answer.
pub async fn connect(url: &str, options: &Options) -> Result<Staka> {
    let mut builder = Staka::builder(url)?;
    if let Some(now) = options.now {
        builder = builder.clock(Arc::new(ManualClock::new(now)));
    }
    builder.connect().await
}
