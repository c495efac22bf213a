//! Statistics over many rows: read-only, exact, over half-open time ranges.

pub mod audit_logs;
pub mod commandes;
pub mod messages;
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
        notifications::statements(),
        periods::statements(),
        users::statements(),
    ]
    .concat()
}

fn check_range(from: Timestamp, to: Timestamp) -> Result<()> {
    if from < to { Ok(()) } else { Err(Error::invalid("to", "must be later than from")) }
}
