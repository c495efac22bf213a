//! Statistics over many rows: read-only, exact, over half-open time ranges.

pub mod audit_logs;
pub mod commandes;
pub mod messages;
#[cfg(feature = "unstable-internals")]
pub mod notifications;
pub mod periods;
pub mod users;

use crate::base::{Error, Result, Timestamp};
use crate::db::Statement;

/// Returns every statement of this module.
pub fn catalogue() -> Vec<&'static Statement> {
    [
        audit_logs::statements(),
        commandes::statements(),
        messages::statements(),
        #[cfg(feature = "unstable-internals")]
        notifications::statements(),
        periods::statements(),
        users::statements(),
    ]
    .concat()
}

// The tests run every statement and check its plan.
const _: fn() -> Vec<&'static Statement> = catalogue;

fn check_range(from: Timestamp, to: Timestamp) -> Result<()> {
    if from < to { Ok(()) } else { Err(Error::invalid("to", "must be later than from")) }
}
