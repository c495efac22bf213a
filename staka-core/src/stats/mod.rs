//! Figures over many rows: read-only, exact, cut by half-open windows of time.

pub mod audit_logs;
pub mod commandes;
pub mod messages;
pub mod notifications;
pub mod periods;
pub mod users;

use crate::base::{Error, Result, Timestamp};
use crate::db::Statement;

/// Every statement of this room.
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

fn must_be_a_window(from: Timestamp, to: Timestamp) -> Result<()> {
    if from < to { Ok(()) } else { Err(Error::invalid("to", "must be later than from")) }
}
