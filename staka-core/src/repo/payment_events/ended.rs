//! Sessions that ended without a payment.

use crate::base::{Args, Result};
use crate::db::{Access, Conn, Statement};

/// Whether a session ended without a payment: a later report that it is pending is outdated then.
macro_rules! has_ended {
    ($session:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM staka_payment_events x FORCE INDEX (staka_payment_events_sessionId) WHERE x.sessionId = ",
            $session,
            " AND x.type IN ('checkout.session.async_payment_failed', 'checkout.session.expired') AND x.outcome <> 'UNMATCHED')"
        )
    };
}

pub(super) use has_ended;

static ENDED: Statement = Statement::fixed(
    "payment_events.ended",
    concat!("SELECT ", has_ended!("?")),
    &[Access::Index { table: "x", keys: &["staka_payment_events_sessionId"] }],
);

/// Returns whether a session is known to have ended without a payment.
pub async fn ended(conn: &mut Conn, session: &str) -> Result<bool> {
    Ok(conn.one::<i64>(&ENDED, Args::new().with(session)).await? != 0)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&ENDED]
}
