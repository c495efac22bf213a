//! Stripe's events as they were received, with their outcomes: a table owned by Staka. An event's text is written once.

mod ended;
mod list;
mod process;
mod receive;
mod replay;

pub use ended::ended;
pub use list::{PaymentEventFilter, list};
pub use process::{decide, deferred, get, locked, unmatched};
pub use receive::{Delivered, receive};
pub use replay::{OrderFact, PaymentFact, stored_events};

use super::table::part;
use crate::db::{Access, Statement};
use crate::model::view::PaymentEvent;

/// The columns of a `PaymentEventDetail`.
fn detail_columns() -> String {
    format!("{}, e.`payload`", part::<PaymentEvent>("e"))
}

const BY_KEY: &[Access] = &[Access::Index { table: "e", keys: &["PRIMARY"] }];

pub(super) use list::lists;

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = receive::statements();
    all.extend(process::statements());
    all.extend(ended::statements());
    all.extend(replay::statements());
    all
}
