//! What connections share with their pool.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::PlanLog;
use super::canceller::Canceller;
use super::connect::Connector;
use super::counters::CounterStatus;
use super::slots::Slots;

/// The state that connections share with their pool.
pub(super) struct Shared {
    pub(super) slots: Slots,
    pub(super) connector: Arc<Connector>,
    pub(super) canceller: Canceller,
    pub(super) runtime: Handle,
    pub(super) metrics: Metrics,
    pub(super) statement_timeout: Option<Duration>,
    /// How long BEGIN, COMMIT and ROLLBACK may take.
    pub(super) control_timeout: Duration,
    pub(super) acquire_timeout: Duration,
    pub(super) plans: Option<Arc<PlanLog>>,
    /// Which counter tables are trusted.
    pub(super) counters: CounterStatus,
    pub(super) in_use: AtomicUsize,
    pub(super) returned: Notify,
}

/// Totals since the pool was created.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Statements sent; each is one round trip once it is prepared.
    pub statements: AtomicU64,
    /// Connections opened.
    pub connects: AtomicU64,
    /// Connections discarded in the middle of a statement.
    pub discards: AtomicU64,
    /// Tables repaired after a KILL had broken their triggers on MariaDB.
    pub repairs: Arc<AtomicU64>,
}
